//! When the door opens: named check-ins that recur, and their windows as instants.
//!
//! All of it is pure: an instant goes in, windows come out. Zones appear only here and in the views.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

/// Every check-in of a person, and the dates on which none opens.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// The zone of the file: for check-ins that name none, for away dates, and for what a person reads.
    pub zone: Tz,
    pub checkins: Vec<CheckIn>,
    pub away: Vec<Away>,
}

/// A named recurring time.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckIn {
    pub name: String,
    pub days: Days,
    /// Wall-clock times of opening, ascending, at least one.
    pub at: Vec<NaiveTime>,
    /// How long each window stays open.
    pub length: chrono::Duration,
    pub zone: Tz,
}

/// The days on which a check-in opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    pub rules: Vec<DayRule>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayRule {
    /// Every week on this day.
    Weekday(chrono::Weekday),
    /// `1st mon`, `last fri`: the nth such day of the month; negative counts from its end.
    NthWeekday(i8, chrono::Weekday),
    /// `15th`: this day of the month, in months that have it; `last day` is -1.
    MonthDay(i8),
}

/// Dates on which the door stays closed, both ends included.
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
    pub zone: Tz,
}
