//! How much XML a feed is made of, before anything is made of it: parsers take memory for each element, and time for
//! each pair of attributes, of names in scope, of levels. Text, however long, costs next to nothing.

use super::entry::NoFeed;

/// Elements; a feed of a thousand entries has some twenty thousand.
const ELEMENTS: usize = 200_000;
/// Levels; those of a page within an entry reach some dozens.
const DEPTH: usize = 250;
/// Attributes of one element.
const ATTRIBUTES: usize = 200;

pub(super) fn within_reason(xml: &[u8]) -> Result<(), NoFeed> {
    let (mut elements, mut depth) = (0usize, 0usize);
    let mut rest = xml;
    while let Some(at) = rest.iter().position(|byte| *byte == b'<') {
        let markup = rest.get(at..).unwrap_or_default();
        let aside = [(&b"<!--"[..], &b"-->"[..]), (b"<![CDATA[", b"]]>"), (b"<?", b"?>"), (b"<!", b">")];
        if let Some((start, end)) = aside.into_iter().find(|(start, _)| markup.starts_with(start)) {
            rest = after(markup.get(start.len()..).unwrap_or_default(), end);
            continue;
        }
        let tag = tag(markup);
        rest = markup.get(tag.length..).unwrap_or_default();
        elements += 1;
        match tag.kind {
            Kind::Opens => depth += 1,
            Kind::Closes => depth = depth.saturating_sub(1),
            Kind::Both => {}
        }
        if elements > ELEMENTS || depth > DEPTH || tag.attributes > ATTRIBUTES {
            return Err(NoFeed::Tangled);
        }
    }
    Ok(())
}

fn after<'x>(xml: &'x [u8], end: &[u8]) -> &'x [u8] {
    let at = xml.windows(end.len()).position(|window| window == end);
    at.and_then(|at| xml.get(at + end.len()..)).unwrap_or_default()
}

struct Tag {
    kind: Kind,
    attributes: usize,
    length: usize,
}

enum Kind {
    Opens,
    Closes,
    Both,
}

/// The tag that the text begins with, to its `>`, which counts only outside of quotes.
fn tag(xml: &[u8]) -> Tag {
    let mut quote = None;
    let mut attributes = 0;
    for (at, byte) in xml.iter().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'=') => attributes += 1,
            (None, b'>') => {
                let before = at.checked_sub(1).and_then(|before| xml.get(before));
                let kind = match (xml.get(1), before) {
                    (Some(b'/'), _) => Kind::Closes,
                    (_, Some(b'/')) => Kind::Both,
                    _ => Kind::Opens,
                };
                return Tag { kind, attributes, length: at + 1 };
            }
            _ => {}
        }
    }
    Tag { kind: Kind::Opens, attributes, length: xml.len() }
}

#[cfg(test)]
mod tests {
    use super::within_reason;

    #[test]
    fn what_is_long_passes_and_what_is_tangled_does_not() {
        let feed = |inner: &str| format!("<?xml version='1.0'?><rss version='2.0'><channel>{inner}</channel></rss>");
        let page = "<p class='a>b'>one<br/>".repeat(100_000);
        for fine in [
            feed(&"<item><title>a &lt; b</title></item>".repeat(20_000)),
            feed(&format!("<item><description><![CDATA[{page}]]></description></item>")),
            feed(&format!("<!-- {page} -->")),
            feed(&"x".repeat(10_000_000)),
            String::new(),
            "<".to_owned(),
            "<a b='".to_owned(),
        ] {
            assert!(within_reason(fine.as_bytes()).is_ok());
        }
        for tangled in [
            feed(&"<item/>".repeat(300_000)),
            feed(&"<a:entry/>".repeat(300_000)),
            feed(&"<a>".repeat(1_000)),
            feed(&format!("<item {}/>", "xmlns:a='b' ".repeat(1_000))),
        ] {
            assert!(within_reason(tangled.as_bytes()).is_err());
        }
    }
}
