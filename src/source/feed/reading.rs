//! The bytes of a feed as entries, whichever of the formats they are in. Nothing in them is refused one by one: what is
//! missing is empty. What would cost more than a feed is worth is refused as a whole.

use super::address::ADDRESS_BYTES;
use super::entry::{ATTACHED, Entry, NoFeed, Read, bare, cut};
use super::{json, xml};
use crate::domain::limits::{HTML_BYTES, NAME_BYTES, SUBJECT_BYTES};
use crate::mail;

/// Reads a feed. `url` is where it was found: what its links are meant from. `charset` is what its server says that it is
/// written in.
pub(super) fn read(bytes: &[u8], url: &str, charset: Option<&str>) -> Result<Read, NoFeed> {
    let start = bytes.iter().find(|byte| matches!(byte, b'<' | b'{'));
    let read = match start {
        Some(b'{') => json::read(bytes)?,
        Some(_) => xml::read(bytes, url, charset)?,
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

fn is_link(address: &str) -> bool {
    let web = address.starts_with("https://") || address.starts_with("http://");
    web && address.len() <= ADDRESS_BYTES && !address.chars().any(|c| c.is_whitespace() || c.is_control())
}
