//! A reading that a person asked for: what is still to be read, and what did not work. It is always answered, after a minute
//! at the latest.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Trouble;
use crate::clock::Stopwatch;
use crate::domain::printable::Printable;

/// Whoever asks to read hears what came of it after so long at the latest.
const ANSWERED: Duration = Duration::from_mins(1);
/// The other process, among the names of what is to be read. No source is called so.
pub const ELSEWHERE: &str = "\n";

/// A reading that somebody asked for.
#[derive(Debug)]
pub struct Asking {
    /// What is still to be read.
    pub awaited: BTreeSet<String>,
    failed: Vec<Trouble>,
    since: Stopwatch,
    /// The number that another process waits for.
    pub elsewhere: Option<i64>,
}

impl Asking {
    /// Of these sources, for another process or for the screen here; whoever was waiting before waits on.
    pub fn new(awaited: BTreeSet<String>, elsewhere: Option<i64>, before: Option<Self>) -> Self {
        let elsewhere = elsewhere.or_else(|| before.and_then(|before| before.elsewhere));
        Self { awaited, failed: Vec::new(), since: Stopwatch::start(), elsewhere }
    }

    /// Notes that one was read; whether that was the last one.
    pub fn is_answered_by(&mut self, name: &str, failed: Vec<Trouble>) -> bool {
        if self.awaited.remove(name) {
            self.failed.extend(failed);
        }
        self.awaited.is_empty()
    }

    /// What did not work, and who has not answered.
    pub fn troubles(mut self) -> Vec<Trouble> {
        self.failed.extend(self.awaited.iter().map(|name| unanswered(name)));
        self.failed
    }

    /// How long it is still waited for.
    pub fn left(&self) -> Duration {
        ANSWERED.saturating_sub(self.since.elapsed())
    }
}

fn unanswered(name: &str) -> Trouble {
    let who = match name {
        ELSEWHERE => "the process that tends the mailboxes".to_owned(),
        "" => "what lies on this machine".to_owned(),
        name => format!("source {name}"),
    };
    let hint = Some(Printable::from("what comes of it is told when it is known; `tidebox status` says it too"));
    Trouble { what: Printable::from(format!("{who} has not answered within a minute")), hint }
}

#[cfg(test)]
mod tests {
    use super::{Asking, ELSEWHERE};

    #[test]
    fn it_is_answered_by_the_last_one_and_says_who_is_missing() {
        let awaited = || ["", "work", ELSEWHERE].map(str::to_owned).into_iter().collect();
        let mut asking = Asking::new(awaited(), None, None);
        assert!(!asking.is_answered_by("work", Vec::new()) && !asking.is_answered_by("unknown", Vec::new()));
        assert!(!asking.is_answered_by("", Vec::new()));
        assert!(asking.is_answered_by(ELSEWHERE, Vec::new()) && asking.troubles().is_empty());
        // Who asks again while another process waits answers that one too.
        let asking = Asking::new(awaited(), None, Some(Asking::new(awaited(), Some(7), None)));
        assert_eq!(asking.elsewhere, Some(7));
        let said: Vec<String> = asking.troubles().iter().map(|trouble| trouble.what.to_string()).collect();
        assert_eq!(said.len(), 3);
        assert!(said.iter().any(|what| what.starts_with("source work has not answered")), "{said:?}");
    }
}
