//! Transfer encodings (RFC 2045 §6): back to the bytes that were meant, as far as broken ones allow.

use std::borrow::Cow;

use memchr::memchr2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// 7bit, 8bit, binary, and whatever is not known.
    Plain,
    Base64,
    QuotedPrintable,
    /// uuencode: in no standard of mail, and older than MIME.
    Uuencoded,
}

impl Encoding {
    pub(super) fn named(name: &[u8]) -> Self {
        let name: Vec<u8> = name.iter().filter(|byte| byte.is_ascii_graphic() && **byte != b'"').copied().collect();
        match name.to_ascii_lowercase().as_slice() {
            b"base64" => Self::Base64,
            b"quoted-printable" => Self::QuotedPrintable,
            b"x-uuencode" | b"uuencode" | b"x-uue" | b"uue" => Self::Uuencoded,
            _ => Self::Plain,
        }
    }

    /// The decoded bytes; the second value is false where the encoding was broken.
    pub(super) fn decode(self, bytes: &[u8]) -> (Cow<'_, [u8]>, bool) {
        match self {
            Self::Plain => (Cow::Borrowed(bytes), true),
            Self::Base64 => {
                let (decoded, whole) = base64(bytes.get(..encoded(bytes)).unwrap_or(bytes));
                (Cow::Owned(decoded), whole)
            }
            Self::QuotedPrintable => {
                let (decoded, whole) = quoted_printable(bytes);
                (Cow::Owned(decoded), whole)
            }
            Self::Uuencoded => uuencoded(bytes).map_or((Cow::Borrowed(bytes), false), |it| (Cow::Owned(it), true)),
        }
    }

    /// Plain text after the encoded text: mailing lists add their footers there.
    pub(super) fn behind(self, bytes: &[u8]) -> &[u8] {
        match self {
            Self::Base64 => bytes.get(encoded(bytes)..).unwrap_or_default().trim_ascii(),
            Self::Plain | Self::QuotedPrintable | Self::Uuencoded => &[],
        }
    }

    /// How many bytes decoding gives, without keeping them.
    pub(super) fn decoded_size(self, bytes: &[u8]) -> usize {
        match self {
            Self::Plain => bytes.len(),
            Self::Base64 => {
                let letters = letters_alone(bytes).unwrap_or_else(|| {
                    bytes.iter().take(encoded(bytes)).filter(|byte| sextet(**byte).is_some()).count()
                });
                letters * 3 / 4
            }
            Self::QuotedPrintable | Self::Uuencoded => self.decode(bytes).0.len(),
        }
    }
}

/// A line of at least so many letters of base64 is encoded data, not text that a person wrote.
const LONG: usize = 40;

/// How far base64 reaches: to the first line that is none, where base64 stands before it and no long line of base64 follows;
/// back to the last padding, if there was one. Without such a line, or with base64 on both sides of it, it is broken base64
/// to its end.
fn encoded(bytes: &[u8]) -> usize {
    if letters_alone(bytes).is_some() {
        return bytes.len();
    }
    let mut at = 0;
    // Where base64 ended as far as it was read; behind the last padding; behind the last long line.
    let (mut end, mut padded, mut long) = (None, None, 0);
    // Where the first line is that is no base64, and the letters since the last padding.
    let mut other: Option<usize> = None;
    let mut letters = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let text = line.trim_ascii();
        let start = at + line.len() - line.trim_ascii_start().len();
        at += line.len();
        if text.is_empty() {
            continue;
        }
        if is_base64(text) {
            if text.len() >= LONG {
                (long, other) = (start + text.len(), None);
            }
            if other.is_none() {
                (end, letters) = (Some(start + text.len()), letters + text.len());
                if text.ends_with(b"=") {
                    (padded, letters) = (end, 0);
                }
            }
        } else if other.is_none() {
            let head = head(text);
            if head > 0 {
                (end, padded) = (Some(start + head), Some(start + head));
            }
            other = end.is_some().then_some(start);
        }
    }
    match (other, padded, end) {
        (Some(_), Some(padded), _) if padded >= long => padded,
        (Some(_), _, Some(end)) => end,
        // Letters after the padding that do not decode are text.
        (None, Some(padded), _) if letters % 4 != 0 && padded >= long => padded,
        _ => bytes.len(),
    }
}

/// How many letters of base64 there are, where nothing stands between them but ends of lines, and only padding behind: what
/// nearly every file is. Told without looking at lines, as files are large.
fn letters_alone(bytes: &[u8]) -> Option<usize> {
    let bytes = bytes.trim_ascii_end();
    let bytes = bytes.strip_suffix(b"=").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"=").unwrap_or(bytes);
    let mut count = 0;
    // So short that a byte holds each sum: then many bytes are looked at in one step of the processor.
    for chunk in bytes.chunks(128) {
        let (mut letters, mut ends) = (0u8, 0u8);
        for byte in chunk {
            let letter = (byte | 0x20).wrapping_sub(b'a') < 26 || byte.wrapping_sub(b'/') < 11 || *byte == b'+';
            letters += u8::from(letter);
            ends += u8::from(*byte == b'\n' || *byte == b'\r');
        }
        let letters = usize::from(letters);
        if letters + usize::from(ends) < chunk.len() {
            return None;
        }
        count += letters;
    }
    (count > 0).then_some(count)
}

