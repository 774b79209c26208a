//! How an event repeats, in words: `every 2 weeks on Tuesday and Thursday, until Fri 26 Mar 2027`.

use chrono::Weekday;

use super::recurrence::Recurrence;
use super::recurrence_rule::{Frequency, RecurrenceRule, RuleEnd};
use super::when::DAY;
use crate::domain::schedule::{Zone, wall};

const WORKING_DAYS: [Weekday; 5] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The words; empty where it does not repeat.
pub(super) fn words(recurrence: &Recurrence, zone: Zone) -> String {
    let mut parts: Vec<String> = recurrence.rule.iter().map(|rule| rule_words(rule, zone)).collect();
    let moved = recurrence.moved.iter().filter(|it| it.to.is_some()).count();
    let left_out = recurrence.excluded.len() + recurrence.moved.len() - moved;
    parts.extend(count(recurrence.added.len(), "date is added", "dates are added"));
    parts.extend(count(left_out, "date is left out", "dates are left out"));
    parts.extend(count(moved, "date is changed", "dates are changed"));
    parts.join("; ")
}

fn count(number: usize, one: &str, several: &str) -> Option<String> {
    match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        number => Some(format!("{number} {several}")),
    }
}

fn rule_words(rule: &RecurrenceRule, zone: Zone) -> String {
    if let Some(written) = &rule.not_understood {
        return format!("by a rule whose dates are not worked out here: {written}");
    }
    let text = [every(rule), in_months(rule), on_days(rule)].concat();
    match rule.end {
        None => text,
        Some(RuleEnd::Count(1)) => format!("{text}, once"),
        Some(RuleEnd::Count(count)) => format!("{text}, {count} times"),
        Some(RuleEnd::At(end)) => format!("{text}, until {}", wall::date_of(zone, end).format(DAY)),
        Some(RuleEnd::Day(day)) => format!("{text}, until {}", day.format(DAY)),
        Some(RuleEnd::Local(end)) => format!("{text}, until {}", end.format(DAY)),
    }
}

fn every(rule: &RecurrenceRule) -> String {
    let unit = match rule.frequency {
        Frequency::Daily => "day",
        Frequency::Weekly => "week",
        Frequency::Monthly => "month",
        Frequency::Yearly => "year",
    };
    if rule.interval > 1 { format!("every {} {unit}s", rule.interval) } else { format!("every {unit}") }
}

fn in_months(rule: &RecurrenceRule) -> String {
    let name = |month: &u8| MONTHS.get(usize::from(*month).wrapping_sub(1)).map(|name| (*name).to_owned());
    let months: Vec<String> = rule.by_month.iter().filter_map(name).collect();
    if months.is_empty() { String::new() } else { format!(" in {}", listed(&months)) }
}

fn on_days(rule: &RecurrenceRule) -> String {
    let working = rule.by_day.len() == WORKING_DAYS.len()
        && WORKING_DAYS.iter().all(|day| rule.by_day.iter().any(|(nth, it)| *nth == 0 && it == day));
    let mut days: Vec<String> = match (working, rule.by_set_position.as_slice()) {
        (true, []) => vec!["Monday to Friday".to_owned()],
        (true, places) => places.iter().map(|place| format!("the {} working day", ordinal((*place).into()))).collect(),
        (false, []) => rule.by_day.iter().map(|(nth, day)| weekday(*nth, *day)).collect(),
        (false, places) => {
            let names: Vec<String> = rule.by_day.iter().map(|(nth, day)| weekday(*nth, *day)).collect();
            let of = if names.is_empty() { String::new() } else { format!(" of {}", listed(&names)) };
            places.iter().map(|place| format!("the {}{of}", ordinal((*place).into()))).collect()
        }
    };
    if rule.by_day.is_empty() || rule.by_set_position.is_empty() {
        let numbers = rule.by_month_day.iter().map(|day| match day {
            -1 => "the last day".to_owned(),
            day if *day < 0 => format!("the {} day", ordinal((*day).into())),
            day => format!("the {}", ordinal((*day).into())),
        });
        days.extend(numbers);
    }
    if days.is_empty() { String::new() } else { format!(" on {}", listed(&days)) }
}

fn weekday(nth: i8, day: Weekday) -> String {
    let name = match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    };
    if nth == 0 { name.to_owned() } else { format!("the {} {name}", ordinal(nth.into())) }
}

/// `1st`, `last`, `2nd to last`.
fn ordinal(place: i64) -> String {
    let number = place.unsigned_abs();
    let ending = match (number % 10, number % 100) {
        (1, 11) | (2, 12) | (3, 13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    match place {
        -1 => "last".to_owned(),
        ..0 => format!("{number}{ending} to last"),
        _ => format!("{number}{ending}"),
    }
}

/// `a, b and c`.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, Weekday};

    use super::rule_words;
    use crate::domain::invitation::{Frequency, RecurrenceRule, RuleEnd};
    use crate::domain::schedule::Zone;

    fn words(frequency: Frequency, change: impl FnOnce(&mut RecurrenceRule)) -> String {
        let mut rule = RecurrenceRule::every(frequency);
        change(&mut rule);
        rule_words(&rule, Zone::UTC)
    }

    #[test]
    fn a_rule_is_told_in_words() {
        assert_eq!(words(Frequency::Daily, |_| ()), "every day");
        let end = NaiveDate::from_ymd_opt(2027, 3, 26).map(RuleEnd::Day);
        let days = vec![(0, Weekday::Tue), (0, Weekday::Thu)];
        assert_eq!(
            words(Frequency::Weekly, |rule| (rule.interval, rule.by_day, rule.end) = (2, days, end)),
            "every 2 weeks on Tuesday and Thursday, until Fri 26 Mar 2027"
        );
        assert_eq!(
            words(Frequency::Monthly, |rule| rule.by_day = vec![(-1, Weekday::Fri)]),
            "every month on the last Friday"
        );
        assert_eq!(
            words(Frequency::Monthly, |rule| rule.by_month_day = vec![1, 22, -1]),
            "every month on the 1st, the 22nd and the last day"
        );
        let working = super::WORKING_DAYS.map(|day| (0, day)).to_vec();
        assert_eq!(words(Frequency::Weekly, |rule| rule.by_day.clone_from(&working)), "every week on Monday to Friday");
        assert_eq!(
            words(Frequency::Monthly, |rule| (rule.by_day, rule.by_set_position) = (working, vec![-1])),
            "every month on the last working day"
        );
        assert_eq!(
            words(Frequency::Yearly, |rule| (rule.by_month, rule.end) = (vec![12], Some(RuleEnd::Count(3)))),
            "every year in December, 3 times"
        );
    }
}
