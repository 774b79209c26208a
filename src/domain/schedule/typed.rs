//! Whole schedules as a person types them to try them out: `9:00 13:00 17:00`, `11:00 daily for 1h`, with `or` between several.

use chrono::{Duration, NaiveTime};

use super::hours::{parse_length, parse_time};
use super::mistake::TimeMistake;
use super::{Calendar, CheckIn, DayRule, Days};

/// So many schedules are replayed beside the person's own at most.
pub const MOST_SCHEDULES: usize = 10;
/// A schedule has so many times at most.
const MOST_TIMES: usize = 24;
const SCHEDULE: &str =
    "times, and days and a length if they differ, such as `9:00 13:00 17:00` or `11:00 daily for 1h`";
const SEVERAL: &str = "at most 10 schedules with `or` between them, such as `9:00 17:00 or 11:00`";

/// One schedule as it was typed: every time of every day alike.
#[derive(Debug, Clone, PartialEq)]
pub struct TypedSchedule {
    /// Ascending, at least one.
    pub times: Vec<NaiveTime>,
    pub days: Days,
    /// How long each check-in stays open.
    pub length: Duration,
}

/// Reads schedules with `or` between them. `days` and `length` are those of a schedule that names none.
///
/// # Errors
/// Where there is none or too many, where a text is no time, days or length, where a time stands twice, and where a check-in opens
/// while the one before is still open.
pub fn parse_schedules(text: &str, days: &Days, length: Duration) -> Result<Vec<TypedSchedule>, TimeMistake> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() {
        return Err(TimeMistake::about(text, "is no schedule", SCHEDULE));
    }
    let parts: Vec<&[&str]> = words.split(|word| word.eq_ignore_ascii_case("or")).collect();
    if parts.len() > MOST_SCHEDULES {
        return Err(TimeMistake {
            what: format!("these are {} schedules", parts.len()),
            expected: SEVERAL,
            nearest: None,
        });
    }
    parts.into_iter().map(|part| parse_one(part, days, length)).collect()
}

fn parse_one(words: &[&str], days: &Days, length: Duration) -> Result<TypedSchedule, TimeMistake> {
    if words.is_empty() {
        return Err(TimeMistake::about("or", "has no schedule beside it", SEVERAL));
    }
    let mut typed = TypedSchedule { times: Vec::new(), days: days.clone(), length };
    let mut named: Vec<&str> = Vec::new();
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        if word.eq_ignore_ascii_case("for") {
            let text = words.next().ok_or_else(|| TimeMistake::about(word, "has no length behind it", SCHEDULE))?;
            typed.length = parse_length(text)?;
        } else if word.contains(':') || word.starts_with(|letter: char| letter.is_ascii_digit()) && !is_ordinal(word) {
            let time = parse_time(word).map_err(|mistake| match word.strip_suffix([',', ';']) {
                Some(bare) if parse_time(bare).is_ok() => mistake.meant(Some(format!("{bare} or"))),
                _ => mistake,
            })?;
            if typed.times.contains(&time) {
                return Err(TimeMistake::about(word, "stands in one schedule twice", SCHEDULE));
            }
            typed.times.push(time);
        } else {
            named.push(word);
        }
    }
    if !named.is_empty() {
        typed.days = Days::parse(&named.join(" "))?;
    }
    typed.times.sort_unstable();
    check(&typed, words_of(&typed).as_str())?;
    Ok(typed)
}

/// `1st mon` and `15th` are days, not times.
fn is_ordinal(word: &str) -> bool {
    let rest = word.trim_start_matches(|letter: char| letter.is_ascii_digit());
    ["st", "nd", "rd", "th"].iter().any(|end| rest.to_ascii_lowercase().starts_with(end))
}

fn check(typed: &TypedSchedule, words: &str) -> Result<(), TimeMistake> {
    if typed.times.is_empty() {
        return Err(TimeMistake::about(words, "names no time", SCHEDULE));
    }
    if typed.times.len() > MOST_TIMES {
        return Err(TimeMistake {
            what: "a schedule has 24 times at most".to_owned(),
            expected: SCHEDULE,
            nearest: None,
        });
    }
    let overlap = typed.times.windows(2).find(|pair| matches!(pair, [one, next] if *next - *one < typed.length));
    if let Some([one, next]) = overlap {
        let what = format!(
            "{} and {} overlap, since each check-in is open for {} minutes",
            shown_time(*one),
            shown_time(*next),
            typed.length.num_minutes()
        );
        let expected = "times further apart, or a shorter length, such as `9:00 9:30 for 20m`";
        return Err(TimeMistake { what, expected, nearest: None });
    }
    // The last check-in of a day may pass midnight, but not as far as the first of the next one.
    let wraps = typed.times.first().zip(typed.times.last()).is_some_and(|(first, last)| {
        Duration::days(1) - (*last - *first) < typed.length && follows_itself(&typed.days)
    });
    if wraps {
        let what = format!("the last check-in of `{words}` is still open when that of the next day opens");
        return Err(TimeMistake { what, expected: "a shorter length", nearest: None });
    }
    Ok(())
}

/// Whether there may be two of the days in a row.
fn follows_itself(days: &Days) -> bool {
    let weekday = |rule: &DayRule| match rule {
        DayRule::Weekday(day) => Some(*day),
        _ => None,
    };
    let week: Vec<_> = days.rules.iter().map(weekday).collect();
    week.contains(&None) || week.iter().flatten().any(|day| week.contains(&Some(day.succ())))
}

