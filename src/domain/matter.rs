//! Did waiting matter? A few of the messages that waited for a batch are asked about at its receipt.

use chrono::{DateTime, Utc};

use super::ids::{BatchId, Id};
use super::text_enum::text_enum;

text_enum! {
    /// What the person says to "would it have changed anything to see this earlier?".
    pub enum MatterAnswer {
        Yes = "yes",
        No = "no",
        /// They do not want to say.
        Skipped = "skipped",
    }
}

/// One message of the sample of a batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MatterSample {
    pub message: Id,
    pub batch: BatchId,
    /// How many messages of the batch it stands for, at least 1.
    pub weight: f64,
    /// What the person said last, and when.
    pub answer: Option<(MatterAnswer, DateTime<Utc>)>,
}
