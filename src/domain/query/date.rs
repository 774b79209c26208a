//! Dates and lengths of time in a query: `2026-11-01`, `monday`, `last week`, `2d`, `2 weeks`.

use crate::domain::schedule::Zone;
use chrono::{DateTime, Datelike, Days, Duration, Month, Months, NaiveDate, NaiveDateTime, Utc, Weekday};

use super::When;
use crate::domain::schedule::wall::{date_of, first_instant, midnight};

/// The longest length: a thousand years are long enough for everything.
const LONGEST_DAYS: i64 = 365_000;

/// What a date, a word or a length of time stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) from: When,
    /// Not included. A length of time has no end: it goes on.
    pub(super) until: Option<When>,
}

/// Reads a date (a day, a month, a year, a minute or a second in the zone, or a word for one), or a length of time.
/// Otherwise says what is wrong.
pub(super) fn period(text: &str, zone: Zone, now: DateTime<Utc>) -> Result<Period, String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    if let Some(length) = length(&text) {
        return length.map(|length| Period { from: When::Ago(length), until: None });
    }
    let found = instant(&text, zone).or_else(|| {
        let (first, next) = days(&text, date_of(zone, now))?;
        Some((midnight(zone, first)?, midnight(zone, next)?))
    });
    match found {
        Some((from, until)) if (1..=9999).contains(&from.year()) => {
            Ok(Period { from: When::At(from), until: Some(When::At(until)) })
        }
        _ => Err(format!("`{}` is no date and no length of time", text.escape_debug())),
    }
}

/// The day, month or year that is meant; of a length of time, the day that is so long ago.
pub(super) fn whole_days(text: &str, zone: Zone, now: DateTime<Utc>) -> Result<(When, When), String> {
    let found = period(text, zone, now)?;
    if let (from, Some(until)) = (found.from, found.until) {
        return Ok((from, until));
    }
    let day = date_of(zone, found.from.instant(now));
    let ends = day.succ_opt().and_then(|next| Some((midnight(zone, day)?, midnight(zone, next)?)));
    ends.map(|(from, until)| (When::At(from), When::At(until))).ok_or_else(|| "there is no such day".to_owned())
}

/// A date with a time: that second, or that minute.
fn instant(text: &str, zone: Zone) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let text = text.to_ascii_uppercase();
    let lasts = |from: DateTime<Utc>, length| Some((from, from.checked_add_signed(length)?));
    if let Ok(instant) = DateTime::parse_from_rfc3339(&text) {
        return lasts(instant.to_utc(), Duration::seconds(1));
    }
    let written = |form| NaiveDateTime::parse_from_str(&text, form).ok().and_then(|time| first_instant(zone, time));
    match (written("%Y-%m-%dT%H:%M"), written("%Y-%m-%dT%H:%M:%S")) {
        (Some(minute), _) => lasts(minute, Duration::minutes(1)),
        (_, Some(second)) => lasts(second, Duration::seconds(1)),
        _ => None,
    }
}

/// Reads `2d`, `2 days` or `2 days ago`; `None` where the text does not look like a length.
fn length(text: &str) -> Option<Result<Duration, String>> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).filter(|&digits| digits > 0)?;
    let (count, unit) = text.split_at(digits);
    let unit = unit.strip_suffix(" ago").unwrap_or(unit).trim_start();
    let (_, _, seconds) = UNITS.iter().find(|(short, word, _)| {
        unit == *short || unit.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest == "s")
    })?;
    let length = count
        .parse::<i64>()
        .ok()
        .and_then(|count| count.checked_mul(*seconds))
        .and_then(Duration::try_seconds)
        .filter(|length| length.num_days() <= LONGEST_DAYS);
    Some(length.ok_or_else(|| "a length of time is at most 1000 years".to_owned()))
}

/// Seconds in each unit. A month has 30 days here and a year 365: they are for "about so long ago".
const UNITS: [(&str, &str, i64); 7] = [
    ("y", "year", 365 * 86_400),
    ("m", "month", 30 * 86_400),
    ("w", "week", 7 * 86_400),
    ("d", "day", 86_400),
    ("h", "hour", 3_600),
    ("min", "minute", 60),
    ("s", "second", 1),
];

/// The length in the largest unit of which it is a multiple. Not in months, since `3m` would not be recognised as
/// `90d`.
pub(super) fn show(length: Duration) -> String {
    let seconds = length.num_seconds();
    let (unit, _, size) = UNITS
        .into_iter()
        .filter(|(unit, ..)| *unit != "m")
        .find(|(.., size)| seconds != 0 && seconds % size == 0)
        .unwrap_or(("s", "second", 1));
    format!("{}{unit}", seconds / size)
}

/// The first day that is meant, and the first one after it.
fn days(text: &str, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let one = |day: NaiveDate| Some((day, day.succ_opt()?));
    match text {
        "today" => return one(today),
        "yesterday" => return one(today.pred_opt()?),
        "tomorrow" => return one(today.succ_opt()?),
        _ => {}
    }
    let latest = |day: Weekday, by: NaiveDate| by.checked_sub_days(Days::new(u64::from(by.weekday().days_since(day))));
    if let Some((which @ ("this" | "last"), what)) = text.split_once(' ') {
        let last = which == "last";
        let first = match what {
            "week" => latest(Weekday::Mon, today)?,
            "month" => today.with_day(1)?,
            "year" => today.with_ordinal(1)?,
            day if last => return one(latest(day.parse().ok()?, today.pred_opt()?)?),
            _ => return None,
        };
        return reaching(if last { back(first, what)? } else { first }, what);
    }
    if let Ok(day) = text.parse::<Weekday>() {
        return one(latest(day, today)?);
    }
    if let Ok(month) = text.parse::<Month>() {
        let this_year = today.with_day(1)?.with_month(month.number_from_month())?;
        let first = if this_year > today { back(this_year, "year")? } else { this_year };
        return reaching(first, "month");
    }
    written(text)
}

