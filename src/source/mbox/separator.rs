//! The lines that separate the messages of an mbox, as programs write them, and how they differ from text that looks
//! like one.

use chrono::{DateTime, Utc};

use crate::mail;

/// What follows `From ` in the line. The lines below it do not matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A sender and the date of a postmark, nothing else.
    Dated(DateTime<Utc>),
    /// Words that can be read as a date; they may also be a sentence.
    Loose(DateTime<Utc>),
    /// Nothing, or one word, as Thunderbird writes it: `From ` and `From -`.
    Bare,
    /// What `git format-patch` writes: the name of a commit, and a date that is always the same.
    Patch,
    /// Words without a date.
    Words,
}

/// The date of every patch that git writes as mail.
const PATCH: &str = "Mon Sep 17 00:00:00 2001";
/// The largest length of a postmark.
const LINE_BYTES: usize = 400;
/// The words of a postmark's date: weekday, month, day, time, zone, year, and one more for a zone that is written
/// twice.
const DATE_WORDS: usize = 7;

impl Shape {
    /// The shape of a line; `None` if it is no separator.
    pub(super) fn of(line: &[u8]) -> Option<Self> {
        let rest = line.strip_prefix(b"From ")?;
        let rest = String::from_utf8_lossy(rest.get(..rest.len().min(LINE_BYTES))?).trim().to_owned();
        let Some((sender, date)) = rest.split_once(' ') else { return Some(Self::Bare) };
        let date = date.trim();
        if date == PATCH && is_commit(sender) {
            return Some(Self::Patch);
        }
        // Postmarks that came over UUCP end with these words.
        let date = date.split(" remote from ").next().unwrap_or(date);
        if !date.contains(':') {
            return Some(Self::Words);
        }
        Some(match mail::date(date) {
            Some(time) if is_postmark(sender, date) => Self::Dated(time),
            Some(time) => Self::Loose(time),
            None => Self::Words,
        })
    }

    pub(super) fn time(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Dated(time) | Self::Loose(time) => Some(time),
            Self::Bare | Self::Patch | Self::Words => None,
        }
    }
}

fn is_commit(word: &str) -> bool {
    (7..=64).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether the words are a date with a sender before it: one word, or several that hold an address or quotes.
fn is_postmark(first: &str, rest: &str) -> bool {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let date = words.iter().rposition(|word| !is_date_word(word)).map_or(0, |at| at + 1);
    let sender = first.contains(['"', '@', '<']) || words.iter().take(date).any(|word| word.contains('@'));
    (2..=DATE_WORDS).contains(&(words.len() - date)) && (date == 0 || sender)
}

fn is_date_word(word: &str) -> bool {
    const NAMES: [&str; 19] = [
        "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
        "oct", "nov", "dec",
    ];
    let word = word.trim_end_matches([',', '.']);
    let named = word.get(..3).is_some_and(|start| NAMES.iter().any(|name| name.eq_ignore_ascii_case(start)));
    let zone = word.len() <= 5 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let number = word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().all(|byte| byte.is_ascii_digit() || b":.+-/TZ".contains(&byte));
    (named && word.len() <= 9 && word.bytes().all(|byte| byte.is_ascii_alphabetic())) || zone || number
}

/// What stands below a line that may be a separator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LinesBelow {
    /// Text.
    Text,
    /// Nothing: the stream ends.
    Nothing,
    /// An empty line: a message without a header.
    Blank,
    /// One line that could be a header field, and then text.
    Line,
    /// Header fields, as far as the lines are looked at.
    Field,
    /// Header fields, among them one that only mail has.
    Header,
}

/// How many bytes after a line are looked at.
pub(super) const FOLLOWING: usize = 4 * 1024;

const FIELDS: [&str; 25] = [
    "from",
    "to",
    "cc",
    "bcc",
    "subject",
    "date",
    "message-id",
    "received",
    "return-path",
    "reply-to",
    "sender",
    "mime-version",
    "content-type",
    "delivered-to",
    "x-mozilla-status",
    "x-mozilla-keys",
    "x-account-key",
    "x-uidl",
    "status",
    "x-status",
    "references",
    "in-reply-to",
    "dkim-signature",
    "content-transfer-encoding",
    "list-id",
];

