//! The window that a deferral leads to.
//!
//! It is stored as a check-in with a local date and time, not as an instant. So a message that was deferred to
//! "morning, Tuesday" comes on Tuesday morning wherever its reader is by then, also if the zone, its rules or the
//! hours of the check-in have changed meanwhile.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::schedule::{Calendar, Window, wall};

/// A window that a message is deferred to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Until {
    pub checkin: String,
    /// Its local date and time in the check-in's zone. `None` for deferrals of older stores, which have only the
    /// instant.
    pub wall: Option<NaiveDateTime>,
    /// When it opened by the calendar in which it was chosen, or was looked up last.
    pub opens: DateTime<Utc>,
    /// Whether it ends before that when somebody else writes in the message's conversation.
    pub or_reply: bool,
}

impl Until {
    #[must_use]
    pub fn of(window: &Window) -> Self {
        Self {
            checkin: window.checkin.clone(),
            wall: Some(wall::shown(window.zone, window.opens)),
            opens: window.opens,
            or_reply: false,
        }
    }

    /// From when on it is due by this calendar: the opening of its check-in on its date whose hour is nearest to its own.
    /// Where that check-in does not open on the date any more, from its date and hour on, with the next one of its lane.
    #[must_use]
    pub fn due(&self, calendar: &Calendar) -> DateTime<Utc> {
        let Some(wall) = self.wall else { return self.opens };
        let moved = || wall::first_instant(calendar.zone_of(&self.checkin), wall);
        calendar.opening_near(&self.checkin, wall).or_else(moved).unwrap_or(self.opens)
    }

    /// The same as this calendar has it: the window in which the message comes out, and when that opens. `lane` has the
    /// check-ins of the message's lane. Where no window is coming at all, it stays as it is.
    #[must_use]
    pub fn in_calendar(&self, calendar: &Calendar, lane: &Calendar) -> Self {
        let due = self.due(calendar);
        let stays = self.wall.is_none_or(|wall| calendar.opening_near(&self.checkin, wall).is_some());
        let name = if stays { None } else { lane.coming(due).next() };
        match name {
            Some(next) => Self { checkin: next.checkin, opens: next.opens, ..self.clone() },
            None => Self { opens: due, ..self.clone() },
        }
    }

    /// The same, with the date and time that older stores lack taken from this calendar.
    #[must_use]
    pub fn with_wall(self, calendar: &Calendar) -> Self {
        let wall = self.wall.or_else(|| Some(wall::shown(calendar.zone_of(&self.checkin), self.opens)));
        Self { wall, ..self }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::Until;
    use crate::domain::schedule::{Calendar, CheckIn, Days, parse_away, parse_length, parse_time};

    fn calendar(zone: &str, hours: &[(&str, &str, &[&str])]) -> Calendar {
        let checkin = |(name, days, at): &(&str, &str, &[&str])| CheckIn {
            name: (*name).to_owned(),
            days: Days::parse(days).unwrap(),
            at: at.iter().map(|time| parse_time(time).unwrap()).collect(),
            length: parse_length("45m").unwrap(),
            zone: zone.into(),
        };
        Calendar { zone: zone.into(), checkins: hours.iter().map(checkin).collect(), away: Vec::new() }
    }

    const HOURS: [(&str, &str, &[&str]); 2] = [("am", "daily", &["10:00"]), ("pm", "daily", &["14:00", "18:00"])];

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// The nth window after the morning of 23 November 2026 in Berlin.
    fn chosen(ahead: usize) -> Until {
        Until::of(&calendar("Europe/Berlin", &HOURS).nth_after(at("2026-11-23T09:05:00Z"), ahead).unwrap())
    }

    #[test]
    fn it_travels_with_its_reader() {
        let tomorrow = chosen(3);
        assert_eq!((tomorrow.checkin.as_str(), tomorrow.opens), ("am", at("2026-11-24T09:00:00Z")));
        let due = |zone| tomorrow.due(&calendar(zone, &HOURS));
        assert_eq!(due("Europe/Berlin"), tomorrow.opens);
        assert_eq!(due("Asia/Tokyo"), at("2026-11-24T01:00:00Z"), "in the east it is earlier");
        assert_eq!(due("America/New_York"), at("2026-11-24T15:00:00Z"), "in the west it is later");
    }

    #[test]
    fn it_follows_the_hours_of_its_check_in() {
        let moved = calendar("Europe/Berlin", &[("am", "daily", &["8:30"]), ("pm", "daily", &["13:00", "19:00"])]);
        assert_eq!(chosen(3).due(&moved), at("2026-11-24T07:30:00Z"));
        assert_eq!(chosen(1).due(&moved), at("2026-11-23T12:00:00Z"), "of two hours the nearer one");
        assert_eq!(chosen(2).due(&moved), at("2026-11-23T18:00:00Z"));
    }

    #[test]
    fn where_its_check_in_is_gone_the_next_one_brings_it() {
        let without = calendar("Europe/Berlin", &[("noon", "daily", &["12:00"])]);
        let until = chosen(3).in_calendar(&without, &without);
        assert_eq!((until.checkin.as_str(), until.opens), ("noon", at("2026-11-24T11:00:00Z")));
        assert_eq!(chosen(3).due(&without), at("2026-11-24T09:00:00Z"));
        let mut away = calendar("Europe/Berlin", &HOURS);
        away.away = vec![parse_away("2026-11-24..2026-11-26").unwrap()];
        let until = chosen(3).in_calendar(&away, &away);
        assert_eq!((until.checkin.as_str(), until.opens), ("am", at("2026-11-27T09:00:00Z")));
        let never = calendar("Europe/Berlin", &[]);
        assert_eq!(chosen(3).in_calendar(&never, &never), chosen(3));
        let two = calendar("Europe/Berlin", &[("noon", "daily", &["12:00"]), ("night", "daily", &["22:00"])]);
        let lane = calendar("Europe/Berlin", &[("night", "daily", &["22:00"])]);
        assert_eq!(chosen(3).in_calendar(&two, &lane).checkin, "night", "it keeps to its lane");
    }

    #[test]
    fn what_an_older_store_knows_gets_its_hour_where_it_is_first_seen() {
        let old = Until { wall: None, ..chosen(3) };
        assert_eq!(old.due(&calendar("Asia/Tokyo", &HOURS)), old.opens);
        let seen = old.with_wall(&calendar("Europe/Berlin", &HOURS));
        assert_eq!(seen, chosen(3));
    }
}
