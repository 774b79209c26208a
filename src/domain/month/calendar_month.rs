//! A month of the calendar: its names, and the instants between which it lies in a zone.

use std::fmt;
use std::ops::Range;

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

use crate::domain::schedule::{Zone, wall};

/// A month of a year from 1970 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CalendarMonth {
    first: NaiveDate,
}

impl CalendarMonth {
    /// The month that this date lies in.
    #[must_use]
    pub fn of(date: NaiveDate) -> Self {
        Self { first: date.with_day(1).unwrap_or(date) }
    }

    /// The month that it is at this instant in a zone.
    #[must_use]
    pub fn at(now: DateTime<Utc>, zone: Zone) -> Self {
        Self::of(wall::date_of(zone, now))
    }

    /// Reads `2026-11`; `None` for anything else, and for years before 1970.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        let first = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1)?;
        (first.year() >= 1970).then_some(Self { first })
    }

    /// The month before this one; the same one where there is none.
    #[must_use]
    pub fn before(self) -> Self {
        let first = self.first.checked_sub_months(Months::new(1)).filter(|first| first.year() >= 1970);
        Self { first: first.unwrap_or(self.first) }
    }

    /// The month after this one; the same one where there is none.
    #[must_use]
    pub fn after(self) -> Self {
        let first = self.first.checked_add_months(Months::new(1)).filter(|first| first.year() <= 9999);
        Self { first: first.unwrap_or(self.first) }
    }

    #[must_use]
    pub fn first_day(self) -> NaiveDate {
        self.first
    }

    /// From the midnight with which it begins in a zone up to, and without, the one with which the next month does.
    #[must_use]
    pub fn span(self, zone: Zone) -> Range<DateTime<Utc>> {
        let midnight = |date: NaiveDate| {
            wall::midnight(zone, date).unwrap_or_else(|| date.and_time(chrono::NaiveTime::MIN).and_utc())
        };
        let next = self.first.checked_add_months(Months::new(1)).unwrap_or(self.first);
        midnight(self.first)..midnight(next)
    }

    /// `November 2026`.
    #[must_use]
    pub fn title(self) -> String {
        self.first.format("%B %Y").to_string()
    }

    /// `Nov`.
    #[must_use]
    pub fn short(self) -> String {
        self.first.format("%b").to_string()
    }
}

/// `2026-11`.
impl fmt::Display for CalendarMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first.format("%Y-%m"))
    }
}

#[cfg(test)]
mod tests {
    use super::CalendarMonth;

    fn month(text: &str) -> CalendarMonth {
        CalendarMonth::parse(text).unwrap()
    }

    #[test]
    fn a_month_is_written_in_one_way() {
        assert_eq!(month("2026-11").to_string(), "2026-11");
        assert_eq!(month("2026-11").title(), "November 2026");
        for wrong in
            ["", "2026", "2026-13", "2026-00", "26-11", "2026-1", "2026-11-01", "+026-11", "1969-12", "2026-1１"]
        {
            assert_eq!(CalendarMonth::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn months_follow_each_other_up_to_the_ends() {
        assert_eq!(month("2026-01").before(), month("2025-12"));
        assert_eq!(month("2025-12").after(), month("2026-01"));
        assert_eq!(month("1970-01").before(), month("1970-01"));
        assert_eq!(month("9999-12").after(), month("9999-12"));
    }

    #[test]
    fn a_month_with_a_day_of_25_hours_is_an_hour_longer() {
        let hours = |text, zone: &str| {
            let span = month(text).span(zone.into());
            (span.end - span.start).num_hours()
        };
        assert_eq!(hours("2026-10", "Europe/Berlin"), 31 * 24 + 1);
        assert_eq!(hours("2026-03", "Europe/Berlin"), 31 * 24 - 1);
        assert_eq!(hours("2026-11", "UTC"), 30 * 24);
        assert_eq!(month("2026-11").span("Europe/Berlin".into()).start.to_rfc3339(), "2026-10-31T23:00:00+00:00");
        let _ = month("9999-12").span("Pacific/Apia".into());
    }
}
