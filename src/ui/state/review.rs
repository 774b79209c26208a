//! The review: what was decided, in sentences, each of which can be unfolded to its rows.

use std::collections::BTreeSet;

use super::batch_view::BatchView;
use crate::domain::positions::{Position, Positions};
use crate::domain::triage::Decision;

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
pub enum ReviewPlace {
    Sentence(Kind, usize),
    Row(Position),
}

/// The lines of the review: counted, and not made, since a sentence can be about many rows.
#[derive(Debug)]
pub struct Outline {
    sentences: Vec<Sentence>,
}

#[derive(Debug)]
struct Sentence {
    kind: Kind,
    about: Positions,
    /// How many of its rows are shown.
    unfolded: usize,
}

impl Outline {
    #[must_use]
    pub fn len(&self) -> usize {
        self.sentences.iter().map(|sentence| 1 + sentence.unfolded).sum()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sentences.is_empty()
    }

    /// The line at this place from the top, from 0.
    #[must_use]
    pub fn place(&self, at: usize) -> Option<ReviewPlace> {
        let mut left = at;
        for sentence in &self.sentences {
            match left.checked_sub(1) {
                None => return Some(ReviewPlace::Sentence(sentence.kind, sentence.about.len())),
                Some(row) if row < sentence.unfolded => return sentence.about.nth(row).map(ReviewPlace::Row),
                Some(_) => left -= 1 + sentence.unfolded,
            }
        }
        None
    }

    /// The rows among so many lines.
    #[must_use]
    pub fn rows(&self, from: usize, count: usize) -> Positions {
        let row = |at| match self.place(at) {
            Some(ReviewPlace::Row(row)) => Some(row),
            _ => None,
        };
        (from..from.saturating_add(count)).filter_map(row).collect()
    }
}

impl Review {
    /// The review that a person asked for.
    #[must_use]
    pub fn asked() -> Self {
        Self { opened: Opened::Asked, ..Self::default() }
    }

    #[must_use]
    pub fn outline(&self, work: &BatchView) -> Outline {
        let sentence = |kind: Kind| {
            let about = of_kind(work, kind);
            let unfolded = if self.unfolded.contains(&kind) { about.len() } else { 0 };
            Sentence { kind, about, unfolded }
        };
        Outline { sentences: KINDS.map(sentence).into_iter().filter(|sentence| !sentence.about.is_empty()).collect() }
    }

    /// Shows the rows of the sentence under the cursor or above it, or hides them.
    pub fn unfold(&mut self, work: &BatchView) {
        let mut line = 0;
        for sentence in &self.outline(work).sentences {
            let next = line + 1 + sentence.unfolded;
            if self.at < next {
                if !self.unfolded.remove(&sentence.kind) {
                    self.unfolded.insert(sentence.kind);
                }
                self.at = line;
                return;
            }
            line = next;
        }
    }

    #[must_use]
    pub fn shows(&self, kind: Kind) -> bool {
        self.unfolded.contains(&kind)
    }
}

/// The messages of a sentence.
fn of_kind(work: &BatchView, kind: Kind) -> Positions {
    if kind == Kind::Undecided {
        return work.triage.undecided().clone();
    }
    work.triage.positions_with(|decision| {
        kind == match decision {
            Decision::Done => Kind::Done,
            Decision::Trash => Kind::Trash,
            Decision::Spam => Kind::Spam,
            Decision::Mute => Kind::Muted,
            Decision::Defer(_) => Kind::Deferred,
            Decision::Later => Kind::Later,
            Decision::Skip => Kind::Skipped,
            Decision::Reopen => Kind::Undecided,
        }
    })
}
