//! The messages of an mbox, one by one: where each begins and ends. Their quoting is removed.
//!
//! A message begins with a separator (`From ann@example.org Mon Jan  1 10:00:00 2024`); `style` and `separator` decide
//! which lines are separators. Quoted lines (`>From `) lose one `>`, as mboxrd has it; for mboxo the result is the
//! same, except for lines that the author had quoted. A Content-Length (mboxcl2) counts only if a separator or the end
//! of the mbox is at the place that it gives.

use std::io::{self, BufRead};

use chrono::{DateTime, Utc};

use super::lines::LineReader;
use super::separator::{FOLLOWING, LinesBelow, Shape};
use super::style::{LineBefore, Spacing, Style, first_line};
use crate::domain::limits::{HEADER_BLOCK_BYTES, HEADER_FIELD_BYTES, MESSAGE_BYTES};
use crate::mail;

pub(super) struct MboxMessage {
    pub(super) raw: Vec<u8>,
    /// The time in the separator.
    pub(super) time: Option<DateTime<Utc>>,
    /// The offset of the message in the file, its separator included.
    pub(super) start: u64,
    /// Whether the last line has a line end.
    pub(super) ended: bool,
}

/// A separator that was read: it belongs to the next message.
struct Separator {
    time: Option<DateTime<Utc>>,
    start: u64,
    gap: Gap,
}

/// How a separator was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// It is the first separator.
    First,
    Between(LineBefore),
    /// A Content-Length gave its place.
    Counted,
}

pub(super) struct Splitter<R> {
    lines: LineReader<R>,
    line: Vec<u8>,
    style: Style,
    next: Option<Separator>,
    begun: bool,
}

/// The stream begins with something that is not an mbox.
#[derive(Debug)]
pub(super) struct NoMbox;

/// What is known of the header of the message that is being read.
struct Header {
    over: bool,
    /// The boundary line that ends its last part.
    last_boundary: Option<Vec<u8>>,
}

impl<R: BufRead> Splitter<R> {
    /// Starts at an offset in an mbox of this style.
    pub(super) fn new(reader: R, offset: u64, style: Style) -> Self {
        let mut lines = LineReader::new(reader, offset);
        if style.returns {
            lines.end_with_returns();
        }
        Self { lines, line: Vec::new(), style, next: None, begun: false }
    }

    /// Reads a stream. Only its first line decides its style, because a slow stream is not waited for.
    pub(super) fn of_stream(reader: R) -> io::Result<Self> {
        let mut lines = LineReader::new(reader, 0);
        let style = Style::of_first_line(lines.peek(FOLLOWING, |held| first_line(held).len() < held.len())?);
        if style.returns {
            lines.end_with_returns();
        }
        Ok(Self { lines, line: Vec::new(), style, next: None, begun: false })
    }

    /// The offset of what is read next.
    pub(super) fn offset(&self) -> u64 {
        self.lines.offset
    }

    /// How the separator of the next message was found; `None` if there is no next message.
    pub(super) fn gap(&self) -> Option<Gap> {
        self.next.as_ref().map(|next| next.gap)
    }

