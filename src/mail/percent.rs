//! Percent-encoding (RFC 3986 §2.1), as addresses of the web, `mailto` and parameters (RFC 2231) have it.

use super::transfer_encoding::hex;

/// `%C3%A4` to its bytes; a `%` that begins none stays.
pub(super) fn decode(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let digit = |at: usize| after.get(at).and_then(|it| hex(*it));
        match (byte, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => out.push(*byte),
        }
    }
    out
}

/// The same as text; what is no UTF-8 becomes U+FFFD.
pub(super) fn decode_text(text: &str) -> String {
    String::from_utf8_lossy(&decode(text)).into_owned()
}

/// A text with everything encoded that is not unreserved (RFC 3986 §2.3), but for these.
pub(super) fn encode(text: &str, kept: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || kept.contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{decode_text, encode};

    #[test]
    fn what_is_encoded_is_decoded_to_the_same() {
        assert_eq!(encode("a b@c+ä", b"@"), "a%20b@c%2B%C3%A4");
        assert_eq!(decode_text(&encode("100% \r\n?&=#ä", b"")), "100% \r\n?&=#ä");
    }

    #[test]
    fn a_percent_sign_that_begins_no_byte_stays() {
        for (text, decoded) in
            [("a%40b", "a@b"), ("100%", "100%"), ("%4", "%4"), ("%zz%C3%A4", "%zzä"), ("%ff", "\u{FFFD}")]
        {
            assert_eq!(decode_text(text), decoded);
        }
    }
}
