//! What the end of a window means for its batch, by the settings as they are.

use chrono::{DateTime, Utc};

use super::ids::BatchId;
use super::schedule::Window;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowEnd {
    pub batch: BatchId,
    /// When its time is over, with what the person has added to it.
    pub ends: DateTime<Utc>,
    pub then: AtEnd,
    /// The window at which what is not decided comes out again, where it is the same one for all lanes of the batch.
    pub again: Option<Window>,
}

/// What closes the batch when its time is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AtEnd {
    /// The end itself does, as the settings say. While the batch is open on a screen it waits for this window, the next one of
    /// any of its lanes; for ever, where none is coming.
    Closes { next: Option<Window> },
    /// The person does (`commit = "ask"`).
    Asks,
}

impl WindowEnd {
    /// Until when the batch stays open where it is on a screen, if nobody closes it before; `None` where nothing ends that.
    #[must_use]
    pub fn latest(&self) -> Option<DateTime<Utc>> {
        match &self.then {
            AtEnd::Closes { next } => next.as_ref().map(|next| next.opens.max(self.ends)),
            AtEnd::Asks => None,
        }
    }
}

/// A batch that is left half-way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftBatch {
    pub decided: usize,
    pub left: usize,
    pub closes: LeftUntil,
}

/// When what was decided in it takes effect, if nobody commits it before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftUntil {
    /// At its end, or, where no watch runs, with the first command after it.
    Ends { at: DateTime<Utc>, watch: bool },
    /// Another screen has it open.
    OtherScreen,
    /// Never by itself.
    Person,
    /// Never by itself, and it is what exceptions let through.
    PersonAsException,
}
