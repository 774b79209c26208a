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

#[cfg(test)]
mod tests {
    use super::decode_text;

    #[test]
    fn a_percent_sign_that_begins_no_byte_stays() {
        for (text, decoded) in
            [("a%40b", "a@b"), ("100%", "100%"), ("%4", "%4"), ("%zz%C3%A4", "%zzä"), ("%ff", "\u{FFFD}")]
        {
            assert_eq!(decode_text(text), decoded);
        }
    }
}
