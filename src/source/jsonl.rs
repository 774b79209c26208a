//! Messages as lines of JSON, one object a line, of a file, a pipe or a command.
//!
//! Either the original bytes, or what they are made of:
//!
//! ```json
//! {"raw": "<the message in base64, or its text>", "received": 1700000000, "read": false}
//! {"sender": "build@ci", "subject": "main is red", "body": "3 tests fail", "external_id": "run-812",
//!  "sent_at": "2024-01-02T10:00:00Z", "thread": "main", "link": "https://ci.example/812", "list": "ci.example"}
//! ```
//!
//! Of the second kind one of `sender`, `subject` and `body` must be there. `from`, `text`, `id`, `date`, `url` and `ts` are
//! other names for `sender`, `body`, `external_id`, `sent_at`, `link` and `received`; times are RFC 3339 or Unix seconds;
//! `flags` with an `S` means read. Other names are ignored. What names a copy is its external id, else the line itself,
//! so that the same file read twice brings nothing twice. A line that is no such object is a problem of its own; the
//! others go on. Half a line at the end is left for the next time.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read as _, Seek as _, SeekFrom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::grown::Place;
use super::{Each, Extent, Gauge, Handed, Outcome, Passed, Since, Source, SourceError, hex};
use crate::domain::arrival::{Mark, Origin};
use crate::domain::limits::JSON_LINE_BYTES;
use crate::mail;

/// What one line may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Line {
    raw: Option<String>,
    #[serde(alias = "from")]
    sender: Option<String>,
    subject: Option<String>,
    #[serde(alias = "text")]
    body: Option<String>,
    #[serde(alias = "id")]
    external_id: Option<Name>,
    #[serde(alias = "date")]
    sent_at: Option<Time>,
    thread: Option<Name>,
    #[serde(alias = "url")]
    link: Option<String>,
    list: Option<String>,
    #[serde(alias = "ts")]
    received: Option<Time>,
    read: Option<bool>,
    flags: Option<String>,
    position: Option<Name>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Time {
    Seconds(f64),
    Text(String),
}

/// A name that a script may write as a number.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Name {
    Number(i64),
    Text(String),
}

impl Name {
    fn text(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

impl Time {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a float outside of the range becomes its nearest end, which no date has"
    )]
    fn instant(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Seconds(seconds) => DateTime::from_timestamp(*seconds as i64, 0),
            Self::Text(text) => mail::date(text),
        }
    }
}

/// A file of JSON lines, which may grow.
#[derive(Debug)]
pub struct Jsonl {
    path: PathBuf,
    name: String,
}

impl Jsonl {
    /// `name` is the source's: threads and ids of its messages are its own.
    #[must_use]
    pub fn new(path: &Path, name: &str) -> Self {
        Self { path: path.to_owned(), name: name.to_owned() }
    }
}

impl Source for Jsonl {
    fn read(&mut self, since: &Since<'_>, each: &mut Each<'_>) -> Result<Outcome, SourceError> {
        let mut file = File::open(&self.path).map_err(|error| SourceError::open(&self.path, error))?;
        let failed = |error| SourceError::read(&self.path, error);
        let start = Place::resume(since.position, &mut file).map_err(failed)?;
        file.seek(SeekFrom::Start(start)).map_err(failed)?;
        since.passed.add(0, start);
        let reader = BufReader::with_capacity(256 * 1024, &file);
        let mut reading = Reading::new(&self.name, since);
        reading.lines(reader, each).map_err(|trouble| trouble.at(&self.path))?;
        let end = start + reading.end;
        let position = Place::at(&mut file, end).map_err(failed)?.text();
        Ok(Outcome { position, ..reading.outcome })
    }

    fn gauge(&self) -> Gauge {
        let path = self.path.clone();
        Box::new(move || fs::metadata(path).map_or(Extent::Unknown, |metadata| Extent::Bytes(metadata.len())))
    }
}

/// JSON lines that come through a pipe.
pub struct Stream<R> {
    reader: R,
    name: String,
}

impl<R> std::fmt::Debug for Stream<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("jsonl::Stream").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<R: BufRead + Send> Stream<R> {
    pub fn new(reader: R, name: &str) -> Self {
        Self { reader, name: name.to_owned() }
    }
}

impl<R: BufRead + Send> Source for Stream<R> {
    fn read(&mut self, since: &Since<'_>, each: &mut Each<'_>) -> Result<Outcome, SourceError> {
        let mut reading = Reading::new(&self.name, since);
        reading.lines(&mut self.reader, each).map_err(|trouble| trouble.at(Path::new("standard input")))?;
        Ok(reading.outcome)
    }
}

#[derive(Debug)]
pub(super) enum Trouble {
    Read(io::Error),
    Binary,
}

impl Trouble {
    fn at(self, path: &Path) -> SourceError {
        match self {
            Self::Read(error) => SourceError::read(path, error),
            Self::Binary => SourceError::Not { path: path.to_owned(), expected: "text with one JSON object a line" },
        }
    }
}

/// One reading of lines, wherever they come from.
pub(super) struct Reading<'a> {
    name: &'a str,
    now: DateTime<Utc>,
    known: std::collections::HashSet<String>,
    passed: &'a Passed,
    pub(super) outcome: Outcome,
    /// Bytes of whole lines that were seen to.
    end: u64,
    number: u64,
}

