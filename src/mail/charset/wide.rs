//! UTF-16 and UTF-32; many programs name them for text that is in another set, so the bytes are checked.

use encoding_rs::{UTF_16BE, UTF_16LE};

/// Two or four bytes a letter, in an order that the name may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wide {
    four: bool,
    /// Whether the lower byte comes first.
    little: Option<bool>,
}

impl Wide {
    /// By a name without punctuation.
    pub(super) fn named(plain: &str) -> Option<Self> {
        let rest = |names: &[&str]| names.iter().find_map(|name| plain.strip_prefix(name)).map(str::to_owned);
        let four = rest(&["utf32", "xutf32", "ucs4", "iso10646ucs4", "csucs4"]);
        let two = || {
            rest(&[
                "utf16",
                "xutf16",
                "ucs2",
                "iso10646ucs2",
                "csiso10646ucs2",
                "csunicode",
                "xunicode",
                "unicode",
                "iso10646",
                "cp1200",
            ])
        };
        let (four, order) = match four {
            Some(order) => (true, order),
            None => (false, two()?),
        };
        let little = match order.as_str() {
            "" | "1" | "11" | "20" | "feff" => None,
            "le" | "little" | "littleunmarked" | "lebom" => Some(true),
            "be" | "big" | "bigunmarked" | "fffe" | "bebom" => Some(false),
            _ => return None,
        };
        Some(Self { four, little })
    }

    /// The text; `None` where the bytes are in no such set.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<String> {
        match bytes {
            [0xFF, 0xFE, 0, 0, rest @ ..] => return Some(four(rest, true)),
            [0, 0, 0xFE, 0xFF, rest @ ..] => return Some(four(rest, false)),
            [0xFF, 0xFE, rest @ ..] => return Some(two(rest, true)),
            [0xFE, 0xFF, rest @ ..] => return Some(two(rest, false)),
            _ => {}
        }
        // The bytes of zero in even and in odd places: those are the upper bytes of Latin letters, of blanks and line ends.
        let zeros = |odd: usize| bytes.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
        let (even, odd) = (zeros(0), zeros(1));
        if even + odd == 0 && (std::str::from_utf8(bytes).is_ok() || self.four || bytes.len() % 2 == 1) {
            return None;
        }
        if self.four {
            let little = self.little.unwrap_or_else(|| bytes.first() != Some(&0));
            return Some(four(bytes, little));
        }
        let little = self.little.unwrap_or(odd > even);
        let text = two(bytes, little);
        // Without a byte order mark and without a zero byte, the result has to look like text.
        (even + odd > 0 || !text.contains('\u{FFFD}')).then_some(text)
    }
}

fn two(bytes: &[u8], little: bool) -> String {
    let set = if little { UTF_16LE } else { UTF_16BE };
    set.decode_without_bom_handling(bytes).0.into_owned()
}

fn four(bytes: &[u8], little: bool) -> String {
    let letter = |four: &[u8]| {
        let four: [u8; 4] = four.try_into().unwrap_or_default();
        let number = if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) };
        char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER)
    };
    bytes.chunks_exact(4).map(letter).collect()
}
