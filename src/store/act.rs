//! Acts of triage: each is durable when its method returns. The list in the store is the list of `domain::triage`.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};
use crate::domain::ids::{BatchId, Id};
use crate::domain::triage::{Act, Standing, Until, Verb};

impl Store {
    /// Writes an act down. Writing the same one twice is writing it once.
    ///
    /// # Errors
    /// `NotInBatch` where it names a message of no concern to the batch, `OutOfTurn` where it is not the next one,
    /// `Committed`, `NoBatch`, or where the store cannot be written.
    pub fn record(&mut self, batch: BatchId, act: &Act, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("writing a decision down", |tx| {
            uncommitted(tx, batch)?;
            let out_of_turn = |what| StoreError::OutOfTurn { batch, act: act.number, what };
            if let Some((known, standing)) = one(tx, batch, act.number)? {
                return match standing {
                    Standing::Counts if known == *act => Ok(()),
                    _ => Err(out_of_turn("its number is taken by another act")),
                };
            }
            let last: u32 = tx
                .prepare_cached("SELECT coalesce(max(number), 0) FROM act WHERE batch = ?1")?
                .query_row([batch.0], |row| row.get(0))?;
            if act.number != last + 1 {
                return Err(out_of_turn("an act before it is missing"));
            }
            if act.messages.is_empty() {
                return Err(out_of_turn("it names no message"));
            }
            tx.prepare_cached("UPDATE act SET standing = 'replaced' WHERE batch = ?1 AND standing = 'undone'")?
                .execute([batch.0])?;
            insert(tx, batch, act, now)
        })
    }

    /// Lets an act count no longer: the latest that counts. Undoing it twice is undoing it once.
    ///
    /// # Errors
    /// `OutOfTurn` where another act counts after it, `Committed`, `NoBatch`, or where the store cannot be written.
    pub fn undo(&mut self, batch: BatchId, act: u32, _now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("taking a decision back", |tx| {
            let latest = "SELECT max(number) FROM act WHERE batch = ?1 AND standing = 'counts'";
            turn(tx, batch, act, (Standing::Counts, Standing::Undone), latest)
        })
    }

    /// Lets an act count again: the first that is undone. Redoing it twice is redoing it once.
    ///
    /// # Errors
    /// `OutOfTurn` where another act is to be redone before it, `Committed`, `NoBatch`, or where the store cannot be written.
    pub fn redo(&mut self, batch: BatchId, act: u32, _now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("bringing a decision back", |tx| {
            let first = "SELECT min(number) FROM act WHERE batch = ?1 AND standing = 'undone'";
            turn(tx, batch, act, (Standing::Undone, Standing::Counts), first)
        })
    }
}

/// Every act of a batch, in order.
pub(super) fn of(connection: &Connection, batch: BatchId) -> Result<Vec<(Act, Standing)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT a.verb, a.until_checkin, a.until_opens, a.standing, a.number, m.message
         FROM act AS a LEFT JOIN act_message AS m ON m.batch = a.batch AND m.act = a.number
         WHERE a.batch = ?1 ORDER BY a.number, m.place",
    )?;
    let mut rows = statement.query([batch.0])?;
    let mut acts: Vec<(Act, Standing)> = Vec::new();
    while let Some(row) = rows.next()? {
        let (number, message): (u32, Option<i64>) = (row.get(4)?, row.get(5)?);
        if acts.last().is_none_or(|(act, _)| act.number != number) {
            let (verb, standing) = said(row)?;
            acts.push((Act { number, verb, messages: Vec::new() }, standing));
        }
        if let Some((act, _)) = acts.last_mut() {
            act.messages.extend(message.map(Id));
        }
    }
    Ok(acts)
}

