"""Runs a program in a terminal of 120 x 40, sends keys and measures the time to its output. Used by `scripts/bench`.

The clock starts in the child right before exec, and every time is taken when the read of the answer returns. The
queries of the program are answered as by an xterm with a dark background.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

ANSWERS = [
    (re.compile(rb"\x1b\]1([01]);\?(?:\x07|\x1b\\)"), lambda m: b"\x1b]1" + m[1] + b";rgb:" + (b"cccc/" * 3)[:-1] + b"\x07"
     if m[1] == b"0" else b"\x1b]11;rgb:0000/0000/0000\x07"),
    (re.compile(rb"\x1b\[0?c"), lambda m: b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[6n"), lambda m: b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[\?u"), lambda m: b"\x1b[?0u"),
]
ESCAPES = re.compile(rb"\x1b(?:\[[0-9;?<=>]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][0-9A-B]|.)")


class Terminal:
    def __init__(self, command, environment=None, columns=120, rows=40):
        clock, told = os.pipe()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.environ.update(environment or {})
            os.environ["TERM"] = "xterm-256color"
            os.write(told, struct.pack("d", time.monotonic()))
            try:
                os.execvp(command[0], command)
            finally:
                os._exit(127)
        os.close(told)
        self.began = struct.unpack("d", os.read(clock, 8))[0]
        os.close(clock)
        self.text = b""
        self.ended = False

    def read(self, timeout):
        """Reads once; returns the time of the read, or None if nothing came."""
        if not select.select([self.fd], [], [], max(timeout, 0))[0]:
            return None
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        now = time.monotonic()
        if not data:
            self.ended = True
            return None
        for asked, answer in ANSWERS:
            for match in asked.finditer(data):
                os.write(self.fd, answer(match))
        self.text += data
        return now

    def wait_for(self, words, timeout=60):
        """Milliseconds from exec until these words were written (blanks and escape sequences ignored), or None."""
        words = words.replace(" ", "").encode()
        end = time.monotonic() + timeout
        while not self.ended and time.monotonic() < end:
            now = self.read(end - time.monotonic())
            if now and words in ESCAPES.sub(b"", self.text).replace(b" ", b""):
                return (now - self.began) * 1000
        return None

    def rest(self, quiet=0.1, timeout=10):
        """Waits until there is no output for so long; returns milliseconds from exec to the last output."""
        end, last = time.monotonic() + timeout, self.began
        while not self.ended and time.monotonic() < end:
            now = self.read(quiet)
            if now is None:
                break
            last = now
        return (last - self.began) * 1000

    def key(self, keys, quiet=0.02, timeout=5):
        """Milliseconds from the write of a key to the first change on the screen, or None if there is none. Then waits
        until the output ends, such as that of a letter that is laid out meanwhile; that time is not counted."""
        while self.read(0):
            pass
        self.text = b""
        painted, sent = None, time.monotonic()
        os.write(self.fd, keys.encode())
        now = self.read(timeout)
        while now:
            if painted is None and ESCAPES.sub(b"", self.text).strip():
                painted = (now - sent) * 1000
            now = self.read(quiet)
        return painted

    def processor(self):
        """The processor time of all its threads so far, in milliseconds."""
        spent = 0
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{thread}/schedstat") as stat:
                spent += int(stat.read().split()[0])
        return spent / 1e6

    def memory(self):
        """Its resident memory, in kB."""
        with open(f"/proc/{self.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1])

    def close(self):
        try:
            os.kill(self.pid, signal.SIGTERM)
            end = time.monotonic() + 3
            while time.monotonic() < end and os.waitpid(self.pid, os.WNOHANG)[0] == 0:
                self.read(0.01)
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(self.fd)
