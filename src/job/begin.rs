//! Beginning a window: which one can be begun now, and freezing its batch.

use chrono::{DateTime, TimeDelta, Utc};

use super::JobError;
use crate::config::Config;
use crate::domain::batch::{Batch, Occasion};
use crate::domain::schedule::{Calendar, Window};
use crate::store::{BatchKind, Beginning, LaneTurn, Store, Triaged};

/// What the door allows at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// A batch was begun and is not committed: it can be gone on with.
    GoOn(Batch),
    /// A window can be begun; its time would be over at `until`.
    Begin { window: Window, until: DateTime<Utc>, late: bool },
    /// Nothing: the next window opens then, where there is one.
    Wait { next: Option<Window> },
}

/// What can be begun or gone on with now. A window that nobody began can be begun late until the next one opens;
/// one that opened before the store was there was nobody's to miss.
pub fn turn(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<Turn, JobError> {
    if let Some((batch, _)) = store.open_batch(BatchKind::Window)? {
        return Ok(Turn::GoOn(batch));
    }
    let calendar = &config.calendar;
    let next = calendar.next_after(now);
    for window in calendar.all_open_at(now) {
        if !store.was_read(&window)? {
            let until = window.closes;
            return Ok(Turn::Begin { window, until, late: false });
        }
    }
    for window in missed(calendar, now) {
        let before_us = store.born()?.is_none_or(|born| window.opens < born);
        if !before_us && !store.was_read(&window)? {
            let ends = now + (window.closes - window.opens);
            let until = next.as_ref().map_or(ends, |next| next.opens.min(ends));
            return Ok(Turn::Begin { window, until, late: true });
        }
    }
    Ok(Turn::Wait { next })
}

/// The windows that opened last and are over. Several, where check-ins open at one instant: each has its own lanes.
fn missed(calendar: &Calendar, now: DateTime<Utc>) -> Vec<Window> {
    let Some(latest) = calendar.latest_before(now) else { return Vec::new() };
    let mut together = calendar.windows(latest.opens, latest.opens + TimeDelta::seconds(1));
    together.retain(|window| window.closes <= now);
    together
}

/// What came of wanting to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// The batch, new or gone back to.
    Batch(Batch),
    /// The window is open and nothing is held for it: no batch was made.
    Nothing(Window),
    Closed {
        next: Option<Window>,
    },
}

/// Begins the window that is open, or goes on with its batch.
pub fn begin(store: &mut Store, config: &Config, now: DateTime<Utc>) -> Result<Begun, JobError> {
    match turn(store, config, now)? {
        Turn::GoOn(batch) => Ok(Begun::Batch(batch)),
        Turn::Wait { next } => Ok(Begun::Closed { next }),
        Turn::Begin { window, until, .. } => {
            let lanes = turns(store, config, &window.checkin, now)?;
            let occasion = Occasion::Window { checkin: window.checkin.clone(), opens: window.opens, closes: until };
            let batch = store.begin(&Beginning { occasion, lanes: &lanes, now })?;
            Ok(batch.map_or(Begun::Nothing(window), Begun::Batch))
        }
    }
}

/// Begins, or goes on with, a batch of what exceptions let through; `None` where nothing was.
pub fn begin_exceptions(store: &mut Store, config: &Config, now: DateTime<Utc>) -> Result<Option<Batch>, JobError> {
    if let Some((batch, _)) = store.open_batch(BatchKind::Exceptions)? {
        return Ok(Some(batch));
    }
    let lanes = LaneTurn::at(&config.lanes, "", now);
    Ok(store.begin(&Beginning { occasion: Occasion::Exceptions, lanes: &lanes, now })?)
}

/// Which lanes come out at a check-in: those that have it, and those whose own latest window nobody began, as far as it
/// would have let them out. So a missed window merges into the next one that is begun.
fn turns(store: &Store, config: &Config, checkin: &str, now: DateTime<Utc>) -> Result<Vec<LaneTurn>, JobError> {
    let mut turns = LaneTurn::at(&config.lanes, checkin, now);
    for (turn, lane) in turns.iter_mut().zip(&config.lanes) {
        if turn.arrived_by.is_some() {
            continue;
        }
        let mut own = config.calendar.clone();
        own.checkins.retain(|checkin| lane.comes_out_at(&checkin.name));
        if let Some(window) = own.latest_before(now)
            && !store.was_read(&window)?
        {
            turn.arrived_by = Some(window.opens);
        }
    }
    Ok(turns)
}

/// The batch that scripts mean when they name none: the open window's, else that of the exceptions.
pub fn current(store: &Store) -> Result<Option<Triaged>, JobError> {
    Ok(match store.open_batch(BatchKind::Window)? {
        Some(batch) => Some(batch),
        None => store.open_batch(BatchKind::Exceptions)?,
    })
}
