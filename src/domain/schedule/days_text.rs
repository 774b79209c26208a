//! The days of a check-in, read from text: `mon-fri`, `sat,sun`, `1st mon`, `2nd,4th tue`, `15th`, `last day`.

use chrono::Weekday;

use super::days::{WEEK, ordinal, short};
use super::mistake::TimeMistake;
use super::{DayRule, Days, digits};
use crate::domain::nearest::nearest;

const DAYS: &str = "days, such as `mon-fri`, `sat,sun`, `daily`, `1st mon`, `last fri`, `15th` or `last day`";
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The text between two commas.
enum Item {
    Rules(Vec<DayRule>),
    /// `1st mon`: its weekday counts for the bare ordinals directly before it, too.
    Nth(i8, Weekday),
    /// `15th`, or the `2nd` of `2nd,4th tue`.
    Ordinal(i8),
}

impl Days {
    /// Reads days separated by commas, letter case ignored, names short or full, ranges across the end of the week too.
    ///
    /// A bare ordinal is a day of the month (`15th`), unless it leads up to an nth weekday: `2nd,4th tue` is two
    /// Tuesdays.
    pub fn parse(text: &str) -> Result<Self, TimeMistake> {
        let items = text.split(',').map(item).collect::<Result<Vec<Item>, TimeMistake>>()?;
        let mut rules = Vec::new();
        let mut lent = None;
        for item in items.into_iter().rev() {
            match (item, lent) {
                (Item::Rules(named), _) => {
                    rules.extend(named);
                    lent = None;
                }
                (Item::Nth(n, weekday), _) => {
                    rules.push(DayRule::NthWeekday(n, weekday));
                    lent = Some(weekday);
                }
                (Item::Ordinal(n), Some(weekday)) if n.unsigned_abs() <= 5 => {
                    rules.push(DayRule::NthWeekday(n, weekday));
                }
                (Item::Ordinal(n), _) if n > 0 => {
                    rules.push(DayRule::MonthDay(n));
                    lent = None;
                }
                (Item::Ordinal(n), _) => {
                    let text = ordinal(n);
                    return Err(TimeMistake::about(&text, "of what?", DAYS).meant(Some(format!("{text} day"))));
                }
            }
        }
        Ok(Self::new(rules))
    }
}

fn item(text: &str) -> Result<Item, TimeMistake> {
    let text = text.trim();
    let lower = text.to_lowercase();
    if let Some(rules) = range(&lower)? {
        return Ok(Item::Rules(rules));
    }
    let words: Vec<&str> = lower.split_whitespace().collect();
    let weekly: Vec<Weekday> = match *words.as_slice() {
        [] => return Err(TimeMistake { what: "a day is missing".to_owned(), expected: DAYS, nearest: None }),
        ["daily"] => WEEK.to_vec(),
        ["weekdays"] => WEEK[..5].to_vec(),
        ["weekend" | "weekends"] => WEEK[5..].to_vec(),
        [only] => weekday(only).into_iter().collect(),
        _ => Vec::new(),
    };
    if !weekly.is_empty() {
        return Ok(Item::Rules(weekly.into_iter().map(DayRule::Weekday).collect()));
    }
    let place = match words.split_last() {
        Some((last, place)) if *last == "day" || weekday(last).is_some() => place,
        _ => &words,
    };
    let n = count(place).ok_or_else(|| TimeMistake::about(text, "is not a day", DAYS).meant(meant(&words)))?;
    let (most, item) = match words.get(place.len()) {
        None => (31, Item::Ordinal(n)),
        Some(last) => weekday(last)
            .map_or_else(|| (31, Item::Rules(vec![DayRule::MonthDay(n)])), |weekday| (5, Item::Nth(n, weekday))),
    };
    if n.unsigned_abs() > most { Err(TimeMistake::about(text, "is in no month", DAYS)) } else { Ok(item) }
}

/// `mon-fri`, `fri-mon`; `None` where there is no dash.
fn range(text: &str) -> Result<Option<Vec<DayRule>>, TimeMistake> {
    let Some((from, to)) = text.split_once(['-', '–']) else {
        return Ok(None);
    };
    let end = |part: &str| {
        let part = part.trim();
        weekday(part).ok_or_else(|| TimeMistake::about(part, "is not a weekday", DAYS).meant(meant(&[part])))
    };
    let (from, to) = (end(from)?, end(to)?);
    let length = usize::try_from(to.days_since(from)).unwrap_or_default() + 1;
    let days = std::iter::successors(Some(from), |day| Some(day.succ())).take(length);
    Ok(Some(days.map(DayRule::Weekday).collect()))
}

/// `mon`, `monday` and what lies between: `tues`, `thurs`.
pub(super) fn weekday(text: &str) -> Option<Weekday> {
    let named = |full: &str| text.len() >= 3 && full.starts_with(text);
    WEEKDAYS.iter().zip(WEEK).find(|(full, _)| named(full)).map(|(_, weekday)| weekday)
}

/// The number that words mean: 1 for `1st`, -1 for `last`, -2 for `2nd last`.
fn count(words: &[&str]) -> Option<i8> {
    match words {
        ["last"] => Some(-1),
        [place] => nth(place),
        [place, "last"] => nth(place)?.checked_neg(),
        _ => None,
    }
}

