//! Any header before a short body: the facts keep to their limits, and its marks and its length are read.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;
use tidebox::domain::limits::{ADDRESSES, MESSAGE_ID_BYTES, REFERENCES};
use tidebox::mail;

fuzz_target!(init: shared::listen(), |header: &[u8]| {
    let raw = [header, b"\r\n\r\nText of the message.\r\n"].concat();
    let arrival = mail::parse(raw.clone());
    assert!(arrival.to.len() <= ADDRESSES);
    assert!(arrival.references.len() <= REFERENCES);
    let ids = arrival.message_id.iter().chain(&arrival.references);
    ids.for_each(|id| assert!(!id.is_empty() && id.len() <= MESSAGE_ID_BYTES && !id.contains(['\r', '\n']), "{id:?}"));
    let _ = mail::marks(&raw);
    let _ = mail::content_length(&raw);
    shared::shown(&raw);
});
