//! An mbox, of a file or a stream: mboxo, mboxrd, mboxcl and mboxcl2, of any size, in the memory of one message.
//!
//! A copy's key is its message's identity, so that a mailbox that was compacted or rewritten brings nothing twice and
//! loses nothing. The position is how far the file was read; an appended one goes on from there. A file that another
//! program has locked is left for later, and so is a last message that is still being written.

mod lines;
mod split;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use self::split::{Found, Splitter};
use super::grown::Place;
use super::{Each, Extent, Gauge, Handed, Outcome, Since, Source, SourceError, changed, key_of};
use crate::domain::arrival::{Mark, Origin};
use crate::mail;

/// How often, and how long each time, a lock is waited for.
const WAITS: (u32, Duration) = (10, Duration::from_millis(100));
/// A lock older than this was left behind.
const STALE: TimeDelta = TimeDelta::minutes(10);
/// A file that changed later than this may still be written to.
const FRESH: TimeDelta = TimeDelta::seconds(10);

#[derive(Debug)]
pub struct Mbox {
    path: PathBuf,
}

impl Mbox {
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
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
    fn read(&mut self, since: &Since<'_>, each: &mut Each<'_>) -> Result<Outcome, SourceError> {
        self.wait_for_lock(since.now)?;
        let mut file = File::open(&self.path).map_err(|error| SourceError::open(&self.path, error))?;
        let failed = |error| SourceError::read(&self.path, error);
        let metadata = file.metadata().map_err(failed)?;
        let mut start = Place::resume(since.position, &mut file).map_err(failed)?;
        since.passed.add(0, start);
        let fresh = metadata.modified().is_ok_and(|time| DateTime::<Utc>::from(time) + FRESH > since.now);
        let (end, outcome) = loop {
            file.seek(SeekFrom::Start(start)).map_err(failed)?;
            let splitter = Splitter::new(BufReader::with_capacity(256 * 1024, &file), start);
            match hand_over(splitter, Mark::Unread, fresh, since, each) {
                Ok(done) => break done,
                Err(Trouble::Read(error)) => return Err(failed(error)),
                // The last message of before grew: everything is read again, and what is known is skipped.
                Err(Trouble::NoMbox) if start > 0 => start = 0,
                Err(Trouble::NoMbox) => return Err(SourceError::Not { path: self.path.clone(), expected: "mbox" }),
            }
        };
        let position = Place::at(&mut file, end).map_err(failed)?.text();
        Ok(Outcome { position, ..outcome })
    }

    fn gauge(&self) -> Gauge {
        let path = self.path.clone();
        Box::new(move || fs::metadata(path).map_or(Extent::Unknown, |metadata| Extent::Bytes(metadata.len())))
    }
}

/// An mbox that comes through a pipe. It has no position, and messages without marks in it are neither read nor unread.
pub struct Stream<R> {
    reader: R,
}

impl<R> std::fmt::Debug for Stream<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("mbox::Stream")
    }
}

impl<R: BufRead + Send> Stream<R> {
    pub fn new(reader: R) -> Self {
        Self { reader }
    }
}

impl<R: BufRead + Send> Source for Stream<R> {
    fn read(&mut self, since: &Since<'_>, each: &mut Each<'_>) -> Result<Outcome, SourceError> {
        let path = || PathBuf::from("standard input");
        match hand_over(Splitter::new(&mut self.reader, 0), Mark::None, false, since, each) {
            Ok((_, outcome)) => Ok(outcome),
            Err(Trouble::Read(error)) => Err(SourceError::read(&path(), error)),
            Err(Trouble::NoMbox) => Err(SourceError::Not { path: path(), expected: "mbox" }),
        }
    }
}

enum Trouble {
    Read(std::io::Error),
    NoMbox,
}

/// Hands over what is not known, and says up to where everything was seen to.
fn hand_over<R: BufRead>(
    mut splitter: Splitter<R>,
    unmarked: Mark,
    fresh: bool,
    since: &Since<'_>,
    each: &mut Each<'_>,
) -> Result<(u64, Outcome), Trouble> {
    let mut known = since.known.all("");
    let mut outcome = Outcome::default();
    loop {
        let found = splitter.next().map_err(Trouble::Read)?.map_err(|_| Trouble::NoMbox)?;
        let Some(Found { raw, time, start, ended }) = found else { return Ok((splitter.offset(), outcome)) };
        // Half a message: its writer is not done.
        if !ended && fresh {
            return Ok((start, outcome));
        }
        let key = key_of(mail::identity(&raw));
        if !known.insert(key.clone()) {
            outcome.skipped += 1;
            since.passed.add(1, raw.len() as u64);
            continue;
        }
        let mark = match mail::marks(&raw) {
            Mark::None => unmarked,
            mark => mark,
        };
        let received = time.map_or(since.now, |time| time.min(since.now));
        let origin = Origin { folder: String::new(), key, mark, received };
        if each(Handed::of(raw, origin).into()).is_break() {
            return Ok((start, outcome));
        }
    }
}
