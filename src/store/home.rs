//! Where the store lives. A copy of it, for a rehearsal or as a backup, has the same journal: if both made the changes in the
//! mailboxes, a rehearsal would move real mail. So only the one at the place where it settled makes them, and a copy does
//! when it is told that it lives there now.

use rusqlite::OptionalExtension as _;
use sha2::{Digest as _, Sha256};

use super::Store;
use super::failure::StoreError;

impl Store {
    /// Whether the store is where it lives. One that has not settled yet settles here.
    pub fn is_at_home(&mut self) -> Result<bool, StoreError> {
        let here = self.place();
        let home: Option<i64> = self.read("asking where the store lives", |connection| {
            Ok(connection
                .prepare_cached("SELECT value FROM fact WHERE name = 'home'")?
                .query_row([], |row| row.get(0))
                .optional()?)
        })?;
        match home {
            Some(home) => Ok(home == here),
            None if self.is_read_only() => Ok(false),
            None => self.settle().map(|()| true),
        }
    }

    /// Notes that the store lives where it is.
    pub fn settle(&mut self) -> Result<(), StoreError> {
        let here = self.place();
        self.write("noting where the store lives", |tx| {
            tx.execute(
                "INSERT INTO fact (name, value) VALUES ('home', ?1)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [here],
            )?;
            Ok(())
        })
    }

    /// The file's path as a number, so that a copy that is handed on tells nobody how the folders of its owner are called.
    fn place(&self) -> i64 {
        let path = self.path().canonicalize().unwrap_or_else(|_| self.path().to_owned());
        let hash = Sha256::digest(path.as_os_str().as_encoded_bytes());
        hash.iter().take(8).fold(0_i64, |number, byte| (number << 8) | i64::from(*byte))
    }
}

#[cfg(test)]
mod tests {
    use crate::store::Store;

    #[test]
    fn a_copy_is_not_at_home_until_it_settles() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (folder.path().join("a.db"), folder.path().join("b.db"));
        let mut store = Store::open(&first).unwrap();
        assert!(store.is_at_home().unwrap());
        store.backup(&second).unwrap();
        let mut copy = Store::open(&second).unwrap();
        assert!(!copy.is_at_home().unwrap());
        copy.settle().unwrap();
        assert!(copy.is_at_home().unwrap() && store.is_at_home().unwrap(), "each where it was told to");
    }
}
