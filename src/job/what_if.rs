//! Gathers what a replay of other schedules needs, computes it, and names what mattered.

use chrono::{DateTime, Days, Utc};

use super::JobError;
use crate::config::Config;
use crate::domain::ids::Id;
use crate::domain::message::MessageSummary;
use crate::domain::replay::{LONGEST_DAYS, Replay, ReplayFacts, ReplaySchedule, ReplayedSchedules, TooFewDays, WhatIf};
use crate::domain::schedule::{Calendar, TypedSchedule, parse_schedules, shown_schedule, usual};
use crate::store::Store;

/// The schedules that are replayed where the person names none.
const SUGGESTED: &str = "9:00 13:00 17:00 or 11:00 or 9:00 11:00 13:00 15:00 17:00";

/// Replays schedules beside the person's own, which comes first. `None` for a few that are common. A trial counts as none of the
/// person's own. What mattered is in time where it waits no longer than `within`, in seconds. The cost grows with the arrivals of half a
/// year, never with the store.
///
/// # Errors
/// Where the store cannot be read. The result within is what is missing, where there is too little to replay.
pub fn what_if(
    store: &Store,
    config: &Config,
    typed: Option<&[TypedSchedule]>,
    within: i64,
    now: DateTime<Utc>,
) -> Result<Result<WhatIf, TooFewDays>, JobError> {
    let own = config.calendar.clone().without_trial();
    // A day more than is looked at, so that the first one is whole in any zone.
    let from = now.checked_sub_days(Days::new(LONGEST_DAYS + 2)).unwrap_or(DateTime::<Utc>::MIN_UTC);
    let since = store.facts_since()?.unwrap_or(now);
    let range = from.max(since).min(now)..now;
    let (arrivals, outages) = (store.arrivals(&range)?, store.outages(&range)?);
    let facts = ReplayFacts { arrivals: &arrivals, outages: &outages, since, now, calendar: &own, within };
    let suggested = suggested(&own);
    let schedules = schedules(config, &own, typed.unwrap_or(&suggested));
    Ok(Replay::new(facts).map(|replay| replay.what_if(&schedules)))
}

/// The same as the screen shows it: with the schedules themselves, which can be changed and tried, and with what mattered.
///
/// # Errors
/// Where the store cannot be read.
pub fn replayed(
    store: &Store,
    config: &Config,
    typed: Option<Vec<TypedSchedule>>,
    now: DateTime<Utc>,
) -> Result<ReplayedSchedules, JobError> {
    let own = config.calendar.clone().without_trial();
    let typed = typed.unwrap_or_else(|| suggested(&own));
    let found = what_if(store, config, Some(&typed), config.proof.within.num_seconds(), now)?;
    let cases = found.as_ref().map_or(&[][..], |found| &found.mattered);
    let cases = summaries(store, cases.iter().map(|case| case.message));
    let (days, length) = usual(&own);
    Ok(ReplayedSchedules { typed, found, cases, own: shown_schedule(&own), days, length })
}

/// The person's own schedule and those that were typed.
fn schedules(config: &Config, own: &Calendar, typed: &[TypedSchedule]) -> Vec<ReplaySchedule> {
    let (days, length) = usual(own);
    let mine = ReplaySchedule { label: shown_schedule(own), calendar: own.clone(), lanes: config.lanes.clone() };
    let others = typed.iter().map(|one| ReplaySchedule::typed(one, one.shown(&days, length), own));
    std::iter::once(mine).chain(others).collect()
}

/// The common schedules without the one that the person has already.
fn suggested(own: &Calendar) -> Vec<TypedSchedule> {
    let (days, length) = usual(own);
    let mine = shown_schedule(own);
    let mut all = parse_schedules(SUGGESTED, &days, length.min(chrono::Duration::hours(1))).unwrap_or_default();
    all.retain(|one| one.shown(&days, one.length) != mine);
    all
}

/// What is to be seen of messages that mattered, in the same order; `None` for one that is held again or gone.
#[must_use]
pub fn summaries(store: &Store, ids: impl Iterator<Item = Id>) -> Vec<Option<MessageSummary>> {
    ids.map(|id| store.message(id).ok().map(|message| MessageSummary::of(&message))).collect()
}
