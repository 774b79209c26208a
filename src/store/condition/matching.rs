//! What of a query the full-text index answers by itself, as one MATCH.

use super::{Compiler, marks};
use crate::domain::query::{Query, Term, TextField};

/// The index of words, and that of the beginnings of words.
pub(super) const WORDS: &str = "words";
pub(super) const BEGINNING: &str = "beginning";

/// How deep groups may be nested in one MATCH: FTS5's parser has room for 100 symbols, and a level takes up to five.
/// A deeper query asks the index several times, joined by SQL.
const MATCH_LEVELS: usize = 12;
/// More words or phrases than these are many for one MATCH.
const MANY: usize = 16;

impl Compiler {
    /// The condition that a MATCH of the index of words finds the message.
    pub(super) fn found(&mut self, matching: &str) -> String {
        self.found_in(WORDS, matching, self.each)
    }

    /// The same of one of the two; `each` says that words are asked for each message, and not for all of a range of ids at once.
    pub(super) fn found_in(&mut self, index: &'static str, matching: &str, each: bool) -> String {
        // In the index of beginnings, which has no places, FTS5 reads all ids up to the message.
        if each && index == WORDS && !takes_long(matching) {
            let matching = self.parameter(matching.to_owned());
            return format!("EXISTS (SELECT 1 FROM words WHERE words MATCH {matching} AND rowid = v.id)");
        }
        self.asks_index = true;
        format!("v.id IN ({})", self.matching(index, matching))
    }

    /// The ids from ?1 up to, but without, ?2 that a MATCH finds.
    pub(super) fn matching(&mut self, index: &'static str, matching: &str) -> String {
        let matching = self.parameter(matching.to_owned());
        format!("SELECT rowid FROM {index} WHERE {index} MATCH {matching} AND rowid >= ?1 AND rowid < ?2")
    }

    /// A query as the index of beginnings understands it, where that index alone can answer it.
    pub(super) fn beginning_of(&self, query: &Query) -> Option<String> {
        if deeper_than(MATCH_LEVELS, query) {
            return None;
        }
        match query {
            Query::Term(term) => self.beginning_token(term),
            Query::And(parts) => self.all_asked(parts, Self::beginning_of),
            Query::Or(parts) if !parts.is_empty() => {
                let all: Vec<String> = parts.iter().map(|part| self.beginning_of(part)).collect::<Option<_>>()?;
                Some(format!("({})", all.join(" OR ")))
            }
            _ => None,
        }
    }

    /// The same as a condition on one message: what that has, its row tells for less.
    pub(super) fn beginning_for_row(&self, query: &Query) -> Option<String> {
        let by_row = matches!(query, Query::Term(Term::Has(_) | Term::Any(_)));
        self.beginning_of(query).filter(|_| !by_row)
    }

    /// All of these parts as one question, where each can be asked so.
    fn all_asked(&self, parts: &[Query], ask: impl Fn(&Self, &Query) -> Option<String>) -> Option<String> {
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for part in parts {
            match part {
                Query::Not(inner) => without.push(ask(self, inner)?),
                other => with.push(ask(self, other)?),
            }
        }
        combine(&with, &without)
    }

    /// A query as the index understands it, where the index alone can answer it, and where it is not too deep for it.
    pub(super) fn match_of(&self, query: &Query) -> Option<String> {
        if deeper_than(MATCH_LEVELS, query) {
            return None;
        }
        match query {
            Query::Term(term) if self.beginning_token(term).is_some() => None,
            Query::Term(term @ Term::Words { .. }) => self.words_of(term),
            Query::Term(Term::Has(thing)) if self.marked => {
                marks::mark(*thing).map(|mark| format!("(list : \"{mark}\")"))
            }
            Query::And(parts) => self.all_asked(parts, Self::match_of),
            Query::Or(parts) if !parts.is_empty() => {
                let all: Vec<String> = parts.iter().map(|part| self.match_of(part)).collect::<Option<_>>()?;
                Some(format!("({})", all.join(" OR ")))
            }
            _ => None,
        }
    }
}

fn deeper_than(levels: usize, query: &Query) -> bool {
    match query {
        Query::All | Query::Term(_) => false,
        Query::And(parts) | Query::Or(parts) => levels == 0 || parts.iter().any(|part| deeper_than(levels - 1, part)),
        Query::Not(part) => levels == 0 || deeper_than(levels - 1, part),
    }
}

pub(super) fn combine(with: &[String], without: &[String]) -> Option<String> {
    match (with.is_empty(), without.is_empty()) {
        (true, _) => None,
        (false, true) => Some(format!("({})", with.join(" AND "))),
        (false, false) => Some(format!("(({}) NOT ({}))", with.join(" AND "), without.join(" OR "))),
    }
}

/// Whether a MATCH takes long for a single message too: FTS5 gathers the places of a beginning anew each time, and begins to read at
/// each of many words. (Neither a star nor a quotation mark can stand in a word.)
pub(super) fn takes_long(matching: &str) -> bool {
    matching.contains('*') || matching.matches('"').count() > 2 * MANY
}

/// Words in a row, quoted. They are folded: letters and digits and nothing that FTS5 could take for its own.
pub(super) fn phrase(field: Option<TextField>, words: &[String], prefix: bool) -> Option<String> {
    if words.is_empty() || words.iter().any(|word| word.is_empty() || !word.chars().all(char::is_alphanumeric)) {
        return None;
    }
    let star = if prefix { " *" } else { "" };
    Some(match field.map(marks::column) {
        None => format!("(\"{}\"{star})", words.join(" ")),
        Some((column, None)) => format!("({column} : \"{}\"{star})", words.join(" ")),
        Some((column, Some(begins))) => {
            let words: Vec<String> = words.iter().map(|word| format!("{begins}{word}")).collect();
            format!("({column} : \"{}\"{star})", words.join(" "))
        }
    })
}
