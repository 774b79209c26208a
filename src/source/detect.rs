//! Which format a file, a folder or a stream has. Its content decides, not its name alone.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, Read as _};
use std::path::Path;

use super::eml::{Eml, is_message};
use super::jsonl::{self, Jsonl};
use super::maildir::{Maildir, is_folder};
use super::mbox::{self, Mbox};
use super::{EventSink, FetchedMessage, ReadOutcome, Source, SourceError, SyncContext, key_of};
use crate::domain::found_copy::{FoundCopy, Location};
use crate::domain::limits::MESSAGE_BYTES;
use crate::domain::source_type::SourceType;
use crate::domain::text_enum::TextEnum as _;
use crate::mail;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Maildir,
    Mbox,
    /// One message, or a folder of them.
    Eml,
    Jsonl,
}

impl Format {
    const ALL: [Self; 4] = [Self::Maildir, Self::Mbox, Self::Eml, Self::Jsonl];

    /// The type of a source that is read in this format. Its word is the name of the format in `--format`, too.
    #[must_use]
    pub fn source_type(self) -> SourceType {
        match self {
            Self::Maildir => SourceType::Maildir,
            Self::Mbox => SourceType::Mbox,
            Self::Eml => SourceType::Eml,
            Self::Jsonl => SourceType::Jsonl,
        }
    }

    /// A short description for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Maildir => "a Maildir with its folders",
            Self::Mbox => "an mbox",
            Self::Eml => "one message",
            Self::Jsonl => "JSON lines",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.source_type().name().eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.source_type().name())
    }
}

/// How many bytes at the beginning of a file are looked at.
const HEAD: u64 = 4 * 1024;

/// The format of what lies at a path.
pub fn of_path(path: &Path) -> Result<Format, SourceError> {
    let metadata = fs::metadata(path).map_err(|error| SourceError::open(path, error))?;
    let found = if metadata.is_dir() {
        of_folder(path)
    } else {
        let head = head(path).map_err(|error| SourceError::open(path, error))?;
        let empty_mbox = head.is_empty() && !is_message(path);
        of_bytes(&head).or(if empty_mbox { Some(Format::Mbox) } else { is_message(path).then_some(Format::Eml) })
    };
    found.ok_or_else(|| SourceError::Unclear { path: path.to_owned() })
}

fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(HEAD).read_to_end(&mut head)?;
    Ok(head)
}

/// The format of a file that was found in a folder, when nobody named the file itself. The error says in a few words
/// what the file is instead.
pub(super) fn of_file(path: &Path) -> Result<Format, &'static str> {
    let named = |endings: &[&str]| {
        path.extension().is_some_and(|it| endings.iter().any(|ending| it.eq_ignore_ascii_case(ending)))
    };
    let metadata = fs::metadata(path).map_err(|_| "it can't be read")?;
    // Reading a pipe could block for ever.
    if !metadata.is_file() {
        return Err("not a file");
    }
    if metadata.len() == 0 {
        return Err("empty");
    }
    let head = head(path).map_err(|_| "it can't be read")?;
    match of_bytes(&head) {
        Some(Format::Mbox) => Ok(Format::Mbox),
        Some(Format::Jsonl) if named(&["jsonl", "ndjson"]) && jsonl::begins(&head) => Ok(Format::Jsonl),
        _ if is_message(path) => Ok(Format::Eml),
        Some(Format::Eml) if is_letter(&head) => Ok(Format::Eml),
        _ if named(&["msf"]) => Err("an index of Thunderbird"),
        _ if named(&["gz", "zip", "xz", "zst", "bz2", "7z", "tgz"]) => Err("packed; unpack it first"),
        _ if named(&["pst", "ost", "msg", "olm"]) => Err("a file of Outlook, which other programs can't read"),
        _ => Err("not mail"),
    }
}

/// Whether a text begins with at least two header fields that letters have. One line with a colon is not enough.
fn is_letter(head: &[u8]) -> bool {
    let header = String::from_utf8_lossy(head).to_ascii_lowercase();
    let fields = ["from:", "to:", "date:", "subject:", "received:", "message-id:", "return-path:", "mime-version:"];
    let has = |field: &str| header.lines().take_while(|line| !line.is_empty()).any(|line| line.starts_with(field));
    fields.into_iter().filter(|field| has(field)).count() >= 2
}

/// The format of a stream, from its first bytes.
#[must_use]
pub fn of_bytes(head: &[u8]) -> Option<Format> {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    if head.starts_with(b"{") {
        return Some(Format::Jsonl);
    }
    if mbox::begins(head) {
        return Some(Format::Mbox);
    }
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
    let field =
        line.contains(&b':') && !name.is_empty() && name.iter().all(|it| it.is_ascii_alphanumeric() || *it == b'-');
    field.then_some(Format::Eml)
}

