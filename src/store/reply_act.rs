//! Answers and the acts by which they were staged. Whatever is done, undone or redone in a batch, in the same transaction an answer
//! is staged while its act counts, and a draft while it does not.
//!
//! A draft that is as it was when its act was taken back keeps the bytes that were staged, and the act can come back. When it is
//! edited, thrown away or staged anew, that revision is gone, and so the old act does not come back: it counts as replaced.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};

use super::failure::StoreError;
use super::instant::seconds;
use super::text::word;
use crate::domain::answering::INVITATION_ANSWER_FIELD;
use crate::domain::ids::{BatchId, OutgoingId};
use crate::domain::outbox::OutgoingState;

/// An answer of which the act does not stand any more, and that cannot be taken back, since it has left or may have.
pub(super) struct HasLeft {
    pub(super) act: u32,
    pub(super) id: OutgoingId,
    pub(super) state: OutgoingState,
}

/// That this act, of an open batch, has staged this message. What another act had staged of it before does not come back.
pub(super) fn link(tx: &Transaction<'_>, id: OutgoingId, batch: BatchId, act: u32) -> Result<(), StoreError> {
    tx.execute("INSERT INTO outgoing_act (outgoing, batch, act) VALUES (?1, ?2, ?3)", (id.0, batch.0, act))?;
    Ok(())
}

/// Stages every answer of a batch whose act stands, and takes back those whose act does not. Tells which of them could not be
/// taken back. An act stands while it counts and the answered message was not opened again by name; the answer to an invitation, while
/// no later one counts.
pub(super) fn follow(tx: &Transaction<'_>, batch: BatchId) -> Result<Vec<HasLeft>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT l.outgoing, l.act, o.state, l.bytes IS NOT NULL,
                (SELECT standing = 'counts' FROM act WHERE batch = l.batch AND number = l.act)
                AND NOT EXISTS (SELECT 1 FROM act AS a JOIN act_run AS r ON r.batch = a.batch AND r.act = a.number
                                WHERE a.batch = l.batch AND a.number > l.act AND a.verb = 'reopen' AND a.standing = 'counts'
                                  AND (SELECT position FROM batch_item WHERE batch = l.batch AND message = o.answers)
                                      BETWEEN r.first AND r.last),
                instr(o.draft, ?2) > 0
                AND EXISTS (SELECT 1 FROM outgoing_act AS n JOIN outgoing AS p ON p.id = n.outgoing
                                     JOIN act AS b ON b.batch = n.batch AND b.number = n.act
                            WHERE n.batch = l.batch AND n.act > l.act AND b.standing = 'counts'
                              AND p.answers = o.answers AND instr(p.draft, ?2) > 0)
         FROM outgoing_act AS l JOIN outgoing AS o ON o.id = l.outgoing WHERE l.batch = ?1",
    )?;
    let rows = statement.query_map((batch.0, invitation_mark()), |row| {
        let id = OutgoingId(row.get(0)?);
        Ok((id, row.get(1)?, word(row, 2, "outgoing", id)?, row.get(3)?, row.get(4)?, row.get(5)?))
    })?;
    let rows: Vec<(OutgoingId, u32, OutgoingState, bool, bool, bool)> = rows.collect::<Result<_, _>>()?;
    let mut left = Vec::new();
    for (id, act, state, kept, counts, replaced) in rows {
        let stands = counts && !replaced;
        if stands && state == OutgoingState::Draft && kept {
            restage(tx, id)?;
        } else if !stands && state != OutgoingState::Draft {
            if state.can_be_recalled() && !somebody_has_it(tx, id)? {
                take_back(tx, id)?;
                if replaced {
                    // It is no draft that could be edited; with the act that replaced it undone it is staged again.
                    tx.execute("UPDATE outgoing SET discarded = changed WHERE id = ?1", [id.0])?;
                }
            } else {
                left.push(HasLeft { act, id, state });
            }
        }
    }
    Ok(left)
}

