//! How the reading of a source ended, and what could not be read of it.

use std::fmt;

/// How a reading ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOutcome {
    /// Where to go on next time. It is stored together with the messages.
    pub position: Option<String>,
    /// How many messages were known already and were not handed over.
    pub skipped: u64,
    pub problems: Problems,
    /// What else a person should know, in plain words.
    pub notes: Vec<String>,
    /// Messages that exist on the server and that it does not give out.
    pub withheld: Option<Withheld>,
}

/// Messages that a server does not give out, with its explanation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Withheld {
    pub count: u32,
    /// The server's own words about them; empty if it gave none.
    pub text: String,
}

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server does not give out {} of its messages", self.count)?;
        if self.text.is_empty() { Ok(()) } else { write!(f, ": {}", self.text) }
    }
}

/// What could not be read. All problems are counted; the texts of the first ones are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems {
    pub count: u64,
    pub list: Vec<ReadProblem>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadProblem {
    /// A path, or a line of a file.
    pub place: String,
    pub what: String,
}

impl Problems {
    const TOLD: usize = 50;

    pub(super) fn add(&mut self, place: impl fmt::Display, what: impl fmt::Display) {
        self.count += 1;
        if self.list.len() < Self::TOLD {
            self.list.push(ReadProblem { place: place.to_string(), what: what.to_string() });
        }
    }
}
