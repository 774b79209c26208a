//! What was said of the line between mail and chat: one sentence a month, and never another one.

use rusqlite::OptionalExtension;

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};
use crate::domain::line_note::LineNote;

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
}
