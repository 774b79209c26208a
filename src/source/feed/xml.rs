//! Feeds in XML: RSS 0.9 to 2.0, RSS 1.0 (RDF), Atom 1.0 (RFC 4287) and 0.3, and a single entry of Atom.
//!
//! A document is read once, an entry at a time; of entries beyond the first ones only the number is kept.

use super::entry::{NoFeed, Read};
use super::links::inner_base;
use super::markup::{Document, Fault, Part, XmlElement, document};
use super::namespace::Namespace;
use super::{atom, encoding, rss};
use crate::domain::limits::FEED_ENTRIES;

/// Reads a feed. `charset` is the character set that the server named.
pub(super) fn read(bytes: &[u8], url: &str, charset: Option<&str>) -> Result<Read, NoFeed> {
    document(&encoding::text(bytes, charset), |xml| feed(xml, url))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Rss,
    /// RSS 0.90 and 1.0: the items follow the channel instead of being in it.
    Rdf,
    Atom,
}

fn feed(xml: &mut Document<'_>, url: &str) -> Result<Read, Fault> {
    let root = xml.root().ok_or(Fault::NoFeed)?;
    let base = inner_base(url, &root).into_owned();
    let (dialect, vocabulary) = match root.name.as_str() {
        "rss" => (Dialect::Rss, Namespace::Rss),
        "RDF" => (Dialect::Rdf, Namespace::Rss),
        "feed" | "entry" => (Dialect::Atom, Namespace::Atom),
        _ => return Err(Fault::NoFeed),
    };
    xml.without_namespace_is(vocabulary);
    let mut feed = Feed { dialect, base, read: Read::default(), author: None };
    if root.name == "entry" {
        let entry = xml.whole(root)?;
        feed.read.entries.push(atom::entry(&entry, url));
    } else {
        let whole = feed.children(xml, Level::Root)?;
        if !whole {
            return Err(Fault::NoFeed);
        }
    }
    Ok(feed.done())
}

/// The element whose children are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Root,
    Channel,
}

struct Feed {
    dialect: Dialect,
    base: String,
    read: Read,
    author: Option<String>,
}

impl Feed {
    /// Reads the children of the root or of its channel. Returns whether anything showed that this is a feed.
    fn children(&mut self, xml: &mut Document<'_>, level: Level) -> Result<bool, Fault> {
        let mut any = self.dialect != Dialect::Rss || level == Level::Channel;
        loop {
            let element = match xml.next()? {
                Part::Start(element) => element,
                Part::Text(_) => continue,
                Part::End | Part::Over => return Ok(any),
            };
            match (element.namespace, element.name.as_str()) {
                (Namespace::Rss, "channel") if level == Level::Root => {
                    let outside = self.base.clone();
                    self.base = inner_base(&outside, &element).into_owned();
                    any |= self.children(xml, Level::Channel)?;
                    self.base = outside;
                    if self.dialect == Dialect::Rss {
                        // The rest of the document is not part of the feed, so it is not read.
                        return Ok(any);
                    }
                }
                (Namespace::Rss, "item") | (Namespace::Atom, "entry") => {
                    any = true;
                    self.entry(xml, element)?;
                }
                (Namespace::Rss | Namespace::Atom, "title")
                | (Namespace::Atom | Namespace::Itunes, "author")
                | (Namespace::DublinCore, "creator") => {
                    let element = xml.whole(element)?;
                    self.of_feed(&element);
                }
                _ => xml.skip()?,
            }
        }
    }

    fn entry(&mut self, xml: &mut Document<'_>, element: XmlElement) -> Result<(), Fault> {
        if self.read.entries.len() == FEED_ENTRIES {
            self.read.left_out += 1;
            return xml.skip();
        }
        let entry = xml.whole(element)?;
        self.read.entries.push(match (entry.namespace, self.dialect) {
            (Namespace::Atom, _) => atom::entry(&entry, &self.base),
            // A description is plain text in RSS 1.0 (§5.5.3) and may be HTML in RSS 2.0.
            (_, dialect) => rss::entry(&entry, &self.base, dialect != Dialect::Rdf),
        });
        Ok(())
    }

