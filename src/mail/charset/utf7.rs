//! UTF-7 (RFC 2152): letters beyond ASCII as UTF-16 in base64, between `+` and `-`. `encoding_rs` does not have it, as the
//! web may not use it; subjects of the nineties do.

/// Decodes in one pass. What is no letter becomes U+FFFD, bytes beyond ASCII too.
pub(super) fn decode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'+' => {
                let length = after.iter().take_while(|byte| digit(**byte).is_some()).count();
                let (inside, behind) = after.split_at(length);
                rest = behind.strip_prefix(b"-").unwrap_or(behind);
                if inside.is_empty() {
                    text.push('+');
                } else {
                    let letters = char::decode_utf16(units(inside));
                    text.extend(letters.map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)));
                }
            }
            0..=0x7F => text.push(char::from(*byte)),
            _ => text.push(char::REPLACEMENT_CHARACTER),
        }
    }
    text
}

/// The value of a digit of base64.
fn digit(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

/// Every sixteen bits of the digits. What is left at the end fills the last digit and means nothing.
fn units(digits: &[u8]) -> impl Iterator<Item = u16> {
    let (mut bits, mut count) = (0_u32, 0_u32);
    digits.iter().filter_map(|byte| digit(*byte)).filter_map(move |value| {
        bits = (bits << 6 | value) & 0x3F_FFFF;
        count += 6;
        let whole = count.checked_sub(16)?;
        count = whole;
        u16::try_from(bits >> whole & 0xFFFF).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn the_examples_of_rfc_2152_are_read() {
        assert_eq!(decode(b"A+ImIDkQ."), "A\u{2262}\u{391}.");
        assert_eq!(decode(b"Hi Mom -+Jjo--!"), "Hi Mom -\u{263A}-!");
        assert_eq!(decode(b"+ZeVnLIqe-"), "\u{65E5}\u{672C}\u{8A9E}");
        assert_eq!(decode(b"Item 3 is +AKM-1."), "Item 3 is \u{A3}1.");
        assert_eq!(decode(b"1 +- 1 = 2"), "1 + 1 = 2");
    }

    #[test]
    fn what_is_cut_or_broken_loses_no_more_than_itself() {
        assert_eq!(decode(b"+2D3cDw-"), "\u{1F40F}", "two halves are one letter");
        assert_eq!(decode(b"+2D0- a"), "\u{FFFD} a", "half a letter");
        assert_eq!(decode(b"+AK"), "", "half of sixteen bits");
        assert_eq!(decode(b"a+"), "a+");
        assert_eq!(decode(b"a\xFFb"), "a\u{FFFD}b");
        assert_eq!(decode(b"+AOk.+AOk x"), "é.é x");
    }
}
