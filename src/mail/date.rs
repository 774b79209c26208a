//! The Date field: RFC 5322 §3.3 and what real programs write instead.
//!
//! Weekday, day, month, year, time and zone are read word by word, in any order that is not ambiguous; among them that of
//! `asctime` and ISO 8601. A date that does not exist, or with a year outside 1900 to 9999 (RFC 5322 §3.3), is no date.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta, Utc};

use crate::domain::limits::DATE_BYTES;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Zones by name (RFC 5322 §4.3 and the common ones of Europe), in minutes east of Greenwich. Others count as UTC.
const ZONES: [(&str, i32); 16] = [
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("bst", 60),
    ("cet", 60),
    ("met", 60),
    ("cest", 120),
    ("mest", 120),
    ("eet", 120),
    ("eest", 180),
    ("jst", 540),
];

/// The instant; `None` where the text is no date or is ambiguous.
pub(super) fn read(text: &str) -> Option<DateTime<Utc>> {
    if text.len() > DATE_BYTES {
        return None;
    }
    let text = without_comments(text);
    let text = text.trim();
    // Blanks may stand around a time's colons (RFC 5322 §4.3).
    let text = &text.split(':').map(str::trim).collect::<Vec<_>>().join(":");
    let date = iso(text).or_else(|| by_words(text))?;
    (1900..=9999).contains(&chrono::Datelike::year(&date)).then_some(date)
}

/// An ISO 8601 date and time, or a date alone, as RFC 3339 has it and as shells and programs write it: offsets without a
/// colon, blanks around the time, slashes or nothing between the numbers, midnight as the end of a day (24:00).
pub(super) fn iso(text: &str) -> Option<DateTime<Utc>> {
    let (day, rest) = iso_day(text)?;
    let Some(rest) = rest.strip_prefix(['T', 't', ' ', '_']) else {
        return rest.is_empty().then(|| day.and_hms_opt(0, 0, 0))?.map(|date| date.and_utc());
    };
    let rest = rest.trim();
    let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | ','))).unwrap_or(rest.len());
    let (time, zone) = rest.split_at(end);
    let east = match zone.trim() {
        zone if zone.starts_with(['+', '-']) => offset(zone)?,
        zone if zone.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            let named = ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(zone));
            named.map_or(0, |(_, minutes)| *minutes)
        }
        _ => return None,
    };
    let local = day.and_hms_opt(0, 0, 0)?.checked_add_signed(iso_time(time)?)?;
    local.checked_sub_signed(TimeDelta::minutes(east.into())).map(|date| date.and_utc())
}

/// `2026-11-23`, `1999/01/31`, `20261123`, and what follows it.
fn iso_day(text: &str) -> Option<(NaiveDate, &str)> {
    let (year, rest) = digits(text, 4)?;
    let between = rest.chars().next().filter(|c| matches!(c, '-' | '/' | '.'));
    let (month, rest) = digits(between.map_or(rest, |c| rest.strip_prefix(c).unwrap_or(rest)), 2)?;
    let rest = between.map_or(Some(rest), |c| rest.strip_prefix(c))?;
    let (day, rest) = digits(rest, 2)?;
    let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    Some((day, rest))
}

/// `10:00`, `10:00:05.25`, `100005`: how long after midnight.
fn iso_time(text: &str) -> Option<TimeDelta> {
    let whole = text.split(['.', ',']).next()?;
    let (hour, rest) = digits(whole, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':').unwrap_or(rest), 2)?;
    let (second, rest) = match rest.strip_prefix(':').unwrap_or(rest) {
        "" => (0, ""),
        rest => digits(rest, 2)?,
    };
    let end_of_day = (hour, minute, second) == (24, 0, 0);
    let fits = rest.is_empty() && (end_of_day || (hour < 24 && minute < 60 && second <= 60));
    fits.then(|| TimeDelta::seconds((hour * 3600 + minute * 60 + second.min(59)).into()))
}

/// A number of so many digits, and what follows it.
fn digits(text: &str, count: usize) -> Option<(u32, &str)> {
    let (number, rest) = text.split_at_checked(count)?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some((number.parse().ok()?, rest))
}

fn without_comments(text: &str) -> String {
    let mut depth = 0usize;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                out.push(' ');
            }
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

