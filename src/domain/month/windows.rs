//! The windows of a month: those that there were, as far as anybody knows, and when they are by the clock of the week.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};

use crate::domain::schedule::{Calendar, Zone, wall};

/// From when to when windows are open on a weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WeekWindow {
    /// From 0, Monday.
    pub weekday: u32,
    /// In minutes since midnight.
    pub from: u32,
    /// The same; what passes midnight ends with it, at 1440.
    pub to: u32,
}

/// The windows that there were between two instants. The settings tell them, and the batches that were begun are `begun`, from opening to
/// close. Settings change, and what they were is not kept: so on a date on which a batch was begun in a window that today's
/// settings do not have, only the windows of batches count.
#[must_use]
pub fn windows_of(
    calendar: &Calendar,
    begun: &[(DateTime<Utc>, DateTime<Utc>)],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let date = |at: DateTime<Utc>| wall::date_of(calendar.zone, at);
    let planned: Vec<_> = calendar.windows(from, to).into_iter().map(|window| (window.opens, window.closes)).collect();
    let known: BTreeSet<DateTime<Utc>> = planned.iter().map(|(opens, _)| *opens).collect();
    let begun = begun.iter().filter(|(opens, _)| from <= *opens && *opens < to);
    let others: BTreeSet<NaiveDate> =
        begun.clone().map(|(opens, _)| *opens).filter(|opens| !known.contains(opens)).map(date).collect();
    let mut windows: Vec<_> = planned.into_iter().filter(|(opens, _)| !others.contains(&date(*opens))).collect();
    windows.extend(begun.filter(|(opens, _)| others.contains(&date(*opens))));
    windows.sort_unstable();
    windows.dedup();
    windows
}

/// When windows are open in a week, in order, each once.
pub(super) fn by_weekday(windows: &[(DateTime<Utc>, DateTime<Utc>)], zone: Zone) -> Vec<WeekWindow> {
    let mut found = BTreeSet::new();
    for (opens, closes) in windows {
        let (begin, end) = (wall::shown(zone, *opens), wall::shown(zone, *closes));
        let minutes = |at: chrono::NaiveDateTime| at.hour() * 60 + at.minute();
        let weekday = begin.weekday().num_days_from_monday();
        if end.date() == begin.date() {
            found.insert(WeekWindow { weekday, from: minutes(begin), to: minutes(end).max(minutes(begin)) });
            continue;
        }
        found.insert(WeekWindow { weekday, from: minutes(begin), to: 1440 });
        if end - end.date().and_time(chrono::NaiveTime::MIN) > TimeDelta::zero() {
            let weekday = end.weekday().num_days_from_monday();
            found.insert(WeekWindow { weekday, from: 0, to: minutes(end) });
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::{WeekWindow, by_weekday, windows_of};
    use crate::domain::schedule::{Calendar, CheckIn, Days, parse_time};
    use chrono::{DateTime, TimeDelta, Utc};

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-11-{text}:00Z").parse().unwrap()
    }

    fn calendar() -> Calendar {
        let checkin = CheckIn {
            name: "morning".to_owned(),
            days: Days::parse("mon-fri").unwrap(),
            at: vec![parse_time("10:00").unwrap()],
            length: TimeDelta::minutes(30),
            zone: "UTC".into(),
        };
        Calendar { zone: "UTC".into(), checkins: vec![checkin], away: Vec::new() }
    }

    #[test]
    fn a_day_with_other_windows_than_those_of_the_settings_has_those_of_its_batches() {
        let begun = [(at("02T09:00"), at("02T09:20")), (at("03T10:00"), at("03T10:30"))];
        let windows = windows_of(&calendar(), &begun, at("01T00:00"), at("05T00:00"));
        let opened: Vec<_> = windows.iter().map(|(opens, _)| opens.format("%d %H:%M").to_string()).collect();
        assert_eq!(opened, ["02 09:00", "03 10:00", "04 10:00"]);
    }

    #[test]
    fn a_window_that_passes_midnight_stands_on_two_weekdays() {
        let windows =
            [(at("02T23:30"), at("03T00:30")), (at("04T10:00"), at("04T10:30")), (at("08T22:00"), at("09T00:00"))];
        let week = |weekday, from, to| WeekWindow { weekday, from, to };
        let found = by_weekday(&windows, "UTC".into());
        assert_eq!(found, [week(0, 1_410, 1_440), week(1, 0, 30), week(2, 600, 630), week(6, 1_320, 1_440)]);
    }
}
