//! The base address of links in a feed, and the files that an entry links to.

use std::borrow::Cow;

use super::address::joined;
use super::entry::{ATTACHED, Entry};
use super::markup::XmlElement;
use super::namespace::Namespace;

/// The base address of relative links in an element (XML Base).
pub(super) fn inner_base<'b>(base: &'b str, element: &XmlElement) -> Cow<'b, str> {
    match element.attribute("xml:base").and_then(|own| joined(base, own)) {
        Some(own) => Cow::Owned(own),
        None => Cow::Borrowed(base),
    }
}

/// Takes the addresses of audio, video and images from an element of Media RSS and from the elements in it.
pub(super) fn media(element: &XmlElement, base: &str, entry: &mut Entry) {
    if element.name == "content" {
        let player =
            || element.children().find(|child| child.namespace == Namespace::MediaRss && child.name == "player");
        let url = element.attribute("url").or_else(|| player()?.attribute("url"));
        attach(entry, url.and_then(|url| joined(base, url)));
    }
    for inner in element.children().filter(|inner| inner.namespace == Namespace::MediaRss) {
        media(inner, base, entry);
    }
}

/// Adds the address of a file to an entry, unless it is there already.
pub(super) fn attach(entry: &mut Entry, address: Option<String>) {
    if let Some(address) =
        address.filter(|address| entry.attached.len() < ATTACHED && !entry.attached.contains(address))
    {
        entry.attached.push(address);
    }
}
