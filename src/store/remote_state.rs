//! Applying what was decided about a message elsewhere.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};

use super::failure::StoreError;
use super::text::word;
use super::{deferred, follow_up, thread};
use crate::domain::ids::{Id, ThreadId};
use crate::domain::message::Stage;
use crate::domain::remote_state::RemoteState;

/// Applies to a message what was decided about it elsewhere. A message of an open batch stays as it is.
pub(super) fn apply_remote_state(
    tx: &Transaction<'_>,
    id: Id,
    said: &RemoteState,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let known: Option<(Stage, i64)> = tx
        .prepare_cached("SELECT stage, thread FROM message WHERE id = ?1")?
        .query_row([id.0], |row| Ok((word(row, 0, "message", id)?, row.get(1)?)))
        .optional()?;
    let Some((stage, thread)) = known else { return Ok(()) };
    let after = said.stage_after(stage);
    if *said == RemoteState::Later && after.unwrap_or(stage) == Stage::CarriedOver {
        follow_up::put_off(tx, id, now)?;
    }
    let Some(stage) = after else { return Ok(()) };
    tx.prepare_cached("UPDATE message SET stage = ?2, reopened = NULL WHERE id = ?1")?.execute((id.0, stage))?;
    tx.prepare_cached("DELETE FROM deferred WHERE message = ?1")?.execute([id.0])?;
    if let RemoteState::Deferred(until) = said {
        deferred::insert(tx, id, until, now)?;
    }
    if stage == Stage::Muted {
        thread::mute(tx, ThreadId(thread), now)?;
    }
    Ok(())
}

/// The lane of a message.
pub(super) fn lane(tx: &Transaction<'_>, id: Id) -> Result<String, StoreError> {
    let lane = tx
        .prepare_cached("SELECT l.name FROM message AS m JOIN lane AS l ON l.id = m.lane WHERE m.id = ?1")?
        .query_row([id.0], |row| row.get(0))
        .optional()?;
    Ok(lane.unwrap_or_default())
}

/// Whether a message is finished with, and no change of it is still to be made.
pub(super) fn is_over(tx: &Transaction<'_>, id: Id) -> Result<bool, StoreError> {
    Ok(tx
        .prepare_cached(
            "SELECT 1 FROM message WHERE id = ?1 AND stage IN ('done', 'trash', 'spam', 'muted', 'history', 'filed', 'gone')
             AND NOT EXISTS (SELECT 1 FROM journal WHERE message = ?1 AND closed IS NULL)",
        )?
        .exists([id.0])?)
}
