//! Instants and stretches of time in the words that a person reads.

use crate::domain::answer_pace::AnswerPace;
use crate::domain::follow_up::{FollowUp, FollowUpKind};
use crate::domain::schedule::Zone;
use crate::domain::until::Until;
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// How old something is, in at most three columns: `now`, `5m`, `2h`, `1d`, `3w`, `2y`.
#[must_use]
pub fn age(then: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let gone = now - then;
    match gone.num_minutes() {
        ..1 => "now".to_owned(),
        minutes @ 1..60 => format!("{minutes}m"),
        minutes @ 60..1440 => format!("{}h", minutes / 60),
        minutes => match minutes / 1440 {
            days @ ..14 => format!("{days}d"),
            days @ 14..364 => format!("{}w", days / 7),
            days if days < 36_135 => format!("{}y", (days / 365).max(1)),
            _ => "old".to_owned(),
        },
    }
}

/// A sentence begins with a capital letter.
#[must_use]
pub fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A stretch ahead, to the minute: `2 h 48 min`, `26 min`, `3 days`.
#[must_use]
pub fn stretch(length: Duration) -> String {
    // A begun minute counts, so that "1 min" stands until the very end.
    let minutes = (length.num_seconds().max(0) + 59) / 60;
    match (minutes / 1440, minutes / 60, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        _ => count(usize::try_from((minutes + 720) / 1440).unwrap_or(0), "day", "days"),
    }
}

/// Seconds ahead as a clock: `4:59`.
#[must_use]
pub fn clock(length: Duration) -> String {
    let seconds = length.num_seconds().max(0);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// `16:00`.
#[must_use]
pub fn hour(at: DateTime<Utc>, zone: Zone) -> String {
    at.with_timezone(&zone).format("%H:%M").to_string()
}

/// The day by its nearest name: `today`, `tomorrow`, `yesterday`, `Monday` within a week, `Mon 30 Nov`, `1 Mar 2027`.
#[must_use]
pub fn day(at: DateTime<Utc>, now: DateTime<Utc>, zone: Zone) -> String {
    date(at.with_timezone(&zone).date_naive(), now.with_timezone(&zone).date_naive())
}

/// The same of a date alone.
#[must_use]
pub fn date(at: NaiveDate, today: NaiveDate) -> String {
    match (at - today).num_days() {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        2..=6 => at.format("%A").to_string(),
        -300..=300 => at.format("%a %-d %b").to_string(),
        _ => at.format("%-d %b %Y").to_string(),
    }
}

/// Day and hour: `tomorrow 10:00`, `Mon 30 Nov, 10:00`.
#[must_use]
pub fn moment(at: DateTime<Utc>, now: DateTime<Utc>, zone: Zone) -> String {
    let day = day(at, now, zone);
    let comma = if day.contains(' ') { "," } else { "" };
    format!("{day}{comma} {}", hour(at, zone))
}

/// The same without saying `today`: `16:00`, `tomorrow 10:00`.
#[must_use]
pub fn coming(at: DateTime<Utc>, now: DateTime<Utc>, zone: Zone) -> String {
    if day(at, now, zone) == "today" { hour(at, zone) } else { moment(at, now, zone) }
}

/// Names of check-ins that are parts of a day.
const PARTS: [&str; 5] = ["morning", "noon", "midday", "afternoon", "evening"];

/// A window as one speaks of it: `this afternoon, 16:00`, `tomorrow morning, 10:00`, `Monday 30 Nov, 10:00`; with the
/// check-in's name where that is no part of a day: `today, 18:00, reading hour`.
#[must_use]
pub fn window(checkin: &str, opens: DateTime<Utc>, now: DateTime<Utc>, zone: Zone) -> String {
    let (date, today) = (opens.with_timezone(&zone).date_naive(), now.with_timezone(&zone).date_naive());
    let (hour, part) = (hour(opens, zone), PARTS.contains(&checkin));
    let day = match (date - today).num_days() {
        0 if part => return format!("this {checkin}, {hour}"),
        1 if part => return format!("tomorrow {checkin}, {hour}"),
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        2..=300 => date.format("%A %-d %b").to_string(),
        _ => date.format("%A %-d %b %Y").to_string(),
    };
    if part { format!("{day}, {hour}") } else { format!("{day}, {hour}, {checkin}") }
}

/// A number with its noun: `1 letter`, `41 letters`.
#[must_use]
pub fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// How often: `once`, `twice`, `3 times`.
#[must_use]
pub fn times(number: u32) -> String {
    match number {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        number => format!("{number} times"),
    }
}

/// How often a message was carried over: `carried over once`, `carried over 3 times`.
#[must_use]
pub fn carried_over(number: u32) -> String {
    format!("carried over {}", times(number))
}

/// What is said after the window of a deferral that an answer ends: `, or when they reply`.
#[must_use]
pub fn or_reply(until: &Until) -> &'static str {
    if until.or_reply { ", or when they reply" } else { "" }
}

