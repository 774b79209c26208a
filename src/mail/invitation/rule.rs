//! A rule by which something repeats (RRULE, RFC 5545 §3.3.10), read from its text.

use chrono::Weekday;

use super::time::{WrittenTime, time};
use crate::domain::invitation::{Frequency, RecurrenceRule, RuleEnd};
use crate::mail::charset;

/// Of a rule that is not understood, so much is told, in bytes.
const TOLD: usize = 200;
/// So many values are read of one part: a year has no more days.
const VALUES: usize = 366;

/// The rule. What it says that is not understood is kept as it is written: then nothing is worked out from it.
pub(super) fn read(text: &str) -> RecurrenceRule {
    let parts =
        || text.split(';').filter_map(|part| part.split_once('=')).map(|(name, value)| (name.trim(), value.trim()));
    let part = |wanted: &str| parts().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value);
    let known = ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"];
    let all_known =
        parts().all(|(name, _)| known.iter().any(|it| name.eq_ignore_ascii_case(it)) || name.starts_with("X-"));
    let understood = part("FREQ").and_then(frequency).filter(|_| all_known).and_then(|frequency| {
        let mut rule = RecurrenceRule::every(frequency);
        if let Some(interval) = part("INTERVAL") {
            rule.interval = interval.parse().ok().filter(|interval| (1..=10_000).contains(interval))?;
        }
        rule.end = match (part("COUNT"), part("UNTIL")) {
            (Some(count), _) => Some(RuleEnd::Count(count.parse().ok().filter(|count| *count > 0)?)),
            (None, Some(end)) => Some(end_of(end)?),
            (None, None) => None,
        };
        rule.by_day = values(part("BYDAY"), weekday)?;
        rule.by_month_day = values(part("BYMONTHDAY"), |day| number(day, 31))?;
        rule.by_month = values(part("BYMONTH"), |month| month.parse().ok().filter(|month| (1..=12).contains(month)))?;
        rule.by_set_position = values(part("BYSETPOS"), |place| number(place, 366))?;
        if let Some(day) = part("WKST") {
            rule.week_start = weekday(day)?.1;
        }
        is_plain(&rule).then_some(rule)
    });
    understood.unwrap_or_else(|| RecurrenceRule {
        not_understood: Some(charset::cut(text, TOLD).to_owned()),
        ..RecurrenceRule::every(Frequency::Yearly)
    })
}

/// Places of weekdays are those in a month; a rule that counts them in a year is left to calendars.
fn is_plain(rule: &RecurrenceRule) -> bool {
    let with_place = rule.by_day.iter().any(|(nth, _)| *nth != 0);
    match rule.frequency {
        Frequency::Daily => !with_place && rule.by_set_position.is_empty(),
        Frequency::Weekly => !with_place && rule.by_month_day.is_empty(),
        Frequency::Monthly => true,
        Frequency::Yearly => rule.by_day.is_empty() || !rule.by_month.is_empty(),
    }
}

fn frequency(name: &str) -> Option<Frequency> {
    let known = [
        ("DAILY", Frequency::Daily),
        ("WEEKLY", Frequency::Weekly),
        ("MONTHLY", Frequency::Monthly),
        ("YEARLY", Frequency::Yearly),
    ];
    known.into_iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, frequency)| frequency)
}

fn end_of(text: &str) -> Option<RuleEnd> {
    Some(match time(text)? {
        WrittenTime::Day(day) => RuleEnd::Day(day),
        WrittenTime::Local(at) => RuleEnd::Local(at),
        WrittenTime::Utc(at) => RuleEnd::At(at.and_utc()),
        WrittenTime::Offset(at) => RuleEnd::At(at.to_utc()),
    })
}

/// All of a list, or nothing where one of it is wrong.
fn values<T>(text: Option<&str>, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Some(Vec::new()) };
    text.split(',').take(VALUES).map(|value| read(value.trim())).collect()
}

/// A number of at most `most`, or a negative one, but not nought.
fn number<T: TryFrom<i64>>(text: &str, most: i64) -> Option<T> {
    let number: i64 = text.parse().ok()?;
    (number != 0 && number.abs() <= most).then(|| T::try_from(number).ok())?
}

/// `TU`, `-1FR`: the place is 0 where there is none.
fn weekday(text: &str) -> Option<(i8, Weekday)> {
    let (place, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let days = [
        ("MO", Weekday::Mon),
        ("TU", Weekday::Tue),
        ("WE", Weekday::Wed),
        ("TH", Weekday::Thu),
        ("FR", Weekday::Fri),
        ("SA", Weekday::Sat),
        ("SU", Weekday::Sun),
    ];
    let (_, day) = days.into_iter().find(|(it, _)| it.eq_ignore_ascii_case(name))?;
    Some((if place.is_empty() { 0 } else { number(place, 5)? }, day))
}
