//! What the person meant to come back to: why a message that came out before stands in a batch again.

use chrono::{DateTime, Utc};

use super::text_enum::text_enum;

text_enum! {
    /// Why a message is to be looked at again.
    pub enum FollowUpKind {
        /// It was put off to be answered, and was not answered yet.
        ToAnswer = "to answer",
        /// Nobody has answered what the person wrote.
        Unanswered = "no answer",
        /// Somebody has answered, as the person wanted to be told.
        Replied = "replied",
    }
}

/// Why a message is to be looked at again, and since when that is so: when it was put off first; when the person's message left;
/// when the answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowUp {
    pub kind: FollowUpKind,
    pub since: DateTime<Utc>,
}
