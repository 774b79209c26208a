//! Repairs the most common mistake in feeds: an `&` or a `<` in a text that should be `&amp;` or `&lt;`.

use std::borrow::Cow;

use memchr::{memchr2, memmem};

/// The longest reference that is recognised, in bytes, from `&` to `;`: `&#x0010FFFF;`.
const REFERENCE_BYTES: usize = 12;

/// The document with `&amp;` and `&lt;` for each `&` and `<` that begins no reference and no markup. An entity that XML does
/// not know, such as `&eacute;`, stays in the text, where it is resolved if the text is read as HTML.
pub(super) fn mended(xml: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    for (at, written) in (Strays { xml, at: 0 }) {
        out.push_str(xml.get(copied..at).unwrap_or_default());
        out.push_str(written);
        copied = at + 1;
    }
    if copied == 0 {
        return Cow::Borrowed(xml);
    }
    out.push_str(xml.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

/// The byte offset in the original document for one in the mended document.
pub(super) fn origin(xml: &str, mended_at: usize) -> usize {
    let mut longer = 0;
    for (at, written) in (Strays { xml, at: 0 }) {
        if at + longer >= mended_at {
            break;
        }
        longer += written.len() - 1;
    }
    mended_at.saturating_sub(longer)
}

/// The offset of each `&` and `<` that begins no reference and no markup, and what should have been written.
struct Strays<'x> {
    xml: &'x str,
    at: usize,
}

impl Iterator for Strays<'_> {
    type Item = (usize, &'static str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let bytes = self.xml.as_bytes().get(self.at..)?;
            let at = self.at + memchr2(b'&', b'<', bytes)?;
            let from = self.xml.as_bytes().get(at..)?;
            let quoted = [(&b"<!--"[..], &b"-->"[..]), (b"<![CDATA[", b"]]>"), (b"<?", b"?>")];
            if let Some((start, end)) = quoted.into_iter().find(|(start, _)| from.starts_with(start)) {
                let close = from.get(start.len()..).and_then(|inner| memmem::find(inner, end));
                self.at = close.map_or(self.xml.len(), |close| at + start.len() + close + end.len());
                continue;
            }
            self.at = at + 1;
            match from {
                [b'&', ..] if !is_reference(from) => return Some((at, "&amp;")),
                [b'<', next, ..] if next.is_ascii_alphabetic() || b"/!_:".contains(next) => {}
                [b'<', ..] => return Some((at, "&lt;")),
                _ => {}
            }
        }
    }
}

/// Whether an `&` begins one of the five entities of XML, or a reference to a valid character by its number (XML 1.0 §4.1,
/// §2.2).
fn is_reference(from: &[u8]) -> bool {
    let name = from.get(1..from.len().min(REFERENCE_BYTES)).unwrap_or_default();
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

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{mended, origin};

    #[test]
    fn what_begins_nothing_is_written_out() {
        for (feed, wanted) in [
            ("R&D &amp; &#x41; &#0; &eacute; &", "R&amp;D &amp; &#x41; &amp;#0; &amp;eacute; &amp;"),
            ("a < b <b>c</b> <3 <", "a &lt; b <b>c</b> &lt;3 &lt;"),
            ("<![CDATA[ & < ]]> & <!-- & --> & <? & ?> &", "<![CDATA[ & < ]]> &amp; <!-- & --> &amp; <? & ?> &amp;"),
            ("<a href='?a&b'>é&é</a>", "<a href='?a&amp;b'>é&amp;é</a>"),
            ("<!-- & <", "<!-- & <"),
        ] {
            assert_eq!(mended(feed), wanted);
        }
        assert!(matches!(mended("<a>b &amp; c</a>"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_place_in_the_mended_is_found_in_the_original() {
        let feed = "A & B < C & D!";
        let after = mended(feed);
        for letter in ['A', 'B', 'C', 'D', '!'] {
            assert_eq!(origin(feed, after.rfind(letter).unwrap()), feed.find(letter).unwrap(), "{letter}");
        }
        assert_eq!(origin(feed, after.len()), feed.len());
    }

    proptest::proptest! {
        #[test]
        fn what_is_mended_needs_no_mending(text in "(&|&amp;|&#|;|<|<!--|-->|<!\\[CDATA\\[|\\]\\]>|[a-zé]){0,40}") {
            let once = mended(&text).into_owned();
            proptest::prop_assert!(matches!(mended(&once), Cow::Borrowed(_)), "{}", once);
        }
    }
}
