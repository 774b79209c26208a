//! One message as the store knows it: the facts of its header, and its stage of life here.

use std::fmt;
use std::ops::Range;

use chrono::{DateTime, Utc};

use super::address::Address;
use super::envelope::placed;
use super::follow_up::FollowUp;
use super::ids::{BatchId, Id, ThreadId};
use super::list_tag::list_tag;
use super::positions::Position;
use super::printable::Printable;
use super::text_enum::text_enum;
use super::until::Until;

/// The facts of a message that lists, scripts and rules need. Its text and original bytes are read separately.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub id: Id,
    pub message_id: Option<String>,
    pub thread: ThreadId,
    pub source: String,
    pub lane: String,
    pub from: Address,
    pub to: Vec<Address>,
    pub subject: String,
    /// The Date field; `None` where it could not be read.
    pub date: Option<DateTime<Utc>>,
    /// When it arrived.
    pub received: DateTime<Utc>,
    /// How many attachments it has.
    pub attachments: u32,
    /// Whether one of them is an invitation, or something else that a calendar reads. Not known of messages that versions before
    /// took in.
    pub invitation: bool,
    pub list: Option<String>,
    pub stage: Stage,
    /// How often it was carried over from one batch to the next.
    pub carried: u32,
    /// How often it came back to its mailbox after it was finished with, and was held again.
    pub returned: u32,
    /// Whether the person has reopened it, and not decided since.
    pub reopened: bool,
    /// Why it is to be looked at again, where the person wanted that.
    pub follow_up: Option<FollowUp>,
    /// The exception that let it through the hold, where one did.
    pub exception: Option<String>,
    /// Of the original, in bytes.
    pub size: u64,
    pub defects: Vec<String>,
}

impl Message {
    /// The instant that places this message among others (see `Envelope::placed`).
    #[must_use]
    pub fn placed(&self) -> DateTime<Utc> {
        placed(self.date, self.received)
    }
}

text_enum! {
    /// The stages of a message's life. Text comes out of the store only for those that `visible` says.
    pub enum Stage {
        /// Waiting for its check-in. Nobody sees it.
        Held = "held",
        /// An exception let it through the hold; no batch has it yet.
        LetThrough = "let through",
        /// In a batch that was begun and is not committed.
        Batched = "in batch",
        /// Sent by the person to a later window.
        Deferred = "deferred",
        /// Was in a batch and was left undecided at its close; it leads the next one.
        CarriedOver = "carried over",
        /// Finished with: done.
        Done = "done",
        /// Finished with: trash.
        Trash = "trash",
        /// Finished with: spam.
        Spam = "spam",
        /// Finished with: its thread was muted.
        Muted = "muted",
        /// It was backlog when it was first taken in, and never held.
        History = "history",
        /// Somebody filed it elsewhere, in a folder that is not read: it counts as done.
        Filed = "filed",
        /// It lies nowhere any more: somebody removed it elsewhere, and it is not known why.
        Gone = "gone",
    }
}

impl Stage {
    /// Whether it is finished with, so that it comes into no batch any more.
    #[must_use]
    pub fn is_over(self) -> bool {
        match self {
            Self::Held | Self::LetThrough | Self::Batched | Self::Deferred | Self::CarriedOver => false,
            Self::Done | Self::Trash | Self::Spam | Self::Muted | Self::History | Self::Filed | Self::Gone => true,
        }
    }

    /// Rule 1: everything but what is held may be shown.
    #[must_use]
    pub fn visible(self) -> bool {
        self != Self::Held
    }
}

/// That a message came back to its mailbox and was held again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comeback {
    /// The stage that it had before, when it was finished with.
    pub was: Stage,
    pub times: u32,
}

impl fmt::Display for Comeback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let was = match self.was {
            Stage::Trash => "was in the trash",
            Stage::Spam => "was among the spam",
            Stage::Muted => "was in a muted thread",
            Stage::History => "was filed as history",
            Stage::Filed => "was filed in another folder",
            Stage::Gone => "was gone from the mailbox",
            _ => "was done",
        };
        write!(f, "it {was}, and came back to where incoming messages lie")?;
        if self.times > 1 { write!(f, " (that happened {} times)", self.times) } else { Ok(()) }
    }
}

/// A message as a list shows it: every text fit for a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageSummary {
    pub id: Id,
    pub thread: ThreadId,
    pub sender: Printable,
    pub address: Printable,
    pub subject: Printable,
    /// Where the name of the message's mailing list stands in the subject, in bytes.
    pub list_tag: Option<Range<usize>>,
    pub source: Printable,
    pub placed: DateTime<Utc>,
    pub attachments: u32,
    pub invitation: bool,
    pub carried: u32,
    pub returned: u32,
    pub reopened: bool,
    pub follow_up: Option<FollowUp>,
    pub stage: Stage,
    /// The exception that let it through, where one did.
    pub exception: Option<Printable>,
}

/// What `MessageSummary` is made of, as the store has it.
#[derive(Debug, Clone, Copy)]
pub struct SummaryFacts<'m> {
    pub id: Id,
    pub thread: ThreadId,
    pub from: &'m Address,
    pub subject: &'m str,
    pub list: Option<&'m str>,
    pub source: &'m str,
    pub date: Option<DateTime<Utc>>,
    pub received: DateTime<Utc>,
    pub attachments: u32,
    pub invitation: bool,
    pub carried: u32,
    pub returned: u32,
    pub reopened: bool,
    pub follow_up: Option<FollowUp>,
    pub stage: Stage,
    pub exception: Option<&'m str>,
}

impl MessageSummary {
    #[must_use]
    pub fn of(message: &Message) -> Self {
        Self::from(SummaryFacts {
            id: message.id,
            thread: message.thread,
            from: &message.from,
            subject: &message.subject,
            list: message.list.as_deref(),
            source: &message.source,
            date: message.date,
            received: message.received,
            attachments: message.attachments,
            invitation: message.invitation,
            carried: message.carried,
            returned: message.returned,
            reopened: message.reopened,
            follow_up: message.follow_up,
            stage: message.stage,
            exception: message.exception.as_deref(),
        })
    }
}

impl From<SummaryFacts<'_>> for MessageSummary {
    fn from(facts: SummaryFacts<'_>) -> Self {
        let subject = Printable::from(facts.subject);
        let subject = if subject.is_blank() { Printable::from("(no visible subject)") } else { subject };
        Self {
            list_tag: facts.list.and_then(|list| list_tag(subject.as_str(), list)),
            id: facts.id,
            thread: facts.thread,
            sender: called(facts.from),
            address: Printable::address(&facts.from.address),
            subject,
            source: Printable::from(facts.source),
            placed: placed(facts.date, facts.received),
            attachments: facts.attachments,
            invitation: facts.invitation,
            carried: facts.carried,
            returned: facts.returned,
            reopened: facts.reopened,
            follow_up: facts.follow_up,
            stage: facts.stage,
            exception: facts.exception.map(Printable::from),
        }
    }
}

/// Who writes, as a row says it: the name, else the address.
#[must_use]
pub fn called(from: &Address) -> Printable {
    match from.called() {
        address if address == from.address => Printable::address(address),
        name => Printable::from(name),
    }
}

/// A message that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    pub entry: MessageSummary,
    /// The open batch that it is in, and its position there.
    pub place: Option<(BatchId, Position)>,
}

/// A deferred message and the window that brings it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deferred {
    pub entry: MessageSummary,
    pub until: Until,
}
