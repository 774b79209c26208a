//! Answers to invitations among what the person writes. A new one takes the place of those before it that have not left: both or
//! neither, so that never two of them leave, and never none.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Transaction};

use super::failure::StoreError;
use super::instant::seconds;
use super::outgoing::{StagedRevision, stage};
use super::text::word;
use super::{Store, act, read, recalling, reply_act};
use crate::domain::ids::{BatchId, Id, OutgoingId};
use crate::domain::outbox::{DepartureTime, Outgoing, OutgoingState};
use crate::domain::triage::Act;

/// An answer that is to be staged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedAnswer {
    /// The message that brings the invitation.
    pub message: Id,
    /// What the outbox shows of it: a draft with the field `INVITATION_ANSWER_FIELD`.
    pub draft: String,
    pub revision: StagedRevision,
    pub leaving: DepartureTime,
}

impl Store {
    /// Stages an answer to an invitation, writes the act down that decides about its row, and takes back the answers before it that
    /// have not left; all of that or nothing. Undoing the act brings back the answer before it that was staged in the same batch. Returns the new
    /// one, and those that were taken back.
    ///
    /// # Errors
    /// `Unknown` or `Held` for the message; as `stage` and `record`: `OutOfTurn` where somebody else has decided in the batch meanwhile.
    pub fn stage_invitation_answer(
        &mut self,
        answer: &StagedAnswer,
        decides: Option<(BatchId, &Act)>,
        now: DateTime<Utc>,
    ) -> Result<(OutgoingId, Vec<OutgoingId>), StoreError> {
        self.write("staging an answer to an invitation", |tx| {
            read::visible(tx, answer.message)?;
            let earlier = earlier(tx, answer.message)?;
            tx.execute(
                "INSERT INTO outgoing (state, answers, relation, draft, created, changed)
                 VALUES ('draft', ?1, 'reply', ?2, ?3, ?3)",
                (answer.message.0, &answer.draft, seconds(now)),
            )?;
            let id = OutgoingId(tx.last_insert_rowid());
            stage(tx, id, &answer.revision, answer.leaving, decides.map(|(batch, _)| batch), now)?;
            if let Some((batch, act)) = decides {
                act::add(tx, batch, act, now)?;
                reply_act::link(tx, id, batch, act.number)?;
            }
            let mut replaced = Vec::new();
            for (before, state) in earlier {
                if reply_act::somebody_has_it(tx, before)? {
                    continue;
                }
                replace(tx, before, state, decides.map(|(batch, _)| batch))?;
                tx.execute("UPDATE outgoing SET discarded = ?2, changed = ?2 WHERE id = ?1", (before.0, seconds(now)))?;
                if state != OutgoingState::Draft {
                    replaced.push(before);
                }
            }
            Ok((id, replaced))
        })
    }

    /// The newest answer to the invitation of a message that is staged, leaves or has left; `None` where there is none.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn invitation_answer(&self, message: Id) -> Result<Option<Outgoing>, StoreError> {
        let id: Option<i64> = self.read("asking how an invitation was answered", |connection| {
            Ok(connection
                .prepare_cached(
                    "SELECT id FROM outgoing
                     WHERE answers = ?1 AND relation = 'reply' AND state <> 'draft' AND instr(draft, ?2) > 0
                     ORDER BY id DESC LIMIT 1",
                )?
                .query_row((message.0, reply_act::invitation_mark()), |row| row.get(0))
                .optional()?)
        })?;
        id.map(|id| self.outgoing(OutgoingId(id))).transpose()
    }
}

/// The answers to this message that nobody has, the oldest first.
fn earlier(tx: &Transaction<'_>, message: Id) -> Result<Vec<(OutgoingId, OutgoingState)>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT id, state FROM outgoing
         WHERE answers = ?1 AND relation = 'reply' AND state IN ('draft', 'staged', 'later', 'refused') AND discarded IS NULL
           AND instr(draft, ?2) > 0 ORDER BY id",
    )?;
    let rows = statement.query_map((message.0, reply_act::invitation_mark()), |row| {
        let id = OutgoingId(row.get(0)?);
        Ok((id, word(row, 1, "outgoing", id)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Makes it a draft. One that an act of the same open batch has staged is kept as it is beside that act, and comes back with it.
fn replace(
    tx: &Transaction<'_>,
    id: OutgoingId,
    state: OutgoingState,
    batch: Option<BatchId>,
) -> Result<(), StoreError> {
    let staged_here = reply_act::act_of(tx, id)?.is_some_and(|(its, _)| Some(its) == batch);
    if state == OutgoingState::Draft || !staged_here {
        recalling::part(tx, id)?;
    }
    if state == OutgoingState::Draft { Ok(()) } else { reply_act::take_back(tx, id) }
}
