//! Saving an attachment: under a harmless name, in the downloads folder, never over something that is there.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::domain::ids::Id;
use crate::domain::limits::SAME_NAMES;
use crate::domain::printable::Printable;
use crate::job::JobError;
use crate::mail;
use crate::store::Store;
use crate::ui::event::{Answer, Problem};

pub fn save(store: &Store, id: Id, place: usize) -> Result<Answer, JobError> {
    let raw = store.original(id)?;
    let Some((name, bytes)) = mail::attachment(&raw, place) else {
        return Ok(Answer::Failed(Problem { what: Printable::from("no such attachment"), hint: None }));
    };
    let folder = downloads();
    Ok(match write_new(&folder, &name, &bytes) {
        Ok(path) => Answer::Saved(path),
        Err(error) => Answer::Failed(Problem {
            what: Printable::from(format!("saving to {}: {error}", folder.display())),
            hint: Some(Printable::from("nothing was overwritten")),
        }),
    })
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
