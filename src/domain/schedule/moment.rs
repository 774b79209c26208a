//! An instant as a person writes it: for `--at`, and wherever a command takes a time.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};

use super::Zone;
use super::digits::{number, number_of};
use super::mistake::TimeMistake;
use super::wall;

const MOMENT: &str = "`now`, `10:00`, `2026-11-23`, `2026-11-23 10:00` or RFC 3339 (`2026-11-23T10:00:00+01:00`)";

/// Reads `now`; a time of today in `zone` (`10:00`); a date there, which is its beginning (`2026-11-23`); a date and a
/// time there (`2026-11-23 10:00`, with a `T` too, seconds allowed); or RFC 3339, seconds optional. A time in a gap or
/// an overlap is taken as the openings of check-ins are. Years are those from 1970 to 9999.
pub fn parse_moment(text: &str, zone: Zone, now: DateTime<Utc>) -> Result<DateTime<Utc>, TimeMistake> {
    let text = text.trim();
    let known = |at: &DateTime<Utc>| (1970..=9999).contains(&at.year());
    moment(text, zone, now).filter(known).ok_or_else(|| TimeMistake::about(text, "is not a time", MOMENT))
}

fn moment(text: &str, zone: Zone, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if text.eq_ignore_ascii_case("now") {
        return Some(now);
    }
    if let Some(date) = parse_date(text) {
        return wall::midnight(zone, date);
    }
    if let Some(time) = time(text) {
        return wall::first_instant(zone, wall::date_of(zone, now).and_time(time));
    }
    if let Some((date, rest)) = text.split_once([' ', 'T', 't'])
        && let Some((date, time)) = parse_date(date).zip(time(rest.trim_start()))
    {
        return wall::first_instant(zone, date.and_time(time));
    }
    rfc3339(text)
}

/// RFC 3339 §5.6, and the same without seconds, as ISO 8601 allows.
fn rfc3339(text: &str) -> Option<DateTime<Utc>> {
    const MINUTES: usize = "2026-11-23T10:00".len();
    let whole = DateTime::parse_from_rfc3339(text).or_else(|_| {
        let (front, offset) = text.split_at_checked(MINUTES).unwrap_or((text, ""));
        DateTime::parse_from_rfc3339(&format!("{front}:00{offset}"))
    });
    whole.ok().map(|at| at.to_utc())
}

/// Reads `2026-11-23`: four, two and two digits, a date that exists.
#[must_use]
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.trim().splitn(3, '-');
    let year = number_of(parts.next()?, 4)?;
    let month = number_of(parts.next()?, 2)?;
    let day = number_of(parts.next()?, 2)?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// `9:30`, `09:30` or `09:30:15`.
fn time(text: &str) -> Option<NaiveTime> {
    let mut parts = text.splitn(3, ':');
    let hour = parts.next().filter(|hour| hour.len() <= 2)?;
    let minute = number_of(parts.next()?, 2)?;
    let second = parts.next().map_or(Some(0), |second| number_of(second, 2))?;
    NaiveTime::from_hms_opt(number(hour)?, minute, second)
}

#[cfg(test)]
mod tests {
    use super::parse_moment;
    use chrono::{DateTime, Utc};

    fn read(text: &str) -> Option<String> {
        let now: DateTime<Utc> = "2026-11-22T23:30:00Z".parse().unwrap();
        parse_moment(text, "Europe/Berlin".into(), now).ok().map(|at| at.format("%Y-%m-%dT%H:%M:%S").to_string())
    }

    #[test]
    fn every_form_is_the_instant_that_it_says() {
        for (text, instant) in [
            ("now", "2026-11-22T23:30:00"),
            ("2026-11-23T10:00:00Z", "2026-11-23T10:00:00"),
            ("2026-11-23T10:00:00+01:00", "2026-11-23T09:00:00"),
            ("2026-11-23t10:00:30.5z", "2026-11-23T10:00:30"),
            ("2026-11-23T10:00Z", "2026-11-23T10:00:00"),
            ("2026-11-23T10:00-05:00", "2026-11-23T15:00:00"),
            ("2026-11-23 10:00", "2026-11-23T09:00:00"),
            ("2026-11-23T10:00", "2026-11-23T09:00:00"),
            ("2026-11-23T9:00:15", "2026-11-23T08:00:15"),
            ("2026-07-01 10:00", "2026-07-01T08:00:00"),
            ("2026-11-23", "2026-11-22T23:00:00"),
            ("10:00", "2026-11-23T09:00:00"),
            ("0:15", "2026-11-22T23:15:00"),
            ("2026-03-29 02:30", "2026-03-29T01:00:00"),
            ("2026-10-25 02:30", "2026-10-25T00:30:00"),
        ] {
            assert_eq!(read(text).as_deref(), Some(instant), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "tomorrow",
            "10",
            "25:00",
            "10:60",
            "2026-11-31",
            "2026-11-23 25:00",
            "26-11-23",
            "99999-01-01",
            "0000-01-01",
            "1970-01-01 00:30",
            "2026-11-23T10:00:00+99:00",
            "2026-11-23T10:00x",
            "2026-11-23T",
            "−2026-11-23",
            "+10:00",
            "1e9",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in ".*|[0-9:. TtZz+-]{0,30}|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9é]{2}:[0-9]{2}.{0,8}") {
            for zone in ["UTC", "Pacific/Apia", "America/St_Johns"] {
                let _ = parse_moment(&text, zone.into(), DateTime::<Utc>::MAX_UTC);
                let _ = parse_moment(&text, zone.into(), DateTime::<Utc>::MIN_UTC);
            }
        }
    }
}
