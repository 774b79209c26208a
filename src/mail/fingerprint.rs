//! What makes two copies the same message.
//!
//! A SHA-256 over what travels unchanged from the sender to every mailbox, export and mailing archive: the fields that
//! the sender wrote (Message-ID, From, Sender, Reply-To, To, Cc, Date, Subject, the references, and how the body is to
//! be read) as they stand in the header (the first of each; folding undone, white space narrowed to single spaces), and
//! the bytes of the body with line ends as LF, the quoting of mbox files undone (`>From `, `>>From `) and empty lines
//! at the end taken off. A message without a Message-ID counts with its whole header, but for what follows. Everything else is written or rewritten on the way
//! (Received, Delivered-To, Return-Path, Status, X-Status, X-Keywords, X-UID, Content-Length, Lines …) and does not
//! count, so that one message through a Maildir and through an mbox export is one. The same Message-ID with another
//! text is another message: both are kept.

use memchr::memchr;
use sha2::{Digest, Sha256};

use super::header::{self, unfold};
use crate::domain::fingerprint::Fingerprint;

const FIELDS: [&str; 12] = [
    "message-id",
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "date",
    "subject",
    "in-reply-to",
    "references",
    "content-type",
    "content-transfer-encoding",
];

/// Fields that are written or rewritten on the way, in lower case; others that begin with `x-` may be too.
const ON_THE_WAY: [&str; 9] = [
    "received",
    "return-path",
    "delivered-to",
    "envelope-to",
    "delivery-date",
    "status",
    "content-length",
    "lines",
    "authentication-results",
];

/// The fingerprint of a message, from its original bytes.
#[must_use]
pub fn fingerprint(raw: &[u8]) -> Fingerprint {
    let (header, body) = header::split(raw, |_| false);
    let mut hash = Sha256::new();
    for name in FIELDS {
        let value = header.first(name).map(unfold).unwrap_or_default();
        for word in value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()) {
            hash.update(word);
            hash.update(b" ");
        }
        hash.update(b"\n");
    }
    // A message without a Message-ID is identified by its whole header.
    if header.first("message-id").is_none() {
        whole_header(raw.get(..body).unwrap_or(raw), &mut hash);
    }
    whole_body(without_empty_end(raw.get(body..).unwrap_or_default()), &mut hash);
    Fingerprint(hash.finalize().into())
}

/// Lines that count as they are, are handed on together, because bodies are large.
fn whole_body(body: &[u8], hash: &mut Sha256) {
    let (mut from, mut at) = (0, 0);
    let as_it_stands = |from: usize, to: usize| body.get(from..to).unwrap_or_default();
    while at < body.len() {
        let rest = body.get(at..).unwrap_or_default();
        let length = memchr(b'\n', rest);
        let next = at + length.map_or(rest.len(), |end| end + 1);
        let line = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
        let own = unquoted(line.strip_suffix(b"\r").unwrap_or(line));
        if own.len() < line.len() || length.is_none() {
            hash.update(as_it_stands(from, at));
            hash.update(own);
            hash.update(b"\n");
            from = next;
        }
        at = next;
    }
    hash.update(as_it_stands(from, body.len()));
}

/// A body without the empty lines at its end.
fn without_empty_end(body: &[u8]) -> &[u8] {
    let mut body = body;
    loop {
        let lines = body.strip_suffix(b"\n").unwrap_or(body);
        let last = lines.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        if !matches!(lines.get(last..), Some(b"" | b"\r")) || body.is_empty() {
            return body;
        }
        body = body.get(..last).unwrap_or_default();
    }
}

fn whole_header(header: &[u8], hash: &mut Sha256) {
    let mut counts = true;
    for line in header.split(|byte| *byte == b'\n') {
        if !line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default().to_ascii_lowercase();
            let on_the_way = ON_THE_WAY.iter().any(|known| known.as_bytes() == name) || name.starts_with(b"x-");
            counts = !on_the_way && !unquoted(line).starts_with(b"From ");
        }
        if counts {
            for word in line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()) {
                hash.update(word);
                hash.update(b" ");
            }
        }
    }
}

fn unquoted(line: &[u8]) -> &[u8] {
    let quotes = line.iter().take_while(|byte| **byte == b'>').count();
    match line.get(quotes..) {
        Some(rest) if rest.starts_with(b"From ") => rest,
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    const ONE: &str = "From: a@b.example\nMessage-ID: <1@b>\nSubject: a long\n subject\n\nHi\n\nFrom here on\n";

    #[test]
    fn the_way_a_message_took_does_not_count() {
        let exported = "From a@b Mon Jan  1 00:00:00 2024\r\nStatus: RO\r\nReceived: x\r\nMessage-ID: <1@b>\r\nSubject: a \
                        long subject\r\nFrom: a@b.example\r\nContent-Length: 3\r\n\r\nHi\r\n\r\n>From here on\r\n\r\n\r\n";
        assert_eq!(fingerprint(ONE.as_bytes()), fingerprint(exported.as_bytes()));
    }

    #[test]
    fn messages_without_a_name_are_told_apart_by_their_header() {
        let one = b"Subject: a\nBcc: x@b\nStatus: O\n\n".as_slice();
        assert_ne!(fingerprint(one), fingerprint(b"Subject: a\nBcc: y@b\n\n"));
        assert_eq!(
            fingerprint(one),
            fingerprint(b"From x@b Mon Jan  1 00:00:00 2024\nSubject: a\nBcc: x@b\nX-UID: 3\n\n")
        );
    }

    #[test]
    fn another_text_is_another_message() {
        assert_ne!(fingerprint(ONE.as_bytes()), fingerprint(ONE.replace("Hi", "Ho").as_bytes()));
        assert_ne!(fingerprint(ONE.as_bytes()), fingerprint(ONE.replace("Hi\n\n", "Hi\n").as_bytes()));
        assert_ne!(fingerprint(ONE.as_bytes()), fingerprint(ONE.replace("<1@b>", "<2@b>").as_bytes()));
    }
}
