//! The review: what was decided, in sentences, each of which can be unfolded to its rows.

use std::collections::BTreeSet;

use super::work::Work;
use crate::domain::ids::Id;
use crate::domain::triage::Verb;

/// The sentences, in the order in which they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Done,
    Trash,
    Spam,
    Muted,
    Deferred,
    Later,
    Skipped,
    Undecided,
}

const KINDS: [Kind; 8] =
    [Kind::Done, Kind::Trash, Kind::Spam, Kind::Muted, Kind::Deferred, Kind::Later, Kind::Skipped, Kind::Undecided];

/// Why the review is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Opened {
    /// The last message was decided. The next key may be meant for a message: Enter commits nothing here.
    #[default]
    ByItself,
    /// The person asked for it; Enter commits.
    Asked,
}

#[derive(Debug, Clone, Default)]
pub struct Review {
    pub opened: Opened,
    pub at: usize,
    pub top: usize,
    unfolded: BTreeSet<Kind>,
}

/// A line that the cursor can stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Sentence(Kind, usize),
    Row(Id),
}

impl Review {
    /// The review that a person asked for.
    #[must_use]
    pub fn asked() -> Self {
        Self { opened: Opened::Asked, ..Self::default() }
    }

    #[must_use]
    pub fn places(&self, work: &Work) -> Vec<Place> {
        let mut places = Vec::new();
        for kind in KINDS {
            let ids = of_kind(work, kind);
            if ids.is_empty() {
                continue;
            }
            places.push(Place::Sentence(kind, ids.len()));
            if self.unfolded.contains(&kind) {
                places.extend(ids.into_iter().map(Place::Row));
            }
        }
        places
    }

    /// Shows the rows of the sentence under the cursor or above it, or hides them.
    pub fn unfold(&mut self, work: &Work) {
        let places = self.places(work);
        let above = places.iter().enumerate().take(self.at + 1).rev();
        let sentence = above.filter_map(|(at, place)| match place {
            Place::Sentence(kind, _) => Some((at, *kind)),
            Place::Row(_) => None,
        });
        if let Some((at, kind)) = sentence.take(1).next() {
            if !self.unfolded.remove(&kind) {
                self.unfolded.insert(kind);
            }
            self.at = at;
        }
    }

    #[must_use]
    pub fn shows(&self, kind: Kind) -> bool {
        self.unfolded.contains(&kind)
    }
}

/// The messages of a sentence, in triage order.
#[must_use]
pub fn of_kind(work: &Work, kind: Kind) -> Vec<Id> {
    let said = |id: Id| match work.triage.verdict(id) {
        Some(Verb::Done) => Kind::Done,
        Some(Verb::Trash) => Kind::Trash,
        Some(Verb::Spam) => Kind::Spam,
        Some(Verb::Mute) => Kind::Muted,
        Some(Verb::Defer(_)) => Kind::Deferred,
        Some(Verb::Later) => Kind::Later,
        Some(Verb::Skip) => Kind::Skipped,
        Some(Verb::Reopen) | None => Kind::Undecided,
    };
    work.triage.batch().ids().iter().copied().filter(|id| said(*id) == kind).collect()
}
