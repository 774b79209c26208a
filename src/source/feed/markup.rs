//! An XML document as elements with their namespaces (XML 1.0, Namespaces in XML 1.0), within limits on what it may cost.
//!
//! A document type declaration is passed over: nothing that it defines is expanded, nothing that it names is fetched.

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::encoding;
use super::entry::{DocumentPosition, NoFeed};
use super::mending::{mended, origin};
use super::namespace::{Namespace, Prefixes};
use crate::mail;

/// Elements of a document; a feed of a thousand entries has some twenty thousand.
const ELEMENTS: usize = 200_000;
/// Elements within elements; a page within an entry reaches some dozens.
const DEPTH: usize = 250;
/// Attributes of one element.
const ATTRIBUTES: usize = 200;
/// Elements of HTML that have no content and no end tag.
const VOID: [&str; 9] = ["area", "br", "col", "embed", "hr", "img", "source", "track", "wbr"];

#[derive(Debug)]
pub(in crate::source) struct XmlElement {
    pub(super) namespace: Namespace,
    /// Without a prefix.
    pub(in crate::source) name: String,
    /// Names as they are written, with their prefixes.
    attributes: Vec<(String, String)>,
    content: Vec<Node>,
}

#[derive(Debug)]
enum Node {
    Text(String),
    Element(XmlElement),
}

/// What comes next in a document.
#[derive(Debug)]
pub(super) enum Part {
    /// An element begins; its content follows.
    Start(XmlElement),
    Text(String),
    End,
    /// The document is over, and each of its elements has ended.
    Over,
}

/// A fault of the notation, or what goes beyond the limits, and the byte of the mended document where it is.
#[derive(Debug)]
pub(super) enum Fault {
    NoFeed,
    Notation(u64),
    Limit(u64),
}

impl Fault {
    /// The same in words about the document as it was before it was mended.
    pub(super) fn in_document(&self, xml: &str) -> NoFeed {
        let place = |at: u64| {
            let before = xml.get(..xml.floor_char_boundary(origin(xml, usize::try_from(at).unwrap_or(usize::MAX))));
            let before = before.unwrap_or_default();
            let line = before.rsplit('\n').next().unwrap_or_default();
            DocumentPosition { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 }
        };
        match *self {
            Self::NoFeed => NoFeed::Other,
            Self::Notation(at) => NoFeed::Broken(place(at)),
            Self::Limit(at) => NoFeed::TooLarge(place(at)),
        }
    }
}

/// The outermost element of a document with all of its content. `None` where the notation is broken beyond mending, or
/// where it costs too much.
pub(in crate::source) fn tree(bytes: &[u8]) -> Option<XmlElement> {
    let whole = |xml: &mut Document<'_>| {
        let root = xml.root().ok_or(Fault::NoFeed)?;
        xml.whole(root)
    };
    document(&encoding::text(bytes, None), whole).ok()
}

/// Reads a document with `read`, also one that is broken in the ways that feeds are.
pub(super) fn document<T>(xml: &str, read: impl FnOnce(&mut Document<'_>) -> Result<T, Fault>) -> Result<T, NoFeed> {
    let mended = mended(xml);
    let mut reader = Reader::from_str(&mended);
    reader.config_mut().expand_empty_elements = true;
    let mut document = Document { reader, prefixes: Prefixes::default(), depth: 0, elements: 0 };
    read(&mut document).map_err(|fault| fault.in_document(xml))
}

pub(super) struct Document<'x> {
    reader: Reader<&'x [u8]>,
    prefixes: Prefixes,
    depth: usize,
    elements: usize,
}

