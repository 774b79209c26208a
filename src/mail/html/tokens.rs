//! HTML cut into tags and text, as the HTML Standard (§13.2.5) has it: comments, quoted values, elements whose content is no
//! markup. Each byte is looked at a fixed number of times.

/// A piece of a document: where it is, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) from: u32,
    pub(super) to: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Text,
    /// Text in which character references are not read: what stands in `<xmp>` and behind `<plaintext>`.
    LiteralText,
    /// From `<` to `>`, both included.
    Open,
    Close,
    /// What stands in a `<style>`.
    Sheet,
}

/// Elements whose content is text whatever it looks like, and what becomes of it.
const RAW: [(&str, Raw); 9] = [
    ("script", Raw::Skipped),
    ("style", Raw::Sheet),
    ("title", Raw::Skipped),
    ("textarea", Raw::Text),
    ("xmp", Raw::Literal),
    ("iframe", Raw::Skipped),
    ("noembed", Raw::Skipped),
    ("noframes", Raw::Skipped),
    ("plaintext", Raw::Rest),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Raw {
    Skipped,
    Sheet,
    /// Text in which character references are read.
    Text,
    /// Text in which they are not.
    Literal,
    /// Everything to the end of the document, as literal text.
    Rest,
}

/// The document's pieces, in their order. Comments, and what no reader sees, are not among them.
pub(super) fn tokens(html: &str) -> Vec<Token> {
    let mut list = Vec::with_capacity(html.len() / 24);
    let mut at = 0;
    let token = |kind, from: usize, to: usize| Token {
        kind,
        from: u32::try_from(from).unwrap_or(u32::MAX),
        to: u32::try_from(to).unwrap_or(u32::MAX),
    };
    // Where text begins that was not put into the list yet.
    let mut text = 0;
    while let Some(open) = find(html, at, '<') {
        let bytes = html.as_bytes();
        let end = match bytes.get(open + 1) {
            Some(byte) if byte.is_ascii_alphabetic() => tag_end(html, open + 1),
            Some(b'/') => match bytes.get(open + 2) {
                Some(byte) if byte.is_ascii_alphabetic() => tag_end(html, open + 2),
                Some(_) => find(html, open, '>').map_or(html.len(), |end| end + 1),
                None => html.len(),
            },
            Some(b'!') if html.get(open..).is_some_and(|it| it.starts_with("<!--")) => comment_end(html, open + 4),
            Some(b'!' | b'?') => find(html, open, '>').map_or(html.len(), |end| end + 1),
            _ => {
                at = open + 1;
                continue;
            }
        };
        if text < open {
            list.push(token(TokenKind::Text, text, open));
        }
        (at, text) = (end, end);
        let whole = bytes.get(end - 1) == Some(&b'>') && end > open + 2;
        if !whole || !bytes.get(open + 1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'/') {
            continue;
        }
        if bytes.get(open + 1) == Some(&b'/') {
            if bytes.get(open + 2).is_some_and(u8::is_ascii_alphabetic) {
                list.push(token(TokenKind::Close, open, end));
            }
            continue;
        }
        let name = name(html.get(open..end).unwrap_or_default());
        let Some((_, raw)) = RAW.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)) else {
            list.push(token(TokenKind::Open, open, end));
            continue;
        };
        let (stop, next) = if *raw == Raw::Rest { (html.len(), html.len()) } else { raw_end(html, end, name) };
        match raw {
            Raw::Sheet => list.push(token(TokenKind::Sheet, end, stop)),
            Raw::Text | Raw::Literal | Raw::Rest => {
                let kind = if *raw == Raw::Text { TokenKind::Text } else { TokenKind::LiteralText };
                list.push(token(TokenKind::Open, open, end));
                list.push(token(kind, end, stop));
                if stop < next {
                    list.push(token(TokenKind::Close, stop, next));
                }
            }
            Raw::Skipped => {}
        }
        (at, text) = (next, next);
    }
    if text < html.len() {
        list.push(token(TokenKind::Text, text, html.len()));
    }
    list
}

/// A tag's name, as it is written: behind `<` or `</`.
pub(super) fn name(tag: &str) -> &str {
    let tag = tag.strip_prefix("</").or_else(|| tag.strip_prefix('<')).unwrap_or(tag);
    let end = tag.bytes().position(|byte| blank(byte) || matches!(byte, b'/' | b'>')).unwrap_or(tag.len());
    tag.get(..end).unwrap_or_default()
}

/// The attributes of a tag with their values as they are written. Of repeated ones the first counts, for whoever looks.
pub(super) fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut at = 1 + name(tag).len();
    std::iter::from_fn(move || {
        let (name, value, next) = attribute(tag, at)?;
        at = next;
        Some((name, value))
    })
}

/// One attribute from a place on: its name, its value, and where the next may begin. `None` at the tag's end.
fn attribute(tag: &str, at: usize) -> Option<(&str, &str, usize)> {
    let bytes = tag.as_bytes();
    let skip = |at: usize, over: fn(u8) -> bool| {
        bytes.get(at..).and_then(|rest| rest.iter().position(|byte| !over(*byte))).map_or(bytes.len(), |end| at + end)
    };
    let start = skip(at, |byte| blank(byte) || byte == b'/');
    if bytes.get(start).is_none_or(|byte| *byte == b'>') {
        return None;
    }
    // A name may begin with an equals sign.
    let end = skip(start + 1, |byte| !blank(byte) && !matches!(byte, b'/' | b'>' | b'='));
    let name = tag.get(start..end)?;
    let sign = skip(end, blank);
    if bytes.get(sign) != Some(&b'=') {
        return Some((name, "", end));
    }
    let value = skip(sign + 1, blank);
    if let Some(quote @ (b'"' | b'\'')) = bytes.get(value) {
        let close = find(tag, value + 1, char::from(*quote)).unwrap_or(tag.len());
        return Some((name, tag.get(value + 1..close)?, (close + 1).min(tag.len())));
    }
    let close = skip(value, |byte| !blank(byte) && byte != b'>');
    Some((name, tag.get(value..close)?, close))
}

