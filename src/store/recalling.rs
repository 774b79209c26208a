//! Drafts that part from the act by which they were staged: one that is edited, and one that the person takes back.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Transaction};

use super::failure::StoreError;
use super::reply_act::{act_of, follow};
use super::{act, batch};
use crate::domain::ids::OutgoingId;
use crate::domain::positions::{Position, Positions};
use crate::domain::triage::{Decision, Triage};

/// The draft is no longer what its act had staged: that act, and what was undone with it, does not come back.
pub(super) fn part(tx: &Transaction<'_>, id: OutgoingId) -> Result<(), StoreError> {
    let Some((batch, act)) = act_of(tx, id)? else { return Ok(()) };
    if act::uncommitted(tx, batch).is_ok() {
        tx.execute(
            "UPDATE act SET standing = 'replaced' WHERE batch = ?1 AND standing = 'undone'
             AND EXISTS (SELECT 1 FROM act WHERE batch = ?1 AND number = ?2 AND standing = 'undone')",
            (batch.0, act),
        )?;
        tx.execute("UPDATE act SET standing = 'replaced' WHERE batch = ?1 AND number = ?2", (batch.0, act))?;
    }
    tx.execute("DELETE FROM outgoing_act WHERE outgoing = ?1", [id.0])?;
    Ok(())
}

/// Takes a staged message back at the person's wish. While its batch is open, the rows that its act decided are undecided again, as
/// one more act; whether that was done.
pub(super) fn reopen(tx: &Transaction<'_>, id: OutgoingId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let Some((batch, number)) = act_of(tx, id)? else { return Ok(false) };
    if act::uncommitted(tx, batch).is_err() {
        return Ok(false);
    }
    let (frozen, acts) = batch::triaged(tx, batch)?.ok_or(StoreError::NoBatch(batch))?;
    let mut triage = Triage::replay(frozen, acts);
    let decided = triage.acts().iter().find(|(act, _)| act.number == number).map(|(act, _)| act.on.clone());
    let by_it = |position: &Position| triage.verdict_of(*position).is_some_and(|act| act.number == number);
    let on: Positions = decided.unwrap_or_default().iter().filter(by_it).collect();
    let answered = tx
        .prepare_cached(
            "SELECT i.position FROM outgoing AS o JOIN batch_item AS i ON i.message = o.answers
             WHERE o.id = ?1 AND i.batch = ?2",
        )?
        .query_row((id.0, batch.0), |row| Ok(Position(row.get(0)?)))
        .optional()?;
    // Something else was decided about it since: that stays.
    if !answered.is_some_and(|position| on.contains(position)) {
        part(tx, id)?;
        return Ok(false);
    }
    let Some(act) = triage.decide(Decision::Reopen, &on) else { return Ok(false) };
    act::add(tx, batch, &act, now)?;
    follow(tx, batch)?;
    Ok(true)
}
