//! An answer, before a word of it is written: who gets it, as whom the person writes, what its subject is, and by which ids
//! other programs put it into the thread (RFC 5322 §3.6.4).
//!
//! `mail` reads what is asked here of a message's header; an editor and the outbox come after it.

mod answered;
mod departure;
mod draft;
mod intent;
mod own_addresses;
mod recipients;
mod reply_header;
mod warnings;

pub use answered::{AnsweredAlready, AnsweredBy, AnsweredHow};
pub use departure::Departure;
pub use draft::{Draft, DraftMistake, FORWARDED, INVITATION_ANSWER_FIELD};
pub use intent::{ComposeIntent, ForwardHow};
pub use own_addresses::{OwnAddress, OwnAddresses};
pub use recipients::{AnswerError, AnswerScope, Recipients, recipients};
pub use reply_header::{forward_subject, references, reply_subject};
pub use warnings::{DraftWarning, warnings};

use super::address::Address;

/// What an answer needs of the message that it answers. Addresses that are empty do not count as people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnsweredMessage {
    pub from: Address,
    pub reply_to: Vec<Address>,
    /// `Mail-Followup-To`: where the author wants the discussion to go on.
    pub followup_to: Vec<Address>,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    /// The addresses that delivery wrote down, the last stop first: `Delivered-To`, `X-Original-To`, `Envelope-To`.
    pub delivered_to: Vec<String>,
    pub posting: ListPosting,
    pub subject: String,
    /// Without brackets.
    pub message_id: Option<String>,
    /// The ids it refers to, oldest first, without brackets.
    pub references: Vec<String>,
}

/// What a list says of posting to it: `List-Post` (RFC 2369 §3.4).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ListPosting {
    /// It is no message of a list, or the list does not say.
    #[default]
    Unknown,
    /// `NO`: nobody can write to it.
    Closed,
    /// The address to write to.
    Open(String),
}

impl ListPosting {
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        if let Self::Open(address) = self { Some(address) } else { None }
    }
}

/// Whether something can be sent to an address: there is something on both sides of its last `@`, and no blank or control
/// character outside of quotes.
#[must_use]
pub fn can_be_written_to(address: &str) -> bool {
    let odd = |c: char| c.is_control() || c.is_whitespace() && !address.starts_with('"');
    address.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
        && !address.contains(odd)
}

/// Whether two addresses lead to the same mailbox, as far as can be told: letter case tells none apart.
#[must_use]
pub fn same_mailbox(one: &str, other: &str) -> bool {
    mailbox_key(one) == mailbox_key(other)
}

/// What the addresses of one mailbox have in common, for sets of many.
fn mailbox_key(address: &str) -> String {
    address.trim().to_lowercase()
}
