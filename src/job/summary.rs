//! What came of taking in, in numbers.

use super::source_failure::SourceFailure;
use crate::domain::write_back_summary::WriteBackSummary;
use crate::source::{Problems, SkipCounter, Withheld};
use crate::store::{Admission, Admitted, Returned};

/// The result of taking in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Messages that the sources handed over or skipped.
    pub read: u64,
    pub admitted: u64,
    /// Messages that were known.
    pub known: u64,
    /// Messages that were admitted with defects.
    pub defective: u64,
    /// The bytes that were handed over or skipped, for a progress bar.
    pub bytes: u64,
    /// Messages that could not be read.
    pub failed: u64,
    /// The first of those, each with the reason.
    pub failures: Vec<String>,
    /// Notes for the person, in plain words.
    pub notes: Vec<String>,
    /// Copies that a hard hold gives back.
    pub given: u32,
    /// Messages that came back to folders which they had left.
    pub returned: Returned,
    /// The changes that were made in the sources.
    pub written: WriteBackSummary,
    /// How many messages and changes of known messages the reading brought.
    pub brought: u64,
    /// Why the source could not be read at all.
    pub cause: Option<SourceFailure>,
    /// Messages that the server has and did not give out.
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
        // This number already counts all sources together.
        self.returned.waiting = self.returned.waiting.max(other.returned.waiting);
        self.written.add(other.written);
        self.brought += other.brought;
        self.cause = self.cause.take().or(other.cause);
        self.owed = self.owed.take().or(other.owed);
    }

    /// This summary with the messages that were skipped so far; else they are added at the end.
    #[must_use]
    pub fn with(&self, passed: &SkipCounter) -> Self {
        let mut so_far = self.clone();
        so_far.read += passed.messages();
        so_far.known += passed.messages();
        so_far.bytes += passed.bytes();
        so_far
    }

    /// Records that a source could not be read at all, or not to its end.
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
        self.failures.extend(problems.list.into_iter().map(|problem| format!("{}: {}", problem.place, problem.what)));
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
