//! The windows of a calendar: those of an interval, the one that is open, the ones that come, the one that was last.
//!
//! A window belongs to a date of its check-in's zone and opens at the first instant at which a clock there shows its
//! time or a later one (`wall`). So every date that a check-in names has its window, whatever happens to the clocks,
//! and two of its times that come to the same instant are one window. Where windows open at the same instant, the order
//! of the file decides.
//!
//! Every search goes date by date and stops at the first answer. It ends ten years ahead and ten years back.

use std::cmp::Reverse;

use chrono::{DateTime, Datelike, Days as DayCount, NaiveDate, NaiveDateTime, Utc};

use super::{Away, Calendar, CheckIn, Window, Zone, wall};

/// How far a window is searched, ahead and back, in days: ten years.
pub const HORIZON_DAYS: u64 = 3_653;
/// How many dates around that of an instant may have a window there: enough for a clock that is changed by a whole day,
/// and for two zones that are more than a day apart.
const MARGIN_DAYS: u64 = 2;

impl Calendar {
    /// The windows that open in `from..to`, in the order in which they open.
    #[must_use]
    pub fn windows(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Window> {
        self.walk(from, later(to.date_naive(), MARGIN_DAYS)).take_while(|window| window.opens < to).collect()
    }

    /// The windows that open at `from` or later, in the order in which they open, for ten years.
    pub fn coming(&self, from: DateTime<Utc>) -> impl Iterator<Item = Window> {
        self.walk(from, later(from.date_naive(), HORIZON_DAYS))
    }

    /// The window that is open; of several, the one that opened last.
    #[must_use]
    pub fn open_at(&self, now: DateTime<Utc>) -> Option<Window> {
        self.all_open_at(now).into_iter().next()
    }

    /// Every window that is open, the one that opened last first, and at most one of each check-in.
    #[must_use]
    pub fn all_open_at(&self, now: DateTime<Utc>) -> Vec<Window> {
        let mut open: Vec<Window> = self
            .checkins
            .iter()
            .filter_map(|checkin| {
                let days = u64::try_from(checkin.length.num_days()).unwrap_or_default() + 1;
                Some(checkin.window(checkin.latest(&self.away, now, days)?))
            })
            .filter(|window| window.is_open_at(now))
            .collect();
        open.sort_by_key(|window| Reverse(window.opens));
        open
    }

    /// The first window that opens after `now`; `None` where none does within ten years.
    #[must_use]
    pub fn next_after(&self, now: DateTime<Utc>) -> Option<Window> {
        self.nth_after(now, 1)
    }

    /// The nth window that opens after `now`; the first one is the next.
    #[must_use]
    pub fn nth_after(&self, now: DateTime<Utc>, n: usize) -> Option<Window> {
        self.coming(now).skip_while(|window| window.opens <= now).nth(n.checked_sub(1)?)
    }

    /// The window that opened last, at `now` or before, open or over; `None` where none did within ten years.
    #[must_use]
    pub fn latest_before(&self, now: DateTime<Utc>) -> Option<Window> {
        let latest = self.checkins.iter().enumerate().filter_map(|(place, checkin)| {
            let opens = checkin.latest(&self.away, now, HORIZON_DAYS)?;
            Some((opens, Reverse(place), checkin))
        });
        let (opens, _, checkin) = latest.max_by_key(|(opens, place, _)| (*opens, *place))?;
        Some(checkin.window(opens))
    }

    /// The windows that open on this date of the calendar's zone.
    #[must_use]
    pub fn on(&self, date: NaiveDate) -> Vec<Window> {
        let Some(begins) = wall::midnight(self.zone, date) else {
            return Vec::new();
        };
        // If the clock is set back at midnight, it shows a part of the date again after the next date has begun.
        self.walk(begins, later(date, MARGIN_DAYS + 1)).filter(|window| self.date_of(window) == date).collect()
    }

    /// The windows that open on today's date in the calendar's zone.
    #[must_use]
    pub fn today(&self, now: DateTime<Utc>) -> Vec<Window> {
        self.on(wall::date_of(self.zone, now))
    }

    /// The windows of which some part lies in today's date: today's, and before them those of the day before that pass
    /// midnight.
    #[must_use]
    pub fn touching_today(&self, now: DateTime<Utc>) -> Vec<Window> {
        let today = wall::date_of(self.zone, now);
        let before = today.pred_opt().map(|day| self.on(day)).unwrap_or_default();
        let begins = wall::midnight(self.zone, today);
        let over = before.into_iter().filter(|window| begins.is_none_or(|midnight| window.closes > midnight));
        over.chain(self.on(today)).collect()
    }

    /// The first window on this date of the calendar's zone; `None` where it has none.
    #[must_use]
    pub fn first_on(&self, date: NaiveDate) -> Option<Window> {
        self.on(date).into_iter().next()
    }

    /// The first window on this date or a later one, in the calendar's zone.
    #[must_use]
    pub fn first_on_or_after(&self, date: NaiveDate) -> Option<Window> {
        self.coming(wall::midnight(self.zone, date)?).find(|window| self.date_of(window) >= date)
    }

    /// Tomorrow's first window; if tomorrow has none, the first one after it. On a Friday, "tomorrow" means "not
    /// today", and the date is shown before it is chosen.
    #[must_use]
    pub fn tomorrow_first(&self, now: DateTime<Utc>) -> Option<Window> {
        self.first_on_or_after(wall::date_of(self.zone, now).succ_opt()?)
    }

    /// The first window of next week, which begins on Monday (ISO 8601); where that week has none, the first one after it.
    #[must_use]
    pub fn next_week_first(&self, now: DateTime<Utc>) -> Option<Window> {
        let today = wall::date_of(self.zone, now);
        let until_monday = 7 - today.weekday().num_days_from_monday();
        self.first_on_or_after(today.checked_add_days(DayCount::new(until_monday.into()))?)
    }

    /// The zone of the check-in of this name; the calendar's own where there is none any more.
    #[must_use]
    pub fn zone_of(&self, checkin: &str) -> Zone {
        self.checkins.iter().find(|known| known.name == checkin).map_or(self.zone, |known| known.zone)
    }

    /// The opening of a check-in on this date of its zone that is nearest to this time; `None` where it has none that day.
    #[must_use]
    pub fn opening_near(&self, checkin: &str, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
        let checkin = self.checkins.iter().find(|known| known.name == checkin)?;
        let far = |opens: &DateTime<Utc>| (wall::shown(checkin.zone, *opens) - wall).abs();
        checkin.openings_of(&self.away, wall.date()).into_iter().min_by_key(far)
    }

    fn date_of(&self, window: &Window) -> NaiveDate {
        wall::date_of(self.zone, window.opens)
    }

    /// The windows of all check-ins in one line, from an instant up to those that belong to a date.
    fn walk(&self, from: DateTime<Utc>, last: NaiveDate) -> impl Iterator<Item = Window> {
        let mut lines: Vec<_> = Vec::with_capacity(self.checkins.len());
        for checkin in &self.checkins {
            lines.push((checkin, checkin.openings(&self.away, from, last).peekable()));
        }
        std::iter::from_fn(move || {
            let heads = lines.iter_mut().filter_map(|(checkin, line)| Some((*line.peek()?, *checkin, line)));
            // Of equal openings this is the first, and so the first of the file.
            let (_, checkin, line) = heads.min_by_key(|(opens, ..)| *opens)?;
            line.next().map(|opens| checkin.window(opens))
        })
    }
}

impl CheckIn {
    fn window(&self, opens: DateTime<Utc>) -> Window {
        let closes = opens.checked_add_signed(self.length).unwrap_or(DateTime::<Utc>::MAX_UTC);
        Window { checkin: self.name.clone(), opens, closes, zone: self.zone }
    }