fn is_base64(line: &[u8]) -> bool {
    let padding = line.iter().rev().take_while(|byte| **byte == b'=').count();
    let letters = line.get(..line.len() - padding).unwrap_or_default();
    padding <= 2
        && letters.iter().all(|byte| sextet(*byte).is_some())
        && letters.iter().any(u8::is_ascii_alphanumeric)
        // Of the two alphabets (RFC 4648 §4 and §5) one.
        && !(letters.iter().any(|byte| matches!(byte, b'-' | b'_')) && letters.iter().any(|byte| matches!(byte, b'+' | b'/')))
}

/// How much of a line is base64 with its padding, where something else stands behind that.
fn head(line: &[u8]) -> usize {
    let letters = line.iter().take_while(|byte| sextet(**byte).is_some()).count();
    let padding = line.iter().skip(letters).take_while(|byte| **byte == b'=').count();
    if (1..=2).contains(&padding) && letters > 0 && (letters + padding).is_multiple_of(4) {
        letters + padding
    } else {
        0
    }
}

/// What decodes of base64: letters outside the alphabet are passed over, padding may stand anywhere.
pub(crate) fn base64(bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3 + 3);
    let (mut bits, mut held, mut whole) = (0u32, 0u8, true);
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        // Four letters that stand together are three bytes.
        if held == 0
            && let Some((four, behind)) = rest.split_first_chunk::<4>()
            && let [Some(a), Some(b), Some(c), Some(d)] = four.map(sextet)
        {
            let [_, three @ ..] =
                (u32::from(a) << 18 | u32::from(b) << 12 | u32::from(c) << 6 | u32::from(d)).to_be_bytes();
            out.extend_from_slice(&three);
            rest = behind;
            continue;
        }
        rest = after;
        if let Some(six) = sextet(*byte) {
            bits = (bits << 6 | u32::from(six)) & 0x00FF_FFFF;
            held += 6;
            if held >= 8 {
                held -= 8;
                out.push(u8::try_from(bits >> held & 0xFF).unwrap_or_default());
            }
        } else if *byte == b'=' {
            // A new run of letters begins behind the padding.
            held = 0;
        } else if !byte.is_ascii_whitespace() {
            whole = false;
        }
    }
    (out, whole && held < 6)
}

const NO_LETTER: u8 = 0xFF;
/// What each byte stands for in base64 (RFC 4648 §4 and §5).
const SEXTETS: [u8; 256] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut table = [NO_LETTER; 256];
    let mut six = 0;
    while six < 64 {
        table[alphabet[six as usize] as usize] = six;
        six += 1;
    }
    table[b'-' as usize] = 62;
    table[b'_' as usize] = 63;
    table
};

fn sextet(byte: u8) -> Option<u8> {
    let six = SEXTETS[usize::from(byte)];
    (six != NO_LETTER).then_some(six)
}

/// What decodes of quoted-printable; an `=` that begins nothing stays as it is.
pub(super) fn quoted_printable(bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(bytes.len());
    let mut whole = true;
    // Up to here nothing is taken off again: a decoded space is meant, even at the end of a line.
    let mut meant = 0;
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'=' => {
                let pair = (after.first().and_then(|it| hex(*it)), after.get(1).and_then(|it| hex(*it)));
                let spaces = after.iter().take_while(|it| matches!(it, b' ' | b'\t' | b'\r')).count();
                if let (Some(high), Some(low)) = pair {
                    out.push(high << 4 | low);
                    meant = out.len();
                    rest = after.get(2..).unwrap_or_default();
                } else if after.get(spaces).is_none_or(|it| *it == b'\n') {
                    rest = after.get(spaces + 1..).unwrap_or_default();
                } else {
                    whole = false;
                    out.push(b'=');
                }
            }
            b'\n' => {
                let crlf = out.len() > meant && out.last() == Some(&b'\r');
                // Spaces at the end of a line were added on the way (RFC 2045 §6.7, rule 3).
                while out.len() > meant && out.last().is_some_and(|it| matches!(it, b' ' | b'\t' | b'\r')) {
                    out.pop();
                }
                out.extend_from_slice(if crlf { b"\r\n" } else { b"\n" });
                meant = out.len();
            }
            byte => {
                out.push(*byte);
                let length = memchr2(b'=', b'\n', rest).unwrap_or(rest.len());
                let (plain, behind) = rest.split_at(length);
                out.extend_from_slice(plain);
                rest = behind;
            }
        }
    }
    (out, whole)
}