fn words_of(typed: &TypedSchedule) -> String {
    let times: Vec<String> = typed.times.iter().map(|time| shown_time(*time)).collect();
    times.join(" ")
}

/// `9:00`, as people write it.
fn shown_time(time: NaiveTime) -> String {
    time.format("%-H:%M").to_string()
}

impl TypedSchedule {
    /// As it can be typed again, without what is as `days` and `length` say.
    #[must_use]
    pub fn shown(&self, days: &Days, length: Duration) -> String {
        let mut words = words_of(self);
        if self.days != *days {
            words.push_str(&format!(" {}", self.days));
        }
        if self.length != length {
            words.push_str(&format!(" for {}m", self.length.num_minutes()));
        }
        words
    }

    /// The same with its days and its length, whatever the usual ones are.
    #[must_use]
    pub fn whole(&self) -> String {
        format!("{} {} for {}m", words_of(self), self.days, self.length.num_minutes())
    }

    /// One check-in for each time, called by it (`9:00`), in the zone of the person's own calendar.
    #[must_use]
    pub fn checkins(&self, own: &Calendar) -> Vec<CheckIn> {
        let checkin = |time: &NaiveTime| CheckIn {
            name: shown_time(*time),
            days: self.days.clone(),
            at: vec![*time],
            length: self.length,
            zone: own.zone,
        };
        self.times.iter().map(checkin).collect()
    }
}

/// The times of the person's own check-ins, each once, as the table shows them: `10:00 16:00`.
#[must_use]
pub fn shown_schedule(own: &Calendar) -> String {
    let mut times: Vec<NaiveTime> = own.checkins.iter().flat_map(|checkin| checkin.at.iter().copied()).collect();
    times.sort_unstable();
    times.dedup();
    let times: Vec<String> = times.into_iter().map(shown_time).collect();
    times.join(" ")
}

/// The days and the length of the person's first check-in, for schedules that name none.
#[must_use]
pub fn usual(own: &Calendar) -> (Days, Duration) {
    let every_day = || Days::parse("daily").unwrap_or_else(|_| Days::new(Vec::new()));
    own.checkins
        .first()
        .map_or_else(|| (every_day(), Duration::minutes(45)), |first| (first.days.clone(), first.length))
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::{parse_schedules, shown_schedule, usual};
    use crate::domain::schedule::{Calendar, Days, Zone};

    fn read(text: &str) -> Result<Vec<String>, String> {
        let days = Days::parse("mon-fri").expect("days");
        let length = Duration::minutes(45);
        let read = parse_schedules(text, &days, length).map_err(|mistake| mistake.to_string())?;
        Ok(read.iter().map(|one| one.shown(&days, length)).collect())
    }

    #[test]
    fn schedules_are_read_and_shown_as_they_can_be_typed() {
        for (text, shown) in [
            ("9:00 13:00 17:00", vec!["9:00 13:00 17:00"]),
            ("17:00 09:00 or 11:00", vec!["9:00 17:00", "11:00"]),
            ("11:00 daily for 1h OR 8:30 sat,sun", vec!["11:00 daily for 60m", "8:30 sat,sun"]),
            ("mon-fri 9:00", vec!["9:00"]),
            ("1st mon 9:00", vec!["9:00 1st mon"]),
            ("23:00 for 3h", vec!["23:00 for 180m"]),
        ] {
            let read_once = read(text).expect(text);
            assert_eq!(read_once, shown, "{text}");
            assert_eq!(read(&read_once.join(" or ")).as_ref(), Ok(&read_once));
        }
    }

    #[test]
    fn what_is_no_schedule_is_refused_and_said_why() {
        for (text, why) in [
            ("", "is no schedule"),
            ("25:00", "`25:00` is not a time of day"),
            ("9", "did you mean `09:00`?"),
            ("9:00, 11:00", "did you mean `9:00 or`?"),
            ("9:00 or", "has no schedule beside it"),
            ("9:00 9:00", "`9:00` stands in one schedule twice"),
            ("9:00 9:30", "9:00 and 9:30 overlap, since each check-in is open for 45 minutes"),
            ("1:00 23:30 for 2h", "is still open when that of the next day opens"),
            ("mon-fri", "names no time"),
            ("9:00 someday", "`someday` is not a day"),
            ("9:00 for", "has no length behind it"),
            ("9:00 for 25h", "is longer than a day"),
            ("1:00 or 2:00 or 3:00 or 4:00 or 5:00 or 6:00 or 7:00 or 8:00 or 9:00 or 10:00 or 11:00", "11 schedules"),
        ] {
            let mistake = read(text).expect_err(text);
            assert!(mistake.contains(why), "{text}: {mistake}");
        }
        assert_eq!(
            read("9:00 9:30 for 30m").as_deref(),
            Ok(&["9:00 9:30 for 30m".to_owned()][..]),
            "one ends as the next opens"
        );
    }

    #[test]
    fn the_persons_own_times_are_shown_once() {
        let mut own = Calendar { zone: Zone::UTC, checkins: Vec::new(), away: Vec::new() };
        assert_eq!((shown_schedule(&own).as_str(), usual(&own).1), ("", Duration::minutes(45)));
        let days = Days::parse("daily").expect("days");
        let typed = parse_schedules("16:00 9:05", &days, Duration::minutes(20)).expect("a schedule");
        own.checkins = typed.iter().chain(&typed).flat_map(|one| one.checkins(&own)).collect();
        assert_eq!((shown_schedule(&own).as_str(), usual(&own)), ("9:05 16:00", (days, Duration::minutes(20))));
    }
}
