//! What notifications have told: the opening of a check-in, and messages that exceptions let through. Each is told of once,
//! so it is noted before it is told: who is killed in between tells too little, never twice.

use chrono::{DateTime, Utc};
use rusqlite::OptionalExtension;

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::read::visible;
use crate::domain::ids::Id;
use crate::domain::message::Message;

impl Store {
    /// When the window opened that was told last.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn opening_told(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read("asking which opening was told", |connection| {
            let told: Option<i64> = connection
                .prepare_cached("SELECT value FROM fact WHERE name = 'opening_told'")?
                .query_row([], |row| row.get(0))
                .optional()?;
            Ok(told.map(instant))
        })
    }

    /// Notes that the opening of the windows of this instant is told.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn note_opening_told(&mut self, opens: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("noting which opening was told", |tx| {
            tx.execute(
                "INSERT INTO fact (name, value) VALUES ('opening_told', ?1)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [seconds(opens)],
            )?;
            Ok(())
        })
    }

    /// The messages that exceptions let through, that are still to be read, and of which nothing was told; they count as
    /// told from now on. Of those that were read meanwhile nothing is told any more.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn take_unnotified(&mut self, now: DateTime<Utc>) -> Result<Vec<Message>, StoreError> {
        let some = self.read("asking what is to be told", |connection| {
            Ok(connection.prepare_cached("SELECT 1 FROM hit WHERE told IS NULL")?.exists([])?)
        })?;
        // Asked twice a minute, and seldom something: no right to write is taken for nothing.
        if !some {
            return Ok(Vec::new());
        }
        self.write("noting what is told", |tx| {
            let ids: Vec<Id> = tx
                .prepare_cached(
                    "SELECT hit.message FROM hit JOIN message ON message.id = hit.message
                     WHERE told IS NULL AND stage = 'let through' ORDER BY at, hit.message",
                )?
                .query_map([], |row| Ok(Id(row.get(0)?)))?
                .collect::<rusqlite::Result<_>>()?;
            let messages = ids.into_iter().map(|id| visible(tx, id)).collect::<Result<_, _>>()?;
            tx.execute("UPDATE hit SET told = ?1 WHERE told IS NULL", [seconds(now)])?;
            Ok(messages)
        })
    }
}
