//! Did waiting matter? The sample of each batch, chosen when it is committed, and what the person said.

use std::ops::Range;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Params, Transaction};

use super::Store;
use super::failure::StoreError;
use super::instant::{ceiling, instant, seconds};
use super::text::word_or_null;
use crate::domain::ids::{BatchId, Id};
use crate::domain::matter::{MatterAnswer, MatterSample};

/// What waited for its batch: it arrived, was held, and came out with it, in its lane and for the first time.
const WAITED: &str = "batch_item AS i JOIN batch AS b ON b.id = i.batch JOIN message AS m ON m.id = i.message
                      JOIN arrival AS a ON a.message = m.id AND a.at IN (m.received, m.admitted)
                      WHERE i.batch = ?1 AND i.heading = 'lane' AND NOT a.let_through AND a.came_out = b.begun";

impl Store {
    /// The sample of a batch, in the order in which it was drawn.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn matter_sample(&self, batch: BatchId) -> Result<Vec<MatterSample>, StoreError> {
        self.read("asking for the sample of a batch", |connection| {
            samples(connection, "batch = ?1 ORDER BY place", [batch.0])
        })
    }

    /// What the person said from an instant up to another one, the oldest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn matter_answers(&self, range: &Range<DateTime<Utc>>) -> Result<Vec<MatterSample>, StoreError> {
        let range = (ceiling(range.start), ceiling(range.end));
        self.read("asking whether waiting mattered", |connection| {
            samples(connection, "asked >= ?1 AND asked < ?2 ORDER BY asked, batch, place", range)
        })
    }

    /// Records what the person said of a message of a sample; a later answer takes the place of an earlier one. `None` where the message
    /// is in no sample.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn answer_matter(
        &mut self,
        message: Id,
        answer: MatterAnswer,
        now: DateTime<Utc>,
    ) -> Result<Option<BatchId>, StoreError> {
        self.write("noting whether waiting mattered", |tx| {
            Ok(tx
                .prepare_cached("UPDATE matter SET answer = ?2, asked = ?3 WHERE message = ?1 RETURNING batch")?
                .query_row((message.0, answer, seconds(now)), |row| Ok(BatchId(row.get(0)?)))
                .optional()?)
        })
    }

    /// How often the person said yes and no, ever.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn matter_counts(&self) -> Result<(u32, u32), StoreError> {
        self.read("counting whether waiting mattered", |connection| {
            Ok(connection
                .prepare_cached(
                    "SELECT count(*) FILTER (WHERE answer = 'yes'), count(*) FILTER (WHERE answer = 'no') FROM matter",
                )?
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
        })
    }
}

fn samples(connection: &Connection, which: &str, of: impl Params) -> Result<Vec<MatterSample>, StoreError> {
    let mut statement = connection
        .prepare_cached(&format!("SELECT message, batch, weight, answer, asked FROM matter WHERE {which}"))?;
    let rows = statement.query_map(of, |row| {
        let message = Id(row.get(0)?);
        let answer = word_or_null(row, 3, "matter", message)?;
        let asked: Option<i64> = row.get(4)?;
        Ok(MatterSample {
            message,
            batch: BatchId(row.get(1)?),
            weight: row.get(2)?,
            answer: answer.zip(asked.map(instant)),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Draws at most so many of the messages that waited for a batch, each with the same chance, and none that was drawn before.
pub(super) fn draw(tx: &Transaction<'_>, batch: BatchId, count: u32) -> Result<(), StoreError> {
    if count == 0 {
        return Ok(());
    }
    let waited: u32 =
        tx.prepare_cached(&format!("SELECT count(*) FROM {WAITED}"))?.query_row([batch.0], |row| row.get(0))?;
    let drawn = waited.min(count);
    if drawn == 0 {
        return Ok(());
    }
    tx.prepare_cached(&format!(
        "INSERT OR IGNORE INTO matter (message, batch, place, weight)
         SELECT message, ?1, row_number() OVER (), ?3 FROM (SELECT m.id AS message FROM {WAITED} ORDER BY random() LIMIT ?2)"
    ))?
    .execute((batch.0, drawn, f64::from(waited) / f64::from(drawn)))?;
    Ok(())
}