impl Document<'_> {
    /// The outermost element. `None` where there is none that is written well.
    pub(super) fn root(&mut self) -> Option<XmlElement> {
        loop {
            match self.next() {
                Ok(Part::Start(root)) => return Some(root),
                Ok(Part::Text(_)) => {}
                Ok(Part::End | Part::Over) | Err(_) => return None,
            }
        }
    }

    /// What elements without a namespace belong to from here on.
    pub(super) fn without_namespace_is(&mut self, namespace: Namespace) {
        self.prefixes.without_namespace = namespace;
    }

    pub(super) fn next(&mut self) -> Result<Part, Fault> {
        loop {
            let event = self.reader.read_event().map_err(|_| Fault::Notation(self.reader.error_position()))?;
            return Ok(match event {
                Event::Start(start) => Part::Start(self.start(&start)?),
                Event::End(_) => {
                    self.prefixes.leave(self.depth);
                    self.depth = self.depth.saturating_sub(1);
                    Part::End
                }
                Event::Text(text) => Part::Text(text.into_inner().into_owned()),
                Event::CData(text) => Part::Text(text.into_inner().into_owned()),
                Event::GeneralRef(reference) => Part::Text(resolved(&reference)),
                Event::Eof if self.depth == 0 => Part::Over,
                Event::Eof => return Err(Fault::Notation(self.reader.buffer_position())),
                Event::Empty(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => continue,
            });
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<XmlElement, Fault> {
        let limit = Fault::Limit(self.reader.buffer_position());
        self.depth += 1;
        self.elements += 1;
        if self.depth > DEPTH || self.elements > ELEMENTS {
            return Err(limit);
        }
        let mut attributes = Vec::new();
        // A second attribute of one name is never asked for, and comparing them all would take too long.
        for attribute in start.html_attributes().with_checks(false).flatten() {
            let value = unescape(&attribute.value).unwrap_or_else(|_| attribute.value.as_ref().into());
            attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
            if attributes.len() > ATTRIBUTES {
                return Err(limit);
            }
        }
        if !self.prefixes.enter(self.depth, &attributes) {
            return Err(limit);
        }
        let name = start.name();
        let (prefix, name) = name.as_ref().rsplit_once(':').unwrap_or(("", name.as_ref()));
        let namespace = self.prefixes.namespace(prefix);
        Ok(XmlElement { namespace, name: name.to_owned(), attributes, content: Vec::new() })
    }

    /// An element that has just begun, with all of its content.
    pub(super) fn whole(&mut self, element: XmlElement) -> Result<XmlElement, Fault> {
        let mut open = Vec::new();
        let mut current = element;
        loop {
            match self.next()? {
                Part::Start(inner) => open.push(std::mem::replace(&mut current, inner)),
                Part::Text(text) => match current.content.last_mut() {
                    Some(Node::Text(before)) => before.push_str(&text),
                    _ => current.content.push(Node::Text(text)),
                },
                Part::End | Part::Over => match open.pop() {
                    Some(outer) => {
                        let inner = std::mem::replace(&mut current, outer);
                        current.content.push(Node::Element(inner));
                    }
                    None => return Ok(current),
                },
            }
        }
    }

    /// Passes over the content of an element that has just begun.
    pub(super) fn skip(&mut self) -> Result<(), Fault> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            self.next()?;
        }
        Ok(())
    }
}

/// What a reference means: a letter by its number, or one of the five entities of XML. Others stay as they are written.
fn resolved(reference: &BytesRef<'_>) -> String {
    let letter = reference.resolve_char_ref().ok().flatten();
    let known = || resolve_predefined_entity(reference).map_or_else(|| format!("&{};", &**reference), str::to_owned);
    letter.map_or_else(known, String::from)
}

impl XmlElement {
    pub(in crate::source) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(in crate::source) fn children(&self) -> impl Iterator<Item = &Self> {
        self.content.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    pub(super) fn has_children(&self) -> bool {
        self.children().next().is_some()
    }

    /// The text within, also within its elements, without blanks around it.
    pub(in crate::source) fn text(&self) -> String {
        let mut text = String::new();
        self.push_text(&mut text);
        text.trim().to_owned()
    }

    fn push_text(&self, out: &mut String) {
        for node in &self.content {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Element(element) => element.push_text(out),
            }
        }
    }

