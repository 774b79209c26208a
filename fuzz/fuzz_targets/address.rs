//! Any text in the fields of people: their number is limited, and nothing of it becomes another field.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;
use tidebox::domain::limits::ADDRESSES;
use tidebox::mail;

fuzz_target!(init: shared::listen(), |text: &[u8]| {
    // A line's end within a field is followed by a space (RFC 5322 §2.2.3).
    let mut field = Vec::with_capacity(text.len() + 16);
    for byte in text {
        match byte {
            b'\r' => {}
            b'\n' => field.extend_from_slice(b"\r\n "),
            byte => field.push(*byte),
        }
    }
    let mut raw = Vec::new();
    for name in ["From", "Sender", "Reply-To", "To", "Cc"] {
        raw.extend_from_slice(name.as_bytes());
        raw.extend_from_slice(b": ");
        raw.extend_from_slice(&field);
        raw.extend_from_slice(b"\r\n");
    }
    raw.extend_from_slice(b"Subject: the last field\r\n\r\nText.\r\n");
    let envelope = mail::parse(&raw).envelope;
    assert_eq!(envelope.subject, "the last field");
    assert!(envelope.to.len() <= ADDRESSES);
    shared::shown(&raw);
});
