"""Reads a message from standard input by Python's email package, and prints what it finds as JSON."""

import email
import email.policy
import hashlib
import json
import sys

message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
defects = []
for part in message.walk():
    defects += [repr(it) for it in part.defects]
    defects += [f"{name}: {it!r}" for name, value in part.items() for it in value.defects]


def people(name):
    field = message[name]
    return [[it.display_name, it.addr_spec] for it in field.addresses] if field is not None else []


def content(part):
    if part.get_content_type() == "message/rfc822":
        return part.get_payload(0).as_bytes(policy=email.policy.SMTP)
    return part.get_payload(decode=True)


body = message.get_body(("plain",))
files = [
    [it.get_filename(), it.get_content_type(), hashlib.sha256(content(it)).hexdigest()]
    for it in message.iter_attachments()
]
print(
    json.dumps(
        {
            "defects": defects,
            "from": people("from"),
            "to": people("to"),
            "cc": people("cc"),
            "fields": sorted({it.lower() for it in message.keys()}),
            "subject": message["subject"],
            "date": message["date"].datetime.isoformat(),
            "message_id": message["message-id"],
            "in_reply_to": message["in-reply-to"],
            "references": (message["references"] or "").split(),
            "text": body.get_content() if body is not None else None,
            "flowed": body is not None and body.get_param("format") == "flowed",
            "files": files,
        }
    )
)
