//! What a search with few hits could be asked instead: a whole word of it as the beginning of a word.

use super::{Query, Term};

/// A shorter word begins too many others.
const SHORTEST: usize = 3;
/// So many letters of a word are kept at least, where it has them.
const KEPT: usize = 4;
/// So many letters at the end of a word are left out at most: endings differ there.
const ENDING: usize = 2;

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
                let kept: String = last.chars().take(letters.saturating_sub(ENDING).max(KEPT)).collect();
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

    use super::super::parse;
    use crate::domain::schedule::Zone;

    #[test]
    fn the_last_word_that_must_be_there_becomes_a_beginning() {
        for (text, becomes) in [
            ("unsubscribe", Some("unsubscri*")),
            ("plans -unsubscribe", Some("plan*")),
            ("tea", Some("tea*")),
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
        assert_eq!(query.with_beginning().map(|(query, _)| query.to_string()).as_deref(), Some("ada engi* -x"));
    }
}
