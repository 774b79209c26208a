//! How long a pause lasts, as a person types it: `3h`, `2d`, or until `14:00`.

use chrono::{DateTime, Duration, Utc};

use super::digits::number;
use super::mistake::TimeMistake;
use super::{Zone, parse_length, parse_moment, parse_time, wall};

const PAUSE: &str = "a length such as `45m`, `3h`, `1h30m` or `2d`";
/// So many days can be typed; the job says how long a pause may last.
const DAYS: u32 = 366;

/// Reads `45m`, `3h`, `1h30m`, or `2d` for days of 24 hours.
///
/// # Errors
/// Where it is no length of time.
pub fn parse_pause(text: &str) -> Result<Duration, TimeMistake> {
    let text = text.trim();
    let days = text.strip_suffix(['d', 'D']).and_then(|days| number(days.trim_end()));
    match days {
        Some(days @ 1..=DAYS) => Ok(Duration::days(i64::from(days))),
        _ => parse_length(text).map_err(|mistake| TimeMistake { expected: PAUSE, ..mistake }),
    }
}

/// Reads when a pause ends: a time of the day (`14:00`) is the next one; else as `parse_moment` has it.
///
/// # Errors
/// Where it is no time.
pub fn pause_end(text: &str, zone: Zone, now: DateTime<Utc>) -> Result<DateTime<Utc>, TimeMistake> {
    let end = parse_moment(text, zone, now)?;
    let tomorrow = || {
        let time = parse_time(text).ok()?;
        wall::first_instant(zone, wall::date_of(zone, now).succ_opt()?.and_time(time))
    };
    Ok(if end <= now { tomorrow().unwrap_or(end) } else { end })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::{parse_pause, pause_end};
    use crate::domain::schedule::Zone;

    #[test]
    fn lengths_and_days_are_taken() {
        for (text, minutes) in [("3h", 180), ("45m", 45), ("1h30m", 90), ("2d", 2 * 1440), (" 31 d ", 31 * 1440)] {
            assert_eq!(parse_pause(text).unwrap().num_minutes(), minutes, "{text}");
        }
        for text in ["", "0d", "d", "3", "-1d", "400d", "3 weeks", "0m"] {
            assert!(parse_pause(text).is_err(), "{text}");
        }
        let told = parse_pause("soon").unwrap_err().to_string();
        assert!(told.contains("`2d`"), "{told}");
    }

    #[test]
    fn a_time_of_the_day_is_the_next_one() {
        let now: DateTime<Utc> = "2026-11-27T15:00:00Z".parse().unwrap();
        let end = |text| pause_end(text, Zone::UTC, now).map(|end| end.format("%d %H:%M").to_string());
        assert_eq!(end("16:30").as_deref(), Ok("27 16:30"));
        assert_eq!(end("14:00").as_deref(), Ok("28 14:00"));
        assert_eq!(end("2026-11-30 10:00").as_deref(), Ok("30 10:00"));
        assert_eq!(end("2026-11-01").as_deref(), Ok("01 00:00"), "over already, which the job refuses");
        assert!(end("later").is_err());
    }
}
