//! A reading that a person asked for: what is still to be read, and what did not work. It is always answered, after a minute
//! at the latest.

use std::collections::BTreeSet;
use std::time::Duration;

use super::messages::SourceGroup;
use crate::clock::Stopwatch;
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;

/// Whoever asks to read hears what came of it after so long at the latest.
const ANSWERED_WITHIN: Duration = Duration::from_mins(1);

/// A reading that somebody asked for.
#[derive(Debug)]
pub struct ReadRequest {
    /// What is still to be read.
    pub awaited: BTreeSet<SourceGroup>,
    failed: Vec<Problem>,
    since: Stopwatch,
    /// The number that another process waits for.
    pub other_process: Option<i64>,
}

/// What follows for a request when the process that it was handed to is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenOver {
    /// It was not handed to another process.
    Not,
    /// Something is still to be read here.
    ToRead,
    /// All that it was about is read already.
    Answered,
}

impl ReadRequest {
    /// Of these sources, for another process or for the screen here; whoever was waiting before waits on.
    pub fn new(awaited: BTreeSet<SourceGroup>, other_process: Option<i64>, before: Option<Self>) -> Self {
        let other_process = other_process.or_else(|| before.and_then(|before| before.other_process));
        Self { awaited, failed: Vec::new(), since: Stopwatch::start(), other_process }
    }

    /// Notes that these sources were read; whether they were the last ones.
    pub fn is_answered_by(&mut self, group: &SourceGroup, failed: Vec<Problem>) -> bool {
        if self.awaited.remove(group) {
            self.failed.extend(failed);
        }
        self.awaited.is_empty()
    }

    /// The process that was asked is gone: these sources are read here in its place.
    pub fn is_taken_over(&mut self, remotes: Vec<SourceGroup>) -> TakenOver {
        if !self.awaited.remove(&SourceGroup::OtherProcess) {
            return TakenOver::Not;
        }
        self.awaited.extend(remotes);
        if self.awaited.is_empty() { TakenOver::Answered } else { TakenOver::ToRead }
    }

    /// What did not work, and who has not answered.
    pub fn problems(mut self) -> Vec<Problem> {
        self.failed.extend(self.awaited.iter().map(unanswered));
        self.failed
    }

    /// How long it is still waited for.
    pub fn time_left(&self) -> Duration {
        ANSWERED_WITHIN.saturating_sub(self.since.elapsed())
    }
}

fn unanswered(group: &SourceGroup) -> Problem {
    let who = match group {
        SourceGroup::OtherProcess => "the process that reads the mailboxes".to_owned(),
        SourceGroup::Local => "what lies on this machine".to_owned(),
        SourceGroup::Remote(name) => format!("source {name}"),
    };
    let hint = Some(Printable::from("the answer is shown when it comes; `tidebox status` says it too"));
    Problem { what: Printable::from(format!("{who} has not answered within a minute")), hint }
}

#[cfg(test)]
mod tests {
    use super::{ReadRequest, SourceGroup, TakenOver};

    #[test]
    fn a_request_that_is_taken_over_waits_for_nobody_where_all_is_read() {
        let work = || SourceGroup::Remote("work".to_owned());
        let new = || ReadRequest::new([SourceGroup::Local, SourceGroup::OtherProcess].into(), None, None);
        let mut request = new();
        assert_eq!(request.is_taken_over(vec![work()]), TakenOver::ToRead);
        assert_eq!(request.is_taken_over(vec![work()]), TakenOver::Not);
        assert_eq!(new().is_taken_over(Vec::new()), TakenOver::ToRead, "this machine is still read");
        let mut request = new();
        assert!(!request.is_answered_by(&SourceGroup::Local, Vec::new()));
        assert_eq!(request.is_taken_over(Vec::new()), TakenOver::Answered);
    }

    #[test]
    fn it_is_answered_by_the_last_one_and_says_who_is_missing() {
        let remote = |name: &str| SourceGroup::Remote(name.to_owned());
        let awaited = || [SourceGroup::Local, remote("work"), SourceGroup::OtherProcess].into_iter().collect();
        let mut request = ReadRequest::new(awaited(), None, None);
        assert!(!request.is_answered_by(&remote("work"), Vec::new()));
        assert!(!request.is_answered_by(&remote("unknown"), Vec::new()));
        assert!(!request.is_answered_by(&SourceGroup::Local, Vec::new()));
        assert!(request.is_answered_by(&SourceGroup::OtherProcess, Vec::new()) && request.problems().is_empty());
        // Who asks again while another process waits answers that one too.
        let request = ReadRequest::new(awaited(), None, Some(ReadRequest::new(awaited(), Some(7), None)));
        assert_eq!(request.other_process, Some(7));
        let said: Vec<String> = request.problems().iter().map(|problem| problem.what.to_string()).collect();
        assert_eq!(said.len(), 3);
        assert!(said.iter().any(|what| what.starts_with("source work has not answered")), "{said:?}");
    }
}
