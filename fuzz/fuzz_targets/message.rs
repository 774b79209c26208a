//! Any bytes are a message, kept unchanged, read the same each time, and laid out for any screen.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;
use tidebox::mail;

fuzz_target!(init: shared::listen(), |raw: &[u8]| {
    let arrival = mail::parse(raw.to_vec());
    assert_eq!(arrival.raw, raw);
    assert_eq!(arrival.identity, mail::identity(raw));
    assert_eq!(mail::parse(raw.to_vec()), arrival);
    shared::shown(raw);
});
