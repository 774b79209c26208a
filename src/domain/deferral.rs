//! How a deferral is written into a mailbox: as a few keywords that name the window, so that another machine defers
//! the message to the same one.
//!
//! Servers keep a table of keywords for each folder and never empty it: Dovecot writes 26 into the names of a Maildir's
//! files, Cyrus takes some hundred and then refuses every new one, to every program. So the words are few and always
//! the same: `$TideDeferred` says that the message waits, and thirteen digits, `$TideWhen-0` to `$TideWhen-12`, say until
//! when. Together they are a binary number of 13 places: half hours since 1970 in UTC, as far as they fit (modulo 8,192,
//! which is 170 days and 16 hours). Read, it is the half hour of that number that is nearest to the present, from 56 days
//! before it to 114 days after it.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::keyword::{DIGITS, Keyword};
use super::schedule::Calendar;
use super::until::Until;

/// How many half hours have different numbers.
const CYCLE: i64 = 1 << DIGITS;
const HALF_HOUR: i64 = 30 * 60;
/// Numbers up to so many half hours before the present mean the past; all others mean the future.
const BACK: i64 = 56 * 48;

/// The keywords of a message that waits for the window that opens then. One that is too far away for the number is named
/// by the last half hour that can be named: other machines show it that early.
#[must_use]
pub fn keywords(opens: DateTime<Utc>, now: DateTime<Utc>) -> BTreeSet<Keyword> {
    let last = half_hour(now) + CYCLE - BACK - 1;
    let number = half_hour(opens).min(last).rem_euclid(CYCLE);
    let digits = (0..DIGITS).filter(|digit| number >> digit & 1 == 1).map(Keyword::Digit);
    std::iter::once(Keyword::Deferred).chain(digits).collect()
}

/// The same keywords in today's form, where an earlier version wrote another one.
#[must_use]
pub fn renewed(said: BTreeSet<Keyword>, now: DateTime<Utc>) -> BTreeSet<Keyword> {
    let opens = said.iter().find_map(|keyword| match keyword {
        Keyword::DeferredTo(opens) => Some(*opens),
        _ => None,
    });
    opens.map_or(said, |opens| keywords(opens, now))
}

/// Whether keywords say that a message waits for a later window.
#[must_use]
pub fn is_deferred(keywords: &BTreeSet<Keyword>) -> bool {
    keywords.iter().any(|keyword| matches!(keyword, Keyword::Deferred | Keyword::DeferredTo(_)))
}

/// The window of this calendar that keywords name: the first that opens in that half hour or later. `None` where they name none, or none is
/// coming.
#[must_use]
pub fn window(keywords: &BTreeSet<Keyword>, calendar: &Calendar, now: DateTime<Utc>) -> Option<Until> {
    let opens = keywords.iter().find_map(|keyword| match keyword {
        Keyword::DeferredTo(opens) => Some(*opens),
        Keyword::Deferred => named(keywords, now),
        _ => None,
    })?;
    let window = calendar.coming(opens).next()?;
    Some(Until::of(&window))
}

/// The instant that the digits name.
fn named(keywords: &BTreeSet<Keyword>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let digits = keywords.iter().filter_map(|keyword| match keyword {
        Keyword::Digit(digit) if *digit < DIGITS => Some(1_i64 << digit),
        _ => None,
    });
    let number: i64 = digits.sum();
    let first = half_hour(now) - BACK;
    let half_hour = first + (number - first).rem_euclid(CYCLE);
    DateTime::UNIX_EPOCH.checked_add_signed(TimeDelta::try_seconds(half_hour.checked_mul(HALF_HOUR)?)?)
}

fn half_hour(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(HALF_HOUR)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{DateTime, TimeDelta, Utc};

    use super::{keywords, renewed, window};
    use crate::domain::keyword::{DIGITS, Keyword};
    use crate::domain::schedule::{Calendar, CheckIn, Days, parse_length, parse_time};

    fn calendar(zone: &str) -> Calendar {
        let times = ["00:00", "08:45", "09:30", "17:05", "23:40"];
        let checkin = CheckIn {
            name: "five".into(),
            days: Days::parse("daily").unwrap(),
            at: times.iter().map(|time| parse_time(time).unwrap()).collect(),
            length: parse_length("15m").unwrap(),
            zone: zone.into(),
        };
        Calendar { zone: zone.into(), checkins: vec![checkin], away: vec![] }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// Every window of a year from now on, each named up to sixteen weeks before it opens and read up to eight weeks after.
    #[test]
    fn two_machines_agree_on_the_window_and_few_words_are_enough_for_all() {
        for zone in ["UTC", "Asia/Kathmandu", "America/St_Johns", "Europe/Berlin"] {
            let calendar = calendar(zone);
            let mut words = BTreeSet::new();
            let start = at("2026-02-01T00:00:00Z");
            for one in calendar.windows(start, start + TimeDelta::days(365)) {
                for before in [0, 1, 30, 112] {
                    let said = keywords(one.opens, one.opens - TimeDelta::days(before));
                    for after in [-before, 0, 55] {
                        let until = window(&said, &calendar, one.opens + TimeDelta::days(after)).unwrap();
                        assert_eq!(until.opens, one.opens, "{zone} {before} {after}");
                    }
                    words.extend(said);
                }
            }
            assert!(words.len() <= usize::from(DIGITS) + 1, "{words:?}");
        }
    }

    #[test]
    fn what_is_too_far_away_comes_early_and_never_not_at_all() {
        let calendar = calendar("UTC");
        let now = at("2026-11-23T10:00:00Z");
        let said = keywords(at("2029-01-01T09:30:00Z"), now);
        let there = window(&said, &calendar, now + TimeDelta::days(1)).unwrap().opens;
        assert_eq!((there - now).num_days(), 114);
    }

    #[test]
    fn the_words_of_before_are_read_and_no_words_are_no_window() {
        let (calendar, now) = (calendar("UTC"), at("2026-11-23T10:00:00Z"));
        let of = |keywords: &[Keyword]| window(&keywords.iter().copied().collect(), &calendar, now).map(|it| it.opens);
        assert_eq!(of(&[Keyword::DeferredTo(at("2026-11-24T08:45:00Z"))]), Some(at("2026-11-24T08:45:00Z")));
        let old = [Keyword::DeferredTo(at("2026-11-24T08:45:00Z"))].into();
        assert_eq!(renewed(old, now), keywords(at("2026-11-24T08:45:00Z"), now));
        assert_eq!(of(&[Keyword::Later, Keyword::Digit(3)]), None, "digits alone were left behind");
        let none = Calendar { checkins: vec![], ..calendar.clone() };
        assert_eq!(window(&keywords(now, now), &none, now), None);
    }
}
