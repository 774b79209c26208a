//! The result of a batch, once it is committed.

use chrono::{DateTime, Duration, Utc};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Receipt {
    pub batch: super::ids::BatchId,
    pub checkin: String,
    pub begun: DateTime<Utc>,
    pub committed: DateTime<Utc>,
    /// With those that were answered.
    pub done: u32,
    pub answered: u32,
    pub trash: u32,
    pub deferred: u32,
    pub muted: u32,
    pub spam: u32,
    /// Undecided, skipped, or left for a second pass that did not come.
    pub carried_over: u32,
    /// Those of them that were put off to be answered.
    pub to_answer: u32,
    /// Those of them that had reached `carry_limit`: nobody was there to decide, and they ask again.
    pub past_limit: u32,
    /// How many had settled themselves when the batch was begun, whatever became of them; they are among the others.
    pub settled: u32,
    /// Lists that are left: how many requests were written down.
    pub unsubscribed: u32,
    /// The longest time from arrival to the final decision in this batch.
    pub longest_wait: Option<Duration>,
    /// Since the commit before this one: messages that exceptions let through, and looks at what is held, of whatever kind.
    pub exceptions: u32,
    pub peeks: u32,
    /// Of those looks: questions that were asked, and login codes that were looked for.
    pub questions: u32,
    pub codes: u32,
}

/// Who or what closed a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClosedBy {
    Person,
    /// The window's time was over.
    Time,
    /// Its time was over before; it was open on a screen until the next window of one of its lanes opened, of this check-in.
    NextWindow(String),
    /// A script, or another screen.
    Others,
}

impl Receipt {
    /// How many messages were decided finally.
    #[must_use]
    pub fn handled(&self) -> u32 {
        self.done + self.trash + self.deferred + self.muted + self.spam
    }

    /// How long it took, in whole minutes, at least one.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        (self.committed - self.begun).num_minutes().max(1)
    }
}
