//! Reads the bytes of a feed, in any of the formats. No single entry is refused: a field that is missing is empty. A document
//! beyond the limits is refused as a whole.

use super::address::ADDRESS_BYTES;
use super::entry::{ATTACHED, Entry, NoFeed, Read, bare, cut};
use super::{json, xml};
use crate::domain::limits::{HTML_BYTES, NAME_BYTES, SUBJECT_BYTES};
use crate::mail;

/// Reads a feed. `url` is the address of the feed, from which relative links are resolved. `charset` is the character set that
/// the server named.
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

/// The entry with its texts within their limits, and with the addresses of its files at the end of the body.
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
