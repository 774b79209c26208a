//! Any header before a short body: the facts keep to their limits, and its marks and its length are read.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;
use tidebox::domain::limits::{ADDRESSES, MESSAGE_ID_BYTES, REFERENCES};
use tidebox::mail;

fuzz_target!(init: shared::listen(), |header: &[u8]| {
    let raw = [header, b"\r\n\r\nText of the message.\r\n"].concat();
    let envelope = mail::parse(&raw).envelope;
    assert!(envelope.to.len() <= ADDRESSES);
    assert!(envelope.references.len() <= REFERENCES);
    let ids = envelope.message_id.iter().chain(&envelope.references);
    ids.for_each(|id| assert!(!id.is_empty() && id.len() <= MESSAGE_ID_BYTES && !id.contains(['\r', '\n']), "{id:?}"));
    let _ = mail::seen(&raw);
    let _ = mail::content_length(&raw);
    shared::shown(&raw);
});
