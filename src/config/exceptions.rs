//! `[[exception]]`: which messages are let through the hold at once.

use chrono::{DateTime, Utc};

use super::matching::QueryReader;
use super::mistake::{ConfigMistake, quoted};
use super::names::Names;
use super::table::{FoundMistakes, TomlTable};
use crate::domain::exception::{Exception, Limit};
use crate::domain::message_kind::MessageKind;
use crate::domain::query::{Query, Term};
use crate::domain::schedule::{parse_date, parse_moment, parse_time, wall};

/// The keys of an exception.
pub(super) const KEYS: [&str; 5] = ["name", "match", "mine", "limit", "until"];
const UNTIL: &str = "the last day (`2026-12-24`), or a date and a time (`\"2026-12-24 18:00\"`)";
const LIMIT: &str = "a limit such as `\"3 per day\"`";

pub(super) fn read(root: &TomlTable<'_>, reader: QueryReader<'_>, found: &mut FoundMistakes) -> Vec<Exception> {
    let mut names = Names::default();
    let mut exceptions = Vec::new();
    for (table, span) in root.tables("exception", found).unwrap_or_default() {
        let section = TomlTable::open("[[exception]]", table, span, &KEYS, found);
        let name = names.take(&section, found);
        let matches = matches(&section, reader, found);
        let limit = limit(&section, found);
        let until = until(&section, reader, found);
        if let (Some(name), Some(matches)) = (name, matches) {
            exceptions.push(Exception { name: name.text.into_owned(), matches, limit, until });
        }
    }
    exceptions
}

/// The query. With `mine = true` a message must also belong to a conversation that the person began, and then no query is needed.
fn matches(section: &TomlTable<'_>, reader: QueryReader<'_>, found: &mut FoundMistakes) -> Option<Query> {
    if section.flag("mine", found) != Some(true) {
        return reader.needed(section, found);
    }
    let mine = Query::Term(Term::Kind(MessageKind::Mine));
    if section.get("match").is_none() {
        return Some(mine);
    }
    Some(match reader.query(section, found)? {
        Query::All => mine,
        Query::And(mut parts) => {
            parts.insert(0, mine);
            Query::And(parts)
        }
        other => Query::And(vec![mine, other]),
    })
}

/// The end of the day that is named, or the instant.
fn until(section: &TomlTable<'_>, reader: QueryReader<'_>, found: &mut FoundMistakes) -> Option<DateTime<Utc>> {
    let text = section.moments("until", UNTIL, found)?.into_iter().next()?;
    let read = match parse_date(&text.text) {
        Some(last) => last.succ_opt().and_then(|next| wall::midnight(reader.zone, next)),
        // A time alone would mean another day each time that the file is read.
        None if parse_time(&text.text).is_ok() || text.text.trim().eq_ignore_ascii_case("now") => None,
        None => parse_moment(&text.text, reader.zone, reader.now).ok(),
    };
    if read.is_none() {
        let what = format!("{} is no day on which an exception can end", quoted(&text.text));
        found.push(ConfigMistake::at(text.span, what).expected(UNTIL));
    }
    read
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