/// `1st` to `99th`, `first` to `fifth`.
pub(super) fn nth(text: &str) -> Option<i8> {
    let word = ["first", "second", "third", "fourth", "fifth"].iter().position(|word| *word == text);
    if let Some(place) = word {
        return i8::try_from(place + 1).ok();
    }
    let number = ["st", "nd", "rd", "th"].iter().find_map(|ending| text.strip_suffix(ending))?;
    let number = i8::try_from(digits::number(number)?).ok()?;
    (1..=99).contains(&number).then_some(number)
}

/// What was probably meant by a text that is no day.
fn meant(words: &[&str]) -> Option<String> {
    let (last, before) = words.split_last()?;
    if let (Some(number), []) = (digits::number(last), before) {
        return (1..=31).contains(&number).then(|| i8::try_from(number).map(ordinal).ok())?;
    }
    let kinds = ["daily", "weekdays", "weekend"].into_iter().filter(|_| before.is_empty());
    let names = kinds.chain(["day"]).chain(WEEK.map(short)).chain(WEEKDAYS);
    let name = match *words {
        ["every", "day"] | ["everyday"] => "daily",
        ["weekday" | "workdays" | "workday"] => "weekdays",
        _ if weekday(last).is_some() => last,
        _ => nearest(last, names.filter(|name| *name != "day" || !before.is_empty()))?,
    };
    Some(count(before).map_or_else(|| name.to_owned(), |place| format!("{} {name}", ordinal(place))))
}

#[cfg(test)]
mod tests {
    use crate::domain::schedule::{DayRule, Days};
    use chrono::Weekday;

    #[test]
    fn days_are_shown_as_they_are_best_written() {
        for (text, shown) in [
            ("mon-fri", "mon-fri"),
            ("weekdays", "mon-fri"),
            ("sat,sun", "sat,sun"),
            ("Weekend", "sat,sun"),
            ("daily", "daily"),
            ("mon-sun", "daily"),
            ("tue-mon", "daily"),
            ("fri-mon", "fri-mon"),
            ("Fri - Mon", "fri-mon"),
            ("mon–wed", "mon-wed"),
            ("sun,mon", "sun,mon"),
            ("wednesday, MONDAY, tues", "mon-wed"),
            ("mon, wed,fri", "mon,wed,fri"),
            ("fri-fri", "fri"),
            ("1st mon", "1st mon"),
            ("first Monday", "1st mon"),
            ("last fri", "last fri"),
            ("2nd last fri", "2nd last fri"),
            ("2nd,4th tue", "2nd,4th tue"),
            ("4th tue, 2nd tue", "2nd,4th tue"),
            ("1st,last fri", "1st,last fri"),
            ("15th", "15th"),
            ("2nd day", "2nd"),
            ("last day", "last day"),
            ("3rd last day", "3rd last day"),
            ("15th,1st mon", "1st mon,15th"),
            ("2nd,15th,1st mon", "1st mon,2nd,15th"),
            ("1st,mon", "mon,1st"),
            ("22nd,last day,1st wed,sat", "sat,1st wed,22nd,last day"),
            ("mon,mon", "mon"),
        ] {
            assert_eq!(Days::parse(text).map(|days| days.to_string()).as_deref(), Ok(shown), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_refused_with_the_nearest_one() {
        for (text, what, nearest) in [
            ("mondy", "`mondy` is not a day", Some("monday")),
            ("mon-fir", "`fir` is not a weekday", Some("fri")),
            ("weekday", "`weekday` is not a day", Some("weekdays")),
            ("every day", "`every day` is not a day", Some("daily")),
            ("15", "`15` is not a day", Some("15th")),
            ("1st mno", "`1st mno` is not a day", Some("1st mon")),
            ("each fri", "`each fri` is not a day", Some("fri")),
            ("6th mon", "`6th mon` is in no month", None),
            ("32nd", "`32nd` is in no month", None),
            ("0th", "`0th` is not a day", None),
            ("last", "`last` of what?", Some("last day")),
            ("mon,,tue", "a day is missing", None),
            ("", "a day is missing", None),
            ("9999999999999th", "`9999999999999th` is not a day", None),
            ("mon-wed-fri", "`wed-fri` is not a weekday", None),
            ("xmas", "`xmas` is not a day", None),
        ] {
            let mistake = Days::parse(text).unwrap_err();
            assert_eq!((mistake.what.as_str(), mistake.nearest.as_deref()), (what, nearest), "{text}");
        }
    }

    fn rules() -> impl proptest::strategy::Strategy<Value = Vec<DayRule>> {
        use proptest::prelude::*;
        let weekday = || (0u8..7).prop_map(|day| Weekday::try_from(day).unwrap());
        let place = |most: i8| prop_oneof![1..=most, -most..=-1];
        let rule = prop_oneof![
            weekday().prop_map(DayRule::Weekday),
            (place(5), weekday()).prop_map(|(n, weekday)| DayRule::NthWeekday(n, weekday)),
            place(31).prop_map(DayRule::MonthDay),
        ];
        proptest::collection::vec(rule, 1..12)
    }

    proptest::proptest! {
        #[test]
        fn what_is_shown_is_read_as_the_same_days(rules in rules()) {
            let days = Days::new(rules);
            proptest::prop_assert_eq!(Days::parse(&days.to_string()), Ok(days));
        }

        #[test]
        fn no_text_panics(text in "[a-z0-9, –-]{0,30}|.*|([0-9]{1,3}(st|nd|th) ?|last |mon|day|-|,| )*") {
            let _ = Days::parse(&text);
        }
    }
}
