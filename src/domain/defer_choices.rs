//! The windows that a deferral is offered, resolved before one of them is chosen. They are windows of the lanes of the messages:
//! a typed day, or the name of a check-in, may lead to another one, and then that is said.

use chrono::{DateTime, Utc};

use super::contact_reading::ContactReading;
use super::ids::{BatchId, Id};
use super::lane::{Lane, common_calendar};
use super::positions::Positions;
use super::schedule::{Calendar, TimeMistake};
use super::until::Until;

/// How many coming windows can be chosen by a digit.
const AHEAD: usize = 9;

/// The messages that are to be deferred together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeferSubject {
    /// Of an open batch.
    Positions(BatchId, Positions),
    /// Deferred already.
    Messages(Vec<Id>),
}

/// The lanes of messages that are deferred together, and the check-ins at which all of them come out.
#[derive(Debug, Clone, PartialEq)]
pub struct DeferScope<'a> {
    calendar: &'a Calendar,
    lanes: &'a [Lane],
    names: Vec<String>,
    common: Calendar,
}

/// Where a deferral leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeferTarget {
    pub until: Until,
    /// The lanes of these messages of which that is no check-in.
    pub strange_to: Vec<String>,
}

/// The windows that messages can be deferred to from now on; those that do not exist are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeferChoices {
    pub next: Option<Until>,
    /// The first window of tomorrow, or of the first day after it that has one.
    pub tomorrow: Option<Until>,
    /// The first window of next week.
    pub next_week: Option<Until>,
    /// The coming windows, from the first: `ahead[1]` is two check-ins ahead. At most nine.
    pub ahead: Vec<Until>,
    /// The lanes whose check-ins these are, where those are not all that there are.
    pub lanes: Vec<String>,
    /// When the sender reads mail, where one publishes it; it is asked for apart.
    pub reads: Option<ContactReading>,
}

impl<'a> DeferScope<'a> {
    /// The scope of messages of these lanes.
    #[must_use]
    pub fn new(calendar: &'a Calendar, lanes: &'a [Lane], names: Vec<String>) -> Self {
        let common = common_calendar(lanes, &names, calendar);
        Self { calendar, lanes, names, common }
    }

    /// What is offered. A window that opens at this very instant is no longer ahead.
    #[must_use]
    pub fn choices(&self, now: DateTime<Utc>) -> DeferChoices {
        let coming = self.common.coming(now).skip_while(|window| window.opens <= now);
        let ahead: Vec<Until> = coming.take(AHEAD).map(|window| Until::of(&window)).collect();
        let limited = self.common.checkins.len() < self.calendar.checkins.len();
        DeferChoices {
            next: ahead.first().cloned(),
            tomorrow: self.common.tomorrow_first(now).map(|window| Until::of(&window)),
            next_week: self.common.next_week_first(now).map(|window| Until::of(&window)),
            ahead,
            lanes: if limited { self.limited() } else { Vec::new() },
            reads: None,
        }
    }

    /// The window that a person names: `next`, `tomorrow`, `week` and `3` check-ins ahead count the check-ins of the lanes; the
    /// name of a check-in, or a day on which none of theirs opens, may lead to another one.
    ///
    /// # Errors
    /// Where the text names nothing, or no check-in is there.
    pub fn named(&self, text: &str, now: DateTime<Utc>) -> Result<DeferTarget, TimeMistake> {
        let mistake = |mistake: TimeMistake| match self.limited() {
            lanes if lanes.len() > 1 && self.common.checkins.is_empty() => TimeMistake {
                what: format!("{}, since the {} have no check-in in common", mistake.what, lane_names(&lanes)),
                ..mistake
            },
            _ => mistake,
        };
        let until = Until::of(&self.calendar.named_ahead(&self.common, text, now).map_err(mistake)?);
        let strange = self.of_names().filter(|lane| !lane.comes_out_at(&until.checkin, self.calendar));
        let strange_to = strange.map(|lane| lane.name.clone()).collect();
        Ok(DeferTarget { until, strange_to })
    }

    fn of_names(&self) -> impl Iterator<Item = &'a Lane> {
        self.lanes.iter().filter(|lane| self.names.contains(&lane.name))
    }

    /// Those of the lanes that do not come out at every check-in.
    fn limited(&self) -> Vec<String> {
        let all = self.calendar.checkins.len();
        let limited = self.of_names().filter(|lane| lane.calendar(self.calendar).checkins.len() < all);
        limited.map(|lane| lane.name.clone()).collect()
    }
}

impl DeferTarget {
    /// That the check-in is none of the lanes', in words; `None` where it is one.
    #[must_use]
    pub fn caution(&self) -> Option<String> {
        (!self.strange_to.is_empty())
            .then(|| format!("{} is not a check-in of the {}", self.until.checkin, lane_names(&self.strange_to)))
    }
}

