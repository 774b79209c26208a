//! What the closed door tells.

use chrono::{DateTime, Utc};

use super::JobError;
use super::begin::{Turn, before_us, is_first_possible, turn};
use super::decide::replay;
use super::pause::Shutter;
use super::{health, outbox_health};
use crate::config::Config;
use crate::domain::batch::{Batch, BatchOccasion};
use crate::domain::concern::Concern;
use crate::domain::door::{OpenWindow, Overview, WindowState};
use crate::domain::schedule::{TrialStanding, TrialState, Window, wall};
use crate::store::{BatchKind, Store};

pub fn door(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<Overview, JobError> {
    let calendar = &config.calendar;
    let tally = store.tally()?;
    let turn = turn(store, config, now)?;
    let first_batch = is_first_possible(store, &turn)?;
    let (open, uncommitted) = match turn {
        Turn::GoOn(batch) => {
            let open = begun_window(store, config, &batch)?;
            let over = open.clone().filter(|open| open.is_over(now));
            (open, over)
        }
        Turn::Begin { window, late, before, uncommitted, .. } => {
            let over = uncommitted.map(|batch| begun_window(store, config, &batch)).transpose()?.flatten();
            (
                Some(OpenWindow { window, until: before, begun: false, late, left: None, decided: None, later: None }),
                over,
            )
        }
        Turn::Wait { .. } => (None, None),
    };
    // A batch of exceptions that is not committed still has unread messages.
    let begun = match store.open_batch(BatchKind::Exceptions)? {
        Some((batch, _)) => {
            let left = batch.size() - replay(store, batch.id())?.decided();
            u32::try_from(left).unwrap_or(u32::MAX)
        }
        None => 0,
    };
    let mut today = Vec::new();
    for window in calendar.touching_today(now) {
        let in_hand =
            open.as_ref().is_some_and(|open| open.begun && !open.is_over(now) && open.window.opens == window.opens);
        let reading = if in_hand {
            WindowState::Open
        } else if store.is_left_out(&window)? {
            WindowState::LeftOut
        } else if store.was_read(&window)? {
            WindowState::Read
        } else if window.opens > now {
            WindowState::Ahead
        } else if window.closes > now {
            WindowState::Open
        } else if before_us(store, &window)? {
            WindowState::Over
        } else {
            WindowState::Missed
        };
        today.push((window, reading));
    }
    Ok(Overview {
        open,
        uncommitted,
        next: Shutter::at(store, now)?.next(calendar)?,
        pauses: store.pauses(now)?,
        today,
        last: store.last_receipt()?,
        held: config.show_held.then_some(tally.held),
        let_through: tally.let_through + begun,
        expected: store.expected(now)?,
        deferred: tally.deferred,
        to_answer: tally.to_answer,
        pace: store.answer_pace()?,
        away_until: calendar.away_until(now),
        outside: store.write_back_state()?,
        refused: store.refused_changes()?,
        no_source: config.sources.is_empty(),
        nothing_to_hold: config.sources.is_empty() && !store.has_messages()?,
        first_batch,
        concerns: concerns(store, config)?,
        outbox: store.outbox_tally()?,
        trial: trial(config, now),
        watch_is_down: false,
    })
}

/// Where the schedule stands that is tried; `None` where there is none, or it was over long ago.
#[must_use]
pub fn trial(config: &Config, now: DateTime<Utc>) -> Option<TrialStanding> {
    let today = wall::date_of(config.calendar.zone, now);
    let standing = config.trial.as_ref().map(|trial| trial.standing(&config.calendar, today));
    standing.filter(|standing| standing.state != TrialState::Over)
}

/// What is wrong with the sources, and with the outbox.
///
/// # Errors
/// Where the store cannot be read.
pub fn concerns(store: &Store, config: &Config) -> Result<Vec<Concern>, JobError> {
    let mut concerns = health::concerns(store, config)?;
    concerns.extend(outbox_health::concerns(store)?);
    Ok(concerns)
}

/// A batch of a window as the door tells of it.
fn begun_window(store: &Store, config: &Config, batch: &Batch) -> Result<Option<OpenWindow>, JobError> {
    let BatchOccasion::Window { checkin, opens, closes } = batch.occasion().clone() else { return Ok(None) };
    let triage = replay(store, batch.id())?;
    let decided = triage.decided();
    let zone = config.calendar.zone_of(&checkin);
    Ok(Some(OpenWindow {
        window: Window { checkin, opens, closes, zone },
        until: batch.closes(),
        begun: true,
        late: false,
        left: u32::try_from(batch.size() - decided).ok(),
        decided: u32::try_from(decided).ok(),
        later: u32::try_from(triage.later().len()).ok(),
    }))
}