/// How many messages are to be answered, and how long that takes: `9 to answer, about 32 minutes by your median`.
#[must_use]
pub fn to_answer(number: usize, pace: Option<AnswerPace>) -> String {
    match pace {
        Some(pace) => {
            format!("{number} to answer, {} by your median", about(pace.minutes(number), "minute", "minutes"))
        }
        None => format!("{number} to answer"),
    }
}

/// The same where there is little room: `9 to answer, about 32 min`.
#[must_use]
pub fn to_answer_shortly(number: usize, pace: AnswerPace) -> String {
    format!("{number} to answer, {}", about(pace.minutes(number), "min", "min"))
}

fn about(minutes: i64, one: &str, many: &str) -> String {
    match minutes {
        ..100 => format!("about {}", count(usize::try_from(minutes).unwrap_or(0), one, many)),
        minutes => format!("about {}", count(usize::try_from((minutes + 30) / 60).unwrap_or(0), "hour", "hours")),
    }
}

/// Why a message is to be looked at again: `to answer, since Tue`, `no answer since Tue, 4 days`, `they replied`.
#[must_use]
pub fn follow_up(why: FollowUp, now: DateTime<Utc>, zone: Zone) -> String {
    let (then, today) = (why.since.with_timezone(&zone).date_naive(), now.with_timezone(&zone).date_naive());
    let days = (today - then).num_days();
    let since = match days {
        ..1 => "today".to_owned(),
        1..=6 => then.format("%a").to_string(),
        7..=300 => then.format("%-d %b").to_string(),
        _ => then.format("%-d %b %Y").to_string(),
    };
    match why.kind {
        FollowUpKind::ToAnswer => format!("to answer, since {since}"),
        FollowUpKind::Unanswered => {
            format!("no answer since {since}, {}", count(usize::try_from(days.max(0)).unwrap_or(0), "day", "days"))
        }
        FollowUpKind::Replied => "they replied".to_owned(),
    }
}

/// The same in few columns: `to answer`, `no answer 4d`, `replied`.
#[must_use]
pub fn follow_up_shortly(why: FollowUp, now: DateTime<Utc>) -> String {
    match why.kind {
        FollowUpKind::ToAnswer | FollowUpKind::Replied => why.kind.to_string(),
        FollowUpKind::Unanswered => format!("{} {}", why.kind, age(why.since, now)),
    }
}

/// Which rows are in sight and how much of the whole has been seen at their end: `41–76 of 310 · 24 %`. `None` where all of it is in
/// sight.
#[must_use]
pub fn position(top: usize, height: usize, rows: usize) -> Option<String> {
    let last = top.saturating_add(height).min(rows);
    // Rounded down, so that it says 100 only at the end.
    (height < rows).then(|| format!("{}–{last} of {rows} · {} %", top + 1, last.saturating_mul(100) / rows))
}

