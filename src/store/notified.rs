//! What was notified: the opening of a check-in, and messages that exceptions let through. Each is recorded before
//! the notification is sent, so a program that is killed in between notifies once too little, never twice.

use chrono::{DateTime, Utc};
use rusqlite::OptionalExtension;

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::read::visible;
use crate::domain::ids::Id;
use crate::domain::message::Message;

impl Store {
    /// When the window opened that was notified last.
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

    /// Records that the opening of the windows of this instant is notified.
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

    /// The messages that exceptions let through, that are still to be read and were not notified; they count as
    /// notified from now on. Messages that were read meanwhile are not notified any more.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn take_unnotified(&mut self, now: DateTime<Utc>) -> Result<Vec<Message>, StoreError> {
        let some = self.read("asking what is to be told", |connection| {
            Ok(connection.prepare_cached("SELECT 1 FROM hit WHERE told IS NULL")?.exists([])?)
        })?;
        // This is asked twice a minute, and there is seldom anything, so the write lock is taken only if there is.
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