    /// The content as HTML. A `div` around all of it is left out, as RFC 4287 §3.1.1.3 asks for.
    pub(super) fn inner_html(&self) -> String {
        let blank = |node: &&Node| !matches!(node, Node::Text(text) if text.trim().is_empty());
        let mut inner = self.content.iter().filter(blank);
        let mut html = String::new();
        match (inner.next(), inner.next()) {
            (Some(Node::Element(only)), None) if only.name == "div" => only.push_html(&mut html),
            _ => self.push_html(&mut html),
        }
        html.trim().to_owned()
    }

    fn push_html(&self, out: &mut String) {
        for node in &self.content {
            match node {
                Node::Text(text) => out.push_str(&mail::html_text(text)),
                Node::Element(element) => element.push_tag(out),
            }
        }
    }

    fn push_tag(&self, out: &mut String) {
        out.push_str(&format!("<{}", self.name));
        for (name, value) in &self.attributes {
            out.push_str(&format!(" {name}=\"{}\"", mail::html_text(value)));
        }
        out.push('>');
        self.push_html(out);
        if !(self.content.is_empty() && VOID.contains(&self.name.as_str())) {
            out.push_str(&format!("</{}>", self.name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, XmlElement, document};
    use crate::source::feed::entry::NoFeed;

    fn root(xml: &str) -> Result<XmlElement, NoFeed> {
        document(xml, |document| {
            let root = document.root().ok_or(Fault::NoFeed)?;
            document.whole(root)
        })
    }

    #[test]
    fn what_is_long_passes_and_what_takes_too_much_does_not() {
        let page = "<p class='a>b'>one<br/>".repeat(100_000);
        for fine in [
            "<item><title>a &lt; b</title></item>".repeat(20_000),
            format!("<item><description><![CDATA[{page}]]></description></item>"),
            format!("<!-- {page} -->"),
            "x".repeat(10_000_000),
            "&".repeat(1_000_000),
        ] {
            assert!(root(&format!("<?xml version='1.0'?><a>{fine}</a>")).is_ok(), "{}", fine.get(..50).unwrap());
        }
        for large in [
            "<item/>".repeat(300_000),
            "<a:entry/>".repeat(300_000),
            "<a>".repeat(1_000),
            format!("<a {}/>", "xmlns:a='b' ".repeat(1_000)),
            format!("<a {}/>", "a ".repeat(1_000)),
            format!("<a {}/>", "= ' ".repeat(100_000)),
            format!("{}{}", "<a xmlns:b='c' xmlns:d='e'>".repeat(150), "</a>".repeat(150)),
        ] {
            let refused = root(&format!("<?xml version='1.0'?><a>{large}</a>")).unwrap_err();
            assert!(matches!(refused, NoFeed::TooLarge(_)), "{refused}");
        }
    }

    #[test]
    fn a_document_type_is_passed_over() {
        let types = "<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;'><!ENTITY d SYSTEM 'file:///etc/passwd'>]>";
        assert_eq!(root(&format!("{types}<a>&c; &d; &lt;</a>")).unwrap().text(), "&c; &d; <");
    }

    #[test]
    fn the_first_of_two_attributes_counts_and_none_has_to_be_quoted() {
        let root = root("<a b='1' b='2' c=3 d x='&amp;&eacute;&lt;'/>").unwrap();
        let read = ["b", "c", "d", "x"].map(|name| root.attribute(name));
        assert_eq!(read, [Some("1"), Some("3"), Some(""), Some("&&eacute;<")]);
    }

    #[test]
    fn elements_are_written_as_html() {
        let root = root("<a>\n<x:div><x:p class='a\"b'>1 &lt; 2<br/>é</x:p><i/></x:div> </a>").unwrap();
        assert_eq!(root.inner_html(), "<p class=\"a&quot;b\">1 &lt; 2<br>é</p><i></i>");
        assert_eq!(root.text(), "1 < 2é");
    }
}
