//! Whether HTML is too tangled to be laid out: what it holds would cost far more time than its size.
//!
//! Both counts see at least as much as a browser would, and take linear time.

use crate::domain::limits::HTML_DEPTH;

/// Attributes of one element; real ones have some dozen. Parsers compare each with all others.
const ATTRIBUTES: usize = 500;

pub(super) fn tangled(html: &str) -> bool {
    depth(html) > HTML_DEPTH || crowded(html)
}

/// How deep elements are nested, at most: counted by tags, without those that HTML closes by itself.
fn depth(html: &str) -> usize {
    let bytes = html.as_bytes();
    // Within drawings and formulas every element nests.
    let strict = contains(bytes, b"<svg") || contains(bytes, b"<math");
    let (mut now, mut most) = (0usize, 0usize);
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        rest = after;
        let closing = after.starts_with('/');
        let name = after.strip_prefix('/').unwrap_or(after);
        let end = name.bytes().take(16).take_while(u8::is_ascii_alphanumeric).count();
        let name = name.get(..end).unwrap_or_default().to_ascii_lowercase();
        let counts = name.starts_with(|c: char| c.is_ascii_alphabetic()) && (strict || !closes_itself(&name));
        match (counts, closing) {
            (true, false) => now += 1,
            (true, true) => now = now.saturating_sub(1),
            _ => {}
        }
        most = most.max(now);
    }
    most
}

#[rustfmt::skip]
fn closes_itself(name: &str) -> bool {
    matches!(
        name,
        "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta" | "param" | "source"
            | "track" | "wbr" | "p" | "li" | "td" | "th" | "tr" | "tbody" | "thead" | "tfoot" | "option" | "dt" | "dd"
    )
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|it| it.eq_ignore_ascii_case(what))
}

/// Whether some element has too many attributes. Each place where one may begin is looked at, as a script or a comment
/// before it may hide where it really does; so much looking back and forth is itself too much.
fn crowded(html: &str) -> bool {
    let bytes = html.as_bytes();
    let mut budget = bytes.len().saturating_mul(4);
    for (at, _) in html.match_indices('<') {
        let tag = bytes.get(at + 1..).unwrap_or_default();
        if !tag.first().is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let (count, length) = attributes(tag);
        if count > ATTRIBUTES || length > budget {
            return true;
        }
        budget -= length;
    }
    false
}

/// How many attributes follow a tag's name, up to one too many, and how many bytes they take.
fn attributes(tag: &[u8]) -> (usize, usize) {
    let skip = |at: usize, over: &dyn Fn(u8) -> bool| {
        at + tag.get(at..).unwrap_or_default().iter().take_while(|byte| over(**byte)).count()
    };
    let blank = |byte: u8| byte.is_ascii_whitespace();
    let mut at = skip(0, &|byte| !blank(byte) && byte != b'/' && byte != b'>');
    let mut count = 0;
    loop {
        at = skip(at, &|byte| blank(byte) || byte == b'/');
        if count > ATTRIBUTES || tag.get(at).is_none_or(|byte| *byte == b'>') {
            return (count, at);
        }
        count += 1;
        // A name may begin with an equals sign.
        at = skip(at + 1, &|byte| !blank(byte) && !matches!(byte, b'/' | b'>' | b'='));
        let value = skip(at, &blank);
        if tag.get(value) == Some(&b'=') {
            at = skip(value + 1, &blank);
            at = match tag.get(at) {
                Some(quote @ (b'"' | b'\'')) => skip(at + 1, &|byte| byte != *quote) + 1,
                _ => skip(at, &|byte| !blank(byte) && byte != b'>'),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{attributes, crowded, depth};

    #[test]
    fn depth_counts_what_nests() {
        assert_eq!(depth("<div><p>a<p>b<p>c<br><img></div>"), 1);
        assert_eq!(depth("<svg><td><td><td>"), 4);
        assert_eq!(depth("1 < 2 <3 </>"), 0);
    }

    #[test]
    fn attributes_are_counted_as_a_browser_sees_them() {
        assert_eq!(attributes(b"p a b=1 c = '>' d=\"x y\" e/f>rest").0, 6);
        assert_eq!(attributes(b"p>").0, 0);
    }

    #[test]
    fn crowds_are_seen_wherever_they_hide() {
        let crowd: String = (0..600).map(|n| ["a", &n.to_string(), "=\">\" "].concat()).collect();
        assert!(crowded(&["<p ", &crowd, ">"].concat()));
        assert!(crowded(&["<script>x<a b=\"</script><p ", &crowd, ">"].concat()));
        assert!(!crowded(&"<p class=\"a\" style='b'>x</p>".repeat(10_000)));
        assert!(crowded(&"<a b=\"".repeat(100_000)), "quotes that never end");
    }
}
