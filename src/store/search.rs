//! Finding messages by a query: among all that is visible, newest first, or within one batch.

use chrono::{DateTime, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use super::Store;
use super::condition::SqlCondition;
use super::failure::StoreError;
use super::read::{COLUMNS, COUNT, SUMMARY_COLUMNS, message, summary};
use crate::domain::ids::{BatchId, Id};
use crate::domain::message::{Message, MessageSummary};
use crate::domain::positions::{Position, Positions};
use crate::domain::query::Query;

/// So many of the newest messages tell how dense messages lie.
const SAMPLE: u32 = 500;
/// The first range of ids that a search looks at, from the newest, has some so many times as many messages.
const SAMPLES: i64 = 8;

/// SQLite checks after so many instructions whether the answer is still wanted.
const STEPS: i32 = 1_000;

impl Store {
    /// From now on, every query of this connection ends with `StoreError::GivenUp` as soon as `over` says that nobody
    /// waits for it.
    ///
    /// # Errors
    /// Where SQLite refuses to be interrupted.
    pub fn give_up_when(&mut self, over: impl FnMut() -> bool + Send + 'static) -> Result<(), StoreError> {
        Ok(self.connection.progress_handler(STEPS, Some(over))?)
    }

    /// The newest visible messages that a query chooses, newest first; with `before`, the newest below that id, for the next page.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn search(
        &self,
        query: &Query,
        now: DateTime<Utc>,
        limit: usize,
        before: Option<Id>,
    ) -> Result<Vec<Message>, StoreError> {
        self.read("searching", |connection| {
            newest(connection, query, now, (limit, before), &Wanted { columns: COLUMNS, read: message })
        })
    }

    /// The same as a list shows them.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn search_summaries(
        &self,
        query: &Query,
        now: DateTime<Utc>,
        limit: usize,
        before: Option<Id>,
    ) -> Result<Vec<MessageSummary>, StoreError> {
        self.read("searching", |connection| {
            let wanted = Wanted { columns: SUMMARY_COLUMNS, read: summary };
            newest(connection, query, now, (limit, before), &wanted)
        })
    }

    /// How many visible messages a query chooses, counted up to `most`.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn count_found(&self, query: &Query, now: DateTime<Utc>, most: usize) -> Result<usize, StoreError> {
        self.read("counting what a search finds", |connection| {
            let wanted: Wanted<'_, i64> = Wanted { columns: "v.id", read: |row| row.get(0) };
            Ok(newest(connection, query, now, (most, None), &wanted)?.len())
        })
    }

    /// The newest visible messages that a query chooses, each with its place in the open batch, where it is in one.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn search_with_places(
        &self,
        query: &Query,
        now: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<FoundMessage>, StoreError> {
        self.read("searching", |connection| {
            let open = |column: &str| {
                format!(
                    "CASE v.stage WHEN 'in batch' THEN
                         (SELECT i.{column} FROM batch AS b CROSS JOIN batch_item AS i
                          WHERE b.committed IS NULL AND i.batch = b.id AND i.message = v.id) END"
                )
            };
            let columns = format!("{COLUMNS}, {}, {}", open("batch"), open("position"));
            newest(connection, query, now, (limit, None), &Wanted { columns: &columns, read: found_message })
        })
    }

    /// The positions of the messages of a batch that a query chooses.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn select(&self, batch: BatchId, query: &Query, now: DateTime<Utc>) -> Result<Positions, StoreError> {
        self.read("selecting in a batch", |connection| {
            let condition = SqlCondition::compile(connection, query, now)?;
            let ends: (Option<i64>, Option<i64>) = connection
                .prepare_cached("SELECT (SELECT min(message) FROM batch_item WHERE batch = ?1), (SELECT max(message) FROM batch_item WHERE batch = ?1)")?
                .query_row([batch.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let (Some(first), Some(last)) = ends else { return Ok(Positions::default()) };
            let (from, to) = (condition.from.max(first), condition.to.min(last.saturating_add(1)));
            let mut parameters = vec![Value::Integer(from), Value::Integer(to)];
            parameters.extend(condition.parameters.iter().cloned());
            let index = condition.index;
            let index = condition.matching.map_or_else(String::new, |matching| {
                parameters.push(Value::Text(matching));
                format!(
                    "AND v.id IN (SELECT rowid FROM {index} WHERE {index} MATCH ?{} AND rowid >= ?1 AND rowid < ?2)",
                    parameters.len()
                )
            });
            let sql = format!(
                "SELECT i.position FROM batch_item AS i CROSS JOIN visible AS v
                 WHERE i.batch = {batch} AND v.id = i.message AND v.id >= ?1 AND v.id < ?2 AND {} {index}
                 ORDER BY i.position",
                condition.rest
            );
            let mut statement = connection.prepare(&sql)?;
            let rows = statement.query_map(params_from_iter(parameters), |row| Ok(Position(row.get(0)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

/// A message, and its position in the open batch that has it.
pub type FoundMessage = (Message, Option<(BatchId, Position)>);

fn found_message(row: &Row<'_>) -> rusqlite::Result<FoundMessage> {
    let (batch, position): (Option<i64>, Option<u32>) = (row.get(COUNT)?, row.get(COUNT + 1)?);
    Ok((message(row)?, batch.map(BatchId).zip(position.map(Position))))
}

/// What is read of each message that a search finds.
struct Wanted<'w, T> {
    columns: &'w str,
    read: fn(&Row<'_>) -> rusqlite::Result<T>,
}

/// The newest messages that a query chooses: at most so many, and only those below an id.
fn newest<T>(
    connection: &Connection,
    query: &Query,
    now: DateTime<Utc>,
    (limit, before): (usize, Option<Id>),
    wanted: &Wanted<'_, T>,
) -> Result<Vec<T>, StoreError> {
    let condition = SqlCondition::compile(connection, query, now)?;
    let to = before.map_or(condition.to, |id| condition.to.min(id.0));
    if condition.asks_index {
        walk(connection, &condition, to, limit, wanted)
    } else {
        page(connection, &condition, (condition.from, to), limit, wanted)
    }
}

/// Searches backwards in ranges of ids, each four times as large as the last, until the page is full. A MATCH inside
/// a condition costs as much as its whole range, and the newest page must not pay for the oldest years.
fn walk<T>(
    connection: &Connection,
    condition: &SqlCondition,
    to: i64,
    limit: usize,
    wanted: &Wanted<'_, T>,
) -> Result<Vec<T>, StoreError> {
    let ends: (Option<i64>, Option<i64>) = (
        connection.query_row("SELECT min(id) FROM message", [], |row| row.get(0))?,
        connection.query_row("SELECT max(id) FROM message", [], |row| row.get(0))?,
    );
    let (Some(oldest), Some(newest)) = ends else { return Ok(Vec::new()) };
    let from = condition.from.max(oldest);
    let mut to = to.min(newest.saturating_add(1));
    let mut stretch = first_stretch(connection, to)?;
    let mut found = Vec::new();
    while to > from && found.len() < limit {
        let low = to.saturating_sub(stretch).max(from);
        found.append(&mut page(connection, condition, (low, to), limit - found.len(), wanted)?);
        to = low;
        stretch = stretch.saturating_mul(4);
    }
    Ok(found)
}

/// How long the first range of ids below this one is, in seconds: a range of a fixed length would be empty in one store, and have most
/// messages of another one.
fn first_stretch(connection: &Connection, to: i64) -> Result<i64, StoreError> {
    let sample: Option<i64> = connection
        .prepare_cached("SELECT id FROM message WHERE id < ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2")?
        .query_row((to, SAMPLE), |row| row.get(0))
        .optional()?;
    Ok(sample.map_or(i64::MAX, |id| to.saturating_sub(id).saturating_mul(SAMPLES)))
}

/// The newest messages with ids from `from` up to, but without, `to`.
fn page<T>(
    connection: &Connection,
    condition: &SqlCondition,
    (from, to): (i64, i64),
    limit: usize,
    wanted: &Wanted<'_, T>,
) -> Result<Vec<T>, StoreError> {
    let (columns, index) = (wanted.columns, condition.index);
    let mut parameters = vec![Value::Integer(from), Value::Integer(to)];
    parameters.extend(condition.parameters.iter().cloned());
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sql = match &condition.matching {
        Some(matching) => {
            parameters.push(Value::Text(matching.clone()));
            format!(
                "SELECT {columns} FROM {index} AS w CROSS JOIN visible AS v
                 WHERE w.{index} MATCH ?{} AND w.rowid >= ?1 AND w.rowid < ?2 AND v.id = w.rowid AND {}
                 ORDER BY w.rowid DESC LIMIT {limit}",
                parameters.len(),
                condition.rest
            )
        }
        None => format!(
            "SELECT {columns} FROM visible AS v WHERE v.id >= ?1 AND v.id < ?2 AND {} ORDER BY v.id DESC LIMIT {limit}",
            condition.rest
        ),
    };
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(parameters), wanted.read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