/// Where a tag ends, behind its `>`; `at` is where its name begins.
fn tag_end(html: &str, at: usize) -> usize {
    let bytes = html.as_bytes();
    let rest = bytes.get(at..).unwrap_or_default();
    let named = rest.iter().position(|byte| blank(*byte) || matches!(byte, b'/' | b'>'));
    let mut at = named.map_or(html.len(), |end| at + end);
    while let Some((_, _, next)) = attribute(html, at) {
        at = next;
    }
    find(html, at, '>').map_or(html.len(), |end| end + 1)
}

/// Where a comment ends that begins before `at`.
fn comment_end(html: &str, at: usize) -> usize {
    let rest = html.get(at..).unwrap_or_default();
    for short in [">", "->"] {
        if rest.starts_with(short) {
            return at + short.len();
        }
    }
    let mut at = at;
    while let Some(dashes) = html.get(at..).and_then(|rest| rest.find("--")) {
        let behind = at + dashes + 2;
        let rest = html.get(behind..).unwrap_or_default();
        if rest.starts_with('>') {
            return behind + 1;
        }
        if rest.starts_with("!>") {
            return behind + 2;
        }
        at = behind - 1;
    }
    html.len()
}

/// Where the content of an element ends that holds no markup, and where its end tag does.
fn raw_end(html: &str, from: usize, name: &str) -> (usize, usize) {
    let bytes = html.as_bytes();
    let mut at = from;
    while let Some(open) = find(html, at, '<') {
        let after = open + 2 + name.len();
        let named = bytes.get(open + 1) == Some(&b'/')
            && bytes.get(open + 2..after).is_some_and(|it| it.eq_ignore_ascii_case(name.as_bytes()))
            && bytes.get(after).is_some_and(|byte| blank(*byte) || matches!(byte, b'/' | b'>'));
        if named {
            return (open, tag_end(html, open + 2));
        }
        at = open + 1;
    }
    (html.len(), html.len())
}

fn find(html: &str, from: usize, what: char) -> Option<usize> {
    html.get(from..).and_then(|rest| rest.find(what)).map(|at| from + at)
}

pub(super) fn blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0C)
}

#[cfg(test)]
mod tests {
    use super::{TokenKind, attributes, name, tokens};

    fn cut(html: &str) -> Vec<(TokenKind, &str)> {
        tokens(html).into_iter().map(|it| (it.kind, &html[it.from as usize..it.to as usize])).collect()
    }

    fn text(html: &str) -> Vec<&str> {
        cut(html)
            .into_iter()
            .filter(|(kind, _)| matches!(kind, TokenKind::Text | TokenKind::LiteralText))
            .map(|(_, text)| text)
            .collect()
    }

    #[test]
    fn tags_end_where_browsers_end_them() {
        assert_eq!(text("a<p title='x>y'>b<a href=x>y>c"), ["a", "b", "y>c"]);
        assert_eq!(text("<p it's>b</p x='>'>c"), ["b", "c"]);
        assert_eq!(text("1 < 2 <3 a</>b</ x>c<?php x>d<![CDATA[e]]>f"), ["1 < 2 <3 a", "b", "c", "d", "f"]);
        assert_eq!(text("a<p title='never closed>b"), ["a"]);
        assert_eq!(text("a<"), ["a<"]);
        assert_eq!(cut("x</p>"), [(TokenKind::Text, "x"), (TokenKind::Close, "</p>")]);
    }

    #[test]
    fn comments_end_where_browsers_end_them() {
        assert_eq!(
            text("a<!-- x --->b<!-->c<!--->d<!-- <p> --!>e<!--[if mso]>f<![endif]-->g"),
            ["a", "b", "c", "d", "e", "g"]
        );
        assert_eq!(text("a<!-- x"), ["a"]);
        assert_eq!(text("a<!-- x -- > y"), ["a"]);
    }

    #[test]
    fn what_is_no_markup_is_not_read_as_it() {
        assert_eq!(
            text("<script>a</scripty><p></SCRIPT >b<title><p></title>c<textarea><p>d</textarea>"),
            ["b", "c", "<p>d"]
        );
        assert_eq!(cut("<STYLE a='>'>p{}</style>x"), [(TokenKind::Sheet, "p{}"), (TokenKind::Text, "x")]);
        assert_eq!(text("a<plaintext>b<p>c"), ["a", "b<p>c"]);
        assert_eq!(cut("<xmp>&lt;</xmp>")[1], (TokenKind::LiteralText, "&lt;"));
        assert_eq!(cut("<textarea>&lt;</textarea>")[1], (TokenKind::Text, "&lt;"));
        assert_eq!(text("a<iframe>b"), ["a"]);
    }

    #[test]
    fn attributes_are_read_as_they_are_written() {
        let tag = "<p a b=1 c = '>' d=\"x y\" =e/f a=2>";
        let all: Vec<_> = attributes(tag).collect();
        assert_eq!(all, [("a", ""), ("b", "1"), ("c", ">"), ("d", "x y"), ("=e", ""), ("f", ""), ("a", "2")]);
        assert_eq!((name(tag), name("</Div x>"), name("<br/>")), ("p", "Div", "br"));
    }

    #[test]
    fn nothing_takes_longer_than_its_length() {
        for piece in ["<", "<p a='", "<!--", "<!-", "<title>", "</", "<a b=\"", "<style", "--", "<p =", "<textarea></"]
        {
            tokens(&piece.repeat(200_000));
        }
    }
}
