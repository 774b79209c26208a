//! Dates, times and lengths as iCalendar writes them (RFC 5545 §3.3.4 to §3.3.6).

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta};

/// No event is longer than this, in seconds: a hundred years.
const LONGEST: i64 = 100 * 366 * 86_400;

/// A date, or a time by a clock that is told elsewhere, or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WrittenTime {
    Day(NaiveDate),
    Local(NaiveDateTime),
    Utc(NaiveDateTime),
    /// With an offset behind it, which the standard does not have and some programs write.
    Offset(DateTime<FixedOffset>),
}

/// `20261201`, `20261201T100000`, `20261201T100000Z`; also without seconds, and with the dashes and colons of ISO 8601.
pub(super) fn time(text: &str) -> Option<WrittenTime> {
    let text = text.trim();
    let Some((day, clock)) = text.split_once(['T', 't']) else {
        return day(text).map(WrittenTime::Day);
    };
    let day = self::day(day)?;
    let end = clock.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(clock.len());
    let (clock, zone) = clock.split_at_checked(end)?;
    let digits = clock.replace(':', "");
    if !matches!(digits.len(), 4 | 6) {
        return None;
    }
    // A leap second is the last one of its minute.
    let second = if digits.len() == 6 { number(&digits, 4..6)?.min(59) } else { 0 };
    let at = day.and_hms_opt(number(&digits, 0..2)?, number(&digits, 2..4)?, second)?;
    match zone {
        "" => Some(WrittenTime::Local(at)),
        "Z" | "z" => Some(WrittenTime::Utc(at)),
        zone => {
            let offset = FixedOffset::east_opt(offset(&zone.replace(':', ""))?)?;
            Some(WrittenTime::Offset(at.and_local_timezone(offset).single()?))
        }
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    let digits = text.replace('-', "");
    if digits.len() != 8 {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(number(&digits, 0..4)?).ok()?, number(&digits, 4..6)?, number(&digits, 6..8)?)
}

fn number(text: &str, place: std::ops::Range<usize>) -> Option<u32> {
    text.get(place).filter(|digits| digits.bytes().all(|it| it.is_ascii_digit()))?.parse().ok()
}

/// `+0100`, `-073000`, in seconds (RFC 5545 §3.3.14). No place on earth was ever sixteen hours from UTC or more.
pub(super) fn offset(text: &str) -> Option<i32> {
    let (sign, digits) = match text.trim().split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let part = |at: usize| number(digits, at..at + 2);
    let (hours, minutes) = (part(0)?, part(2)?);
    let seconds = match digits.len() {
        4 => 0,
        6 => part(4)?,
        _ => return None,
    };
    (hours < 16 && minutes < 60 && seconds < 60).then_some(())?;
    i32::try_from(hours * 3_600 + minutes * 60 + seconds).ok().map(|offset| sign * offset)
}

/// `PT1H30M` (RFC 5545 §3.3.6). `None` where it is none, leads back or is longer than any event.
pub(super) fn duration(text: &str) -> Option<TimeDelta> {
    let mut seconds: i64 = 0;
    let mut number: Option<i64> = None;
    let mut hours = false;
    for letter in text.trim().trim_start_matches('+').strip_prefix('P')?.chars() {
        let unit = match letter {
            'T' => {
                hours = true;
                continue;
            }
            'W' => 7 * 86_400,
            'D' => 86_400,
            'H' if hours => 3_600,
            'M' if hours => 60,
            'S' if hours => 1,
            digit => {
                let digit = i64::from(digit.to_digit(10)?);
                number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
                continue;
            }
        };
        seconds = seconds.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    TimeDelta::try_seconds(seconds).filter(|_| seconds <= LONGEST)
}

#[cfg(test)]
mod tests {
    use super::{WrittenTime, duration, offset, time};

    fn told(text: &str) -> String {
        match time(text) {
            None => "-".to_owned(),
            Some(WrittenTime::Day(day)) => day.to_string(),
            Some(WrittenTime::Local(at)) => at.to_string(),
            Some(WrittenTime::Utc(at)) => format!("{at} UTC"),
            Some(WrittenTime::Offset(at)) => at.to_rfc3339(),
        }
    }

    #[test]
    fn a_time_is_read_in_each_of_its_forms() {
        for (text, said) in [
            ("20261201", "2026-12-01"),
            ("2026-12-01", "2026-12-01"),
            ("20261201T100000", "2026-12-01 10:00:00"),
            ("20261201T1000", "2026-12-01 10:00:00"),
            ("20261231T235960Z", "2026-12-31 23:59:59 UTC"),
            ("2026-12-01T10:00:00+01:00", "2026-12-01T10:00:00+01:00"),
            ("99991231T235959Z", "9999-12-31 23:59:59 UTC"),
            ("20261301", "-"),
            ("20261201T250000", "-"),
            ("20261201T100000+9900", "-"),
            ("+9991201", "-"),
            ("2026120１", "-"),
            ("", "-"),
            ("T", "-"),
        ] {
            assert_eq!(told(text), said, "{text}");
        }
    }

    #[test]
    fn offsets_and_lengths_have_their_bounds() {
        assert_eq!(
            ["+0100", "-0730", "-033015", "+1400"].map(offset),
            [Some(3_600), Some(-27_000), Some(-12_615), Some(50_400)]
        );
        assert_eq!(["+9900", "0100", "+01", "+0160", "+1600", "-é00"].map(offset), [None; 6]);
        let seconds = |text: &str| duration(text).map(|it| it.num_seconds());
        assert_eq!(
            ["PT1H30M", "P1D", "+P1W", "P1DT1S"].map(seconds),
            [Some(5_400), Some(86_400), Some(604_800), Some(86_401)]
        );
        assert_eq!(
            ["-PT1H", "P99999999999999999999D", "P999999999D", "PT", "1H", "P1H"].map(seconds),
            [None, None, None, Some(0), None, None]
        );
    }
}
