//! As whom nothing is sent for now, and why: the settings, the password or the server's refusal of it are in the way.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};

/// Why nothing is sent as somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendingBlock {
    /// The address that failures of what they send come back to.
    pub sender: String,
    /// What is in the way, and what to do, in words.
    pub what: String,
    pub since: DateTime<Utc>,
    /// A number made of the settings that were tried: with others it is tried again.
    pub settings: i64,
}

impl Store {
    /// As whom nothing is sent for now.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn sending_blocks(&self) -> Result<Vec<SendingBlock>, StoreError> {
        self.read("asking why nothing is sent", |connection| {
            let mut statement =
                connection.prepare_cached("SELECT sender, what, since, settings FROM sending_block ORDER BY sender")?;
            let rows = statement.query_map([], |row| {
                Ok(SendingBlock {
                    sender: row.get(0)?,
                    what: row.get(1)?,
                    since: instant(row.get(2)?),
                    settings: row.get(3)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Notes why nothing is sent as somebody. The instant since when stays, as long as it is for the same reason.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn block_sending(&mut self, block: &SendingBlock) -> Result<(), StoreError> {
        self.write("noting why nothing is sent", |tx| {
            tx.execute(
                "INSERT INTO sending_block (sender, what, since, settings) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (sender) DO UPDATE SET settings = ?4, what = ?2,
                    since = CASE WHEN what = ?2 THEN since ELSE ?3 END",
                (&block.sender, &block.what, seconds(block.since), block.settings),
            )?;
            Ok(())
        })
    }

    /// Nothing is in the way of sending as somebody any more.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn unblock_sending(&mut self, sender: &str) -> Result<(), StoreError> {
        self.write("noting that sending works", |tx| {
            tx.execute("DELETE FROM sending_block WHERE sender = ?1", [sender])?;
            Ok(())
        })
    }
}

/// The person wants what is due to be tried, whatever was in the way.
pub(super) fn lift_all(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.execute("DELETE FROM sending_block", [])?;
    Ok(())
}
