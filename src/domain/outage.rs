//! When a source could not be read: for whoever counts arrivals, that looks like a quiet time.

use chrono::{DateTime, Utc};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// The source's name.
    pub source: String,
    /// When it failed first. What came between the reading before and this may have come in late, too.
    pub since: DateTime<Utc>,
    /// When it was read again, not before `since`; `None` while it still cannot be read.
    pub until: Option<DateTime<Utc>>,
}
