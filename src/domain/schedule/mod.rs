//! When the door opens: named check-ins that recur, and their windows as instants.
//!
//! All of it is pure: an instant goes in, windows come out. Zones appear only here and in the views. `windows` walks
//! the calendar, `days` knows on which dates a check-in recurs, `wall` turns a wall-clock time into an instant. What
//! people write is read by `days_text`, `hours`, `away`, `zone_name`, `ahead`, `day_ahead` and `moment`; `ics` writes windows for
//! other programs; `typed` reads whole schedules, and `trial` lets one stand in for the person's own for some days.
//!
//! The recurrence is our own, because this is what the program is for: the rrule crate repeats and skips instances at
//! changes of daylight saving (rust-rrule#115) and takes an interval of nought, which then yields nothing. What a
//! check-in needs is a weekday, the nth weekday of a month or a day of a month, and each of them is one comparison.

mod ahead;
pub mod away;
pub mod day_ahead;
mod days;
mod days_text;
mod digits;
pub mod hours;
pub mod ics;
mod mistake;
pub mod moment;
mod pause_text;
pub mod trial;
mod typed;
pub mod wall;
mod windows;
mod zone;
pub mod zone_name;

pub use away::parse_away;
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc, Weekday};
pub use day_ahead::parse_day;
pub use hours::{parse_length, parse_time};
pub use ics::ics;
pub use mistake::TimeMistake;
pub use moment::{parse_date, parse_moment};
pub use pause_text::{parse_pause, pause_end};
pub use trial::{TRIAL_DAYS, Trial, TrialDeed, TrialStanding, TrialState};
pub use typed::{MOST_SCHEDULES, TypedSchedule, parse_schedules, shown_schedule, usual};
pub use windows::HORIZON_DAYS;
pub use zone::{Zone, ZoneOffset};
pub use zone_name::{Zones, parse_zone};

/// Every check-in of a person, and the dates on which none opens.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// The zone of the file: for check-ins that name none, and for what a person calls today and tomorrow.
    pub zone: Zone,
    /// In the order of the file, which decides between windows that open at the same instant.
    pub checkins: Vec<CheckIn>,
    pub away: Vec<Away>,
}

/// A named recurring time.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckIn {
    pub name: String,
    pub days: Days,
    /// Wall-clock times of opening, at least one.
    pub at: Vec<NaiveTime>,
    /// How long each window stays open, as time that passes: 1 minute to 24 hours.
    pub length: Duration,
    pub zone: Zone,
}

/// The days on which a check-in opens: any day that one of the rules names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    pub rules: Vec<DayRule>,
    /// Those of these days that count.
    pub dates: CheckInDates,
}

/// The dates on which a check-in may open at all, by its own clock; both ends are included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CheckInDates {
    #[default]
    Every,
    /// It belongs to a trial.
    Within { from: NaiveDate, to: NaiveDate },
    /// A trial stands in for it meanwhile.
    Outside { from: NaiveDate, to: NaiveDate },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayRule {
    /// Every week on this day.
    Weekday(Weekday),
    /// `1st mon`, `last fri`: the nth such day of the month, 1 to 5; negative counts from its end, -1 to -5.
    NthWeekday(i8, Weekday),
    /// `15th`: this day of the month, 1 to 31, in months that have it; negative counts from its end, `last day` is -1.
    MonthDay(i8),
}

/// Dates on which the door stays closed, both ends included. They are dates of each check-in's own zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Away {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// One occurrence of a check-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    pub checkin: String,
    pub opens: DateTime<Utc>,
    pub closes: DateTime<Utc>,
    /// The check-in's zone, in which its hours are meant.
    pub zone: Zone,
}

impl Window {
    /// Whether it is open at this instant: from its opening up to, and without, its close.
    #[must_use]
    pub fn is_open_at(&self, now: DateTime<Utc>) -> bool {
        self.opens <= now && now < self.closes
    }
}
