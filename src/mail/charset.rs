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
        Some("iso-2022-kr" | "csiso2022kr") => (by("euc-kr", &unshifted(bytes, b"\x0e", b"\x0f")).into_owned(), true),
        Some("hz-gb-2312" | "hz") => (by("gbk", &unshifted(bytes, b"~{", b"~}")).into_owned(), true),
        Some(name) => match charset_decoder(usual(name).as_bytes()) {
            Some(decoder) => (decoder(bytes), true),
            None => (guess(bytes, None), false),
        },
    }
}

/// The usual name of a set that programs call otherwise.
fn usual(name: &str) -> String {
    match name {
        "cp949" | "ms949" | "uhc" | "ks_c_5601" | "ksc_5601" => "euc-kr",
        "cp932" | "ms932" => "shift_jis",
        "cp936" | "ms936" => "gbk",
        "cp950" | "big-5" => "big5",
        "koi8r" => "koi8-r",
        "koi8u" | "koi8-ru" => "koi8-u",
        "mac-roman" | "x-mac-roman" => "macintosh",
        // They differ in lines and corners only.
        "cp437" | "ibm437" => "cp850",
        _ => {
            let number = ["cp-", "win-", "windows", "win", "x-cp"].iter().find_map(|it| name.strip_prefix(it));
            return match number {
                Some(number) if number.len() == 4 && number.starts_with("125") => format!("windows-{number}"),
                _ => name.to_owned(),
            };
        }
    }
    .to_owned()
}

/// Text whose letters of two bytes stand between `open` and `close` without their eighth bits (RFC 1557, RFC 1843),
/// with them.
fn unshifted(bytes: &[u8], open: &[u8], close: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut shifted = false;
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        if let Some(behind) = rest.strip_prefix(open) {
            (shifted, rest) = (true, behind);
        } else if let Some(behind) = rest.strip_prefix(close) {
            (shifted, rest) = (false, behind);
        } else if let Some(behind) = rest.strip_prefix(b"\x1b$)C") {
            rest = behind;
        } else {
            rest = after;
            out.push(if shifted && byte.is_ascii_graphic() { byte | 0x80 } else { *byte });
        }
    }
    out
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
    fn sets_are_known_by_their_other_names() {
        for (name, bytes, text) in [
            ("CP949", b"\xc7\xd1\xb1\xb9".as_slice(), "한국"),
            ("cp932", b"\x93\xfa\x96{", "日本"),
            ("win-1251", b"\xcf\xf0\xe8", "При"),
            ("cp437", b"Gr\x81\xe1e", "Grüße"),
            ("x-mac-roman", b"Gr\x9f\xa7e", "Grüße"),
            ("iso-2022-kr", b"\x1b$)C\x0eGQ19\x0f a", "한국 a"),
            ("hz-gb-2312", b"a ~{VP9z~} b", "a 中国 b"),
        ] {
            assert_eq!(decode(bytes, Some(name)), (text.into(), true), "{name}");
        }
    }

    #[test]
    fn unnamed_bytes_are_guessed() {
        assert_eq!(guess("Grüße".as_bytes(), Some("iso-8859-1")), "Grüße");
        assert_eq!(guess(b"Gr\xfc\xdfe", None), "Grüße");
        assert_eq!(guess(b"\x93\xfa\x96{", Some("shift_jis")), "日本");
        assert_eq!(guess(b"\x1b$BF|K\\\x1b(B", None), "日本");
    }
}
