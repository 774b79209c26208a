//! A schedule that is tried for some days in place of the person's own.
//!
//! Nothing has to happen for it to end: its check-ins have dates, and the person's own have the others.

use chrono::NaiveDate;

use super::typed::TypedSchedule;
use super::{Calendar, CheckInDates};

/// So many days a trial lasts: two weeks.
pub const TRIAL_DAYS: u64 = 14;
/// So many days after its last one a trial that is over is asked about.
pub const ASKED_DAYS: i64 = 7;

#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    pub schedule: TypedSchedule,
    /// Its first day, by each check-in's own clock.
    pub since: NaiveDate,
    /// Its last day, not before `since`.
    pub until: NaiveDate,
}

/// Where a trial stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrialState {
    /// It has not begun.
    Ahead,
    Running,
    /// It is its last day, or one of the seven after it: the person is asked whether they keep it.
    Asked,
    /// It is over, and nobody said anything.
    Over,
}

impl Trial {
    #[must_use]
    pub fn state(&self, today: NaiveDate) -> TrialState {
        let over = today.signed_duration_since(self.until).num_days();
        match over {
            _ if today < self.since => TrialState::Ahead,
            ..0 => TrialState::Running,
            0..=ASKED_DAYS => TrialState::Asked,
            _ => TrialState::Over,
        }
    }
}

impl Calendar {
    /// The same with a trial: on its days its check-ins, on all others the person's own.
    #[must_use]
    pub fn with_trial(mut self, trial: &Trial) -> Self {
        let Trial { since: from, until: to, .. } = *trial;
        let mut tried = trial.schedule.checkins(&self);
        for checkin in &mut tried {
            checkin.days.dates = CheckInDates::Within { from, to };
            // Deferrals name a check-in, so one must not be taken for another.
            while self.checkins.iter().any(|own| own.name.to_lowercase() == checkin.name.to_lowercase()) {
                checkin.name.push_str(" (trial)");
            }
        }
        for own in &mut self.checkins {
            own.days.dates = CheckInDates::Outside { from, to };
        }
        self.checkins.extend(tried);
        self
    }

    /// The person's own check-ins on every day, as if there were no trial.
    #[must_use]
    pub fn without_trial(mut self) -> Self {
        self.checkins.retain(|checkin| !checkin.days.is_trial());
        for own in &mut self.checkins {
            own.days.dates = CheckInDates::Every;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, NaiveDate, Utc};

    use super::{Trial, TrialState};
    use crate::domain::lane::Lane;
    use crate::domain::schedule::{Calendar, CheckIn, Days, Zone, parse_schedules, parse_time};

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn own() -> Calendar {
        let checkin = |name: &str, at: &str| CheckIn {
            name: name.to_owned(),
            days: Days::parse("daily").expect("days"),
            at: vec![parse_time(at).expect("a time")],
            length: Duration::minutes(45),
            zone: Zone::UTC,
        };
        Calendar {
            zone: Zone::UTC,
            checkins: vec![checkin("morning", "10:00"), checkin("13:00", "16:00")],
            away: Vec::new(),
        }
    }

    fn trial() -> Trial {
        let schedule = parse_schedules("9:00 13:00", &Days::parse("daily").expect("days"), Duration::minutes(30));
        let schedule = schedule.expect("a schedule").remove(0);
        Trial { schedule, since: date("2026-11-30"), until: date("2026-12-13") }
    }

    #[test]
    fn on_its_days_a_trial_opens_and_on_all_others_the_persons_own() {
        let calendar = own().with_trial(&trial());
        let opens = |day: &str| -> Vec<String> {
            let shown = |window: crate::domain::schedule::Window| {
                format!("{} {}", window.checkin, window.opens.format("%H:%M"))
            };
            calendar.on(date(day)).into_iter().map(shown).collect()
        };
        let before = ["morning 10:00", "13:00 16:00"];
        assert_eq!(opens("2026-11-29"), before);
        assert_eq!(opens("2026-11-30"), ["9:00 09:00", "13:00 (trial) 13:00"]);
        assert_eq!(opens("2026-12-13"), ["9:00 09:00", "13:00 (trial) 13:00"]);
        assert_eq!(opens("2026-12-14"), before, "by itself");
        let now: DateTime<Utc> = "2026-12-13T14:00:00Z".parse().expect("an instant");
        assert_eq!(calendar.next_after(now).map(|window| window.checkin), Some("morning".to_owned()), "across its end");
        assert_eq!(calendar.without_trial(), own());
    }

    #[test]
    fn a_lane_with_check_ins_of_its_own_comes_out_at_those_of_a_trial() {
        let lane =
            Lane { name: "lists".to_owned(), matches: None, checkins: vec!["morning".to_owned()], bundle: Vec::new() };
        let calendar = lane.calendar(&own().with_trial(&trial()));
        assert_eq!((calendar.on(date("2026-12-01")).len(), calendar.on(date("2026-12-20")).len()), (2, 1));
    }

    #[test]
    fn a_trial_is_asked_about_from_its_last_day_on_for_a_week() {
        let trial = trial();
        for (day, state) in [
            ("2026-11-29", TrialState::Ahead),
            ("2026-11-30", TrialState::Running),
            ("2026-12-12", TrialState::Running),
            ("2026-12-13", TrialState::Asked),
            ("2026-12-20", TrialState::Asked),
            ("2026-12-21", TrialState::Over),
        ] {
            assert_eq!(trial.state(date(day)), state, "{day}");
        }
    }
}
