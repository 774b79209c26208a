//! What one schedule makes of the arrivals.

use std::collections::HashMap;

use chrono::{DateTime, Duration};

use super::days::Half;
use super::{Case, Replay, ReplaySchedule};
use crate::domain::schedule::Calendar;
use crate::domain::statistics::{HALF, Interval, NINE_IN_TEN, mean_ahead, quantile, quantile_ahead};

/// A check-in is looked for so many days after the last day.
const AHEAD_DAYS: i64 = 62;

/// What waited in one lane, in seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayedLane {
    pub lane: String,
    pub messages: u32,
    pub half: Option<i64>,
    pub nine_in_ten: Option<i64>,
    pub longest: Option<i64>,
}

/// What a schedule makes of one half of the days. Waits are of first messages of threads, in seconds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HalfFigures {
    /// First messages that wait.
    pub messages: u32,
    pub half_wait: Option<i64>,
    pub nine_in_ten: Option<i64>,
    pub longest: Option<i64>,
    /// In the order in which the lanes are first met; those without a message too.
    pub lanes: Vec<ReplayedLane>,
    /// How many mattered, and how many of them were in time.
    pub mattered: u32,
    pub in_time: u32,
    /// How many messages a batch has, of all that wait. `None` where no check-in can be counted.
    pub batch_mean: Option<f64>,
    pub batch_nine_in_ten: Option<u32>,
    /// Check-ins on a day that has one.
    pub openings_a_day: f64,
}

/// The figures of one schedule.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduleFigures {
    pub label: String,
    /// Of the half of the days by which schedules are chosen.
    pub chosen_by: HalfFigures,
    /// Of the other half.
    pub shown: HalfFigures,
    /// Where the half wait of the days that are shown was to be expected by the others, 19 times in 20; `None` of too few days.
    pub half_wait_expected: Option<(i64, i64)>,
    /// The same for the mean size of a batch.
    pub batch_expected: Option<Interval>,
}

/// One schedule, replayed: when each case comes out.
#[derive(Debug)]
pub(super) struct Run {
    /// How long each case waits, in seconds; `None` where no check-in comes.
    waits: Vec<Option<i64>>,
    /// The openings of all lanes, ascending, with how many messages come out at each.
    openings: Vec<(i64, u32)>,
}

impl Run {
    pub(super) fn of(replay: &Replay, schedule: &ReplaySchedule) -> Self {
        let openings = lane_openings(replay, schedule);
        let mut all: Vec<i64> = openings.values().flatten().copied().collect();
        all.extend(instants(replay, &schedule.calendar));
        all.sort_unstable();
        all.dedup();
        let mut counts = vec![0_u32; all.len()];
        let mut next: Vec<usize> = vec![0; replay.lanes.len()];
        let mut waits = Vec::with_capacity(replay.cases.len());
        let none = Vec::new();
        for case in &replay.cases {
            if !case.waits {
                waits.push(Some(0));
                continue;
            }
            let own = openings.get(&case.lane).unwrap_or(&none);
            let Some(place) = next.get_mut(case.lane) else { continue };
            while own.get(*place).is_some_and(|opens| *opens < case.at) {
                *place += 1;
            }
            let opens = own.get(*place).copied();
            waits.push(opens.map(|opens| opens - case.at));
            if let Some(count) =
                opens.and_then(|opens| all.binary_search(&opens).ok()).and_then(|at| counts.get_mut(at))
            {
                *count += 1;
            }
        }
        Self { waits, openings: all.into_iter().zip(counts).collect() }
    }

    /// How long a case waits, by its number; `None` where no check-in comes.
    pub(super) fn wait(&self, number: usize) -> Option<i64> {
        self.waits.get(number).copied().flatten()
    }

