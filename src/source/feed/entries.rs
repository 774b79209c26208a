//! The bytes of a feed as entries, whichever of the formats they are in. Nothing in them is refused one by one: what is
//! missing is empty. What would cost more than a feed is worth is refused as a whole.

use std::panic::catch_unwind;

use chrono::{DateTime, Utc};

use super::{json, measure, xml};
use crate::domain::limits::{HTML_BYTES, NAME_BYTES, SUBJECT_BYTES};
use crate::mail;

/// Addresses of sounds and pictures that end an entry.
const ATTACHED: usize = 10;
/// A longer address leads nowhere.
const LINK_BYTES: usize = 4 * 1024;

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

/// Reads a feed. `url` is where it was found: what its links are meant from.
pub(super) fn read(bytes: &[u8], url: &str) -> Result<Read, NoFeed> {
    let start = bytes.iter().find(|byte| matches!(byte, b'<' | b'{'));
    let read = match start {
        Some(b'{') => json::read(bytes)?,
        Some(_) => {
            measure::within_reason(bytes)?;
            catch_unwind(|| xml::read(bytes, url)).unwrap_or(Err(NoFeed::Broken))?
        }
        None => return Err(NoFeed::Other),
    };
    let entries = read.entries.into_iter().map(tidy).collect();
    Ok(Read { title: bare(&read.title, false, NAME_BYTES), entries, ..read })
}

/// The same entry with nothing in it that is larger than it needs to be, and what is attached told at its end.
fn tidy(entry: Entry) -> Entry {
    let mut body = entry.body;
    cut(&mut body, HTML_BYTES);
    for address in entry.attached.iter().filter(|address| is_link(address)).take(ATTACHED) {
        let end = if entry.html {
            let address = mail::html_text(address);
            format!("<p><a href=\"{address}\">{address}</a></p>\n")
        } else {
            format!("\n{address}\n")
        };
        body.push_str(&end);
    }
    let title = bare(&entry.title, false, SUBJECT_BYTES);
    Entry {
        title: if title.is_empty() { "(no title)".to_owned() } else { title },
        author: bare(&entry.author, false, NAME_BYTES),
        link: entry.link.filter(|link| is_link(link)),
        body,
        attached: Vec::new(),
        ..entry
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

fn is_link(address: &str) -> bool {
    let web = address.starts_with("https://") || address.starts_with("http://");
    web && address.len() <= LINK_BYTES && !address.chars().any(|c| c.is_whitespace() || c.is_control())
}

fn cut(text: &mut String, most: usize) {
    text.truncate(text.floor_char_boundary(most));
}
