//! `[peek]`: how long a peek waits before it opens, and how long it stays open.

use chrono::Duration;

use super::length;
use super::table::{FoundMistakes, TomlTable};
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

/// The keys of the table.
pub(super) const KEYS: [&str; 2] = ["delay", "length"];

pub(super) fn read(root: &TomlTable<'_>, found: &mut FoundMistakes) -> PeekConfig {
    let mut peek = PeekConfig::default();
    let Some((table, span)) = root.table("peek", found) else { return peek };
    let section = TomlTable::open("[peek]", table, span, &KEYS, found);
    // A peek that opens at once would be used like an inbox.
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
