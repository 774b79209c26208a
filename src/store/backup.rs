//! A consistent copy of the store, made while it is in use.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::failure::StoreError;
use super::open::has_log;
use super::{Store, leftovers};

impl Store {
    /// Copies the store to a file that is not there yet, of mode 0600. It appears there whole or not at all.
    ///
    /// # Errors
    /// Where something stands there already, or where either cannot be read or written.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let failed = |source| StoreError::File { doing: "make the backup", path: to.to_owned(), source };
        let named = |error: rusqlite::Error| StoreError::from(error).during("making a backup", to);
        if to.symlink_metadata().is_ok() || has_log(to) {
            return Err(failed(std::io::ErrorKind::AlreadyExists.into()));
        }
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        leftovers::remove(folder);
        let file = tempfile::Builder::new().prefix(leftovers::BACKUP).tempfile_in(folder).map_err(failed)?;
        let mut copy = Connection::open(file.path()).map_err(named)?;
        {
            let backup = Backup::new(&self.connection, &mut copy).map_err(named)?;
            // In one step, so that the copy is one state of the store, however many programs write meanwhile. They do
            // not wait for it.
            while backup.step(-1).map_err(named)? != StepResult::Done {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
        }
        // The copy is marked as having a write-ahead log beside it; leaving that mode and entering it again merges
        // the log.
        copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(())).map_err(named)?;
        copy.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).map_err(named)?;
        copy.close().map_err(|(_, error)| named(error))?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist_noclobber(to).map_err(|error| failed(error.error))?;
        let _ = fs::File::open(folder).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::store::{Store, StoreError};

    #[test]
    fn the_copy_is_a_whole_store_for_its_owner_alone_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("tidebox.db")).unwrap();
        let peek = store.start_peek(
            "before the copy",
            "2026-06-01T12:00:00Z".parse().unwrap(),
            "2026-06-01T12:05:00Z".parse().unwrap(),
        );
        let peek = peek.unwrap();
        let to = folder.path().join("copies");
        fs::create_dir(&to).unwrap();
        store.backup(&to.join("copy.db")).unwrap();
        let names: Vec<_> = fs::read_dir(&to).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["copy.db"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(to.join("copy.db")).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let copy = Store::open(&to.join("copy.db")).unwrap();
        assert_eq!(copy.peeks().unwrap(), [peek]);
        assert_eq!(copy.verify().unwrap(), Vec::<String>::new());
    }

    /// A write-ahead log without its file belongs to a store that may be put back.
    #[test]
    fn nothing_is_written_over_and_no_log_is_taken_for_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("tidebox.db")).unwrap();
        let (there, log) = (folder.path().join("there.db"), folder.path().join("gone.db-wal"));
        fs::write(&there, "letters").unwrap();
        fs::write(&log, "changes").unwrap();
        for to in [there.clone(), folder.path().join("gone.db")] {
            assert!(
                matches!(store.backup(&to), Err(StoreError::File { doing: "make the backup", .. })),
                "{}",
                to.display()
            );
        }
        assert_eq!(fs::read(&there).unwrap(), b"letters");
        assert_eq!(fs::read(&log).unwrap(), b"changes");
    }
}
