//! When the store was first used, and which windows were read since.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};
use crate::domain::moment::Moment;
use crate::domain::schedule::Window;

impl Store {
    /// Records when the store was first used. This is never changed, so a run with `--at` in another year makes the
    /// store no older. Only an instant that lies in the future of the real clock too is replaced: it was recorded in
    /// a rehearsal. Since when facts are kept is noted in the same way.
    pub fn record_created_at(&mut self, moment: Moment) -> Result<(), StoreError> {
        let Moment { now, wall } = moment;
        if self.is_read_only() {
            return Ok(());
        }
        self.keep_facts_since(moment)?;
        if self.created_at()?.is_some_and(|created| created <= now || created <= wall) {
            return Ok(());
        }
        self.write("noting the store's first use", |tx| {
            tx.execute(
                "INSERT INTO fact (name, value) VALUES ('born', ?1)
                 ON CONFLICT (name) DO UPDATE SET value = min(value, excluded.value)",
                [seconds(now)],
            )?;
            Ok(())
        })
    }

    /// When the store was first used. Nobody could miss a window that opened before.
    pub fn created_at(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read("asking for the store's first use", |connection| {
            let created: Option<i64> = connection
                .prepare_cached("SELECT value FROM fact WHERE name = 'born'")?
                .query_row([], |row| row.get(0))
                .optional()?;
            Ok(created.map(instant))
        })
    }

    /// Whether a window of this store was ever committed; batches of exceptions are none.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn was_ever_committed(&self) -> Result<bool, StoreError> {
        self.read("asking for a committed window", |connection| Ok(was_ever_committed(connection)?))
    }

    /// Whether this window's batch was begun.
    pub fn was_read(&self, window: &Window) -> Result<bool, StoreError> {
        self.read("asking for a window", |connection| {
            Ok(connection
                .prepare_cached("SELECT 1 FROM batch WHERE kind = 'window' AND checkin = ?1 AND opens = ?2")?
                .exists((&window.checkin, seconds(window.opens)))?)
        })
    }
}

pub(super) fn was_ever_committed(connection: &Connection) -> rusqlite::Result<bool> {
    // Of windows that are not committed there is one at most, so this looks at two rows of the index.
    connection.prepare_cached("SELECT 1 FROM batch WHERE kind = 'window' AND committed IS NOT NULL LIMIT 1")?.exists([])
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use crate::domain::moment::Moment;
    use crate::store::Store;

    fn year(year: i32) -> DateTime<Utc> {
        format!("{year}-06-01T12:00:00Z").parse().unwrap()
    }

    #[test]
    fn a_birth_stands_unless_it_has_not_come_yet() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("tidebox.db")).unwrap();
        assert_eq!(store.created_at().unwrap(), None);
        // A rehearsal of the next year, and of the year before; the real clock says 2026.
        for (at, created) in [(2027, 2027), (2026, 2026), (2025, 2026), (2028, 2026)] {
            store.record_created_at(Moment { now: year(at), wall: year(2026) }).unwrap();
            assert_eq!(store.created_at().unwrap(), Some(year(created)), "as of {at}");
        }
    }
}
