//! What the person said of the messages that exceptions let through.

use rusqlite::OptionalExtension;

use super::Store;
use super::failure::StoreError;
use crate::domain::exception::{HitRating, RatedException};
use crate::domain::ids::Id;

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
