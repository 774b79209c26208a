//! Times as scripts write them: seconds since 1970, as a number or as text, and dates that `mail::date` can read.

use chrono::{DateTime, Datelike, Utc};

use super::line::Time;
use crate::mail;

/// The instant; `None` if it can't be read, or is not in the years 1900 to 9999.
pub(super) fn instant(time: &Time) -> Option<DateTime<Utc>> {
    let (text, date) = match time {
        Time::Number(text) => (text.as_str(), false),
        Time::Text(text) => (text.trim(), true),
    };
    let read = match text.parse::<f64>() {
        // Eight digits are what `date +%Y%m%d` prints, and no second of 1970.
        Ok(_) if date && text.len() == 8 => mail::date(text).or_else(|| seconds(text)),
        Ok(_) => seconds(text),
        Err(_) => mail::date(text),
    };
    read.filter(|read| (1900..=9999).contains(&read.year()))
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "a float outside of the range becomes its nearest end, which no date has"
)]
fn seconds(text: &str) -> Option<DateTime<Utc>> {
    let whole = text.parse::<i64>().ok();
    DateTime::from_timestamp(
        whole.or_else(|| Some(text.parse::<f64>().ok().filter(|seconds| seconds.is_finite())?.floor() as i64))?,
        0,
    )
}

#[cfg(test)]
mod tests {
    use super::{Time, instant};

    #[test]
    fn times_as_shells_and_programs_write_them() {
        let at = |time: Time| instant(&time).map(|time| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        let text = |text: &str| at(Time::Text(text.to_owned()));
        let number = |text: &str| at(Time::Number(text.to_owned()));
        for (said, expected) in [
            ("2026-11-23T10:00:00+0100", "2026-11-23T09:00:00Z"),
            ("2026-11-23T10:00:00+01:00", "2026-11-23T09:00:00Z"),
            ("2026-11-23 10:00:00 +0100", "2026-11-23T09:00:00Z"),
            ("1795424400", "2026-11-23T09:00:00Z"),
            (" 1795424400.5\n", "2026-11-23T09:00:00Z"),
            ("1999/01/31", "1999-01-31T00:00:00Z"),
            ("20261123", "2026-11-23T00:00:00Z"),
            ("2026-11-23T24:00:00Z", "2026-11-24T00:00:00Z"),
        ] {
            assert_eq!(text(said).as_deref(), Some(expected), "{said}");
        }
        assert_eq!(number("1795424400").as_deref(), Some("2026-11-23T09:00:00Z"));
        assert_eq!(number("20261123").as_deref(), Some("1970-08-23T12:05:23Z"));
        for none in ["yesterday", "", "99999999999999", "-99999999999", "NaN", "inf", "1e300", "0001-01-01T00:00:00Z"] {
            assert_eq!(text(none), None, "{none}");
        }
        for none in ["-99999999999", "1795424400000", "1e300", "99999999999999999999999"] {
            assert_eq!(number(none), None, "{none}");
        }
    }
}
