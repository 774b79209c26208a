//! Any bytes are a message, read the same each time, and laid out for any screen.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;
use tidebox::mail;

fuzz_target!(init: shared::listen(), |raw: &[u8]| {
    let message = mail::parse(raw);
    assert_eq!(message.envelope.fingerprint, mail::fingerprint(raw));
    assert_eq!(mail::parse(raw), message);
    shared::shown(raw);
});