impl<'a> Reading<'a> {
    pub(super) fn new(name: &'a str, since: &Since<'a>) -> Self {
        let known = since.known.all("");
        Self { name, now: since.now, known, passed: since.passed, outcome: Outcome::default(), end: 0, number: 0 }
    }

    pub(super) fn lines(&mut self, mut reader: impl BufRead, each: &mut Each<'_>) -> Result<(), Trouble> {
        let mut line = Vec::new();
        loop {
            line.clear();
            let limit = JSON_LINE_BYTES as u64 + 1;
            let read = (&mut reader).take(limit).read_until(b'\n', &mut line).map_err(Trouble::Read)?;
            if read == 0 {
                return Ok(());
            }
            self.number += 1;
            // A file that begins so is something else; a line that does so later was cut by a crash of its writer.
            if line.contains(&0) && self.number == 1 {
                return Err(Trouble::Binary);
            }
            let whole = line.last() == Some(&b'\n');
            let mut length = read as u64;
            if !whole && length == limit {
                length += skip_line(&mut reader).map_err(Trouble::Read)?;
                self.outcome
                    .problems
                    .add(format!("line {}", self.number), format!("longer than {JSON_LINE_BYTES} bytes"));
            } else if !line.trim_ascii().is_empty() {
                match object(&line) {
                    Ok(said) => {
                        if self.take(said, &line, each).is_break() {
                            return Ok(());
                        }
                    }
                    // Its writer is not done.
                    Err(error) if !whole && error.is_eof() => return Ok(()),
                    Err(error) => self.outcome.problems.add(format!("line {}", self.number), plainly(&error)),
                }
            }
            self.end += length;
        }
    }

    fn take(&mut self, said: Line, line: &[u8], each: &mut Each<'_>) -> ControlFlow<()> {
        if let Some(position) = said.position {
            self.outcome.position = Some(position.text());
            if said.raw.is_none() && said.subject.is_none() && said.sender.is_none() && said.body.is_none() {
                return ControlFlow::Continue(());
            }
        }
        let external = said.external_id.map(Name::text).filter(|id| !id.trim().is_empty());
        let digest = || hex(Sha256::digest(line.trim_ascii()).get(..16).unwrap_or_default());
        let key = external.clone().unwrap_or_else(digest);
        if self.known.contains(&key) {
            self.outcome.skipped += 1;
            self.passed.add(1, line.len() as u64);
            return ControlFlow::Continue(());
        }
        let raw = match (&said.raw, &said.sender, &said.subject, &said.body) {
            (Some(raw), ..) => original(raw),
            (None, None, None, None) => {
                let what = "neither raw nor any of sender, subject and body";
                self.outcome.problems.add(format!("line {}", self.number), what);
                return ControlFlow::Continue(());
            }
            _ => {
                let thread = said.thread.map(Name::text);
                let blank = |text: &'_ Option<String>| text.clone().unwrap_or_default();
                mail::compose(&mail::Script {
                    source: self.name,
                    sender: &blank(&said.sender),
                    subject: &blank(&said.subject),
                    body: &blank(&said.body),
                    html: false,
                    external_id: external.as_deref(),
                    sent_at: said.sent_at.as_ref().and_then(Time::instant),
                    thread: thread.as_deref(),
                    link: said.link.as_deref(),
                    list: said.list.as_deref(),
                })
            }
        };
        // The message itself is counted when it is in the store; here, what the line has besides.
        self.passed.add(0, line.len().saturating_sub(raw.len()) as u64);
        let mark = match said.read.or_else(|| said.flags.map(|flags| flags.contains('S'))) {
            Some(true) => Mark::Read,
            Some(false) => Mark::Unread,
            None => Mark::None,
        };
        let received = said.received.or(said.sent_at).and_then(|time| time.instant());
        let received = received.map_or(self.now, |time| time.min(self.now));
        self.known.insert(key.clone());
        let origin = Origin { folder: String::new(), key, mark, received };
        each(Handed::of(raw, origin).into())
    }
}

/// An object it must be: serde would take the elements of a list for the fields in their order.
fn object(line: &[u8]) -> serde_json::Result<Line> {
    match line.trim_ascii_start().first() {
        Some(b'[') => Err(serde::de::Error::custom("a list")),
        _ => serde_json::from_slice(line),
    }
}

/// What is wrong with a line and where, without a word of it: it may be a message that is to be held.
fn plainly(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Data => "no object with the fields of a message",
        serde_json::error::Category::Eof => "cut short",
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => "no JSON",
    };
    format!("{what}, at column {}", error.column())
}

/// The bytes that `raw` stands for: base64 has neither colon nor space, and every header has.
fn original(raw: &str) -> Vec<u8> {
    let letters =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_' | b'\r' | b'\n');
    let encoded = raw.bytes().all(letters);
    encoded.then(|| mail::base64(raw)).flatten().unwrap_or_else(|| raw.as_bytes().to_vec())
}

/// Passes over the rest of a line; gives its length.
fn skip_line(reader: &mut impl BufRead) -> io::Result<u64> {
    let mut length = 0u64;
    loop {
        let held = reader.fill_buf()?;
        if held.is_empty() {
            return Ok(length);
        }
        let end = held.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(held.len(), |at| at + 1);
        reader.consume(used);
        length += used as u64;
        if end.is_some() {
            return Ok(length);
        }
    }
}
