//! What was decided and is not on the disk yet. Nothing of it is shown before the store has said that it is kept (rule 3):
//! the row stays, the count stays, and what is typed meanwhile waits its turn.

use std::collections::VecDeque;

use super::notice::Notice;
use super::overlay::Overlay;
use super::{AfterDecision, State};
use crate::domain::ids::BatchId;
use crate::domain::triage::Act;
use crate::ui::event::Event;
use crate::ui::request::Slot;

/// More keys and clicks than a person makes while the store is slow.
const MOST_WAITING: usize = 256;

/// An act that the store was asked to keep.
#[derive(Debug)]
pub struct Keeping {
    pub batch: BatchId,
    pub change: UnsavedChange,
    /// The notice that is shown once it is kept.
    pub notice: Notice,
}

#[derive(Debug, Clone)]
pub enum UnsavedChange {
    Decided(Act, AfterDecision),
    TakenBack(Act),
    Again(Act),
}

/// Keys, clicks and pasted text that came while something before them was still being kept or looked up.
#[derive(Debug, Default)]
pub struct Waiting(VecDeque<Event>);

impl Waiting {
    pub fn push(&mut self, event: Event) {
        if self.0.len() < MOST_WAITING {
            self.0.push_back(event);
        }
    }

    pub fn take_first(&mut self) -> Option<Event> {
        self.0.pop_front()
    }

    /// They were meant for what did not come about.
    pub fn forget(&mut self) {
        self.0.clear();
    }
}

impl State {
    /// How many keys and clicks wait.
    #[must_use]
    pub fn keys_waiting(&self) -> usize {
        self.waiting.0.len()
    }

    /// Whether the next key must wait: what the one before it decided is still being kept, or what it is about is still
    /// being looked up.
    #[must_use]
    pub fn holds_keys(&self) -> bool {
        let finished = matches!(&self.overlay, Some(Overlay::Prompt(prompt)) if prompt.finished);
        let waited = [Slot::Act, Slot::Threads, Slot::Alike, Slot::DeferChoices, Slot::Unsubscribe, Slot::Draft];
        finished || waited.into_iter().any(|slot| self.requests.waits_for(slot))
    }

    /// Whether another batch is about to come under the cursor: what is pressed for this one is not for that one.
    #[must_use]
    pub(in crate::ui) fn waits_for_another_batch(&self) -> bool {
        self.requests.waits_for(Slot::Exceptions)
    }
}
