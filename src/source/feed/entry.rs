//! A feed and its entries, in one form for all formats, and the errors of reading one.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::mail;

/// How many addresses of sounds and pictures are listed at the end of an entry.
pub(super) const ATTACHED: usize = 10;

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Entry {
    pub(super) id: Option<String>,
    pub(super) title: String,
    pub(super) author: String,
    pub(super) link: Option<String>,
    pub(super) date: Option<DateTime<Utc>>,
    pub(super) body: String,
    /// Whether the body is HTML.
    pub(super) html: bool,
    /// The addresses of files that belong to the entry.
    pub(super) attached: Vec<String>,
}

/// A feed after it was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Read {
    pub(super) title: String,
    pub(super) entries: Vec<Entry>,
    /// How many entries were not read, because there were too many.
    pub(super) left_out: usize,
}

/// Why bytes are no feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoFeed {
    #[error("is no feed")]
    Other,
    /// The document is not well-formed from this position on.
    #[error("is a feed with mistakes in its notation ({0})")]
    Broken(DocumentPosition),
    /// There are too many elements, or too many within each other.
    #[error("is too large or too deeply nested for a feed ({0})")]
    TooLarge(DocumentPosition),
}

/// A place in a document; both numbers count from 1. Columns are letters, in JSON bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentPosition {
    pub line: usize,
    pub column: usize,
}

impl fmt::Display for DocumentPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

impl NoFeed {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Other => "open the address in a browser: a feed has one of its own, often linked as RSS",
            Self::Broken(_) => {
                "it is read again next time; if it stays so, tell whoever publishes it what is broken where"
            }
            Self::TooLarge(_) => "a source of kind `exec` can read it by a command of your own",
        }
    }
}

/// A text on one line, of at most `most` bytes. Many feeds write entities of HTML in plain text, so a text with entities is
/// read as HTML even if `html` is false.
pub(super) fn bare(text: &str, html: bool, most: usize) -> String {
    let mut text = text.to_owned();
    cut(&mut text, 2 * most);
    let entities = || text.split('&').skip(1).any(|after| after.split(';').next().is_some_and(is_entity));
    if html || entities() {
        text = mail::bare_text(&text);
    }
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&mut line, most);
    line
}

fn is_entity(name: &str) -> bool {
    let name = name.strip_prefix('#').unwrap_or(name);
    !name.is_empty() && name.len() <= 8 && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Shortens a text to at most `most` bytes, without cutting a character in two.
pub(super) fn cut(text: &mut String, most: usize) {
    text.truncate(text.floor_char_boundary(most));
}
