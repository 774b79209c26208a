//! What came of writing back, in numbers.

use super::flags::Flags;
use super::mailbox_change::{Change, Outcome};

/// What came of writing back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WriteBackSummary {
    pub made: u32,
    /// Changes that were only about keywords, in a mailbox that keeps none: nothing was changed.
    pub not_kept: u32,
    /// Changes in which somebody else was first; theirs stays.
    pub overtaken: u32,
    /// Changes for which a person has to do something.
    pub refused: u32,
    /// Changes that are tried again.
    pub unproved: u32,
    /// What needs a person, in plain words, each thing once.
    pub troubles: Vec<String>,
}

impl WriteBackSummary {
    pub fn add(&mut self, other: Self) {
        self.made += other.made;
        self.not_kept += other.not_kept;
        self.overtaken += other.overtaken;
        self.refused += other.refused;
        self.unproved += other.unproved;
        for trouble in other.troubles {
            self.note(trouble);
        }
    }

    pub fn count(&mut self, source: &str, change: Option<&Change>, outcome: &Outcome) {
        match outcome {
            Outcome::KeywordsNotKept { at, flags } if change.is_some_and(|it| is_as_it_was(it, at.as_ref(), flags)) => {
                self.not_kept += 1;
            }
            Outcome::Made { .. } | Outcome::KeywordsNotKept { .. } => self.made += 1,
            Outcome::Overtaken(_) => self.overtaken += 1,
            Outcome::Refused { what, hint } => {
                self.refused += 1;
                self.note(format!("source {source}: {what} ({hint})"));
            }
            Outcome::Unproved { .. } => self.unproved += 1,
        }
    }

    pub fn note(&mut self, trouble: String) {
        if !self.troubles.contains(&trouble) {
            self.troubles.push(trouble);
        }
    }
}

/// Whether a copy lies where it lay, with the flags that it had.
fn is_as_it_was(change: &Change, at: Option<&(String, String)>, flags: &Flags) -> bool {
    at.is_some_and(|(folder, key)| *folder == change.folder && *key == change.key)
        && !flags.contradicts(&change.expected)
        && flags.seen == change.expected.seen
}