#[derive(Default)]
struct Found {
    day: Option<u32>,
    month: Option<u32>,
    year: Option<i32>,
    time: Option<(u32, u32, u32)>,
    afternoon: Option<bool>,
    /// Minutes east of Greenwich.
    zone: Option<i32>,
}

fn by_words(text: &str) -> Option<DateTime<Utc>> {
    let mut found = Found::default();
    for word in text.split([' ', '\t', ',', '\r', '\n', ';']).filter(|word| !word.is_empty()) {
        found.take(word);
    }
    let (mut hour, minute, second) = found.time.unwrap_or_default();
    match found.afternoon {
        Some(true) if hour < 12 => hour += 12,
        Some(false) if hour == 12 => hour = 0,
        _ => {}
    }
    let mut day = NaiveDate::from_ymd_opt(found.year?, found.month?, found.day?)?;
    if hour == 24 {
        (hour, day) = (0, day.succ_opt()?);
    }
    let local = day.and_hms_opt(hour, minute, second.min(59))?;
    let zone = FixedOffset::east_opt(found.zone.unwrap_or(0) * 60)?;
    local.and_local_timezone(zone).single().map(|date| date.to_utc())
}

impl Found {
    fn take(&mut self, word: &str) {
        let first = word.as_bytes().first().copied().unwrap_or_default();
        if matches!(first, b'+' | b'-') && self.time.is_some() {
            if self.zone.is_none() {
                self.zone = offset(word);
            }
        } else if first.is_ascii_digit() {
            self.take_number(word);
        } else if first.is_ascii_alphabetic() {
            self.take_name(word);
        }
    }

    fn take_number(&mut self, word: &str) {
        if word.contains(':') || (word.contains('.') && self.year.is_some() && self.time.is_none()) {
            let end = word.find(['+', '-']).unwrap_or(word.len());
            let (time, rest) = word.split_at(end);
            if self.time.is_none() {
                self.time = clock(time);
                let letters = time.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ':' | '.'));
                if !letters.is_empty() {
                    self.take_name(letters);
                }
            }
            if !rest.is_empty() {
                self.zone = self.zone.or(offset(rest));
            }
            return;
        }
        if word.contains(['-', '/']) {
            word.split(['-', '/']).filter(|piece| !piece.is_empty()).for_each(|piece| self.take(piece));
            return;
        }
        let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
        let Ok(number) = digits.parse::<i32>() else { return };
        if self.day.is_none() && digits.len() <= 2 {
            self.day = u32::try_from(number).ok();
        } else if self.year.is_none() {
            self.year = Some(match (digits.len(), number) {
                (..=2, 0..=49) => 2000 + number,
                (..=3, _) => 1900 + number,
                _ => number,
            });
        }
    }

    fn take_name(&mut self, word: &str) {
        let name = word.to_ascii_lowercase();
        let name = name.trim_end_matches('.');
        if self.month.is_none()
            && let Some(at) = MONTHS.iter().position(|month| name.starts_with(month))
        {
            self.month = u32::try_from(at + 1).ok();
            let rest = name.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            rest.split(['-', '/']).filter(|piece| !piece.is_empty()).for_each(|piece| self.take(piece));
        } else if matches!(name, "am" | "pm") {
            self.afternoon = Some(name == "pm");
        } else if self.time.is_some() && self.zone.is_none() {
            let (name, rest) = name.split_at(name.find(['+', '-']).unwrap_or(name.len()));
            self.zone = ZONES.iter().find(|(zone, _)| *zone == name).map(|(_, minutes)| *minutes);
            // `GMT+0200` is an offset; `GMT+1` is ambiguous.
            if matches!(name, "gmt" | "utc" | "ut") && rest.len() >= 5 {
                self.zone = offset(rest);
            }
        }
    }
}

/// `10:00`, `10:00:05`, `10.00.05`, with a fraction of a second left out.
fn clock(text: &str) -> Option<(u32, u32, u32)> {
    let mut numbers = text.split([':', '.']).map(|piece| piece.trim_end_matches(|c: char| !c.is_ascii_digit()));
    let hour = numbers.next()?.parse().ok()?;
    let minute = numbers.next()?.parse().ok()?;
    let second = numbers.next().and_then(|second| second.parse().ok()).unwrap_or(0);
    let end_of_day = (hour, minute, second) == (24, 0, 0);
    (end_of_day || (hour < 24 && minute < 60 && second <= 60)).then_some((hour, minute, second))
}

