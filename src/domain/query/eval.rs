//! Matching a query against one message in memory, with the same result as the full-text index.

use std::borrow::Cow;

use memchr::memmem::Finder;

use super::{AddressField, IdTerm, Query, Subject, Term, TextField, Thing, named};
use crate::domain::message_kind::MessageKind;
use crate::domain::trust::SenderTrust;

impl Query {
    /// Whether the message is one of those that the query chooses.
    ///
    /// A sender that cannot be trusted matches no `from:` term; but within a `not` it does, so that an exclusion
    /// still works.
    #[must_use]
    pub fn holds(&self, subject: &Subject<'_>) -> bool {
        self.holds_by(subject, subject.trust)
    }

    fn holds_by(&self, subject: &Subject<'_>, trust: SenderTrust) -> bool {
        match self {
            Self::All => true,
            Self::And(parts) => parts.iter().all(|part| part.holds_by(subject, trust)),
            Self::Or(parts) => parts.iter().any(|part| part.holds_by(subject, trust)),
            // Each `not` switches between the trust in the sender and full trust.
            Self::Not(part) => {
                let turned = if trust == SenderTrust::Whole { subject.trust } else { SenderTrust::Whole };
                !part.holds_by(subject, turned)
            }
            Self::Term(term) => term.holds(subject, trust),
        }
    }
}

impl Term {
    fn holds(&self, subject: &Subject<'_>, trust: SenderTrust) -> bool {
        match self {
            Self::Words { field, words, prefix } => {
                if subject.filter.is_some_and(|filter| !filter.may_have(words, *prefix)) {
                    return false;
                }
                let Some(phrase) = Phrase::of(words, *prefix) else { return false };
                let finder = Finder::new(phrase.text.as_bytes());
                field
                    .as_ref()
                    .map_or(&TextField::ANYWHERE[..], std::slice::from_ref)
                    .iter()
                    .filter(|one| **one != TextField::From || trust == SenderTrust::Whole)
                    .any(|field| phrase.is_in(&finder, subject.words.field(*field)))
            }
            Self::Address { field: AddressField::From, pattern } => {
                trust != SenderTrust::Nothing && pattern.names(subject.from)
            }
            Self::Address { field: AddressField::To, pattern } => subject.to.iter().any(|to| pattern.names(to)),
            Self::Address { field: AddressField::Cc, pattern } => subject.cc.iter().any(|cc| pattern.names(cc)),
            Self::Any(field) => !subject.words.field(*field).is_empty(),
            Self::Source { name, prefix } => named(name, *prefix, subject.source),
            Self::Lane { name, prefix } => named(name, *prefix, subject.lane),
            Self::Folder { name, prefix } => subject.folders.iter().any(|folder| named(name, *prefix, folder)),
            Self::Has(Thing::List) => !subject.words.list.is_empty(),
            Self::Has(thing) => subject.things.contains(thing),
            Self::Is(state) => subject.states.contains(state),
            // Whoever says to be somebody to whom the person has written is not, where the sender is in doubt.
            Self::Kind(MessageKind::Correspondent) if trust == SenderTrust::Nothing => false,
            Self::Kind(kind) => subject.kinds.contains(kind),
            Self::Larger(size) => subject.size > *size,
            Self::Smaller(size) => subject.size < *size,
            Self::Thread(thread) => subject.threads.contains(thread),
            Self::Before(when) => subject.placed < when.instant(subject.now),
            Self::After(when) => subject.placed >= when.instant(subject.now),
            Self::Id(IdTerm::Own(id)) => subject.id == Some(*id),
            Self::Id(IdTerm::MessageId(id)) => subject.message_id == Some(id),
        }
    }
}

/// Words that follow each other, to be looked for in several texts. With many rules that is most of what they cost, so nothing is
/// built twice.
struct Phrase<'w> {
    /// The words with single spaces between them.
    text: Cow<'w, str>,
    /// Whether the last word may go on.
    prefix: bool,
}

