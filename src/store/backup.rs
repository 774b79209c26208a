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
            // In one step: one state of the store, however busy others are with it. Who writes does not wait for it.
            while backup.step(-1).map_err(named)? != StepResult::Done {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
        }
        // The copy says of itself that it has a log beside it; leaving that mode and coming back folds it in.
        copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(())).map_err(named)?;
        copy.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).map_err(named)?;
        copy.close().map_err(|(_, error)| named(error))?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist_noclobber(to).map_err(|error| failed(error.error))?;
        let _ = fs::File::open(folder).and_then(|folder| folder.sync_all());
        Ok(())
    }
}