/// `lane work`, `lanes work and news`
#[must_use]
pub fn lane_names(lanes: &[String]) -> String {
    match lanes {
        [one] => format!("lane {one}"),
        [most @ .., last] => format!("lanes {} and {last}", most.join(", ")),
        [] => "lanes".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::{DeferChoices, DeferScope};
    use crate::domain::lane::Lane;
    use crate::domain::schedule::{Calendar, CheckIn, Days, Zone, parse_length, parse_time};

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
            let scope = DeferScope::new(&calendar, &[], Vec::new());
            let choices = scope.choices(now);
            let named = |text: &str| Some(scope.named(text, now).unwrap().until);
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
        let none = calendar(&[]);
        let scope = DeferScope::new(&none, &[], Vec::new());
        assert_eq!(scope.choices(now), DeferChoices::default());
        assert!(scope.named("next", now).is_err());
    }

    /// Work in the office, people in the evening and on Saturday, news on Sunday.
    const WEEK: [(&str, &str, &[&str]); 4] = [
        ("office", "mon-fri", &["9:00", "16:00"]),
        ("evening", "daily", &["20:00"]),
        ("weekend", "sat", &["11:00"]),
        ("reading", "sun", &["18:00"]),
    ];

    fn lanes() -> Vec<Lane> {
        let lane = |name: &str, checkins: &[&str]| Lane {
            name: name.to_owned(),
            matches: None,
            checkins: checkins.iter().map(|name| (*name).to_owned()).collect(),
            bundle: Vec::new(),
        };
        vec![
            lane("work", &["office"]),
            lane("people", &["evening", "weekend"]),
            lane("news", &["reading"]),
            lane("any", &[]),
        ]
    }

    /// Where a text leads for messages of these lanes on Friday 27 November 2026, ten past four.
    fn leads(of: &[&str], text: &str) -> Result<String, String> {
        let (calendar, lanes) = (calendar(&WEEK), lanes());
        let names = of.iter().map(|name| (*name).to_owned()).collect();
        let scope = DeferScope::new(&calendar, &lanes, names);
        let target = scope.named(text, "2026-11-27T16:10:00Z".parse().unwrap()).map_err(|mistake| mistake.what)?;
        let caution = target.caution().map(|caution| format!(" ({caution})")).unwrap_or_default();
        Ok(format!("{} {}{caution}", target.until.checkin, target.until.opens.format("%a %H:%M")))
    }

    #[test]
    fn what_is_counted_counts_the_check_ins_of_the_lane() {
        for (lane, text, there) in [
            ("work", "next", "office Mon 09:00"),
            ("work", "tomorrow", "office Mon 09:00"),
            ("work", "week", "office Mon 09:00"),
            ("work", "2", "office Mon 16:00"),
            ("people", "next", "evening Fri 20:00"),
            ("people", "tomorrow", "weekend Sat 11:00"),
            ("news", "next", "reading Sun 18:00"),
            ("news", "week", "reading Sun 18:00"),
            ("any", "next", "evening Fri 20:00"),
            ("gone", "next", "evening Fri 20:00"),
        ] {
            assert_eq!(leads(&[lane], text).as_deref(), Ok(there), "{lane} {text}");
        }
    }

    #[test]
    fn a_day_or_a_name_may_lead_to_another_check_in_and_says_so() {
        for (lane, text, there) in [
            ("work", "mon", "office Mon 09:00"),
            ("work", "sat", "weekend Sat 11:00 (weekend is not a check-in of the lane work)"),
            ("work", "evening", "evening Fri 20:00 (evening is not a check-in of the lane work)"),
            ("people", "sun", "evening Sun 20:00"),
            ("any", "evening", "evening Fri 20:00"),
        ] {
            assert_eq!(leads(&[lane], text).as_deref(), Ok(there), "{lane} {text}");
        }
    }

    #[test]
    fn messages_of_several_lanes_go_where_all_of_them_come_out() {
        assert_eq!(leads(&["work", "any"], "next").as_deref(), Ok("office Mon 09:00"));
        assert_eq!(
            leads(&["work", "news"], "next").unwrap_err(),
            "`next` names no check-in that is coming, since the lanes work and news have no check-in in common"
        );
        assert_eq!(
            leads(&["work", "news"], "evening").as_deref(),
            Ok("evening Fri 20:00 (evening is not a check-in of the lanes work and news)")
        );
        let (calendar, lanes) = (calendar(&WEEK), lanes());
        let choices = |of: &[&str]| {
            let names = of.iter().map(|name| (*name).to_owned()).collect();
            DeferScope::new(&calendar, &lanes, names).choices("2026-11-27T16:10:00Z".parse().unwrap())
        };
        assert_eq!((choices(&["any"]).lanes.len(), choices(&["any"]).ahead.len()), (0, 9));
        assert_eq!(choices(&["work", "any"]).lanes, ["work"]);
        let none = choices(&["work", "news"]);
        assert_eq!((none.lanes, none.ahead, none.next), (vec!["work".to_owned(), "news".to_owned()], vec![], None));
    }
}
