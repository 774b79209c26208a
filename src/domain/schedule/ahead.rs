//! The window that a person names to defer a message to: `next`, `tomorrow`, `week`, `3` check-ins ahead, the name of
//! a check-in, or a day.

use chrono::{DateTime, Utc};

use super::day_ahead::parse_day;
use super::mistake::TimeMistake;
use super::{Calendar, Window, wall};
use crate::domain::nearest::nearest;

const WHEN: &str =
    "next, tomorrow, week, 2 to 9 check-ins ahead, the name of a check-in, or a day (`fri`, `3d`, `2026-12-01`)";

impl Calendar {
    /// Reads the name of a window after `now`. A check-in's name means its next window; letter case is ignored, and
    /// it is preferred to a day of the same name.
    ///
    /// # Errors
    /// If it names nothing, or there is no check-in.
    pub fn named_ahead(&self, text: &str, now: DateTime<Utc>) -> Result<Window, TimeMistake> {
        let text = text.trim();
        let found = match text {
            "next" => self.next_after(now),
            "tomorrow" => self.tomorrow_first(now),
            "week" => self.next_week_first(now),
            number if number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_digit()) => {
                number.parse().ok().and_then(|ahead| self.nth_after(now, ahead))
            }
            name => match self.checkins.iter().find(|checkin| checkin.name.to_lowercase() == name.to_lowercase()) {
                Some(checkin) => self.coming(now).find(|window| window.opens > now && window.checkin == checkin.name),
                None => self.day_ahead(name, now)?,
            },
        };
        found.ok_or_else(|| TimeMistake::about(text, "names no check-in that is coming", WHEN))
    }

    fn day_ahead(&self, text: &str, now: DateTime<Utc>) -> Result<Option<Window>, TimeMistake> {
        let date = parse_day(text, wall::date_of(self.zone, now)).map_err(|mistake| {
            let names = self.checkins.iter().map(|checkin| checkin.name.as_str());
            let meant = mistake.nearest.clone().or_else(|| nearest(text, names).map(str::to_owned));
            TimeMistake { expected: WHEN, ..mistake }.meant(meant)
        })?;
        Ok(self.first_on_or_after(date).filter(|window| window.opens > now))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use crate::domain::schedule::{Calendar, CheckIn, Days, Zone, parse_length, parse_time};

    #[test]
    fn days_and_names_are_taken() {
        let checkin = |name: &str, days: &str, at: &str| CheckIn {
            name: name.to_owned(),
            days: Days::parse(days).unwrap(),
            at: vec![parse_time(at).unwrap()],
            length: parse_length("45m").unwrap(),
            zone: Zone::UTC,
        };
        let checkins = vec![
            checkin("morning", "mon-fri", "10:00"),
            checkin("Nachmittag", "mon-fri", "16:00"),
            checkin("sunday", "sun", "18:00"),
        ];
        let calendar = Calendar { zone: Zone::UTC, checkins, away: Vec::new() };
        // A Monday.
        let now: DateTime<Utc> = "2026-11-23T10:05:00Z".parse().unwrap();
        for (text, checkin, opens) in [
            ("next", "Nachmittag", "2026-11-23T16:00:00Z"),
            ("nachmittag", "Nachmittag", "2026-11-23T16:00:00Z"),
            ("morning", "morning", "2026-11-24T10:00:00Z"),
            ("sunday", "sunday", "2026-11-29T18:00:00Z"),
            ("fri", "morning", "2026-11-27T10:00:00Z"),
            ("tomorrow", "morning", "2026-11-24T10:00:00Z"),
            ("3", "Nachmittag", "2026-11-24T16:00:00Z"),
            ("week", "morning", "2026-11-30T10:00:00Z"),
            ("2026-11-28", "sunday", "2026-11-29T18:00:00Z"),
        ] {
            let window = calendar.named_ahead(text, now).unwrap();
            assert_eq!((window.checkin.as_str(), window.opens), (checkin, opens.parse().unwrap()), "{text}");
        }
        for (text, what, nearest) in [
            ("mornin", "`mornin` is not a day", Some("morning")),
            ("0", "`0` names no check-in that is coming", None),
            ("today", "`today` is not ahead", None),
            ("", "`` is not a day", None),
        ] {
            let mistake = calendar.named_ahead(text, now).unwrap_err();
            assert_eq!((mistake.what.as_str(), mistake.nearest.as_deref()), (what, nearest), "{text}");
        }
    }
}
