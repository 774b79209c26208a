//! One reading of JSON lines, whatever they come from.

use std::collections::HashSet;
use std::io::{self, BufRead, Read as _};
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::line::{Line, LineContent, LineError, Parts, Time, text};
use super::time::instant;
use crate::domain::defect::Defect;
use crate::domain::found_copy::{FoundCopy, Location};
use crate::domain::limits::JSON_LINE_BYTES;
use crate::mail;
use crate::source::{EventSink, FetchedMessage, ReadOutcome, SkipCounter, SyncContext, hex};

pub(in crate::source) struct JsonReading<'a> {
    name: &'a str,
    now: DateTime<Utc>,
    known: HashSet<String>,
    passed: &'a SkipCounter,
    pub(in crate::source) outcome: ReadOutcome,
    /// The offset up to which whole lines were dealt with, in bytes.
    pub(super) end: u64,
    number: u64,
    /// Whether the last line is an incomplete object without a line end.
    incomplete: bool,
}

impl<'a> JsonReading<'a> {
    pub(in crate::source) fn new(name: &'a str, since: &SyncContext<'a>) -> Self {
        let known = since.known.all("");
        let outcome = ReadOutcome::default();
        Self { name, now: since.now, known, passed: since.skipped, outcome, end: 0, number: 0, incomplete: false }
    }

    pub(in crate::source) fn lines(&mut self, mut reader: impl BufRead, each: &mut EventSink<'_>) -> io::Result<()> {
        let mut line = Vec::new();
        loop {
            line.clear();
            let limit = JSON_LINE_BYTES as u64 + 1;
            let read = (&mut reader).take(limit).read_until(b'\n', &mut line)?;
            if read == 0 {
                return Ok(());
            }
            self.number += 1;
            let whole = line.last() == Some(&b'\n');
            let mut length = read as u64;
            if !whole && length == limit {
                length += skip_line(&mut reader)?;
                self.report(format!("longer than {JSON_LINE_BYTES} bytes"));
            } else if !line.trim_ascii().is_empty() {
                match self.line(&line, each) {
                    Ok(ControlFlow::Continue(())) => {}
                    Ok(ControlFlow::Break(())) => return Ok(()),
                    Err(mistake) if !whole && mistake.is_incomplete() => {
                        self.incomplete = true;
                        return Ok(());
                    }
                    Err(mistake) => self.report(mistake.to_string()),
                }
            }
            self.end += length;
        }
    }

    /// Counts an incomplete last line as a problem, where nobody is going to write the rest.
    pub(in crate::source) fn report_incomplete(&mut self) {
        if std::mem::take(&mut self.incomplete) {
            self.report("cut short: the rest of the line is missing".to_owned());
        }
    }

    fn report(&mut self, what: String) {
        self.outcome.problems.add(format!("line {}", self.number), what);
    }

    fn line(&mut self, line: &[u8], each: &mut EventSink<'_>) -> Result<ControlFlow<()>, LineError> {
        let mut said = Line::read(&text(line))?;
        match said.take_position() {
            Ok(None) => {}
            Ok(position) => self.outcome.position = position,
            Err(mistake) => self.report(mistake.to_string()),
        }
        let external = said.external_id.take().filter(|id| !id.trim().is_empty());
        let digest = || hex(Sha256::digest(line.trim_ascii()).get(..16).unwrap_or_default());
        let key = external.clone().unwrap_or_else(digest);
        let mut defects = Vec::new();
        let raw = match said.said {
            LineContent::Nothing => return Ok(ControlFlow::Continue(())),
            _ if self.known.contains(&key) => {
                self.outcome.skipped += 1;
                self.passed.add(1, line.len() as u64);
                return Ok(ControlFlow::Continue(()));
            }
            LineContent::Original(raw) => raw,
            LineContent::Parts(parts) => {
                let sent = read("sent_at", said.sent_at.as_ref(), &mut defects);
                self.compose(&parts, external.as_deref(), sent)
            }
        };
        // The store counts the bytes of the message itself; here, only the rest of the line is counted.
        self.passed.add(0, line.len().saturating_sub(raw.len()) as u64);
        let received = read("received", said.received.as_ref(), &mut defects);
        let received = received.or_else(|| instant(said.sent_at.as_ref()?));
        let received = received.map_or(self.now, |time| time.min(self.now));
        self.known.insert(key.clone());
        let copy = FoundCopy { flags: said.read.into(), ..FoundCopy::new(Location::without_folder(key), received) };
        Ok(each(FetchedMessage { raw, copy, defects }.into()))
    }

    fn compose(&self, parts: &Parts, external_id: Option<&str>, sent_at: Option<DateTime<Utc>>) -> Vec<u8> {
        mail::compose(&mail::Script {
            source: self.name,
            sender: parts.sender.as_deref().unwrap_or_default(),
            subject: parts.subject.as_deref().unwrap_or_default(),
            body: parts.body.as_deref().unwrap_or_default(),
            html: false,
            external_id,
            sent_at,
            thread: parts.thread.as_deref(),
            link: parts.link.as_deref(),
            list: parts.list.as_deref(),
        })
    }
}

/// The time in a field. If it can't be read, that is a defect of the message.
fn read(field: &str, time: Option<&Time>, defects: &mut Vec<Defect>) -> Option<DateTime<Utc>> {
    let read = time.and_then(instant);
    if time.is_some() && read.is_none() {
        let what = format!("`{field}` is no time of the years 1900 to 9999; the time of arrival counts");
        defects.push(Defect::Other(what));
    }
    read
}

/// Skips the rest of a line; returns its length.
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
