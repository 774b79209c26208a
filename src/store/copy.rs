//! The copies of a message in its mailboxes: where each lies, and its flags.
//!
//! The flags that a copy had when its message's batch was begun are kept while the batch is open: the person decides
//! about the message as it was then, and whoever changed it since was first.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};

use super::Store;
use super::failure::StoreError;
use super::instant::seconds;
use super::source;
use crate::domain::flags::Flags;
use crate::domain::ids::{Id, SourceId};

/// One copy.
pub(super) struct Copy {
    pub folder: i64,
    pub key: String,
    pub message: Id,
    /// What is known of its flags.
    pub flags: Option<Flags>,
    /// Whether it lies among the sent mail, where nothing that happens to it is about an incoming message.
    pub is_sent: bool,
}

impl Store {
    /// The copies of a folder that are there, with keys from `first` to `last`, both included, in rising order, at most `most`
    /// of them: the key, and what is known of its flags.
    pub fn known_between(
        &self,
        source: SourceId,
        folder: &str,
        (first, last): (&str, &str),
        most: usize,
    ) -> Result<Vec<(String, Option<Flags>)>, StoreError> {
        self.read("asking what is known", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT key, flags FROM copy WHERE folder = (SELECT id FROM folder WHERE source = ?1 AND name = ?2)
                 AND key BETWEEN ?3 AND ?4 AND gone IS NULL ORDER BY key LIMIT ?5",
            )?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let rows = statement.query_map((source.0, folder, first, last, most), |row| {
                let flags = row.get_ref(1)?.as_str_or_null()?.map(Flags::read);
                Ok((row.get(0)?, flags))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

/// The copy of this key.
pub(super) fn at(tx: &Transaction<'_>, source: SourceId, folder: &str, key: &str) -> Result<Option<Copy>, StoreError> {
    Ok(tx
        .prepare_cached(
            "SELECT c.folder, c.key, c.message, c.flags, f.sent FROM folder AS f JOIN copy AS c ON c.folder = f.id
             WHERE f.source = ?1 AND f.name = ?2 AND c.key = ?3",
        )?
        .query_row((source.0, folder, key), |row| {
            let flags = row.get_ref(3)?.as_str_or_null()?.map(Flags::read);
            Ok(Copy { folder: row.get(0)?, key: row.get(1)?, message: Id(row.get(2)?), flags, is_sent: row.get(4)? })
        })
        .optional()?)
}

/// Records a copy that was taken in, or taken in again.
pub(super) fn keep(
    tx: &Transaction<'_>,
    (folder, key): (i64, &str),
    message: Id,
    flags: Option<&Flags>,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO copy (folder, key, message, flags) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (folder, key) DO UPDATE SET message = excluded.message, flags = excluded.flags, gone = NULL
         WHERE message <> excluded.message OR flags IS NOT excluded.flags OR gone IS NOT NULL",
    )?
    .execute((folder, key, message.0, flags.map(ToString::to_string)))?;
    Ok(())
}

/// Records flags that somebody else set.
pub(super) fn set_flags(tx: &Transaction<'_>, copy: &Copy, flags: &Flags) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE copy SET flags = ?3, gone = NULL,
                at_begin = CASE (SELECT stage FROM message WHERE id = message)
                           WHEN 'in batch' THEN coalesce(at_begin, flags, '') END
         WHERE folder = ?1 AND key = ?2",
    )?
    .execute((copy.folder, &copy.key, flags.to_string()))?;
    Ok(())
}

/// Records that a copy is no longer where it was.
pub(super) fn lose(tx: &Transaction<'_>, folder: i64, key: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE copy SET gone = ?3 WHERE folder = ?1 AND key = ?2 AND gone IS NULL")?.execute((
        folder,
        key,
        seconds(now),
    ))?;
    Ok(())
}

pub(super) fn forget(tx: &Transaction<'_>, folder: i64, key: &str) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM copy WHERE folder = ?1 AND key = ?2")?.execute((folder, key))?;
    Ok(())
}

/// Records where a copy is now, and with which flags; it may be where it was.
pub(super) fn moved(
    tx: &Transaction<'_>,
    source: SourceId,
    message: Id,
    (folder, key): (i64, &str),
    (to_folder, to_key): (&str, &str),
    flags: &Flags,
) -> Result<(), StoreError> {
    let to = source::folder(tx, source, to_folder)?;
    if (to, to_key) != (folder, key) {
        forget(tx, folder, key)?;
    }
    tx.prepare_cached(
        "INSERT INTO copy (folder, key, message, flags) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (folder, key) DO UPDATE SET message = excluded.message, flags = excluded.flags, at_begin = NULL, gone = NULL",
    )?
    .execute((to, to_key, message.0, flags.to_string()))?;
    Ok(())
}
