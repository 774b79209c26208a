#!/usr/bin/env python3
"""Makes a Maildir of generated mail: `scripts/make_mail.py 10000 FOLDER`.

Always the same for the same arguments. Words follow Zipf's law; two of three messages answer an earlier one; one of
five is a newsletter in HTML, one of ten has an attachment; a third is unread. With --small each has one short text.
Nothing in it is anybody's: every word is made of syllables, and every address ends in example.net.
"""

import argparse
import base64
import bisect
import email.utils
import os
import pathlib
import random

SYLLABLES = "ba con de fi ga hel is jo ka lum me nor o pre qui ra sta te ul ver we xi yo zen".split()
SCRIPTS = ["", "", "", "", "", "Grüße aus Köln, schöne Öfen", "来週の打ち合わせについて", "Встреча завтра утром"]
VOCABULARY = 40_000
# The date of the newest message.
END = 1_780_000_000


def word(rank):
    left, out = rank + 24, ""
    while left:
        out += SYLLABLES[left % 24]
        left //= 24
    return out


class Maker:
    def __init__(self, seed, total, small):
        self.dice = random.Random(seed)
        self.seed, self.total, self.small = seed, total, small
        self.words = [word(rank) for rank in range(VOCABULARY)]
        weight, self.weights = 0.0, []
        for rank in range(VOCABULARY):
            weight += 1 / (rank + 2.7)
            self.weights.append(weight)

    def say(self, count):
        top = self.weights[-1]
        return " ".join(self.words[bisect.bisect(self.weights, self.dice.random() * top)] for _ in range(count))

    def text(self, paragraphs):
        lines = []
        for _ in range(paragraphs):
            lines += [self.say(self.dice.randint(8, 13)) for _ in range(self.dice.randint(2, 7))] + [""]
        return "\r\n".join(lines + [self.dice.choice(SCRIPTS), ""])

    def message(self, number, mark=""):
        """The bytes of a message, its date, and whether it was read."""
        dice = self.dice
        date = END - 94_000_000 * (self.total - number) // self.total
        sender = int(400 * dice.random() ** 3)
        head = [
            f"Received: from mx{sender}.example.net (mx.example.net [192.0.2.7])",
            f"\tby mail.example.org with ESMTPS id {number:x}; {email.utils.formatdate(date)}",
            f"From: {self.say(2).title()} <{self.words[sender]}.{sender}@example.net>",
            "To: Alice <alice@example.org>",
            f"Date: {email.utils.formatdate(date)}",
            f"Message-ID: <{self.seed}.{number:08x}@example.net>",
        ]
        subject = self.say(dice.randint(3, 8)) + mark
        if number > 20 and dice.random() < 0.66:
            head.append(f"In-Reply-To: <{self.seed}.{number - dice.randint(1, 20):08x}@example.net>")
            subject = "Re: " + subject
        head += [f"Subject: {subject}", "MIME-Version: 1.0"]
        kind = dice.random()
        if self.small:
            head.append("Content-Type: text/plain; charset=utf-8")
            body = self.text(dice.randint(1, 3))
        elif kind < 0.2:
            head += ["List-Unsubscribe: <https://news.example/u>", "Content-Type: text/html; charset=utf-8"]
            body = self.newsletter()
        elif kind < 0.3:
            head.append('Content-Type: multipart/mixed; boundary="=_b"')
            body = self.attached()
        else:
            head += ["List-Id: <talk.example.org>", "Content-Type: text/plain; charset=utf-8"]
            body = self.text(dice.randint(1, 14))
        head.append("Content-Transfer-Encoding: 8bit")
        return ("\r\n".join(head) + "\r\n\r\n" + body).encode(), date, dice.random() < 0.67

    def newsletter(self):
        style = "".join(f".c{n}{{font-family:Arial,sans-serif;font-size:{n}px;line-height:1.4}}\r\n" for n in range(60))
        blocks = "".join(
            f'<table><tr><td class="c{n}"><h2>{self.say(4)}</h2><p>{self.say(40)} <a href="https://news.example/{n}?u=1">'
            f'{self.say(1)}</a></p><img src="https://news.example/{n}.png" width=1 height=1></td></tr></table>\r\n'
            for n in range(self.dice.randint(15, 60))
        )
        return f"<!doctype html><html><head><style>\r\n{style}</style></head><body>\r\n{blocks}</body></html>\r\n"

    def attached(self):
        data = base64.encodebytes(self.dice.randbytes(int(2_000 * 2 ** (self.dice.random() * 8)))).decode()
        data = data.replace("\n", "\r\n")
        return (
            "--=_b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + self.text(2) + "--=_b\r\n"
            'Content-Type: application/pdf; name="plan.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
            + data + "--=_b--\r\n"
        )


def make(folder, count, seed=1, small=False, mark="", unread=False):
    """Fills a Maildir. `mark` is the end of every subject; with `unread`, all messages are unread."""
    folder = pathlib.Path(folder)
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    maker = Maker(seed, count, small)
    for number in range(count):
        data, date, read = maker.message(number, mark)
        name = f"{date}.M{number:07}P{seed}.made"
        path = folder / "new" / name if unread or not read else folder / "cur" / f"{name}:2,S"
        path.write_bytes(data)
        os.utime(path, (date, date))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("count", type=int)
    asked.add_argument("folder")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--small", action="store_true")
    asked.add_argument("--unread", action="store_true")
    asked = asked.parse_args()
    make(asked.folder, asked.count, asked.seed, asked.small, unread=asked.unread)
