//! A feed on the web: RSS, Atom or JSON Feed. Each entry is a message.
//!
//! Reading a feed is one HTTP request, not more often than the configuration allows. The request says which version is
//! known already (`ETag`, Last-Modified), so a feed without changes costs one short answer. `keys` decides by what an entry is
//! recognised. An entry is taken in once; later changes of it are not read.
//!
//! `reading` tells JSON (`json`) from XML (`xml`). XML goes from bytes to text (`encoding`), to text that is written well
//! (`mending`), to elements with their namespaces (`markup`, `namespace`), to entries (`rss`, `atom`).

mod address;
mod atom;
#[cfg(test)]
mod dialects;
mod encoding;
mod entry;
mod json;
mod keys;
mod links;
pub(super) mod markup;
mod mending;
mod namespace;
mod reading;
mod rss;
mod xml;

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use self::entry::{DocumentPosition, NoFeed};
use self::entry::{Entry, Read};
use self::keys::Links;
use super::{EventSink, FetchedMessage, ReadOutcome, Source, SourceError, SyncContext, hex};
use crate::domain::found_copy::{CopyFlags, FoundCopy, Location};
use crate::domain::limits::{FEED_BYTES, FEED_ENTRIES};
use crate::mail;
use crate::net::http::{self, HttpRequest, HttpResponse, Page};