/// `2026-11-01`, `2026-11` or `2026`.
fn written(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4)?;
    let (month, day) = (parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    let read = |part: Option<&str>| part.map_or(Some(1), |text| number(text, 2));
    let first = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, read(month)?, read(day)?)?;
    reaching(
        first,
        if day.is_some() {
            "day"
        } else if month.is_some() {
            "month"
        } else {
            "year"
        },
    )
}

/// A stretch of days from its first one: that, and the first one after it.
fn reaching(first: NaiveDate, what: &str) -> Option<(NaiveDate, NaiveDate)> {
    let next = match what {
        "week" => first.checked_add_days(Days::new(7)),
        "month" => first.checked_add_months(Months::new(1)),
        "year" => first.checked_add_months(Months::new(12)),
        _ => first.succ_opt(),
    };
    Some((first, next?))
}

fn back(first: NaiveDate, what: &str) -> Option<NaiveDate> {
    match what {
        "week" => first.checked_sub_days(Days::new(7)),
        "month" => first.checked_sub_months(Months::new(1)),
        _ => first.checked_sub_months(Months::new(12)),
    }
}

fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use crate::domain::schedule::Zone;
    use chrono::{DateTime, Duration, Utc};

    use super::{period, show, whole_days};
    use crate::domain::query::When;

    fn at(text: &str, zone: impl Into<Zone>) -> Result<When, String> {
        // A Sunday.
        let now: DateTime<Utc> = "2026-11-22T14:30:00Z".parse().expect("an instant");
        period(text, zone.into(), now).map(|period| period.from)
    }

    /// From when until when a text means, as `2026-11-01 00:00`.
    fn whole(text: &str, zone: impl Into<Zone>) -> String {
        let now: DateTime<Utc> = "2026-11-22T14:30:00Z".parse().expect("an instant");
        let shown = |when: When| when.instant(now).format("%Y-%m-%d %H:%M").to_string();
        match whole_days(text, zone.into(), now) {
            Ok((from, until)) => format!("{} to {}", shown(from), shown(until)),
            Err(what) => what,
        }
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
    fn days_weeks_months_and_years_are_meant_whole() {
        for (text, means) in [
            ("2026-11-01", "2026-11-01 00:00 to 2026-11-02 00:00"),
            ("2026-02", "2026-02-01 00:00 to 2026-03-01 00:00"),
            ("2025", "2025-01-01 00:00 to 2026-01-01 00:00"),
            ("Yesterday", "2026-11-21 00:00 to 2026-11-22 00:00"),
            ("this week", "2026-11-16 00:00 to 2026-11-23 00:00"),
            ("last  week", "2026-11-09 00:00 to 2026-11-16 00:00"),
            ("last month", "2026-10-01 00:00 to 2026-11-01 00:00"),
            ("last year", "2025-01-01 00:00 to 2026-01-01 00:00"),
            ("sunday", "2026-11-22 00:00 to 2026-11-23 00:00"),
            ("last sunday", "2026-11-15 00:00 to 2026-11-16 00:00"),
            ("november", "2026-11-01 00:00 to 2026-12-01 00:00"),
            ("dec", "2025-12-01 00:00 to 2026-01-01 00:00"),
            ("2w", "2026-11-08 00:00 to 2026-11-09 00:00"),
            ("2026-11-01T10:30", "2026-11-01 10:30 to 2026-11-01 10:31"),
            ("this monday", "`this monday` is no date and no length of time"),
        ] {
            assert_eq!(whole(text, Zone::UTC), means, "{text}");
        }
        assert_eq!(whole("2026-03-29", "Europe/Berlin"), "2026-03-28 23:00 to 2026-03-29 22:00");
    }

    #[test]
    fn lengths_count_back_from_the_moment_of_asking() {
        for (text, length) in [
            ("3h", Duration::hours(3)),
            ("6m", Duration::days(180)),
            ("90min", Duration::minutes(90)),
            ("2 weeks", Duration::days(14)),
            ("1 Day ago", Duration::days(1)),
            ("3months", Duration::days(90)),
        ] {
            assert_eq!(at(text, Zone::UTC), Ok(When::Ago(length)));
        }
        assert_eq!(show(Duration::days(14)), "2w");
        assert_eq!(show(Duration::days(365)), "1y");
        assert_eq!(show(Duration::zero()), "0s");
    }

    #[test]
    fn what_is_neither_is_refused() {
        for text in [
            "",
            "2026-02-30",
            "26-1-1",
            "2x",
            "soon",
            "99999999999999999999d",
            "1001y",
            "2026-11-01-01",
            "0000",
            "９d",
            "2 fortnights",
            "last",
            "weeks",
        ] {
            assert!(at(text, Zone::UTC).is_err(), "{text}");
        }
    }
}
