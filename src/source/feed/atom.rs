//! Entries of Atom 1.0 (RFC 4287), and of Atom 0.3, which has other names for the dates and other types of content.

use chrono::{DateTime, Utc};

use super::address::joined;
use super::entry::{Entry, bare};
use super::links::{attach, inner_base, media};
use super::markup::XmlElement;
use super::namespace::Namespace;
use crate::domain::limits::SUBJECT_BYTES;
use crate::mail;

/// Reads an `entry`. Its relative links are resolved from `base`.
pub(super) fn entry(element: &XmlElement, base: &str) -> Entry {
    let base = &inner_base(base, element);
    let mut entry = Entry::default();
    let (mut content, mut summary) = (None, None);
    let mut updated = None;
    for child in element.children() {
        let base = &inner_base(base, child);
        match (child.namespace, child.name.as_str()) {
            (Namespace::Atom, "id") => entry.id = Some(child.text()).filter(|id| !id.is_empty()),
            (Namespace::Atom, "title") => entry.title = line(child),
            (Namespace::Atom, "link") => link(child, base, &mut entry),
            (Namespace::Atom, "author") if entry.author.is_empty() => entry.author = person(child).unwrap_or_default(),
            (Namespace::Atom, "published" | "issued" | "created" | "pubDate") => {
                entry.date = date(child).or(entry.date);
            }
            (Namespace::Atom, "updated" | "modified") => updated = date(child).or(updated),
            (Namespace::Atom, "content") => content = text(child),
            (Namespace::Atom, "summary") => summary = text(child),
            (Namespace::MediaRss, _) => media(child, base, &mut entry),
            _ => {}
        }
    }
    entry.date = entry.date.or(updated);
    let written = |text: &(String, bool)| !text.0.is_empty();
    (entry.body, entry.html) = content.filter(written).or(summary).unwrap_or_default();
    entry
}

fn link(element: &XmlElement, base: &str, entry: &mut Entry) {
    let address = || joined(base, element.attribute("href")?);
    match element.attribute("rel").unwrap_or("alternate") {
        "alternate" => entry.link = entry.link.take().or_else(address),
        "enclosure" => attach(entry, address()),
        _ => {}
    }
}

fn date(element: &XmlElement) -> Option<DateTime<Utc>> {
    mail::date(&element.text())
}

/// A text construct or content (§3.1, §4.1.3), and whether it is HTML. `None` if it is not a text.
fn text(element: &XmlElement) -> Option<(String, bool)> {
    let kind = element.attribute("type").unwrap_or("text").trim().to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim_end();
    let inline = element.has_children();
    match kind {
        "xhtml" | "application/xhtml+xml" => Some((element.inner_html(), true)),
        _ if element.attribute("mode") == Some("base64") => None,
        "html" | "text/html" => Some(read(element, inline, true)),
        // An unknown type without a slash is read as text. Every other media type is a file.
        _ if kind.starts_with("text/") || !kind.contains('/') => Some(read(element, inline, false)),
        _ => None,
    }
}

/// A text with elements in it is HTML that should have been escaped.
fn read(element: &XmlElement, inline: bool, html: bool) -> (String, bool) {
    if inline { (element.inner_html(), true) } else { (element.text(), html) }
}

/// A text construct on one line.
pub(super) fn line(element: &XmlElement) -> String {
    match text(element) {
        Some((text, true)) => bare(&text, true, SUBJECT_BYTES),
        Some((text, false)) => text,
        None => String::new(),
    }
}

/// The name of a person (§3.2).
pub(super) fn person(element: &XmlElement) -> Option<String> {
    let name = element.children().find(|child| child.name == "name").map(XmlElement::text);
    name.filter(|name| !name.is_empty())
}