fn of_folder(path: &Path) -> Option<Format> {
    if is_folder(path) {
        return Some(Format::Maildir);
    }
    // A Maildir may have folders and no messages of its own. The same is true of a folder with single messages.
    let mut level = vec![path.to_owned()];
    let mut messages = false;
    for _ in 0..3 {
        let mut next = Vec::new();
        for folder in level {
            for inner in fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
                if inner.is_dir() {
                    if is_folder(&inner) {
                        return Some(Format::Maildir);
                    }
                    next.push(inner);
                } else {
                    messages |= is_message(&inner);
                }
            }
        }
        if messages {
            return Some(Format::Eml);
        }
        level = next;
    }
    None
}

/// The source for a path of a known format. The file may grow between two readings. `name` is the name of the source.
#[must_use]
pub fn open(path: &Path, format: Format, name: &str) -> Box<dyn Source> {
    match format {
        Format::Maildir => Box::new(Maildir::new(path)),
        Format::Mbox => Box::new(Mbox::new(path)),
        Format::Eml => Box::new(Eml::new(path)),
        Format::Jsonl => Box::new(Jsonl::new(path, name)),
    }
}

/// The source for a path that is complete, such as an export: it will not grow.
#[must_use]
pub fn open_whole(path: &Path, format: Format, name: &str) -> Box<dyn Source> {
    match format {
        Format::Mbox => Box::new(Mbox::whole(path)),
        Format::Jsonl => Box::new(Jsonl::whole(path, name)),
        Format::Maildir | Format::Eml => open(path, format, name),
    }
}

/// The source for a stream, such as standard input. Without a format, the first bytes of the stream decide.
pub fn stream(
    mut reader: impl BufRead + Send + 'static,
    format: Option<Format>,
    name: &str,
) -> Result<Box<dyn Source>, SourceError> {
    let path = Path::new("standard input");
    let format = if let Some(format) = format {
        format
    } else {
        let head = reader.fill_buf().map_err(|error| SourceError::read(path, error))?;
        of_bytes(head).ok_or_else(|| SourceError::Unclear { path: path.to_owned() })?
    };
    match format {
        Format::Mbox => Ok(Box::new(mbox::MboxStream::new(reader))),
        Format::Jsonl => Ok(Box::new(jsonl::JsonStream::new(reader, name))),
        Format::Eml => Ok(Box::new(Single { reader })),
        Format::Maildir => Err(SourceError::Not { path: path.to_owned(), expected: "a Maildir" }),
    }
}

/// One message that comes through a pipe.
struct Single<R> {
    reader: R,
}

impl<R: BufRead + Send> Source for Single<R> {
    fn read(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError> {
        let mut raw = Vec::new();
        let limit = MESSAGE_BYTES as u64 + 1;
        let read = (&mut self.reader).take(limit).read_to_end(&mut raw);
        read.map_err(|error| SourceError::read(Path::new("standard input"), error))?;
        let key = key_of(mail::fingerprint(&raw));
        let mut outcome = ReadOutcome::default();
        if raw.is_empty() || since.known.all("").contains(&key) {
            outcome.skipped = u64::from(!raw.is_empty());
        } else {
            let copy = FoundCopy::new(Location::without_folder(key), since.now);
            let _ = each(FetchedMessage::new(raw, copy).into());
        }
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, of_bytes, of_path};
    use std::fs;

    #[test]
    fn streams_are_told_by_their_first_bytes() {
        assert_eq!(of_bytes(b"From ann@a.example Mon Jan 1 10:00:00 2024\n"), Some(Format::Mbox));
        assert_eq!(of_bytes(b"\n {\"raw\": \"\"}"), Some(Format::Jsonl));
        assert_eq!(of_bytes(b"Return-Path: <a@b>\nSubject: x\n"), Some(Format::Eml));
        assert_eq!(of_bytes(b"\x7fELF"), None);
        assert_eq!(of_bytes(b"just some words"), None);
    }

    #[test]
    fn paths_are_told_by_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["box/cur", "box/new", "nested/Work/cur", "nested/Work/new", "letters/2024", "empty"] {
            fs::create_dir_all(path(name)).unwrap();
        }
        fs::write(path("letters/2024/1.eml"), "Subject: x\n\n").unwrap();
        fs::write(path("inbox"), "From a Mon Jan 1 10:00:00 2024\n").unwrap();
        fs::write(path("odd.eml"), "words").unwrap();
        fs::write(path("picture.png"), "\u{1}PNG").unwrap();
        for (name, format) in [
            ("box", Format::Maildir),
            ("nested", Format::Maildir),
            ("letters", Format::Eml),
            ("inbox", Format::Mbox),
            ("odd.eml", Format::Eml),
        ] {
            assert_eq!(of_path(&path(name)).unwrap(), format, "{name}");
        }
        for name in ["empty", "picture.png", "missing"] {
            assert!(of_path(&path(name)).is_err(), "{name}");
        }
    }
}
