//! Peeks: the only way past rule 1, each written down with its reason before it shows anything.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::original::bytes_of;
use super::read::{COLUMNS, message};
use super::text::word;
use crate::domain::ids::Id;
use crate::domain::message::Message;
use crate::domain::peek::{Peek, PeekKind};

impl Store {
    /// Writes a peek down and opens it.
    pub fn start_peek(&mut self, reason: &str, now: DateTime<Utc>, until: DateTime<Utc>) -> Result<Peek, StoreError> {
        self.write("writing a peek down", |tx| write_down(tx, PeekKind::Look, reason, (now, until)))
    }

    /// The peek that is open now, where there is one.
    pub fn current_peek(&self, now: DateTime<Utc>) -> Result<Option<Peek>, StoreError> {
        self.read("looking for an open peek", |connection| {
            Ok(connection
                .prepare_cached(
                    "SELECT number, kind, reason, since, until FROM peek
                     WHERE since <= ?1 AND ?1 < until AND ended IS NULL AND kind = 'peek' ORDER BY number DESC LIMIT 1",
                )?
                .query_row([seconds(now)], peek)
                .optional()?)
        })
    }

    /// Every look at what is held that there was, the latest first.
    pub fn peeks(&self) -> Result<Vec<Peek>, StoreError> {
        self.read("listing peeks", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT number, kind, reason, since, coalesce(ended, until) FROM peek ORDER BY number DESC",
            )?;
            let rows = statement.query_map([], peek)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Ends a peek before its time.
    pub fn end_peek(&mut self, peek: &Peek, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("ending a peek", |tx| {
            tx.execute("UPDATE peek SET ended = ?2 WHERE number = ?1 AND ended IS NULL", (peek.number, seconds(now)))?;
            Ok(())
        })
    }

    /// Ends every peek, also those that would be open again if the clock is set back.
    pub fn end_peeks(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("ending peeks", |tx| {
            tx.execute("UPDATE peek SET ended = max(since, ?1) WHERE ended IS NULL AND until > ?1", [seconds(now)])?;
            Ok(())
        })
    }

    /// What is held, newest first.
    ///
    /// # Errors
    /// `PeekOver` where the peek is not open now, or where the store cannot be read.
    pub fn peeked(&self, peek: &Peek, now: DateTime<Utc>, limit: usize) -> Result<Vec<Message>, StoreError> {
        self.read("peeking", |connection| {
            open(connection, peek, now)?;
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM facts AS v WHERE v.stage = 'held' ORDER BY v.id DESC LIMIT ?1"
            ))?;
            let rows = statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], message)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// One of the messages that are held.
    ///
    /// # Errors
    /// `PeekOver` where the peek is not open now, `Unknown` where none that is held has this id, or where the store cannot be read.
    pub fn peeked_message(&self, peek: &Peek, id: Id, now: DateTime<Utc>) -> Result<Message, StoreError> {
        self.read("peeking", |connection| {
            open(connection, peek, now)?;
            connection
                .prepare_cached(&format!("SELECT {COLUMNS} FROM facts AS v WHERE v.id = ?1 AND v.stage = 'held'"))?
                .query_row([id.0], message)
                .optional()?
                .ok_or(StoreError::Unknown(id))
        })
    }

    /// The original bytes of a message, held or not.
    ///
    /// # Errors
    /// `PeekOver` where the peek is not open now, `Unknown`, or where the store cannot be read.
    pub fn peeked_original(&self, peek: &Peek, id: Id, now: DateTime<Utc>) -> Result<Vec<u8>, StoreError> {
        self.read("peeking", |connection| {
            open(connection, peek, now)?;
            bytes_of(connection, id)
        })
    }
}

/// Writes a look down, from when to when it is open.
pub(super) fn write_down(
    tx: &Transaction<'_>,
    kind: PeekKind,
    reason: &str,
    (since, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Peek, StoreError> {
    let (since, until) = (seconds(since), seconds(until));
    tx.prepare_cached("INSERT INTO peek (kind, reason, since, until) VALUES (?1, ?2, ?3, ?4)")?
        .execute((kind, reason, since, until))?;
    let number = tx.last_insert_rowid();
    Ok(Peek { number, kind, reason: reason.to_owned(), since: instant(since), until: instant(until) })
}

/// A row of number, kind, reason, beginning and end.
fn peek(row: &Row<'_>) -> rusqlite::Result<Peek> {
    Ok(Peek {
        number: row.get(0)?,
        kind: word(row, 1, "peek", row.get::<_, i64>(0)?)?,
        reason: row.get(2)?,
        since: instant(row.get(3)?),
        until: instant(row.get(4)?),
    })
}

/// Reads the peek's row instead of trusting the value: the peek may be over, or the value made up.
pub(super) fn open(connection: &Connection, peek: &Peek, now: DateTime<Utc>) -> Result<(), StoreError> {
    let open = connection
        .prepare_cached("SELECT 1 FROM peek WHERE number = ?1 AND since <= ?2 AND ?2 < until AND ended IS NULL")?
        .exists((peek.number, seconds(now)))?;
    if open { Ok(()) } else { Err(StoreError::PeekOver) }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, Utc};

    use crate::domain::ids::Id;
    use crate::domain::peek::{Peek, PeekKind};
    use crate::store::{Store, StoreError};

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap() + Duration::minutes(minutes)
    }

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("tidebox.db")).unwrap();
        (folder, store)
    }

    fn is_over(store: &Store, peek: &Peek, now: DateTime<Utc>) -> bool {
        let list = matches!(store.peeked(peek, now, 10), Err(StoreError::PeekOver));
        let one = matches!(store.peeked_message(peek, Id(1), now), Err(StoreError::PeekOver));
        let bytes = matches!(store.peeked_original(peek, Id(1), now), Err(StoreError::PeekOver));
        assert!(list == one && one == bytes, "each way in asks: {list} {one} {bytes}");
        list
    }

    #[test]
    fn a_peek_is_open_from_its_beginning_up_to_its_end() {
        let (_folder, mut store) = store();
        let peek = store.start_peek("the train", at(0), at(5)).unwrap();
        for (minute, open) in [(-1, false), (0, true), (4, true), (5, false)] {
            assert_eq!(store.current_peek(at(minute)).unwrap().is_some(), open, "{minute}");
            assert_eq!(is_over(&store, &peek, at(minute)), !open, "{minute}");
        }
    }

    #[test]
    fn the_log_is_believed_and_not_the_peek_in_hand() {
        let (_folder, mut store) = store();
        let made_up =
            Peek { number: 7, kind: PeekKind::Look, reason: "trust me".to_owned(), since: at(0), until: at(60) };
        assert!(is_over(&store, &made_up, at(1)));
        let peek = store.start_peek("the train", at(0), at(5)).unwrap();
        let stretched = Peek { until: at(60), ..peek.clone() };
        assert!(is_over(&store, &stretched, at(30)));
        store.end_peek(&peek, at(2)).unwrap();
        assert!(is_over(&store, &peek, at(3)));
        assert_eq!(store.peeks().unwrap()[0].until, at(2), "it is told when it ended");
    }

    #[test]
    fn all_are_ended_also_those_that_a_clock_set_back_would_open_again() {
        let (_folder, mut store) = store();
        let later = store.start_peek("by a clock that was fast", at(60), at(65)).unwrap();
        let now = store.start_peek("the train", at(0), at(5)).unwrap();
        store.end_peeks(at(1)).unwrap();
        assert!(is_over(&store, &now, at(1)) && is_over(&store, &later, at(61)));
    }
}
