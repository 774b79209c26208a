//! JSON Feed, versions 1 and 1.1 (jsonfeed.org). Entries beyond the limit are counted and not kept in memory.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};

use super::entry::{DocumentPosition, Entry, NoFeed, Read};
use crate::domain::limits::FEED_ENTRIES;
use crate::mail;

const VERSION: &str = "https://jsonfeed.org/version/";

#[derive(Debug, Deserialize)]
struct Document {
    version: String,
    #[serde(default)]
    title: String,
    author: Option<Person>,
    #[serde(default)]
    authors: First<Person, 1>,
    #[serde(default)]
    items: First<Item, FEED_ENTRIES>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Item {
    id: Option<Id>,
    url: Option<String>,
    external_url: Option<String>,
    title: Option<String>,
    content_html: Option<String>,
    content_text: Option<String>,
    summary: Option<String>,
    date_published: Option<String>,
    date_modified: Option<String>,
    author: Option<Person>,
    authors: First<Person, 1>,
    attachments: First<Attachment, 20>,
}

/// An id should be a text; some feeds write a number.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(i64),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Person {
    name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Attachment {
    url: Option<String>,
}

/// The first elements of a list, and how many more there are.
#[derive(Debug)]
struct First<T, const MOST: usize> {
    kept: Vec<T>,
    left_out: usize,
}

impl<T, const MOST: usize> Default for First<T, MOST> {
    fn default() -> Self {
        Self { kept: Vec::new(), left_out: 0 }
    }
}

impl<'de, T: Deserialize<'de>, const MOST: usize> Deserialize<'de> for First<T, MOST> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Elements(Self::default()))
    }
}

struct Elements<T, const MOST: usize>(First<T, MOST>);

impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for Elements<T, MOST> {
    type Value = First<T, MOST>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(self.0)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Self::Value, A::Error> {
        while self.0.kept.len() < MOST {
            match list.next_element()? {
                Some(element) => self.0.kept.push(element),
                None => return Ok(self.0),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {
            self.0.left_out += 1;
        }
        Ok(self.0)
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<Read, NoFeed> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let document: Document = serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => NoFeed::Other,
        _ => NoFeed::Broken(DocumentPosition { line: error.line(), column: error.column() }),
    })?;
    if !document.version.starts_with(VERSION) {
        return Err(NoFeed::Other);
    }
    let author = name(document.author, document.authors);
    let left_out = document.items.left_out;
    let entries = document.items.kept.into_iter().map(|item| entry(item, &author)).collect();
    Ok(Read { title: document.title, entries, left_out })
}

fn entry(item: Item, author_of_feed: &str) -> Entry {
    let author = name(item.author, item.authors);
    let html = item.content_html.filter(|text| !text.trim().is_empty());
    let is_html = html.is_some();
    let body = html.or(item.content_text).or(item.summary).unwrap_or_default();
    let date = item.date_published.or(item.date_modified);
    Entry {
        id: item.id.map(|id| match id {
            Id::Text(text) => text,
            Id::Number(number) => number.to_string(),
        }),
        title: item.title.unwrap_or_default(),
        author: if author.is_empty() { author_of_feed.to_owned() } else { author },
        link: item.url.or(item.external_url),
        date: date.and_then(|date| mail::date(&date)),
        body,
        html: is_html,
        attached: item.attachments.kept.into_iter().filter_map(|attachment| attachment.url).collect(),
    }
}

fn name(one: Option<Person>, several: First<Person, 1>) -> String {
    several.kept.into_iter().next().or(one).and_then(|person| person.name).unwrap_or_default()
}
