//! What a feed and its entries are, whichever format they were read from, and why bytes are none.

use chrono::{DateTime, Utc};

use crate::mail;

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
    /// Addresses of what belongs to it.
    pub(super) attached: Vec<String>,
}

/// A feed as it was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Read {
    pub(super) title: String,
    pub(super) entries: Vec<Entry>,
    pub(super) left_out: usize,
}

/// Why it is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoFeed {
    Other,
    Broken,
    Tangled,
}

impl NoFeed {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Other => "is no feed",
            Self::Broken => "is a feed with mistakes in its notation",
            Self::Tangled => "is too tangled for a feed",
        }
    }
}

/// A text of one line. Feeds write entities where no HTML should be, so those are read everywhere.
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

/// Cuts a text to so many bytes, never within a letter.
pub(super) fn cut(text: &mut String, most: usize) {
    text.truncate(text.floor_char_boundary(most));
}
