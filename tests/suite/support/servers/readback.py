"""Prints the content of an account, as Python's imaplib reads it: one JSON object, folder by folder."""
import hashlib
import imaplib
import json
import re
import sys

port, user, password = int(sys.argv[1]), sys.argv[2], sys.argv[3]
imap = imaplib.IMAP4("127.0.0.1", port)
imap.login(user, password)
folders = {}
for line in imap.list()[1]:
    if not line:
        continue
    # A name that is not a quoted string comes as a literal.
    literal = line[1] if isinstance(line, tuple) else None
    attributes, name = re.match(rb'\(([^)]*)\) (?:"[^"]*"|NIL) (.*)$', line[0] if literal else line).groups()
    if rb"\noselect" in attributes.lower():
        continue
    if literal:
        name = b'"' + literal.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    quoted = name.decode() if name.startswith(b'"') else f'"{name.decode()}"'
    name = re.sub(r"\\(.)", r"\1", quoted[1:-1])
    status, _ = imap.select(quoted, readonly=True)
    assert status == "OK", name
    messages = []
    # pymap refuses a range in an empty folder.
    if imap.response("EXISTS")[1] not in ([b"0"], [None]) and imap.uid("SEARCH", "ALL")[1] != [b""]:
        data = imap.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")[1]
        for index, part in enumerate(data):
            if not isinstance(part, tuple):
                continue
            # The text before and after the literal.
            told = part[0] + b" " + (data[index + 1] if isinstance(data[index + 1], bytes) else b"")
            raw = part[1]
            flags = re.search(rb"FLAGS \(([^)]*)\)", told).group(1).decode().split()
            message_id = re.search(rb"^message-id:\s*<([^>]*)>", raw, re.I | re.M)
            messages.append({
                "uid": int(re.search(rb"UID (\d+)", told).group(1)),
                "flags": sorted(flag for flag in flags if flag != "\\Recent"),
                "id": message_id.group(1).decode() if message_id else "",
                "sha256": hashlib.sha256(raw).hexdigest(),
            })
    folders[name] = messages
imap.logout()
print(json.dumps(folders))
