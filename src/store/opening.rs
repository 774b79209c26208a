//! For how long batches were open on a screen.

use std::ops::Range;

use chrono::{DateTime, Utc};

use super::Store;
use super::failure::StoreError;
use super::instant::{ceiling, instant, seconds};
use crate::domain::ids::BatchId;
use crate::domain::opening::Opening;

impl Store {
    /// Records a stretch in which a screen had a batch open. One that ends before it began, since the clock was set back, ends as it began.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn note_opening(&mut self, opening: &Opening) -> Result<(), StoreError> {
        self.write("noting how long a batch was open", |tx| {
            let (since, until) = (seconds(opening.since), seconds(opening.until.max(opening.since)));
            tx.prepare_cached(
                "INSERT INTO opening (batch, since, until, keys, decisions) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((opening.batch.0, since, until, opening.keys, opening.decisions))?;
            Ok(())
        })
    }

    /// The stretches that began from an instant up to another one, the oldest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn openings(&self, range: &Range<DateTime<Utc>>) -> Result<Vec<Opening>, StoreError> {
        self.read("asking how long batches were open", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT batch, since, until, keys, decisions FROM opening WHERE since >= ?1 AND since < ?2
                 ORDER BY since, number",
            )?;
            let rows = statement.query_map((ceiling(range.start), ceiling(range.end)), |row| {
                Ok(Opening {
                    batch: BatchId(row.get(0)?),
                    since: instant(row.get(1)?),
                    until: instant(row.get(2)?),
                    keys: row.get(3)?,
                    decisions: row.get(4)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}
