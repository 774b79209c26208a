//! What was answered already: from here, by another program, or on another machine.
//!
//! An open message that somebody answers elsewhere is finished with: the person has dealt with it. One of an open batch is frozen
//! and only noted, until its commit. Nothing is changed in a mailbox for it, and reopening takes it back.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction};

use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::text::word;
use super::{Store, thread};
use crate::domain::answering::{AnsweredAlready, AnsweredBy, AnsweredHow};
use crate::domain::flags::Flags;
use crate::domain::ids::{Id, OutgoingId};
use crate::domain::outbox::OutgoingState;

/// A message that was answered elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnsweredElsewhere {
    pub message: Id,
    pub how: AnsweredHow,
    pub at: DateTime<Utc>,
    /// Whether it was finished with for that.
    pub finished: bool,
}

/// What answers from elsewhere have done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ElsewhereSoFar {
    /// How many messages were ever finished with for one.
    pub finished: u32,
    /// The answers from here that wait to leave, and whose messages were answered elsewhere.
    pub waiting: Vec<OutgoingId>,
}

/// The condition that an answer to message `?1` has left from here, or may have.
const LEFT_FROM_HERE: &str = "SELECT 1 FROM outgoing WHERE answers = ?1 AND relation = 'reply' AND state IN ('leaving', 'unknown', 'sent', 'partly sent')";

impl Store {
    /// Whether a message was answered already, by whom and when. What is staged counts as well: two answers are one too many. Of an
    /// answer that has not left yet it is told only where there is no other one.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn answered(&self, id: Id) -> Result<Option<AnsweredAlready>, StoreError> {
        self.read("asking whether a message was answered", |connection| {
            let here = here(connection, id)?;
            let waits = |state| matches!(state, OutgoingState::Staged | OutgoingState::Later | OutgoingState::Refused);
            if here.is_some_and(|here| !matches!(here.by, AnsweredBy::Here(state) if waits(state))) {
                return Ok(here);
            }
            if let Some(noted) = noted(connection, id)? {
                let by = AnsweredBy::Elsewhere(noted.how);
                return Ok(Some(AnsweredAlready { by, at: Some(noted.at) }));
            }
            if let Some(at) = sent(connection, id)? {
                let by = AnsweredBy::Elsewhere(AnsweredHow::Sent);
                return Ok(Some(AnsweredAlready { by, at: Some(at) }));
            }
            let marked = is_marked(connection, id)?;
            let elsewhere = AnsweredAlready { by: AnsweredBy::Elsewhere(AnsweredHow::Marked), at: None };
            Ok(marked.then_some(elsewhere).or(here))
        })
    }

    /// What was answered elsewhere since an instant, the latest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn answered_elsewhere(&self, since: DateTime<Utc>) -> Result<Vec<AnsweredElsewhere>, StoreError> {
        self.read("asking what was answered elsewhere", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT message, how, at, finished FROM answered_elsewhere WHERE at >= ?1 ORDER BY at DESC, message",
            )?;
            let rows = statement.query_map([seconds(since)], answered_elsewhere)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

impl Store {
    /// What answers from elsewhere have done so far.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn elsewhere_so_far(&self) -> Result<ElsewhereSoFar, StoreError> {
        self.read("counting what was answered elsewhere", |connection| {
            let finished = connection
                .prepare_cached("SELECT count(*) FROM answered_elsewhere WHERE finished")?
                .query_row([], |row| row.get(0))?;
            let mut statement = connection.prepare_cached(
                "SELECT o.id FROM outgoing AS o JOIN answered_elsewhere AS a ON a.message = o.answers
                 WHERE o.relation = 'reply' AND o.state IN ('staged', 'later') ORDER BY o.id",
            )?;
            let rows = statement.query_map([], |row| Ok(OutgoingId(row.get(0)?)))?;
            Ok(ElsewhereSoFar { finished, waiting: rows.collect::<Result<_, _>>()? })
        })
    }
}

/// An answer from here that was not thrown away: the newest.
fn here(connection: &Connection, id: Id) -> Result<Option<AnsweredAlready>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT o.state, coalesce(o.dated, o.changed) FROM outgoing AS o
             WHERE o.answers = ?1 AND o.relation = 'reply' AND o.state <> 'draft' ORDER BY o.id DESC LIMIT 1",
        )?
        .query_row([id.0], |row| {
            Ok(AnsweredAlready { by: AnsweredBy::Here(word(row, 0, "outgoing", id)?), at: Some(instant(row.get(1)?)) })
        })
        .optional()?)
}

pub(super) fn noted(connection: &Connection, id: Id) -> Result<Option<AnsweredElsewhere>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT message, how, at, finished FROM answered_elsewhere WHERE message = ?1")?
        .query_row([id.0], answered_elsewhere)
        .optional()?)
}

