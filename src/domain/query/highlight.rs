//! Where the words of a query stand in a text, so that a screen can show what matched.

use std::ops::Range;

use super::{Query, Term, TextField};
use crate::domain::words::{self, WordPlace};

/// The words that a query asks for, without those that it excludes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Highlights(Vec<Sought>);

/// Words in a row, folded, in one field or in any.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sought {
    field: Option<TextField>,
    words: Vec<String>,
    /// Whether the last of them is only the beginning of a word.
    prefix: bool,
}

impl Highlights {
    #[must_use]
    pub fn of(query: &Query) -> Self {
        let mut highlights = Self::default();
        highlights.gather(query);
        highlights
    }

    fn gather(&mut self, query: &Query) {
        match query {
            Query::And(parts) | Query::Or(parts) => {
                for part in parts {
                    self.gather(part);
                }
            }
            Query::Term(Term::Words { field, words, prefix }) => {
                self.0.push(Sought { field: *field, words: words.clone(), prefix: *prefix });
            }
            Query::All | Query::Not(_) | Query::Term(_) => {}
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many words the longest row of words has.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.0.iter().map(|sought| sought.words.len()).max().unwrap_or(0)
    }

    /// Where the text of a field has these words, in bytes: in order, without overlaps. Takes time in proportion to the text.
    #[must_use]
    pub fn places(&self, field: TextField, text: &str) -> Vec<Range<usize>> {
        // What is asked of `to` holds of those who got a copy, too.
        let of = |sought: TextField| sought == field || (sought, field) == (TextField::To, TextField::Cc);
        let here: Vec<_> = self.0.iter().filter(|sought| sought.field.is_none_or(of)).collect();
        if here.is_empty() {
            return Vec::new();
        }
        let words = words::places(text);
        let mut found: Vec<Range<usize>> = Vec::new();
        for start in 0..words.len() {
            let rest = words.get(start..).unwrap_or_default();
            let Some(length) = here.iter().filter_map(|sought| sought.length_at(rest)).max() else { continue };
            let Some((first, last)) = rest.first().zip(rest.get(length - 1)) else { continue };
            match found.last_mut() {
                Some(before) if first.place.start < before.end => before.end = before.end.max(last.place.end),
                _ => found.push(first.place.start..last.place.end),
            }
        }
        found
    }
}

impl Sought {
    /// How many words it has, where the text begins with them.
    fn length_at(&self, text: &[WordPlace]) -> Option<usize> {
        let (last, before) = self.words.split_last()?;
        let (ends, begins) = text.get(..self.words.len())?.split_last()?;
        let ends_so = if self.prefix { ends.word.starts_with(last.as_str()) } else { ends.word == *last };
        let same = ends_so && begins.iter().zip(before).all(|(there, sought)| there.word == *sought);
        same.then_some(self.words.len())
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::{Highlights, TextField};
    use crate::domain::query::parse;
    use crate::domain::schedule::Zone;
    use crate::domain::words;

    /// The text with brackets around what is shown.
    fn shown(query: &str, field: TextField, text: &str) -> String {
        let query = parse(query, Zone::UTC, DateTime::UNIX_EPOCH).expect(query);
        let mut out = text.to_owned();
        for place in Highlights::of(&query).places(field, text).into_iter().rev() {
            out.insert(place.end, ']');
            out.insert(place.start, '[');
        }
        out
    }

    #[test]
    fn what_matched_is_found_as_the_index_finds_it() {
        for (query, text, wanted) in [
            ("cafe", "Café, CAFÉ and cafés", "[Café], [CAFÉ] and cafés"),
            ("caf*", "Café and cafés", "[Café] and [cafés]"),
            ("\"release plan\"", "the release: plan, a plan", "the [release: plan], a plan"),
            ("来週", "明日と来週の会議", "明日と[来週]の会議"),
            ("plan -old", "an old plan", "an old [plan]"),
            ("(tea or coffee) subject:tea", "Tea, coffee, cake", "[Tea], [coffee], cake"),
            ("from:tea has:attachment", "Tea", "Tea"),
            ("donaudampf*", "Donau\u{AD}dampf\u{AD}schiff", "[Donau\u{AD}dampf\u{AD}schiff]"),
            ("\"a a\"", "a a a b", "[a a a] b"),
            ("2", "½ of it", "[½] of it"),
        ] {
            assert_eq!(shown(query, TextField::Subject, text), wanted, "{query}");
        }
    }

    /// A row of equal words, and a query that nearly matches at each of them.
    #[test]
    fn a_hostile_text_takes_no_longer_than_its_length() {
        let text = "a ".repeat(200_000);
        let query = format!("\"{}b\"", "a ".repeat(20));
        assert_eq!(shown(&query, TextField::Body, &text), text);
        assert_eq!(shown("\"a a\"", TextField::Body, &text), format!("[{}] ", text.trim_end()));
    }

    proptest! {
        /// Something is shown exactly where the folded text has the words.
        #[test]
        fn something_is_shown_where_the_folded_text_has_the_words(
            text in "([abé]|[Ａ１½ﬁ]|週| |\u{301}|\u{AD}|-|\u{200B}){0,14}", sought in "[ab]{1,2}( [ab1]{1,2})?", prefix: bool,
        ) {
            let query = format!("\"{sought}\"{}", if prefix { "*" } else { "" });
            let parsed = parse(&query, Zone::UTC, DateTime::UNIX_EPOCH);
            prop_assume!(parsed.is_ok());
            let found = Highlights::of(&parsed.expect("a query")).places(TextField::Body, &text);
            let folded = format!(" {} ", words::fold(&text));
            let wanted = format!(" {sought}{}", if prefix { "" } else { " " });
            prop_assert_eq!(!found.is_empty(), folded.contains(&wanted), "{:?}", found);
            for place in &found {
                prop_assert!(text.get(place.clone()).is_some(), "{:?}", place);
            }
            prop_assert!(found.windows(2).all(|two| two[0].end <= two[1].start), "{:?}", found);
        }
    }
}
