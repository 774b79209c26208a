//! What the person writes: drafts, what is staged, and what leaves. Each change of a state is one transaction.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::text::{word, word_or_null};
use super::{Store, act, read, recalling, reply_act, sending_block, unsubscription};
use crate::domain::ids::{BatchId, Id, OutgoingId};
use crate::domain::outbox::{
    DepartureTime, DepartureTimeKind, OutboxTally, Outgoing, OutgoingOwner, OutgoingRecipient, OutgoingRelation,
    OutgoingState,
};
use crate::domain::reminder::{ReminderEnd, asks_to_remind};
use crate::domain::triage::Act;

const COLUMNS: &str = "id, state, answers, draft, changed, message_id, leaves, staged_in, due, tries, relation";

/// Whether a try at this message came to its dot, so that somebody may have it, whatever was said of it since.
const MAY_HAVE_LEFT: &str =
    "EXISTS (SELECT 1 FROM outgoing_attempt AS t WHERE t.outgoing = outgoing.id AND t.dot IS NOT NULL)";

/// A revision that is ready to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedRevision {
    /// Without brackets. That of the first staging stays, unless somebody may have that message (`reusable_message_id`).
    pub message_id: String,
    /// The address that failures come back to.
    pub sender: String,
    pub recipients: Vec<String>,
    pub bytes: Vec<u8>,
}

impl Store {
    /// Keeps a new draft. `about` is the message that it answers or forwards.
    ///
    /// # Errors
    /// `Unknown` or `Held` for that message, or where the store cannot be written.
    pub fn new_draft(
        &mut self,
        about: Option<(OutgoingRelation, Id)>,
        text: &str,
        now: DateTime<Utc>,
    ) -> Result<OutgoingId, StoreError> {
        self.write("keeping a draft", |tx| {
            if let Some((_, message)) = about {
                read::visible(tx, message)?;
            }
            let (relation, answers) =
                about.map_or((OutgoingRelation::New, None), |(relation, id)| (relation, Some(id.0)));
            tx.execute(
                "INSERT INTO outgoing (state, answers, relation, draft, created, changed)
                 VALUES ('draft', ?1, ?2, ?3, ?4, ?4)",
                (answers, relation, text, seconds(now)),
            )?;
            Ok(OutgoingId(tx.last_insert_rowid()))
        })
    }

    /// Keeps the newest text of a draft. Where its line `Remind` was deleted, the reminder is taken back.
    ///
    /// # Errors
    /// `NoOutgoing`, `OutgoingState` where it is no draft any more, or where the store cannot be written.
    pub fn save_draft(&mut self, id: OutgoingId, text: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("keeping a draft", |tx| {
            in_state(tx, id, |state| state == OutgoingState::Draft)?;
            let before: String = tx.query_row("SELECT draft FROM outgoing WHERE id = ?1", [id.0], |row| row.get(0))?;
            if asks_to_remind(&before) && !asks_to_remind(text) {
                end_reminder(tx, id, ReminderEnd::TakenBack)?;
            }
            let changed = tx.execute(
                "UPDATE outgoing SET draft = ?2, changed = ?3 WHERE id = ?1 AND draft <> ?2",
                (id.0, text, seconds(now)),
            )?;
            if changed > 0 { recalling::part(tx, id) } else { Ok(()) }
        })
    }

    /// Throws a draft away, or takes that back. It stays in the store.
    ///
    /// # Errors
    /// `NoOutgoing`, `OutgoingState` where it is no draft, or where the store cannot be written.
    pub fn discard_draft(&mut self, id: OutgoingId, discarded: bool, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("throwing a draft away", |tx| {
            in_state(tx, id, |state| state == OutgoingState::Draft)?;
            let at = discarded.then(|| seconds(now));
            tx.execute("UPDATE outgoing SET discarded = ?2 WHERE id = ?1", (id.0, at))?;
            recalling::part(tx, id)
        })
    }

    /// Stages a draft: it leaves when its time comes. `batch` is the one in which that happens.
    ///
    /// # Errors
    /// `NoOutgoing`, `OutgoingState` where it is no draft, or where the store cannot be written.
    pub fn stage(
        &mut self,
        id: OutgoingId,
        revision: &StagedRevision,
        leaving: DepartureTime,
        batch: Option<BatchId>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write("staging a message", |tx| stage(tx, id, revision, leaving, batch, now))
    }

    /// Stages an answer and writes the act down that decides about the row of what it answers, both or neither.
    ///
    /// # Errors
    /// As `stage` and `record`: `OutOfTurn` where somebody else has decided in the batch meanwhile.
    pub fn stage_by_act(
        &mut self,
        id: OutgoingId,
        revision: &StagedRevision,
        leaving: DepartureTime,
        (batch, act): (BatchId, &Act),
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write("staging an answer", |tx| {
            stage(tx, id, revision, leaving, Some(batch), now)?;
            act::add(tx, batch, act, now)?;
            reply_act::link(tx, id, batch, act.number)
        })
    }

