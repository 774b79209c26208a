//! Decodes an XML document (XML 1.0 §4.3.3 and appendix F, RFC 7303 §3).
//!
//! The character set is taken from the byte order mark, else from the XML declaration, else from the server. RFC 7303 puts
//! the server before the declaration. But many servers send one character set for all of their files, so the document is
//! more often right about itself.

use crate::mail;

/// How far into a document its XML declaration is looked for, in bytes.
const DECLARATION_BYTES: usize = 1024;

/// The text of a document. `charset` is the character set that the server named. Invalid bytes become U+FFFD.
pub(super) fn text(bytes: &[u8], charset: Option<&str>) -> String {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return utf8(rest);
    }
    for (mark, name) in [(b"\xFE\xFF", "utf-16be"), (b"\xFF\xFE", "utf-16le")] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            return mail::decoded(rest, Some(name));
        }
    }
    // The first character is `<`. In UTF-16 it has two bytes.
    let set = match bytes.get(..2) {
        Some(b"\0<") => Some("utf-16be".to_owned()),
        Some(b"<\0") => Some("utf-16le".to_owned()),
        _ => declared(bytes),
    };
    match set.as_deref().or(charset) {
        Some(name) if !matches!(name.to_ascii_lowercase().as_str(), "utf-8" | "utf8") => {
            mail::decoded(bytes, Some(name))
        }
        _ => utf8(bytes),
    }
}

/// Decodes UTF-8. If more of the characters beyond ASCII are invalid than valid, the character set is guessed.
fn utf8(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let (broken, whole) = text.chars().filter(|c| !c.is_ascii()).fold((0usize, 0usize), |(broken, whole), c| match c {
        char::REPLACEMENT_CHARACTER => (broken + 1, whole),
        _ => (broken, whole + 1),
    });
    if broken > whole { mail::decoded(bytes, None) } else { text.into_owned() }
}

/// The character set that the XML declaration names.
fn declared(bytes: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(bytes.get(..bytes.len().min(DECLARATION_BYTES))?);
    let declaration = start.trim_start().strip_prefix("<?xml")?.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let name = value.get(1..)?.split_once(quote)?.0.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn a_document_is_read_in_the_letters_that_it_names_or_is_seen_to_be_in() {
        let utf16 = |order: fn(u16) -> [u8; 2], text: &str| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        let latin = b"<?xml version='1.0' encoding = \"windows-1252\"?><a>\x84\xE9\x93</a>";
        assert!(text(latin, None).ends_with("<a>„é“</a>"));
        assert!(text(latin, Some("utf-8")).ends_with("<a>„é“</a>"), "the document knows better than its server");
        assert_eq!(text(b"<a>\xC4\xE8</a>", Some("iso-8859-2")), "<a>Äč</a>");
        assert_eq!(text("<a>é</a>".as_bytes(), None), "<a>é</a>");
        assert_eq!(text(b"\xEF\xBB\xBF<a>\xC3\xA9</a>", Some("iso-8859-2")), "<a>é</a>");
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            assert_eq!(text(&utf16(order, "\u{FEFF}<a>é</a>"), None), "<a>é</a>");
            assert_eq!(text(&utf16(order, "<a>é</a>"), None), "<a>é</a>");
        }
        let claims = "<?xml version='1.0' encoding='UTF-16'?><a>é</a>";
        assert_eq!(text(claims.as_bytes(), None), claims, "what names itself can't be in UTF-16");
        assert_eq!(text(b"<a>caf\xE9</a>", None), "<a>café</a>", "no letter of UTF-8 in it");
        assert_eq!(text(b"<a>caf\xC3\xA9 \xFF \xC3\xA9</a>", Some("utf-8")), "<a>café \u{FFFD} é</a>");
        assert_eq!(text(b"", None), "");
    }
}
