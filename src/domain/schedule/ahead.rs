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
    /// Reads the name of a window after `now`. What is counted counts the windows of `own`, this calendar with some of its
    /// check-ins. A check-in's name, letter case ignored, goes before a day of the same name, and means the next time that it
    /// opens. A day means its first window of `own`; where it has none, its first of any check-in; where it has none either, the
    /// first of `own` after it.
    ///
    /// # Errors
    /// Where it names nothing, or no check-in is there.
    pub fn named_ahead(&self, own: &Self, text: &str, now: DateTime<Utc>) -> Result<Window, TimeMistake> {
        let text = text.trim();
        let found = match text {
            "next" => own.next_after(now),
            "tomorrow" => own.tomorrow_first(now),
            "week" => own.next_week_first(now),
            number if number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_digit()) => {
                number.parse().ok().and_then(|ahead| own.nth_after(now, ahead))
            }
            name => match self.checkins.iter().find(|checkin| checkin.name.to_lowercase() == name.to_lowercase()) {
                Some(checkin) => self.coming(now).find(|window| window.opens > now && window.checkin == checkin.name),
                None => self.day_ahead(own, name, now)?,
            },
        };
        found.ok_or_else(|| TimeMistake::about(text, "names no check-in that is coming", WHEN))
    }

    fn day_ahead(&self, own: &Self, text: &str, now: DateTime<Utc>) -> Result<Option<Window>, TimeMistake> {
        let date = parse_day(text, wall::date_of(self.zone, now)).map_err(|mistake| {
            let names = self.checkins.iter().map(|checkin| checkin.name.as_str());
            let meant = mistake.nearest.clone().or_else(|| nearest(text, names).map(str::to_owned));
            TimeMistake { expected: WHEN, ..mistake }.meant(meant)
        })?;
        let found = own.first_on(date).or_else(|| self.first_on(date)).or_else(|| own.first_on_or_after(date));
        Ok(found.or_else(|| self.first_on_or_after(date)).filter(|window| window.opens > now))
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
            let window = calendar.named_ahead(&calendar, text, now).unwrap();
            assert_eq!((window.checkin.as_str(), window.opens), (checkin, opens.parse().unwrap()), "{text}");
        }
        for (text, what, nearest) in [
            ("mornin", "`mornin` is not a day", Some("morning")),
            ("0", "`0` names no check-in that is coming", None),
            ("today", "`today` is not ahead", None),
            ("", "`` is not a day", None),
        ] {
            let mistake = calendar.named_ahead(&calendar, text, now).unwrap_err();
            assert_eq!((mistake.what.as_str(), mistake.nearest.as_deref()), (what, nearest), "{text}");
        }
    }
}