    /// The next message; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Result<Option<MboxMessage>, NoMbox>> {
        if !std::mem::replace(&mut self.begun, true) {
            match self.first()? {
                Ok(true) => {}
                Ok(false) => return Ok(Ok(None)),
                Err(no) => return Ok(Err(no)),
            }
        }
        let Some(Separator { time, start, .. }) = self.next.take() else { return Ok(Ok(None)) };
        let mut found = MboxMessage { raw: Vec::new(), time, start, ended: true };
        let mut header = Header { over: false, last_boundary: None };
        let mut before = LineBefore::Text;
        while let Some(begins) = self.lines.next(&mut self.line)? {
            if begins && self.is_next(before, &header, &found)? {
                break;
            }
            found.ended = self.line.last() == Some(&b'\n');
            let blank = begins && matches!(self.line.as_slice(), b"\n" | b"\r\n");
            before = header.before(blank, begins, &self.line);
            let line = if begins && header.over { unquoted(&self.line) } else { &self.line };
            keep(&mut found.raw, line);
            if !header.over && blank {
                header = Header { over: true, last_boundary: last_boundary(&found.raw) };
                if let Some(length) = mail::content_length(&found.raw).filter(|length| *length <= MESSAGE_BYTES)
                    && self.counted(length, &mut found.raw)?
                {
                    found.ended = true;
                    return Ok(Ok(Some(found)));
                }
            }
            header.over |= found.raw.len() >= HEADER_BLOCK_BYTES * 4;
        }
        if self.style.spacing != Spacing::None {
            without_blank(&mut found.raw);
        }
        Ok(Ok(Some(found)))
    }

    /// Skips to the first separator. The stream is no mbox if anything other than empty lines stands before it, or,
    /// when reading goes on in the middle, if the line would not separate two messages there.
    fn first(&mut self) -> io::Result<Result<bool, NoMbox>> {
        while self.lines.next(&mut self.line)?.is_some() {
            let start = self.lines.offset - self.line.len() as u64;
            if start == 0 && self.line.starts_with(b"\xEF\xBB\xBF") {
                self.line.drain(..3);
            }
            if let Some(shape) = Shape::of(&self.line) {
                let follows = LinesBelow::of(self.lines.peek(FOLLOWING, has_header)?);
                if start > 0 && self.style.spacing != Spacing::Unknown {
                    let separates = self.style.separates(shape, LineBefore::Blank, follows);
                    if !separates {
                        return Ok(Err(NoMbox));
                    }
                }
                self.next = Some(Separator { time: shape.time(), start, gap: Gap::First });
                return Ok(Ok(true));
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(Err(NoMbox));
            }
        }
        Ok(Ok(false))
    }

    /// Whether the line is the separator of the next message.
    fn is_next(&mut self, before: LineBefore, header: &Header, found: &MboxMessage) -> io::Result<bool> {
        // Older postmarks may stand above a header. And where no empty line separates, a message may consist of a
        // header alone.
        if !header.over && (found.raw.is_empty() || self.style.spacing == Spacing::Blank) {
            return Ok(false);
        }
        let Some(shape) = Shape::of(&self.line) else { return Ok(false) };
        let follows = LinesBelow::of(self.lines.peek(FOLLOWING, has_header)?);
        if !self.style.separates(shape, before, follows) {
            return Ok(false);
        }
        let start = self.lines.offset - self.line.len() as u64;
        self.next = Some(Separator { time: shape.time(), start, gap: Gap::Between(before) });
        Ok(true)
    }

    /// Reads a body of this length, if a separator or the end follows it. Otherwise nothing is read, and the bytes are
    /// read by lines afterwards, so that a false length costs no more time than a true one.
    fn counted(&mut self, length: usize, raw: &mut Vec<u8>) -> io::Result<bool> {
        let ahead = self.lines.peek(length + FOLLOWING, |held| {
            held.get(length..).is_some_and(|behind| behind.trim_ascii_start().contains(&b'\n'))
        })?;
        let Some(mut behind) = ahead.get(length..) else { return Ok(false) };
        let mut blank = 0;
        for _ in 0..2 {
            let end = [&b"\n"[..], b"\r\n"].into_iter().find(|end| behind.starts_with(end)).unwrap_or_default();
            blank += end.len();
            behind = behind.get(end.len()..).unwrap_or_default();
        }
        let line = behind.split_inclusive(|byte| *byte == b'\n').next();
        let Some(shape) = line.map_or(Some(None), |line| Shape::of(line).map(Some)) else { return Ok(false) };
        keep(raw, self.lines.take(length));
        self.lines.take(blank);
        let start = self.lines.offset;
        if let Some(shape) = shape {
            while self.lines.next(&mut self.line)?.is_some_and(|_| self.line.last() != Some(&b'\n')) {}
            self.next = Some(Separator { time: shape.time(), start, gap: Gap::Counted });
        }
        Ok(true)
    }
}

impl Header {
    /// What kind of line this is, seen from the line below it.
    fn before(&self, blank: bool, begins: bool, line: &[u8]) -> LineBefore {
        let last = || self.last_boundary.as_deref().is_some_and(|last| line.trim_ascii_end() == last);
        match blank {
            true => LineBefore::Blank,
            false if begins && last() => LineBefore::LastBoundary,
            false => LineBefore::Text,
        }
    }
}

/// Whether the empty line after a header is there.
fn has_header(held: &[u8]) -> bool {
    held.windows(3).any(|window| window.starts_with(b"\n\n") || window == b"\n\r\n")
}

/// The line that ends the last part of a message with this header (RFC 2046 §5.1.1).
fn last_boundary(header: &[u8]) -> Option<Vec<u8>> {
    const NAME: &[u8] = b"boundary=";
    let header = header.get(..HEADER_FIELD_BYTES).unwrap_or(header);
    let at = header.windows(NAME.len()).position(|window| window.eq_ignore_ascii_case(NAME))?;
    let value = header.get(at + NAME.len()..)?;
    let value = match value.strip_prefix(b"\"") {
        Some(quoted) => quoted.split(|byte| *byte == b'"').next()?,
        None => value.split(|byte| byte.is_ascii_whitespace() || *byte == b';').next()?,
    };
    (!value.is_empty()).then(|| [b"--", value, b"--"].concat())
}

/// Removes the empty line before a separator, which belongs to the mbox.
fn without_blank(raw: &mut Vec<u8>) {
    let kept = raw.strip_suffix(b"\n").map(|raw| raw.strip_suffix(b"\r").unwrap_or(raw));
    if let Some(kept) = kept.filter(|raw| raw.last() == Some(&b'\n')).map(<[u8]>::len) {
        raw.truncate(kept);
    }
}

/// Appends bytes, up to the largest size that is kept of a message.
fn keep(raw: &mut Vec<u8>, bytes: &[u8]) {
    let room = (MESSAGE_BYTES + 1).saturating_sub(raw.len());
    raw.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
}

fn unquoted(line: &[u8]) -> &[u8] {
    let quotes = line.iter().take_while(|byte| **byte == b'>').count();
    match line.get(quotes..) {
        Some(rest) if quotes > 0 && rest.starts_with(b"From ") => line.get(1..).unwrap_or(line),
        _ => line,
    }
}

#[cfg(test)]
mod tests;
