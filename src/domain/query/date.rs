//! Dates and lengths of time in a query: `2026-11-01`, `monday`, `2d`.

use crate::domain::schedule::Zone;
use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveDateTime, Utc, Weekday};

use super::When;
use crate::domain::schedule::wall::{date_of, first_instant, midnight};

/// The longest length: a thousand years are long enough for everything.
const LONGEST_DAYS: i64 = 365_000;

/// Reads a date, which stands for its first instant in the zone, an instant (RFC 3339), or a length of time.
/// Otherwise says what is wrong.
pub(super) fn when(text: &str, zone: Zone, now: DateTime<Utc>) -> Result<When, String> {
    if let Some(length) = length(text) {
        return length.map(When::Ago);
    }
    let instant = if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        Some(instant.to_utc())
    } else if let Some(time) =
        ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"].iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    {
        first_instant(zone, time)
    } else {
        date(text, date_of(zone, now)).and_then(|date| midnight(zone, date))
    };
    instant
        .filter(|instant| (1..=9999).contains(&instant.year()))
        .map(When::At)
        .ok_or_else(|| format!("`{}` is no date and no length of time", text.escape_debug()))
}

/// Reads `2d`; `None` where the text does not look like a length.
fn length(text: &str) -> Option<Result<Duration, String>> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).filter(|&digits| digits > 0)?;
    let (count, unit) = text.split_at(digits);
    let seconds: i64 = UNITS.iter().find(|(name, _)| unit.eq_ignore_ascii_case(name))?.1;
    let length = count
        .parse::<i64>()
        .ok()
        .and_then(|count| count.checked_mul(seconds))
        .and_then(Duration::try_seconds)
        .filter(|length| length.num_days() <= LONGEST_DAYS);
    Some(length.ok_or_else(|| "a length of time is at most 1000 years".to_owned()))
}

/// Seconds in each unit. A month has 30 days here and a year 365: they are for "about so long ago".
const UNITS: [(&str, i64); 7] =
    [("y", 365 * 86_400), ("m", 30 * 86_400), ("w", 7 * 86_400), ("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)];

/// The length in the largest unit of which it is a multiple. Not in months, since `3m` would not be recognised as
/// `90d`.
pub(super) fn show(length: Duration) -> String {
    let seconds = length.num_seconds();
    let (unit, size) = UNITS
        .into_iter()
        .filter(|(unit, _)| *unit != "m")
        .find(|(_, size)| seconds != 0 && seconds % size == 0)
        .unwrap_or(("s", 1));
    format!("{}{unit}", seconds / size)
}

fn date(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    match text.to_ascii_lowercase().as_str() {
        "today" => return Some(today),
        "yesterday" => return today.checked_sub_days(Days::new(1)),
        "tomorrow" => return today.checked_add_days(Days::new(1)),
        _ => {}
    }
    if let Ok(day) = text.parse::<Weekday>() {
        let back = today.weekday().days_since(day);
        return today.checked_sub_days(Days::new(u64::from(back)));
    }
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |text| number(text, 2))?;
    let day = parts.next().map_or(Some(1), |text| number(text, 2))?;
    if parts.next().is_some() {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use crate::domain::schedule::Zone;
    use chrono::{DateTime, Duration, Utc};

    use super::{show, when};
    use crate::domain::query::When;

    fn at(text: &str, zone: impl Into<Zone>) -> Result<When, String> {
        // A Sunday.
        let now: DateTime<Utc> = "2026-11-22T14:30:00Z".parse().expect("an instant");
        when(text, zone.into(), now)
    }

    fn instant(text: &str) -> When {
        When::At(text.parse().expect("an instant"))
    }

    #[test]
    fn a_date_is_its_first_instant_in_the_zone() {
        assert_eq!(at("2026-11-01", "Europe/Berlin"), Ok(instant("2026-10-31T23:00:00Z")));
        assert_eq!(at("2026-11", Zone::UTC), Ok(instant("2026-11-01T00:00:00Z")));
        assert_eq!(at("2026", Zone::UTC), Ok(instant("2026-01-01T00:00:00Z")));
        assert_eq!(at("2026-11-01T10:30", "Europe/Berlin"), Ok(instant("2026-11-01T09:30:00Z")));
        assert_eq!(at("2026-11-01T10:30:00+02:00", Zone::UTC), Ok(instant("2026-11-01T08:30:00Z")));
    }

    #[test]
    fn a_midnight_or_a_day_that_the_clocks_skip_begins_after_the_gap() {
        assert_eq!(at("2018-11-04", "America/Sao_Paulo"), Ok(instant("2018-11-04T03:00:00Z")));
        assert_eq!(at("2011-12-30", "Pacific/Apia"), Ok(instant("2011-12-30T10:00:00Z")));
    }

    #[test]
    fn a_day_by_its_name_is_the_latest_one() {
        assert_eq!(at("monday", Zone::UTC), Ok(instant("2026-11-16T00:00:00Z")));
        assert_eq!(at("Sun", Zone::UTC), Ok(instant("2026-11-22T00:00:00Z")));
        assert_eq!(at("yesterday", Zone::UTC), Ok(instant("2026-11-21T00:00:00Z")));
        assert_eq!(at("today", "Asia/Tokyo"), Ok(instant("2026-11-21T15:00:00Z")));
    }

    #[test]
    fn lengths_count_back_from_the_moment_of_asking() {
        for (text, length) in
            [("3h", Duration::hours(3)), ("6m", Duration::days(180)), ("90min", Duration::minutes(90))]
        {
            assert_eq!(at(text, Zone::UTC), Ok(When::Ago(length)));
        }
        assert_eq!(show(Duration::days(14)), "2w");
        assert_eq!(show(Duration::days(365)), "1y");
        assert_eq!(show(Duration::zero()), "0s");
    }

    #[test]
    fn what_is_neither_is_refused() {
        for text in
            ["", "2026-02-30", "26-1-1", "2x", "soon", "99999999999999999999d", "1001y", "2026-11-01-01", "0000", "９d"]
        {
            assert!(at(text, Zone::UTC).is_err(), "{text}");
        }
    }
}
