//! A rule beside a schedule: what if one lane were let through the hold.

use std::collections::BTreeMap;

use super::Replay;
use super::days::Half;
use super::figures::Run;

/// Arrivals of the lane that are nearer to each other than this, in seconds, interrupt once.
const APART: i64 = 300;

/// What would come of letting a whole lane through, on the days that are shown.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleFigures {
    pub lane: String,
    /// How many of what mattered would have come at once, and are late in the person's own schedule.
    pub at_once: u32,
    /// How often on an average day it would have interrupted, without what comes in the first five minutes of a check-in.
    pub interruptions_a_day: f64,
}

/// The lane with most late messages that mattered on the days that schedules are chosen by; of equals the one that interrupts least.
pub(super) fn choose(replay: &Replay, own: &Run) -> Option<RuleFigures> {
    let mut late: BTreeMap<usize, u32> = BTreeMap::new();
    for (case, wait) in own.of_half(replay, Half::Chosen) {
        if case.mattered && wait > replay.within {
            *late.entry(case.lane).or_default() += 1;
        }
    }
    let rank =
        |(lane, late): &(usize, u32)| (*late, std::cmp::Reverse(interruptions(replay, own, *lane, Half::Chosen)));
    let (lane, _) = late.into_iter().max_by_key(rank)?;
    let at_once = own
        .of_half(replay, Half::Shown)
        .filter(|(case, wait)| case.lane == lane && case.mattered && *wait > replay.within);
    Some(RuleFigures {
        lane: replay.lanes.get(lane)?.clone(),
        at_once: u32::try_from(at_once.count()).unwrap_or(u32::MAX),
        interruptions_a_day: f64::from(interruptions(replay, own, lane, Half::Shown))
            / f64::from(replay.days.shown.max(1)),
    })
}

/// How often a lane would interrupt on the days of a half.
fn interruptions(replay: &Replay, own: &Run, lane: usize, half: Half) -> u32 {
    let mut before = None;
    let mut found = 0;
    for case in replay.cases.iter().filter(|case| case.lane == lane && case.half == half && case.waits) {
        let apart = before.replace(case.at).is_none_or(|before| case.at - before > APART);
        found += u32::from(apart && !own.is_at_opening(case.at));
    }
    found
}
