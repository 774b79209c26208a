//! `[peek]`: how slow and how short a look before the window is.

use chrono::Duration;

use super::length;
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
    if let Some(seconds) = length::seconds(&section, "delay", 3..=600, delay, found) {
        peek.delay = Duration::seconds(i64::try_from(seconds).unwrap_or(600));
    }
    let open = "a length from `\"1m\"` to `\"60m\"`";
    if let Some(seconds) = length::seconds(&section, "length", 60..=3600, open, found) {
        peek.length = Duration::seconds(i64::try_from(seconds).unwrap_or(3600));
    }
    peek
}
