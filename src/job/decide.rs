//! Verdicts: kept in the store the moment they are given, and taken back the same way.

use chrono::{DateTime, Utc};

use super::JobError;
use super::begin::current;
use crate::domain::ids::{BatchId, Id};
use crate::domain::positions::Positions;
use crate::domain::triage::{Act, Triage, Verb};
use crate::store::{Store, StoreError};

/// Keeps an act; durable when it returns.
pub fn record(store: &mut Store, batch: BatchId, act: &Act, now: DateTime<Utc>) -> Result<(), JobError> {
    Ok(store.record(batch, act, now)?)
}

/// The open batch with all that was said of it.
pub fn triage(store: &Store) -> Result<Triage, JobError> {
    let (batch, acts) = current(store)?.ok_or_else(no_batch)?;
    Ok(Triage::replay(batch, acts))
}

/// A batch with all that was said of it.
pub fn replay(store: &Store, batch: BatchId) -> Result<Triage, JobError> {
    let (batch, acts) = store.batch(batch)?.ok_or(StoreError::NoBatch(batch))?;
    Ok(Triage::replay(batch, acts))
}

/// What came of a verdict given from a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// In triage order.
    pub ids: Vec<Id>,
    pub triage: Triage,
}

impl Changed {
    fn by(store: &Store, act: &Act, triage: Triage) -> Result<Self, JobError> {
        Ok(Self { ids: store.members(triage.batch().id(), &act.on)?, triage })
    }
}

/// Says `verb` of messages of the open batch. One that is not in it stops the whole: nothing is changed then.
pub fn decide(store: &mut Store, verb: Verb, ids: &[Id], now: DateTime<Utc>) -> Result<Changed, JobError> {
    let mut triage = triage(store)?;
    let hint = || "`tidebox queue` lists the batch with its ids".to_owned();
    let mut on = Positions::default();
    for id in ids {
        let position = store.position(triage.batch().id(), *id)?.ok_or_else(|| JobError::Wrong {
            what: format!("{id} is not in the open batch; nothing was changed"),
            hint: hint(),
        })?;
        on.insert(position);
    }
    let act = triage
        .decide(verb, &on)
        .ok_or_else(|| JobError::Wrong { what: "no message was named".to_owned(), hint: hint() })?;
    store.record(triage.batch().id(), &act, now)?;
    Changed::by(store, &act, triage)
}

/// Takes back the latest act of the open batch.
pub fn undo(store: &mut Store, now: DateTime<Utc>) -> Result<Changed, JobError> {
    let mut triage = triage(store)?;
    let act = triage.undo().ok_or_else(|| JobError::Wrong {
        what: "nothing to take back: this is the batch's beginning".to_owned(),
        hint: "what a commit has done is in `tidebox search`".to_owned(),
    })?;
    store.undo(triage.batch().id(), act.number, now)?;
    Changed::by(store, &act, triage)
}

/// Lets the act that was taken back last count again.
pub fn redo(store: &mut Store, now: DateTime<Utc>) -> Result<Changed, JobError> {
    let mut triage = triage(store)?;
    let act = triage.redo().ok_or_else(|| JobError::Wrong {
        what: "nothing to redo".to_owned(),
        hint: "only what was undone, with nothing decided since, can be redone".to_owned(),
    })?;
    store.redo(triage.batch().id(), act.number, now)?;
    Changed::by(store, &act, triage)
}

fn no_batch() -> JobError {
    JobError::Closed {
        what: "no batch is open".to_owned(),
        hint: "`tidebox begin` begins the window that is open; `tidebox status` says when the next one opens"
            .to_owned(),
    }
}
