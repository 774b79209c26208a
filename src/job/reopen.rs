//! The way back: what was finished with is reopened, and muted threads are listed and unmuted.

use chrono::{DateTime, Utc};

use super::{JobError, close, decide};
use crate::config::Config;
use crate::domain::ids::{BatchId, Id, ThreadId};
use crate::domain::muted::{MutedThread, Unmuted};
use crate::domain::reopening::{Reopened, Reopening};
use crate::domain::triage::Decision;
use crate::store::{BatchKind, Store, StoreError};

/// Reopens messages. What lies in an open batch is undecided there again, which one undo takes back; everything else leads
/// the next batch of its lane. Where one of them may not be named, nothing is changed.
///
/// # Errors
/// Where one is held or is not there, or the store cannot be written.
pub fn reopen(store: &mut Store, config: &Config, ids: &[Id], now: DateTime<Utc>) -> Result<Reopened, JobError> {
    let reopened = store.reopen(ids, &close::plan(config), now)?;
    let mut batched: Vec<Id> = reopened.of(|what| what == Reopening::Batched).collect();
    for kind in [BatchKind::Window, BatchKind::Exceptions] {
        let Some((batch, _)) = store.open_batch(kind)? else { continue };
        let mut here = Vec::new();
        let mut rest = Vec::new();
        for id in batched {
            let place = store.position(batch.id(), id)?;
            if place.is_some() { here.push(id) } else { rest.push(id) }
        }
        if !here.is_empty() {
            decide::decide(store, config, Decision::Reopen, &here, now)?;
        }
        batched = rest;
    }
    Ok(reopened)
}

/// What a committed batch has finished and nothing has changed since; `None` means the check-in that was committed last.
///
/// # Errors
/// Where no such batch was committed, or nothing of it is left to be reopened.
pub fn finished_in(store: &Store, batch: Option<BatchId>) -> Result<Vec<Id>, JobError> {
    let last = || {
        let receipt = store.last_receipt()?.ok_or_else(|| JobError::Wrong {
            what: "no check-in was committed yet".to_owned(),
            hint: "`tidebox decide reopen ID` takes a decision of the open batch back".to_owned(),
        })?;
        Ok::<_, JobError>(receipt.batch)
    };
    let batch = batch.map_or_else(last, Ok)?;
    let ids = store.finished_in(batch).map_err(|error| match error {
        StoreError::NoBatch(batch) => JobError::Wrong {
            what: format!("no batch {batch} was committed"),
            hint: "`tidebox reopen --batch last` is about the check-in that was committed last".to_owned(),
        },
        error => error.into(),
    })?;
    if ids.is_empty() {
        return Err(JobError::Wrong {
            what: "nothing of that batch is finished with any more".to_owned(),
            hint: "what was deferred or carried over comes back by itself".to_owned(),
        });
    }
    Ok(ids)
}

/// The muted threads, the one that was muted last first.
pub fn muted(store: &Store) -> Result<Vec<MutedThread>, JobError> {
    Ok(store.muted_threads()?)
}

/// Takes the mutes of threads back, each named by one of its messages, or by its own number.
///
/// # Errors
/// Where one of them names no muted thread; then nothing is changed.
pub fn unmute(store: &mut Store, config: &Config, ids: &[Id], now: DateTime<Utc>) -> Result<Vec<Unmuted>, JobError> {
    let muted = store.muted_threads()?;
    let mut threads = Vec::new();
    for id in ids {
        let thread = match store.message(*id) {
            Ok(message) => message.thread,
            Err(StoreError::Unknown(id)) => ThreadId(id.0),
            Err(error) => return Err(error.into()),
        };
        if !muted.iter().any(|one| one.thread == thread) {
            return Err(JobError::Wrong {
                what: format!("{id} is in no muted thread; nothing was changed"),
                hint: "`tidebox muted` lists the threads that are".to_owned(),
            });
        }
        if !threads.contains(&thread) {
            threads.push(thread);
        }
    }
    let plan = close::plan(config);
    let mut unmuted = Vec::new();
    for thread in threads {
        unmuted.extend(store.unmute(thread, &plan, now)?);
    }
    Ok(unmuted)
}
