//! An mbox from a file or a stream (mboxo, mboxrd, mboxcl and mboxcl2), of any size, with one message in memory.
//!
//! The key of a copy is the fingerprint of its message, so that a mailbox that was compacted or rewritten brings
//! nothing twice and loses nothing. The position is how far the file was read, and how its messages are separated.
//! Reading goes on from there, unless what was appended shows another way of separating: then the whole file is read
//! again. A file that another program has locked is left for later, and so is a last message that is still being
//! written.

mod beginning;
mod lines;
mod separator;
mod split;
mod style;

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use self::beginning::{BEGINNING, style_of};
use self::separator::{LinesBelow, Shape};
use self::split::{MboxMessage, Splitter};
use self::style::Style;
use super::grown::ResumePosition;
use super::{EventSink, Extent, FetchedMessage, Gauge, ReadOutcome, Source, SourceError, SyncContext, changed, key_of};
use crate::domain::found_copy::{FoundCopy, Location};
use crate::mail;

/// How often a lock is waited for, and how long each time.
const WAITS: (u32, Duration) = (10, Duration::from_millis(100));
/// A lock that is older than this was left behind by a program that ended.
const STALE: TimeDelta = TimeDelta::minutes(10);
/// A file that changed so short a time ago may still be written to.
const FRESH: TimeDelta = TimeDelta::seconds(10);

#[derive(Debug)]
pub struct Mbox {
    path: PathBuf,
    /// Whether a last message without a line end may still be in the course of being written.
    grows: bool,
}

/// How far a file was read.
#[derive(Debug, Serialize, Deserialize)]
struct Position {
    #[serde(flatten)]
    place: ResumePosition,
    style: Style,
}

impl Mbox {
    /// An mbox that mail is delivered to.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), grows: true }
    }

    /// An mbox that is complete, such as an export.
    #[must_use]
    pub fn whole(path: &Path) -> Self {
        Self { path: path.to_owned(), grows: false }
    }

    /// How the messages of the file are separated, found out from its beginning.
    fn style(file: &mut File) -> io::Result<Style> {
        let mut beginning = Vec::new();
        file.seek(SeekFrom::Start(0))?;
        file.take(BEGINNING as u64).read_to_end(&mut beginning)?;
        Ok(style_of(&beginning, beginning.len() < BEGINNING))
    }

    /// Where to go on reading: where the last reading ended, if the file is the same and is still split in the same
    /// way.
    fn resume(position: Option<&str>, style: Style, file: &mut File) -> io::Result<u64> {
        let known = position.and_then(|text| serde_json::from_str::<Position>(text).ok());
        if known.is_some_and(|known| known.style == style) { ResumePosition::resume(position, file) } else { Ok(0) }
    }

    fn wait_for_lock(&self, now: DateTime<Utc>) -> Result<(), SourceError> {
        let mut lock = self.path.clone().into_os_string();
        lock.push(".lock");
        for _ in 0..WAITS.0 {
            match fs::symlink_metadata(&lock) {
                Ok(metadata) if changed(&metadata, now) + STALE >= now => std::thread::sleep(WAITS.1),
                _ => return Ok(()),
            }
        }
        Err(SourceError::Locked { path: self.path.clone() })
    }
}

