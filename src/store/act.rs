//! Acts of triage: each is durable when its method returns. The list in the store is the list of `domain::triage`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use super::failure::StoreError;
use super::instant::{instant, seconds, wall, wall_text};
use super::text::word;
use super::{Store, reply_act};
use crate::domain::ids::BatchId;
use crate::domain::positions::{Position, Positions};
use crate::domain::triage::{Act, ActState, Decision, Until};
use crate::domain::verdict::DecisionKind;

impl Store {
    /// Writes an act down. Writing the same act again changes nothing.
    ///
    /// # Errors
    /// `NotInBatch` where it names a position that the batch does not have, `OutOfTurn` where it is not the next one,
    /// `Committed`, `NoBatch`, or where the store cannot be written.
    pub fn record(&mut self, batch: BatchId, act: &Act, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("writing a decision down", |tx| add(tx, batch, act, now))
    }

    /// Undoes an act; it must be the latest that counts. Undoing it again changes nothing.
    ///
    /// # Errors
    /// `OutOfTurn` where another act counts after it, `OutgoingState` where the answer that it staged has left or may have,
    /// `Committed`, `NoBatch`, or where the store cannot be written.
    pub fn undo(&mut self, batch: BatchId, act: u32) -> Result<(), StoreError> {
        self.write("taking a decision back", |tx| {
            let latest = "SELECT max(number) FROM act WHERE batch = ?1 AND standing = 'counts'";
            turn(tx, batch, act, (ActState::Counts, ActState::Undone), latest)?;
            // An answer that has left cannot be taken back, and neither can the act that staged it.
            match reply_act::follow(tx, batch)?.into_iter().find(|it| it.act == act) {
                Some(left) => Err(StoreError::OutgoingState { id: left.id, state: left.state }),
                None => Ok(()),
            }
        })
    }

    /// Redoes an act; it must be the first of those that are undone. Redoing it again changes nothing.
    ///
    /// # Errors
    /// `OutOfTurn` where another act is to be redone before it, `Committed`, `NoBatch`, or where the store cannot be written.
    pub fn redo(&mut self, batch: BatchId, act: u32) -> Result<(), StoreError> {
        self.write("bringing a decision back", |tx| {
            let first = "SELECT min(number) FROM act WHERE batch = ?1 AND standing = 'undone'";
            turn(tx, batch, act, (ActState::Undone, ActState::Counts), first)?;
            reply_act::follow(tx, batch)?;
            Ok(())
        })
    }
}

/// How far a batch has come: what changes with every act, undo and redo, and when it gets more time, whoever does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActsSoFar {
    /// The number of the last act.
    last: Option<u32>,
    /// The number of the last act that counts.
    counts: Option<u32>,
    extended: Option<i64>,
    pub committed: bool,
}

impl Store {
    /// When the last act of a batch was made; `None` where there is none.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn last_act_at(&self, batch: BatchId) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read("asking for the last act of a batch", |connection| {
            let last: Option<i64> = connection
                .prepare_cached("SELECT max(made) FROM act WHERE batch = ?1")?
                .query_row([batch.0], |row| row.get(0))?;
            Ok(last.map(instant))
        })
    }

    /// How far the acts of a batch have come; `None` where there is no such batch. Two look-ups in an index, however many
    /// acts there are.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn acts_so_far(&self, batch: BatchId) -> Result<Option<ActsSoFar>, StoreError> {
        self.read("asking how far a batch has come", |connection| {
            Ok(connection
                .prepare_cached(
                    "SELECT (SELECT max(number) FROM act WHERE batch = b.id),
                            (SELECT number FROM act WHERE batch = b.id AND standing = 'counts'
                             ORDER BY number DESC LIMIT 1),
                            b.extended, b.committed IS NOT NULL
                     FROM batch AS b WHERE b.id = ?1",
                )?
                .query_row([batch.0], |row| {
                    Ok(ActsSoFar {
                        last: row.get(0)?,
                        counts: row.get(1)?,
                        extended: row.get(2)?,
                        committed: row.get(3)?,
                    })
                })
                .optional()?)
        })
    }
}

