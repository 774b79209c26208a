//! `[peek]`: how slow and how short a look before the window is.

use chrono::Duration;

use super::mistake::{ConfigMistake, quoted};
use super::section::{Found, Section};
use crate::domain::peek::{DELAY, LENGTH};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeekConfig {
    /// How long it waits before it opens.
    pub delay: Duration,
    /// How long it stays open.
    pub length: Duration,
}

impl Default for PeekConfig {
    fn default() -> Self {
        Self { delay: DELAY, length: LENGTH }
    }
}

pub(super) fn read(root: &Section<'_>, found: &mut Found) -> PeekConfig {
    let mut peek = PeekConfig::default();
    let Some((table, span)) = root.table("peek", found) else { return peek };
    let section = Section::open("[peek]", table, span, &["delay", "length"], found);
    // A peek that opens at once would be a second inbox.
    let delay = "a length from `\"3s\"` to `\"10m\"`";
    if let Some(length) = length(&section, "delay", 3..=600, delay, found) {
        peek.delay = length;
    }
    if let Some(length) = length(&section, "length", 60..=3600, "a length from `\"1m\"` to `\"60m\"`", found) {
        peek.length = length;
    }
    peek
}

/// A length in seconds or minutes, `10s` or `5m`.
fn length(
    section: &Section<'_>,
    key: &str,
    seconds: std::ops::RangeInclusive<i64>,
    expected: &str,
    found: &mut Found,
) -> Option<Duration> {
    let text = section.text(key, expected, found)?;
    let written = text.text.trim();
    let length = [("s", 1), ("m", 60)].into_iter().find_map(|(unit, size)| {
        let digits = written.strip_suffix(unit).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        digits.parse::<i64>().ok()?.checked_mul(size)
    });
    let length = length.filter(|length| seconds.contains(length)).and_then(Duration::try_seconds);
    if length.is_none() {
        let what = format!("`{key}` cannot be {}", quoted(&text.text));
        found.push(ConfigMistake::at(text.span, what).expected(expected));
    }
    length
}
