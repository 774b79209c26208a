//! An mbox's messages, one by one: where each begins and ends, and its quoting undone.
//!
//! A message begins with a postmark (`From ann@example.org Mon Jan  1 10:00:00 2024`) at the start or after an empty
//! line. Quoted lines (`>From `) lose one mark, as mboxrd has it; what mboxo makes of them is the same but for lines
//! that were quoted by hand. A Content-Length (mboxcl2) counts only when a postmark or the end follows where it says.

use std::io::{self, BufRead};

use chrono::{DateTime, Utc};

use super::lines::Lines;
use crate::domain::limits::{HEADER_BLOCK_BYTES, MESSAGE_BYTES};
use crate::mail;

pub(super) struct Found {
    pub(super) raw: Vec<u8>,
    /// The postmark's time.
    pub(super) time: Option<DateTime<Utc>>,
    /// Where the message begins in the file, its postmark included.
    pub(super) start: u64,
    /// Whether the last line is whole.
    pub(super) ended: bool,
}

pub(super) struct Splitter<R> {
    lines: Lines<R>,
    line: Vec<u8>,
    /// The postmark of the next message and where it stands.
    next: Option<(Option<DateTime<Utc>>, u64)>,
    begun: bool,
    /// Bytes that were read for nothing because a Content-Length lied.
    wasted: usize,
}

/// Lies of this many bytes are looked into; then no length in this mbox is believed.
const WASTE: usize = 2 * MESSAGE_BYTES;

/// What a stream begins with when it is no mbox.
#[derive(Debug)]
pub(super) struct NoMbox;

impl<R: BufRead> Splitter<R> {
    pub(super) fn new(reader: R, offset: u64) -> Self {
        Self { lines: Lines::new(reader, offset), line: Vec::new(), next: None, begun: false, wasted: 0 }
    }

    /// Where reading stands.
    pub(super) fn offset(&self) -> u64 {
        self.lines.offset
    }

    /// The next message, `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Result<Option<Found>, NoMbox>> {
        if !std::mem::replace(&mut self.begun, true) {
            match self.first()? {
                Ok(true) => {}
                Ok(false) => return Ok(Ok(None)),
                Err(no) => return Ok(Err(no)),
            }
        }
        let Some((time, start)) = self.next.take() else { return Ok(Ok(None)) };
        let mut found = Found { raw: Vec::new(), time, start, ended: true };
        let (mut blank, mut header) = (false, true);
        while let Some(begins) = self.lines.next(&mut self.line)? {
            if begins && blank && self.is_next(header) {
                break;
            }
            found.ended = self.line.last() == Some(&b'\n');
            blank = begins && matches!(self.line.as_slice(), b"\n" | b"\r\n");
            let line = if begins && !header { unquoted(&self.line) } else { &self.line };
            keep(&mut found.raw, line);
            if header && blank {
                header = false;
                if let Some(length) = mail::content_length(&found.raw).filter(|length| *length <= MESSAGE_BYTES)
                    && let Some(body) = self.counted(length)?
                {
                    keep(&mut found.raw, &body);
                    found.ended = true;
                    return Ok(Ok(Some(found)));
                }
            }
            header &= found.raw.len() < HEADER_BLOCK_BYTES * 4;
        }
        // The empty line before a postmark belongs to the mbox.
        let kept = found.raw.strip_suffix(b"\n").map(|raw| raw.strip_suffix(b"\r").unwrap_or(raw));
        if let Some(kept) = kept.filter(|raw| raw.last() == Some(&b'\n')).map(<[u8]>::len) {
            found.raw.truncate(kept);
        }
        Ok(Ok(Some(found)))
    }

    /// Skips to the first postmark. What stands before it other than empty lines makes the stream no mbox.
    fn first(&mut self) -> io::Result<Result<bool, NoMbox>> {
        while self.lines.next(&mut self.line)?.is_some() {
            let start = self.lines.offset - self.line.len() as u64;
            if let Some(rest) = self.line.strip_prefix(b"From ") {
                // The first postmark may lack its time: nothing else can stand here.
                self.next = Some((postmark_time(rest), start));
                return Ok(Ok(true));
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(Err(NoMbox));
            }
        }
        Ok(Ok(false))
    }

    /// Whether the line is the postmark of a next message.
    fn is_next(&mut self, header: bool) -> bool {
        let Some(time) = self.line.strip_prefix(b"From ").and_then(postmark_time).filter(|_| !header) else {
            return false;
        };
        self.next = Some((Some(time), self.lines.offset - self.line.len() as u64));
        true
    }

    /// The body of this length, if a postmark or the end follows; else nothing is read.
    fn counted(&mut self, length: usize) -> io::Result<Option<Vec<u8>>> {
        if self.wasted > WASTE {
            return Ok(None);
        }
        let body = self.lines.bytes(length)?;
        let mut behind = Vec::new();
        let mut true_end = body.len() == length;
        while true_end {
            let Some(_) = self.lines.next(&mut self.line)? else { break };
            if let Some(time) = self.line.strip_prefix(b"From ").and_then(postmark_time) {
                self.next = Some((Some(time), self.lines.offset - self.line.len() as u64));
                return Ok(Some(body));
            }
            behind.extend_from_slice(&self.line);
            true_end = matches!(self.line.as_slice(), b"\n" | b"\r\n") && behind.len() <= 4;
        }
        if true_end {
            return Ok(Some(body));
        }
        self.wasted += body.len();
        self.lines.put_back(&[body, behind].concat());
        Ok(None)
    }
}

