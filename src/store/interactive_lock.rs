//! Who is at a screen, and which batches are open there.
//!
//! While somebody decides at a screen, messages are taken in by short transactions, so that no key waits for them; and a batch
//! that is open on a screen is not closed under the hands of whoever reads it. Each of these facts is a shared lock on an empty
//! file beside the store: one for the screens, one for each open batch. The system releases a lock, however its holder ends, so
//! none can be stale. Where files cannot be locked, nobody counts as being at a screen.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Store;
use crate::domain::ids::BatchId;

/// Who asks holds the lock for a moment. Another one who asks just then would see a screen that is not there: where that matters
/// the question is put so many times, with a pause between.
const TRIES: u32 = 6;
const PAUSE: Duration = Duration::from_millis(3);

/// Marks, as long as it lives, that somebody is at a screen, or that a batch is open on one.
#[derive(Debug)]
pub struct InteractiveLock {
    _lock: File,
}

impl Store {
    /// Marks that somebody is at a screen, for every program that takes messages in.
    #[must_use]
    pub fn mark_interactive(&self) -> Option<InteractiveLock> {
        mark(&beside(&self.path))
    }

    /// Whether somebody is at a screen, in this program or another.
    #[must_use]
    pub fn is_attended(&self) -> bool {
        is_marked(&beside(&self.path), 1)
    }

    /// Marks that this batch is open on a screen, for every program that closes batches whose time is over.
    #[must_use]
    pub fn mark_on_screen(&self, batch: BatchId) -> Option<InteractiveLock> {
        mark(&of_batch(&self.path, batch))
    }

    /// Whether this batch is open on a screen, of this program or another.
    #[must_use]
    pub fn is_on_screen(&self, batch: BatchId) -> bool {
        is_marked(&of_batch(&self.path, batch), TRIES)
    }
}

/// The batch is committed: nobody asks for its screens any more.
pub(super) fn forget(store: &Path, batch: BatchId) {
    let _ = fs::remove_file(of_batch(store, batch));
}

fn mark(path: &Path) -> Option<InteractiveLock> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let lock = opened(&mut options, path).ok()?;
    // This may wait for a moment: who asks holds the lock meanwhile.
    lock.lock_shared().ok()?;
    Some(InteractiveLock { _lock: lock })
}

fn is_marked(path: &Path, tries: u32) -> bool {
    let Ok(file) = opened(OpenOptions::new().read(true), path) else { return false };
    (1..=tries).all(|attempt| {
        if attempt > 1 {
            std::thread::sleep(PAUSE);
        }
        matches!(file.try_lock(), Err(TryLockError::WouldBlock))
    })
}

/// Links and pipes that stand in the file's place are not followed.
pub(super) fn opened(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, libc::O_NOFOLLOW | libc::O_NONBLOCK);
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

fn beside(store: &Path) -> PathBuf {
    named(store, "-desk")
}

fn of_batch(store: &Path, batch: BatchId) -> PathBuf {
    named(store, &format!("-batch-{}", batch.0))
}

fn named(store: &Path, ending: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::{forget, of_batch};
    use crate::domain::ids::BatchId;
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

    #[test]
    fn each_batch_has_its_own_screens() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("store.db")).expect("a store");
        let (this, other) = (BatchId(3), BatchId(4));
        assert!(!store.is_on_screen(this));
        let marks = [store.mark_on_screen(this).expect("a lock"), store.mark_on_screen(this).expect("a lock")];
        assert!(store.is_on_screen(this) && !store.is_on_screen(other) && !store.is_attended());
        let [one, two] = marks;
        drop(one);
        assert!(store.is_on_screen(this));
        drop(two);
        assert!(!store.is_on_screen(this), "the file alone says nothing");
        assert!(of_batch(store.path(), this).exists());
        forget(store.path(), this);
        assert!(!of_batch(store.path(), this).exists());
    }
}
