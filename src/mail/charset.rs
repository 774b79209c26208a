//! Bytes to text, by the character set that the message names, or by a guess where it names none.

mod names;
mod pages;
mod utf7;
mod wide;

use encoding_rs::Encoding;

use self::names::{Set, named};

/// Whether the text was in the character set that was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DecodeResult {
    /// Read by its name, or guessed where there was none.
    Fits,
    /// The name is not known; the text was guessed.
    Unknown,
    /// The name is known, and the text is not in it; it was guessed.
    Untrue,
}

/// Decodes by the named character set.
///
/// UTF-7 counts as unknown: no mail of this century needs it, and it smuggles markup past whoever reads the bytes.
pub(super) fn decode(bytes: &[u8], name: Option<&str>) -> (String, DecodeResult) {
    let name = name.map(|name| name.trim().trim_matches(['"', '\'']).trim().to_ascii_lowercase()).unwrap_or_default();
    let text = match named(&name) {
        Set::Unsaid => guess(bytes, None),
        Set::Utf8 => utf8(bytes),
        Set::Library(set) => set.decode_without_bom_handling(bytes).0.into_owned(),
        Set::Page(letters) => by_page(bytes, letters, &[]),
        Set::Viscii(letters) => by_page(bytes, letters, &VISCII_LOW),
        Set::Shifted { open, close, set } => {
            set.decode_without_bom_handling(&unshifted(bytes, open, close)).0.into_owned()
        }
        Set::Wide(wide) => match wide.decode(bytes) {
            Some(text) => text,
            None => {
                return (guess(bytes, None), if bytes.is_empty() { DecodeResult::Fits } else { DecodeResult::Untrue });
            }
        },
        Set::Unknown => return (guess(bytes, None), DecodeResult::Unknown),
    };
    (text, DecodeResult::Fits)
}

/// VISCII (RFC 1456) needs six of the control characters for letters.
const VISCII_LOW: [(u8, char); 6] = [(2, 'Ẳ'), (5, 'Ẵ'), (6, 'Ẫ'), (20, 'Ỷ'), (25, 'Ỹ'), (30, 'Ỵ')];

fn by_page(bytes: &[u8], letters: &str, low: &[(u8, char)]) -> String {
    let letters: Vec<char> = letters.chars().collect();
    let letter = |byte: &u8| match byte.checked_sub(0x80) {
        Some(place) => letters.get(usize::from(place)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
        None => low.iter().find(|(known, _)| known == byte).map_or(char::from(*byte), |(_, letter)| *letter),
    };
    bytes.iter().map(letter).collect()
}

/// UTF-8, also where letters beyond the first plane are written as two halves (CESU-8, as Java and Oracle write them).
fn utf8(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) if bytes.windows(2).any(|it| matches!(it, [0xED, 0xA0..=0xAF])) => {
            String::from_utf8_lossy(&joined(bytes)).into_owned()
        }
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Two surrogates that follow each other become the one letter that they mean.
fn joined(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        if let [0xED, a @ 0xA0..=0xAF, b @ 0x80..=0xBF, 0xED, c @ 0xB0..=0xBF, d @ 0x80..=0xBF, behind @ ..] = rest {
            let high = (u32::from(*a) & 0x0F) << 6 | u32::from(*b) & 0x3F;
            let low = (u32::from(*c) & 0x0F) << 6 | u32::from(*d) & 0x3F;
            if let Some(letter) = char::from_u32(0x1_0000 + (high << 10 | low)) {
                out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                rest = behind;
                continue;
            }
        }
        out.push(*first);
        rest = after;
    }
    out
}

