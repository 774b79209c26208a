//! A day in the future as it is typed to defer a message: `fri`, `tomorrow`, `1 dec`, `3d`, `2026-12-01`.

use chrono::{Datelike, Days as DayCount, NaiveDate};

use super::days_text::{nth, weekday};
use super::digits::{number, number_of};
use super::mistake::TimeMistake;
use super::moment::parse_date;
use super::windows::HORIZON_DAYS;
use crate::domain::nearest::nearest;

const DAY: &str = "a day ahead, such as `fri`, `tomorrow`, `3d`, `2w`, `1 dec` or `2026-12-01`";
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WORDS: [&str; 8] = ["tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Reads a day after `today`, at most ten years ahead, letter case ignored.
///
/// A weekday is the next one of its name, on a Friday `fri` is in a week; a day of the year without a year (`1 dec`,
/// `dec 1`) is the next one that exists.
pub fn parse_day(text: &str, today: NaiveDate) -> Result<NaiveDate, TimeMistake> {
    let text = text.trim();
    let lower = text.to_lowercase().replace(',', " ");
    let words: Vec<&str> = lower.split_whitespace().collect();
    let mistake = |what| TimeMistake::about(text, what, DAY);
    let day = match words.as_slice() {
        ["today"] => Some(today),
        ["tomorrow"] => today.succ_opt(),
        [word] => parse_date(word).or_else(|| next_weekday(word, today)).or_else(|| counted(word, today)),
        [one, other] => in_year(one, other, None, today).or_else(|| counted(&format!("{one}{other}"), today)),
        [one, other, year] => number_of(year, 4).and_then(|year| in_year(one, other, Some(year), today)),
        _ => None,
    };
    let last = today.checked_add_days(DayCount::new(HORIZON_DAYS)).unwrap_or(NaiveDate::MAX);
    match day {
        None => Err(mistake("is not a day").meant(meant(&words))),
        Some(day) if day <= today => Err(mistake("is not ahead")),
        Some(day) if day > last => Err(mistake("is more than ten years ahead")),
        Some(day) => Ok(day),
    }
}

fn next_weekday(word: &str, today: NaiveDate) -> Option<NaiveDate> {
    let days = weekday(word)?.days_since(today.weekday());
    today.checked_add_days(DayCount::new(if days == 0 { 7 } else { days.into() }))
}

/// `3d`, `2w`, or with the unit as a word. A length beyond the last possible date gives that date.
fn counted(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let days = match unit {
        "d" | "day" | "days" => 1,
        "w" | "week" | "weeks" => 7,
        _ => return None,
    };
    let written = text.strip_suffix(unit).filter(|number| !number.is_empty())?;
    let count = written.parse::<u32>().unwrap_or(u32::MAX);
    let ahead = DayCount::new(u64::from(count) * days);
    Some(today.checked_add_days(ahead).unwrap_or(NaiveDate::MAX))
}

/// A day and a month, in either order. Without a year, the next one that exists: 29 February may be eight years away.
fn in_year(one: &str, other: &str, year: Option<u32>, today: NaiveDate) -> Option<NaiveDate> {
    let (day, month) = day_of_month(one).zip(month(other)).or_else(|| day_of_month(other).zip(month(one)))?;
    match year {
        Some(year) => NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day),
        None => (0..=8)
            .filter_map(|years| NaiveDate::from_ymd_opt(today.year().checked_add(years)?, month, day))
            .find(|date| *date > today),
    }
}

fn day_of_month(text: &str) -> Option<u32> {
    let number = number(text.strip_suffix('.').unwrap_or(text)).or_else(|| u32::try_from(nth(text)?).ok())?;
    (1..=31).contains(&number).then_some(number)
}

fn month(text: &str) -> Option<u32> {
    let place = MONTHS.iter().position(|month| text.len() >= 3 && month.starts_with(text))?;
    u32::try_from(place + 1).ok()
}

fn meant(words: &[&str]) -> Option<String> {
    match *words {
        [word] => nearest(word, WORDS).map(str::to_owned),
        [one, other] if day_of_month(one).is_some() => nearest(other, MONTHS).map(|month| format!("{one} {month}")),
        [one, other] if day_of_month(other).is_some() => nearest(one, MONTHS).map(|month| format!("{month} {other}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::parse_day;
    use chrono::NaiveDate;

    /// A Friday.
    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 27).unwrap()
    }

    #[test]
    fn every_form_is_the_day_that_it_says() {
        for (text, day) in [
            ("tomorrow", "2026-11-28"),
            ("sat", "2026-11-28"),
            ("Thursday", "2026-12-03"),
            ("fri", "2026-12-04"),
            ("3d", "2026-11-30"),
            ("3 days", "2026-11-30"),
            ("2w", "2026-12-11"),
            ("1 week", "2026-12-04"),
            ("2026-12-01", "2026-12-01"),
            ("1 dec", "2026-12-01"),
            ("1. December", "2026-12-01"),
            ("Dec 1st", "2026-12-01"),
            ("dec 1, 2027", "2027-12-01"),
            ("27 nov", "2027-11-27"),
            ("1 jan", "2027-01-01"),
            ("29 feb", "2028-02-29"),
        ] {
            assert_eq!(parse_day(text, today()).map(|day| day.to_string()).as_deref(), Ok(day), "{text}");
        }
    }

    #[test]
    fn a_day_that_is_none_or_not_ahead_is_refused() {
        for (text, what, nearest) in [
            ("", "`` is not a day", None),
            ("today", "`today` is not ahead", None),
            ("0d", "`0d` is not ahead", None),
            ("2026-11-27", "`2026-11-27` is not ahead", None),
            ("1 dec 2025", "`1 dec 2025` is not ahead", None),
            ("9999-12-31", "`9999-12-31` is more than ten years ahead", None),
            ("600w", "`600w` is more than ten years ahead", None),
            ("99999999999999999999d", "`99999999999999999999d` is more than ten years ahead", None),
            ("31 nov", "`31 nov` is not a day", None),
            ("2026-02-30", "`2026-02-30` is not a day", None),
            ("d", "`d` is not a day", None),
            ("tomorow", "`tomorow` is not a day", Some("tomorrow")),
            ("1 decembr", "`1 decembr` is not a day", Some("1 december")),
        ] {
            let mistake = parse_day(text, today()).unwrap_err();
            assert_eq!((mistake.what.as_str(), mistake.nearest.as_deref()), (what, nearest), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_and_every_day_is_ahead(text in ".*|[0-9]{1,24} ?[a-z.]{0,9} ?[0-9]{0,5}") {
            for today in [today(), NaiveDate::MIN, NaiveDate::MAX] {
                if let Ok(day) = parse_day(&text, today) {
                    proptest::prop_assert!(day > today);
                }
            }
        }
    }
}