    /// Takes a message back, so that it is a draft again, in the same transaction in which it is no longer staged. While the batch
    /// in which it was staged is open, what it answers is undecided again.
    ///
    /// # Errors
    /// `NoOutgoing`, `OutgoingState` where it is leaving, or somebody has it or may have it, or where the store cannot be
    /// written.
    pub fn recall(&mut self, id: OutgoingId, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("taking a message back", |tx| {
            let state = in_state(tx, id, OutgoingState::can_be_recalled)?;
            if reply_act::somebody_has_it(tx, id)? {
                return Err(StoreError::OutgoingState { id, state });
            }
            if !recalling::reopen(tx, id, now)? {
                reply_act::take_back(tx, id)?;
            }
            tx.execute("UPDATE outgoing SET changed = ?2 WHERE id = ?1", (id.0, seconds(now)))?;
            unsubscription::follow(tx, id, (OutgoingState::Draft, ""), now)
        })
    }

    /// One message that the person writes.
    ///
    /// # Errors
    /// `NoOutgoing`, or where the store cannot be read.
    pub fn outgoing(&self, id: OutgoingId) -> Result<Outgoing, StoreError> {
        self.read("reading a message of the outbox", |connection| {
            let found = connection
                .prepare_cached(&format!("SELECT {COLUMNS} FROM outgoing WHERE id = ?1"))?
                .query_row([id.0], outgoing)
                .optional()?;
            let mut found = found.ok_or(StoreError::NoOutgoing(id))?;
            found.recipients = recipients(connection, id)?;
            Ok(found)
        })
    }

    /// The Message-ID with which a draft is staged again; `None` where it needs a new one, since it was never staged, or since somebody
    /// may have what was staged before: servers throw away what comes a second time with the same one, though it says something else.
    ///
    /// # Errors
    /// `NoOutgoing`, or where the store cannot be read.
    pub fn reusable_message_id(&self, id: OutgoingId) -> Result<Option<String>, StoreError> {
        self.read("asking for the Message-ID of a draft", |connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT CASE WHEN {MAY_HAVE_LEFT} THEN NULL ELSE message_id END FROM outgoing WHERE id = ?1"
                ))?
                .query_row([id.0], |row| row.get(0))
                .optional()?
                .ok_or(StoreError::NoOutgoing(id))
        })
    }

    /// Everything that is not finished: drafts that were not thrown away, and what has not left or not whole, or has a
    /// reminder, the oldest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn unfinished_outgoing(&self) -> Result<Vec<Outgoing>, StoreError> {
        self.read("reading the outbox", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM outgoing
                 WHERE id IN (SELECT id FROM outgoing WHERE state <> 'sent' AND discarded IS NULL
                              UNION SELECT outgoing FROM reminder WHERE ended IS NULL) AND discarded IS NULL ORDER BY id"
            ))?;
            let mut found: Vec<Outgoing> = statement.query_map([], outgoing)?.collect::<Result<_, _>>()?;
            for it in &mut found {
                it.recipients = recipients(connection, it.id)?;
            }
            Ok(found)
        })
    }

    /// Whether a commit would let something leave: a message that waits for it, or the lists of the open batch.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn leaves_at_a_commit(&self) -> Result<bool, StoreError> {
        self.read("asking whether something waits for a commit", |connection| {
            Ok(connection
                .prepare_cached(
                    "SELECT 1 FROM outgoing WHERE state = 'staged' AND discarded IS NULL AND due IS NULL
                     UNION ALL SELECT 1 FROM unsubscribe_way AS w JOIN batch AS b ON b.id = w.batch
                     WHERE b.committed IS NULL AND b.kind = 'window'",
                )?
                .exists([])?)
        })
    }

    /// How many are in which state.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn outbox_tally(&self) -> Result<OutboxTally, StoreError> {
        self.read("counting the outbox", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT state, count(*), min(changed) FROM outgoing WHERE state <> 'sent' AND discarded IS NULL GROUP BY state",
            )?;
            let mut rows = statement.query([])?;
            let mut tally = OutboxTally::default();
            while let Some(row) = rows.next()? {
                let state: OutgoingState = word(row, 0, "outgoing", "")?;
                let since = instant(row.get(2)?);
                if let Some(count) = tally.of(state) {
                    *count = row.get(1)?;
                }
                if state.owner() == OutgoingOwner::Outbox {
                    tally.needs_person_since = Some(tally.needs_person_since.map_or(since, |known| known.min(since)));
                }
            }
            Ok(tally)
        })
    }
}

