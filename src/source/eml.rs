//! Single messages as files: one `.eml`, or a folder of them with its folders. MH's numbered files count too.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::{
    Each, Extent, Gauge, Handed, Outcome, Problems, Since, Source, SourceError, changed, key_of, read_message,
};
use crate::domain::arrival::{Mark, Origin};
use crate::mail;

/// Folders within folders that are looked into.
const DEEPEST: usize = 20;

#[derive(Debug)]
pub struct Eml {
    path: PathBuf,
}

impl Eml {
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }
}

impl Source for Eml {
    fn read(&mut self, since: &Since<'_>, each: &mut Each<'_>) -> Result<Outcome, SourceError> {
        let mut outcome = Outcome::default();
        let single = self.path.is_file();
        let files = if single { vec![self.path.clone()] } else { files(&self.path, &mut outcome.problems)? };
        let mut known = since.known.all("");
        for path in files {
            // A pipe among the files would be waited for without end.
            let read = fs::metadata(&path).and_then(|metadata| {
                if !metadata.is_file() {
                    return Err(io::Error::other("no file"));
                }
                Ok((read_message(&path)?, metadata))
            });
            let (raw, metadata) = match read {
                Ok(read) => read,
                Err(error) if single => return Err(SourceError::open(&path, error)),
                Err(error) => {
                    outcome.problems.add(path.display(), error);
                    continue;
                }
            };
            let key = key_of(mail::identity(&raw));
            if !known.insert(key.clone()) {
                outcome.skipped += 1;
                since.passed.add(1, 0);
                continue;
            }
            let received = changed(&metadata, since.now);
            let origin = Origin { folder: String::new(), key, mark: Mark::None, received };
            if each(Handed::of(raw, origin).into()).is_break() {
                break;
            }
        }
        Ok(outcome)
    }

    fn gauge(&self) -> Gauge {
        let path = self.path.clone();
        Box::new(move || {
            if path.is_file() {
                return Extent::Messages(1);
            }
            files(&path, &mut Problems::default()).map_or(Extent::Unknown, |files| Extent::Messages(files.len() as u64))
        })
    }
}

/// The message files under a folder, in order of their paths. No place is visited twice.
fn files(root: &Path, problems: &mut Problems) -> Result<Vec<PathBuf>, SourceError> {
    fs::read_dir(root).map_err(|error| SourceError::open(root, error))?;
    let mut found = Vec::new();
    let mut visited = HashSet::new();
    let mut open = vec![(root.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        if !fs::canonicalize(&folder).is_ok_and(|real| visited.insert(real)) {
            continue;
        }
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                problems.add(folder.display(), error);
                continue;
            }
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.')) {
                continue;
            }
            if path.is_dir() {
                if depth < DEEPEST {
                    open.push((path, depth + 1));
                }
            } else if is_message(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a file's name says that it is a message.
pub(super) fn is_message(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("eml" | "mail" | "rfc822") => true,
        Some(_) => false,
        None => path.file_name().is_some_and(|name| name.to_string_lossy().chars().all(|c| c.is_ascii_digit())),
    }
}
