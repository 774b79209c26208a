//! What the person said of the messages that exceptions let through.

use rusqlite::OptionalExtension;

use super::Store;
use super::failure::StoreError;
use super::read::{COLUMNS, COUNT, message};
use crate::domain::batch::EXCEPTIONS;
use crate::domain::exception::{HitRating, RatedException};
use crate::domain::ids::{BatchId, Id};
use crate::domain::message::Message;

impl Store {
    /// Rates a message that an exception let through, and names that exception; `None` where none did.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn rate_hit(&mut self, id: Id, rating: HitRating) -> Result<Option<String>, StoreError> {
        self.write("rating what an exception did", |tx| {
            Ok(tx
                .prepare_cached("UPDATE hit SET rating = ?2 WHERE message = ?1 RETURNING exception")?
                .query_row((id.0, rating), |row| row.get(0))
                .optional()?)
        })
    }

    /// What exceptions let through before a batch was committed, since the check-in before it; of a batch of exceptions, what was in
    /// it. The newest first, at most so many.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn hits_of(&self, batch: BatchId, limit: u32) -> Result<Vec<(Message, Option<HitRating>)>, StoreError> {
        let Some(receipt) = self.receipt(batch)? else { return Ok(Vec::new()) };
        let own = receipt.checkin == EXCEPTIONS;
        let chosen = if own {
            "h.message IN (SELECT message FROM batch_item WHERE batch = ?1)"
        } else {
            "h.at <= (SELECT committed FROM batch WHERE id = ?1)"
        };
        let limit = if own { limit } else { limit.min(receipt.exceptions) };
        self.read("listing what exceptions let through", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS}, h.rating FROM hit AS h JOIN visible AS v ON v.id = h.message WHERE {chosen}
                 ORDER BY h.at DESC, h.message DESC LIMIT ?2"
            ))?;
            let rows = statement.query_map((batch.0, limit), |row| Ok((message(row)?, row.get(COUNT)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// How the hits of each exception were rated, of those that have a rating.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn rated_exceptions(&self) -> Result<Vec<RatedException>, StoreError> {
        self.read("counting ratings", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT exception, sum(rating = 'useful'), sum(rating = 'false alarm') FROM hit
                 WHERE rating IS NOT NULL GROUP BY exception ORDER BY exception",
            )?;
            let rows = statement.query_map([], |row| {
                Ok(RatedException { name: row.get(0)?, useful: row.get(1)?, false_alarms: row.get(2)? })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}
