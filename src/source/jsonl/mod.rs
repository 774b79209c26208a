//! Messages as JSON lines, one object in each line, from a file, a pipe or a command.
//!
//! A line holds either the original bytes, or the parts of a message:
//!
//! ```json
//! {"raw": "<the message in base64, or its text>", "received": 1700000000, "read": false}
//! {"sender": "build@ci", "subject": "main is red", "body": "3 tests fail", "external_id": "run-812",
//!  "sent_at": "2024-01-02T10:00:00Z", "thread": "main", "link": "https://ci.example/812", "list": "ci.example"}
//! ```
//!
//! The second kind needs at least one of `sender`, `subject` and `body`. Times are ISO 8601 or Unix seconds. `flags`
//! with an `S` means that the message was read. Other names are ignored. The key of a copy is made of its external id,
//! or else of the line itself, so that a file that is read twice brings nothing twice. A line that is no such object is
//! counted as a problem, and the others are read. An incomplete line at the end of a file that grows is left for the
//! next time.

mod line;
mod reading;
mod time;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use self::line::{Line, text};
pub(super) use self::reading::JsonReading;
use super::grown::ResumePosition;
use super::{EventSink, Extent, Gauge, ReadOutcome, Source, SourceError, SyncContext};

/// Whether the first line is a message or a position, as far as the line is visible.
pub(super) fn begins(head: &[u8]) -> bool {
    let line =
        head.split_inclusive(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    match Line::read(&text(line)) {
        Ok(_) => true,
        // A line with a whole message is longer than the bytes that are looked at.
        Err(mistake) => mistake.is_incomplete() && line.last() != Some(&b'\n'),
    }
}

/// A file of JSON lines.
#[derive(Debug)]
pub struct Jsonl {
    path: PathBuf,
    name: String,
    /// Whether the last line may still be in the course of being written.
    grows: bool,
}

impl Jsonl {
    /// A file that grows. `name` is the name of the source: external ids and threads are told apart by it.
    #[must_use]
    pub fn new(path: &Path, name: &str) -> Self {
        Self { path: path.to_owned(), name: name.to_owned(), grows: true }
    }

    /// A file that is complete, such as an export.
    #[must_use]
    pub fn whole(path: &Path, name: &str) -> Self {
        Self { grows: false, ..Self::new(path, name) }
    }
}

impl Source for Jsonl {
    fn read(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError> {
        let mut file = File::open(&self.path).map_err(|error| SourceError::open(&self.path, error))?;
        let failed = |error| SourceError::read(&self.path, error);
        let start = ResumePosition::resume(since.position, &mut file).map_err(failed)?;
        file.seek(SeekFrom::Start(start)).map_err(failed)?;
        since.skipped.add(0, start);
        let reader = BufReader::with_capacity(256 * 1024, &file);
        let mut reading = JsonReading::new(&self.name, since);
        reading.lines(reader, each).map_err(failed)?;
        if !self.grows {
            reading.report_incomplete();
        }
        let end = start + reading.end;
        let position = ResumePosition::at(&mut file, end).map_err(failed)?.text();
        Ok(ReadOutcome { position, ..reading.outcome })
    }

    fn gauge(&self) -> Gauge {
        let path = self.path.clone();
        Box::new(move || fs::metadata(path).map_or(Extent::Unknown, |metadata| Extent::Bytes(metadata.len())))
    }
}

/// JSON lines that come through a pipe.
pub struct JsonStream<R> {
    reader: R,
    name: String,
}

impl<R> std::fmt::Debug for JsonStream<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("jsonl::Stream").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<R: BufRead + Send> JsonStream<R> {
    pub fn new(reader: R, name: &str) -> Self {
        Self { reader, name: name.to_owned() }
    }
}

impl<R: BufRead + Send> Source for JsonStream<R> {
    fn read(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError> {
        let mut reading = JsonReading::new(&self.name, since);
        let path = Path::new("standard input");
        reading.lines(&mut self.reader, each).map_err(|error| SourceError::read(path, error))?;
        reading.report_incomplete();
        Ok(reading.outcome)
    }
}
