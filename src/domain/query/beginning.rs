//! What a search with few hits could be asked instead: a whole word of it as the beginning of a word.

use super::{Query, QueryContext, Term, parse_in};

/// A shorter word begins too many others.
const SHORTEST: usize = 3;
/// So many letters of a word are kept at least, where it has them.
const KEPT: usize = 4;
/// A word of more letters than this loses its last two, where endings differ; a shorter one loses one, since most of what begins with
/// four letters is another word.
const LONG: usize = 6;

/// How many words of a line are tried, from its end, as the place of the beginning.
const TRIED: usize = 8;

/// A query that finds at least as much as the one that was typed.
#[derive(Debug, Clone, PartialEq)]
pub struct WiderQuery {
    pub query: Query,
    /// The line that was typed, with the beginning in the place of the word; a line of the same meaning where that place is not found.
    pub line: String,
    /// The beginning alone, as it is written: `unsubscri*`.
    pub written: String,
}

impl WiderQuery {
    /// `None` where the line is no query, or asks for no whole word.
    #[must_use]
    pub fn of(line: &str, context: &QueryContext<'_>) -> Option<Self> {
        let (query, written) = parse_in(line, context).ok()?.with_beginning()?;
        let line = in_place(line, &query, &written, context).unwrap_or_else(|| query.to_string());
        Some(Self { query, line, written })
    }
}

/// The line with the beginning in the place of its word, where that means the wider query.
fn in_place(line: &str, wider: &Query, written: &str, context: &QueryContext<'_>) -> Option<String> {
    let kept = written.trim_end_matches(['*', '"']).rsplit([' ', '"', ':']).next()?;
    let starts = |(at, c): (usize, char)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        (c.is_alphanumeric() && !before.is_some_and(char::is_alphanumeric)).then_some(at)
    };
    line.char_indices().rev().filter_map(starts).take(TRIED).find_map(|at| {
        let (front, word) = line.split_at(at);
        let back = word.trim_start_matches(char::is_alphanumeric);
        let plain = format!("{front}{kept}*{back}");
        let quoted = back.strip_prefix('"').map(|back| format!("{front}{kept}\"*{back}"));
        [Some(plain), quoted].into_iter().flatten().find(|one| parse_in(one, context).as_ref() == Ok(wider))
    })
}

/// How much more a wider query finds, for a search that found little.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WiderSearch {
    pub line: String,
    pub written: String,
    /// How many more there are; `None` where those are too many to count.
    pub more: Option<usize>,
}

impl WiderSearch {
    /// From so many on they are not counted.
    pub const COUNTED: usize = 100;

    /// `7 more with unsubscri*`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let written = &self.written;
        match self.more {
            Some(more) => format!("{more} more with {written}"),
            None => format!("more than {} more with {written}", Self::COUNTED),
        }
    }
}

impl Query {
    /// The same query in which the last word that must be there is the beginning of a word, and how that is written:
    /// `unsubscri*` for `unsubscribe`. `None` where no whole word is asked for. What is excluded stays as it is.
    #[must_use]
    pub fn with_beginning(&self) -> Option<(Self, String)> {
        match self {
            Self::Term(Term::Words { field, words, prefix: false }) => {
                let (last, before) = words.split_last()?;
                let letters = last.chars().count();
                if letters < SHORTEST {
                    return None;
                }
                let ending = if letters > LONG { 2 } else { 1 };
                let kept: String = last.chars().take((letters - ending).max(KEPT)).collect();
                let words = before.iter().cloned().chain([kept]).collect();
                let term = Self::Term(Term::Words { field: *field, words, prefix: true });
                let written = term.to_string();
                Some((term, written))
            }
            Self::And(parts) => {
                let (place, (part, written)) =
                    parts.iter().enumerate().rev().find_map(|(place, part)| Some((place, part.with_beginning()?)))?;
                let mut parts = parts.clone();
                *parts.get_mut(place)? = part;
                Some((Self::And(parts), written))
            }
            Self::All | Self::Or(_) | Self::Not(_) | Self::Term(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::super::{QueryContext, SavedView, parse};
    use super::WiderQuery;
    use crate::domain::schedule::Zone;

    #[test]
    fn the_last_word_that_must_be_there_becomes_a_beginning() {
        for (text, becomes) in [
            ("unsubscribe", Some("unsubscri*")),
            ("plans -unsubscribe", Some("plan*")),
            ("tea", Some("tea*")),
            ("engine", Some("engin*")),
            ("engines", Some("engin*")),
            ("ada subject:\"release plans\" has:link", Some("subject:\"release plan\"*")),
            ("to", None),
            ("analyt*", None),
            ("ada or grace", None),
            ("-engine", None),
            ("from:@example.org", None),
            ("", None),
        ] {
            let query = parse(text, Zone::UTC, DateTime::UNIX_EPOCH).expect(text);
            assert_eq!(query.with_beginning().map(|(_, written)| written).as_deref(), becomes, "{text}");
        }
        let query = parse("ada engine -x", Zone::UTC, DateTime::UNIX_EPOCH).expect("a query");
        assert_eq!(query.with_beginning().map(|(query, _)| query.to_string()).as_deref(), Some("ada engin* -x"));
    }

    #[test]
    fn the_line_stays_as_it_was_typed_but_for_that_word() {
        let boss = parse("from:ada", Zone::UTC, DateTime::UNIX_EPOCH).expect("a query");
        let views = [SavedView { name: "boss".to_owned(), query: boss }];
        let context = QueryContext::new(Zone::UTC, DateTime::UNIX_EPOCH).with_views(&views);
        for (line, wider) in [
            ("view:boss  Unsubscribe newer:2w", "view:boss  unsubscri* newer:2w"),
            ("subject:\"Release Plans\"", "subject:\"Release plan*\""),
            ("plans -plans", "plan* -plans"),
            ("from:(ada engine)", "from:(ada engin*)"),
            ("Café on:yesterday", "cafe* on:yesterday"),
            ("mailing-lists", "mailing-list*"),
        ] {
            let found = WiderQuery::of(line, &context).expect(line);
            assert_eq!(found.line, wider, "{line}");
            assert_eq!(super::parse_in(&found.line, &context).as_ref(), Ok(&found.query), "{line}");
        }
        assert_eq!(WiderQuery::of("fro:x", &context), None);
        assert_eq!(WiderQuery::of("from:ada@example.org", &context), None);
    }
}
