//! On which dates a check-in recurs, and how its days are written.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{Datelike, NaiveDate, Weekday};

use super::{CheckInDates, DayRule, Days};

/// The week, from Monday on (ISO 8601).
pub(super) const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

impl Days {
    /// Sorted rules without duplicates, so that equal days are equal values.
    #[must_use]
    pub fn new(mut rules: Vec<DayRule>) -> Self {
        rules.sort_by_key(|rule| rule.rank());
        rules.dedup();
        Self { rules, dates: CheckInDates::Every }
    }

    /// Whether one of the rules names this date, and no trial takes it away.
    #[must_use]
    pub fn contains(&self, date: NaiveDate) -> bool {
        let counts = match self.dates {
            CheckInDates::Every => true,
            CheckInDates::Within { from, to } => from <= date && date <= to,
            CheckInDates::Outside { from, to } => date < from || to < date,
        };
        counts && self.rules.iter().any(|rule| rule.names(date))
    }

    /// Whether they are those of a trial.
    #[must_use]
    pub fn is_trial(&self) -> bool {
        matches!(self.dates, CheckInDates::Within { .. })
    }
}

impl DayRule {
    fn names(self, date: NaiveDate) -> bool {
        let day = i32::from(u8::try_from(date.day()).unwrap_or_default());
        let from_end = i32::from(date.num_days_in_month()) - day;
        match self {
            Self::Weekday(weekday) => date.weekday() == weekday,
            Self::NthWeekday(n, weekday) => {
                date.weekday() == weekday && nth(i32::from(n), (day - 1) / 7 + 1, from_end / 7 + 1)
            }
            Self::MonthDay(n) => nth(i32::from(n), day, from_end + 1),
        }
    }

    /// The sort order: weekdays, then nth weekdays by weekday, then days of the month; those that count from the end
    /// are last in each.
    fn rank(self) -> (u8, u32, bool, u8) {
        match self {
            Self::Weekday(weekday) => (0, weekday.num_days_from_monday(), false, 0),
            Self::NthWeekday(n, weekday) => (1, weekday.num_days_from_monday(), n < 0, n.unsigned_abs()),
            Self::MonthDay(n) => (2, 0, n < 0, n.unsigned_abs()),
        }
    }
}

/// Whether `n` means this place, counted from 1 at the front or from -1 at the end.
fn nth(n: i32, from_front: i32, from_end: i32) -> bool {
    if n < 0 { -n == from_end } else { n == from_front }
}

/// `mon-fri`, `sat,sun`, `daily`, `2nd,4th tue,last day`: what `Days::parse` reads as the same days.
impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = weekdays(&self.rules);
        let rules = Self::new(self.rules.clone()).rules;
        for (place, rule) in rules.iter().enumerate() {
            match rule {
                DayRule::Weekday(_) => {}
                DayRule::NthWeekday(n, weekday) => {
                    let shares = matches!(rules.get(place + 1), Some(DayRule::NthWeekday(_, next)) if next == weekday);
                    parts.push(if shares { ordinal(*n) } else { format!("{} {}", ordinal(*n), short(*weekday)) });
                }
                DayRule::MonthDay(n) if *n < 0 => parts.push(format!("{} day", ordinal(*n))),
                DayRule::MonthDay(n) => parts.push(ordinal(*n)),
            }
        }
        if parts.is_empty() {
            return f.write_str("never");
        }
        f.write_str(&parts.join(","))
    }
}

/// The weekdays among the rules, three or more in a row as a range, across the end of the week too.
fn weekdays(rules: &[DayRule]) -> Vec<String> {
    let days: BTreeSet<u32> = rules
        .iter()
        .filter_map(
            |rule| if let DayRule::Weekday(weekday) = rule { Some(weekday.num_days_from_monday()) } else { None },
        )
        .collect();
    if days.len() == 7 {
        return vec!["daily".to_owned()];
    }
    let mut parts = Vec::new();
    for first in WEEK {
        let has = |weekday: Weekday| days.contains(&weekday.num_days_from_monday());
        if !has(first) || has(first.pred()) {
            continue;
        }
        let run: Vec<&str> =
            std::iter::successors(Some(first), |day| Some(day.succ())).take_while(|day| has(*day)).map(short).collect();
        match run.as_slice() {
            [from, _, .., to] => parts.push(format!("{from}-{to}")),
            few => parts.extend(few.iter().map(|day| (*day).to_owned())),
        }
    }
    parts
}

/// `mon`.
pub(super) fn short(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    }
}

/// `1st`, `22nd`, `last`, `2nd last`.
pub(super) fn ordinal(n: i8) -> String {
    let count = n.unsigned_abs();
    if n == -1 {
        return "last".to_owned();
    }
    let ending = match (count % 100, count % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{count}{ending}{}", if n < 0 { " last" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::{DayRule, Days};
    use chrono::{NaiveDate, Weekday};

    fn of(year: i32, month: u32, rule: DayRule) -> Vec<u32> {
        let days = Days::new(vec![rule]);
        let month = (1..=31).filter_map(|day| NaiveDate::from_ymd_opt(year, month, day));
        month.filter(|date| days.contains(*date)).map(|date| chrono::Datelike::day(&date)).collect()
    }

    #[test]
    fn the_nth_weekday_counts_from_either_end() {
        assert_eq!(of(2026, 11, DayRule::Weekday(Weekday::Mon)), [2, 9, 16, 23, 30]);
        assert_eq!(of(2026, 11, DayRule::NthWeekday(1, Weekday::Mon)), [2]);
        assert_eq!(of(2026, 11, DayRule::NthWeekday(5, Weekday::Mon)), [30]);
        assert_eq!(of(2026, 11, DayRule::NthWeekday(-1, Weekday::Mon)), [30]);
        assert_eq!(of(2026, 11, DayRule::NthWeekday(-2, Weekday::Mon)), [23]);
        assert_eq!(of(2026, 11, DayRule::NthWeekday(-1, Weekday::Tue)), [24]);
        assert_eq!(of(2026, 12, DayRule::NthWeekday(5, Weekday::Mon)), [0; 0]);
    }

    #[test]
    fn a_day_of_the_month_comes_only_in_months_that_have_it() {
        assert_eq!(of(2026, 2, DayRule::MonthDay(28)), [28]);
        assert_eq!(of(2026, 2, DayRule::MonthDay(29)), [0; 0]);
        assert_eq!(of(2028, 2, DayRule::MonthDay(-1)), [29]);
        assert_eq!(of(2026, 2, DayRule::MonthDay(-28)), [1]);
    }

    #[test]
    fn rules_out_of_range_name_no_date() {
        for n in [0, i8::MIN, i8::MAX] {
            assert_eq!(of(2026, 1, DayRule::MonthDay(n)), [0; 0]);
            assert_eq!(of(2026, 1, DayRule::NthWeekday(n, Weekday::Mon)), [0; 0]);
        }
    }
}
