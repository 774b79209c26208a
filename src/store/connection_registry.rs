//! The other connections of this program to the same file.
//!
//! On Unix, closing any descriptor of a file drops every advisory lock that the process holds on it (`fcntl`, POSIX),
//! those of SQLite's connections too. Another program would then take the store for unused, fold its log in, and
//! remove it under our feet: what we wrote after that would be lost. So the file itself is looked into only while no
//! connection of this program has it open, and only by one thread at a time.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many connections there are to each file, by its true path.
static OPEN: Mutex<BTreeMap<PathBuf, usize>> = Mutex::new(BTreeMap::new());
/// Held while a file is recognised and connected to.
static OPENING: Mutex<()> = Mutex::new(());

/// One connection's claim on its file; it ends when the connection does.
#[derive(Debug)]
pub(super) struct Claim(PathBuf);

impl Claim {
    pub(super) fn new(path: &Path) -> Self {
        let path = true_path(path);
        *count().entry(path.clone()).or_default() += 1;
        Self(path)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut count = count();
        if let Some(connections) = count.get_mut(&self.0) {
            *connections -= 1;
            if *connections == 0 {
                count.remove(&self.0);
            }
        }
    }
}

/// One thread opens at a time.
pub(super) fn opening() -> MutexGuard<'static, ()> {
    OPENING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether this program has the file open.
pub(super) fn any(path: &Path) -> bool {
    count().contains_key(&true_path(path))
}

fn count() -> MutexGuard<'static, BTreeMap<PathBuf, usize>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn true_path(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Claim, any};

    #[test]
    fn a_file_is_open_until_its_last_connection_ends_whatever_it_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tidebox.db");
        std::fs::write(&path, "").unwrap();
        let winding = folder.path().join(".").join("tidebox.db");
        assert!(!any(&path));
        let (one, other) = (Claim::new(&path), Claim::new(&winding));
        drop(one);
        assert!(any(&path) && any(&winding));
        drop(other);
        assert!(!any(&path) && !any(&winding));
    }
}