/// Writes an act down, as `Store::record` says.
pub(super) fn add(tx: &Transaction<'_>, batch: BatchId, act: &Act, now: DateTime<Utc>) -> Result<(), StoreError> {
    uncommitted(tx, batch)?;
    let out_of_turn = |what| StoreError::OutOfTurn { batch, act: act.number, what };
    if let Some((known, standing)) = one(tx, batch, act.number)? {
        return match standing {
            ActState::Counts if known == *act => Ok(()),
            _ => Err(out_of_turn("its number is taken by another act")),
        };
    }
    let last: u32 = tx
        .prepare_cached("SELECT coalesce(max(number), 0) FROM act WHERE batch = ?1")?
        .query_row([batch.0], |row| row.get(0))?;
    if act.number != last + 1 {
        return Err(out_of_turn("an act before it is missing"));
    }
    let (Some(first), Some(end)) = (act.on.first(), act.on.last()) else {
        return Err(out_of_turn("it names no message"));
    };
    // Positions have no gaps: where both ends are in the batch, all between them are.
    let mut item = tx.prepare_cached("SELECT 1 FROM batch_item WHERE batch = ?1 AND position = ?2")?;
    for position in [first, end] {
        if !item.exists((batch.0, position.0))? {
            return Err(StoreError::NotInBatch { batch, position });
        }
    }
    tx.prepare_cached("UPDATE act SET standing = 'replaced' WHERE batch = ?1 AND standing = 'undone'")?
        .execute([batch.0])?;
    insert(tx, batch, act, now)?;
    if act.decision == Decision::Reopen {
        reply_act::follow(tx, batch)?;
    }
    Ok(())
}

/// Every act of a batch, in order.
pub(super) fn of(connection: &Connection, batch: BatchId) -> Result<Vec<(Act, ActState)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT verb, until_checkin, until_opens, standing, until_wall, until_reply, number FROM act
         WHERE batch = ?1 ORDER BY number",
    )?;
    let acts = statement.query_map([batch.0], |row| {
        let number = row.get(6)?;
        let (decision, state) = decision_of(row, batch, number)?;
        Ok((Act { number, decision, on: Positions::default() }, state))
    })?;
    let mut acts: Vec<(Act, ActState)> = acts.collect::<Result<_, _>>()?;
    let mut runs =
        connection.prepare_cached("SELECT act, first, last FROM act_run WHERE batch = ?1 ORDER BY act, first")?;
    let mut rows = runs.query([batch.0])?;
    let mut place = 0;
    while let Some(row) = rows.next()? {
        let number: u32 = row.get(0)?;
        while acts.get(place).is_some_and(|(act, _)| act.number < number) {
            place += 1;
        }
        if let Some((act, _)) = acts.get_mut(place) {
            act.on.insert_run(Position(row.get(1)?), Position(row.get(2)?));
        }
    }
    Ok(acts)
}