/// The file between `begin 644 name` and `end`; `None` where none begins.
fn uuencoded(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    lines.find(|line| line.starts_with(b"begin "))?;
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    for line in lines.take_while(|line| *line != b"end") {
        let Some((length, letters)) = line.split_first() else { continue };
        let until = out.len() + usize::from(length.wrapping_sub(b' ') & 0x3F);
        for four in letters.chunks(4) {
            // Blanks at the end of a line are lost on the way; they are zeros.
            let six = |at: usize| u32::from(four.get(at).map_or(0, |byte| byte.wrapping_sub(b' ') & 0x3F));
            let [_, three @ ..] = (six(0) << 18 | six(1) << 12 | six(2) << 6 | six(3)).to_be_bytes();
            out.extend_from_slice(&three);
        }
        out.resize(until, 0);
    }
    Some(out)
}

/// Text with CRLF line ends as quoted-printable (RFC 2045 §6.7), in lines of at most 76 characters.
pub(super) fn to_quoted_printable(text: &str) -> String {
    const LINE: usize = 76;
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for (number, line) in text.split("\r\n").enumerate() {
        if number > 0 {
            out.push_str("\r\n");
        }
        let mut columns = 0;
        for (at, byte) in line.bytes().enumerate() {
            let last = at + 1 == line.len();
            let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || matches!(byte, b' ' | b'\t') && !last;
            let width = if plain { 1 } else { 3 };
            // The last character of a line needs no room for the `=` behind it.
            if columns + width > LINE - usize::from(!last) {
                out.push_str("=\r\n");
                columns = 0;
            }
            if plain {
                out.push(char::from(byte));
            } else {
                out.push_str(&format!("={byte:02X}"));
            }
            columns += width;
        }
    }
    out
}

pub(super) fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::{Encoding, base64, quoted_printable};

    #[test]
    fn whole_encodings_come_back_whole() {
        assert_eq!(base64(b"aGVs\r\nbG8K"), (b"hello\n".to_vec(), true));
        assert_eq!(base64(b"aGVsbA==\naGVsbA=="), (b"hellhell".to_vec(), true));
        assert_eq!(quoted_printable(b"a=20=\r\nb \r\n=C3=A9"), ("a b\r\né".as_bytes().to_vec(), true));
        assert_eq!(quoted_printable(b"--=20\n").0, b"-- \n");
        assert_eq!(Encoding::Base64.decoded_size(b"aGVsbG8K"), 6);
    }

    #[test]
    fn what_stands_behind_base64_is_text() {
        let is = |text: &str, decoded: &str, behind: &str| {
            let (bytes, whole) = Encoding::Base64.decode(text.as_bytes());
            assert_eq!((String::from_utf8_lossy(&bytes).as_ref(), whole), (decoded, true), "{text}");
            assert_eq!(Encoding::Base64.behind(text.as_bytes()), behind.as_bytes(), "{text}");
            assert!(Encoding::Base64.decoded_size(text.as_bytes()).abs_diff(decoded.len()) < 3, "{text}");
        };
        is(
            "aGVsbA==\n\n-- \nTides mailing list\nhttps://l.example",
            "hell",
            "-- \nTides mailing list\nhttps://l.example",
        );
        is("aGVsbG8K\n_______\ncrew list", "hello\n", "_______\ncrew list");
        is("aGVsbG8K\r\n\r\n-----\r\nBest\r\nAnn Holm\r\n", "hello\n", "-----\r\nBest\r\nAnn Holm");
        is("aGVsbA==\nBest\nAnn Holm", "hell", "Best\nAnn Holm");
        is("aGVsbA==\nCheerio", "hell", "Cheerio");
        is("aGVsbA==-- \nAnn", "hell", "-- \nAnn");
        is("aGVsbA==\naGVsbA==\n", "hellhell", "");
        is("aGVsbG8K\n", "hello\n", "");
        assert_eq!(Encoding::Base64.decode(b"aGVsbG8K\n////\n").0.as_ref(), b"hello\n\xff\xff\xff");
        let long = "aGVsbG8KaGVsbG8KaGVsbG8KaGVsbG8KaGVsbG8KaGVsbG8K";
        let broken = format!("{long}\n*** cut here ***\n{long}\n");
        assert_eq!(Encoding::Base64.behind(broken.as_bytes()), b"");
        assert!(!Encoding::Base64.decode(broken.as_bytes()).1);
    }

    #[test]
    fn uuencoded_files_come_back() {
        let text = b"begin 644 x.txt\r\n#0V%T\r\n`\r\nend\r\n";
        let encoding = Encoding::named(b" X-Uuencode");
        assert_eq!(encoding.decode(text).0.as_ref(), b"Cat");
        assert_eq!(encoding.decoded_size(text), 3);
        assert_eq!(encoding.decode(b"no file").0.as_ref(), b"no file");
        assert!(encoding.decode(b"begin 644 x\nM\n\xff\xff\n").1);
    }

    #[test]
    fn of_broken_ones_comes_what_can() {
        assert_eq!(base64(b"SGVsbG8g d29ybGQ*=\r\n====\r\nISEh!"), (b"Hello world!!!".to_vec(), false));
        assert_eq!(quoted_printable(b"1=2 =ZZ a="), (b"1=2 =ZZ a".to_vec(), false));
    }
}