const ACCEPT: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, \
                      text/xml;q=0.9, application/json;q=0.8, */*;q=0.1";

#[derive(Debug)]
pub struct Feed {
    name: String,
    url: String,
    every: Duration,
}

/// What is kept of a feed between two readings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Position {
    /// The hash of the feed's address. If the address of the source changes, nothing of the old position counts.
    of: String,
    /// When the server was asked last.
    asked: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
    /// For each link of entries without ids: which entry has the link as its key.
    #[serde(default, skip_serializing_if = "Links::is_empty")]
    links: Links,
}

impl Feed {
    /// `name` is the name of the source. At least the time `every` lies between two requests to the server.
    #[must_use]
    pub fn new(name: &str, url: &str, every: Duration) -> Self {
        Self { name: name.to_owned(), url: url.to_owned(), every }
    }

    /// Fetches the feed and returns how many entries it has.
    ///
    /// # Errors
    /// If the feed can't be fetched, or is not a feed.
    pub fn ask(&self) -> Result<usize, SourceError> {
        let asked =
            HttpRequest { url: &self.url, accept: ACCEPT, etag: None, modified: None, ca: None, max_bytes: FEED_BYTES };
        match http::get(asked)? {
            HttpResponse::Page(page) => Ok(self.entries(&page)?.entries.len()),
            HttpResponse::NotModified => Ok(0),
        }
    }

    fn entries(&self, page: &Page) -> Result<Read, SourceError> {
        reading::read(&page.body, &page.url, page.charset.as_deref())
            .map_err(|why| SourceError::NoFeed { host: http::host(&self.url), why })
    }

    fn position(&self, text: Option<&str>) -> Option<Position> {
        let position: Position = serde_json::from_str(text?).ok()?;
        (position.of == short_hash(&[&self.url])).then_some(position)
    }

    /// Whether the last request is too recent for another one. If the clock was set back, the last request does not count.
    fn rests(&self, position: &Position, now: DateTime<Utc>) -> bool {
        let every = TimeDelta::from_std(self.every).unwrap_or(TimeDelta::MAX);
        position.asked <= now && now - position.asked < every
    }
}

impl Source for Feed {
    fn read(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError> {
        let known = self.position(since.position);
        if known.as_ref().is_some_and(|known| self.rests(known, since.now)) {
            return Ok(ReadOutcome { position: since.position.map(str::to_owned), ..ReadOutcome::default() });
        }
        let mark = |of: fn(&Position) -> Option<&String>| known.as_ref().and_then(of).map(String::as_str);
        let asked = HttpRequest {
            url: &self.url,
            accept: ACCEPT,
            etag: mark(|known| known.etag.as_ref()),
            modified: mark(|known| known.modified.as_ref()),
            ca: None,
            max_bytes: FEED_BYTES,
        };
        let of = short_hash(&[&self.url]);
        let page = match http::get(asked)? {
            HttpResponse::Page(page) => page,
            HttpResponse::NotModified => {
                let (etag, modified, links) =
                    known.map_or_else(Default::default, |known| (known.etag, known.modified, known.links));
                let position = Position { of, asked: since.now, etag, modified, links };
                return Ok(ReadOutcome { position: serde_json::to_string(&position).ok(), ..ReadOutcome::default() });
            }
        };
        let host = http::host(&self.url);
        let read = self.entries(&page)?;
        let mut outcome = ReadOutcome::default();
        if read.left_out > 0 {
            let what = format!("{} entries beyond the first {FEED_ENTRIES} are left out", read.left_out);
            outcome.problems.add(&host, what);
        }
        // An id is unique only within its feed. If the address has changed, no entry is known.
        let other = known.is_none() && since.position.is_some();
        let (keys, links) = keys::of(&read.entries, &known.map(|known| known.links).unwrap_or_default());
        if self.hand_over(&read, (&keys, other), &host, since, each, &mut outcome) {
            let position = Position { of, asked: since.now, etag: page.etag, modified: page.modified, links };
            outcome.position = serde_json::to_string(&position).ok();
        }
        Ok(outcome)
    }
}

impl Feed {
    /// Hands over the entries that are not known yet. Returns `false` if the receiver stopped the reading.
    fn hand_over(
        &self,
        read: &Read,
        (keys, other): (&[String], bool),
        host: &str,
        since: &SyncContext<'_>,
        each: &mut EventSink<'_>,
        outcome: &mut ReadOutcome,
    ) -> bool {
        let mut sorted: Vec<&str> = keys.iter().map(String::as_str).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let known = if other { vec![false; sorted.len()] } else { since.known.which("", &sorted) };
        let mut seen: HashSet<&str> =
            sorted.iter().zip(known).filter(|(_, known)| *known).map(|(key, _)| *key).collect();
        for (entry, key) in read.entries.iter().zip(keys) {
            if !seen.insert(key) {
                outcome.skipped += 1;
                since.skipped.add(1, 0);
                continue;
            }
            let raw = self.compose(entry, &read.title, key, host);
            let received = entry.date.map_or(since.now, |date| date.min(since.now));
            // Every entry counts as unread. At the first reading, old ones still count as backlog.
            let location = Location::without_folder(key.clone());
            let copy = FoundCopy { flags: CopyFlags::SeenOnly(false), ..FoundCopy::new(location, received) };
            if each(FetchedMessage::new(raw, copy).into()).is_break() {
                return false;
            }
        }
        true
    }

    fn compose(&self, entry: &Entry, feed: &str, key: &str, host: &str) -> Vec<u8> {
        let feed = if feed.is_empty() { host } else { feed };
        let sender = match entry.author.as_str() {
            "" => feed.to_owned(),
            author if author == feed => feed.to_owned(),
            author => format!("{author} ({feed})"),
        };
        // A feed gives only a name. Angle brackets in it would make the rest look like an address.
        let sender: String = sender.chars().filter(|c| !matches!(c, '<' | '>')).collect();
        mail::compose(&mail::Script {
            source: &self.name,
            sender: &sender,
            subject: &entry.title,
            body: &entry.body,
            html: entry.html,
            external_id: Some(key),
            sent_at: entry.date,
            thread: None,
            link: entry.link.as_deref(),
            list: Some(host),
        })
    }
}

fn short_hash(pieces: &[&str]) -> String {
    let mut hash = Sha256::new();
    for piece in pieces {
        hash.update(piece.as_bytes());
        hash.update(b"\0");
    }
    hex(hash.finalize().get(..16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Feed;

    #[test]
    fn a_feed_rests_between_two_questions_and_another_begins_anew() {
        let feed = Feed::new("news", "https://example.org/feed", Duration::from_hours(1));
        let at = |text: &str| text.parse().unwrap();
        let text = format!("{{\"of\":\"{}\",\"asked\":\"2026-11-23T09:00:00Z\"}}", super::short_hash(&[&feed.url]));
        let position = feed.position(Some(&text)).unwrap();
        assert!(feed.rests(&position, at("2026-11-23T09:59:59Z")));
        assert!(!feed.rests(&position, at("2026-11-23T10:00:00Z")));
        assert!(!feed.rests(&position, at("2026-11-23T08:59:59Z")), "the clock was set back");
        let other = Feed::new("news", "https://example.org/other", Duration::from_hours(1));
        assert!(other.position(Some(&text)).is_none() && feed.position(Some("once upon")).is_none());
    }
}
