//! The words for a month that the screen, the command and the picture have in common.

use chrono::{DateTime, Datelike, TimeDelta, Utc};

use super::facts::{MatterCase, RatedRule, SourceGap};
use super::{AnswerTimes, Arriving, LongestWait, Matter, Month, WaitTimes};
use crate::domain::schedule::Zone;

/// How much of what may name somebody is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// On the person's own screen: whatever rule 1 lets through.
    Full,
    /// In what is shared: no name that a person gave or has.
    None,
}

/// `1,284`.
#[must_use]
pub fn number(count: impl Into<u64>) -> String {
    let digits = count.into().to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    groups.join(",")
}

/// A number with its noun: `1 message`, `1,284 messages`.
#[must_use]
pub fn count(number_of: u32, one: &str, many: &str) -> String {
    format!("{} {}", number(number_of), if number_of == 1 { one } else { many })
}

/// A length of time to the minute: `40 s`, `31 min`, `2 h 10 min`, `2 days 3 h`.
#[must_use]
pub fn length(length: TimeDelta) -> String {
    let seconds = length.num_seconds().max(0);
    let minutes = (seconds + 30) / 60;
    match (seconds, minutes / 60, minutes % 60) {
        (..60, ..) => format!("{seconds} s"),
        (_, 0, minutes) => format!("{minutes} min"),
        (_, hours @ 1..48, 0) => format!("{hours} h"),
        (_, hours @ 1..48, minutes) => format!("{hours} h {minutes} min"),
        _ => {
            let hours = (seconds + 1_800) / 3_600;
            let days = if hours / 24 == 1 { "1 day".to_owned() } else { format!("{} days", hours / 24) };
            if hours % 24 == 0 || hours >= 240 { days } else { format!("{days} {} h", hours % 24) }
        }
    }
}

/// A length with tenths of a second below ten seconds: `6.1 s`.
#[must_use]
pub fn short_length(of: TimeDelta) -> String {
    let tenths = (of.num_milliseconds().max(0) + 50) / 100;
    if tenths < 100 { format!("{}.{} s", tenths / 10, tenths % 10) } else { length(of) }
}

/// `Fri 13 Nov, 16:52`.
#[must_use]
pub fn moment(at: DateTime<Utc>, zone: Zone) -> String {
    at.with_timezone(&zone).format("%a %-d %b, %H:%M").to_string()
}

/// What follows a figure to compare it: ` (Oct 38)`; nothing where there is no month before.
#[must_use]
pub fn compared(before: Option<&Month>, figure: impl Fn(&Month) -> Option<String>) -> String {
    let told = before.filter(|before| !before.is_empty()).and_then(|before| Some((before, figure(before)?)));
    told.map_or_else(String::new, |(before, text)| format!(" ({} {text})", before.month.short()))
}

/// Below the title: `22 days with check-ins · 44 check-ins`.
#[must_use]
pub fn days(month: &Month) -> String {
    let days = count(month.days, "day with check-ins", "days with check-ins");
    let so_far = if month.is_over { "" } else { " so far" };
    format!("{days}, {}{so_far}", count(month.checkins, "check-in", "check-ins"))
}

/// What came.
#[must_use]
pub fn came(month: &Month, before: Option<&Month>) -> String {
    let came = count(month.arriving.messages, "message came", "messages came");
    format!("{came}{}.", compared(before, |month| Some(number(month.arriving.messages))))
}

/// How often a counter would have changed.
#[must_use]
pub fn occasions(month: &Month, before: Option<&Month>) -> String {
    let times = count(month.arriving.occasions, "time", "times");
    let compared = compared(before, |month| Some(number(month.arriving.occasions)));
    format!("A counter would have changed {times} between check-ins{compared}.")
}

/// How often the person was interrupted, and by what.
#[must_use]
pub fn interruptions(month: &Month, before: Option<&Month>) -> String {
    let arriving = &month.arriving;
    let compared = compared(before, |month| Some(number(month.arriving.interruptions())));
    if arriving.interruptions() == 0 {
        return format!("You were not interrupted{compared}.");
    }
    let parts = interrupted_by(arriving).join(", ");
    format!("You were interrupted {}{compared}: {parts}.", count(arriving.interruptions(), "time", "times"))
}

fn interrupted_by(arriving: &Arriving) -> Vec<String> {
    let looks = [
        (arriving.peeks, "peek", "peeks"),
        (arriving.questions, "question", "questions"),
        (arriving.codes, "look for a code", "looks for a code"),
    ];
    let rules = (arriving.by_rules > 0).then(|| format!("{} by rules of yours", number(arriving.by_rules)));
    let looks = looks.into_iter().filter(|(times, ..)| *times > 0).map(|(times, one, many)| count(times, one, many));
    rules.into_iter().chain(looks).collect()
}

