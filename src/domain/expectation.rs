//! Something that the person expects: a hole in the hold that closes itself, after one message or at an hour.

use chrono::{DateTime, Utc};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    pub number: i64,
    /// The query, as it was typed.
    pub query: String,
    pub since: DateTime<Utc>,
    /// The hour at which it closes, if nothing has come by then.
    pub until: DateTime<Utc>,
    pub end: ExpectationEnd,
}

/// Why an expectation is over, where something other than its hour has ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectationEnd {
    None,
    /// A message came through.
    Came(DateTime<Utc>),
    /// The person took it back.
    Revoked(DateTime<Utc>),
}

impl Expectation {
    #[must_use]
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.end == ExpectationEnd::None && self.since <= now && now < self.until
    }

    /// What it is at this moment, in a sentence; `when` tells an instant.
    #[must_use]
    pub fn sentence(&self, now: DateTime<Utc>, when: &dyn Fn(DateTime<Utc>) -> String) -> String {
        let query = &self.query;
        match self.end {
            ExpectationEnd::Came(at) => format!("Came {}: {query}.", when(at)),
            ExpectationEnd::Revoked(at) => format!("Taken back {}: {query}.", when(at)),
            ExpectationEnd::None if self.is_open(now) => format!("Expected until {}: {query}.", when(self.until)),
            ExpectationEnd::None => format!("Did not come by {}: {query}.", when(self.until)),
        }
    }

    /// What stands as the exception of the message that came through.
    #[must_use]
    pub fn called(query: &str) -> String {
        format!("expected: {query}")
    }
}
