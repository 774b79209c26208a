//! Times of the day and lengths, as the configuration writes them: `10:00`, `45m`.

use chrono::{Duration, NaiveTime};

use super::digits::{number, number_of};
use super::mistake::TimeMistake;

const TIME: &str = "a time of 24 hours, such as `9:30` or `16:00`";
const LENGTH: &str = "a length from 1 minute to 24 hours, such as `45m`, `1h` or `1h30m`";
const DAY_MINUTES: u32 = 24 * 60;

/// Reads `10:00` or `9:30`, from `0:00` to `23:59`. Seconds are refused: no check-in needs them.
pub fn parse_time(text: &str) -> Result<NaiveTime, TimeMistake> {
    let text = text.trim();
    let mistake = || TimeMistake::about(text, "is not a time of day", TIME).meant(time_meant(text));
    let (hour, minute) = text.split_once(':').ok_or_else(mistake)?;
    if hour.len() > 2 {
        return Err(mistake());
    }
    let (hour, minute) = number(hour).zip(number_of(minute, 2)).ok_or_else(mistake)?;
    NaiveTime::from_hms_opt(hour, minute, 0).ok_or_else(mistake)
}

/// What somebody meant who wrote `10`, `10.30`, `10:00:00`, `9am`, `4 pm` or `24:00`.
fn time_meant(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let half = ["am", "pm"].into_iter().find(|half| lower.ends_with(half));
    let bare = half.and_then(|half| lower.strip_suffix(half)).unwrap_or(&lower).trim_end();
    let mut parts = bare.split([':', '.', 'h']);
    let hour = number(parts.next()?)?;
    let minute = match parts.next() {
        None | Some("") => 0,
        Some(minute) => number_of(minute, 2)?,
    };
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some("am") => hour % 12,
        Some(_) => hour % 12 + 12,
        None if (hour, minute) == (24, 0) => 0,
        None => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, 0).map(|time| time.format("%H:%M").to_string())
}

/// Reads `45m`, `1h`, `90m` or `1h30m`, from 1 minute to 24 hours.
pub fn parse_length(text: &str) -> Result<Duration, TimeMistake> {
    let text = text.trim();
    let mistake = |what| TimeMistake::about(text, what, LENGTH);
    let minutes = minutes(text).ok_or_else(|| {
        let meant =
            number(text).filter(|minutes| (1..=DAY_MINUTES).contains(minutes)).map(|minutes| format!("{minutes}m"));
        mistake("is not a length of time").meant(meant)
    })?;
    match minutes {
        0 => Err(mistake("is no time at all")),
        1..=DAY_MINUTES => Ok(Duration::minutes(i64::from(minutes))),
        _ => Err(mistake("is longer than a day")),
    }
}

fn minutes(text: &str) -> Option<u32> {
    let lower = text.to_ascii_lowercase();
    let (hours, rest) = match lower.split_once('h') {
        Some((hours, rest)) => (number(hours.trim_end())?, rest.trim_start()),
        None => (0, lower.as_str()),
    };
    if rest.is_empty() && lower.ends_with('h') {
        return Some(hours * 60);
    }
    Some(hours * 60 + number(rest.strip_suffix('m')?.trim_end())?)
}

#[cfg(test)]
mod tests {
    use super::{parse_length, parse_time};

    #[test]
    fn times_of_a_day_of_24_hours() {
        for (text, time) in
            [("10:00", "10:00"), ("9:30", "09:30"), (" 09:30 ", "09:30"), ("0:00", "00:00"), ("23:59", "23:59")]
        {
            assert_eq!(parse_time(text).unwrap().format("%H:%M").to_string(), time);
        }
    }

    #[test]
    fn a_time_written_otherwise_is_refused_and_the_right_form_named() {
        for (text, meant) in [
            ("10", Some("10:00")),
            ("10:00:00", Some("10:00")),
            ("10.30", Some("10:30")),
            ("9am", Some("09:00")),
            ("4 PM", Some("16:00")),
            ("12:15am", Some("00:15")),
            ("24:00", Some("00:00")),
            ("25:00", None),
            ("10:60", None),
            ("010:00", Some("10:00")),
            ("+9:30", None),
            ("9:3", None),
            ("noon", None),
            ("", None),
        ] {
            assert_eq!(parse_time(text).unwrap_err().nearest.as_deref(), meant, "{text}");
        }
        assert_eq!(
            parse_time("9am").unwrap_err().to_string(),
            "`9am` is not a time of day; expected a time of 24 hours, such as `9:30` or `16:00`; did you mean `09:00`?"
        );
    }

    #[test]
    fn lengths_in_minutes_and_hours() {
        for (text, minutes) in
            [("45m", 45), ("1h", 60), ("1h30m", 90), ("90m", 90), ("1H 5M", 65), ("24h", 1440), ("1 h 30 m", 90)]
        {
            assert_eq!(parse_length(text).unwrap().num_minutes(), minutes, "{text}");
        }
    }

    #[test]
    fn a_length_is_at_least_a_minute_and_at_most_a_day() {
        for text in [
            "0m",
            "0h",
            "0h0m",
            "1441m",
            "25h",
            "24h1m",
            "9999h9999m",
            "99999999999h",
            "-5m",
            "h",
            "m",
            "",
            "1h30",
            "5s",
        ] {
            assert!(parse_length(text).is_err(), "{text}");
        }
        assert_eq!(parse_length("45").unwrap_err().nearest.as_deref(), Some("45m"));
    }
}
