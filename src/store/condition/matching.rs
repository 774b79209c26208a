//! What of a query the full-text index answers by itself, as one MATCH.

use super::{Compiler, marks};
use crate::domain::query::{Query, Term, TextField};

/// How deep groups may be nested in one MATCH: FTS5's parser has room for 100 symbols, and a level takes up to five.
/// A deeper query asks the index several times, joined by SQL.
const MATCH_LEVELS: usize = 12;

impl Compiler {
    /// A query as the index understands it, where the index alone can answer it, and where it is not too deep for it.
    pub(super) fn match_of(&self, query: &Query) -> Option<String> {
        if deeper_than(MATCH_LEVELS, query) {
            return None;
        }
        match query {
            Query::Term(Term::Words { field, words, prefix }) => phrase(*field, words, *prefix),
            Query::Term(Term::Has(thing)) if self.marked => {
                marks::mark(*thing).map(|mark| format!("(list : \"{mark}\")"))
            }
            Query::And(parts) => {
                let (mut with, mut without) = (Vec::new(), Vec::new());
                for part in parts {
                    match part {
                        Query::Not(inner) => without.push(self.match_of(inner)?),
                        other => with.push(self.match_of(other)?),
                    }
                }
                combine(&with, &without)
            }
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

/// Whether a MATCH asks for the beginning of a word. (A star cannot stand in a word.)
pub(super) fn has_beginning(matching: &str) -> bool {
    matching.contains('*')
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
