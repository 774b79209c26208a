//! What a person is to know of the sources, for as long as it is so; and what processes ask of each other: to read now, and
//! whether a watch is expected to run.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row};

use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::text::word;
use super::{Store, outage};
use crate::domain::concern::{Concern, ConcernKind};
use crate::domain::ids::SourceId;

/// The number of the last request to read, which only rises, and the number up to which requests are answered.
const ASKED: &str = "read asked";
const DONE: &str = "read done";
/// When the last watch began that was not ended by hand.
const WATCHED: &str = "watched";

impl Store {
    /// Everything that a person is to know, source by source.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn concerns(&self) -> Result<Vec<Concern>, StoreError> {
        self.listed(None)
    }

    /// What a person is to know of one source.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn concerns_of(&self, source: SourceId) -> Result<Vec<Concern>, StoreError> {
        self.listed(Some(source))
    }

    fn listed(&self, source: Option<SourceId>) -> Result<Vec<Concern>, StoreError> {
        self.read("asking what is wrong with a source", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT s.name, c.kind, c.what, c.hint, c.count, c.tries, c.since, c.next_try, c.secret
                 FROM concern AS c JOIN source AS s ON s.id = c.source
                 WHERE ?1 IS NULL OR c.source = ?1 ORDER BY c.source, c.kind",
            )?;
            let rows = statement.query_map([source.map(|source| source.0)], concern)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Records a concern of a source; it replaces the one of the same kind, but keeps its `since`.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn note_concern(&mut self, source: SourceId, concern: &Concern) -> Result<(), StoreError> {
        self.write("noting what is wrong with a source", |tx| {
            tx.prepare_cached(
                "INSERT INTO concern (source, kind, what, hint, count, tries, since, next_try, secret)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                 ON CONFLICT (source, kind) DO UPDATE SET what = excluded.what, hint = excluded.hint,
                     count = excluded.count, tries = excluded.tries, next_try = excluded.next_try,
                     secret = excluded.secret",
            )?
            .execute((
                source.0,
                concern.kind,
                &concern.what,
                &concern.hint,
                concern.count,
                concern.tries,
                seconds(concern.since),
                concern.next.map(seconds),
                &concern.secret,
            ))?;
            if concern.kind.stops_reading() {
                outage::begins(tx, source, concern.since)?;
            }
            Ok(())
        })
    }

    /// Forgets the concerns of these kinds of a source: they are over.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn settle_concerns(&mut self, source: SourceId, kinds: &[ConcernKind]) -> Result<(), StoreError> {
        self.write("noting that all is well with a source", |tx| {
            let mut forget = tx.prepare_cached("DELETE FROM concern WHERE source = ?1 AND kind = ?2")?;
            for kind in kinds {
                forget.execute((source.0, kind))?;
            }
            Ok(())
        })
    }

    /// Asks the process that reads the accounts to read now; returns the number of the request.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn ask_to_read(&mut self) -> Result<i64, StoreError> {
        self.write("asking for a reading", |tx| {
            Ok(tx
                .prepare_cached(
                    "INSERT INTO fact (name, value) VALUES (?1, 1)
                     ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
                )?
                .query_row([ASKED], |row| row.get(0))?)
        })
    }

    /// The number of the last request to read, and the number up to which requests are answered.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn asked_to_read(&self) -> Result<(i64, i64), StoreError> {
        Ok((self.noted(ASKED)?.unwrap_or(0), self.noted(DONE)?.unwrap_or(0)))
    }

    /// Records that the sources were read for this request and those before it.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn note_read(&mut self, asked: i64) -> Result<(), StoreError> {
        self.keep(DONE, asked)
    }

    /// Whether a watch is expected to run: one did, and nobody ended it by hand.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn expects_watch(&self) -> Result<bool, StoreError> {
        Ok(self.noted(WATCHED)?.is_some_and(|since| since > 0))
    }

    /// Records that a watch runs from now on, or that it was ended by hand.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn note_watch(&mut self, since: Option<DateTime<Utc>>) -> Result<(), StoreError> {
        self.keep(WATCHED, since.map_or(0, seconds))
    }

    fn noted(&self, name: &str) -> Result<Option<i64>, StoreError> {
        self.read("asking what was noted", |connection| {
            Ok(connection
                .prepare_cached("SELECT value FROM fact WHERE name = ?1")?
                .query_row([name], |row| row.get(0))
                .optional()?)
        })
    }

    fn keep(&mut self, name: &str, value: i64) -> Result<(), StoreError> {
        self.write("noting something", |tx| {
            tx.prepare_cached(
                "INSERT INTO fact (name, value) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            )?
            .execute((name, value))?;
            Ok(())
        })
    }
}

fn concern(row: &Row<'_>) -> rusqlite::Result<Concern> {
    let source: String = row.get(0)?;
    Ok(Concern {
        kind: word(row, 1, "concern", &source)?,
        source,
        what: row.get(2)?,
        hint: row.get(3)?,
        count: row.get(4)?,
        tries: row.get(5)?,
        since: instant(row.get(6)?),
        next: row.get::<_, Option<i64>>(7)?.map(instant),
        secret: row.get(8)?,
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use crate::domain::concern::{Concern, ConcernKind};
    use crate::domain::source_type::SourceType;
    use crate::store::Store;

    #[test]
    fn a_concern_lasts_from_its_beginning_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("store.db")).unwrap();
        let source = store.source("work", SourceType::Imap).unwrap();
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let first = Concern {
            source: "work".into(),
            kind: ConcernKind::Refused,
            what: "no".into(),
            hint: "do".into(),
            count: 0,
            tries: 1,
            since: at(10),
            next: Some(at(70)),
            secret: Some("a:b".into()),
        };
        store.note_concern(source, &first).unwrap();
        let second = Concern { tries: 2, since: at(70), next: Some(at(370)), ..first.clone() };
        store.note_concern(source, &second).unwrap();
        assert_eq!(store.concerns_of(source).unwrap(), [Concern { since: at(10), ..second }]);
        store.settle_concerns(source, &[ConcernKind::Owed]).unwrap();
        assert_eq!(store.concerns().unwrap().len(), 1);
        store.settle_concerns(source, &[ConcernKind::Refused]).unwrap();
        assert_eq!(store.concerns().unwrap(), []);
    }

    #[test]
    fn an_asking_is_a_number_that_rises_and_is_answered() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("store.db")).unwrap();
        assert_eq!(store.asked_to_read().unwrap(), (0, 0));
        assert_eq!(store.ask_to_read().unwrap(), 1);
        assert_eq!(store.ask_to_read().unwrap(), 2);
        store.note_read(1).unwrap();
        assert_eq!(store.asked_to_read().unwrap(), (2, 1));
        assert!(!store.expects_watch().unwrap());
        store.note_watch(Some(DateTime::from_timestamp(10, 0).unwrap())).unwrap();
        assert!(store.expects_watch().unwrap());
        store.note_watch(None).unwrap();
        assert!(!store.expects_watch().unwrap());
    }
}
