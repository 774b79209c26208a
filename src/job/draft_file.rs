//! The file of a draft while an editor has it: in a folder of its own beside the store, which nobody else may look into.
//!
//! The store is where a draft is kept. The file is only how it comes to an editor and back; it is removed once the store has
//! everything that is in it.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::mail::LARGEST_DRAFT;

/// The folder beside the store.
const FOLDER: &str = "drafts";
/// What a program left that came to a sudden end is removed after so long: by then it was looked for, or never will be.
const LEFT: Duration = Duration::from_hours(30 * 24);
/// So many characters of a subject are in the name of the file.
const NAME: usize = 40;

/// A file that an editor has.
#[derive(Debug)]
pub struct DraftFile {
    path: PathBuf,
    /// What it was like when it was looked at last.
    seen: Option<Stamp>,
}

/// What changes with a file: editors write into it, or put another one in its place.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    number: u64,
}

impl Stamp {
    fn of(found: &Metadata) -> Self {
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(found);
        #[cfg(not(unix))]
        let number = 0;
        Self { modified: found.modified().ok(), length: found.len(), number }
    }
}

impl DraftFile {
    /// A new file for a draft, beside the store. Its name tells editors what it is.
    ///
    /// # Errors
    /// The system's error. `InvalidInput` where something that is no folder stands in the place of the folder.
    pub fn write(store: &Path, name: &str, text: &[u8]) -> io::Result<Self> {
        let base = store.parent().unwrap_or(Path::new(".")).join(FOLDER);
        private_folder(&base)?;
        let mut making = tempfile::Builder::new();
        making.prefix("draft-");
        #[cfg(unix)]
        making.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let own = making.tempdir_in(&base)?.keep();
        remove_old(&base, &own);
        let path = own.join(file_name(name));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path)?;
        file.write_all(text)?;
        let seen = file.metadata().ok().map(|found| Stamp::of(&found));
        Ok(Self { path, seen })
    }

    /// A file that was left where it was, since the store could not have what is in it.
    #[must_use]
    pub fn left(path: PathBuf) -> Self {
        let seen = fs::symlink_metadata(&path).ok().map(|found| Stamp::of(&found));
        Self { path, seen }
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it has changed since this was asked last. A file that is not there has not.
    pub fn has_changed(&mut self) -> bool {
        let now = fs::symlink_metadata(&self.path).ok().map(|found| Stamp::of(&found));
        now.is_some() && self.seen != now && {
            self.seen = now;
            true
        }
    }

    /// What is in it; of a file that is too large for a draft only so much that this can be seen.
    ///
    /// # Errors
    /// The system's error; `NotFound` where the editor has removed it, `InvalidInput` where it is no plain file any more: a
    /// link is not followed, and a pipe not waited for.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        let mut options = OpenOptions::new();
        options.read(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::custom_flags(
            &mut options,
            libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_CLOEXEC,
        );
        let file: File = options.open(&self.path).map_err(|error| {
            let link = fs::symlink_metadata(&self.path).is_ok_and(|found| !found.is_file());
            if link { io::ErrorKind::InvalidInput.into() } else { error }
        })?;
        if !file.metadata()?.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut bytes = Vec::new();
        file.take(LARGEST_DRAFT as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Removes it, with what the editor put beside it.
    pub fn remove(self) {
        remove(&self.path);
    }
}

/// Removes the file of a draft, with what the editor put beside it.
pub fn remove(file: &Path) {
    let own = file.parent().filter(|own| own.parent().is_some_and(|base| base.ends_with(FOLDER)));
    if let Some(own) = own {
        let _ = fs::remove_dir_all(own);
    }
}

/// The folder that all drafts have theirs in, for its owner alone.
fn private_folder(base: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(base)?;
    let found = fs::symlink_metadata(base)?;
    if !found.is_dir() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o077 != 0 {
        fs::set_permissions(base, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    }
    Ok(())
}

/// Removes what is much older than the folder that was made just now.
fn remove_old(base: &Path, newest: &Path) {
    let modified = |path: &Path| fs::symlink_metadata(path).and_then(|found| found.modified()).ok();
    let (Some(now), Ok(entries)) = (modified(newest), fs::read_dir(base)) else { return };
    for entry in entries.flatten() {
        let is_old =
            modified(&entry.path()).and_then(|then| now.duration_since(then).ok()).is_some_and(|age| age > LEFT);
        if is_old && entry.file_name().to_string_lossy().starts_with("draft-") {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// `reply-notes-on-the-engine.eml`.
fn file_name(name: &str) -> String {
    let mut out = String::new();
    for c in name.to_lowercase().chars().take(NAME) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    let name = out.trim_end_matches('-');
    format!("{}.eml", if name.is_empty() { "message" } else { name })
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::path::Path;

    use super::{DraftFile, LARGEST_DRAFT, file_name};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_draft_is_for_its_owner_alone_and_leaves_nothing_behind() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("drafts")).unwrap();
        fs::set_permissions(home.path().join("drafts"), fs::Permissions::from_mode(0o755)).unwrap();
        let store = home.path().join("tidebox.db");
        let mut file = DraftFile::write(&store, "reply Notes on the engine", b"To: a@x\n\n").unwrap();
        let path = file.path().to_owned();
        assert_eq!(path.file_name().unwrap(), "reply-notes-on-the-engine.eml");
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        assert_eq!(mode(&home.path().join("drafts")), 0o700);
        assert!(!file.has_changed());
        // As vim writes: the old file becomes a copy, and a new one takes its place.
        fs::rename(&path, path.with_extension("eml~")).unwrap();
        fs::write(&path, "To: a@x\n\nHello\n").unwrap();
        assert!(file.has_changed() && !file.has_changed());
        assert_eq!(file.read().unwrap(), b"To: a@x\n\nHello\n");
        file.remove();
        assert_eq!(fs::read_dir(home.path().join("drafts")).unwrap().count(), 0);
    }

    #[test]
    fn what_is_planted_in_its_place_is_neither_followed_nor_waited_for() {
        let home = tempfile::tempdir().unwrap();
        let (store, secret) = (home.path().join("tidebox.db"), home.path().join("secret"));
        fs::write(&secret, "secret").unwrap();
        let mut file = DraftFile::write(&store, "", b"x").unwrap();
        let path = file.path().to_owned();
        fs::remove_file(&path).unwrap();
        assert!(!file.has_changed());
        assert_eq!(file.read().unwrap_err().kind(), std::io::ErrorKind::NotFound);
        symlink(&secret, &path).unwrap();
        assert_eq!(file.read().unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
        fs::remove_file(&path).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        assert_eq!(file.read().unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
        fs::remove_file(&path).unwrap();
        fs::write(&path, vec![b'a'; LARGEST_DRAFT + 10]).unwrap();
        assert_eq!(file.read().unwrap().len(), LARGEST_DRAFT + 1);
        // A link in the place of the folder.
        let other = tempfile::tempdir().unwrap();
        let elsewhere = other.path().join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        symlink(&elsewhere, other.path().join("drafts")).unwrap();
        let refused = DraftFile::write(&other.path().join("tidebox.db"), "", b"x").unwrap_err();
        assert_eq!(refused.kind(), std::io::ErrorKind::InvalidInput);
        assert_eq!(fs::read_dir(elsewhere).unwrap().count(), 0);
    }

    #[test]
    fn a_name_is_made_of_letters_and_digits() {
        for (name, wanted) in [
            ("reply Re: Tea / at four?", "reply-re-tea-at-four.eml"),
            ("../../etc/passwd", "etc-passwd.eml"),
            ("", "message.eml"),
            ("\u{1b}[2J\n--", "2j.eml"),
            ("来週の打ち合わせ", "来週の打ち合わせ.eml"),
        ] {
            assert_eq!(file_name(name), wanted);
        }
        assert!(file_name(&"x".repeat(300)).len() < 60);
    }
}
