//! What if the person looked at other hours: other schedules replayed on the arrivals of their own mail.
//!
//! Only what does not depend on the schedule is asked for waiting: first messages of threads, by others. An answer comes when it
//! comes because of when the person wrote. Sizes of batches count everything that waits, and are a guess for that reason.
//!
//! Days are dealt out in turn into two halves: on one a schedule is chosen, on the other its figures are shown, so that what is shown
//! was not chosen because it looked well. Days away, days on which a source could not be read, and days before facts were kept are
//! in neither.
//!
//! Pure: arrivals and schedules go in, figures come out. Times are Unix seconds, waits seconds.

mod days;
mod figures;
mod fixed_rule;
mod replayed;
mod told;

use chrono::{DateTime, Utc};

use crate::domain::arrival::Arrival;
use crate::domain::ids::Id;
use crate::domain::lane::{Lane, LaneCalendars};
use crate::domain::outage::Outage;
use crate::domain::schedule::{Calendar, TypedSchedule};

pub use days::{LEAST_DAYS, LONGEST_DAYS, LeftOutDays, ReplayDays, TooFewDays};
pub use figures::{HalfFigures, ReplayedLane, ScheduleFigures};
pub use fixed_rule::RuleFigures;
pub use replayed::ReplayedSchedules;
pub use told::{
    batch_told, cannot_know, choice_told, days_told, expected_told, how_counted, openings_told, rule_told, table,
    too_few_told, wait_told,
};

use days::Half;

/// What mattered is in time where it waits no longer than this, in seconds, unless somebody says otherwise: 3 hours.
pub const IN_TIME: i64 = 3 * 3_600;

/// A schedule to be replayed.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplaySchedule {
    /// `10:00 16:00`, as the table shows it.
    pub label: String,
    pub calendar: Calendar,
    /// Which lane comes out at which check-in; without lanes, each comes out at every one.
    pub lanes: Vec<Lane>,
}

/// What a replay is made of.
#[derive(Debug, Clone, Copy)]
pub struct ReplayFacts<'a> {
    /// Ascending, at most those of the last `LONGEST_DAYS` days; others are not counted.
    pub arrivals: &'a [Arrival],
    pub outages: &'a [Outage],
    /// Since when facts are kept.
    pub since: DateTime<Utc>,
    pub now: DateTime<Utc>,
    /// The person's own, for its zone and the days away.
    pub calendar: &'a Calendar,
    /// What mattered is in time where it waits no longer than this, in seconds.
    pub within: i64,
}

/// One arrival as far as it bears on a replay.
#[derive(Debug, Clone, Copy)]
struct Case {
    at: i64,
    message: Id,
    /// The number of its day among those that are looked at.
    day: usize,
    half: Half,
    /// The number of its lane.
    lane: usize,
    /// It began a thread, so its instant does not depend on the schedule.
    first: bool,
    /// No exception lets it through.
    waits: bool,
    mattered: bool,
}

/// The arrivals of a person, made ready for any number of schedules.
#[derive(Debug)]
pub struct Replay {
    days: ReplayDays,
    /// In seconds.
    within: i64,
    /// Their names, by number.
    lanes: Vec<String>,
    /// Ascending by their instants.
    cases: Vec<Case>,
    /// How many mattered and depend on the schedule, or are of days that are left out.
    mattered_elsewhere: u32,
}

/// One message that mattered, and how long it would have waited in each schedule, in seconds; 0 for what an exception lets through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatteredCase {
    pub message: Id,
    pub at: DateTime<Utc>,
    /// In the order of the schedules; `None` where no check-in comes within two months.
    pub waits: Vec<Option<i64>>,
}

/// What came of a replay.
#[derive(Debug, Clone, PartialEq)]
pub struct WhatIf {
    pub days: ReplayDays,
    /// What mattered is in time where it waits no longer than this, in seconds.
    pub within: i64,
    /// The schedules in the order in which they were given, the person's own first.
    pub schedules: Vec<ScheduleFigures>,
    /// The number of the schedule that did best on the days it was chosen by: most of what mattered in time; of equals the one that
    /// opens least often, and then the one with the shorter half wait. `None` where nothing mattered on those days.
    pub best: Option<usize>,
    /// A rule beside the person's own schedule; `None` where no lane had anything late that mattered on the days it was chosen by.
    pub rule: Option<RuleFigures>,
    /// What mattered on the days that are shown, the oldest first.
    pub mattered: Vec<MatteredCase>,
    /// How many others mattered that are not counted: they continue a thread, or came on a day that is left out.
    pub mattered_elsewhere: u32,
    /// How many messages of the days that are shown have no check-in within two months, in any of the schedules; they are in no wait.
    pub never: u32,
}

