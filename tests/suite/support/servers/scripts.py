"""Reads and changes the Sieve scripts of an account by ManageSieve (RFC 5804), over a plain socket. It shares no code with tidebox."""
import base64
import json
import re
import socket
import sys

port, user, password, verb = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
stream = socket.create_connection(("127.0.0.1", port), 20).makefile("rwb")


def reply():
    lines = []
    while True:
        line = stream.readline()
        assert line, "the server has closed the connection"
        literal = re.search(rb"\{(\d+)\+?\}\r\n$", line)
        if literal:
            lines.append(stream.read(int(literal.group(1))))
            rest = stream.readline()
            assert rest == b"\r\n", rest
        elif re.match(rb"(OK|NO|BYE)\b", line):
            assert line.startswith(b"OK"), line
            return lines
        else:
            lines.append(line.rstrip(b"\r\n"))


def say(command):
    stream.write(command + b"\r\n")
    stream.flush()
    return reply()


def literal(text):
    data = text.encode()
    return b"{%d+}\r\n%s" % (len(data), data)


reply()
token = base64.b64encode(b"\0%s\0%s" % (user.encode(), password.encode()))
say(b'AUTHENTICATE "PLAIN" "' + token + b'"')
if verb == "put":
    say(b"PUTSCRIPT " + literal(sys.argv[5]) + b" " + literal(sys.argv[6]))
elif verb == "activate":
    say(b"SETACTIVE " + literal(sys.argv[5]))
else:
    active, scripts = None, {}
    for line in say(b"LISTSCRIPTS"):
        name = re.match(rb'"((?:[^"\\]|\\.)*)"( ACTIVE)?$', line)
        text = name.group(1).decode()
        if name.group(2):
            active = text
        scripts[text] = say(b'GETSCRIPT "' + name.group(1) + b'"')[0].decode()
    print(json.dumps({"active": active, "scripts": scripts}))
