//! Dates on which the door stays closed, and how they are written.

use chrono::{DateTime, NaiveDate, Utc};

use super::mistake::TimeMistake;
use super::moment::parse_date;
use super::{Away, Calendar, wall};

const AWAY: &str = "a date (`2026-12-24`) or two with `..` between them (`2026-12-24..2027-01-02`)";

impl Away {
    #[must_use]
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.from <= date && date <= self.to
    }
}

impl Calendar {
    /// The last day of the time away that today belongs to, in the calendar's zone; `None` if today belongs to none.
    /// Ranges that overlap, or follow each other without a day between, are one time away.
    #[must_use]
    pub fn away_until(&self, now: DateTime<Utc>) -> Option<NaiveDate> {
        let mut last = None;
        let mut day = wall::date_of(self.zone, now);
        while let Some(to) = self.away.iter().filter(|away| away.contains(day)).map(|away| away.to).max() {
            last = Some(to);
            match to.succ_opt() {
                Some(next) => day = next,
                None => break,
            }
        }
        last
    }
}

/// Reads one date, or a range as `2026-12-24..2027-01-02` or `2026-12-24 to 2027-01-02`, both ends included.
pub fn parse_away(text: &str) -> Result<Away, TimeMistake> {
    let text = text.trim();
    let date = |part: &str| parse_date(part).ok_or_else(|| TimeMistake::about(part.trim(), "is not a date", AWAY));
    let Some((from, to)) = text.split_once("..").or_else(|| text.split_once(" to ")) else {
        let only = date(text)?;
        return Ok(Away { from: only, to: only });
    };
    let (from, to) = (date(from)?, date(to)?);
    if to < from {
        let meant = format!("{to}..{from}");
        return Err(TimeMistake::about(text, "ends before it begins", AWAY).meant(Some(meant)));
    }
    Ok(Away { from, to })
}

#[cfg(test)]
mod tests {
    use super::parse_away;
    use crate::domain::schedule::Calendar;
    use chrono::TimeZone;
    use chrono::Utc;

    #[test]
    fn a_date_or_a_range_of_dates() {
        for (text, from, to) in [
            ("2026-12-24", "2026-12-24", "2026-12-24"),
            ("2026-12-24..2027-01-02", "2026-12-24", "2027-01-02"),
            (" 2026-12-24 .. 2027-01-02 ", "2026-12-24", "2027-01-02"),
            ("2026-12-24 to 2027-01-02", "2026-12-24", "2027-01-02"),
        ] {
            let away = parse_away(text).unwrap();
            assert_eq!((away.from.to_string().as_str(), away.to.to_string().as_str()), (from, to));
        }
    }

    #[test]
    fn a_wrong_range_says_which_part_is_wrong() {
        for (text, what) in [
            ("2026-02-30", "`2026-02-30` is not a date"),
            ("2026-12-24..christmas", "`christmas` is not a date"),
            ("..2026-12-24", "`` is not a date"),
            ("2026-12-24-2026-12-30", "`2026-12-24-2026-12-30` is not a date"),
            ("2027-01-02..2026-12-24", "`2027-01-02..2026-12-24` ends before it begins"),
        ] {
            assert_eq!(parse_away(text).unwrap_err().what, what);
        }
    }

    #[test]
    fn ranges_that_touch_are_one_absence() {
        let away = ["2026-12-29..2027-01-02", "2026-12-24", "2026-12-25..2026-12-28", "2027-01-04"];
        let away = away.map(|text| parse_away(text).unwrap()).to_vec();
        let calendar = Calendar { zone: "Pacific/Auckland".into(), checkins: Vec::new(), away };
        let at = |day, hour| calendar.away_until(Utc.with_ymd_and_hms(2026, 12, day, hour, 0, 0).unwrap().to_utc());
        assert_eq!(at(23, 10), None, "it is still the 23rd in Auckland");
        assert_eq!(at(23, 12).unwrap().to_string(), "2027-01-02", "there it is the 24th already");
        assert_eq!(at(30, 0).unwrap().to_string(), "2027-01-02");
    }
}