/// Makes a staged message a draft. Where an act has staged it, the revision is kept beside that act.
pub(super) fn take_back(tx: &Transaction<'_>, id: OutgoingId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE outgoing_act SET (bytes, leaves, due) =
                (SELECT bytes, coalesce(leaves, 'close'), CASE leaves WHEN 'at' THEN due END FROM outgoing WHERE id = ?1)
         WHERE outgoing = ?1",
        [id.0],
    )?;
    tx.execute(
        "UPDATE outgoing SET state = 'draft', bytes = NULL, dated = NULL, leaves = NULL, due = NULL, staged_in = NULL
         WHERE id = ?1",
        [id.0],
    )?;
    Ok(())
}

fn restage(tx: &Transaction<'_>, id: OutgoingId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE outgoing SET state = 'staged', tries = 0, discarded = NULL, (bytes, leaves, due, staged_in) =
                (SELECT bytes, leaves, due, batch FROM outgoing_act WHERE outgoing = ?1)
         WHERE id = ?1",
        [id.0],
    )?;
    tx.execute("UPDATE outgoing_act SET bytes = NULL, leaves = NULL, due = NULL WHERE outgoing = ?1", [id.0])?;
    tx.execute("UPDATE outgoing_recipient SET state = 'waiting', words = '' WHERE outgoing = ?1", [id.0])?;
    Ok(())
}

/// At a commit that nobody attends: of the answers that it makes due, those whose message was answered elsewhere since they were staged
/// are drafts again. An answer among the sent mail counts from the beginning of the batch on, as nobody knew of it then.
pub(super) fn take_back_overtaken(tx: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT o.id FROM outgoing AS o JOIN answered_elsewhere AS a ON a.message = o.answers
                LEFT JOIN batch AS b ON b.id = o.staged_in
         WHERE o.state = 'staged' AND o.relation = 'reply' AND o.discarded IS NULL AND o.leaves <> 'at' AND o.due = ?1
           AND a.at >= iif(a.how = 'sent', coalesce(b.begun, o.changed), o.changed) ORDER BY o.id",
    )?;
    let ids: Vec<i64> = statement.query_map([seconds(now)], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for id in ids.into_iter().map(OutgoingId) {
        if !somebody_has_it(tx, id)? {
            take_back(tx, id)?;
            tx.execute("UPDATE outgoing SET changed = ?2 WHERE id = ?1", (id.0, seconds(now)))?;
        }
    }
    Ok(())
}

/// The batch is committed: what was taken back in it is a draft for good.
pub(super) fn close(tx: &Transaction<'_>, batch: BatchId) -> Result<(), StoreError> {
    tx.execute("UPDATE outgoing_act SET bytes = NULL, leaves = NULL, due = NULL WHERE batch = ?1", [batch.0])?;
    Ok(())
}

/// Whether some recipient's server took it, or may have.
pub(super) fn somebody_has_it(tx: &Transaction<'_>, id: OutgoingId) -> Result<bool, StoreError> {
    Ok(tx
        .prepare_cached("SELECT 1 FROM outgoing_recipient WHERE outgoing = ?1 AND state IN ('accepted', 'unknown')")?
        .exists([id.0])?)
}

/// What the draft of an answer to an invitation has in it: its field, as it stands in the file.
pub(super) fn invitation_mark() -> String {
    format!("\n{INVITATION_ANSWER_FIELD}: ")
}

/// The acts of a batch by which an answer was staged that somebody has written. The answer to an invitation takes a key.
pub(super) fn written(tx: &Transaction<'_>, batch: BatchId) -> Result<HashSet<u32>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT l.act FROM outgoing_act AS l JOIN outgoing AS o ON o.id = l.outgoing
         WHERE l.batch = ?1 AND o.state <> 'draft' AND instr(o.draft, ?2) = 0",
    )?;
    let rows = statement.query_map((batch.0, invitation_mark()), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The act that has staged it, with its batch.
pub(super) fn act_of(tx: &Transaction<'_>, id: OutgoingId) -> Result<Option<(BatchId, u32)>, StoreError> {
    Ok(tx
        .prepare_cached("SELECT batch, act FROM outgoing_act WHERE outgoing = ?1")?
        .query_row([id.0], |row| Ok((BatchId(row.get(0)?), row.get(1)?)))
        .optional()?)
}
