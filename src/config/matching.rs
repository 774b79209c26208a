//! The queries of lanes and exceptions. A mistake in a query is reported at its character in the file.

use crate::domain::schedule::Zone;
use chrono::{DateTime, Utc};

use super::inside;
use super::mistake::ConfigMistake;
use super::table::{FoundMistakes, TomlTable};
use crate::domain::query::{Query, QueryContext, SavedView, parse_in};

/// What reading a query needs: the text of the file, for the positions of mistakes, and the zone and moment for its dates.
#[derive(Clone, Copy)]
pub(super) struct QueryReader<'a> {
    pub(super) file: &'a str,
    pub(super) zone: Zone,
    pub(super) now: DateTime<Utc>,
    pub(super) views: &'a [SavedView],
}

const QUERY: &str = "a query, such as `\"from:@example.org\"`";

impl QueryReader<'_> {
    /// The query under `match`. It may ask only for what is known of a message before it is taken in.
    pub(super) fn query(self, section: &TomlTable<'_>, found: &mut FoundMistakes) -> Option<Query> {
        let text = section.text("match", QUERY, found)?;
        if text.text.trim().is_empty() {
            found.push(ConfigMistake::at(text.span, "this matches nothing in particular").expected(QUERY));
            return None;
        }
        match parse_in(&text.text, &QueryContext::new(self.zone, self.now).with_views(self.views)) {
            Ok(query) => {
                if let Some(what) = query.unknown_at_intake() {
                    let mistake = ConfigMistake::at(text.span, format!("a rule cannot ask for {what} of a message"));
                    found.push(mistake.hint("that is not known yet; ask for what the message is like"));
                    return None;
                }
                Some(query)
            }
            Err(mistake) => {
                let span = inside::place(self.file, &text.span, &text.text, &mistake.span);
                let placed = ConfigMistake::at(span, mistake.what);
                found.push(match mistake.hint {
                    Some(hint) => placed.hint(hint),
                    None => placed,
                });
                None
            }
        }
    }

    /// With views, which were read before the rules that ask for them.
    pub(super) fn with<'b>(self, views: &'b [SavedView]) -> QueryReader<'b>
    where
        Self: 'b,
    {
        QueryReader { views, ..self }
    }

    /// The same, but a missing query is a mistake.
    pub(super) fn needed(self, section: &TomlTable<'_>, found: &mut FoundMistakes) -> Option<Query> {
        if section.get("match").is_none() {
            found.push(section.missing("match", QUERY));
        }
        self.query(section, found)
    }
}
