//! `[[exception]]`: which messages are let through the hold at once.

use super::matching::QueryReader;
use super::mistake::ConfigMistake;
use super::names::Names;
use super::table::{FoundMistakes, TomlTable};
use crate::domain::exception::{Exception, Limit};

/// The keys of an exception.
pub(super) const KEYS: [&str; 3] = ["name", "match", "limit"];
const LIMIT: &str = "a limit such as `\"3 per day\"`";

pub(super) fn read(root: &TomlTable<'_>, reader: QueryReader<'_>, found: &mut FoundMistakes) -> Vec<Exception> {
    let mut names = Names::default();
    let mut exceptions = Vec::new();
    for (table, span) in root.tables("exception", found).unwrap_or_default() {
        let section = TomlTable::open("[[exception]]", table, span, &KEYS, found);
        let name = names.take(&section, found);
        let matches = reader.needed(&section, found);
        let limit = limit(&section, found);
        if let (Some(name), Some(matches)) = (name, matches) {
            exceptions.push(Exception { name: name.text.into_owned(), matches, limit });
        }
    }
    exceptions
}

fn limit(section: &TomlTable<'_>, found: &mut FoundMistakes) -> Option<Limit> {
    let text = section.text("limit", LIMIT, found)?;
    match Limit::parse(&text.text) {
        Ok(limit) => Some(limit),
        Err(mistake) => {
            let placed = ConfigMistake::at(text.span, mistake.what).expected(LIMIT);
            found.push(match mistake.hint {
                Some(hint) => placed.hint(hint),
                None => placed,
            });
            None
        }
    }
}