/// Sets the eighth bits of the two-byte letters between `open` and `close` (RFC 1557, RFC 1922, RFC 1843).
fn unshifted(bytes: &[u8], open: &[u8], close: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut shifted = false;
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        if let Some(behind) = rest.strip_prefix(open) {
            (shifted, rest) = (true, behind);
        } else if let Some(behind) = rest.strip_prefix(close) {
            (shifted, rest) = (false, behind);
        } else if let Some(behind) = rest.strip_prefix(b"\x1b$)C").or_else(|| rest.strip_prefix(b"\x1b$)A")) {
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
            return text;
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let around = around.map(|name| name.trim().trim_matches(['"', '\'']).to_ascii_lowercase()).unwrap_or_default();
    match named(&around) {
        // Text that is UTF-8 but for some broken bytes: the valid letters are kept.
        Set::Utf8 | Set::Wide(_) => utf8(bytes),
        Set::Unsaid | Set::Unknown => utf8_halves(bytes).unwrap_or_else(|| by("windows-1252", bytes)),
        _ => decode(bytes, Some(&around)).0,
    }
}

/// Bytes that are UTF-8 except for letters written as two surrogates.
fn utf8_halves(bytes: &[u8]) -> Option<String> {
    String::from_utf8(joined(bytes)).ok()
}

/// Decodes the pieces of one text, each in the named character set (see RFC 2047).
///
/// The pieces are decoded together, because a letter may be split between two of them; where that gives more unreadable
/// letters (some sets begin anew in each piece), they are decoded one by one. UTF-7 is allowed here, since a header holds no markup.
pub(super) fn decode_pieces(pieces: &[Vec<u8>], name: &str) -> String {
    let read = |bytes: &[u8]| match name.to_ascii_lowercase().as_str() {
        "utf-7" => utf7::decode(bytes),
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

fn by(name: &str, bytes: &[u8]) -> String {
    let set = Encoding::for_label(name.as_bytes());
    set.map_or_else(|| String::from_utf8_lossy(bytes), |set| set.decode_without_bom_handling(bytes).0).into_owned()
}

/// Cuts text to so many bytes, never within a character.
pub(super) fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::{DecodeResult, decode, decode_pieces, guess};

    #[test]
    fn named_sets_are_read_and_unknown_ones_are_told() {
        assert_eq!(decode(b"Gr\xfc\xdfe", Some("ISO-8859-1")), ("Grüße".into(), DecodeResult::Fits));
        assert_eq!(decode("Grüße".as_bytes(), Some("x-nothing")), ("Grüße".into(), DecodeResult::Unknown));
        assert_eq!(decode(b"+ADw-b+AD4-", Some("utf-7")), ("+ADw-b+AD4-".into(), DecodeResult::Unknown));
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
            assert_eq!(decode(bytes, Some(name)), (text.into(), DecodeResult::Fits), "{name}");
        }
    }

    #[test]
    fn sets_are_known_however_they_are_spelled() {
        let spelled = |names: &[&str], bytes: &[u8], text: &str| {
            for name in names {
                assert_eq!(decode(bytes, Some(name)), (text.into(), DecodeResult::Fits), "{name}");
            }
        };
        let names = ["eucjp", "EUC_JP", "ujis", "x-euc-jp", "eucJP-win", "CP51932", "windows-51932", "eucJP-ms"];
        spelled(&names, b"\xc4\xac", "潮");
        spelled(&["sjis-win", "Windows-31J", "MS_Kanji", "x-sjis", "cp943", "windows-932", "SJIS"], b"\x93\xfa", "日");
        spelled(&["x-windows-949", "KS_C_5601-1987", "cp949", "windows949", "UHC", "EUC_KR"], b"\xc7\xd1", "한");
        spelled(&["EUC-CN", "x-euc-cn", "GB2312-80", "GB_2312-80", "cp936", "x-gbk"], b"\xd6\xd0", "中");
        spelled(&["big5-eten", "Big5-HKSCS", "CN-Big5", "windows-950", "x-x-big5"], b"\xa4\xa4", "中");
        spelled(&["iso-2022-cn"], b"\x1b$)A\x0eVP\x0f", "中");
        let names =
            ["TIS620", "tis-620", "cp874", "x-windows-874", "IBM874", "TIS620.2533-1", "ISO-8859-11", "dos-874"];
        spelled(&names, b"\xb9\xe9\xd3", "น้ำ");
        let names =
            ["iso-latin-2", "iso 8859-2", "ISO8859_2", "iso_8859-2:1987", "l2", "latin2", "cp28592", "csISOLatin2"];
        spelled(&names, b"\xb1\xe8", "ąč");
        spelled(&["iso 8859-15", "iso885915", "ISO-8859-15-", "latin-9", "8859-15"], b"\xa4", "€");
        spelled(&["ms-greek", "WinDows_1253", "cp-1253"], b"\xe1", "α");
        spelled(&["ms-ee", "MS-EE", "cp1250"], b"\x9a", "š");
        spelled(&["koi8-ru", "koi8_u", "cp21866"], b"\xa4", "є");
        spelled(&["x-mac-ce", "mac-centraleurope", "x-mac-latin2", "cp10029"], b"\x84\x8b", "Ąč");
        spelled(&["x-mac-greek", "MacGreek"], b"\xe1", "α");
        spelled(&["x-mac-turkish", "macturkish"], b"\xdd", "ı");
        spelled(&["x-mac-cyrillic", "x-mac-ukrainian"], b"\x80", "А");
        spelled(&["hp-roman8", "roman8"], b"\xcc", "ä");
        spelled(&["viscii"], b"\x02\xd5", "Ẳạ");
        spelled(&["ptcp154", "PT154"], b"\x80", "Җ");
        spelled(&["x-utf-8", "UTF8", "utf8mb4", "cp65001", "unicode-1-1-utf-8", "cesu-8"], "日".as_bytes(), "日");
    }

    #[test]
    fn the_pages_of_dos_are_read() {
        for (name, bytes, text) in [
            ("cp437", b"Gr\x81\xe1e \xe0".as_slice(), "Grüße α"),
            ("IBM00858", b"\xd5", "€"),
            ("cp737", b"\x98", "α"),
            ("cp775", b"\xd0", "ą"),
            ("cp852", b"P\xfd\xa1liv", "Příliv"),
            ("ibm-852", b"\x9f", "č"),
            ("cp855", b"\xa0", "а"),
            ("cp857", b"\x8d", "ı"),
            ("cp860", b"\x84", "ã"),
            ("DOS862", b"\x80", "א"),
            ("cspc863", b"\x8d", "‗"),
            ("cp865", b"\x9b", "ø"),
            ("cp866", b"\x80", "А"),
            ("850", b"\x84", "ä"),
        ] {
            assert_eq!(decode(bytes, Some(name)), (text.into(), DecodeResult::Fits), "{name}");
        }
    }

    #[test]
    fn text_that_is_not_wide_is_no_utf_16() {
        let names = [
            "utf-16",
            "UTF-16LE",
            "utf-16be",
            "unicode",
            "ucs-2",
            "iso-10646-ucs-2",
            "csUnicode",
            "utf-32",
            "ucs-4",
            "utf32be",
        ];
        for name in names {
            for text in ["The boat leaves at nine.", "Grüße", "odd"] {
                assert_eq!(decode(text.as_bytes(), Some(name)), (text.into(), DecodeResult::Untrue), "{name}");
            }
        }
        let wide = |little: bool| -> Vec<u8> {
            let units = "Grüße 潮\u{1F30A}".encode_utf16();
            units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
        };
        for (name, bytes) in [
            ("utf-16", [b"\xff\xfe".to_vec(), wide(true)].concat()),
            ("utf-16le", [b"\xfe\xff".to_vec(), wide(false)].concat()),
            ("utf-16", wide(true)),
            ("unicode", wide(false)),
            ("utf-16be", wide(false)),
            ("ucs-2le", wide(true)),
            ("utf-32le", "Grüße 潮\u{1F30A}".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect()),
            ("utf-32", "Grüße 潮\u{1F30A}".chars().flat_map(|c| u32::from(c).to_be_bytes()).collect()),
        ] {
            assert_eq!(decode(&bytes, Some(name)), ("Grüße 潮\u{1F30A}".into(), DecodeResult::Fits), "{name}");
        }
    }

    #[test]
    fn letters_in_two_halves_are_one() {
        let halves = b"a \xed\xa0\xbc\xed\xbc\x8a b";
        assert_eq!(decode(halves, Some("utf-8")).0, "a \u{1F30A} b");
        assert_eq!(guess(halves, None), "a \u{1F30A} b");
        assert_eq!(decode_pieces(&[halves.to_vec()], "utf-8"), "a \u{1F30A} b");
        assert!(decode(b"\xed\xa0\xbc b", Some("utf-8")).0.ends_with(" b"));
    }

    #[test]
    fn unnamed_bytes_are_guessed() {
        assert_eq!(guess("Grüße".as_bytes(), Some("iso-8859-1")), "Grüße");
        assert_eq!(guess(b"Gr\xfc\xdfe", None), "Grüße");
        assert_eq!(guess(b"\x93\xfa\x96{", Some("shift_jis")), "日本");
        assert_eq!(guess(b"\x1b$BF|K\\\x1b(B", None), "日本");
    }
}