    /// Takes the title or the author of the feed.
    fn of_feed(&mut self, element: &XmlElement) {
        match (element.namespace, element.name.as_str()) {
            (Namespace::Atom, "title") => self.read.title = atom::line(element),
            (_, "title") => {
                let title = element.text();
                if !title.is_empty() {
                    self.read.title = title;
                }
            }
            (Namespace::Atom, _) => self.author = self.author.take().or_else(|| atom::person(element)),
            _ => self.author = self.author.take().or_else(|| rss::person(&element.text())),
        }
    }

    /// The feed. Entries without an author get the author of the feed.
    fn done(self) -> Read {
        let mut read = self.read;
        let author = self.author.unwrap_or_default();
        for entry in read.entries.iter_mut().filter(|entry| entry.author.is_empty()) {
            entry.author.clone_from(&author);
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use crate::source::feed::entry::{NoFeed, Read};

    fn read(feed: &str) -> Result<Read, NoFeed> {
        super::read(feed.as_bytes(), "https://e.example/feed", None)
    }

    #[test]
    fn what_begins_nothing_is_text() {
        let feed = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Fish & Chips &copy; &#0; a < b</title>\
                    <item><title>R&D &amp; more &eacute;</title><guid>a1</guid><link>https://e.example/?a=1&b=2</link>\
                    <description><![CDATA[x & <b>y</b>]]></description></item>\
                    <item><title>&#x41;&nbsp;&unknown; &</title><guid>a2</guid></item></channel></rss>";
        let read = read(feed).unwrap();
        assert_eq!(read.title, "Fish & Chips &copy; &#0; a < b");
        let titles: Vec<_> = read.entries.iter().map(|it| it.title.as_str()).collect();
        assert_eq!(titles, ["R&D & more &eacute;", "A&nbsp;&unknown; &"]);
        assert_eq!(read.entries[0].link.as_deref(), Some("https://e.example/?a=1&b=2"));
        assert_eq!(read.entries[0].body, "x & <b>y</b>");
    }

    #[test]
    fn what_is_broken_otherwise_is_told_with_its_place() {
        for (feed, wanted) in [
            ("<rss version='2.0'><channel><title>a & b</title>", "line 1, column 49"),
            ("<rss><channel>\n<title>é & é</titel>\n</channel></rss>", "line 2, column 13"),
            ("<rss><channel>\n<item>\r\n<title", "line 3, column 1"),
            ("<rss><channel><![CDATA[", "line 1, column 15"),
            ("<feed>\n<entry>\n<id>1</id></feed>", "line 3, column 11"),
        ] {
            let told = read(feed).unwrap_err().to_string();
            assert_eq!(told, format!("is a feed with mistakes in its notation ({wanted})"), "{feed}");
        }
        for other in ["<", "<>", "< rss", "<html><rss>", "<rss></rss>", "<!-- ", "<!DOCTYPE", "<a b='"] {
            assert_eq!(read(other), Err(NoFeed::Other), "{other}");
        }
    }

    #[test]
    fn nothing_behind_the_channel_of_rss_can_break_it() {
        assert_eq!(read("<rss><channel><item/></channel></nonsense").unwrap().entries.len(), 1);
    }

    proptest::proptest! {
        #[test]
        fn any_markup_is_read_or_refused(
            inner in "(<item>|</item>|<title|<link/>|>|<media:content url='a'|</|&#x4;|&|;| a=|xml:base='//|\"|<!\\[CDATA\\[|\\]\\]>|<!--|-->|<\\?|\\?>|[a-zé]){0,40}"
        ) {
            let _ = read(&format!("<rss><channel>{inner}</channel></rss>"));
            let _ = read(&format!("<feed xmlns='http://www.w3.org/2005/Atom'><entry>{inner}</entry></feed>"));
        }
    }
}
