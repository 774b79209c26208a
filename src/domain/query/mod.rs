//! The one language for choosing messages: `from:alice subject:"release plan" list:rust-* has:attachment older:2d`.
//!
//! `parse` turns text into a `Query` once; `Query::holds` asks it of a message in memory; the store compiles it to
//! SQL. All three see text as `domain::words` does, and a property test holds memory and SQL to the same answer.

mod eval;
mod parse;

use chrono::{DateTime, Utc};

use super::address::Address;
use super::ids::Id;

pub use parse::{Mistake, parse};

/// A parsed query. Relative times (`older:2d`, `before:monday`) were resolved when it was parsed... see `When`.
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
    /// Words in a row, in one of the fields, or in any of them where `field` is `None`.
    Words { field: Option<Field>, words: Vec<String>, prefix: bool },
    /// An address (`ann@example.org`) or a domain (`@example.org`) in From, or in To and Cc.
    Address { field: AddressField, pattern: String },
    /// `list:*`, `subject:*`: the field is there and has a word in it.
    Any(Field),
    /// The source's name, exactly, letter case ignored; a trailing `*` makes it a prefix.
    Source { name: String, prefix: bool },
    /// The lane's name, in the same way.
    Lane { name: String, prefix: bool },
    Has(Thing),
    /// Placed (`Arrival::placed`) before this instant.
    Before(When),
    /// Placed at or after this instant.
    After(When),
    Id(IdTerm),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    From,
    To,
    Subject,
    Body,
    List,
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

/// An instant, fixed or counted back from the moment of asking, so that a rule in the configuration does not grow old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    At(DateTime<Utc>),
    Ago(chrono::Duration),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdTerm {
    /// The store's own id.
    Own(Id),
    /// A Message-ID, without brackets.
    MessageId(String),
}

/// A message as a query sees it. The word fields are folded by `domain::words`.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub id: Option<Id>,
    pub message_id: Option<&'a str>,
    pub from: &'a Address,
    pub to: &'a [Address],
    pub source: &'a str,
    /// The lane, where it is already known: a lane's own query cannot ask for lanes.
    pub lane: &'a str,
    pub words: &'a Indexed,
    pub attachments: u32,
    pub unsubscribe: bool,
    pub placed: DateTime<Utc>,
    /// The moment of asking.
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
    pub fn of(arrival: &super::arrival::Arrival) -> Self {
        let mailboxes = |all: &[Address]| {
            let mut out = String::new();
            for mailbox in all {
                super::words::fold_into(&mailbox.name, &mut out);
                super::words::fold_into(&mailbox.address, &mut out);
            }
            out
        };
        Self {
            from: mailboxes(std::slice::from_ref(&arrival.from)),
            to: mailboxes(&arrival.to),
            subject: super::words::fold(&arrival.subject),
            list: super::words::fold(arrival.list.as_deref().unwrap_or_default()),
            body: super::words::fold(&arrival.text),
        }
    }

    #[must_use]
    pub fn field(&self, field: Field) -> &str {
        match field {
            Field::From => &self.from,
            Field::To => &self.to,
            Field::Subject => &self.subject,
            Field::Body => &self.body,
            Field::List => &self.list,
        }
    }
}
