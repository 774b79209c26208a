//! The only module that reads the clock and asks the system for its time zone.
//!
//! Everything else takes the instant as an argument. So with `--at` the whole program can act as if it were another time,
//! and a test does not have to wait.

mod zones;

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::moment::Moment;

pub use zones::{LOCAL_ZONE, SystemZones};

/// The present, or a rehearsed one that starts at a chosen instant and runs on from there.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    shift: TimeDelta,
}

impl Clock {
    /// The real time.
    #[must_use]
    pub fn real() -> Self {
        Self { shift: TimeDelta::zero() }
    }

    /// A clock that shows `at` now and runs on.
    #[must_use]
    pub fn starting_at(at: DateTime<Utc>) -> Self {
        Self { shift: at - wall() }
    }

    /// The present instant, whole seconds as the store keeps them.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = wall() + self.shift;
        DateTime::from_timestamp(now.timestamp(), 0).unwrap_or(now)
    }

    /// The instant of this clock, and the real time.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment { now: self.now(), wall: Self::real().now() }
    }

    /// Whether this clock shows another time than the real one.
    #[must_use]
    pub fn is_rehearsal(&self) -> bool {
        !self.shift.is_zero()
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock")]
fn wall() -> DateTime<Utc> {
    Utc::now()
}

/// Measures how long something takes.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::Clock;
    use chrono::DateTime;

    #[test]
    fn a_rehearsal_starts_where_it_was_told_to() {
        let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default();
        let shown = Clock::starting_at(at).now();
        assert!((shown - at).num_seconds().abs() <= 1, "{shown}");
    }
}