impl<'w> Phrase<'w> {
    /// `None` where there is nothing to look for, which no text has.
    fn of(words: &'w [String], prefix: bool) -> Option<Self> {
        let first = words.first().filter(|word| !word.is_empty())?;
        let text = if words.len() == 1 { Cow::Borrowed(first.as_str()) } else { Cow::Owned(words.join(" ")) };
        Some(Self { text, prefix })
    }

    /// Whether a text has them. It is folded: words with single spaces between them.
    fn is_in(&self, finder: &Finder<'_>, text: &str) -> bool {
        let bytes = text.as_bytes();
        let mut from = 0;
        while let Some(found) = bytes.get(from..).and_then(|rest| finder.find(rest)) {
            let (at, end) = (from + found, from + found + self.text.len());
            let begins = at == 0 || bytes.get(at - 1) == Some(&b' ');
            if begins && (self.prefix || matches!(bytes.get(end), None | Some(b' '))) {
                return true;
            }
            from = at + 1;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::schedule::Zone;
    use chrono::DateTime;

    use crate::domain::address::Address;
    use crate::domain::query::{Indexed, Subject, parse};
    use crate::domain::trust::SenderTrust;
    use crate::domain::words::fold;

    /// Whether a query chooses a message from mum, if its sender is trusted that far.
    fn chosen(query: &str, trust: SenderTrust) -> bool {
        let from = Address::new("Mum", "mum@a.example");
        let words = Indexed { from: "mum mum a example".into(), subject: "tea".into(), ..Indexed::default() };
        let subject = Subject { trust, ..Subject::new(&from, &words, DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH) };
        parse(query, Zone::UTC, DateTime::UNIX_EPOCH).expect(query).holds(&subject)
    }

    #[test]
    fn a_sender_in_doubt_is_nobody_who_is_asked_for() {
        for (query, by_address, by_nothing) in [
            ("from:mum@a.example", true, false),
            ("from:@a.example", true, false),
            ("from:mum", false, false),
            ("mum", false, false),
            ("from:mu*", false, false),
            ("from:(mum or dad)", false, false),
            ("tea", true, true),
        ] {
            assert!(chosen(query, SenderTrust::Whole), "{query}");
            assert_eq!(chosen(query, SenderTrust::Address), by_address, "{query}");
            assert_eq!(chosen(query, SenderTrust::Nothing), by_nothing, "{query}");
        }
    }

    #[test]
    fn words_are_found_as_words_wherever_they_begin() {
        let found = |text: &str, query: &str| {
            let (from, words) = (Address::default(), Indexed { body: fold(text), ..Indexed::default() });
            let subject = Subject::new(&from, &words, DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH);
            parse(query, Zone::UTC, DateTime::UNIX_EPOCH).expect(query).holds(&subject)
        };
        for (text, query, expected) in [
            ("tea", "body:tea", true),
            ("steam tea", "body:tea", true),
            ("teas steam", "body:tea", false),
            ("teas", "body:tea*", true),
            ("steam", "body:tea*", false),
            // What begins within a place that is none.
            ("ba a a", "body:\"a a\"", true),
            ("ba ab a", "body:\"a a\"", false),
            ("a a ab", "body:\"a ab\"", true),
            ("grün grüne", "body:grüne", true),
            ("grün", "body:gr*", true),
            ("", "body:a", false),
        ] {
            assert_eq!(found(text, query), expected, "{query} in {text:?}");
        }
    }

    #[test]
    fn and_is_still_left_out_by_who_does_not_want_it() {
        for trust in [SenderTrust::Whole, SenderTrust::Address, SenderTrust::Nothing] {
            for query in ["tea -from:mum", "tea -from:mum@a.example", "tea -mum"] {
                assert!(!chosen(query, trust), "{query}");
            }
        }
        assert!(chosen("tea -(-from:mum@a.example)", SenderTrust::Whole));
        assert!(!chosen("tea -(-from:mum@a.example)", SenderTrust::Nothing));
    }
}
