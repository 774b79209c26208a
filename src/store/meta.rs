//! Numbers about the store for a report: its size, its version, how many rows of each kind. Nothing of any message.

use rusqlite::Connection;

use super::failure::StoreError;
use super::open::attach;
use super::{Store, away, migrate};

/// Facts for a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreFacts {
    /// Of the schema.
    pub version: i64,
    /// Of the file and of its write-ahead log.
    pub bytes: u64,
    pub messages: u64,
    pub batches: u64,
    pub decisions: u64,
    /// Messages that came back, too many at once to be held again without asking.
    pub returned: u32,
}

impl Store {
    /// The version of SQLite that this program has in it.
    #[must_use]
    pub fn sqlite_version() -> &'static str {
        rusqlite::version()
    }

    pub fn counters(&self) -> Result<StoreFacts, StoreError> {
        let size = |ending: &str| {
            let mut name = self.path.as_os_str().to_owned();
            name.push(ending);
            std::fs::metadata(name).map_or(0, |found| found.len())
        };
        let (messages, bytes) = (self.count()?, size("") + size("-wal"));
        self.read("counting", |connection| {
            let count = |sql: &str| -> Result<u64, StoreError> {
                Ok(connection.query_row(sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs())
            };
            Ok(StoreFacts {
                version: migrate::version(connection)?,
                bytes,
                messages,
                batches: count("SELECT count(*) FROM batch")?,
                decisions: count("SELECT count(*) FROM act")?,
                returned: away::waiting(connection)?,
            })
        })
    }

    /// SQLite's `quick_check`, which looks at every page without comparing indexes with tables. Returns what is
    /// wrong, in its words.
    ///
    /// # Errors
    /// Where the file cannot even be read.
    pub fn glance(&self) -> Result<Vec<String>, StoreError> {
        // Through a connection of its own, as `verify` does.
        attach(&self.path, self.durability)?.read("looking at the store", |connection| {
            let mut statement = connection.prepare("PRAGMA quick_check")?;
            let said: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok(said.into_iter().filter(|line| line != "ok").collect())
        })
    }
}

/// The value of a fact that is a number and is always there: `drift`, `held`.
pub(super) fn counter(connection: &Connection, name: &str) -> Result<i64, StoreError> {
    Ok(connection.prepare_cached("SELECT value FROM fact WHERE name = ?1")?.query_row([name], |row| row.get(0))?)
}
