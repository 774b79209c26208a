//! What was said of the line between mail and chat in a month: one sentence, never more.

use chrono::{DateTime, Utc};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineNote {
    /// The month by the person's clock, as `2026-11`.
    pub month: String,
    /// The correspondent whom it is about.
    pub address: String,
    pub words: String,
    /// When it was shown first.
    pub shown: DateTime<Utc>,
}