fn answered_elsewhere(row: &rusqlite::Row<'_>) -> rusqlite::Result<AnsweredElsewhere> {
    let message = Id(row.get(0)?);
    Ok(AnsweredElsewhere {
        message,
        how: word(row, 1, "answered_elsewhere", message)?,
        at: instant(row.get(2)?),
        finished: row.get(3)?,
    })
}

/// When the first answer was sent that lies among the sent mail.
fn sent(connection: &Connection, id: Id) -> Result<Option<DateTime<Utc>>, StoreError> {
    let name: Option<Option<String>> = connection
        .prepare_cached("SELECT message_id FROM message WHERE id = ?1")?
        .query_row([id.0], |row| row.get(0))
        .optional()?;
    let Some(name) = name.flatten().filter(|name| !name.is_empty()) else { return Ok(None) };
    let at: Option<i64> = connection
        .prepare_cached(
            "SELECT min(coalesce(m.date, m.received)) FROM sent_message AS s JOIN message AS m ON m.id = s.message
             WHERE s.answers = ?1",
        )?
        .query_row([thread::hash(&name)], |row| row.get(0))?;
    Ok(at.map(instant))
}

/// Whether a copy of it has the mark.
fn is_marked(connection: &Connection, id: Id) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT c.flags FROM copy AS c JOIN folder AS f ON f.id = c.folder
         WHERE c.message = ?1 AND NOT f.sent AND c.flags IS NOT NULL",
    )?;
    for flags in statement.query_map([id.0], |row| Ok(Flags::read(row.get_ref(0)?.as_str()?)))? {
        if flags?.answered {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A message was found among the sent mail: what it answers was answered elsewhere, unless it has left from here.
pub(super) fn note_sent(
    tx: &Transaction<'_>,
    answer: Id,
    own: Option<&str>,
    parent: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let hash = thread::hash(parent);
    tx.prepare_cached("UPDATE sent_message SET answers = ?2 WHERE message = ?1")?.execute((answer.0, hash))?;
    let from_here = tx.prepare_cached("SELECT 1 FROM outgoing WHERE message_id = ?1")?.exists([own])?;
    if from_here {
        return Ok(());
    }
    let Some(thread) = thread::thread_of(tx, hash)? else { return Ok(()) };
    let date: i64 = tx
        .prepare_cached("SELECT coalesce(date, received) FROM message WHERE id = ?1")?
        .query_row([answer.0], |row| row.get(0))?;
    let mut statement =
        tx.prepare_cached("SELECT id FROM message WHERE thread = ?1 AND message_id = ?2 AND coalesce(date, 0) <= ?3")?;
    let found: Vec<i64> = statement.query_map((thread, parent, date), |row| row.get(0))?.collect::<Result<_, _>>()?;
    for message in found {
        note(tx, Id(message), AnsweredHow::Sent, instant(date).min(now))?;
    }
    Ok(())
}

/// Records that a message was answered elsewhere, and finishes with it where it is open and no batch has it.
pub(super) fn note(tx: &Transaction<'_>, id: Id, how: AnsweredHow, at: DateTime<Utc>) -> Result<(), StoreError> {
    if tx.prepare_cached(LEFT_FROM_HERE)?.exists([id.0])? {
        return Ok(());
    }
    // The first time counts, but for a message that was finished with and is open again.
    let open = tx
        .prepare_cached(
            "SELECT 1 FROM message AS m WHERE m.id = ?1 AND m.stage IN ('carried over', 'deferred')
             AND NOT EXISTS (SELECT 1 FROM journal WHERE message = m.id AND closed IS NULL)",
        )?
        .exists([id.0])?;
    tx.prepare_cached(
        "INSERT INTO answered_elsewhere (message, how, at, finished) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (message) DO UPDATE SET how = excluded.how, at = excluded.at, finished = excluded.finished
         WHERE excluded.finished",
    )?
    .execute((id.0, how, seconds(at), open))?;
    if open {
        tx.prepare_cached("UPDATE message SET stage = 'done', reopened = NULL WHERE id = ?1")?.execute([id.0])?;
        tx.prepare_cached("DELETE FROM deferred WHERE message = ?1")?.execute([id.0])?;
    }
    Ok(())
}

/// At a commit: whether a message of the batch was answered elsewhere after this second, so that it is finished with.
pub(super) fn settles(tx: &Transaction<'_>, id: Id, since: i64) -> Result<bool, StoreError> {
    let settled = tx
        .prepare_cached("UPDATE answered_elsewhere SET finished = 1 WHERE message = ?1 AND at >= ?2")?
        .execute((id.0, since))?;
    Ok(settled > 0)
}
