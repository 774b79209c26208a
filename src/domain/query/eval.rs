//! A query asked of one message in memory.
use super::{Query, Subject};

impl Query {
    /// Whether the message is one of those that the query chooses.
    #[must_use]
    pub fn holds(&self, subject: &Subject<'_>) -> bool {
        let _ = subject;
        *self == Self::All
    }
}
