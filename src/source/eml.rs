//! Single messages as files: one `.eml`, or a folder of them with its subfolders. The numbered files of MH and Apple
//! Mail's `.emlx` are read too.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::{
    EventSink, Extent, FetchedMessage, Gauge, Problems, ReadOutcome, Source, SourceError, SyncContext, changed, key_of,
    read_message,
};
use crate::domain::found_copy::{FoundCopy, Location};
use crate::mail;

/// How many levels of folders are read.
const DEEPEST: usize = 20;

#[derive(Debug)]
pub struct Eml {
    path: PathBuf,
    /// The files to read, where not all files of the folder are meant.
    files: Option<Vec<PathBuf>>,
}

impl Eml {
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), files: None }
    }

    /// Reads only these files of a folder.
    #[must_use]
    pub(super) fn of(path: &Path, files: Vec<PathBuf>) -> Self {
        Self { path: path.to_owned(), files: Some(files) }
    }

    fn files(&self, problems: &mut Problems) -> Result<Vec<PathBuf>, SourceError> {
        match &self.files {
            Some(files) => Ok(files.clone()),
            None if self.path.is_file() => Ok(vec![self.path.clone()]),
            None => files(&self.path, problems),
        }
    }
}

impl Source for Eml {
    fn read(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError> {
        let mut outcome = ReadOutcome::default();
        let single = self.files.is_none() && self.path.is_file();
        let files = self.files(&mut outcome.problems)?;
        let mut known = since.known.all("");
        for path in files {
            // Reading a pipe could block for ever.
            let read = fs::metadata(&path).and_then(|metadata| {
                if !metadata.is_file() {
                    return Err(io::Error::other("not a file"));
                }
                Ok((read_message(&path)?, metadata))
            });
            let ((raw, seen), metadata) = match read {
                Ok((raw, metadata)) => (unwrapped(&path, raw), metadata),
                Err(error) if single => return Err(SourceError::open(&path, error)),
                Err(error) => {
                    outcome.problems.add(path.display(), error);
                    continue;
                }
            };
            let key = key_of(mail::fingerprint(&raw));
            if !known.insert(key.clone()) {
                outcome.skipped += 1;
                since.skipped.add(1, 0);
                continue;
            }
            let received = changed(&metadata, since.now);
            let copy = FoundCopy { flags: seen.into(), ..FoundCopy::new(Location::without_folder(key), received) };
            if each(FetchedMessage::new(raw, copy).into()).is_break() {
                break;
            }
        }
        Ok(outcome)
    }

    fn gauge(&self) -> Gauge {
        let (path, known) = (self.path.clone(), self.files.clone());
        Box::new(move || {
            let files = Self { path, files: known }.files(&mut Problems::default());
            files.map_or(Extent::Unknown, |files| Extent::Messages(files.len() as u64))
        })
    }
}

/// The message files under a folder, sorted by path. No folder is visited twice.
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

/// The bytes of the message in a file, and whether it was read, if the file says so. Apple Mail writes the length
/// before the message, and a property list with its flags after it.
fn unwrapped(path: &Path, raw: Vec<u8>) -> (Vec<u8>, Option<bool>) {
    if !path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("emlx")) {
        return (raw, None);
    }
    let (first, rest) = raw.split_at(raw.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1));
    let length = std::str::from_utf8(first).ok().and_then(|text| text.trim().parse::<usize>().ok());
    let Some((message, known)) = length.and_then(|length| rest.split_at_checked(length)) else {
        return (raw, None);
    };
    (message.to_vec(), apple_seen(&String::from_utf8_lossy(known)))
}

/// Whether Apple Mail's flags say that the message was read: that is their lowest bit.
fn apple_seen(known: &str) -> Option<bool> {
    let flags = known.split("<key>flags</key>").nth(1).and_then(|rest| rest.split("<integer>").nth(1));
    let flags = flags.and_then(|rest| rest.split('<').next()?.trim().parse::<u64>().ok());
    flags.map(|flags| flags & 1 == 1)
}

/// Whether a file name is that of a message.
pub(super) fn is_message(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("eml" | "emlx" | "mail" | "rfc822") => true,
        Some(_) => false,
        None => path.file_name().is_some_and(|name| name.to_string_lossy().chars().all(|c| c.is_ascii_digit())),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::unwrapped;

    #[test]
    fn a_message_of_apple_mail_is_taken_out_of_its_file() {
        let of = |text: &str| unwrapped(Path::new("7.emlx"), text.as_bytes().to_vec());
        let plist = |flags: u64| format!("<plist><dict><key>flags</key>\n\t<integer>{flags}</integer></dict></plist>");
        let letter = "Subject: x\n\ny\n";
        for (flags, seen) in [(8_590_195_713, Some(true)), (8_590_195_712, Some(false))] {
            let file = format!("{:<10}\n{letter}{}", letter.len(), plist(flags));
            assert_eq!(of(&file), (letter.as_bytes().to_vec(), seen));
        }
        for other in [letter.to_owned(), format!("999\n{letter}"), format!("-1\n{letter}"), String::new()] {
            assert_eq!(of(&other), (other.as_bytes().to_vec(), None));
        }
    }
}
