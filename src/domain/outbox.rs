//! What the person writes, from its first save in an editor until it has left: its states, and who has to do something about each.

use chrono::{DateTime, Utc};

use super::ids::{BatchId, Id, OutgoingId};
use super::text_enum::text_enum;

text_enum! {
    /// How far a message that the person writes has come.
    pub enum OutgoingState {
        /// It is being written.
        Draft = "draft",
        /// It leaves when its time comes, and can be taken back until then.
        Staged = "staged",
        /// It is being sent, by one process, once.
        Leaving = "leaving",
        /// Everybody's server has taken it.
        Sent = "sent",
        /// Some recipients were refused; the others have it.
        PartlySent = "partly sent",
        /// Nobody has it, and trying again would not help.
        Refused = "refused",
        /// It was not taken yet, and is tried again.
        Later = "later",
        /// It was sent to the end, and nobody can say whether it was taken.
        Unknown = "unknown",
    }
}

text_enum! {
    /// Who has to do something about a message that the person writes.
    pub enum OutgoingOwner {
        /// The person, in the list of drafts.
        Drafts = "drafts",
        /// What sends messages, when the time has come.
        Sender = "sender",
        /// The person, in the outbox: nothing more happens by itself.
        Outbox = "outbox",
        /// Nobody.
        History = "history",
    }
}

impl OutgoingState {
    /// Each state belongs to one, so that nothing is forgotten and nothing is done twice.
    #[must_use]
    pub fn owner(self) -> OutgoingOwner {
        match self {
            Self::Draft => OutgoingOwner::Drafts,
            Self::Staged | Self::Leaving | Self::Later => OutgoingOwner::Sender,
            Self::PartlySent | Self::Refused | Self::Unknown => OutgoingOwner::Outbox,
            Self::Sent => OutgoingOwner::History,
        }
    }

    /// Whether it can be taken back, and edited: nobody has it, and it is not on its way.
    #[must_use]
    pub fn can_be_recalled(self) -> bool {
        matches!(self, Self::Staged | Self::Later | Self::Refused)
    }
}

text_enum! {
    /// What a message that the person writes is to another one.
    pub enum OutgoingRelation {
        Reply = "reply",
        Forward = "forward",
        /// It is about no other message.
        New = "new",
    }
}

text_enum! {
    /// What became of a message for one recipient.
    pub enum RecipientState {
        Waiting = "waiting",
        Accepted = "accepted",
        Refused = "refused",
        /// Not taken at the last try.
        Deferred = "deferred",
        /// Perhaps taken: not tried again by itself.
        Unknown = "unknown",
    }
}

text_enum! {
    /// When a staged message leaves, without the instant.
    pub enum DepartureTimeKind {
        Close = "close",
        Next = "next",
        At = "at",
    }
}

/// When a staged message leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DepartureTime {
    /// At the next commit of a batch.
    Close,
    /// At the commit of a later batch than that in which it was staged.
    Next,
    /// From this instant on.
    At(DateTime<Utc>),
}

/// The close at which something leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosingCheckin {
    pub checkin: String,
    pub closes: DateTime<Utc>,
    pub is_open: bool,
}

/// What a state follows from, once it is known for every recipient what became of the message.
#[must_use]
pub fn state_of(recipients: &[RecipientState]) -> OutgoingState {
    let any = |state: RecipientState| recipients.contains(&state);
    if any(RecipientState::Unknown) {
        OutgoingState::Unknown
    } else if any(RecipientState::Waiting) || any(RecipientState::Deferred) {
        OutgoingState::Later
    } else if !any(RecipientState::Refused) {
        OutgoingState::Sent
    } else if any(RecipientState::Accepted) {
        OutgoingState::PartlySent
    } else {
        OutgoingState::Refused
    }
}

/// How many messages of the outbox are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutboxTally {
    pub drafts: u32,
    pub staged: u32,
    pub leaving: u32,
    pub later: u32,
    pub partly_sent: u32,
    pub refused: u32,
    pub unknown: u32,
    /// Since when the oldest of those that need the person is so.
    pub needs_person_since: Option<DateTime<Utc>>,
}

impl OutboxTally {
    /// The number of a state; none is kept of what has left whole.
    pub fn of(&mut self, state: OutgoingState) -> Option<&mut u32> {
        Some(match state {
            OutgoingState::Draft => &mut self.drafts,
            OutgoingState::Staged => &mut self.staged,
            OutgoingState::Leaving => &mut self.leaving,
            OutgoingState::Later => &mut self.later,
            OutgoingState::PartlySent => &mut self.partly_sent,
            OutgoingState::Refused => &mut self.refused,
            OutgoingState::Unknown => &mut self.unknown,
            OutgoingState::Sent => return None,
        })
    }

    /// How many wait for the person to do something.
    #[must_use]
    pub fn need_person(&self) -> u32 {
        self.partly_sent + self.refused + self.unknown
    }
}

/// A message that the person writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub id: OutgoingId,
    pub state: OutgoingState,
    /// The message that it answers or forwards.
    pub answers: Option<Id>,
    pub relation: OutgoingRelation,
    /// The file as the editor gave it back last.
    pub draft: String,
    pub changed: DateTime<Utc>,
    /// Fixed when it was staged for the first time.
    pub message_id: Option<String>,
    pub leaving: Option<DepartureTime>,
    /// The batch in which it was staged.
    pub staged_in: Option<BatchId>,
    /// From when on it may leave; `None` while that is not known, or nothing leaves any more.
    pub due: Option<DateTime<Utc>>,
    pub tries: u32,
    pub recipients: Vec<OutgoingRecipient>,
}

/// Somebody who gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingRecipient {
    /// As the server is told.
    pub address: String,
    pub state: RecipientState,
    /// The server's words; empty while there are none.
    pub words: String,
}

#[cfg(test)]
mod tests {
    use super::{OutgoingState, RecipientState, state_of};

    #[test]
    fn one_doubt_is_enough() {
        use RecipientState::{Accepted, Deferred, Refused, Unknown, Waiting};
        for (recipients, state) in [
            (vec![Accepted, Accepted], OutgoingState::Sent),
            (vec![Accepted, Refused], OutgoingState::PartlySent),
            (vec![Refused], OutgoingState::Refused),
            (vec![Accepted, Deferred], OutgoingState::Later),
            (vec![Refused, Waiting], OutgoingState::Later),
            (vec![Accepted, Unknown, Deferred], OutgoingState::Unknown),
        ] {
            assert_eq!(state_of(&recipients), state, "{recipients:?}");
        }
    }
}
