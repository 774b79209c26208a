//! An invitation to an event, as a message carries it (iTIP, RFC 5546; iMIP, RFC 6047), and the card that tells of it.
//!
//! `mail::invitation` reads one from a message; the store keeps its facts; a job asks for what bears on it. Here is what is true of
//! it: when an event is (`event_time`, `described_zone`), how it repeats (`recurrence_rule`, `recurrence`), which of two messages
//! about one event counts (`facts`), what a person is told (`card`),
//! what is answered (`reply`), and what became of that (`own_answer`).

mod card;
mod context;
mod described_zone;
mod event_time;
mod facts;
mod own_answer;
mod recurrence;
mod recurrence_rule;
mod recurrence_words;
mod reply;
mod when;

use chrono::{DateTime, TimeDelta, Utc};

pub use self::card::{CARD_LABELS, CardLine, CardTone, InvitationCard, card};
pub use self::context::{InvitationContext, OtherEvent, Overtaking};
pub use self::described_zone::{DescribedOffset, DescribedZone, Observance};
pub use self::event_time::{EventTime, EventZone, TimeDoubt};
pub use self::facts::InvitationFacts;
pub use self::own_answer::OwnInvitationAnswer;
pub use self::recurrence::{MovedOccurrence, Occurrence, Recurrence};
pub use self::recurrence_rule::{Frequency, RecurrenceRule, RuleEnd, Walls};
pub use self::reply::{InvitationAnswer, NoInvitationReply};
use super::answering::same_mailbox;
use super::text_enum::text_enum;

text_enum! {
    /// What a message wants of an event (RFC 5546 §1.4).
    pub enum InvitationMethod {
        Publish = "publish",
        Request = "request",
        Reply = "reply",
        Add = "add",
        Cancel = "cancel",
        Refresh = "refresh",
        Counter = "counter",
        DeclineCounter = "declinecounter",
    }
}

text_enum! {
    /// What somebody has answered (PARTSTAT, RFC 5545 §3.2.12).
    pub enum ParticipationStatus {
        NeedsAction = "needs-action",
        Accepted = "accepted",
        Declined = "declined",
        Tentative = "tentative",
        Delegated = "delegated",
    }
}

/// Somebody who invites or is invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendee {
    /// Empty where there is none.
    pub name: String,
    /// As it is spelled in the invitation, without `mailto:`.
    pub address: String,
    pub status: ParticipationStatus,
}

impl Attendee {
    #[must_use]
    pub fn has_address(&self, address: &str) -> bool {
        same_mailbox(&self.address, address)
    }
}

/// Which one of an event that repeats is meant (RFC 5545 §3.8.4.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecurrenceId {
    /// The whole line as it is written, for an answer, which has to repeat it: `RECURRENCE-ID;TZID=Europe/Berlin:20261201T100000`.
    pub line: String,
    pub time: EventTime,
}

/// The times of an event as content lines (RFC 5545 §3.1), each without its line end. Of an event that repeats, begin and end are
/// left out: they are those of the first time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrittenTimes {
    pub recurrence_id: Option<String>,
    pub start: Option<String>,
    pub end: Option<String>,
    /// The VTIMEZONE of each zone that these lines name, line by line (RFC 5545 §3.6.5).
    pub zones: Vec<Vec<String>>,
}

/// What a message says of the event that it is about. An answer (RFC 5546 §3.2.3) needs of it `uid`, `sequence`, `recurrence_id`,
/// `organizer` and the own attendee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub method: InvitationMethod,
    /// Which event it is, for everybody (RFC 5545 §3.8.4.7); empty where it is not said.
    pub uid: String,
    pub recurrence_id: Option<RecurrenceId>,
    /// Its times as they are written, for an answer, which repeats them with the zones that they need; `None` where they cannot be
    /// repeated: a zone is not described in the message, or otherwise than it is known.
    pub written: Option<WrittenTimes>,
    /// The number of the organizer's revision, from 0 (RFC 5545 §3.8.7.4).
    pub sequence: u32,
    /// When this was written (DTSTAMP), which tells two messages of one revision apart.
    pub stamp: Option<DateTime<Utc>>,
    /// STATUS is CANCELLED, whatever the method.
    pub cancelled: bool,
    /// Whether it leaves the time free (TRANSP, RFC 5545 §3.8.2.7).
    pub transparent: bool,
    pub summary: String,
    pub description: String,
    pub location: String,
    /// What somebody says with an answer.
    pub comment: String,
    pub start: Option<EventTime>,
    pub end: Option<EventTime>,
    pub recurrence: Option<Recurrence>,
    pub organizer: Option<Attendee>,
    /// At most `limits::ADDRESSES`.
    pub attendees: Vec<Attendee>,
    /// How many more there are.
    pub attendees_left_out: usize,
    /// To whom the message was delivered, as far as its header says: one of these attendees is whoever reads it.
    pub delivered_to: Vec<String>,
    /// How many events of another UID the message has besides.
    pub others: usize,
    /// Whether only the beginning of it was read, since it is very long.
    pub cut: bool,
    /// Whether its transfer encoding is broken, so that some of it may be missing.
    pub damaged: bool,
}

impl Invitation {
    /// Whether the event does not take place any more.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        self.cancelled || self.method == InvitationMethod::Cancel
    }

    /// Whether it says how the event is, and not what somebody answers to it or asks of it.
    #[must_use]
    pub fn states(&self) -> bool {
        use InvitationMethod::{Add, Cancel, Publish, Request};
        matches!(self.method, Publish | Request | Add | Cancel)
    }

    /// The attendee that reads this message: the only one to whose address it was delivered.
    #[must_use]
    pub fn own_attendee(&self) -> Option<&Attendee> {
        let is_own = |attendee: &&Attendee| self.delivered_to.iter().any(|address| attendee.has_address(address));
        let mut own = self.attendees.iter().filter(is_own);
        own.next().filter(|first| own.all(|other| other.has_address(&first.address)))
    }

    /// Whether whoever reads it does not come, by what it says of them.
    #[must_use]
    pub fn is_declined(&self) -> bool {
        self.own_attendee().is_some_and(|own| own.status == ParticipationStatus::Declined)
    }

    /// How long it is; nothing where it has no end, or one before its beginning.
    #[must_use]
    pub fn length(&self) -> TimeDelta {
        let length = self.start.as_ref().zip(self.end.as_ref()).and_then(|(start, end)| start.until(end));
        length.unwrap_or_default().max(TimeDelta::zero())
    }
}
