//! Any HTML becomes lines that fit, and text to search.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;
use tidebox::mail;

fuzz_target!(init: shared::listen(), |html: &[u8]| {
    let raw = [b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n", html].concat();
    let _ = mail::parse(&raw);
    shared::shown(&raw);
});
