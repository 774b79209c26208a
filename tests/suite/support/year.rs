//! A synthetic year of arrivals whose truth is known: how many come in which hour of which weekday, into which lane, which of them
//! matter. Nothing in it depends on a schedule.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use tidebox::domain::arrival::{Arrival, Mattered};
use tidebox::domain::ids::Id;
use tidebox::domain::schedule::{Calendar, wall};

/// Arrivals of an hour of a working day, as parts of those of a day, from 0:00 on.
const HOURS: [f64; 24] = [
    0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1.5, 4.0, 7.0, 8.0, 7.0, 4.0, 5.0, 7.5, 7.0, 6.0, 4.0, 2.5, 2.0, 1.5, 1.0, 0.6,
    0.3,
];
/// How much of that comes on each day of the week, from Monday on.
const WEEK: [f64; 7] = [1.1, 1.2, 1.0, 1.0, 0.9, 0.25, 0.2];
/// The lanes: how much of the arrivals each has, how often a message begins a thread, and how often it matters when it comes out.
pub const LANES: [(&str, f64, f64, f64); 3] =
    [("people", 0.5, 0.5, 0.05), ("lists", 0.3, 0.3, 0.002), ("alerts", 0.2, 1.0, 0.1)];

/// What a year is made of.
#[derive(Debug, Clone)]
pub struct YearPlan {
    pub seed: u64,
    pub first: NaiveDate,
    pub days: u64,
    /// Messages of an average working day.
    pub a_day: f64,
    /// The person's own check-ins, at which messages come out.
    pub calendar: Calendar,
    /// How many of those that waited are asked about, of a hundred.
    pub asked_of_hundred: u8,
}

/// The arrivals, ascending.
pub fn arrivals(plan: &YearPlan) -> Vec<Arrival> {
    let mut chance = fastrand::Rng::with_seed(plan.seed);
    let names: Vec<Arc<str>> = LANES.iter().map(|(name, ..)| Arc::from(*name)).collect();
    let sources: [Arc<str>; 2] = [Arc::from("work"), Arc::from("home")];
    let sum: f64 = HOURS.iter().sum();
    let mut found = Vec::new();
    let dates = plan.first.iter_days().take(usize::try_from(plan.days).unwrap());
    for date in dates {
        // Some days are busier than others, so days are clusters and not hours of one long day.
        let busy = 0.6 + 0.8 * chance.f64();
        let week = WEEK[usize::try_from(date.weekday().num_days_from_monday()).unwrap()];
        for (hour, part) in (0..).zip(HOURS) {
            let start = date.and_hms_opt(hour, 0, 0).unwrap();
            let Some(start) = wall::first_instant(plan.calendar.zone, start) else { continue };
            for _ in 0..poisson(&mut chance, plan.a_day * busy * week * part / sum) {
                let at = start + TimeDelta::seconds(i64::from(chance.u32(0..3_600)));
                let (lane, begins, matters) = lane(&mut chance);
                let asked = chance.u8(0..100) < plan.asked_of_hundred;
                let yes = chance.f64() < matters;
                found.push(Arrival {
                    message: Id(0),
                    at,
                    source: sources[chance.usize(0..2)].clone(),
                    lane: names[lane].clone(),
                    came_out: None,
                    held: false,
                    let_through: false,
                    began_thread: chance.f64() < begins,
                    mattered: asked.then_some(Mattered { yes, weight: 1.0 }),
                });
            }
        }
    }
    found.sort_by_key(|arrival| arrival.at);
    come_out(&mut found, &plan.calendar);
    found
}

/// Numbers them, and says when the person's own check-ins let them out.
fn come_out(arrivals: &mut [Arrival], calendar: &Calendar) {
    let Some((first, last)) = arrivals.first().zip(arrivals.last()) else { return };
    let windows = calendar.windows(first.at, last.at + Days::new(14));
    let mut next = 0;
    for (number, arrival) in (1..).zip(arrivals.iter_mut()) {
        while windows.get(next).is_some_and(|window| window.opens < arrival.at) {
            next += 1;
        }
        arrival.message = Id(number);
        arrival.came_out = windows.get(next).map(|window| window.opens);
        arrival.held = arrival.came_out.is_none();
    }
}

fn lane(chance: &mut fastrand::Rng) -> (usize, f64, f64) {
    let mut left = chance.f64();
    for (number, (_, part, begins, matters)) in LANES.iter().enumerate() {
        if left < *part {
            return (number, *begins, *matters);
        }
        left -= part;
    }
    (0, LANES[0].2, LANES[0].3)
}

/// A number of a Poisson distribution, by multiplying until it is smaller than e^-mean (Knuth, TAOCP 3.4.1).
fn poisson(chance: &mut fastrand::Rng, mean: f64) -> u32 {
    let limit = (-mean).exp();
    let (mut count, mut product) = (0, chance.f64());
    while product > limit {
        count += 1;
        product *= chance.f64();
    }
    count
}

/// The instant at which a plan is over.
pub fn end(plan: &YearPlan) -> DateTime<Utc> {
    wall::midnight(plan.calendar.zone, plan.first + Days::new(plan.days)).unwrap() + TimeDelta::hours(12)
}
