//! One process at a time sends messages of a store: it holds a lock on an empty file beside it. The system releases the lock,
//! however its holder ends.

use std::fs::{File, OpenOptions};
use std::path::PathBuf;

use super::failure::StoreError;
use super::{Store, interactive_lock};

/// Says, for as long as it lives, that this process sends.
#[derive(Debug)]
pub struct SendingLock {
    _file: File,
}

impl Store {
    /// Waits until nobody else sends, however long that takes.
    ///
    /// # Errors
    /// `File` where no file can be locked; then nothing may be sent, since it could be sent twice.
    pub fn lock_sending(&self) -> Result<SendingLock, StoreError> {
        let mut name = self.path.as_os_str().to_owned();
        name.push("-sending");
        let path = PathBuf::from(name);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let locked = interactive_lock::opened(&mut options, &path).and_then(|file| file.lock().map(|()| file));
        match locked {
            Ok(file) => Ok(SendingLock { _file: file }),
            Err(source) => Err(StoreError::File { doing: "lock", path, source }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use crate::store::Store;

    #[test]
    fn whoever_comes_second_waits() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store.db")).unwrap();
        let first = store.lock_sending().unwrap();
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let (path, over) = (store.path(), &over);
            let second = scope.spawn(move || {
                let _second = Store::open(path).unwrap().lock_sending().unwrap();
                over.load(Ordering::SeqCst)
            });
            std::thread::sleep(std::time::Duration::from_millis(50));
            over.store(true, Ordering::SeqCst);
            drop(first);
            assert!(second.join().unwrap(), "two sent at a time");
        });
    }
}
