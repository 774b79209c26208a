//! The present, as it is given to a job.

use chrono::{DateTime, Utc};

/// The present instant, by which a job decides, and the real time, which the times of files and servers are compared with.
/// The two differ while another time is rehearsed (`--at`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub now: DateTime<Utc>,
    pub wall: DateTime<Utc>,
}

impl Moment {
    /// Where nothing is rehearsed.
    #[must_use]
    pub fn real(now: DateTime<Utc>) -> Self {
        Self { now, wall: now }
    }
}