/// A size in the largest unit that keeps it readable: `214 kB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        1_000_000..10_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::{age, clock, count, day, follow_up, follow_up_shortly, moment, size, stretch, to_answer, window};
    use crate::domain::answer_pace::AnswerPace;
    use crate::domain::follow_up::{FollowUp, FollowUpKind};
    use chrono::{DateTime, Duration, Utc};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn ages_take_three_columns() {
        let now = at("2026-11-23T12:00:00Z");
        for (seconds, shown) in [
            (0, "now"),
            (-99, "now"),
            (61, "1m"),
            (7_200, "2h"),
            (86_400, "1d"),
            (9 * 86_400, "9d"),
            (21 * 86_400, "3w"),
            (800 * 86_400, "2y"),
            (364 * 86_400, "1y"),
        ] {
            assert_eq!(age(now - Duration::seconds(seconds), now), shown);
        }
        assert_eq!(age(DateTime::<Utc>::MIN_UTC, now), "old");
    }

    #[test]
    fn what_is_to_be_answered_says_since_when_and_how_long_that_takes() {
        let now = at("2026-11-27T09:00:00Z");
        let why = |kind, since| FollowUp { kind, since: at(since) };
        let said = |kind, since| follow_up(why(kind, since), now, "Europe/Berlin".into());
        assert_eq!(said(FollowUpKind::ToAnswer, "2026-11-24T09:00:00Z"), "to answer, since Tue");
        assert_eq!(said(FollowUpKind::ToAnswer, "2026-11-27T08:00:00Z"), "to answer, since today");
        assert_eq!(said(FollowUpKind::ToAnswer, "2026-11-26T23:30:00Z"), "to answer, since today", "in Berlin");
        assert_eq!(said(FollowUpKind::Unanswered, "2026-11-24T09:00:00Z"), "no answer since Tue, 3 days");
        assert_eq!(said(FollowUpKind::Unanswered, "2026-10-30T09:00:00Z"), "no answer since 30 Oct, 28 days");
        assert_eq!(said(FollowUpKind::Replied, "2026-11-24T09:00:00Z"), "they replied");
        assert_eq!(follow_up_shortly(why(FollowUpKind::Unanswered, "2026-11-24T09:00:00Z"), now), "no answer 3d");
        let pace = AnswerPace::of(vec![213; 10]);
        assert_eq!(to_answer(9, pace), "9 to answer, about 32 minutes by your median");
        assert_eq!(to_answer(1, AnswerPace::of(vec![20; 10])), "1 to answer, about 1 minute by your median");
        assert_eq!(to_answer(90, pace), "90 to answer, about 5 hours by your median");
        assert_eq!(to_answer(9, None), "9 to answer");
    }

    #[test]
    fn stretches_are_said_to_the_minute() {
        assert_eq!(stretch(Duration::minutes(168)), "2 h 48 min");
        assert_eq!(stretch(Duration::seconds(30)), "1 min");
        assert_eq!(stretch(Duration::hours(2)), "2 h");
        assert_eq!(stretch(Duration::hours(50)), "2 days");
        assert_eq!(clock(Duration::seconds(299)), "4:59");
    }

    #[test]
    fn days_have_their_nearest_name_in_the_zone() {
        let now = at("2026-11-23T22:30:00Z");
        assert_eq!(day(at("2026-11-23T23:30:00Z"), now, "Europe/Berlin".into()), "tomorrow");
        assert_eq!(moment(at("2026-11-26T09:00:00Z"), now, "Europe/Berlin".into()), "Thursday 10:00");
        assert_eq!(moment(at("2026-11-30T09:00:00Z"), now, "Europe/Berlin".into()), "Mon 30 Nov, 10:00");
        assert_eq!(day(at("2028-01-01T09:00:00Z"), now, "Europe/Berlin".into()), "1 Jan 2028");
        let (evening, later) = (at("2026-11-23T22:45:00Z"), at("2026-11-30T09:00:00Z"));
        assert_eq!(window("evening", evening, now, "Europe/Berlin".into()), "this evening, 23:45");
        assert_eq!(window("morning", later, now, "Europe/Berlin".into()), "Monday 30 Nov, 10:00");
        assert_eq!(window("reading hour", evening, now, "Europe/Berlin".into()), "today, 23:45, reading hour");
    }

    #[test]
    fn numbers_carry_their_nouns() {
        assert_eq!(count(1, "letter", "letters"), "1 letter");
        assert_eq!(size(213_500), "214 kB");
        assert_eq!(size(3_250_000), "3.2 MB");
    }
}
