"""A server for outgoing mail that keeps the bytes of every message, with its envelope beside it, and does what a recipient is called:
`reject` is refused, `later` is put off, and after a message to `cut` was taken the line is cut before the answer.

Arguments: the folder to keep messages in, the port; and, if it also puts them into the folder Sent of the sender's account, the port
of that server for IMAP. The password is `secret`."""

import asyncio
import imaplib
import itertools
import os
import sys

from aiosmtpd.smtp import SMTP

folder, port, numbers = sys.argv[1], int(sys.argv[2]), itertools.count(1)
filing = int(sys.argv[3]) if len(sys.argv) > 3 else None


def keep(name, content):
    """A file is whole as soon as it can be seen."""
    with open(os.path.join(folder, name), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.rename(file.name, os.path.join(folder, "new", name))


def file_copy(sender, content):
    imap = imaplib.IMAP4("127.0.0.1", filing)
    imap.login(sender.partition("@")[0], "secret")
    imap.append("Sent", r"(\Seen)", None, content)
    imap.logout()


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("reject"):
            return "550 5.1.1 no such user"
        if address.startswith("later"):
            return "451 4.3.0 try later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        text = "Envelope-to: " + ", ".join(envelope.rcpt_tos) + "\r\n"
        keep(f"{os.getpid()}.{next(numbers):05}", text.encode() + envelope.original_content)
        if filing:
            file_copy(envelope.mail_from, envelope.original_content)
        if any(it.startswith("cut") for it in envelope.rcpt_tos):
            server.transport.abort()
        return "250 2.0.0 queued"


async def main():
    loop = asyncio.get_running_loop()
    made = lambda: SMTP(Handler(), loop=loop, hostname="localhost", enable_SMTPUTF8=True)
    await (await loop.create_server(made, "127.0.0.1", port)).serve_forever()


asyncio.run(main())
