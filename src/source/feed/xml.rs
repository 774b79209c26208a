//! RSS of any version, and Atom (RFC 4287).

use feed_rs::model;
use feed_rs::parser::{Builder, ParseErrorKind, ParseFeedError};

use super::entry::{Entry, NoFeed, Read, bare};
use crate::domain::limits::{FEED_ENTRIES, SUBJECT_BYTES};

/// Reads a feed, also one whose notation is broken in the ways that feeds are.
pub(super) fn read(bytes: &[u8], url: &str) -> Result<Read, NoFeed> {
    match as_it_is(bytes, url) {
        Err(NoFeed::Broken) => as_it_is(&mended(bytes).ok_or(NoFeed::Broken)?, url),
        read => read,
    }
}

fn as_it_is(bytes: &[u8], url: &str) -> Result<Read, NoFeed> {
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

/// The same with each `&` and `<` written out that begins nothing. An entity that XML does not know stays for whoever reads
/// the text as HTML. `None` where bytes are no letters of ASCII and others, but halves of wider ones.
fn mended(xml: &[u8]) -> Option<Vec<u8>> {
    if xml.contains(&0) {
        return None;
    }
    let mut out = Vec::with_capacity(xml.len() + xml.len() / 8);
    let mut rest = xml;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'&' | b'<')) {
        let (before, from) = rest.split_at(at);
        out.extend_from_slice(before);
        let aside = [(&b"<!--"[..], &b"-->"[..]), (b"<![CDATA[", b"]]>"), (b"<?", b"?>")];
        let taken = if let Some((start, end)) = aside.into_iter().find(|(start, _)| from.starts_with(start)) {
            let inner = from.get(start.len()..).unwrap_or_default();
            let close = inner.windows(end.len()).position(|window| window == end);
            close.map_or(from.len(), |close| start.len() + close + end.len())
        } else {
            1
        };
        match from.get(..taken).unwrap_or_default() {
            b"&" if !is_reference(from) => out.extend_from_slice(b"&amp;"),
            b"<" if !from.get(1).is_some_and(|next| next.is_ascii_alphabetic() || b"/!_:".contains(next)) => {
                out.extend_from_slice(b"&lt;");
            }
            same => out.extend_from_slice(same),
        }
        rest = from.get(taken..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    Some(out)
}

/// Whether an `&` begins one of the five entities of XML, or names a letter by its number (XML 1.0 §4.1, §2.2).
fn is_reference(from: &[u8]) -> bool {
    let name = from.get(1..from.len().min(12)).unwrap_or_default();
    let Some(end) = name.iter().position(|byte| *byte == b';') else { return false };
    let name = name.get(..end).unwrap_or_default();
    let number = |digits: &[u8], radix| {
        let digits =
            std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|it| it.is_ascii_hexdigit()))?;
        u32::from_str_radix(digits, radix).ok()
    };
    let letter = match name {
        [b'#', b'x', digits @ ..] => number(digits, 16),
        [b'#', digits @ ..] => number(digits, 10),
        name => return matches!(name, b"amp" | b"lt" | b"gt" | b"quot" | b"apos"),
    };
    letter.and_then(char::from_u32).is_some_and(|letter| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r'))
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

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn what_begins_nothing_is_text() {
        let feed = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Fish & Chips &copy; &#0; a < b</title>\
                    <item><title>R&D &amp; more &eacute;</title><guid>a1</guid><link>https://e.example/?a=1&b=2</link>\
                    <description><![CDATA[x & <b>y</b>]]></description></item>\
                    <item><title>&#x41;&nbsp;&unknown; &</title><guid>a2</guid></item></channel></rss>";
        let read = read(feed.as_bytes(), "https://e.example/feed").unwrap();
        assert_eq!(read.title, "Fish & Chips &copy; &#0; a < b");
        let titles: Vec<_> = read.entries.iter().map(|it| it.title.as_str()).collect();
        assert_eq!(titles, ["R&D & more &eacute;", "A&nbsp;&unknown; &"]);
        assert_eq!(read.entries[0].link.as_deref(), Some("https://e.example/?a=1&b=2"));
        assert_eq!(read.entries[0].body, "x & <b>y</b>");
    }

    #[test]
    fn what_is_broken_otherwise_is_still_told() {
        assert!(read(b"<rss version='2.0'><channel><title>a & b</title>", "https://e.example/feed").is_err());
    }

    proptest::proptest! {
        #[test]
        fn anything_can_be_mended(text in "(&|&amp;|&#|;|<|<!--|-->|<!\\[CDATA\\[|\\]\\]>|[a-zé]){0,40}") {
            let _ = super::mended(text.as_bytes());
        }
    }
}
