//! The windows that a deferral is offered, resolved before one of them is chosen.

use chrono::{DateTime, Utc};

use super::schedule::Calendar;
use super::until::Until;

/// How many coming windows can be chosen by a digit.
const AHEAD: usize = 9;

/// The windows that a message can be deferred to from now on; those that do not exist are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeferChoices {
    pub next: Option<Until>,
    /// The first window of tomorrow, or of the first day after it that has one.
    pub tomorrow: Option<Until>,
    /// The first window of next week.
    pub next_week: Option<Until>,
    /// The coming windows, from the first: `ahead[1]` is two check-ins ahead. At most nine.
    pub ahead: Vec<Until>,
}

impl DeferChoices {
    /// The choices of this calendar. A window that opens at this very instant is no longer ahead.
    #[must_use]
    pub fn of(calendar: &Calendar, now: DateTime<Utc>) -> Self {
        let coming = calendar.coming(now).skip_while(|window| window.opens <= now);
        let ahead: Vec<Until> = coming.take(AHEAD).map(|window| Until::of(&window)).collect();
        Self {
            next: ahead.first().cloned(),
            tomorrow: calendar.tomorrow_first(now).map(|window| Until::of(&window)),
            next_week: calendar.next_week_first(now).map(|window| Until::of(&window)),
            ahead,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::DeferChoices;
    use crate::domain::schedule::{Calendar, CheckIn, Days, Zone, parse_length, parse_time};
    use crate::domain::until::Until;

    fn calendar(checkins: &[(&str, &str, &[&str])]) -> Calendar {
        let checkin = |(name, days, at): &(&str, &str, &[&str])| CheckIn {
            name: (*name).to_owned(),
            days: Days::parse(days).unwrap(),
            at: at.iter().map(|time| parse_time(time).unwrap()).collect(),
            length: parse_length("45m").unwrap(),
            zone: Zone::UTC,
        };
        Calendar { zone: Zone::UTC, checkins: checkins.iter().map(checkin).collect(), away: Vec::new() }
    }

    #[test]
    fn what_is_offered_is_what_the_names_mean() {
        let calendar = calendar(&[("am", "mon-fri", &["10:00"]), ("pm", "mon-fri", &["14:00", "18:00"])]);
        // A Thursday: in an open window, between two, and at the instant at which one opens.
        for now in ["2026-11-26T10:10:00Z", "2026-11-26T12:00:00Z", "2026-11-26T14:00:00Z"] {
            let now: DateTime<Utc> = now.parse().unwrap();
            let choices = DeferChoices::of(&calendar, now);
            let named = |text: &str| Some(Until::named(&calendar, text, now).unwrap());
            assert_eq!(choices.next, named("next"), "{now}");
            assert_eq!(choices.tomorrow, named("tomorrow"), "{now}");
            assert_eq!(choices.next_week, named("week"), "{now}");
            for (place, until) in choices.ahead.iter().enumerate() {
                assert_eq!(Some(until.clone()), named(&(place + 1).to_string()), "{now}, {}", place + 1);
            }
            assert_eq!(choices.ahead.len(), 9);
        }
    }

    #[test]
    fn without_check_ins_nothing_is_offered() {
        let now = "2026-11-26T10:10:00Z".parse().unwrap();
        assert_eq!(DeferChoices::of(&calendar(&[]), now), DeferChoices::default());
        assert!(Until::named(&calendar(&[]), "next", now).is_err());
    }
}
