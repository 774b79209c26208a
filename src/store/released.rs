//! When a message came out.

use chrono::{DateTime, Utc};

use super::Store;
use super::failure::StoreError;
use super::instant::instant;
use super::text::word;
use crate::domain::batch::{BatchKind, EXCEPTIONS};
use crate::domain::ids::Id;

/// A check-in that brings or brought a message, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    /// Its name; for what exceptions let through, `EXCEPTIONS`.
    pub checkin: String,
    pub at: DateTime<Utc>,
}

impl Store {
    /// The batches that a message was in, the first before the others, with when each was begun.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn batches_of(&self, id: Id) -> Result<Vec<Coming>, StoreError> {
        self.read("looking for the batches of a message", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT b.kind, b.checkin, b.begun FROM batch AS b
                 WHERE EXISTS (SELECT 1 FROM batch_item AS i WHERE i.batch = b.id AND i.message = ?1) ORDER BY b.id",
            )?;
            let rows = statement.query_map([id.0], |row| {
                let window = word::<BatchKind>(row, 0, "batch", id)? == BatchKind::Window;
                let checkin = if window { row.get(1)? } else { EXCEPTIONS.to_owned() };
                Ok(Coming { checkin, at: instant(row.get(2)?) })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}
