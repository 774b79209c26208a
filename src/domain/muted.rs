//! Muted threads, as a list of them shows each, and what comes of taking a mute back.

use chrono::{DateTime, Utc};

use super::ids::{Id, ThreadId};
use super::message::{Message, MessageSummary};

/// A thread that is muted for ever, until somebody takes that back.
#[derive(Debug, Clone, PartialEq)]
pub struct MutedThread {
    pub thread: ThreadId,
    pub since: DateTime<Utc>,
    /// How many of its messages may be shown.
    pub messages: u32,
    /// The newest of them.
    pub latest: Message,
}

/// The same for a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MutedEntry {
    pub since: DateTime<Utc>,
    pub messages: u32,
    pub latest: MessageSummary,
}

impl From<&MutedThread> for MutedEntry {
    fn from(thread: &MutedThread) -> Self {
        Self { since: thread.since, messages: thread.messages, latest: MessageSummary::of(&thread.latest) }
    }
}

/// What came of taking the mute of a thread back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmuted {
    pub thread: ThreadId,
    /// Its messages that the mute has filed, oldest first. They stay filed.
    pub filed: Vec<Id>,
}

impl Unmuted {
    /// `Unmuted. 3 messages of it stay filed; reopening brings them back.`
    #[must_use]
    pub fn sentence(&self) -> String {
        match self.filed.len() {
            0 => "Unmuted: what comes to this thread waits for its check-in again.".to_owned(),
            1 => "Unmuted. 1 message of it stays filed; reopening brings it back.".to_owned(),
            many => format!("Unmuted. {many} messages of it stay filed; reopening brings them back."),
        }
    }
}
