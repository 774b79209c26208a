//! A schedule that is tried for some days in place of the person's own.
//!
//! Nothing has to happen for it to end: its check-ins have dates, and the person's own have the others.

use chrono::{Days, NaiveDate};

use super::typed::{TypedSchedule, shown_schedule, usual};
use super::{Calendar, CheckInDates};

/// So many days a trial lasts: two weeks.
pub const TRIAL_DAYS: u64 = 14;
/// So many days after its last one a trial that is over is asked about.
pub const ASKED_DAYS: i64 = 7;

/// What was done about a schedule that is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrialDeed {
    Begun,
    /// Its check-ins are the person's own now.
    Kept,
    /// The person's own check-ins open again.
    Ended,
}

/// A trial as the door and the commands tell of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialStanding {
    /// What is tried: `9:00 13:00 17:00`.
    pub schedule: String,
    /// The person's own check-ins: `10:00 16:00`.
    pub own: String,
    pub since: NaiveDate,
    pub until: NaiveDate,
    pub state: TrialState,
}

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
    /// A trial that begins on the day after today, so that no check-in of today is missed by it. `None` at the end of the calendar.
    #[must_use]
    pub fn from_tomorrow(schedule: TypedSchedule, today: NaiveDate) -> Option<Self> {
        let until = today.checked_add_days(Days::new(TRIAL_DAYS))?;
        Some(Self { schedule, since: today.succ_opt()?, until })
    }

    /// Whether another one would take its place while it is not over.
    #[must_use]
    pub fn lasts(&self, today: NaiveDate) -> bool {
        today <= self.until
    }

    /// Where it stands. `calendar` is the one in force, with the trial.
    #[must_use]
    pub fn standing(&self, calendar: &Calendar, today: NaiveDate) -> TrialStanding {
        let own = calendar.clone().without_trial();
        let (days, length) = usual(&own);
        TrialStanding {
            schedule: self.schedule.shown(&days, length),
            own: shown_schedule(&own),
            since: self.since,
            until: self.until,
            state: self.state(today),
        }
    }

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

impl TrialStanding {
    /// What is to be known of it today; `None` where it is over, and nobody said anything. `date` says a date in words.
    #[must_use]
    pub fn sentence(&self, today: NaiveDate, date: &dyn Fn(NaiveDate) -> String) -> Option<String> {
        let Self { schedule, own, until, .. } = self;
        Some(match self.state {
            TrialState::Ahead => format!("Trying {schedule} from {} on, until {}.", date(self.since), date(*until)),
            TrialState::Running => format!("Trying {schedule} until {}.", date(*until)),
            TrialState::Asked if today == *until => {
                format!("Today is the last day of the trial of {schedule}. Keep it, or go back to {own}?")
            }
            TrialState::Asked => {
                format!("The trial of {schedule} ended {}. Keep it, or stay with {own}?", date(*until))
            }
            TrialState::Over => return None,
        })
    }

    /// Whether the person is asked now.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.state == TrialState::Asked
    }

    /// The word that JSON has for where it stands.
    #[must_use]
    pub fn word(&self, today: NaiveDate) -> &'static str {
        match self.state {
            TrialState::Ahead => "ahead",
            _ if today <= self.until => "running",
            _ => "over",
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

    #[test]
    fn where_it_stands_is_told_in_a_sentence() {
        let trial = trial();
        for (day, told, word) in [
            ("2026-11-29", "Trying 9:00 13:00 for 30m from 11-30 on, until 12-13.", "ahead"),
            ("2026-12-01", "Trying 9:00 13:00 for 30m until 12-13.", "running"),
            (
                "2026-12-13",
                "Today is the last day of the trial of 9:00 13:00 for 30m. Keep it, or go back to 10:00 16:00?",
                "running",
            ),
            ("2026-12-14", "The trial of 9:00 13:00 for 30m ended 12-13. Keep it, or stay with 10:00 16:00?", "over"),
            ("2026-12-21", "", "over"),
        ] {
            let today = date(day);
            let standing = trial.standing(&own().with_trial(&trial), today);
            let sentence = standing.sentence(today, &|date| date.format("%m-%d").to_string());
            assert_eq!((sentence.unwrap_or_default().as_str(), standing.word(today)), (told, word), "{day}");
        }
        let next = Trial::from_tomorrow(trial.schedule.clone(), date("2026-11-29")).expect("two weeks");
        assert_eq!(next, trial);
        assert!(next.lasts(date("2026-12-13")) && !next.lasts(date("2026-12-14")));
        assert_eq!(Trial::from_tomorrow(trial.schedule, NaiveDate::MAX), None);
    }
}
