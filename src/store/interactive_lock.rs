//! Whether somebody is at a screen, deciding. Then messages are taken in by short transactions, so that no key waits
//! for them; else by long ones.
//!
//! A screen holds a lock on an empty file beside the store for as long as it is open; the system releases it, however
//! the screen ends. Where files cannot be locked, nobody counts as being at a screen.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::Store;

/// Marks, as long as it lives, that somebody is at a screen.
#[derive(Debug)]
pub struct InteractiveLock {
    _lock: File,
}

impl Store {
    /// Marks that somebody is at a screen, for every program that takes messages in.
    #[must_use]
    pub fn mark_interactive(&self) -> Option<InteractiveLock> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let lock = options.open(beside(&self.path)).ok()?;
        // This may wait for a moment: `is_attended` of another program holds the lock while it asks.
        lock.lock_shared().ok()?;
        Some(InteractiveLock { _lock: lock })
    }

    /// Whether somebody is at a screen, in this program or another.
    #[must_use]
    pub fn is_attended(&self) -> bool {
        let Ok(file) = File::open(beside(&self.path)) else { return false };
        matches!(file.try_lock(), Err(TryLockError::WouldBlock))
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-desk");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use crate::store::Store;

    #[test]
    fn somebody_is_there_as_long_as_one_of_them_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("store.db")).expect("a store");
        assert!(!store.is_attended());
        let (one, other) = (store.mark_interactive().expect("a lock"), store.mark_interactive().expect("a lock"));
        assert!(store.is_attended());
        drop(one);
        assert!(store.is_attended());
        drop(other);
        assert!(!store.is_attended());
    }
}
