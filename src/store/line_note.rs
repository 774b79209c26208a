//! What was said of the line between mail and chat: one sentence a month, and never another one; at which receipt it was shown.

use std::ops::Range;

use chrono::{DateTime, Utc};
use rusqlite::OptionalExtension;

use super::Store;
use super::failure::StoreError;
use super::instant::{ceiling, instant, seconds};
use crate::domain::ids::BatchId;
use crate::domain::line_note::LineNote;

/// The fact that names the batch at whose receipt such a sentence was shown last.
pub(super) const RECEIPT: &str = "line receipt";

impl Store {
    /// What was said in a month (`2026-11`).
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn line_note(&self, month: &str) -> Result<Option<LineNote>, StoreError> {
        self.read("asking what was said of a month", |connection| {
            Ok(connection
                .prepare_cached("SELECT month, address, words, shown FROM line_note WHERE month = ?1")?
                .query_row([month], |row| {
                    Ok(LineNote {
                        month: row.get(0)?,
                        address: row.get(1)?,
                        words: row.get(2)?,
                        shown: instant(row.get(3)?),
                    })
                })
                .optional()?)
        })
    }

    /// Records what is said of a month, and returns whether it is the first that is: else what was said stays.
    ///
    /// # Errors
    /// Where the store cannot be written, also where the month is none.
    pub fn keep_line_note(&mut self, note: &LineNote) -> Result<bool, StoreError> {
        self.write("noting what was said of a month", |tx| {
            let kept = tx
                .prepare_cached(
                    "INSERT INTO line_note (month, address, words, shown) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (month) DO NOTHING",
                )?
                .execute((&note.month, &note.address, &note.words, seconds(note.shown)))?;
            Ok(kept > 0)
        })
    }

    /// The addresses of whom something was said in this month (`2026-06`) or later.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn named_since(&self, month: &str) -> Result<Vec<String>, StoreError> {
        self.read("asking of whom was said something", |connection| {
            let mut statement = connection.prepare_cached("SELECT address FROM line_note WHERE month >= ?1")?;
            let rows = statement.query_map([month], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Whether the sentence of a month is shown at the receipt of this batch: at one of those that were committed in the month, and always
    /// at the same.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn is_line_receipt(&mut self, batch: BatchId, month: &Range<DateTime<Utc>>) -> Result<bool, StoreError> {
        self.write("noting at which receipt a sentence is shown", |tx| {
            let (from, until) = (ceiling(month.start), ceiling(month.end));
            let shown: Option<i64> = tx
                .prepare_cached(
                    "SELECT f.value FROM fact AS f JOIN batch AS b ON b.id = f.value
                     WHERE f.name = ?1 AND b.committed >= ?2 AND b.committed < ?3",
                )?
                .query_row((RECEIPT, from, until), |row| row.get(0))
                .optional()?;
            if let Some(shown) = shown {
                return Ok(shown == batch.0);
            }
            let noted = tx
                .prepare_cached(
                    "INSERT INTO fact (name, value) SELECT ?1, id FROM batch WHERE id = ?2 AND committed >= ?3 AND committed < ?4
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                )?
                .execute((RECEIPT, batch.0, from, until))?;
            Ok(noted > 0)
        })
    }
}
