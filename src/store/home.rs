//! Where the store lives. A copy of it, for a rehearsal or as a backup, has the same journal. If both made the
//! changes in the mailboxes, a rehearsal would move real mail. So a store makes changes only at the path that it
//! recorded as its own; a copy makes them once it is told that it lives at its new path.

use rusqlite::OptionalExtension as _;
use sha2::{Digest as _, Sha256};

use super::Store;
use super::failure::StoreError;

impl Store {
    /// Whether the store is at the path that it recorded as its own. Where it has recorded none yet, it records this
    /// one.
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

    /// Records that the store lives at its present path.
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

    /// The file's path as a hash, so that a copy that is given to somebody does not tell the names of its owner's
    /// folders.
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
