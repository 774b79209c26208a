//! Saving an attachment: under a harmless name, in the downloads folder, never over something that is there.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::domain::ids::Id;
use crate::domain::limits::SAME_NAMES;
use crate::mail;
use crate::store::{Store, StoreError};

/// Why an attachment was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no such attachment")]
    NoAttachment,
    #[error("saving to {}: {error}", folder.display())]
    File { folder: PathBuf, error: io::Error },
}

impl SaveError {
    /// What to do next, or that nothing was overwritten.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Store(error) => error.hint(),
            Self::NoAttachment => None,
            Self::File { .. } => Some("nothing was overwritten"),
        }
    }
}

/// Saves the attachment of this index, counted from 0 as in the letter's list, and tells where.
pub fn save(store: &Store, id: Id, index: usize) -> Result<PathBuf, SaveError> {
    let raw = store.original(id)?;
    let (name, bytes) = mail::attachment(&raw, index).ok_or(SaveError::NoAttachment)?;
    let folder = downloads();
    write_new(&folder, &name, &bytes).map_err(|error| SaveError::File { folder, error })
}

/// `~/Downloads` where it is, else the folder that the program was started in.
fn downloads() -> PathBuf {
    std::env::var_os("XDG_DOWNLOAD_DIR")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join("Downloads")))
        .filter(|folder| folder.is_dir())
        .unwrap_or_else(|| PathBuf::from("."))
}

fn write_new(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    for number in 0..SAME_NAMES {
        let tried = if number == 0 { name.to_owned() } else { format!("{stem}-{number}{ending}") };
        let path = folder.join(tried);
        let mut opening = OpenOptions::new();
        opening.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut opening, 0o600);
        match opening.open(&path) {
            Ok(mut file) => return file.write_all(bytes).and_then(|()| file.sync_all()).map(|()| path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("too many files are called {name}")))
}

#[cfg(test)]
mod tests {
    use super::write_new;

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        for expected in ["a.txt", "a-1.txt", "a-2.txt"] {
            let path = write_new(folder.path(), "a.txt", expected.as_bytes()).unwrap();
            assert_eq!(path.file_name().unwrap(), expected);
        }
        assert_eq!(std::fs::read_to_string(folder.path().join("a.txt")).unwrap(), "a.txt");
    }
}
