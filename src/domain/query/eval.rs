//! A query asked of one message in memory, with the answers that the full-text index would give.

use super::{AddressField, Field, IdTerm, Query, Subject, Term, Thing, named};
use crate::domain::address::Address;

/// Where words without a field are looked for.
const FIELDS: [Field; 5] = [Field::From, Field::To, Field::Subject, Field::List, Field::Body];

impl Query {
    /// Whether the message is one of those that the query chooses.
    #[must_use]
    pub fn holds(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::All => true,
            Self::And(parts) => parts.iter().all(|part| part.holds(subject)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(subject)),
            Self::Not(part) => !part.holds(subject),
            Self::Term(term) => term.holds(subject),
        }
    }
}

impl Term {
    fn holds(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::Words { field: Some(field), words, prefix } => has_words(subject.words.field(*field), words, *prefix),
            Self::Words { field: None, words, prefix } => {
                FIELDS.iter().any(|field| has_words(subject.words.field(*field), words, *prefix))
            }
            Self::Address { field: AddressField::From, pattern } => subject.from.is(pattern),
            Self::Address { field: AddressField::To, pattern } => subject.to.iter().any(|to: &Address| to.is(pattern)),
            Self::Any(field) => !subject.words.field(*field).is_empty(),
            Self::Source { name, prefix } => named(name, *prefix, subject.source),
            Self::Lane { name, prefix } => named(name, *prefix, subject.lane),
            Self::Has(Thing::Attachment) => subject.attachments > 0,
            Self::Has(Thing::Unsubscribe) => subject.unsubscribe,
            Self::Has(Thing::List) => !subject.words.list.is_empty(),
            Self::Before(when) => subject.placed < when.instant(subject.now),
            Self::After(when) => subject.placed >= when.instant(subject.now),
            Self::Id(IdTerm::Own(id)) => subject.id == Some(*id),
            Self::Id(IdTerm::MessageId(id)) => subject.message_id == Some(id),
        }
    }
}

/// Whether the words stand in the text in a row. The text is folded: words with single spaces between them.
fn has_words(text: &str, words: &[String], prefix: bool) -> bool {
    let Some(first) = words.first().filter(|word| !word.is_empty()) else { return false };
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find(first.as_str())) {
        let at = from + found;
        if (at == 0 || text.as_bytes().get(at - 1) == Some(&b' ')) && begins(&text[at..], words, prefix) {
            return true;
        }
        from = at + first.len();
    }
    false
}

/// Whether the text, which begins at a word, begins with these words.
fn begins(text: &str, words: &[String], prefix: bool) -> bool {
    let mut there = text.split(' ');
    let Some((last, before)) = words.split_last() else { return false };
    before.iter().all(|word| there.next() == Some(word))
        && there.next().is_some_and(|word| if prefix { word.starts_with(last.as_str()) } else { word == last })
}
