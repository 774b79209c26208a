//! Bytes to text: character sets as messages name them, or as well as can be told where they do not.

use std::borrow::Cow;

use mail_parser::decoders::charsets::map::charset_decoder;

/// Decodes by the named character set. The second value is false where the name is not known and the text was guessed.
///
/// UTF-7 counts as unknown: no mail of this century needs it, and it smuggles markup past whoever reads the bytes.
pub(super) fn decode(bytes: &[u8], name: Option<&str>) -> (String, bool) {
    let name = name.map(|name| name.trim().trim_matches(['"', '\'']).to_ascii_lowercase());
    match name.as_deref() {
        None | Some("") => (guess(bytes, None), true),
        Some("utf-8" | "utf8") => (String::from_utf8_lossy(bytes).into_owned(), true),
        Some("us-ascii" | "ascii" | "ansi_x3.4-1968" | "7bit" | "8bit" | "unknown-8bit" | "default") => {
            (guess(bytes, None), true)
        }
        Some(name) if name.contains("utf-7") || name.contains("utf7") => (guess(bytes, None), false),
        Some(name) => match charset_decoder(name.as_bytes()) {
            Some(decoder) => (decoder(bytes), true),
            None => (guess(bytes, None), false),
        },
    }
}

/// Decodes bytes that do not say what they are: UTF-8 if they are valid, ISO-2022-JP if they use its escapes, else
/// the character set that is used around them, else Windows-1252, in which every byte is a letter.
pub(super) fn guess(bytes: &[u8], around: Option<&str>) -> String {
    if bytes.windows(3).any(|it| matches!(it, b"\x1b$B" | b"\x1b$@")) {
        let text = by("iso-2022-jp", bytes);
        if !text.contains(['\u{1b}', '\u{FFFD}']) {
            return text.into_owned();
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let around = around.map(str::to_ascii_lowercase);
    match around.as_deref() {
        Some(name) if !name.starts_with("utf") && !name.contains("ascii") => by(name, bytes).into_owned(),
        // Text that claims to be UTF-8 and is not quite: the good letters stay.
        Some(name) if name.starts_with("utf") => String::from_utf8_lossy(bytes).into_owned(),
        _ => by("windows-1252", bytes).into_owned(),
    }
}

/// Decodes the pieces of one text, each in the named character set (see RFC 2047).
///
/// They are read as one, because a letter may be cut in two between them; unless that makes more letters unreadable, as
/// with sets that begin each piece anew. UTF-7 is read here: nothing in a header is markup.
pub(super) fn decode_pieces(pieces: &[Vec<u8>], name: &str) -> String {
    let read = |bytes: &[u8]| match name.to_ascii_lowercase().as_str() {
        "utf-7" => by("utf-7", bytes).into_owned(),
        _ => decode(bytes, Some(name)).0,
    };
    let lost = |text: &str| text.matches('\u{FFFD}').count();
    let joined = read(&pieces.concat());
    if pieces.len() > 1 && lost(&joined) > 0 {
        let apart: String = pieces.iter().map(|piece| read(piece)).collect();
        if lost(&apart) < lost(&joined) {
            return apart;
        }
    }
    joined
}

fn by<'a>(name: &str, bytes: &'a [u8]) -> Cow<'a, str> {
    charset_decoder(name.as_bytes())
        .map_or_else(|| String::from_utf8_lossy(bytes), |decoder| Cow::Owned(decoder(bytes)))
}

/// Cuts text to so many bytes, never within a character.
pub(super) fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::{decode, guess};

    #[test]
    fn named_sets_are_read_and_unknown_ones_are_told() {
        assert_eq!(decode(b"Gr\xfc\xdfe", Some("ISO-8859-1")), ("Grüße".into(), true));
        assert_eq!(decode("Grüße".as_bytes(), Some("x-nothing")), ("Grüße".into(), false));
        assert_eq!(decode(b"+ADw-b+AD4-", Some("utf-7")), ("+ADw-b+AD4-".into(), false));
        assert_eq!(decode(b"caf\xe9", Some("us-ascii")).0, "café");
    }

    #[test]
    fn unnamed_bytes_are_guessed() {
        assert_eq!(guess("Grüße".as_bytes(), Some("iso-8859-1")), "Grüße");
        assert_eq!(guess(b"Gr\xfc\xdfe", None), "Grüße");
        assert_eq!(guess(b"\x93\xfa\x96{", Some("shift_jis")), "日本");
        assert_eq!(guess(b"\x1b$BF|K\\\x1b(B", None), "日本");
    }
}
