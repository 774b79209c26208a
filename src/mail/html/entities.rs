//! Character references of HTML (`&amp;`, `&#252;`, `&nbsp`), read as the HTML Standard (§13.2.5.72) has it.

use std::borrow::Cow;
use std::cmp::Ordering;

use html5ever::data::C1_REPLACEMENTS;

/// The named characters (HTML Standard, §13.5), in the order of their names' bytes: on each line a name, as it stands behind `&`, and
/// the code points of one or two characters. As a table of pointers they would be set at each start of the program.
///
/// Copyright WHATWG (Apple, Google, Mozilla, Microsoft). Licence: as part of a source, BSD 3-Clause (<https://html.spec.whatwg.org/#ipr>).
const NAMED: &str = include_str!("named_characters.txt");

/// The longest name, `CounterClockwiseContourIntegral;`.
const LONGEST: usize = 32;

/// Text as it is shown: references read, and what no reader shows (controls) taken out.
pub(super) fn read(text: &str) -> Cow<'_, str> {
    decode(text, false)
}

/// Text in which references are not read, without controls.
pub(super) fn literal(text: &str) -> Cow<'_, str> {
    if text.contains(control) { Cow::Owned(text.replace(control, "")) } else { Cow::Borrowed(text) }
}

/// The value of an attribute: a name without a semicolon counts only where no value could go on (`?a=1&copy=2`).
pub(super) fn value(text: &str) -> Cow<'_, str> {
    decode(text, true)
}

fn decode(text: &str, attribute: bool) -> Cow<'_, str> {
    let plain =
        |byte: u8| byte != b'&' && (byte >= 0x20 || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C)) && byte != 0x7F;
    // Two bytes of UTF-8 that begin so may be a control of the second kind (U+0080–9F).
    if text.bytes().all(|byte| plain(byte) && byte != 0xC2) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '&' || control(c)) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let (letters, length) = if from.starts_with('&') { reference(from, attribute) } else { (None, 0) };
        if let Some([first, second]) = letters {
            out.extend([first, second].into_iter().flatten().filter(|c| !control(*c)));
            rest = from.get(length..).unwrap_or_default();
        } else {
            let first = from.chars().next().unwrap_or_default();
            if first == '&' {
                out.push('&');
            }
            rest = from.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn control(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{C}')
}

type Letters = [Option<char>; 2];

/// What a reference at the beginning of a text stands for, and how long it is.
fn reference(text: &str, attribute: bool) -> (Option<Letters>, usize) {
    let after = text.get(1..).unwrap_or_default();
    if let Some(number) = after.strip_prefix('#') {
        return numeric(number);
    }
    let length = after.bytes().take(LONGEST).take_while(u8::is_ascii_alphanumeric).count();
    let ended = after.as_bytes().get(length) == Some(&b';');
    let longest = length + usize::from(ended);
    // The longest name that there is, as `&notit;` is `¬it;`.
    for end in (1..=longest).rev() {
        let Some(letters) = after.get(..end).and_then(named) else { continue };
        let closed = after.get(..end).is_some_and(|name| name.ends_with(';'));
        let goes_on = after.as_bytes().get(end).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'=');
        if attribute && !closed && goes_on {
            return (None, 0);
        }
        return (Some(letters), 1 + end);
    }
    (None, 0)
}

/// What a name stands for, with its semicolon where it has one.
fn named(name: &str) -> Option<Letters> {
    let (mut from, mut to) = (0, NAMED.len());
    while from < to {
        let start = NAMED.get(..usize::midpoint(from, to))?.rfind('\n').map_or(0, |at| at + 1);
        let line = NAMED.get(start..)?.lines().next()?;
        let mut words = line.split(' ');
        match words.next()?.cmp(name) {
            Ordering::Less => from = start + line.len() + 1,
            Ordering::Greater => to = start,
            Ordering::Equal => {
                let mut letter =
                    || words.next().and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
                return Some([letter(), letter()]);
            }
        }
    }
    None
}

fn numeric(text: &str) -> (Option<Letters>, usize) {
    let (digits, radix, lead) = match text.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16, 3),
        None => (text, 10, 2),
    };
    let length = digits.bytes().take_while(|byte| char::from(*byte).is_digit(radix)).count();
    if length == 0 {
        return (None, 0);
    }
    let number = digits.get(..length).unwrap_or_default().trim_start_matches('0');
    let number = if number.is_empty() { 0 } else { u32::from_str_radix(number, radix).unwrap_or(u32::MAX) };
    let letter = match number {
        // Windows-1252 is meant (table of §13.2.5.80).
        0x80..=0x9F => {
            let place = usize::try_from(number - 0x80).unwrap_or_default();
            C1_REPLACEMENTS.get(place).copied().flatten().or_else(|| char::from_u32(number))
        }
        0 => Some('\u{FFFD}'),
        number => char::from_u32(number).or(Some('\u{FFFD}')),
    };
    let ended = usize::from(digits.as_bytes().get(length) == Some(&b';'));
    (Some([letter, None]), lead + length + ended)
}

#[cfg(test)]
mod tests {
    use html5ever::data::NAMED_ENTITIES;

    use super::{NAMED, named, read, value};

    /// `TIDEBOX_WRITE=1 cargo test --lib entities` writes them anew.
    #[test]
    fn every_named_character_is_known() {
        let mut lines: Vec<String> = NAMED_ENTITIES
            .entries()
            .filter(|(_, (first, _))| *first != 0)
            .map(|(name, (first, second))| match second {
                0 => format!("{name} {first:x}\n"),
                _ => format!("{name} {first:x} {second:x}\n"),
            })
            .collect();
        lines.sort_by(|one, other| one.split(' ').next().cmp(&other.split(' ').next()));
        if std::env::var_os("TIDEBOX_WRITE").is_some() {
            std::fs::write("src/mail/html/named_characters.txt", lines.concat()).unwrap();
            return;
        }
        assert_eq!(NAMED, lines.concat());
        for (name, &(first, second)) in NAMED_ENTITIES.entries().filter(|(_, (first, _))| *first != 0) {
            let letters = [char::from_u32(first), char::from_u32(second).filter(|_| second != 0)];
            assert_eq!(named(name), Some(letters), "{name}");
        }
        for name in ["", "A", "AElig;x", "zzz", "zwnj", "\u{FC}"] {
            assert_eq!(named(name), None, "{name}");
        }
    }

    #[test]
    fn references_are_read_as_browsers_read_them() {
        for (text, shown) in [
            ("a &amp; b &lt;c&gt;", "a & b <c>"),
            ("&#252;&#xFC;&#XfC &uuml &uuml;", "üüü ü ü"),
            ("&notit; &notin; &copy2", "¬it; ∉ ©2"),
            ("&#x9b;31m &#27;[2J &#0; &#x110000;", "›31m [2J \u{FFFD} \u{FFFD}"),
            ("AT&T &nosuch; & &; &#; &#x;", "AT&T &nosuch; & &; &#; &#x;"),
            ("&NotEqualTilde;", "≂\u{338}"),
            ("a\u{1b}b\u{9b}c\td\u{7f}", "abc\td"),
            ("&zwnj;&shy;&nbsp;", "\u{200C}\u{AD}\u{A0}"),
        ] {
            assert_eq!(read(text), shown, "{text:?}");
        }
        assert_eq!(value("?a=1&copy=2&lt=3&amp;x&copy"), "?a=1&copy=2&lt=3&x©");
        read(&"&".repeat(200_000));
        read(&"&abcdefghijklmnopqrstuvwxyzabcdefghijkl".repeat(20_000));
    }
}
