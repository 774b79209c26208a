//! Numbers for the door and for status: how many messages, and nothing of any of them.

use super::Store;
use super::failure::StoreError;
use super::follow_up;
use super::meta::counter;
use crate::domain::ids::BatchId;

/// How many messages there are in each stage that is not final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    pub held: u32,
    pub let_through: u32,
    /// Deferred to a window that has not come. Those that were woken count in `woken`.
    pub deferred: u32,
    pub woken: u32,
    pub carried_over: u32,
    /// Those of them that were put off to be answered.
    pub to_answer: u32,
    /// Rows of the `incoming` view that wait to be taken in.
    pub in_tray: u32,
}

impl Store {
    pub fn tally(&self) -> Result<Tally, StoreError> {
        self.read("counting", |connection| {
            let count = |sql: &str| -> Result<u32, StoreError> {
                Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
            };
            Ok(Tally {
                held: count("SELECT count(*) FROM message WHERE stage = 'held'")?,
                let_through: count("SELECT count(*) FROM message WHERE stage = 'let through'")?,
                deferred: count("SELECT count(*) FROM deferred WHERE NOT woken")?,
                woken: count("SELECT count(*) FROM deferred WHERE woken")?,
                carried_over: count("SELECT count(*) FROM message WHERE stage = 'carried over'")?,
                to_answer: follow_up::to_answer(connection)?,
                in_tray: count("SELECT count(*) FROM tray")?,
            })
        })
    }

    /// The names of the lanes of which messages wait: held, carried over or deferred. For a check, not for every key.
    pub fn lanes_of_waiting(&self) -> Result<Vec<String>, StoreError> {
        self.read("asking which lanes wait", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT name FROM lane AS l
                 WHERE EXISTS (SELECT 1 FROM message WHERE lane = l.id AND stage IN ('held', 'carried over', 'deferred'))
                 ORDER BY id",
            )?;
            Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
        })
    }

    /// Whether there is any message, of whatever kind.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn has_messages(&self) -> Result<bool, StoreError> {
        self.read("looking for a message", |connection| {
            Ok(connection.prepare_cached("SELECT 1 FROM message LIMIT 1")?.exists([])?)
        })
    }

    /// How many messages there are in all. It walks an index: for a check, not for every key.
    pub fn count(&self) -> Result<u64, StoreError> {
        self.read("counting", |connection| {
            let count: i64 = connection.query_row("SELECT count(*) FROM message", [], |row| row.get(0))?;
            Ok(count.unsigned_abs())
        })
    }

    /// How many messages were held since a batch was frozen, and how many that exceptions let through are unread.
    pub fn waiting_since(&self, batch: BatchId) -> Result<(u32, u32), StoreError> {
        self.read("counting what has come in", |connection| {
            let before: Option<i64> = rusqlite::OptionalExtension::optional(
                connection
                    .prepare_cached("SELECT held_before FROM batch WHERE id = ?1")?
                    .query_row([batch.0], |row| row.get(0)),
            )?;
            let waiting = counter(connection, "held")? - before.ok_or(StoreError::NoBatch(batch))?;
            let let_through = connection
                .prepare_cached("SELECT count(*) FROM message WHERE stage = 'let through'")?
                .query_row([], |row| row.get(0))?;
            Ok((u32::try_from(waiting).unwrap_or(0), let_through))
        })
    }
}
