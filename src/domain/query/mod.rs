//! The query language for messages: `from:alice subject:"release plan" list:rust-* has:attachment older:2d`.
//!
//! `parse` turns text into a `Query` once; `Query::holds` matches it against a message in memory; the store compiles
//! it to SQL. All three divide text into words by `domain::words`, and a property test checks that memory and SQL
//! give the same result.
//!
//! - Terms side by side must all hold; `or` binds looser than that; `not` and `-` turn a term round; parentheses group.
//! - A bare term is words in a row, in any one of From, To, Subject, the list's name and the text: `rust-lang` and
//!   `"rust lang"` are the same two words. `*` ends a term that is the beginning of a word.
//! - `field:` is followed by a word, by words in quotes, or by a group: `from:(ann or bob)`. Within quotes, `\"` is a quote.
//! - `from:` and `to:` with an `@` compare addresses (`ann@example.org`) or domains (`@example.org`).
//! - `before: after: older: newer:` take a date of the person's zone (`2026-11-01`, `2026-11`, `monday`, `today`) or a length
//!   (`3h`, `2d`, `6w`, `6m` of 30 days, `1y` of 365) counted back from the moment of asking. `after:` includes its date.
//! - Letters before a colon are meant as a field, so an unknown one is a mistake; `12:30`, `http://…`, `a::b` and `Re:` are words.

mod date;
mod eval;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod laws;
mod mistake;
mod parse;
mod show;
mod unfinished;
mod value;

use chrono::{DateTime, Utc};

use super::address::Address;
use super::envelope::ParsedMessage;
use super::ids::Id;
use super::text_enum::text_enum;
use super::trust::SenderTrust;

pub use mistake::QueryMistake;
pub use parse::parse;
pub use unfinished::parse_unfinished;

/// A parsed query. Dates were resolved when it was parsed, lengths of time are when it is asked: see `When`.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// Everything: an empty query, or `*`.
    All,
    And(Vec<Query>),
    Or(Vec<Query>),
    Not(Box<Query>),
    Term(Term),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    /// Words in a row, folded, at least one, in one of the fields, or in any one of them where `field` is `None`.
    /// With `prefix` the last of them is only the beginning of a word.
    Words {
        field: Option<TextField>,
        words: Vec<String>,
        prefix: bool,
    },
    /// An address (`ann@example.org`) or a domain (`@example.org`) in From, or in To and Cc. In lower case.
    Address {
        field: AddressField,
        pattern: String,
    },
    /// `list:*`, `subject:*`: the field is there and has a word in it.
    Any(TextField),
    /// The source's name, as `named` compares it: letter case ignored, with `prefix` only its beginning. In lower case.
    Source {
        name: String,
        prefix: bool,
    },
    /// The lane's name, in the same way.
    Lane {
        name: String,
        prefix: bool,
    },
    Has(Thing),
    /// `is:muted`: it is in this state.
    Is(StateTerm),
    /// Placed (`Envelope::placed`) before this instant.
    Before(When),
    /// Placed at or after this instant.
    After(When),
    Id(IdTerm),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextField {
    From,
    To,
    Subject,
    Body,
    List,
}

impl TextField {
    pub const ALL: [Self; 5] = [Self::From, Self::To, Self::Subject, Self::List, Self::Body];

    /// Its bit in a set of fields, as the column `message.fields` has it.
    #[must_use]
    pub fn bit(self) -> i64 {
        match self {
            Self::From => 1,
            Self::To => 2,
            Self::Subject => 4,
            Self::List => 8,
            Self::Body => 16,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressField {
    From,
    To,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Thing {
    Attachment,
    Unsubscribe,
    List,
}

text_enum! {
    /// A state that `is:` asks for, as it is written after the colon.
    pub enum StateTerm {
        /// Its thread is muted.
        Muted = "muted",
    }
}

/// An instant, fixed or counted back from the time of the search, so that a rule in the configuration stays right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    At(DateTime<Utc>),
    Ago(chrono::Duration),
}

impl When {
    /// The instant that is meant at the time `now`.
    #[must_use]
    pub fn instant(self, now: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::At(instant) => instant,
            Self::Ago(length) => now.checked_sub_signed(length).unwrap_or(DateTime::<Utc>::MIN_UTC),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdTerm {
    /// The store's own id.
    Own(Id),
    /// A Message-ID, without brackets, compared to the letter.
    MessageId(String),
}

impl Query {
    /// Every term of the query, in the order in which it was written.
    pub fn terms(&self, each: &mut impl FnMut(&Term)) {
        match self {
            Self::All => {}
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.terms(each)),
            Self::Not(part) => part.terms(each),
            Self::Term(term) => each(term),
        }
    }
}

/// Whether a term's `name` and `prefix` choose a source or a lane of this name. The store uses it for such terms too,
/// so that letter case counts the same in SQL.
#[must_use]
pub fn named(pattern: &str, prefix: bool, name: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    pattern.chars().all(|c| letters.next() == Some(c)) && (prefix || letters.next().is_none())
}

/// A message as a query sees it. The word fields are folded by `domain::words`.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub id: Option<Id>,
    pub message_id: Option<&'a str>,
    pub from: &'a Address,
    /// How far `from` is trusted: wholly by a search, by a rule only as far as is safe.
    pub trust: SenderTrust,
    pub to: &'a [Address],
    pub source: &'a str,
    /// The lane, where it is already known: a lane's own query cannot ask for lanes.
    pub lane: &'a str,
    pub words: &'a Indexed,
    pub attachments: u32,
    pub unsubscribe: bool,
    /// The states of `is:` that it is in; none for a message that is only about to be taken in.
    pub states: &'a [StateTerm],
    pub placed: DateTime<Utc>,
    /// The time of the search.
    pub now: DateTime<Utc>,
}

/// The searchable text of a message, folded, field by field: what the full-text index is fed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Indexed {
    pub from: String,
    pub to: String,
    pub subject: String,
    pub list: String,
    pub body: String,
}

impl Indexed {
    /// Folds the fields of a message on its way in.
    #[must_use]
    pub fn of(message: &ParsedMessage) -> Self {
        let ParsedMessage { envelope, text } = message;
        let mailboxes = |all: &[Address]| {
            let mut out = String::new();
            for mailbox in all {
                super::words::fold_into(&mailbox.name, &mut out);
                super::words::fold_into(&mailbox.address, &mut out);
            }
            out
        };
        Self {
            from: mailboxes(std::slice::from_ref(&envelope.from)),
            to: mailboxes(&envelope.to),
            subject: super::words::fold(&envelope.subject),
            list: super::words::fold(envelope.list.as_deref().unwrap_or_default()),
            body: super::words::fold(text),
        }
    }

    /// Which fields have words in them: the sum of their bits.
    #[must_use]
    pub fn fields(&self) -> i64 {
        TextField::ALL.into_iter().filter(|field| !self.field(*field).is_empty()).map(TextField::bit).sum()
    }

    #[must_use]
    pub fn field(&self, field: TextField) -> &str {
        match field {
            TextField::From => &self.from,
            TextField::To => &self.to,
            TextField::Subject => &self.subject,
            TextField::Body => &self.body,
            TextField::List => &self.list,
        }
    }
}
