//! What a command line that is being typed may be completed to: ids of messages that rule 1 lets through. Nothing is written, and
//! nothing waits for another program.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::connection_registry::Claim;
use super::failure::StoreError;
use super::read::{COLUMNS, message};
use super::{Durability, Store, migrate};
use crate::domain::ids::Id;
use crate::domain::message::Message;

/// Longer nobody waits for a completion.
const PATIENCE: Duration = Duration::from_millis(50);
/// The most digits that an id has.
const DIGITS: u32 = 18;

impl Store {
    /// Opens the store only for reading, where that can be done at once; `None` where there is none, where it belongs to another
    /// version, or where another program keeps it to itself.
    #[must_use]
    pub fn at_a_glance(path: &Path) -> Option<Self> {
        if !path.is_file() {
            return None;
        }
        let claim = Claim::new(path);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).ok()?;
        connection.busy_timeout(PATIENCE).ok()?;
        connection
            .execute_batch("PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;")
            .ok()?;
        let known = migrate::application_id(&connection).ok()? == migrate::APPLICATION_ID
            && migrate::version(&connection).ok()? == migrate::VERSION;
        known.then(|| Self { path: path.to_owned(), connection, durability: Durability::Full, _claim: claim })
    }

    /// The messages of the batches that are open, that of a window first, in their order.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn in_open_batches(&self) -> Result<Vec<Message>, StoreError> {
        self.read("listing open batches", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM batch AS b CROSS JOIN batch_item AS i CROSS JOIN visible AS v
                 WHERE b.committed IS NULL AND i.batch = b.id AND v.id = i.message ORDER BY b.kind DESC, b.id, i.position"
            ))?;
            let rows = statement.query_map([], message)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// The names of folders, in their order, at most so many.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn folder_names(&self, most: usize) -> Result<Vec<String>, StoreError> {
        self.read("listing folders", |connection| {
            let mut statement = connection
                .prepare_cached("SELECT DISTINCT name FROM folder WHERE name <> '' ORDER BY name LIMIT ?1")?;
            let rows = statement.query_map([i64::try_from(most).unwrap_or(i64::MAX)], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// The newest visible messages whose ids begin with these digits, at most so many.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn beginning_with(&self, digits: &str, most: usize) -> Result<Vec<Message>, StoreError> {
        self.read("completing an id", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM visible AS v WHERE v.id BETWEEN ?1 AND ?2 ORDER BY v.id DESC LIMIT ?3"
            ))?;
            let mut found = Vec::new();
            for (first, last) in ranges(digits) {
                let left = i64::try_from(most - found.len()).unwrap_or(i64::MAX);
                for row in statement.query_map((first.0, last.0, left), message)? {
                    found.push(row?);
                }
            }
            Ok(found)
        })
    }
}

/// The ranges of ids that begin with these digits, the largest first.
fn ranges(digits: &str) -> Vec<(Id, Id)> {
    if digits.is_empty() {
        return vec![(Id(i64::MIN), Id(i64::MAX))];
    }
    let Some(beginning) = digits.parse::<i64>().ok().filter(|it| *it > 0 && it.to_string() == digits) else {
        return Vec::new();
    };
    let more = DIGITS.saturating_sub(u32::try_from(digits.len()).unwrap_or(DIGITS));
    let range = |zeros| {
        let scale = 10_i64.checked_pow(zeros)?;
        let first = beginning.checked_mul(scale)?;
        Some((Id(first), Id(first.checked_add(scale - 1)?)))
    };
    (0..=more).rev().filter_map(range).collect()
}

#[cfg(test)]
mod tests {
    use super::{Id, ranges};

    #[test]
    fn digits_are_the_beginnings_of_ranges() {
        let within =
            |digits: &str, id: i64| ranges(digits).iter().any(|(first, last)| (*first..=*last).contains(&Id(id)));
        for (digits, id, begins) in [
            ("", 5, true),
            ("17", 1_790_000_000, true),
            ("17", 17, true),
            ("1790000000", 1_790_000_000, true),
            ("1790000001", 1_790_000_000, false),
            ("18", 1_790_000_000, false),
            ("0", 5, false),
            ("x", 5, false),
            ("99999999999999999999", 5, false),
        ] {
            assert_eq!(within(digits, id), begins, "{digits} {id}");
        }
        assert!(ranges("17").windows(2).all(|pair| pair[0].0 > pair[1].1), "the largest first");
    }
}