/// `+0200`, `-05:30`, `+2`: minutes east of Greenwich. What no zone has counts as unknown.
fn offset(text: &str) -> Option<i32> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.parse::<i32>().ok()?, 0),
        3 | 4 => {
            let number = digits.parse::<i32>().ok()?;
            (number / 100, number % 100)
        }
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::read;

    fn utc(text: &str) -> Option<String> {
        read(text).map(|date| date.format("%Y-%m-%dT%H:%M:%SZ").to_string())
    }

    #[test]
    fn dates_as_the_standard_has_them() {
        assert_eq!(utc("Tue, 02 Jan 2024 10:00:00 +0100").as_deref(), Some("2024-01-02T09:00:00Z"));
        assert_eq!(utc("2 Jan 2024 10:00 EST (a (nested) comment)").as_deref(), Some("2024-01-02T15:00:00Z"));
        assert_eq!(utc("Sun, 06 Nov 94 08:49:37 GMT").as_deref(), Some("1994-11-06T08:49:37Z"));
        assert_eq!(utc("Thu, 30 Jun 2012 23:59:60 +0000").as_deref(), Some("2012-06-30T23:59:59Z"));
    }

    #[test]
    fn dates_as_programs_write_them() {
        assert_eq!(utc("Fri Jan  5 12:00:00 2024").as_deref(), Some("2024-01-05T12:00:00Z"));
        assert_eq!(utc("Fri Jan  5 12:00:00 PST 2024").as_deref(), Some("2024-01-05T20:00:00Z"));
        assert_eq!(utc("2024-01-02T10:00:00Z").as_deref(), Some("2024-01-02T10:00:00Z"));
        assert_eq!(utc("Tue, 2-Jan-2024 10:00:00 +05:30").as_deref(), Some("2024-01-02T04:30:00Z"));
        assert_eq!(utc("Tue, 2 January 2024 3:04:05 PM -0500").as_deref(), Some("2024-01-02T20:04:05Z"));
        assert_eq!(utc("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600").as_deref(), Some("1997-11-21T15:55:06Z"));
        assert_eq!(utc("Mon,  1 Jan 2001 10:00:00 GMT+0200").as_deref(), Some("2001-01-01T08:00:00Z"));
    }

    #[test]
    fn dates_of_iso_8601_as_shells_write_them() {
        for (text, expected) in [
            ("2026-11-23T10:00:00+0100", "2026-11-23T09:00:00Z"),
            ("2026-11-23 10:00:00 +0100", "2026-11-23T09:00:00Z"),
            ("2026-11-23 10:00:00.25 CET", "2026-11-23T09:00:00Z"),
            ("2026-11-23 10:00 UTC", "2026-11-23T10:00:00Z"),
            ("20261123T100000Z", "2026-11-23T10:00:00Z"),
            ("2026-11-23T10:00:00,123-05", "2026-11-23T15:00:00Z"),
            ("1999/01/31", "1999-01-31T00:00:00Z"),
            ("1999/01/31 23:59:60", "1999-01-31T23:59:59Z"),
            ("2026-11-23T24:00:00+01:00", "2026-11-23T23:00:00Z"),
            ("Mon, 23 Nov 2026 24:00:00 +0000", "2026-11-24T00:00:00Z"),
        ] {
            assert_eq!(utc(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["2026-11-23T25:00:00Z", "2026-11-23T24:01:00Z", "2026-13-01", "2026-11-2310:00", "2026-11-23T10"] {
            assert_eq!(utc(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "today", "Mon, 00 Foo 0000 99:99:99 +9999", "Wed, 31 Feb 2024 10:00:00 -0000", "((((", "2024"]
        {
            assert_eq!(utc(text), None, "{text}");
        }
        assert_eq!(utc(&"(".repeat(60_000)), None);
        assert_eq!(utc("Sun, 31 Dec 1899 10:00:00 +0000"), None);
    }

    proptest::proptest! {
        #[test]
        fn anything_can_be_read(text in "([0-9]{1,5}|[:+\\-/. ,;()]|Jan|Mon|PM|GMT|\\PC){0,30}") {
            read(&text);
        }
    }
}
