//! Decisions: written into the store at once, and undone in the same way.

use chrono::{DateTime, Utc};

use super::JobError;
use super::begin::current;
use crate::domain::ids::{BatchId, Id};
use crate::domain::positions::Positions;
use crate::domain::triage::{Act, Decision, Triage};
use crate::store::{Store, StoreError};

/// Somebody else may be quicker so many times, then it is given up.
const MEETINGS: u32 = 8;

/// What came of writing down an act of a screen.
#[derive(Debug)]
pub enum Kept {
    /// It was written as it was made.
    Alone,
    /// A script or another screen had decided in the same batch meanwhile. This is the list of acts now, with this
    /// act as the last one.
    Beside(Box<Triage>),
}

/// Writes an act down; it is durable when this returns. If others have decided in the batch meanwhile, it comes after
/// their acts.
///
/// # Errors
/// `Wrong` where a message that was carried over too often is passed over, or where the store cannot be written.
pub fn record(store: &mut Store, batch: BatchId, act: &Act, now: DateTime<Utc>) -> Result<Kept, JobError> {
    refuse_skip(store, batch, act)?;
    let mut told = match store.record(batch, act, now) {
        Ok(()) => return Ok(Kept::Alone),
        Err(error @ StoreError::OutOfTurn { .. }) => error,
        Err(error) => return Err(error.into()),
    };
    // Each time somebody else was quicker.
    for _ in 0..MEETINGS {
        let mut triage = replay(store, batch)?;
        let Some(next) = triage.decide(act.decision.clone(), &act.on) else { break };
        match store.record(batch, &next, now) {
            Ok(()) => return Ok(Kept::Beside(Box::new(triage))),
            Err(error @ StoreError::OutOfTurn { .. }) => told = error,
            Err(error) => return Err(error.into()),
        }
    }
    Err(told.into())
}

/// What was carried over `carry_limit` times is not passed over once more.
fn refuse_skip(store: &Store, batch: BatchId, act: &Act) -> Result<(), JobError> {
    if act.decision != Decision::Skip {
        return Ok(());
    }
    match store.past_limit(batch, &act.on)?.len() {
        0 => Ok(()),
        count => Err(JobError::Wrong {
            what: match (count, act.on.len()) {
                (_, 1) => "this message was carried over too often to be skipped".to_owned(),
                (count, all) => format!("{count} of {all} messages were carried over too often to be skipped"),
            },
            hint: "done lets it go, or a later check-in, trash, mute, spam".to_owned(),
        }),
    }
}

/// Undoes the act that a screen chose; durable when this returns.
pub fn undo_act(store: &mut Store, batch: BatchId, act: u32) -> Result<Kept, JobError> {
    turned(store.undo(batch, act))
}

/// Redoes the act that a screen chose; durable when this returns.
pub fn redo_act(store: &mut Store, batch: BatchId, act: u32) -> Result<Kept, JobError> {
    turned(store.redo(batch, act))
}

/// The act was chosen on a screen. If others have decided since, nothing is changed, so that nobody undoes an act
/// that the screen does not show yet.
fn turned(done: Result<(), StoreError>) -> Result<Kept, JobError> {
    match done {
        Ok(()) => Ok(Kept::Alone),
        Err(StoreError::OutOfTurn { .. }) => Err(JobError::Wrong {
            what: "another tidebox has decided in this batch, so nothing was taken back".to_owned(),
            hint: "this is how it stands now".to_owned(),
        }),
        Err(error) => Err(error.into()),
    }
}

/// The open batch with all its acts.
pub fn triage(store: &Store) -> Result<Triage, JobError> {
    let (batch, acts) = current(store)?.ok_or_else(no_batch)?;
    Ok(Triage::replay(batch, acts))
}

/// A batch with all its acts.
pub fn replay(store: &Store, batch: BatchId) -> Result<Triage, JobError> {
    let (batch, acts) = store.batch(batch)?.ok_or(StoreError::NoBatch(batch))?;
    Ok(Triage::replay(batch, acts))
}

/// What came of a decision that a script made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionResult {
    /// The messages that it was about.
    pub on: Positions,
    pub triage: Triage,
}

impl DecisionResult {
    /// Which messages those are, in triage order.
    pub fn ids(&self, store: &Store) -> Result<Vec<Id>, JobError> {
        Ok(store.members(self.triage.batch().id(), &self.on)?)
    }
}

/// Decides about messages of the open batch. If one of them is not in it, nothing is changed.
pub fn decide(
    store: &mut Store,
    decision: Decision,
    ids: &[Id],
    now: DateTime<Utc>,
) -> Result<DecisionResult, JobError> {
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
        .decide(decision, &on)
        .ok_or_else(|| JobError::Wrong { what: "no message was named".to_owned(), hint: hint() })?;
    if let Kept::Beside(stands) = record(store, triage.batch().id(), &act, now)? {
        triage = *stands;
    }
    Ok(DecisionResult { on: act.on, triage })
}

/// Undoes the latest act of the open batch.
pub fn undo(store: &mut Store) -> Result<DecisionResult, JobError> {
    let mut triage = triage(store)?;
    let act = triage.undo().ok_or_else(|| JobError::Wrong {
        what: "nothing to take back: this is the batch's beginning".to_owned(),
        hint: "what a commit has done is in `tidebox search`".to_owned(),
    })?;
    store.undo(triage.batch().id(), act.number)?;
    Ok(DecisionResult { on: act.on, triage })
}

/// Redoes the act that was undone last.
pub fn redo(store: &mut Store) -> Result<DecisionResult, JobError> {
    let mut triage = triage(store)?;
    let act = triage.redo().ok_or_else(|| JobError::Wrong {
        what: "nothing to redo".to_owned(),
        hint: "only what was undone, with nothing decided since, can be redone".to_owned(),
    })?;
    store.redo(triage.batch().id(), act.number)?;
    Ok(DecisionResult { on: act.on, triage })
}

fn no_batch() -> JobError {
    JobError::Closed {
        what: "no batch is open".to_owned(),
        hint: "`tidebox begin` begins the window that is open; `tidebox status` says when the next one opens"
            .to_owned(),
    }
}
