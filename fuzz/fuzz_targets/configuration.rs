//! Any text is a configuration or a list of mistakes, each at a place that is there and fit for a terminal.
#![no_main]

use std::path::Path;

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use tidebox::config::{ParseContext, parse};
use tidebox::domain::schedule::Zone;
use tidebox::domain::printable::forbidden;
use tidebox::ui::keymap::Keymap;

fuzz_target!(|text: &str| {
    let surroundings =
        ParseContext { now: DateTime::UNIX_EPOCH, zones: &Zone::UTC, home: Some(Path::new("/home/ann")) };
    let read = parse(Path::new("/etc/tidebox/config.toml"), text, surroundings, &mut |keys| {
        Keymap::from_config(keys).err().unwrap_or_default()
    });
    if let Err(mistakes) = read {
        let lines = text.split('\n').count();
        assert!(mistakes.each().count() > 0);
        for (place, _) in mistakes.each() {
            assert!(place.line <= lines + 1 && place.column > 0, "{}:{} of {lines} lines", place.line, place.column);
        }
        let report = mistakes.render(false);
        assert!(!report.chars().any(|c| c != '\n' && forbidden(c)), "{report:?}");
        let _ = mistakes.render(true);
    }
});
