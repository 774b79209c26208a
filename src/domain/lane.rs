//! Lanes: kinds of messages, each with its own check-ins and its place in a batch.

use super::schedule::Zone;
use chrono::DateTime;

use super::bundle::BundleField;
use super::query::{Query, Subject, parse};
use super::schedule::Calendar;

/// The lane of all messages that no other lane chooses.
pub const REST: &str = "people";

/// The lanes of a person who has configured none, in the order of a batch, with their queries.
///
/// Their queries ask for the kind of a message (`MessageKind`), which follows from fields of its header and from what the person has
/// sent, never from subjects or texts. If the header says nothing, the message is shown among people, where it is read first. What
/// comes from somebody to whom the person has written, answers them, tells what became of a message of theirs, or was sent by a forge
/// because of them stays among people, whatever else its header says.
pub const STANDARD: [(&str, Option<&str>); 4] = [
    (REST, None),
    ("lists", Some("is:post -is:correspondent -is:answer -is:bounce -is:personal")),
    ("news", Some("is:newsletter -is:correspondent -is:answer -is:bounce -is:personal")),
    ("notices", Some("is:notice -is:correspondent -is:answer -is:bounce -is:personal")),
];

/// What a standard lane is bundled by. Notices of forges go by their repository in such a lane.
fn standard_bundle(lane: &str) -> Vec<BundleField> {
    match lane {
        "news" => vec![BundleField::List],
        "notices" => vec![BundleField::Sender, BundleField::Subject],
        _ => Vec::new(),
    }
}

/// The standard lanes. Each comes out at every check-in.
#[must_use]
pub fn standard() -> Vec<Lane> {
    let lane = |(name, text): (&str, Option<&str>)| {
        // None of these queries has a date, so zone and instant make no difference.
        let matches = text.and_then(|text| parse(text, Zone::UTC, DateTime::UNIX_EPOCH).ok());
        Lane { name: name.to_owned(), matches, checkins: Vec::new(), bundle: standard_bundle(name) }
    };
    STANDARD.into_iter().map(lane).collect()
}

/// One lane as configured. The order of lanes is the order of their messages in a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    pub name: String,
    /// Chooses its messages; `None` for the lane of the rest.
    pub matches: Option<Query>,
    /// The check-ins at which it comes out, as the settings name them; empty means every one.
    pub checkins: Vec<String>,
    /// What its messages are bundled by; empty where each stands by itself.
    pub bundle: Vec<BundleField>,
}

impl Lane {
    /// Whether a window of this check-in releases the lane. One whose own check-ins were all taken out of the settings comes
    /// out at every one, so that nothing is locked in; so does every lane at the check-ins of a trial.
    #[must_use]
    pub fn comes_out_at(&self, checkin: &str, calendar: &Calendar) -> bool {
        let is_trial = || calendar.checkins.iter().any(|own| own.name == checkin && own.days.is_trial());
        self.missing(calendar).count() == self.checkins.len()
            || self.checkins.iter().any(|name| name == checkin)
            || is_trial()
    }

    /// Those of its check-ins that the settings do not have.
    pub fn missing<'a>(&'a self, calendar: &'a Calendar) -> impl Iterator<Item = &'a str> {
        let known = |name: &str| calendar.checkins.iter().any(|checkin| checkin.name == name);
        self.checkins.iter().map(String::as_str).filter(move |name| !known(name))
    }

    /// The windows at which it comes out: the same calendar with its check-ins alone.
    #[must_use]
    pub fn calendar(&self, calendar: &Calendar) -> Calendar {
        let mut own = calendar.clone();
        own.checkins.retain(|checkin| self.comes_out_at(&checkin.name, calendar));
        own
    }
}

/// The windows at which all the lanes of these names come out: the same calendar with the check-ins that they have in common.
/// A lane that is not configured comes out at every one.
#[must_use]
pub fn common_calendar(lanes: &[Lane], names: &[String], calendar: &Calendar) -> Calendar {
    let mut common = calendar.clone();
    for lane in lanes.iter().filter(|lane| names.contains(&lane.name)) {
        common.checkins.retain(|checkin| lane.comes_out_at(&checkin.name, calendar));
    }
    common
}

/// The windows at which any of the lanes of these names comes out. A lane that is not configured comes out at every one.
#[must_use]
pub fn joint_calendar(lanes: &[Lane], names: &[String], calendar: &Calendar) -> Calendar {
    let mut joint = calendar.clone();
    let comes_out = |name: &String, checkin: &str| {
        lanes.iter().find(|lane| lane.name == *name).is_none_or(|lane| lane.comes_out_at(checkin, calendar))
    };
    joint.checkins.retain(|checkin| names.iter().any(|name| comes_out(name, &checkin.name)));
    joint
}

