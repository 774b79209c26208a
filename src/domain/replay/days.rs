//! Which days a replay looks at, and which half each of them is in.

use chrono::{DateTime, Datelike, Days as DayCount, NaiveDate, Utc};

use super::ReplayFacts;
use crate::domain::outage::Outage;
use crate::domain::schedule::{Zone, wall};

/// A replay looks back so many days at most: what was long ago says little of the person's mail now.
pub const LONGEST_DAYS: u64 = 182;
/// A replay needs so many days that can be counted.
pub const LEAST_DAYS: u32 = 14;
/// A day is left out if a source could not be read for so many seconds of it, 2 hours.
const OUTAGE: i64 = 2 * 3_600;

/// Which half a day is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    /// Schedules are chosen by it.
    Chosen,
    /// Figures are shown of it.
    Shown,
    LeftOut,
}

/// How many days are in neither half, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOutDays {
    pub away: u32,
    /// A source could not be read for two hours of the day or longer.
    pub outage: u32,
}

/// The days of a replay: dates of the person's zone, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayDays {
    pub from: NaiveDate,
    /// The last one, which is over.
    pub to: NaiveDate,
    pub left_out: LeftOutDays,
    /// How many days a schedule is chosen by, and of how many its figures are.
    pub chosen_by: u32,
    pub shown: u32,
    zone: Zone,
    halves: Vec<Half>,
    /// The instants at which the days begin, and that at which the last one ends.
    begins: Vec<i64>,
}

/// There is too little to replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFewDays {
    pub since: DateTime<Utc>,
    /// How many days can be counted, and how many are needed.
    pub counted: u32,
    pub needed: u32,
    /// From this date on there are enough, unless more days are left out.
    pub enough_on: Option<NaiveDate>,
}

impl ReplayDays {
    pub(super) fn of(facts: &ReplayFacts<'_>) -> Result<Self, TooFewDays> {
        let zone = facts.calendar.zone;
        let today = wall::date_of(zone, facts.now);
        let kept = wall::date_of(zone, facts.since);
        let earliest = today.checked_sub_days(DayCount::new(LONGEST_DAYS)).unwrap_or(NaiveDate::MIN);
        // The day on which facts began to be kept is not whole.
        let from = kept.succ_opt().unwrap_or(kept).max(earliest);
        let mut days = Self {
            from,
            to: from,
            left_out: LeftOutDays::default(),
            chosen_by: 0,
            shown: 0,
            zone,
            halves: Vec::new(),
            begins: Vec::new(),
        };
        for date in from.iter_days().take_while(|date| *date < today) {
            days.to = date;
            let half = days.half_of(date, facts);
            days.halves.push(half);
            days.begins.push(midnight(zone, date));
        }
        days.begins.push(midnight(zone, today));
        let counted = days.chosen_by + days.shown;
        if counted < LEAST_DAYS {
            let missing = u64::from(LEAST_DAYS - counted);
            let begin = from.max(today);
            let enough_on = begin.checked_add_days(DayCount::new(missing));
            return Err(TooFewDays { since: facts.since, counted, needed: LEAST_DAYS, enough_on });
        }
        Ok(days)
    }

    fn half_of(&mut self, date: NaiveDate, facts: &ReplayFacts<'_>) -> Half {
        if facts.calendar.away.iter().any(|away| away.contains(date)) {
            self.left_out.away += 1;
            return Half::LeftOut;
        }
        let (begin, end) =
            (midnight(self.zone, date), date.succ_opt().map_or(i64::MAX, |next| midnight(self.zone, next)));
        if facts.outages.iter().any(|outage| is_out(outage, begin, end, facts.now)) {
            self.left_out.outage += 1;
            return Half::LeftOut;
        }
        // In turn, so that each half has as many of each day of the week, within two weeks.
        if date.num_days_from_ce() % 2 == 0 {
            self.chosen_by += 1;
            Half::Chosen
        } else {
            self.shown += 1;
            Half::Shown
        }
    }

    /// The number of the day in which an instant lies, and its half; `None` where it is none of these days.
    pub(super) fn of_arrival(&self, at: DateTime<Utc>) -> Option<(usize, Half)> {
        let at = at.timestamp();
        let number = self.begins.partition_point(|begin| *begin <= at).checked_sub(1)?;
        Some((number, *self.halves.get(number)?))
    }

    /// Whether no day that this stretch of time touches is left out, or none of these days.
    pub(super) fn are_whole(&self, since: i64, until: i64) -> bool {
        let number = |at: i64| self.begins.partition_point(|begin| *begin <= at).checked_sub(1);
        let (Some(first), Some(last)) = (number(since), number(until)) else { return false };
        self.halves.get(first..=last).is_some_and(|halves| halves.iter().all(|half| *half != Half::LeftOut))
    }

    /// The instants at which the first day begins and the last one ends.
    pub(super) fn span(&self) -> (i64, i64) {
        (self.begins.first().copied().unwrap_or_default(), self.begins.last().copied().unwrap_or_default())
    }

    pub(super) fn half(&self, number: usize) -> Option<Half> {
        self.halves.get(number).copied()
    }

    pub(super) fn count(&self) -> usize {
        self.halves.len()
    }
}

/// Whether a source could not be read for two hours of a day or longer.
fn is_out(outage: &Outage, begin: i64, end: i64, now: DateTime<Utc>) -> bool {
    let until = outage.until.unwrap_or(now).timestamp();
    until.min(end) - outage.since.timestamp().max(begin) >= OUTAGE
}

fn midnight(zone: Zone, date: NaiveDate) -> i64 {
    wall::midnight(zone, date).map_or(i64::MAX, |at| at.timestamp())
}
