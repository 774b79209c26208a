//! Peeking: looking at held messages before their window. It is slow on purpose, needs a reason, lasts only minutes,
//! and is written down.

use chrono::{DateTime, Duration, Utc};

use super::text_enum::text_enum;

/// How long the door waits before a peek opens, with "not now" already chosen.
pub const DELAY: Duration = Duration::seconds(10);
/// How long a peek stays open.
pub const LENGTH: Duration = Duration::minutes(5);

text_enum! {
    /// How somebody looked at what is held.
    pub enum PeekKind {
        /// At the messages themselves, for some minutes.
        Look = "peek",
        /// With a question, which is its reason; the answer is how many there are.
        Ask = "ask",
        /// For a login code.
        Code = "code",
    }
}

/// A peek that was granted. The store shows held messages only to callers that have one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peek {
    pub number: i64,
    pub kind: PeekKind,
    pub reason: String,
    pub since: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

impl Peek {
    #[must_use]
    pub fn open_at(&self, now: DateTime<Utc>) -> bool {
        self.since <= now && now < self.until
    }
}