/// Appends as far as a message is kept.
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

/// The time of a postmark, given what follows `From `: the sender, which is not read, and a date.
fn postmark_time(rest: &[u8]) -> Option<DateTime<Utc>> {
    let text = std::str::from_utf8(rest.get(..rest.len().min(400))?).ok()?;
    let (_, date) = text.trim().split_once(' ')?;
    if !date.contains(':') {
        return None;
    }
    mail::date(date)
}

#[cfg(test)]
mod tests {
    use super::Splitter;

    fn split(text: &str) -> Vec<String> {
        let mut splitter = Splitter::new(text.as_bytes(), 0);
        let mut found = Vec::new();
        while let Some(message) = splitter.next().unwrap().unwrap() {
            found.push(String::from_utf8(message.raw).unwrap());
        }
        found
    }

    const MARK: &str = "From ann@a.example Mon Jan  1 10:00:00 2024\n";

    #[test]
    fn messages_begin_at_postmarks_after_an_empty_line() {
        let text = format!(
            "{MARK}Subject: a\n\nbody\nFrom here on\n\nFrom now on: 1:2\n\n{MARK}Subject: b\n\n>From x\n>>From y\n"
        );
        assert_eq!(
            split(&text),
            ["Subject: a\n\nbody\nFrom here on\n\nFrom now on: 1:2\n", "Subject: b\n\nFrom x\n>From y\n"]
        );
    }

    #[test]
    fn a_true_length_counts_and_a_lying_one_does_not() {
        let body = format!("text\n\n{MARK}inside\n");
        let text = format!("{MARK}Content-Length: {}\n\n{body}\n{MARK}Subject: b\n\nb\n", body.len());
        assert_eq!(split(&text), [format!("Content-Length: {}\n\n{body}", body.len()), "Subject: b\n\nb\n".to_owned()]);
        let lying = text.replace(&format!("Content-Length: {}", body.len()), "Content-Length: 9");
        assert_eq!(split(&lying).len(), 3);
    }

    #[test]
    fn windows_lines_and_a_missing_last_line_end_are_read() {
        let text = format!(
            "{}Subject: a\r\n\r\nx\r\n\r\n{}Subject: b\r\n\r\ny",
            MARK.replace('\n', "\r\n"),
            MARK.replace('\n', "\r\n")
        );
        assert_eq!(split(&text), ["Subject: a\r\n\r\nx\r\n", "Subject: b\r\n\r\ny"]);
        assert_eq!(split(""), [] as [&str; 0]);
    }

    #[test]
    fn what_begins_otherwise_is_no_mbox() {
        assert!(Splitter::new(&b"Subject: a\n\nb"[..], 0).next().unwrap().is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_stream_ends(text in "(From a Mon Jan  1 10:00:00 2024\n|Content-Length: [0-9]{1,3}\n|\n|\r\n|>|From |[a-z]{0,9}\n){0,60}") {
            let mut splitter = Splitter::new(text.as_bytes(), 0);
            while let Ok(Ok(Some(_))) = splitter.next() {}
        }
    }
}
