//! How much time batches took.

use chrono::{NaiveDate, TimeDelta};

use super::facts::ClosedBatch;
use super::spans::Spans;
use crate::domain::opening::Opening;
use crate::domain::schedule::{Zone, wall};

/// The time in which batches were open on a screen, and what was decided in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimeSpent {
    /// All of it. Where two screens were open at once, that time counts once.
    pub whole: TimeDelta,
    /// On how many dates a batch was open on a screen.
    pub days: u32,
    pub keys: u32,
    pub decisions: u32,
    /// How many batches of check-ins were committed.
    pub batches: u32,
    /// How many of them no later than their window closed.
    pub on_time: u32,
}

impl TimeSpent {
    pub(super) fn of<'a>(openings: impl Iterator<Item = &'a Opening>, closed: &[ClosedBatch], zone: Zone) -> Self {
        let openings: Vec<&Opening> = openings.collect();
        let mut dates: Vec<NaiveDate> = openings.iter().map(|one| wall::date_of(zone, one.since)).collect();
        dates.sort_unstable();
        dates.dedup();
        Self {
            whole: Spans::of(openings.iter().map(|one| (one.since, one.until))).length(),
            days: super::arriving::number(dates.len()),
            keys: openings.iter().fold(0, |sum, one| u32::saturating_add(sum, one.keys)),
            decisions: openings.iter().fold(0, |sum, one| u32::saturating_add(sum, one.decisions)),
            batches: super::arriving::number(closed.len()),
            on_time: super::arriving::number(closed.iter().filter(|one| one.committed <= one.closes).count()),
        }
    }

    /// A day on which a batch was open; `None` where there was none.
    #[must_use]
    pub fn a_day(&self) -> Option<TimeDelta> {
        self.whole.checked_div(i32::try_from(self.days).ok()?)
    }

    /// A decision; `None` where there was none.
    #[must_use]
    pub fn a_decision(&self) -> Option<TimeDelta> {
        self.whole.checked_div(i32::try_from(self.decisions).ok()?)
    }

    /// How many keys a decision took, in tenths, rounded; `None` where there was none.
    #[must_use]
    pub fn tenths_of_keys(&self) -> Option<u64> {
        let decisions = u64::from(self.decisions);
        (u64::from(self.keys) * 10 + decisions / 2).checked_div(decisions)
    }
}

#[cfg(test)]
mod tests {
    use super::TimeSpent;
    use crate::domain::ids::BatchId;
    use crate::domain::month::facts::ClosedBatch;
    use crate::domain::opening::Opening;
    use chrono::{DateTime, TimeDelta, Utc};

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    #[test]
    fn time_is_told_of_the_days_on_which_a_batch_was_open() {
        let opening =
            |since, until| Opening { batch: BatchId(1), since: at(since), until: at(until), keys: 31, decisions: 10 };
        let openings = [opening(600, 620), opening(610, 630), opening(2_100, 2_110)];
        let closed = |committed, closes| ClosedBatch {
            committed: at(committed),
            closes: at(closes),
            carried_over: 0,
            oldest: None,
        };
        let spent = TimeSpent::of(openings.iter(), &[closed(630, 640), closed(2_110, 2_100)], "UTC".into());
        assert_eq!(spent.whole, TimeDelta::minutes(40), "ten minutes on two screens count once");
        assert_eq!((spent.days, spent.a_day()), (2, Some(TimeDelta::minutes(20))));
        assert_eq!((spent.a_decision(), spent.tenths_of_keys()), (Some(TimeDelta::seconds(80)), Some(31)));
        assert_eq!((spent.batches, spent.on_time), (2, 1));
        let none = TimeSpent::default();
        assert_eq!((none.a_day(), none.a_decision(), none.tenths_of_keys()), (None, None, None));
    }
}
