//! A message, parsed: its facts and its text.

use chrono::{DateTime, Utc};

use super::address::Address;
use super::defect::Defect;
use super::fingerprint::Fingerprint;
use super::invitation::InvitationFacts;
use super::message_kind::{KindFact, MessageKind};
use super::service_notice::ServiceNotice;
use super::trust::SenderTrust;

/// What was read of a message's original bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedMessage {
    pub envelope: Envelope,
    /// The readable text, for searching; HTML already reduced to text.
    pub text: String,
    /// What is kept of the invitation that it brings.
    pub invitation: Option<InvitationFacts>,
}

/// The facts of a message that lists, rules and threads need: what its header says, and what its body has. Text is decoded
/// and otherwise as the message gave it.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    pub fingerprint: Fingerprint,
    /// The Message-ID without angle brackets, where there is a usable one (RFC 5322 §3.6.4).
    pub message_id: Option<String>,
    /// Message-IDs this one refers to: References, then In-Reply-To, oldest first, cleaned like `message_id`.
    pub references: Vec<String>,
    pub from: Address,
    /// How far a rule may rely on `from`.
    pub trust: SenderTrust,
    /// To and Cc together, in that order.
    pub to: Vec<Address>,
    /// How many of `to`, at its end, are from Cc.
    pub copied: usize,
    pub subject: String,
    /// The Date field; `None` where it is missing or unreadable.
    pub date: Option<DateTime<Utc>>,
    /// The List-Id's identifier without brackets (RFC 2919), in lower case.
    pub list: Option<String>,
    /// Whether a program sent it by itself: a notice, a receipt, an answer of a machine (RFC 3834).
    pub automatic: bool,
    /// What a forge, a CI server or a monitor says in it.
    pub service: Option<ServiceNotice>,
    /// Whether a List-Unsubscribe field is there (RFC 2369).
    pub unsubscribe: bool,
    /// Of what kinds it is by its header; those that follow from sent mail are added when it is taken in.
    pub kinds: Vec<KindFact>,
    pub attachments: Vec<Attachment>,
    /// Whether its text has the address of a page of the web, or words that lead to one.
    pub links: bool,
    pub defects: Vec<Defect>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// As the message names it; empty where it does not.
    pub name: String,
    /// The media type, `image/png`.
    pub kind: String,
    /// In bytes, decoded.
    pub size: u64,
}

impl Attachment {
    /// Whether a calendar reads it: by its media type (RFC 5545 §8.1), or by its name where a program gave it another type.
    #[must_use]
    pub fn is_calendar(&self) -> bool {
        is_calendar(&self.kind, &self.name)
    }
}

/// Whether a calendar reads what has this media type and this name.
#[must_use]
pub fn is_calendar(kind: &str, name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    matches!(kind, "text/calendar" | "application/ics") || ending.is_some_and(|it| it.eq_ignore_ascii_case("ics"))
}

impl Envelope {
    /// The kinds, without their reasons.
    #[must_use]
    pub fn message_kinds(&self) -> Vec<MessageKind> {
        self.kinds.iter().map(|fact| fact.kind).collect()
    }

    #[must_use]
    pub fn is(&self, kind: MessageKind) -> bool {
        self.kinds.iter().any(|fact| fact.kind == kind)
    }

    /// Whether it brings an invitation, or something else that a calendar reads.
    #[must_use]
    pub fn has_invitation(&self) -> bool {
        self.attachments.iter().any(Attachment::is_calendar)
    }

    /// The instant that places this message among others, where it arrived at `received`.
    #[must_use]
    pub fn placed(&self, received: DateTime<Utc>) -> DateTime<Utc> {
        placed(self.date, received)
    }

    /// The recipients of Cc.
    #[must_use]
    pub fn cc(&self) -> &[Address] {
        self.to.get(self.to.len().saturating_sub(self.copied)..).unwrap_or_default()
    }
}

/// The instant that places a message among others: its date, unless that is missing, before 1970 (no mail is that old), or
/// later than its arrival.
pub(super) fn placed(date: Option<DateTime<Utc>>, received: DateTime<Utc>) -> DateTime<Utc> {
    date.filter(|date| (DateTime::UNIX_EPOCH..=received).contains(date)).unwrap_or(received)
}