/// How long messages waited.
#[must_use]
pub fn waiting(month: &Month, before: Option<&Month>) -> String {
    let waiting = &month.waiting;
    if waiting.held == 0 {
        return "Nothing that came was held.".to_owned();
    }
    let half = compared(before, |month| month.waiting.half.map(length));
    let nine = compared(before, |month| month.waiting.nine_in_ten.map(length));
    let told = |what: &str, time: Option<TimeDelta>, compared: &str| match time {
        Some(time) => format!("{what} within {}{compared}", length(time)),
        None => format!("{what}: too many are still held{compared}"),
    };
    format!("{} · {}", told("half", waiting.half, &half), told("nine in ten", waiting.nine_in_ten, &nine))
}

/// The message that waited longest; with its sender where that is known and asked for.
#[must_use]
pub fn longest(longest: &LongestWait, zone: Zone, naming: Naming) -> String {
    let came = moment(longest.came, zone);
    let until = longest.came_out.map_or_else(|| "still held".to_owned(), |out| moment(out, zone));
    let sender = longest.sender.as_deref().filter(|_| naming == Naming::Full);
    let sender = sender.map_or_else(String::new, |sender| format!("{sender}, "));
    let waited = length(longest.waited);
    match naming {
        Naming::Full => format!("longest {waited} ({sender}{came} → {until})"),
        Naming::None => format!("longest {waited}"),
    }
}

/// How long the messages of one lane waited: `half within 2 h, nine in ten within 5 h 50 min, longest 17 h 20 min`.
#[must_use]
pub fn lane(waiting: &WaitTimes) -> String {
    let times = [("half within", waiting.half), ("nine in ten within", waiting.nine_in_ten)];
    let times = times.into_iter().filter_map(|(what, time)| Some(format!("{what} {}", length(time?))));
    let longest = waiting.longest.as_ref().map(|longest| format!("longest {}", length(longest.waited)));
    times.chain(longest).collect::<Vec<_>>().join(", ")
}

/// A message for which earlier would have changed something.
#[must_use]
pub fn case(case: &MatterCase) -> String {
    format!("{}: {} ({})", case.sender, case.subject, case.lane)
}

/// Whether waiting mattered.
#[must_use]
pub fn matter(matter: &Matter) -> String {
    let (asked, answers) = (matter.asked(), &matter.answers);
    if asked == 0 {
        return "you were not asked yet".to_owned();
    }
    let surely = match matter.interval {
        Some(interval) => {
            let (low, high) = interval.in_a_hundred();
            format!("between {low} and {high} in a hundred")
        }
        None => "too few to tell".to_owned(),
    };
    format!("asked about {} · {} no · {} yes ({surely})", number(asked), number(answers.no), number(answers.yes))
}

/// The time that batches took.
#[must_use]
pub fn time(month: &Month, before: Option<&Month>) -> String {
    let Some(a_day) = month.time.a_day() else { return "no batch was open on a screen".to_owned() };
    let mut parts =
        vec![format!("{} a day in batches{}", length(a_day), compared(before, |month| month.time.a_day().map(length)))];
    if let Some(decision) = month.time.a_decision() {
        let compared = compared(before, |month| month.time.a_decision().map(short_length));
        parts.push(format!("{} a decision{compared}", short_length(decision)));
    }
    if let Some(tenths) = month.time.tenths_of_keys() {
        parts.push(format!("{}.{} keys each", tenths / 10, tenths % 10));
    }
    parts.join(" · ")
}

/// How many batches were closed, and what was carried over.
#[must_use]
pub fn closed(month: &Month, before: Option<&Month>) -> String {
    let (time, carried) = (&month.time, &month.carried);
    if time.batches == 0 {
        return "no batch was closed".to_owned();
    }
    let closed = count(time.batches, "batch closed", "batches closed");
    let compared = compared(before, |month| Some(number(month.carried.over)));
    let oldest = carried.oldest.map_or_else(String::new, |oldest| format!(", the oldest after {}", length(oldest)));
    format!("{closed}, {} on time · {} carried over{compared}{oldest}", number(time.on_time), number(carried.over))
}