    /// The openings from an instant up to those that belong to a date, ascending, each once.
    fn openings(&self, away: &[Away], from: DateTime<Utc>, last: NaiveDate) -> impl Iterator<Item = DateTime<Utc>> {
        let mut previous = None;
        earlier(wall::date_of(self.zone, from), MARGIN_DAYS)
            .iter_days()
            .take_while(move |date| *date <= last)
            .flat_map(|date| self.openings_of(away, date))
            .filter(move |opens| from <= *opens && previous.replace(*opens) != Some(*opens))
    }

    /// The latest opening at or before an instant, looked for among so many days before it.
    fn latest(&self, away: &[Away], at: DateTime<Utc>, days: u64) -> Option<DateTime<Utc>> {
        let today = wall::date_of(self.zone, at);
        let first = earlier(today, days.saturating_add(MARGIN_DAYS));
        let dates = std::iter::successors(Some(later(today, MARGIN_DAYS)), NaiveDate::pred_opt);
        dates
            .take_while(|date| first <= *date)
            .find_map(|date| self.openings_of(away, date).into_iter().rfind(|opens| *opens <= at))
    }

    /// The openings that belong to a date of this check-in's zone, ascending. On an away date there are none, neither
    /// its own nor one that a change of the clocks puts off into it.
    fn openings_of(&self, away: &[Away], date: NaiveDate) -> Vec<DateTime<Utc>> {
        let closed = |date| away.iter().any(|away| away.contains(date));
        if !self.days.contains(date) || closed(date) {
            return Vec::new();
        }
        let instants = self.at.iter().filter_map(|time| wall::first_instant(self.zone, date.and_time(*time)));
        let mut openings: Vec<_> =
            instants.filter(|opens| away.is_empty() || !closed(wall::date_of(self.zone, *opens))).collect();
        openings.sort_unstable();
        openings
    }
}

fn later(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_add_days(DayCount::new(days)).unwrap_or(NaiveDate::MAX)
}

fn earlier(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_sub_days(DayCount::new(days)).unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests {
    use super::{Calendar, CheckIn};
    use crate::domain::schedule::Zone;
    use crate::domain::schedule::{Days, Window, parse_away, parse_length, parse_time};
    use chrono::{DateTime, NaiveDate, Utc};

    fn checkin(name: &str, days: &str, at: &[&str], length: &str, zone: &str) -> CheckIn {
        CheckIn {
            name: name.to_owned(),
            days: Days::parse(days).unwrap(),
            at: at.iter().map(|time| parse_time(time).unwrap()).collect(),
            length: parse_length(length).unwrap(),
            zone: zone.into(),
        }
    }

    fn berlin(checkins: Vec<CheckIn>) -> Calendar {
        Calendar { zone: "Europe/Berlin".into(), checkins, away: Vec::new() }
    }

    /// Two on weekdays, as a person without a configuration has them.
    fn office() -> Calendar {
        berlin(vec![
            checkin("morning", "mon-fri", &["10:00"], "45m", "Europe/Berlin"),
            checkin("afternoon", "mon-fri", &["16:00"], "45m", "Europe/Berlin"),
        ])
    }

    /// An instant by the clock in Berlin in the last week of November 2026; the 23rd is a Monday.
    fn at(day: u32, time: &str) -> DateTime<Utc> {
        let date = NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        super::wall::first_instant("Europe/Berlin".into(), date.and_time(parse_time(time).unwrap())).unwrap()
    }

    fn shown(window: Option<Window>) -> String {
        window.map_or("never".to_owned(), |window| {
            format!(
                "{} {}",
                window.checkin,
                window.opens.with_timezone(&Zone::from("Europe/Berlin")).format("%a %d %b %H:%M")
            )
        })
    }

    #[test]
    fn a_window_is_open_from_its_opening_until_its_close() {
        let calendar = office();
        assert_eq!(calendar.open_at(at(23, "9:59")), None);
        assert_eq!(shown(calendar.open_at(at(23, "10:00"))), "morning Mon 23 Nov 10:00");
        assert_eq!(shown(calendar.open_at(at(23, "10:44"))), "morning Mon 23 Nov 10:00");
        assert_eq!(calendar.open_at(at(23, "10:45")), None);
        assert_eq!(shown(calendar.latest_before(at(23, "10:45"))), "morning Mon 23 Nov 10:00");
        assert_eq!(shown(calendar.next_after(at(23, "10:00"))), "afternoon Mon 23 Nov 16:00");
    }

    #[test]
    fn a_deferral_finds_its_window() {
        let calendar = office();
        let friday = at(27, "10:15");
        assert_eq!(shown(calendar.nth_after(friday, 1)), "afternoon Fri 27 Nov 16:00");
        assert_eq!(shown(calendar.nth_after(friday, 3)), "afternoon Mon 30 Nov 16:00");
        assert_eq!(calendar.nth_after(friday, 0), None);
        assert_eq!(shown(calendar.tomorrow_first(at(23, "10:15"))), "morning Tue 24 Nov 10:00");
        assert_eq!(shown(calendar.tomorrow_first(friday)), "morning Mon 30 Nov 10:00", "tomorrow has none");
        assert_eq!(shown(calendar.next_week_first(at(23, "0:00"))), "morning Mon 30 Nov 10:00");
        assert_eq!(shown(calendar.next_week_first(at(29, "23:59"))), "morning Mon 30 Nov 10:00");
        let saturday = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
        assert_eq!(calendar.first_on(saturday), None);
        assert_eq!(shown(calendar.first_on_or_after(saturday)), "morning Mon 30 Nov 10:00");
    }

    #[test]
    fn a_window_passes_midnight() {
        let calendar = berlin(vec![checkin("night", "mon", &["23:30"], "2h", "Europe/Berlin")]);
        assert_eq!(shown(calendar.open_at(at(24, "1:29"))), "night Mon 23 Nov 23:30");
        assert_eq!(calendar.open_at(at(24, "1:30")), None);
        assert_eq!(calendar.today(at(24, "1:00")), [], "it belongs to the day on which it opens");
        assert_eq!(calendar.touching_today(at(24, "1:00")).len(), 1, "and reaches into the next");
        assert_eq!(calendar.touching_today(at(25, "12:00")), []);
    }

    #[test]
    fn a_window_of_a_whole_day_ends_as_the_next_one_opens() {
        let calendar = berlin(vec![checkin("always", "daily", &["8:00"], "24h", "Europe/Berlin")]);
        assert_eq!(shown(calendar.open_at(at(24, "7:59"))), "always Mon 23 Nov 08:00");
        assert_eq!(shown(calendar.open_at(at(24, "8:00"))), "always Tue 24 Nov 08:00");
    }

    #[test]
    fn of_open_windows_the_one_that_opened_last_comes_first_and_then_the_file_decides() {
        let calendar = berlin(vec![
            checkin("long", "daily", &["9:00"], "4h", "Europe/Berlin"),
            checkin("short", "daily", &["10:00"], "15m", "Europe/Berlin"),
            checkin("twin", "daily", &["10:00"], "30m", "Europe/Berlin"),
        ]);
        let names = |time| -> Vec<String> {
            calendar.all_open_at(at(23, time)).into_iter().map(|window| window.checkin).collect()
        };
        assert_eq!(names("10:10"), ["short", "twin", "long"]);
        assert_eq!(names("10:20"), ["twin", "long"]);
        assert_eq!(names("10:30"), ["long"]);
        assert_eq!(shown(calendar.next_after(at(23, "9:00"))), "short Mon 23 Nov 10:00");
        assert_eq!(shown(calendar.latest_before(at(23, "10:00"))), "short Mon 23 Nov 10:00");
    }

    #[test]
    fn a_check_in_keeps_the_hours_of_its_own_zone() {
        let calendar = berlin(vec![
            checkin("tokyo", "tue", &["6:00"], "30m", "Asia/Tokyo"),
            checkin("new york", "mon", &["20:00"], "30m", "America/New_York"),
        ]);
        let windows = calendar.windows(at(23, "0:00"), at(26, "0:00"));
        let windows: Vec<String> = windows.into_iter().map(|window| shown(Some(window))).collect();
        assert_eq!(windows, ["tokyo Mon 23 Nov 22:00", "new york Tue 24 Nov 02:00"]);
        assert_eq!(calendar.today(at(24, "12:00")).len(), 1, "today is a date of the file's zone");
        assert_eq!(calendar.zone_of("tokyo"), "Asia/Tokyo".into());
        assert_eq!(calendar.zone_of("one of long ago"), "Europe/Berlin".into());
    }

    #[test]
    fn away_dates_are_dates_of_the_check_in() {
        let mut calendar = berlin(vec![checkin("tokyo", "daily", &["6:00"], "30m", "Asia/Tokyo")]);
        calendar.away = vec![parse_away("2026-11-24..2026-11-26").unwrap()];
        assert_eq!(shown(calendar.next_after(at(23, "12:00"))), "tokyo Thu 26 Nov 22:00");
    }

    #[test]
    fn a_door_that_never_opens_is_found_out() {
        assert_eq!(berlin(Vec::new()).next_after(at(23, "0:00")), None);
        let mut calendar = office();
        calendar.away = vec![parse_away("0001-01-01..9999-12-31").unwrap()];
        assert_eq!(calendar.next_after(at(23, "0:00")), None);
        assert_eq!(calendar.latest_before(at(23, "0:00")), None);
        calendar.away = vec![parse_away("2026-01-01..2034-12-31").unwrap()];
        assert_eq!(shown(calendar.next_after(at(23, "0:00"))), "morning Mon 01 Jan 10:00", "in 2035");
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        let calendar = office();
        for now in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            let _ = (calendar.next_after(now), calendar.latest_before(now), calendar.open_at(now), calendar.today(now));
            let _ = (calendar.tomorrow_first(now), calendar.next_week_first(now), calendar.away_until(now));
        }
    }
}