impl LinesBelow {
    pub(super) fn of(next: &[u8]) -> Self {
        let mut found = Self::Nothing;
        let mut known = false;
        for (at, line) in next.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let whole = line.last() == Some(&b'\n');
            let line = line.trim_ascii_end();
            let folded = line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
            if line.is_empty() {
                found = if at == 0 { Self::Blank } else { found };
                break;
            }
            // Programs leave older postmarks above a header in this form.
            if line.starts_with(b">From ") || (folded && at > 0) {
                continue;
            }
            match field(line) {
                Some(name) => {
                    known |= FIELDS.iter().any(|field| field.as_bytes().eq_ignore_ascii_case(name));
                    found = found.max(Self::Field);
                }
                // The line is cut off where the bytes to look at end, or it is still being written.
                None if !whole && is_name(line) => return found.max(Self::Field),
                None => return if found == Self::Field { Self::Line } else { Self::Text },
            }
        }
        if known { Self::Header } else { found }
    }
}

/// The name of the header field that begins in the line.
fn field(line: &[u8]) -> Option<&[u8]> {
    let name = line.split(|byte| *byte == b':').next().filter(|name| name.len() < line.len())?;
    let name = name.trim_ascii_end();
    is_name(name).then_some(name)
}

fn is_name(name: &[u8]) -> bool {
    name.len() <= 76 && name.first().is_some_and(u8::is_ascii_alphabetic) && name.iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::{LinesBelow, Shape};

    fn shape(line: &str) -> &'static str {
        match Shape::of(line.as_bytes()) {
            Some(Shape::Dated(_)) => "dated",
            Some(Shape::Loose(_)) => "loose",
            Some(Shape::Bare) => "bare",
            Some(Shape::Patch) => "patch",
            Some(Shape::Words) => "words",
            None => "none",
        }
    }

    #[test]
    fn postmarks_are_told_from_sentences() {
        for (line, expected) in [
            ("From ann@a.example Mon Nov 23 10:00:00 2026\n", "dated"),
            ("From - Sat Apr 12 2025 15:59:28\r\n", "dated"),
            ("From ???@??? Mon Nov 23 10:00:00 2026\n", "dated"),
            ("From 1770@xxx Mon Nov 23 10:00:00 +0000 2026\n", "dated"),
            ("From ann Mon Nov 23 10:00 PST 2026 remote from site\n", "dated"),
            ("From \"Ann B\"@a.example Mon Nov 23 10:00:00 2026\n", "dated"),
            ("From Ann <ann@a.example> Mon Nov 23 10:00:00 2026\n", "dated"),
            ("From ann@a.example 2026-11-23 10:00:00\n", "dated"),
            ("From \n", "bare"),
            ("From -\r\n", "bare"),
            ("From x\n", "bare"),
            ("From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\n", "patch"),
            ("From what I heard on 5 Jan 2024 at 10:00 they left\n", "loose"),
            ("From the meeting on Mon, 5 Jan 2024 10:00\n", "loose"),
            ("From memory: it was Monday\n", "words"),
            ("From here on\n", "words"),
            ("From: Ann\n", "none"),
            ("Fromage\n", "none"),
        ] {
            assert_eq!(shape(line), expected, "{line}");
        }
    }

    #[test]
    fn a_header_is_told_from_text() {
        for (next, expected) in [
            ("From: a@b.example\nX-A: 1\n folded\n\ntext\n", LinesBelow::Header),
            ("X-A: 1\n\n", LinesBelow::Field),
            (">From - Sat Apr 12 2025 15:59:28\nSubject: x\n\n", LinesBelow::Header),
            ("Subject: x\nand then some words\n", LinesBelow::Line),
            ("words\n", LinesBelow::Text),
            ("10:30 we met\n", LinesBelow::Text),
            ("\nSubject: x\n", LinesBelow::Blank),
            ("Subj", LinesBelow::Field),
            ("", LinesBelow::Nothing),
        ] {
            assert_eq!(LinesBelow::of(next.as_bytes()), expected, "{next}");
        }
    }
}
