//! Matching a query against one message in memory, with the same result as the full-text index.

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
            Self::Words { field, words, prefix } => field
                .as_ref()
                .map_or(&TextField::ANYWHERE[..], std::slice::from_ref)
                .iter()
                .filter(|one| **one != TextField::From || trust == SenderTrust::Whole)
                .any(|field| has_words(subject.words.field(*field), words, *prefix)),
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

/// Whether the words follow each other in the text. The text is folded: words with single spaces between them.
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

#[cfg(test)]
mod tests {
    use crate::domain::schedule::Zone;
    use chrono::DateTime;

    use crate::domain::address::Address;
    use crate::domain::query::{Indexed, Subject, parse};
    use crate::domain::trust::SenderTrust;

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
