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
//! - `from: to: cc:` with an `@` compare addresses: `ann@example.org`, a domain with its subdomains (`@example.org`), what
//!   stands before the `@` (`ann+urgent@`), or its tag (`+urgent@`). Without a field that is the sender or a recipient.
//! - `before: after: older: newer: on: date:a..b` take a date of the person's zone (`2026-11-01`, `2026-11`, `monday`,
//!   `"last week"`) or a length (`3h`, `2d`, `"6 weeks"`, `6m` of 30 days, `1y` of 365) counted back from the moment of
//!   asking. `after:` includes its date; `on:` and the end of `date:a..b` are whole days, months or years.
//! - `view:name` is a query that the settings have a name for (`SavedView`).
//! - Letters before a colon are meant as a field, so an unknown one is a mistake; `12:30`, `http://…`, `a::b` and `Re:` are words.
//!
//! docs/query.md tells the person all of it.

mod address_pattern;
mod beginning;
mod context;
mod date;
mod eval;
#[cfg(test)]
mod examples;
mod highlight;
#[cfg(test)]
mod laws;
mod mistake;
mod name;
mod parse;
mod show;
mod size;
mod state;
mod subject;
mod unfinished;
mod value;
mod word_filter;

use chrono::{DateTime, Utc};

use super::ids::{Id, ThreadId};
use super::message_kind::MessageKind;
use super::text_enum::text_enum;

pub use address_pattern::AddressPattern;
pub use beginning::{WiderQuery, WiderSearch};
pub use context::{HeldTerm, QueryContext, SavedView};
pub use highlight::Highlights;
pub use mistake::QueryMistake;
pub use name::field_names;
pub use parse::{parse, parse_in};
pub use show::view_term;
pub use state::StateTerm;
pub use subject::{Indexed, Subject};
pub use unfinished::parse_unfinished;
pub use word_filter::WordFilter;

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
    /// An address in From, in To and Cc, or in Cc.
    Address {
        field: AddressField,
        pattern: AddressPattern,
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
    /// The name of a folder in which a copy of it lies, in the same way.
    Folder {
        name: String,
        prefix: bool,
    },
    Has(Thing),
    /// `is:muted`: it is in this state.
    Is(StateTerm),
    /// `is:notice`: it is of this kind.
    Kind(MessageKind),
    /// Its original has more bytes than this.
    Larger(u64),
    /// Its original has fewer bytes than this.
    Smaller(u64),
    /// It belongs to this conversation.
    Thread(ThreadId),
    /// Placed (`Envelope::placed`) before this instant.
    Before(When),
    /// Placed at or after this instant.
    After(When),
    Id(IdTerm),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextField {
    From,
    /// To and Cc.
    To,
    /// Cc alone.
    Cc,
    Subject,
    Body,
    List,
    /// The names of attachments.
    File,
}

impl TextField {
    pub const ALL: [Self; 7] = [Self::From, Self::To, Self::Cc, Self::Subject, Self::List, Self::Body, Self::File];

    /// Where words without a field are looked for.
    pub const ANYWHERE: [Self; 5] = [Self::From, Self::To, Self::Subject, Self::List, Self::Body];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressField {
    From,
    /// To and Cc.
    To,
    /// Cc alone.
    Cc,
}

text_enum! {
    /// What `has:` asks for, as it is written after the colon.
    pub enum Thing {
        Attachment = "attachment",
        /// The address of a page of the web, in its text or behind its words.
        Link = "link",
        /// A picture, among the text or as a file.
        Image = "image",
        /// An invitation, or something else that a calendar reads.
        Invite = "invite",
        /// A way to leave the list (RFC 2369).
        Unsubscribe = "unsubscribe",
        /// A list that it came through (RFC 2919).
        List = "list",
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

    /// The first thing that the query asks for and that is not known of a message which is only about to be taken in: such a query
    /// can be no rule, and describes nothing that is expected.
    #[must_use]
    pub fn unknown_at_intake(&self) -> Option<&'static str> {
        let mut unknown = None;
        self.terms(&mut |term| unknown = unknown.or(term.unknown_at_intake()));
        unknown
    }

    /// How many groups and exclusions stand within each other.
    fn depth(&self) -> usize {
        match self {
            Self::All | Self::Term(_) => 0,
            Self::And(parts) | Self::Or(parts) => 1 + parts.iter().map(Self::depth).max().unwrap_or(0),
            Self::Not(part) => 1 + part.depth(),
        }
    }
}

impl Term {
    fn unknown_at_intake(&self) -> Option<&'static str> {
        match self {
            Self::Lane { .. } => Some("the lane"),
            Self::Thread(_) => Some("the conversation"),
            Self::Is(state) if !StateTerm::OF_THE_MAILBOX.contains(state) => Some("the state"),
            _ => None,
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
