//! Copies of what is in a message, for a program that can only read files: in a folder that nobody else may look into, for
//! as long as the screen is open.
//!
//! The folder lies in `XDG_RUNTIME_DIR`, which systems empty at the end of a login and keep in memory, else where temporary files
//! lie. A lock on a file in it says that its program is running; what a program left that came to a sudden end is
//! removed when the next one begins.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;

const PREFIX: &str = "tidebox-view-";
const LOCK: &str = "lock";

/// The copies of this program. The folder is made with the first one.
#[derive(Debug)]
pub struct PrivateFiles {
    base: PathBuf,
    folder: Mutex<Option<PrivateFolder>>,
}

#[derive(Debug)]
struct PrivateFolder {
    folder: TempDir,
    /// Locked as long as it is open.
    _lock: File,
    /// How many copies were made: each has a folder of its own, so that it keeps its name.
    copies: u32,
}

impl Default for PrivateFiles {
    fn default() -> Self {
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|folder| folder.is_dir());
        Self::within(runtime.unwrap_or_else(std::env::temp_dir))
    }
}

impl PrivateFiles {
    /// Copies below this folder.
    #[must_use]
    pub fn within(base: PathBuf) -> Self {
        Self { base, folder: Mutex::new(None) }
    }

    /// Writes a copy under a name that is safe to write, readable for its owner alone, and tells where.
    ///
    /// # Errors
    /// The system's error, where the folder can't be made or the disk is full.
    pub fn write(&self, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
        let mut kept = self.folder.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.is_none() {
            *kept = Some(PrivateFolder::make(&self.base)?);
        }
        let Some(folder) = kept.as_mut() else { return Err(io::ErrorKind::NotFound.into()) };
        folder.copies += 1;
        let own = folder.folder.path().join(folder.copies.to_string());
        private(&mut fs::DirBuilder::new()).create(&own)?;
        let path = own.join(name);
        let mut file = only_ours(OpenOptions::new().write(true).create_new(true)).open(&path)?;
        file.write_all(bytes)?;
        Ok(path)
    }

    /// Removes every copy.
    pub fn remove(&self) {
        drop(self.folder.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Removes what other programs have left that are not running any more. What can't be read or removed stays.
    pub fn remove_leftovers(&self) {
        let Ok(entries) = fs::read_dir(&self.base) else { return };
        for entry in entries.flatten() {
            let named = entry.file_name().to_string_lossy().starts_with(PREFIX);
            if named && entry.file_type().is_ok_and(|kind| kind.is_dir()) && is_left(&entry.path()) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

impl PrivateFolder {
    fn make(base: &Path) -> io::Result<Self> {
        let mut making = tempfile::Builder::new();
        making.prefix(PREFIX);
        #[cfg(unix)]
        making.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = making.tempdir_in(base)?;
        let lock = only_ours(OpenOptions::new().write(true).create_new(true)).open(folder.path().join(LOCK))?;
        lock.try_lock()?;
        Ok(Self { folder, _lock: lock, copies: 0 })
    }
}

/// Whether its program is gone. A folder without a lock is being made just now; there is nothing in it yet.
fn is_left(folder: &Path) -> bool {
    let path = folder.join(LOCK);
    // A link that somebody planted in a shared folder is not followed.
    let plain = fs::symlink_metadata(&path).is_ok_and(|found| found.is_file());
    plain && OpenOptions::new().write(true).open(&path).is_ok_and(|lock| lock.try_lock().is_ok())
}

fn only_ours(opening: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(opening, 0o600);
    opening
}

fn private(making: &mut fs::DirBuilder) -> &mut fs::DirBuilder {
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(making, 0o700);
    making
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::PrivateFiles;

    fn entries(folder: &std::path::Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn copies_are_for_their_owner_alone_and_keep_their_names() {
        let base = tempfile::tempdir().unwrap();
        let files = PrivateFiles::within(base.path().to_owned());
        assert_eq!(entries(base.path()), 0, "nothing is made before there is something to write");
        let (one, two) = (files.write("a.html", b"1").unwrap(), files.write("a.html", b"2").unwrap());
        assert_ne!(one, two);
        assert_eq!((fs::read(&one).unwrap(), fs::read(&two).unwrap()), (b"1".to_vec(), b"2".to_vec()));
        #[cfg(unix)]
        {
            let mode =
                |path: &std::path::Path| std::os::unix::fs::MetadataExt::mode(&fs::metadata(path).unwrap()) & 0o777;
            assert_eq!(mode(&one), 0o600);
            assert_eq!((mode(one.parent().unwrap()), mode(one.parent().unwrap().parent().unwrap())), (0o700, 0o700));
        }
        files.remove();
        assert_eq!(entries(base.path()), 0);
    }

    #[test]
    fn what_a_program_left_is_removed_and_what_one_uses_is_not() {
        let base = tempfile::tempdir().unwrap();
        let running = PrivateFiles::within(base.path().to_owned());
        let used = running.write("a.html", b"1").unwrap();
        let left = base.path().join("tidebox-view-left");
        fs::create_dir(&left).unwrap();
        fs::write(left.join("lock"), "").unwrap();
        fs::write(left.join("b.html"), "2").unwrap();
        let others = base.path().join("tidebox-view-being-made");
        fs::create_dir(&others).unwrap();
        PrivateFiles::within(base.path().to_owned()).remove_leftovers();
        assert!(used.exists() && others.exists() && !left.exists());
    }
}