impl Source for Mbox {
    fn read(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError> {
        self.wait_for_lock(since.now)?;
        let mut file = File::open(&self.path).map_err(|error| SourceError::open(&self.path, error))?;
        let failed = |error| SourceError::read(&self.path, error);
        let metadata = file.metadata().map_err(failed)?;
        let style = Self::style(&mut file).map_err(failed)?;
        let mut start = Self::resume(since.position, style, &mut file).map_err(failed)?;
        since.skipped.add(0, start);
        let fresh = self.grows && metadata.modified().is_ok_and(|time| DateTime::<Utc>::from(time) + FRESH > since.now);
        let (end, outcome) = loop {
            file.seek(SeekFrom::Start(start)).map_err(failed)?;
            let splitter = Splitter::new(BufReader::with_capacity(256 * 1024, &file), start, style);
            match hand_over(splitter, Some(false), fresh, since, each) {
                Ok(done) => break done,
                Err(MboxFailure::Read(error)) => return Err(failed(error)),
                // The last message of the last reading grew. Everything is read again, and what is known is skipped.
                Err(MboxFailure::NoMbox) if start > 0 => start = 0,
                Err(MboxFailure::NoMbox) => {
                    return Err(SourceError::Not { path: self.path.clone(), expected: "an mbox" });
                }
            }
        };
        let place = ResumePosition::at(&mut file, end).map_err(failed)?;
        Ok(ReadOutcome { position: serde_json::to_string(&Position { place, style }).ok(), ..outcome })
    }

    fn gauge(&self) -> Gauge {
        let path = self.path.clone();
        Box::new(move || fs::metadata(path).map_or(Extent::Unknown, |metadata| Extent::Bytes(metadata.len())))
    }
}

/// Whether bytes begin as an mbox does: with `From ` and a date, or with `From ` and a header below it.
pub(super) fn begins(head: &[u8]) -> bool {
    let (line, next) = head.split_at(head.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(head.len()));
    let lines = next.strip_prefix(b"\r\n").or_else(|| next.get(1..)).unwrap_or_default();
    match Shape::of(line) {
        Some(Shape::Dated(_) | Shape::Patch) => true,
        Some(_) => {
            LinesBelow::of(&lines.iter().map(|it| if *it == b'\r' { b'\n' } else { *it }).collect::<Vec<_>>())
                >= LinesBelow::Line
        }
        None => false,
    }
}

/// An mbox that comes through a pipe. It has no position. A message whose header does not say whether it was read is
/// neither read nor unread.
pub struct MboxStream<R> {
    reader: R,
}

impl<R> std::fmt::Debug for MboxStream<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("mbox::Stream")
    }
}

impl<R: BufRead + Send> MboxStream<R> {
    pub fn new(reader: R) -> Self {
        Self { reader }
    }
}

impl<R: BufRead + Send> Source for MboxStream<R> {
    fn read(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError> {
        let path = || PathBuf::from("standard input");
        let splitter = Splitter::of_stream(&mut self.reader).map_err(|error| SourceError::read(&path(), error))?;
        match hand_over(splitter, None, false, since, each) {
            Ok((_, outcome)) => Ok(outcome),
            Err(MboxFailure::Read(error)) => Err(SourceError::read(&path(), error)),
            Err(MboxFailure::NoMbox) => Err(SourceError::Not { path: path(), expected: "an mbox" }),
        }
    }
}

enum MboxFailure {
    Read(std::io::Error),
    NoMbox,
}

/// Hands over what is not known. Returns the offset up to which everything was dealt with. `unmarked` says whether a
/// message counts as read if its header does not say so.
fn hand_over<R: BufRead>(
    mut splitter: Splitter<R>,
    unmarked: Option<bool>,
    fresh: bool,
    since: &SyncContext<'_>,
    each: &mut EventSink<'_>,
) -> Result<(u64, ReadOutcome), MboxFailure> {
    let mut known = since.known.all("");
    let mut outcome = ReadOutcome::default();
    loop {
        let found = splitter.next().map_err(MboxFailure::Read)?.map_err(|_| MboxFailure::NoMbox)?;
        let Some(MboxMessage { raw, time, start, ended }) = found else { return Ok((splitter.offset(), outcome)) };
        // The last message is incomplete: its writer is not done.
        let last = splitter.gap().is_none();
        if last && (raw.trim_ascii().is_empty() || (!ended && fresh)) {
            return Ok((start, outcome));
        }
        let key = key_of(mail::fingerprint(&raw));
        if !known.insert(key.clone()) {
            outcome.skipped += 1;
            since.skipped.add(1, raw.len() as u64);
            continue;
        }
        let received = time.map_or(since.now, |time| time.min(since.now));
        let flags = mail::seen(&raw).or(unmarked).into();
        let copy = FoundCopy { flags, ..FoundCopy::new(Location::without_folder(key), received) };
        if each(FetchedMessage::new(raw, copy).into()).is_break() {
            return Ok((start, outcome));
        }
    }
}