impl Replay {
    /// Makes arrivals ready. Linear in their number.
    ///
    /// # Errors
    /// Where too few days are left to say anything: says from which date on there will be enough.
    pub fn new(facts: ReplayFacts<'_>) -> Result<Self, TooFewDays> {
        let days = ReplayDays::of(&facts)?;
        let mut lanes: Vec<String> = Vec::new();
        let mut mattered_elsewhere = 0;
        let mut cases = Vec::with_capacity(facts.arrivals.len());
        for arrival in facts.arrivals {
            // In a muted thread, or decided about on another machine: it waited for nobody.
            if arrival.came_out.is_none() && !arrival.held {
                continue;
            }
            let mattered = arrival.mattered.is_some_and(|said| said.yes);
            let Some((day, half)) = days.of_arrival(arrival.at).filter(|(_, half)| *half != Half::LeftOut) else {
                mattered_elsewhere += u32::from(mattered);
                continue;
            };
            mattered_elsewhere += u32::from(mattered && !arrival.began_thread);
            let known = lanes.iter().position(|name| **name == *arrival.lane);
            let lane = known.unwrap_or_else(|| {
                lanes.push(arrival.lane.to_string());
                lanes.len() - 1
            });
            cases.push(Case {
                at: arrival.at.timestamp(),
                message: arrival.message,
                day,
                half,
                lane,
                first: arrival.began_thread,
                waits: !arrival.let_through,
                mattered: mattered && arrival.began_thread,
            });
        }
        cases.sort_by_key(|case| case.at);
        Ok(Self { days, within: facts.within, lanes, cases, mattered_elsewhere })
    }

    /// Replays each of the schedules, of which the first is the person's own.
    #[must_use]
    pub fn what_if(&self, schedules: &[ReplaySchedule]) -> WhatIf {
        let runs: Vec<figures::Run> = schedules.iter().map(|schedule| figures::Run::of(self, schedule)).collect();
        let figures: Vec<ScheduleFigures> =
            schedules.iter().zip(&runs).map(|(schedule, run)| run.figures(self, schedule.label.clone())).collect();
        let cases = self.cases.iter().enumerate();
        let mattered = cases
            .filter(|(_, case)| case.half == Half::Shown && case.mattered)
            .map(|(number, case)| MatteredCase {
                message: case.message,
                at: DateTime::from_timestamp(case.at, 0).unwrap_or_default(),
                waits: runs.iter().map(|run| run.wait(number)).collect(),
            })
            .collect();
        let is_never = |number: usize| runs.iter().any(|run| run.wait(number).is_none());
        let never = (0..self.cases.len()).filter(|number| {
            self.cases.get(*number).is_some_and(|case| case.half == Half::Shown && case.first) && is_never(*number)
        });
        WhatIf {
            best: best(&figures),
            rule: runs.first().and_then(|own| fixed_rule::choose(self, own)),
            days: self.days.clone(),
            within: self.within,
            mattered,
            mattered_elsewhere: self.mattered_elsewhere,
            never: u32::try_from(never.count()).unwrap_or(u32::MAX),
            schedules: figures,
        }
    }
}

fn best(schedules: &[ScheduleFigures]) -> Option<usize> {
    let told = schedules.iter().enumerate().filter(|(_, one)| one.chosen_by.mattered > 0);
    let (number, _) = told.max_by(|(one, a), (two, b)| {
        let (a, b) = (&a.chosen_by, &b.chosen_by);
        let openings = b.openings_a_day.total_cmp(&a.openings_a_day);
        a.in_time.cmp(&b.in_time).then(openings).then(b.half_wait.cmp(&a.half_wait)).then(two.cmp(one))
    })?;
    Some(number)
}

impl ReplaySchedule {
    /// One that was typed: every lane comes out at every check-in, and the person's days away stay days away.
    #[must_use]
    pub fn typed(schedule: &TypedSchedule, label: String, own: &Calendar) -> Self {
        let calendar = Calendar { zone: own.zone, checkins: schedule.checkins(own), away: own.away.clone() };
        Self { label, calendar, lanes: Vec::new() }
    }

    /// The calendar of one lane.
    fn of_lane(&self, lane: &str) -> Calendar {
        LaneCalendars { calendar: &self.calendar, lanes: &self.lanes }.of(lane)
    }
}