pub(super) fn stage(
    tx: &Transaction<'_>,
    id: OutgoingId,
    revision: &StagedRevision,
    leaving: DepartureTime,
    batch: Option<BatchId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    in_state(tx, id, |state| state == OutgoingState::Draft)?;
    recalling::part(tx, id)?;
    let (leaves, due) = written(leaving);
    let sql = format!(
        "UPDATE outgoing SET state = 'staged', bytes = ?2, dated = NULL, sender = ?3, tries = 0, discarded = NULL,
                message_id = CASE WHEN message_id IS NULL OR {MAY_HAVE_LEFT} THEN ?4 ELSE message_id END,
                leaves = ?5, due = ?6, staged_in = ?7, changed = ?8
         WHERE id = ?1"
    );
    tx.execute(
        &sql,
        rusqlite::params![
            id.0,
            revision.bytes,
            revision.sender,
            revision.message_id,
            leaves,
            due,
            batch.map(|it| it.0),
            seconds(now)
        ],
    )?;
    tx.execute("DELETE FROM outgoing_recipient WHERE outgoing = ?1", [id.0])?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO outgoing_recipient (outgoing, place, address, state) VALUES (?1, ?2, ?3, 'waiting')",
    )?;
    for (place, address) in (0_i64..).zip(&revision.recipients) {
        insert.execute((id.0, place, address))?;
    }
    Ok(())
}

/// At the commit of a check-in's batch: what was staged to leave then is due from now on, and whatever was in the way of sending
/// is tried again. An answer that leaves at the next check-in waits for one of its lane.
pub(super) fn due_at_commit(
    tx: &Transaction<'_>,
    batch: BatchId,
    lanes_apart: &BTreeSet<String>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if !tx.prepare_cached("SELECT 1 FROM batch WHERE id = ?1 AND kind = 'window'")?.exists([batch.0])? {
        return Ok(());
    }
    let apart = lanes_apart.iter().map(String::as_str).collect::<serde_json::Value>().to_string();
    tx.execute(
        "UPDATE outgoing SET due = ?2
         WHERE state = 'staged' AND discarded IS NULL AND due IS NULL
           AND (leaves = 'close' OR leaves = 'next' AND staged_in IS NOT ?1
                AND NOT EXISTS (SELECT 1 FROM message AS m JOIN lane AS l ON l.id = m.lane
                                WHERE m.id = outgoing.answers AND l.name IN (SELECT value FROM json_each(?3))))",
        (batch.0, seconds(now), apart),
    )?;
    sending_block::lift_all(tx)
}

/// The state of a message, where it is one of those in which something can be done.
pub(super) fn in_state(
    tx: &Transaction<'_>,
    id: OutgoingId,
    may: impl FnOnce(OutgoingState) -> bool,
) -> Result<OutgoingState, StoreError> {
    let state = tx
        .prepare_cached("SELECT state FROM outgoing WHERE id = ?1")?
        .query_row([id.0], |row| word(row, 0, "outgoing", id))
        .optional()?
        .ok_or(StoreError::NoOutgoing(id))?;
    if may(state) { Ok(state) } else { Err(StoreError::OutgoingState { id, state }) }
}

pub(super) fn recipients(connection: &Connection, id: OutgoingId) -> Result<Vec<OutgoingRecipient>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT address, state, words FROM outgoing_recipient WHERE outgoing = ?1 ORDER BY place")?;
    let rows = statement.query_map([id.0], |row| {
        Ok(OutgoingRecipient {
            address: row.get(0)?,
            state: word(row, 1, "outgoing_recipient", id)?,
            words: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn written(leaving: DepartureTime) -> (DepartureTimeKind, Option<i64>) {
    match leaving {
        DepartureTime::Close => (DepartureTimeKind::Close, None),
        DepartureTime::Next => (DepartureTimeKind::Next, None),
        DepartureTime::At(at) => (DepartureTimeKind::At, Some(seconds(at))),
    }
}

fn outgoing(row: &Row<'_>) -> rusqlite::Result<Outgoing> {
    let id = OutgoingId(row.get(0)?);
    let due: Option<DateTime<Utc>> = row.get::<_, Option<i64>>(8)?.map(instant);
    let leaving = match word_or_null(row, 6, "outgoing", id)? {
        Some(DepartureTimeKind::Close) => Some(DepartureTime::Close),
        Some(DepartureTimeKind::Next) => Some(DepartureTime::Next),
        Some(DepartureTimeKind::At) => due.map(DepartureTime::At),
        None => None,
    };
    Ok(Outgoing {
        id,
        state: word(row, 1, "outgoing", id)?,
        answers: row.get::<_, Option<i64>>(2)?.map(Id),
        draft: row.get(3)?,
        changed: instant(row.get(4)?),
        message_id: row.get(5)?,
        leaving,
        staged_in: row.get::<_, Option<i64>>(7)?.map(BatchId),
        due,
        tries: row.get(9)?,
        relation: word(row, 10, "outgoing", id)?,
        recipients: Vec::new(),
    })
}

/// Ends the reminder of a message, where one is open.
pub(super) fn end_reminder(tx: &Transaction<'_>, id: OutgoingId, how: ReminderEnd) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE reminder SET ended = ?2 WHERE outgoing = ?1 AND ended IS NULL")?.execute((id.0, how))?;
    Ok(())
}
