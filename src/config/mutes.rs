//! `[[mute]]`: which messages are filed as muted when they come.

use super::matching::QueryReader;
use super::names::Names;
use super::table::{FoundMistakes, TomlTable};
use crate::domain::rule_draft::MuteRule;

/// The keys of a mute.
pub(super) const KEYS: [&str; 2] = ["name", "match"];

pub(super) fn read(root: &TomlTable<'_>, reader: QueryReader<'_>, found: &mut FoundMistakes) -> Vec<MuteRule> {
    let mut names = Names::default();
    let mut mutes = Vec::new();
    for (table, span) in root.tables("mute", found).unwrap_or_default() {
        let section = TomlTable::open("[[mute]]", table, span, &KEYS, found);
        let name = names.take(&section, found);
        if let (Some(name), Some(matches)) = (name, reader.needed(&section, found)) {
            mutes.push(MuteRule { name: name.text.into_owned(), matches });
        }
    }
    mutes
}