/// What one exception let through, and how that was rated.
#[must_use]
pub fn exception(rule: &RatedRule, naming: Naming) -> String {
    let name = if naming == Naming::Full { format!("{}: ", rule.name) } else { String::new() };
    let through = number(rule.let_through);
    let rated = match (rule.useful, rule.false_alarms) {
        (0, 0) => "not rated".to_owned(),
        (useful, 0) => format!("{} useful", number(useful)),
        (useful, alarms) => {
            format!("{} useful, {}", number(useful), count(alarms, "false alarm", "false alarms"))
        }
    };
    format!("{name}{through} let through · {rated}")
}

/// How long answers took: `9 · half within 4 h 10 min, at the 2nd check-in`.
#[must_use]
pub fn answer_times(times: &AnswerTimes) -> String {
    let answered = format!("{} of {}", number(times.answered), number(times.turns));
    match (times.half, times.half_checkins) {
        (Some(half), Some(0)) => format!("{answered} · half within {}, before the next check-in", length(half)),
        (Some(half), Some(nth)) => {
            format!("{answered} · half within {}, by the {} check-in", length(half), ordinal(nth))
        }
        (Some(half), None) => format!("{answered} · half within {}", length(half)),
        (None, _) => format!("{answered} · less than half so far"),
    }
}

/// `1st`, `2nd`, `11th`.
#[must_use]
pub fn ordinal(number: u32) -> String {
    let last = if (11..=13).contains(&(number % 100)) { 0 } else { number % 10 };
    let ending = match last {
        1 => "st",
        2 => "nd",
        3 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// `work could not be read on 12 and 13 Nov`.
#[must_use]
pub fn gap(gap: &SourceGap, naming: Naming) -> String {
    let source = if naming == Naming::Full { gap.source.as_str() } else { "a source" };
    let last = gap.to.format("%-d %b");
    let dates = match (gap.to - gap.from).num_days() {
        ..=0 => last.to_string(),
        1 => format!("{} and {last}", gap.from.day()),
        _ => format!("{} to {last}", gap.from.day()),
    };
    format!("{source} could not be read on {dates}")
}

/// What is said where there is nothing to tell: what will be here, and when.
#[must_use]
pub fn nothing(month: &Month) -> [String; 2] {
    let first = match (month.since, month.begins_late()) {
        (Some(_), Some(since)) if since >= month.until && month.is_over => {
            format!("Of {} nothing is known: facts are kept since {}.", month.month.title(), moment(since, month.zone))
        }
        (Some(_), _) => format!(
            "Nothing of {} is counted yet. What was there when a source was first read does not count: nobody knows when it came.",
            month.month.title()
        ),
        (None, _) => "No facts are kept yet: they begin when a source is read for the second time.".to_owned(),
    };
    let then = "When messages come and check-ins are closed, this tells when they came, how long they waited, and what it took.";
    [first, then.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::{gap, length, number, ordinal, short_length};
    use crate::domain::month::facts::SourceGap;
    use chrono::{NaiveDate, TimeDelta};

    #[test]
    fn numbers_and_lengths_are_short() {
        assert_eq!([0_u32, 999, 1_284, 1_000_000].map(number), ["0", "999", "1,284", "1,000,000"]);
        let lengths = [-5, 40, 59, 60, 1_860, 7_800, 62_400, 172_800, 180_000, 777_600, 900_000];
        let shown = lengths.map(|seconds| length(TimeDelta::seconds(seconds)));
        let expected = [
            "0 s",
            "40 s",
            "59 s",
            "1 min",
            "31 min",
            "2 h 10 min",
            "17 h 20 min",
            "2 days",
            "2 days 2 h",
            "9 days",
            "10 days",
        ];
        assert_eq!(shown, expected);
        assert_eq!(short_length(TimeDelta::milliseconds(6_130)), "6.1 s");
        assert_eq!(short_length(TimeDelta::seconds(80)), "1 min");
        assert_eq!(
            [1, 2, 3, 4, 11, 12, 21, 101, 111].map(ordinal).join(" "),
            "1st 2nd 3rd 4th 11th 12th 21st 101st 111th"
        );
    }

    #[test]
    fn a_gap_is_told_by_its_dates() {
        let date = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
        let told = |from, to| gap(&SourceGap { source: "work".to_owned(), from, to }, super::Naming::Full);
        assert_eq!(told(date(11, 12), date(11, 12)), "work could not be read on 12 Nov");
        assert_eq!(told(date(11, 12), date(11, 13)), "work could not be read on 12 and 13 Nov");
        assert_eq!(told(date(11, 12), date(11, 18)), "work could not be read on 12 to 18 Nov");
        let hidden =
            gap(&SourceGap { source: "work".to_owned(), from: date(11, 1), to: date(11, 1) }, super::Naming::None);
        assert_eq!(hidden, "a source could not be read on 1 Nov");
    }
}
