//! The end of a batch's window: what it means, what closes the batch then, and more time before it.
//!
//! Where no screen has the batch open, its end closes it, as the settings say. Whoever has it on a screen is not interrupted: there
//! it stays open until the next window of any of its lanes opens, as if the settings said `commit = "ask"` for so long.

use chrono::{DateTime, TimeDelta, Utc};

use super::decide::replay;
use super::pause::Shutter;
use super::{JobError, begin};
use crate::config::{CommitMode, Config};
use crate::domain::batch::{Batch, BatchOccasion, called};
use crate::domain::ids::BatchId;
use crate::domain::lane::joint_calendar;
use crate::domain::schedule::{Calendar, Window};
use crate::domain::window_end::{AtEnd, LeftBatch, LeftUntil, WindowEnd};
use crate::store::Store;

/// One press of the key gives so much more time.
const MORE: TimeDelta = TimeDelta::minutes(10);
/// All presses together give no more than this: beyond the window's close, or, where that is over, from now on.
const MOST: TimeDelta = TimeDelta::hours(1);

/// What the end of this batch's window means; `None` where it has none.
///
/// # Errors
/// Where the store cannot be read.
pub fn window_end(
    store: &Store,
    config: &Config,
    batch: &Batch,
    now: DateTime<Utc>,
) -> Result<Option<WindowEnd>, JobError> {
    let Some(ends) = batch.closes() else { return Ok(None) };
    let lanes = store.lanes_at(batch.id(), &batch.positions())?;
    let mut again = Vec::new();
    for lane in &lanes {
        again.push(begin::next_of_lane(store, config, lane, now)?);
    }
    again.dedup();
    let again = if again.len() == 1 { again.pop().flatten() } else { None };
    let then = match config.commit {
        CommitMode::Ask => AtEnd::Asks,
        CommitMode::AtClose => {
            let calendar = joint_calendar(&config.lanes, &lanes, &config.calendar);
            let next = match opened(store, &calendar, batch, now)? {
                None => Shutter::at(store, now)?.next(&calendar)?,
                opened => opened,
            };
            AtEnd::Closes { next }
        }
    };
    Ok(Some(WindowEnd { batch: batch.id(), ends, then, again }))
}

/// The window of any of the batch's lanes that has opened since it was begun; `None` where none has, or a pause kept it shut.
///
/// # Errors
/// Where the store cannot be read.
pub fn next_has_opened(
    store: &Store,
    config: &Config,
    batch: &Batch,
    now: DateTime<Utc>,
) -> Result<Option<Window>, JobError> {
    let lanes = store.lanes_at(batch.id(), &batch.positions())?;
    opened(store, &joint_calendar(&config.lanes, &lanes, &config.calendar), batch, now)
}

fn opened(store: &Store, calendar: &Calendar, batch: &Batch, now: DateTime<Utc>) -> Result<Option<Window>, JobError> {
    let BatchOccasion::Window { opens, .. } = batch.occasion() else { return Ok(None) };
    let since = batch.begun().max(*opens);
    Ok(Shutter::at(store, now)?.opened(calendar)?.filter(|window| since < window.opens))
}

/// Gives the batch ten more minutes: an hour in all at most, and never more than to the next window of any of its lanes. Of a
/// batch whose time is over they count from now on.
///
/// # Errors
/// `Wrong` where it has no window or can have no more time, or where the store cannot be read or written.
pub fn give_more_time(store: &mut Store, config: &Config, id: BatchId, now: DateTime<Utc>) -> Result<Batch, JobError> {
    let batch = batch(store, id)?;
    let (Some(ends), Some(closes)) = (batch.closes(), batch.window_closes()) else {
        return Err(wrong("what came through an exception has no time that ends", "close it when you are done"));
    };
    let lanes = store.lanes_at(id, &batch.positions())?;
    let calendar = joint_calendar(&config.lanes, &lanes, &config.calendar);
    let next = match opened(store, &calendar, &batch, now)? {
        None => Shutter::at(store, now)?.next(&calendar)?,
        opened => opened,
    };
    let most = closes.max(now) + MOST;
    let until = (ends.max(now) + MORE).min(most).min(next.as_ref().map_or(most, |next| next.opens));
    if until <= ends.max(now) {
        let what = match next {
            Some(next) if next.opens <= most && next.opens <= now => {
                format!("{} is open, so this batch gets no more time", called(&next.checkin))
            }
            Some(next) if next.opens <= most => {
                format!("{} opens then, so this batch gets no more time", called(&next.checkin))
            }
            _ => "this batch has got an hour more, which is the most".to_owned(),
        };
        return Err(wrong(&what, "what is not decided comes again at the next check-in of its lane"));
    }
    store.give_more_time(id, until)?;
    self::batch(store, id)
}

/// What is left of a batch that no screen of this program has open any more; `None` where nothing was decided in it, or it is
/// committed. `watch` is whether a watch runs.
///
/// # Errors
/// Where the store cannot be read.
pub fn left(store: &Store, config: &Config, id: BatchId, watch: bool) -> Result<Option<LeftBatch>, JobError> {
    let triage = replay(store, id)?;
    if triage.decided() == 0 || store.receipt(id)?.is_some() {
        return Ok(None);
    }
    let closes = match triage.batch().closes() {
        None => LeftUntil::PersonAsException,
        Some(_) if config.commit == CommitMode::Ask => LeftUntil::Person,
        Some(_) if store.is_on_screen(id) => LeftUntil::OtherScreen,
        Some(at) => LeftUntil::Ends { at, watch },
    };
    let decided = triage.decided();
    Ok(Some(LeftBatch { decided, left: triage.batch().size() - decided, closes }))
}

fn batch(store: &Store, id: BatchId) -> Result<Batch, JobError> {
    let known = store.batch(id)?.map(|(batch, _)| batch);
    known.ok_or_else(|| JobError::Store(crate::store::StoreError::NoBatch(id)))
}

fn wrong(what: &str, hint: &str) -> JobError {
    JobError::Wrong { what: what.to_owned(), hint: hint.to_owned() }
}