/// When each act was made, in their order.
pub(super) fn made(connection: &Connection, batch: BatchId) -> Result<Vec<i64>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT made FROM act WHERE batch = ?1 ORDER BY number")?;
    Ok(statement.query_map([batch.0], |row| row.get(0))?.collect::<Result<_, _>>()?)
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
    (from, to): (Standing, Standing),
    which: &str,
) -> Result<(), StoreError> {
    uncommitted(tx, batch)?;
    let out_of_turn = |what| Err(StoreError::OutOfTurn { batch, act, what });
    match one(tx, batch, act)? {
        None => return out_of_turn("there is no such act"),
        Some((_, standing)) if standing == to => return Ok(()),
        Some((_, standing)) if standing != from => return out_of_turn("another act has replaced it"),
        Some(_) => {}
    }
    let turn: Option<u32> = tx.prepare_cached(which)?.query_row([batch.0], |row| row.get(0))?;
    if turn != Some(act) {
        return out_of_turn("it is not this act's turn");
    }
    tx.prepare_cached("UPDATE act SET standing = ?3 WHERE batch = ?1 AND number = ?2")?.execute((
        batch.0,
        act,
        standing_name(to),
    ))?;
    Ok(())
}

fn insert(tx: &Transaction<'_>, batch: BatchId, act: &Act, now: DateTime<Utc>) -> Result<(), StoreError> {
    let until = match &act.verb {
        Verb::Defer(until) => Some(until),
        _ => None,
    };
    tx.prepare_cached(
        "INSERT INTO act (batch, number, verb, until_checkin, until_opens, made) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute((
        batch.0,
        act.number,
        act.verb.name(),
        until.map(|until| until.checkin.as_str()),
        until.map(|until| seconds(until.opens)),
        seconds(now),
    ))?;
    let mut member = tx.prepare_cached("SELECT 1 FROM batch_item WHERE batch = ?1 AND message = ?2")?;
    let mut name = tx.prepare_cached("INSERT INTO act_message (batch, act, place, message) VALUES (?1, ?2, ?3, ?4)")?;
    for (place, id) in (1_i64..).zip(&act.messages) {
        if !member.exists((batch.0, id.0))? {
            return Err(StoreError::NotInBatch { batch, message: *id });
        }
        name.execute((batch.0, act.number, place, id.0))?;
    }
    Ok(())
}

fn one(connection: &Connection, batch: BatchId, number: u32) -> Result<Option<(Act, Standing)>, StoreError> {
    let head = connection
        .prepare_cached("SELECT verb, until_checkin, until_opens, standing FROM act WHERE batch = ?1 AND number = ?2")?
        .query_row((batch.0, number), said)
        .optional()?;
    let Some((verb, standing)) = head else { return Ok(None) };
    let mut statement =
        connection.prepare_cached("SELECT message FROM act_message WHERE batch = ?1 AND act = ?2 ORDER BY place")?;
    let messages = statement.query_map((batch.0, number), |row| Ok(Id(row.get(0)?)))?.collect::<Result<_, _>>()?;
    Ok(Some((Act { number, verb, messages }, standing)))
}

/// What a row says that begins with the verb, its `until_` columns and the standing.
fn said(row: &Row<'_>) -> rusqlite::Result<(Verb, Standing)> {
    let verb = match (row.get_ref(0)?.as_str()?, row.get(1)?, row.get::<_, Option<i64>>(2)?) {
        ("done", ..) => Verb::Done,
        ("trash", ..) => Verb::Trash,
        ("defer", Some(checkin), Some(opens)) => Verb::Defer(Until { checkin, opens: instant(opens) }),
        ("later", ..) => Verb::Later,
        ("mute", ..) => Verb::Mute,
        ("spam", ..) => Verb::Spam,
        ("reopen", ..) => Verb::Reopen,
        _ => Verb::Skip,
    };
    let standing = match row.get_ref(3)?.as_str()? {
        "undone" => Standing::Undone,
        "replaced" => Standing::Replaced,
        _ => Standing::Counts,
    };
    Ok((verb, standing))
}

fn standing_name(standing: Standing) -> &'static str {
    match standing {
        Standing::Counts => "counts",
        Standing::Undone => "undone",
        Standing::Replaced => "replaced",
    }
}
