//! Sources: where messages come from, how far each was read, and which copies of it were taken in.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction};

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::text::word;
use crate::domain::ids::SourceId;
use crate::domain::source_type::SourceType;

/// Fewer keys than this are looked up one by one. (One look-up takes some five times as long as one step of a scan.)
const FEW: usize = 5_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    pub id: SourceId,
    pub name: String,
    pub kind: SourceType,
    /// How far it was read; only the source understands this text.
    pub position: Option<String>,
    /// When it was read for the first time. Mail that was old then is its backlog, also if that reading was
    /// interrupted and continued later.
    pub first_read: Option<DateTime<Utc>>,
}

impl Store {
    /// The configured source of this name, made where there is none yet.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn source(&mut self, name: &str, kind: SourceType) -> Result<SourceId, StoreError> {
        self.source_at(name, kind, "")
    }

    /// The source of this name for mail that `tidebox add` takes in from a place. Another place is another source,
    /// with known copies of its own.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn source_at(&mut self, name: &str, kind: SourceType, place: &str) -> Result<SourceId, StoreError> {
        self.write("noting a source", |tx| {
            tx.execute(
                "INSERT INTO source (name, kind, place) VALUES (?1, ?2, ?3)
                 ON CONFLICT (name, place) DO UPDATE SET kind = excluded.kind WHERE kind <> excluded.kind",
                (name, kind, place),
            )?;
            let found = "SELECT id FROM source WHERE name = ?1 AND place = ?2";
            Ok(SourceId(tx.query_row(found, (name, place), |row| row.get(0))?))
        })
    }

    /// Makes the source that `tidebox add` has filled from a place the configured source of that name, which reads
    /// the same place now.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn adopt(&mut self, name: &str, place: &str) -> Result<(), StoreError> {
        self.write("noting a source", |tx| {
            tx.execute(
                "UPDATE source SET place = '' WHERE name = ?1 AND place = ?2
                 AND NOT EXISTS (SELECT 1 FROM source WHERE name = ?1 AND place = '')",
                (name, place),
            )?;
            Ok(())
        })
    }

    /// Every source, in the order in which they were first met.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn sources(&self) -> Result<Vec<SourceRow>, StoreError> {
        self.read("listing sources", |connection| {
            let mut statement =
                connection.prepare_cached("SELECT id, name, kind, position, first_read FROM source ORDER BY id")?;
            let rows = statement.query_map([], |row| {
                let id = row.get(0)?;
                Ok(SourceRow {
                    id: SourceId(id),
                    name: row.get(1)?,
                    kind: word(row, 2, "source", id)?,
                    position: row.get(3)?,
                    first_read: row.get::<_, Option<i64>>(4)?.map(instant),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// The keys of a folder's copies that were taken in already.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn known(&self, source: SourceId, folder: &str) -> Result<HashSet<String>, StoreError> {
        self.read("asking what is known", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT key FROM copy WHERE folder = (SELECT id FROM folder WHERE source = ?1 AND name = ?2) AND gone IS NULL",
            )?;
            let rows = statement.query_map((source.0, folder), |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Whether each of these keys of a folder was taken in already. They must be in rising order: many keys are
    /// compared with the known ones in one scan of both lists, a few are looked up one by one.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn which_known(&self, source: SourceId, folder: &str, keys: &[&str]) -> Result<Vec<bool>, StoreError> {
        self.read("asking what is known", |connection| {
            let folder: Option<i64> = connection
                .prepare_cached("SELECT id FROM folder WHERE source = ?1 AND name = ?2")?
                .query_row((source.0, folder), |row| row.get(0))
                .optional()?;
            let (Some(folder), Some(first), Some(last)) = (folder, keys.first(), keys.last()) else {
                return Ok(vec![false; keys.len()]);
            };
            let mut known = Vec::with_capacity(keys.len());
            if keys.len() < FEW {
                let mut one =
                    connection.prepare_cached("SELECT 1 FROM copy WHERE folder = ?1 AND key = ?2 AND gone IS NULL")?;
                for key in keys {
                    known.push(one.exists((folder, key))?);
                }
                return Ok(known);
            }
            let mut all = connection.prepare_cached(
                "SELECT key FROM copy WHERE folder = ?1 AND key BETWEEN ?2 AND ?3 AND gone IS NULL ORDER BY key",
            )?;
            let mut rows = all.query((folder, first, last))?;
            let mut row = rows.next()?;
            for key in keys {
                let key = key.as_bytes();
                while let Some(behind) = row
                    && name(behind)? < key
                {
                    row = rows.next()?;
                }
                known.push(match row {
                    Some(here) => name(here)? == key,
                    None => false,
                });
            }
            Ok(known)
        })
    }

    /// How far a source was read; only the source understands this text.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn read_up_to(&self, source: SourceId) -> Result<Option<String>, StoreError> {
        self.read("asking how far a source was read", |connection| {
            let found: Option<Option<String>> = connection
                .prepare_cached("SELECT position FROM source WHERE id = ?1")?
                .query_row([source.0], |row| row.get(0))
                .optional()?;
            Ok(found.flatten())
        })
    }

    /// Records how far a source was read, where that brought no message.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn remember_position(
        &mut self,
        source: SourceId,
        position: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write("noting how far a source was read", |tx| advance(tx, source, Some(position), now))
    }
}

fn name<'r>(row: &'r Row<'_>) -> rusqlite::Result<&'r [u8]> {
    Ok(row.get_ref(0)?.as_bytes()?)
}

/// In seconds. When a source was read last is noted at most so often where nothing else of it changes: others take every write for news.
const NOTED: i64 = 3_600;

/// Advances a source's position, in the transaction of what was read. A position is only told where the source was read whole.
pub(super) fn advance(
    tx: &Transaction<'_>,
    source: SourceId,
    position: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE source SET position = coalesce(?2, position), first_read = coalesce(first_read, ?3),
                last_read = iif(?2 IS NULL, last_read, ?3)
         WHERE id = ?1 AND (first_read IS NULL OR position IS NOT coalesce(?2, position)
                            OR ?2 IS NOT NULL AND (last_read IS NULL OR last_read NOT BETWEEN ?3 - ?4 AND ?3))",
    )?
    .execute((source.0, position, seconds(now), NOTED))?;
    Ok(())
}

/// The row id of a folder, which is made where there is none yet.
pub(super) fn folder(tx: &Transaction<'_>, source: SourceId, name: &str) -> Result<i64, StoreError> {
    named(
        tx,
        "SELECT id FROM folder WHERE source = ?1 AND name = ?2",
        "INSERT INTO folder (source, name) VALUES (?1, ?2)",
        (source.0, name),
    )
}

/// Records which folders of a source are read for incoming mail.
pub(super) fn read_for_incoming(tx: &Transaction<'_>, source: SourceId, folders: &[String]) -> Result<(), StoreError> {
    for name in folders {
        folder(tx, source, name)?;
    }
    let names = serde_json::Value::from(folders).to_string();
    let is_read = "name IN (SELECT value FROM json_each(?2))";
    tx.prepare_cached(&format!(
        "UPDATE folder SET incoming = {is_read} WHERE source = ?1 AND incoming <> ({is_read})"
    ))?
    .execute((source.0, names))?;
    Ok(())
}

/// The row id of a lane, which is made where there is none yet.
pub(super) fn lane(tx: &Transaction<'_>, name: &str) -> Result<i64, StoreError> {
    named(tx, "SELECT id FROM lane WHERE name = ?1", "INSERT INTO lane (name) VALUES (?1)", [name])
}

fn named(tx: &Transaction<'_>, find: &str, make: &str, by: impl rusqlite::Params + Copy) -> Result<i64, StoreError> {
    if let Some(id) = tx.prepare_cached(find)?.query_row(by, |row| row.get(0)).optional()? {
        return Ok(id);
    }
    tx.prepare_cached(make)?.execute(by)?;
    Ok(tx.last_insert_rowid())
}
