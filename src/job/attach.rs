//! The files that go with a message: found by what its draft says in `Attach`, read, and given a type.
//!
//! `~/notes/*.pdf` names files of this machine; `tidebox:41/2` the second attachment of message 41, and `tidebox:41` that message
//! itself, which goes along as it is.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::domain::answering::DraftMistake;
use crate::domain::ids::Id;
use crate::mail::{self, FileToSend};
use crate::store::Store;

/// All files together are no larger, in bytes: most servers take no more.
const LARGEST: u64 = 25 * 1024 * 1024;
/// A pattern finds no more files.
const MOST: usize = 100;
/// The beginning of what names a message of the store, or a part of it.
const OF_A_MESSAGE: &str = "tidebox:";
/// Where the ending of a name says nothing.
const ANY_BYTES: &str = "application/octet-stream";

/// Types by the endings of names.
#[rustfmt::skip]
const TYPES: [(&str, &str); 40] = [
    ("7z", "application/x-7z-compressed"), ("avif", "image/avif"), ("bz2", "application/x-bzip2"), ("csv", "text/csv"),
    ("diff", "text/x-patch"), ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("eml", "message/rfc822"), ("epub", "application/epub+zip"), ("gif", "image/gif"), ("gz", "application/gzip"),
    ("heic", "image/heic"), ("htm", "text/html"), ("html", "text/html"), ("ics", "text/calendar"), ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"), ("json", "application/json"), ("m4a", "audio/mp4"), ("md", "text/markdown"), ("mov", "video/quicktime"),
    ("mp3", "audio/mpeg"), ("mp4", "video/mp4"), ("odp", "application/vnd.oasis.opendocument.presentation"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"), ("odt", "application/vnd.oasis.opendocument.text"),
    ("ogg", "audio/ogg"), ("patch", "text/x-patch"), ("pdf", "application/pdf"), ("png", "image/png"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"), ("rtf", "application/rtf"),
    ("svg", "image/svg+xml"), ("tar", "application/x-tar"), ("txt", "text/plain"), ("vcf", "text/vcard"), ("wav", "audio/wav"),
    ("webp", "image/webp"), ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("zip", "application/zip"),
];

/// Reads the files that a draft names. Each is given with the line in which it stands.
///
/// # Errors
/// Every mistake, with its line: a file that is not there or is none, that can't be read, or that is too large.
pub fn read_files(store: &Store, named: &[(usize, String)]) -> Result<Vec<FileToSend>, Vec<DraftMistake>> {
    let (mut files, mut mistakes) = (Vec::new(), Vec::new());
    let mut room = LARGEST;
    for (line, name) in named {
        match read(store, name, &mut room) {
            Ok(found) => files.extend(found),
            Err((what, help)) => mistakes.push(DraftMistake { line: *line, what, help }),
        }
    }
    if mistakes.is_empty() { Ok(files) } else { Err(mistakes) }
}

type Wrong = (String, String);

fn read(store: &Store, name: &str, room: &mut u64) -> Result<Vec<FileToSend>, Wrong> {
    if let Some(part) = name.strip_prefix(OF_A_MESSAGE) {
        return of_message(store, part, room).map(|file| vec![file]);
    }
    paths(name)?.iter().map(|path| file(path, room)).collect()
}

fn too_large(name: &str) -> Wrong {
    (
        format!("with `{name}` the files are larger than 25 MB together"),
        "most servers take no more: leave one out".to_owned(),
    )
}

/// A part of a message, or the message itself.
fn of_message(store: &Store, part: &str, room: &mut u64) -> Result<FileToSend, Wrong> {
    let wrong = || {
        let help = "it is written by forwarding; leave the line as it was, or take it out".to_owned();
        (format!("`{OF_A_MESSAGE}{part}` names no message and no part of one"), help)
    };
    let (id, place) = part.split_once('/').map_or((part, None), |(id, place)| (id, Some(place)));
    let id = Id(id.parse().map_err(|_| wrong())?);
    let raw = store.original(id).map_err(|error| (error.to_string(), "leave the line out".to_owned()))?;
    let file = match place {
        None => FileToSend { name: "message.eml".to_owned(), kind: "message/rfc822".to_owned(), bytes: raw },
        Some(place) => {
            let place = place.parse::<usize>().ok().and_then(|place| place.checked_sub(1)).ok_or_else(wrong)?;
            let (name, bytes) = mail::attachment(&raw, place).ok_or_else(wrong)?;
            FileToSend { kind: type_of(&name).to_owned(), name, bytes }
        }
    };
    *room = room.checked_sub(file.bytes.len() as u64).ok_or_else(|| too_large(&file.name))?;
    Ok(file)
}

fn file(path: &Path, room: &mut u64) -> Result<FileToSend, Wrong> {
    let shown = path.display().to_string();
    let cannot = |error: &io::Error| match error.kind() {
        io::ErrorKind::NotFound => {
            (format!("there is no file {shown}"), "correct the path, or leave the line out".to_owned())
        }
        _ => (format!("{shown} can't be read: {error}"), "correct that, or leave the line out".to_owned()),
    };
    let opened = open(path).map_err(|error| cannot(&error))?;
    let found = opened.metadata().map_err(|error| cannot(&error))?;
    if !found.is_file() {
        let what = if found.is_dir() { "a folder" } else { "no plain file" };
        return Err((format!("{shown} is {what}"), "name a file; of a folder make an archive first".to_owned()));
    }
    let mut bytes = Vec::new();
    let largest = *room;
    opened.take(largest + 1).read_to_end(&mut bytes).map_err(|error| cannot(&error))?;
    *room = room.checked_sub(bytes.len() as u64).ok_or_else(|| too_large(&shown))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(FileToSend { kind: type_of(&name).to_owned(), name, bytes })
}

/// A pipe is not waited for.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | libc::O_CLOEXEC);
    options.open(path)
}

fn type_of(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    TYPES.iter().find(|(known, _)| *known == ending).map_or(ANY_BYTES, |(_, kind)| kind)
}

/// The paths that are meant: `~` is the home folder, and `*` and `?` in the last part stand for other characters. A file that is
/// called like the pattern is that file.
fn paths(written: &str) -> Result<Vec<PathBuf>, Wrong> {
    let path = match written.strip_prefix("~/") {
        None => PathBuf::from(written),
        Some(rest) => match std::env::var_os("HOME") {
            Some(home) => PathBuf::from(home).join(rest),
            None => {
                return Err((
                    "no home folder is known that `~` could stand for".to_owned(),
                    "write the whole path".to_owned(),
                ));
            }
        },
    };
    let pattern = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if !pattern.contains(['*', '?']) || path.exists() {
        return Ok(vec![path]);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let none = || (format!("nothing is called {written}"), "correct the pattern, or name the file".to_owned());
    let entries = fs::read_dir(folder).map_err(|_| none())?;
    let name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let fits = |path: &PathBuf| {
        let name = name(path);
        (pattern.starts_with('.') || !name.starts_with('.')) && fits(&pattern, &name) && path.is_file()
    };
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(fits).collect();
    found.sort();
    match found.len() {
        0 => Err(none()),
        count if count > MOST => {
            Err((format!("{written} names {count} files"), "name fewer, or make an archive".to_owned()))
        }
        _ => Ok(found),
    }
}

/// Whether a name is one that a pattern means. In time that grows with one times the other.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut place, mut star) = (0, 0, None);
    while place < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(c) if *c == '?' || name.get(place) == Some(c) => {
                at += 1;
                place += 1;
            }
            _ => match star {
                Some((of, from)) => {
                    star = Some((of, from + 1));
                    (at, place) = (of + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::{LARGEST, file, fits, paths, type_of};

    #[test]
    fn a_pattern_means_what_it_means_in_a_shell() {
        for (pattern, name, wanted) in [
            ("*.pdf", "a.pdf", true),
            ("*.pdf", "a.pdf.txt", false),
            ("a?c*", "abc", true),
            ("a?c*", "ac", false),
            ("*a*a*", "banana", true),
            ("", "", true),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern, name), wanted, "{pattern} {name}");
        }
        assert!(!fits(&"*a".repeat(50), &"b".repeat(5_000)));
    }

    #[test]
    fn what_is_no_file_is_told_and_a_pattern_finds_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.pdf", "a.pdf", ".c.pdf", "d.txt"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        std::fs::create_dir(folder.path().join("e.pdf")).unwrap();
        let found = paths(&folder.path().join("*.pdf").display().to_string()).unwrap();
        let names: Vec<_> = found.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["a.pdf", "b.pdf"]);
        let mut room = LARGEST;
        assert!(file(&folder.path().join("e.pdf"), &mut room).unwrap_err().0.ends_with("is a folder"));
        assert!(file(&folder.path().join("f.pdf"), &mut room).unwrap_err().0.starts_with("there is no file"));
        let mut little = 0;
        assert!(file(&folder.path().join("a.pdf"), &mut little).unwrap_err().0.contains("larger than 25 MB"));
        assert_eq!(file(&folder.path().join("d.txt"), &mut room).unwrap().kind, "text/plain");
        assert_eq!(type_of("a.unknown"), "application/octet-stream");
    }
}