/// When each act was made, in Unix seconds, by its number.
pub(super) fn made(connection: &Connection, batch: BatchId) -> Result<HashMap<u32, i64>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT number, made FROM act WHERE batch = ?1")?;
    Ok(statement.query_map([batch.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

pub(super) fn uncommitted(tx: &Transaction<'_>, batch: BatchId) -> Result<(), StoreError> {
    let committed: Option<bool> = tx
        .prepare_cached("SELECT committed IS NOT NULL FROM batch WHERE id = ?1")?
        .query_row([batch.0], |row| row.get(0))
        .optional()?;
    match committed {
        Some(false) => Ok(()),
        Some(true) => Err(StoreError::Committed(batch)),
        None => Err(StoreError::NoBatch(batch)),
    }
}

fn turn(
    tx: &Transaction<'_>,
    batch: BatchId,
    act: u32,
    (from, to): (ActState, ActState),
    which: &str,
) -> Result<(), StoreError> {
    uncommitted(tx, batch)?;
    let out_of_turn = |what| Err(StoreError::OutOfTurn { batch, act, what });
    match state(tx, batch, act)? {
        None => return out_of_turn("there is no such act"),
        Some(known) if known == to => return Ok(()),
        Some(known) if known != from => return out_of_turn("another act has replaced it"),
        Some(_) => {}
    }
    let turn: Option<u32> = tx.prepare_cached(which)?.query_row([batch.0], |row| row.get(0))?;
    if turn != Some(act) {
        return out_of_turn("it is not this act's turn");
    }
    tx.prepare_cached("UPDATE act SET standing = ?3 WHERE batch = ?1 AND number = ?2")?.execute((batch.0, act, to))?;
    Ok(())
}

fn insert(tx: &Transaction<'_>, batch: BatchId, act: &Act, now: DateTime<Utc>) -> Result<(), StoreError> {
    let until = act.decision.until();
    tx.prepare_cached(
        "INSERT INTO act (batch, number, verb, until_checkin, until_opens, made, until_wall, until_reply)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute((
        batch.0,
        act.number,
        act.decision.kind(),
        until.map(|until| until.checkin.as_str()),
        until.map(|until| seconds(until.opens)),
        seconds(now),
        until.and_then(|until| until.wall).map(wall_text),
        until.is_some_and(|until| until.or_reply),
    ))?;
    let mut name = tx.prepare_cached("INSERT INTO act_run (batch, act, first, last) VALUES (?1, ?2, ?3, ?4)")?;
    for run in act.on.runs() {
        name.execute((batch.0, act.number, run.first, run.last))?;
    }
    Ok(())
}

fn one(connection: &Connection, batch: BatchId, number: u32) -> Result<Option<(Act, ActState)>, StoreError> {
    let head = connection
        .prepare_cached(
            "SELECT verb, until_checkin, until_opens, standing, until_wall, until_reply FROM act
             WHERE batch = ?1 AND number = ?2",
        )?
        .query_row((batch.0, number), |row| decision_of(row, batch, number))
        .optional()?;
    let Some((decision, standing)) = head else { return Ok(None) };
    let mut runs =
        connection.prepare_cached("SELECT first, last FROM act_run WHERE batch = ?1 AND act = ?2 ORDER BY first")?;
    let mut rows = runs.query((batch.0, number))?;
    let mut on = Positions::default();
    while let Some(row) = rows.next()? {
        on.insert_run(Position(row.get(0)?), Position(row.get(1)?));
    }
    Ok(Some((Act { number, decision, on }, standing)))
}

fn state(connection: &Connection, batch: BatchId, number: u32) -> Result<Option<ActState>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT standing FROM act WHERE batch = ?1 AND number = ?2")?
        .query_row((batch.0, number), |row| word(row, 0, "act", key(batch, number)))
        .optional()?)
}

/// Reads a row of these columns: the decision, the check-in and the opening of its window, the act's state, the window's hour, and
/// whether an answer ends the deferral.
fn decision_of(row: &Row<'_>, batch: BatchId, number: u32) -> rusqlite::Result<(Decision, ActState)> {
    let decision = match word(row, 0, "act", key(batch, number))? {
        DecisionKind::Done => Decision::Done,
        DecisionKind::Trash => Decision::Trash,
        DecisionKind::Defer => {
            let (opens, or_reply) = (instant(row.get(2)?), row.get(5)?);
            Decision::Defer(Until { checkin: row.get(1)?, opens, wall: wall(row, 4)?, or_reply })
        }
        DecisionKind::Later => Decision::Later,
        DecisionKind::Mute => Decision::Mute,
        DecisionKind::Spam => Decision::Spam,
        DecisionKind::Skip => Decision::Skip,
        DecisionKind::Reopen => Decision::Reopen,
        DecisionKind::Unsubscribe => Decision::Unsubscribe,
        DecisionKind::StaySubscribed => Decision::StaySubscribed,
        DecisionKind::Reply => Decision::Reply,
    };
    Ok((decision, word(row, 3, "act", key(batch, number))?))
}

/// The key of an act, for an error: its batch and its number.
fn key(batch: BatchId, number: u32) -> String {
    format!("({batch}, {number})")
}
