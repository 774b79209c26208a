//! A conversation as it is read: the messages of one row of a batch, and what else of their thread may be shown.

use chrono::{DateTime, Utc};

use super::ids::{BatchId, Id};
use super::positions::Position;
use super::printable::Printable;

/// A conversation has so many messages at most, the newest of them. A thread may be of any size.
pub const LISTED: usize = 2_000;

/// The row that a conversation belongs to: a run of positions, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConversationKey {
    pub batch: BatchId,
    pub first: Position,
    pub last: Position,
}

impl ConversationKey {
    /// Whether the row stands for several messages.
    #[must_use]
    pub fn has_several(&self) -> bool {
        self.first < self.last
    }
}

/// The messages of a conversation in order of time. Held ones are never among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conversation {
    pub messages: Vec<ConversationMessage>,
    /// Whether there are older ones that are not listed.
    pub is_cut: bool,
}

/// What is known of a message before it is opened: who wrote it, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationMessage {
    pub id: Id,
    pub sender: Printable,
    pub placed: DateTime<Utc>,
    /// Where it stands in the row; `None` where it is of the same thread, and not of this row.
    pub position: Option<Position>,
}
