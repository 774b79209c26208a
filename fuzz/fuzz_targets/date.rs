//! Any text is a date or none; the instant of one, written plainly, is read as the same instant.
#![no_main]

use chrono::SecondsFormat;
use libfuzzer_sys::fuzz_target;
use tidebox::mail;

fuzz_target!(|text: &str| {
    if let Some(instant) = mail::date(text) {
        let plain = instant.to_rfc3339_opts(SecondsFormat::Secs, true);
        assert_eq!(mail::date(&plain).map(|it| it.timestamp()), Some(instant.timestamp()), "{plain}");
    }
});
