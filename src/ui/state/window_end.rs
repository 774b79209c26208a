//! The end of the window in hand, as it comes nearer: what was told of it, and what stands on the screen for a while.

use chrono::{DateTime, Duration, Utc};

use crate::domain::window_end::WindowEnd;

/// How near the end is. It is told once at each stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum EndStage {
    #[default]
    Far,
    /// Five minutes are left.
    Near,
    /// One minute is left.
    Last,
    Over,
}

impl EndStage {
    #[must_use]
    pub fn of(ends: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        match ends - now {
            left if left <= Duration::zero() => Self::Over,
            left if left <= Duration::minutes(1) => Self::Last,
            left if left <= Duration::minutes(5) => Self::Near,
            _ => Self::Far,
        }
    }
}

/// What stands on the screen of the end of a window. Keys do not take it away, and it takes none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndNotice {
    pub end: WindowEnd,
    pub since: DateTime<Utc>,
}

impl EndNotice {
    /// Whether it has stood long enough: the next stage comes later than that.
    #[must_use]
    pub fn is_old(&self, now: DateTime<Utc>) -> bool {
        now < self.since || now - self.since >= Duration::minutes(1)
    }
}
