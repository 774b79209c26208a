//! What came of taking in and of writing back, in numbers.

use super::source_failure::SourceFailure;
use crate::domain::flags::Flags;
use crate::domain::mailbox_change::{Change, Outcome};
use crate::source::{Problems, SkipCounter, Withheld};
use crate::store::{Admission, Admitted, Returned};

/// What came of taking in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Messages that the sources had.
    pub read: u64,
    pub admitted: u64,
    /// Seen before.
    pub known: u64,
    /// Admitted with defects.
    pub defective: u64,
    /// The size of what was handed over, for a progress bar.
    pub bytes: u64,
    /// Could not be read.
    pub failed: u64,
    /// The first of those, each with the reason.
    pub failures: Vec<String>,
    /// What a person is to know besides, in plain words.
    pub notes: Vec<String>,
    /// Copies that a hard hold gives back.
    pub given: u32,
    /// What came back to folders that it had left.
    pub returned: Returned,
    /// What was done in the sources.
    pub written: WriteBackSummary,
    /// What was brought: messages, and what changed of those that were known.
    pub brought: u64,
    /// Why the source could not be read at all.
    pub cause: Option<SourceFailure>,
    /// Messages that are there and were not given out.
    pub owed: Option<Withheld>,
}

impl Summary {
    pub fn add(&mut self, other: Self) {
        self.read += other.read;
        self.admitted += other.admitted;
        self.known += other.known;
        self.defective += other.defective;
        self.bytes += other.bytes;
        self.failed += other.failed;
        self.failures.extend(other.failures);
        self.notes.extend(other.notes);
        self.given += other.given;
        self.returned.held += other.returned.held;
        // That is of all sources together.
        self.returned.waiting = self.returned.waiting.max(other.returned.waiting);
        self.written.add(other.written);
        self.brought += other.brought;
        self.cause = self.cause.take().or(other.cause);
        self.owed = self.owed.take().or(other.owed);
    }

    /// With what was passed over so far, which is counted at the end.
    #[must_use]
    pub fn with(&self, passed: &SkipCounter) -> Self {
        let mut so_far = self.clone();
        so_far.read += passed.messages();
        so_far.known += passed.messages();
        so_far.bytes += passed.bytes();
        so_far
    }

    /// A source that could not be read at all, or not to its end.
    pub fn fail(&mut self, why: String) {
        self.failed += 1;
        self.failures.push(why);
    }

    /// Says of each failure whose it is, where it does not say so itself: of several sources one may be in trouble.
    pub fn failures_of(&mut self, source: &str) {
        for failure in &mut self.failures {
            if !failure.starts_with("source ") {
                *failure = format!("source {source}: {failure}");
            }
        }
    }

    pub fn fail_each(&mut self, problems: Problems) {
        self.failed += problems.count;
        self.failures.extend(problems.told.into_iter().map(|problem| format!("{}: {}", problem.place, problem.what)));
    }

    pub fn count(&mut self, slice: &[Admission], admitted: &[Admitted]) {
        for (admission, admitted) in slice.iter().zip(admitted) {
            self.read += 1;
            self.brought += 1;
            self.bytes += admission.message.original.size() as u64;
            if admitted.is_new() {
                self.admitted += 1;
                self.defective += u64::from(!admission.message.envelope.defects.is_empty());
            } else {
                self.known += 1;
            }
        }
    }
}

/// What came of writing back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WriteBackSummary {
    pub made: u32,
    /// Nothing was changed: it was about keywords alone, and the mailbox keeps none.
    pub not_kept: u32,
    /// Somebody else was first, and that stands.
    pub overtaken: u32,
    /// A person has to do something about it.
    pub refused: u32,
    /// To be tried again.
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
