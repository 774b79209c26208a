//! Decisions: written into the store at once, and undone in the same way.

use chrono::{DateTime, Utc};

use super::begin::{begin_exceptions, current, next_of_lane};
use super::{JobError, unsubscribe};
use crate::config::Config;
use crate::domain::ids::{BatchId, Id};
use crate::domain::message::Stage;
use crate::domain::positions::Positions;
use crate::domain::schedule::Window;
use crate::domain::triage::{Act, Decision, Triage};
use crate::store::{BatchKind, Store, StoreError};

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
/// `Wrong` where a message that was carried over too often is passed over, or whose list cannot be left; or where the store cannot be written.
pub fn record(
    store: &mut Store,
    config: &Config,
    batch: BatchId,
    act: &Act,
    now: DateTime<Utc>,
) -> Result<Kept, JobError> {
    refuse_skip(store, batch, act)?;
    if act.decision == Decision::Unsubscribe {
        let ids = store.members(batch, &act.on)?;
        unsubscribe::note_ways(store, config, batch, &ids)?;
    }
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

/// The window at which messages that an act leaves undecided come again, where it is the same for all of them.
///
/// # Errors
/// Where the store cannot be read.
pub fn comes_again(
    store: &Store,
    config: &Config,
    batch: BatchId,
    act: &Act,
    now: DateTime<Utc>,
) -> Result<Option<Window>, JobError> {
    if act.decision != Decision::Skip {
        return Ok(None);
    }
    let mut again = None;
    for lane in store.lanes_at(batch, &act.on)? {
        match (&again, next_of_lane(store, config, &lane, now)?) {
            (None, Some(next)) => again = Some(next),
            (Some(known), Some(next)) if *known == next => {}
            _ => return Ok(None),
        }
    }
    Ok(again)
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

/// The open batch of this kind with all its acts. Where no kind is named it is that of the window, else that of what
/// exceptions let through.
pub fn triage(store: &Store, kind: Option<BatchKind>) -> Result<Triage, JobError> {
    let open = match kind {
        Some(kind) => store.open_batch(kind)?,
        None => current(store)?,
    };
    let (batch, acts) = open.ok_or_else(|| no_batch(kind))?;
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

/// Decides about messages of one open batch, and mutes with each of them what is open of its thread: that of the window, or that of what exceptions let through, which is begun if
/// it was not. If they are not all in the same one, nothing is changed.
pub fn decide(
    store: &mut Store,
    config: &Config,
    decision: Decision,
    ids: &[Id],
    now: DateTime<Utc>,
) -> Result<DecisionResult, JobError> {
    let hint = || "`tidebox queue` lists the batch with its ids".to_owned();
    let (mut triage, mut on) = batch_of(store, config, ids, now)?;
    // A mute is about the whole thread, from the screen and from a script.
    if decision == Decision::Mute {
        on = triage.with_threads(&on, &store.threads_in(triage.batch().id(), &on)?);
    }
    let act = triage
        .decide(decision, &on)
        .ok_or_else(|| JobError::Wrong { what: "no message was named".to_owned(), hint: hint() })?;
    if let Kept::Beside(stands) = record(store, config, triage.batch().id(), &act, now)? {
        triage = *stands;
    }
    Ok(DecisionResult { on: act.on, triage })
}

/// The open batch that all of these are in, and their positions there.
fn batch_of(
    store: &mut Store,
    config: &Config,
    ids: &[Id],
    now: DateTime<Utc>,
) -> Result<(Triage, Positions), JobError> {
    let mut stranger = None;
    for kind in [BatchKind::Window, BatchKind::Exceptions] {
        let Some((batch, acts)) = store.open_batch(kind)? else { continue };
        match positions(store, batch.id(), ids)? {
            Ok(on) => return Ok((Triage::replay(batch, acts), on)),
            Err(id) => stranger = stranger.or(Some(id)),
        }
    }
    let came_through = all_let_through(store, ids)?;
    if came_through
        && store.open_batch(BatchKind::Exceptions)?.is_none()
        && let Some(batch) = begin_exceptions(store, config, now)?
        && let Ok(on) = positions(store, batch.id(), ids)?
    {
        return Ok((Triage::new(batch), on));
    }
    let Some(id) = stranger else { return Err(no_batch(None)) };
    let (what, hint) = if came_through {
        let hint = "`tidebox commit --exceptions` closes that batch; then the others can be decided";
        (format!("{id} came through after the open batch of exceptions was begun; nothing was changed"), hint)
    } else {
        let hint = "`tidebox queue` and `tidebox queue --exceptions` list what is open, with ids";
        (format!("{id} is not in the open batch; nothing was changed"), hint)
    };
    Err(JobError::Wrong { what, hint: hint.to_owned() })
}

/// Where messages stand in a batch; the first that is not in it otherwise.
fn positions(store: &Store, batch: BatchId, ids: &[Id]) -> Result<Result<Positions, Id>, JobError> {
    let mut on = Positions::default();
    for id in ids {
        match store.position(batch, *id)? {
            Some(position) => on.insert(position),
            None => return Ok(Err(*id)),
        }
    }
    Ok(Ok(on))
}

/// Whether exceptions let all of these through, and no batch has them yet.
fn all_let_through(store: &Store, ids: &[Id]) -> Result<bool, JobError> {
    for id in ids {
        match store.message(*id) {
            Ok(message) if message.stage == Stage::LetThrough => {}
            Ok(_) | Err(StoreError::Held(_) | StoreError::Unknown(_)) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(!ids.is_empty())
}

/// Undoes the latest act of an open batch, as `triage` finds it.
pub fn undo(store: &mut Store, kind: Option<BatchKind>) -> Result<DecisionResult, JobError> {
    let mut triage = triage(store, kind)?;
    let act = triage.undo().ok_or_else(|| JobError::Wrong {
        what: "nothing to take back: this is the batch's beginning".to_owned(),
        hint: "what a commit has done is in `tidebox search`".to_owned(),
    })?;
    store.undo(triage.batch().id(), act.number)?;
    Ok(DecisionResult { on: act.on, triage })
}

/// Redoes the act that was undone last.
pub fn redo(store: &mut Store, kind: Option<BatchKind>) -> Result<DecisionResult, JobError> {
    let mut triage = triage(store, kind)?;
    let act = triage.redo().ok_or_else(|| JobError::Wrong {
        what: "nothing to redo".to_owned(),
        hint: "only what was undone, with nothing decided since, can be redone".to_owned(),
    })?;
    store.redo(triage.batch().id(), act.number)?;
    Ok(DecisionResult { on: act.on, triage })
}

fn no_batch(kind: Option<BatchKind>) -> JobError {
    if kind == Some(BatchKind::Exceptions) {
        return JobError::Wrong {
            what: "no batch of exceptions is open".to_owned(),
            hint:
                "`tidebox queue --exceptions` lists what came through; the first decision about one of them begins it"
                    .to_owned(),
        };
    }
    JobError::Closed {
        what: "no batch is open".to_owned(),
        hint: "`tidebox begin` begins the check-in that is open; `tidebox status` says when the next one opens"
            .to_owned(),
    }
}
