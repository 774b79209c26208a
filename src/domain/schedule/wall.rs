//! The local (wall-clock) time of a zone, and the instants at which its clock shows a time.
//!
//! One rule covers the days on which clocks are changed: a wall-clock time stands for the first instant at which the
//! clock shows that time or a later one. In an overlap that is the first of the two; in a gap it is the instant of
//! the change. It needs no exception for a date that a zone left out altogether (Apia went from 29 to 31 December
//! 2011): all of that date stands for the first instant after it.

use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};

use super::Zone;

/// The first instant at which a clock in `zone` shows `wall` or later; `None` only at the very ends of chrono's years.
#[must_use]
pub fn first_instant(zone: Zone, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(only) => Some(only.to_utc()),
        LocalResult::Ambiguous(one, other) => Some(one.min(other).to_utc()),
        LocalResult::None => zone.end_of_gap(wall),
    }
}

/// The instant at which a date begins in `zone`; for a date that the zone left out, the first instant after it.
#[must_use]
pub fn midnight(zone: Zone, date: NaiveDate) -> Option<DateTime<Utc>> {
    first_instant(zone, date.and_time(NaiveTime::MIN))
}

/// The local time in `zone`.
#[must_use]
pub fn shown(zone: Zone, at: DateTime<Utc>) -> NaiveDateTime {
    let utc = at.naive_utc();
    let offset = zone.offset_from_utc_datetime(&utc).fix();
    utc.checked_add_offset(offset).unwrap_or(utc)
}

/// So many days of the calendar later, or earlier, at the same time by the clock in `zone`: a day of a change has 23 hours, or 25.
#[must_use]
pub fn days_after(zone: Zone, at: DateTime<Utc>, days: i32) -> Option<DateTime<Utc>> {
    let (wall, count) = (shown(zone, at), Days::new(days.unsigned_abs().into()));
    let moved = if days < 0 { wall.checked_sub_days(count) } else { wall.checked_add_days(count) };
    first_instant(zone, moved?)
}

/// The local date in `zone`.
#[must_use]
pub fn date_of(zone: Zone, at: DateTime<Utc>) -> NaiveDate {
    shown(zone, at).date()
}

#[cfg(test)]
mod tests {
    use super::{Zone, date_of, days_after, first_instant, midnight};
    use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

    fn instant(zone: impl Into<Zone>, wall: &str) -> String {
        let wall = NaiveDateTime::parse_from_str(wall, "%Y-%m-%d %H:%M").unwrap();
        first_instant(zone.into(), wall).unwrap().format("%Y-%m-%d %H:%M").to_string()
    }

    #[test]
    fn a_time_in_a_gap_is_the_instant_of_the_change() {
        assert_eq!(instant("Europe/Berlin", "2026-03-29 01:59"), "2026-03-29 00:59");
        assert_eq!(instant("Europe/Berlin", "2026-03-29 02:00"), "2026-03-29 01:00");
        assert_eq!(instant("Europe/Berlin", "2026-03-29 02:30"), "2026-03-29 01:00");
        assert_eq!(instant("Europe/Berlin", "2026-03-29 03:00"), "2026-03-29 01:00");
    }

    #[test]
    fn a_time_in_an_overlap_is_the_first_of_the_two() {
        assert_eq!(instant("Europe/Berlin", "2026-10-25 02:30"), "2026-10-25 00:30");
        assert_eq!(instant("Europe/Berlin", "2026-10-25 03:00"), "2026-10-25 02:00");
    }

    #[test]
    fn a_date_that_a_zone_left_out_is_the_first_instant_after_it() {
        assert_eq!(instant("Pacific/Apia", "2011-12-30 10:00"), "2011-12-30 10:00");
        assert_eq!(instant("Pacific/Apia", "2011-12-31 00:00"), "2011-12-30 10:00");
    }

    #[test]
    fn a_day_whose_midnight_is_in_a_gap_begins_after_the_gap() {
        let date = NaiveDate::from_ymd_opt(2018, 11, 4).unwrap();
        let begins = midnight("America/Sao_Paulo".into(), date).unwrap();
        assert_eq!(begins.to_rfc3339(), "2018-11-04T03:00:00+00:00");
        assert_eq!(date_of("America/Sao_Paulo".into(), begins), date);
    }

    #[test]
    fn a_day_of_the_calendar_has_the_hours_that_it_has() {
        let after = |at: &str, days| {
            days_after("Europe/Berlin".into(), at.parse().unwrap(), days).unwrap().format("%Y-%m-%d %H:%M").to_string()
        };
        assert_eq!(after("2026-10-24T22:00:00Z", 1), "2026-10-25 23:00");
        assert_eq!(after("2026-03-28T23:00:00Z", 1), "2026-03-29 22:00");
        assert_eq!(after("2026-10-26T11:00:00Z", -2), "2026-10-24 10:00");
        assert_eq!(after("2026-03-28T01:30:00Z", 1), "2026-03-29 01:00", "that time is left out");
        assert_eq!(days_after("Europe/Berlin".into(), DateTime::<Utc>::MAX_UTC, 9), None);
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        assert_eq!(date_of("Pacific/Apia".into(), DateTime::<Utc>::MAX_UTC), DateTime::<Utc>::MAX_UTC.date_naive());
        assert_eq!(
            date_of("Pacific/Pago_Pago".into(), DateTime::<Utc>::MIN_UTC),
            DateTime::<Utc>::MIN_UTC.date_naive()
        );
        let _ = first_instant("Pacific/Apia".into(), NaiveDateTime::MIN);
        let _ = first_instant("Pacific/Pago_Pago".into(), NaiveDateTime::MAX);
    }
}
