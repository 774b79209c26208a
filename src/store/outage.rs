//! When sources could not be read. An outage begins with the first concern about reading (`concern`), and ends with the next
//! whole reading.

use std::ops::Range;

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use super::Store;
use super::failure::StoreError;
use super::instant::{ceiling, instant, seconds};
use crate::domain::ids::SourceId;
use crate::domain::outage::Outage;

impl Store {
    /// The outages that touch a range, the oldest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn outages(&self, range: &Range<DateTime<Utc>>) -> Result<Vec<Outage>, StoreError> {
        self.read("asking when sources could not be read", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT s.name, o.since, o.until FROM outage AS o JOIN source AS s ON s.id = o.source
                 WHERE o.since < ?2 AND (o.until IS NULL OR o.until > ?1) ORDER BY o.since, s.name",
            )?;
            let rows = statement.query_map((seconds(range.start), ceiling(range.end)), |row| {
                let until: Option<i64> = row.get(2)?;
                Ok(Outage { source: row.get(0)?, since: instant(row.get(1)?), until: until.map(instant) })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Records that a source was read whole. Nothing is written where it had no outage.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub fn end_outage(&mut self, source: SourceId, now: DateTime<Utc>) -> Result<(), StoreError> {
        let open = self.read("asking whether a source could be read", |connection| {
            Ok(connection
                .prepare_cached("SELECT 1 FROM outage WHERE source = ?1 AND until IS NULL")?
                .exists([source.0])?)
        })?;
        if !open {
            return Ok(());
        }
        self.write("noting that a source can be read again", |tx| {
            tx.prepare_cached("UPDATE outage SET until = max(since, ?2) WHERE source = ?1 AND until IS NULL")?
                .execute((source.0, seconds(now)))?;
            Ok(())
        })
    }
}

/// Records that a source cannot be read, where that is not known yet.
pub(super) fn begins(tx: &Transaction<'_>, source: SourceId, since: DateTime<Utc>) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT OR IGNORE INTO outage (source, since) VALUES (?1, ?2)")?
        .execute((source.0, seconds(since)))?;
    Ok(())
}
