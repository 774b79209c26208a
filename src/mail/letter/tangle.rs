//! Whether HTML is too tangled to be laid out: what it holds would cost far more time than its size.
//!
//! All counts see at least as much as a browser would, and take linear time.

use crate::domain::limits::{HTML_ATTRIBUTES, HTML_DEPTH, HTML_ELEMENTS};

/// Elements that a browser opens anew wherever something around them was closed before they were.
const REOPENED: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// Of the same ones, a browser opens so many anew.
const ALIKE: usize = 3;
/// Letters within so many of them are of no use to a reader.
const OPEN_AT_ONCE: usize = 200;

pub(super) fn tangled(html: &str, depth: usize) -> bool {
    depth > HTML_DEPTH || crowded(html)
}

/// As much of the document as can be laid out, and how many elements that is at most.
pub(super) fn affordable(html: &str) -> (&str, usize) {
    let mut elements = 0usize;
    // What would be opened anew, by its whole tag.
    let mut open: Vec<&str> = Vec::new();
    for (at, _) in html.match_indices('<') {
        let tag = html.get(at + 1..).unwrap_or_default();
        let closing = tag.starts_with('/');
        let tag = tag.strip_prefix('/').unwrap_or(tag);
        if !tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let end = tag.bytes().take(200).position(|byte| byte == b'>').unwrap_or(tag.floor_char_boundary(200));
        let tag = tag.get(..end).unwrap_or_default();
        let name = name_of(tag);
        let mut cost = 1;
        if !REOPENED.iter().any(|it| it.eq_ignore_ascii_case(name)) {
            cost += open.len();
        } else if !closing {
            if open.iter().filter(|it| **it == tag).count() < ALIKE {
                open.push(tag);
            }
        } else if let Some(place) = open.iter().rposition(|it| name_of(it).eq_ignore_ascii_case(name)) {
            cost += open.len() - 1 - place;
            open.remove(place);
        }
        elements += cost;
        if elements > HTML_ELEMENTS || open.len() > OPEN_AT_ONCE {
            return (html.get(..at).unwrap_or_default(), elements);
        }
    }
    (html, elements)
}

fn name_of(tag: &str) -> &str {
    let end = tag.bytes().take(16).take_while(u8::is_ascii_alphanumeric).count();
    tag.get(..end).unwrap_or_default()
}

/// How deep elements are nested, at most: counted by tags, without those that HTML closes by itself.
pub(super) fn depth(html: &str) -> usize {
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
        if count > HTML_ATTRIBUTES || length > budget {
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
        if count > HTML_ATTRIBUTES || tag.get(at).is_none_or(|byte| *byte == b'>') {
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
    use super::{affordable, attributes, crowded, depth};

    #[test]
    fn depth_counts_what_nests() {
        assert_eq!(depth("<div><p>a<p>b<p>c<br><img></div>"), 1);
        assert_eq!(depth("<svg><td><td><td>"), 4);
        assert_eq!(depth("1 < 2 <3 </>"), 0);
    }

    #[test]
    fn what_a_browser_opens_anew_is_counted() {
        let page = "<table><tr><td><b>a</b> <font color=red>b</font></td></tr></table>".repeat(1_000);
        assert_eq!(affordable(&page), (page.as_str(), 10_000));
        assert_eq!(affordable(&"<b><p>x".repeat(10)).1, 10 + (1 + 2 + 3 * 8) + 10, "three alike at most");
        let reform: String = (0..150).map(|n| format!("<b n={n}>")).collect::<String>() + &"<p>x</p>".repeat(200_000);
        assert!(affordable(&reform).0.len() < 3_000);
        let letters = "<i>x".repeat(1_000_000);
        let (fits, _) = affordable(&letters);
        assert_eq!(fits.len(), 20_000 * 4);
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
