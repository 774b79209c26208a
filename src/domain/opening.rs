//! For how long a person had a batch open.

use chrono::{DateTime, Utc};

use super::ids::BatchId;

/// A stretch in which a screen had a batch open and somebody was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    pub batch: BatchId,
    pub since: DateTime<Utc>,
    /// Not before `since`, whatever the clock did meanwhile.
    pub until: DateTime<Utc>,
    /// Keys that were pressed in it, those that changed nothing too.
    pub keys: u32,
    /// Acts that were made in it, those that were taken back too.
    pub decisions: u32,
}
