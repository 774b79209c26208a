//! RSS of any version, and Atom (RFC 4287).

use feed_rs::model;
use feed_rs::parser::{Builder, ParseErrorKind, ParseFeedError};

use super::entries::{Entry, NoFeed, Read, bare};
use crate::domain::limits::{FEED_ENTRIES, SUBJECT_BYTES};

pub(super) fn read(bytes: &[u8], url: &str) -> Result<Read, NoFeed> {
    // What an entry without an id is known by is not left to the library, whose last resort is a number out of the air.
    let parser = Builder::new().base_uri(Some(url)).id_generator(|_, _, _| String::new()).build();
    let feed = parser.parse(bytes).map_err(|error| match error {
        ParseFeedError::ParseError(ParseErrorKind::NoFeedRoot) => NoFeed::Other,
        _ => NoFeed::Broken,
    })?;
    let left_out = feed.entries.len().saturating_sub(FEED_ENTRIES);
    let author = name_of(&feed.authors);
    let entries = feed.entries.into_iter().take(FEED_ENTRIES).map(|entry| of(entry, &author)).collect();
    Ok(Read { title: feed.title.map_or_else(String::new, line), entries, left_out })
}

fn of(entry: model::Entry, author_of_feed: &str) -> Entry {
    let author = name_of(&entry.authors);
    let (body, html) = body(entry.content, entry.summary);
    let enclosed = entry.links.iter().filter(|link| link.rel.as_deref() == Some("enclosure"));
    let media = entry.media.iter().flat_map(|media| &media.content).filter_map(|content| content.url.as_ref());
    let attached = enclosed.map(|link| link.href.clone()).chain(media.map(ToString::to_string)).collect();
    Entry {
        link: link(&entry.links),
        id: Some(entry.id).filter(|id| !id.is_empty()),
        title: entry.title.map_or_else(String::new, line),
        author: if author.is_empty() { author_of_feed.to_owned() } else { author },
        date: entry.published.or(entry.updated),
        body,
        html,
        attached,
    }
}

/// The content, where it is a text that stands in the feed; else the summary.
fn body(content: Option<model::Content>, summary: Option<model::Text>) -> (String, bool) {
    let content = content.and_then(|content| {
        let html = is_html(content.content_type.as_str());
        let text = html || content.content_type.as_str().starts_with("text/");
        content.body.filter(|body| text && !body.trim().is_empty()).map(|body| (body, html))
    });
    let summary = || summary.map(|text| (text.content, is_html(text.content_type.as_str())));
    content.or_else(summary).unwrap_or_default()
}

fn is_html(kind: &str) -> bool {
    kind.starts_with("text/html") || kind.starts_with("application/xhtml")
}

fn line(text: model::Text) -> String {
    let html = is_html(text.content_type.as_str());
    if html { bare(&text.content, true, SUBJECT_BYTES) } else { text.content }
}

fn name_of(people: &[model::Person]) -> String {
    people.first().and_then(|person| person.name.clone()).unwrap_or_default()
}

/// Where the entry itself is to be read.
fn link(links: &[model::Link]) -> Option<String> {
    let itself =
        |link: &&model::Link| link.target.is_none() && link.rel.as_deref().is_none_or(|rel| rel == "alternate");
    links.iter().find(itself).map(|link| link.href.clone())
}
