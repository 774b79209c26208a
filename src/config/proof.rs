//! `[proof]`: what the person is asked and told, so that they can see from their own mail whether waiting mattered.

use super::table::{FoundMistakes, TomlTable};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProofConfig {
    /// About how many messages of each batch that waited the receipt asks whether earlier would have changed anything; 0 is none.
    pub ask: u32,
    /// Whether one sentence a month is said about a correspondent with whom mail becomes a chat.
    pub line: bool,
}

/// More would be work.
const MOST: u16 = 10;

impl Default for ProofConfig {
    fn default() -> Self {
        Self { ask: 2, line: true }
    }
}

/// The keys of the table.
pub(super) const KEYS: [&str; 2] = ["ask", "line"];

pub(super) fn read(root: &TomlTable<'_>, found: &mut FoundMistakes) -> ProofConfig {
    let usual = ProofConfig::default();
    let Some((table, span)) = root.table("proof", found) else { return usual };
    let section = TomlTable::open("[proof]", table, span, &KEYS, found);
    ProofConfig {
        ask: section.number("ask", 0, MOST, found).map_or(usual.ask, u32::from),
        line: section.flag("line", found).unwrap_or(usual.line),
    }
}