    /// The cases of one half that began a thread, with how long each waits.
    pub(super) fn of_half<'a>(&'a self, replay: &'a Replay, half: Half) -> impl Iterator<Item = (&'a Case, i64)> {
        let cases = replay.cases.iter().zip(&self.waits);
        cases.filter(move |(case, _)| case.half == half && case.first).filter_map(|(case, wait)| Some((case, (*wait)?)))
    }

    /// Whether an instant lies on an opening or less than five minutes after one.
    pub(super) fn is_at_opening(&self, at: i64) -> bool {
        let before = self.openings.partition_point(|(opens, _)| *opens <= at).checked_sub(1);
        before.and_then(|place| self.openings.get(place)).is_some_and(|(opens, _)| at - opens < 300)
    }

    pub(super) fn figures(&self, replay: &Replay, label: String) -> ScheduleFigures {
        let (chosen_by, chosen_days) = self.half(replay, Half::Chosen);
        let (shown, shown_days) = self.half(replay, Half::Shown);
        let half_wait_expected = quantile_ahead(&chosen_days.waits, chosen_days.days, shown_days.days, HALF);
        let batch_expected = mean_ahead(&chosen_days.batches, shown_days.batches.len());
        ScheduleFigures { label, chosen_by, shown, half_wait_expected, batch_expected }
    }

    fn half(&self, replay: &Replay, half: Half) -> (HalfFigures, Clusters) {
        let mut waits: Vec<(i64, usize)> = Vec::new();
        let mut by_lane: Vec<Vec<i64>> = vec![Vec::new(); replay.lanes.len()];
        let (mut mattered, mut in_time) = (0, 0);
        for (case, wait) in self.of_half(replay, half) {
            mattered += u32::from(case.mattered);
            in_time += u32::from(case.mattered && wait <= replay.within);
            if case.waits {
                waits.push((wait, case.day));
                if let Some(lane) = by_lane.get_mut(case.lane) {
                    lane.push(wait);
                }
            }
        }
        waits.sort_unstable();
        let days = number_days(replay, half, &mut waits);
        let (batches, opening_days) = self.batches(replay, half);
        let mut sizes: Vec<u32> = batches.clone();
        sizes.sort_unstable();
        let sizes_as_numbers: Vec<f64> = batches.iter().map(|size| f64::from(*size)).collect();
        let lanes = replay.lanes.iter().zip(by_lane).map(|(name, waits)| ReplayedLane::of(name, waits)).collect();
        let figures = HalfFigures {
            messages: count(waits.len()),
            half_wait: quantile(&waits, HALF).map(|(wait, _)| wait),
            nine_in_ten: quantile(&waits, NINE_IN_TEN).map(|(wait, _)| wait),
            longest: waits.last().map(|(wait, _)| *wait),
            lanes,
            mattered,
            in_time,
            batch_mean: mean(&sizes_as_numbers),
            batch_nine_in_ten: quantile(&sizes, NINE_IN_TEN),
            openings_a_day: mean(&opening_days).unwrap_or_default(),
        };
        (figures, Clusters { waits, days, batches: sizes_as_numbers })
    }

    /// The sizes of the batches that open on a day of a half and gathered on whole days, and how many openings each day has that
    /// has one.
    fn batches(&self, replay: &Replay, half: Half) -> (Vec<u32>, Vec<f64>) {
        let mut sizes = Vec::new();
        let mut days: HashMap<usize, f64> = HashMap::new();
        let mut before = None;
        for (opens, size) in &self.openings {
            let since = before.replace(*opens);
            let day = DateTime::from_timestamp(*opens, 0).and_then(|at| replay.days.of_arrival(at));
            let Some((day, own)) = day else { continue };
            if own != half {
                continue;
            }
            *days.entry(day).or_default() += 1.0;
            if since.is_some_and(|since| replay.days.are_whole(since, *opens)) {
                sizes.push(*size);
            }
        }
        (sizes, days.into_values().collect())
    }
}

/// What intervals are made of.
struct Clusters {
    /// The waits, ascending, with the number of the day among those of the half.
    waits: Vec<(i64, usize)>,
    days: usize,
    batches: Vec<f64>,
}

/// Numbers the days of a half from 0 on, and returns how many there are.
fn number_days(replay: &Replay, half: Half, waits: &mut [(i64, usize)]) -> usize {
    let mut numbers = vec![0; replay.days.count()];
    let mut next = 0;
    for (day, number) in numbers.iter_mut().enumerate() {
        if replay.days.half(day) == Some(half) {
            *number = next;
            next += 1;
        }
    }
    for (_, day) in waits {
        *day = numbers.get(*day).copied().unwrap_or_default();
    }
    next
}

impl ReplayedLane {
    fn of(lane: &str, mut waits: Vec<i64>) -> Self {
        waits.sort_unstable();
        Self {
            lane: lane.to_owned(),
            messages: count(waits.len()),
            half: quantile(&waits, HALF),
            nine_in_ten: quantile(&waits, NINE_IN_TEN),
            longest: waits.last().copied(),
        }
    }
}

/// The openings of each lane, ascending. They are worked out once for lanes that come out at the same check-ins.
fn lane_openings(replay: &Replay, schedule: &ReplaySchedule) -> HashMap<usize, Vec<i64>> {
    let mut known: Vec<(Calendar, Vec<i64>)> = Vec::new();
    let mut openings = HashMap::new();
    for (number, lane) in replay.lanes.iter().enumerate() {
        let calendar = schedule.of_lane(lane);
        let found = known.iter().find(|(same, _)| *same == calendar).map(|(_, found)| found.clone());
        let found = found.unwrap_or_else(|| {
            let found = instants(replay, &calendar);
            known.push((calendar, found.clone()));
            found
        });
        openings.insert(number, found);
    }
    openings
}

fn instants(replay: &Replay, calendar: &Calendar) -> Vec<i64> {
    let (from, to) = replay.days.span();
    let (Some(from), Some(to)) = (DateTime::from_timestamp(from, 0), DateTime::from_timestamp(to, 0)) else {
        return Vec::new();
    };
    let to = to.checked_add_signed(Duration::days(AHEAD_DAYS)).unwrap_or(to);
    let mut found: Vec<i64> = calendar.windows(from, to).iter().map(|window| window.opens.timestamp()).collect();
    found.dedup();
    found
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / f64::from(count(values.len())))
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}