/// The check-ins, and which lane comes out at which of them.
#[derive(Debug, Clone, Copy)]
pub struct LaneCalendars<'a> {
    pub calendar: &'a Calendar,
    pub lanes: &'a [Lane],
}

impl LaneCalendars<'_> {
    /// The windows at which the lane of this name comes out.
    #[must_use]
    pub fn of(&self, lane: &str) -> Calendar {
        let own = self.lanes.iter().find(|own| own.name == lane);
        own.map_or_else(|| self.calendar.clone(), |own| own.calendar(self.calendar))
    }
}

/// The lane that a message belongs to: the first whose query it matches, else the lane of the rest.
#[must_use]
pub fn lane_of<'a>(lanes: &'a [Lane], subject: &Subject<'_>) -> &'a str {
    lanes
        .iter()
        .find(|lane| lane.matches.as_ref().is_some_and(|query| query.holds(subject)))
        .map_or(REST, |lane| lane.name.as_str())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::{Lane, STANDARD, common_calendar, lane_of, standard};
    use crate::domain::address::Address;
    use crate::domain::message_kind::MessageKind::{
        self, Answer, Bounce, Correspondent, Newsletter, Notice, Personal, Post,
    };
    use crate::domain::query::{Indexed, Subject};
    use crate::domain::schedule::{Calendar, CheckIn, Days, Zone, parse_length, parse_time};

    #[test]
    fn every_standard_query_is_right() {
        for (lane, (name, text)) in standard().iter().zip(STANDARD) {
            assert_eq!((lane.name.as_str(), lane.matches.is_some()), (name, text.is_some()));
        }
    }

    #[test]
    fn the_kind_of_a_message_decides_its_lane_and_what_was_sent_beats_it() {
        let lanes = standard();
        let lane = |kinds: &[MessageKind]| {
            let (from, words, epoch) = (Address::default(), Indexed::default(), DateTime::UNIX_EPOCH);
            let subject = Subject { kinds, ..Subject::new(&from, &words, epoch, epoch) };
            lane_of(&lanes, &subject).to_owned()
        };
        let header = [(vec![], "people"), (vec![Post], "lists"), (vec![Newsletter], "news"), (vec![Notice], "notices")];
        for (mut kinds, expected) in header {
            assert_eq!(lane(&kinds), expected, "{kinds:?}");
            for more in [Correspondent, Answer, Bounce, Personal] {
                kinds.push(more);
                assert_eq!(lane(&kinds), "people", "{kinds:?}");
                kinds.pop();
            }
        }
    }

    fn calendar(names: &[&str]) -> Calendar {
        let checkin = |name: &&str| CheckIn {
            name: (*name).to_owned(),
            days: Days::parse("daily").unwrap(),
            at: vec![parse_time("10:00").unwrap()],
            length: parse_length("45m").unwrap(),
            zone: Zone::UTC,
        };
        Calendar { zone: Zone::UTC, checkins: names.iter().map(checkin).collect(), away: Vec::new() }
    }

    fn lane(name: &str, checkins: &[&str]) -> Lane {
        let checkins = checkins.iter().map(|name| (*name).to_owned()).collect();
        Lane { name: name.to_owned(), matches: None, checkins, bundle: Vec::new() }
    }

    fn names(calendar: &Calendar) -> Vec<&str> {
        calendar.checkins.iter().map(|checkin| checkin.name.as_str()).collect()
    }

    #[test]
    fn a_lane_keeps_to_its_check_ins_as_long_as_there_is_one() {
        let three = calendar(&["office", "evening", "sunday"]);
        assert_eq!(names(&lane("people", &[]).calendar(&three)), ["office", "evening", "sunday"]);
        assert_eq!(names(&lane("news", &["sunday"]).calendar(&three)), ["sunday"]);
        let half = lane("work", &["office", "noon"]);
        assert_eq!(names(&half.calendar(&three)), ["office"]);
        assert_eq!(half.missing(&three).collect::<Vec<_>>(), ["noon"]);
        let none = lane("old", &["noon"]);
        assert_eq!(names(&none.calendar(&three)), ["office", "evening", "sunday"], "nothing is locked in");
    }

    #[test]
    fn lanes_have_the_check_ins_in_common_at_which_all_of_them_come_out() {
        let three = calendar(&["office", "evening", "sunday"]);
        let lanes = [lane("people", &[]), lane("work", &["office", "sunday"]), lane("news", &["evening", "sunday"])];
        let common = |of: &[&str]| {
            let of: Vec<String> = of.iter().map(|name| (*name).to_owned()).collect();
            names(&common_calendar(&lanes, &of, &three)).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(common(&["people"]), ["office", "evening", "sunday"]);
        assert_eq!(common(&["people", "work"]), ["office", "sunday"]);
        assert_eq!(common(&["work", "news"]), ["sunday"]);
        assert_eq!(common(&["gone"]), ["office", "evening", "sunday"]);
    }
}
