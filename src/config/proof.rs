//! `[proof]`: what the person is asked and told, so that they can see from their own mail whether waiting mattered.

use chrono::TimeDelta;

use super::length;
use super::table::{FoundMistakes, TomlTable};
use crate::domain::replay::IN_TIME;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProofConfig {
    /// About how many messages of each batch that waited the receipt asks whether earlier would have changed anything; 0 is none.
    pub ask: u32,
    /// Whether one sentence a month is said about a correspondent with whom mail becomes a chat.
    pub line: bool,
    /// What mattered came in time where it waited no longer than this, in a replay of other check-ins.
    pub within: TimeDelta,
}

/// More would be work.
const MOST: u16 = 10;

impl Default for ProofConfig {
    fn default() -> Self {
        Self { ask: 2, line: true, within: TimeDelta::seconds(IN_TIME) }
    }
}

const WITHIN: &str = "a length between `1m` and `24h`, such as `3h`";

/// The keys of the table.
pub(super) const KEYS: [&str; 3] = ["ask", "line", "within"];

pub(super) fn read(root: &TomlTable<'_>, found: &mut FoundMistakes) -> ProofConfig {
    let usual = ProofConfig::default();
    let Some((table, span)) = root.table("proof", found) else { return usual };
    let section = TomlTable::open("[proof]", table, span, &KEYS, found);
    let within = length::seconds(&section, "within", 60..=86_400, WITHIN, found);
    let within = within.and_then(|seconds| TimeDelta::try_seconds(i64::try_from(seconds).ok()?));
    ProofConfig {
        ask: section.number("ask", 0, MOST, found).map_or(usual.ask, u32::from),
        within: within.unwrap_or(usual.within),
        line: section.flag("line", found).unwrap_or(usual.line),
    }
}
