//! Character references of HTML (`&amp;`, `&#252;`, `&nbsp`), read as the HTML Standard (§13.2.5.72) has it.

use std::borrow::Cow;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

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
        let Some(&(first, second)) = after.get(..end).and_then(|name| NAMED_ENTITIES.get(name)).filter(|it| it.0 != 0)
        else {
            continue;
        };
        let closed = after.get(..end).is_some_and(|name| name.ends_with(';'));
        let goes_on = after.as_bytes().get(end).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'=');
        if attribute && !closed && goes_on {
            return (None, 0);
        }
        return (Some([char::from_u32(first), char::from_u32(second).filter(|c| *c != '\0')]), 1 + end);
    }
    (None, 0)
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
    use super::{read, value};

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
