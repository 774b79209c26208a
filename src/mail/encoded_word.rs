//! Encoded words (RFC 2047): text of any script in header fields.
//!
//! Neighbours of one character set are decoded together, because many programs cut a letter in two between them.
//! Decoded text is not decoded again, so that one encoded word cannot hide another.

use std::fmt::Write as _;

use super::charset;
use super::transfer_encoding::{base64, hex};

enum Piece<'a> {
    Text(&'a str),
    Word { charset: &'a str, pieces: Vec<Vec<u8>> },
}

/// The text of an unstructured field, decoded.
pub(super) fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    join(text, |piece| match piece {
        Piece::Text(text) => out.push_str(text),
        Piece::Word { charset, pieces } => out.push_str(&charset::decode_pieces(&pieces, charset)),
    });
    out
}

/// The same field with each run of encoded words as one encoded word in UTF-8, for a parser that reads words one by one.
pub(super) fn merge(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    join(text, |piece| match piece {
        Piece::Text(text) => out.push_str(text),
        Piece::Word { charset, pieces } => out.push_str(&word(&charset::decode_pieces(&pieces, charset))),
    });
    out
}

/// Text as one encoded word, however long; whoever writes it into a message sees to the length.
fn word(text: &str) -> String {
    let mut out = String::from("=?utf-8?Q?");
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "={byte:02X}");
        }
    }
    out.push_str("?=");
    out
}

/// Text as encoded words of at most 75 characters (RFC 2047 §2) on lines of their own, for a field that we write.
pub(super) fn encode(text: &str) -> String {
    let mut words = Vec::new();
    let mut piece = String::new();
    for letter in text.chars() {
        if word(&piece).len() + letter.len_utf8() * 3 > 75 {
            words.push(word(&std::mem::take(&mut piece)));
        }
        piece.push(letter);
    }
    words.push(word(&piece));
    words.join("\r\n ")
}

fn join<'a>(text: &'a str, mut each: impl FnMut(Piece<'a>)) {
    let mut rest = text;
    let mut run: Option<(&'a str, Vec<Vec<u8>>)> = None;
    // After the last `?=` no encoded word can end.
    let last = text.rfind("?=").unwrap_or(0);
    while let Some(at) = rest.find("=?") {
        let (before, from) = rest.split_at(at);
        let found = if text.len() - from.len() < last { read(from) } else { None };
        let Some((charset, bytes, length)) = found else {
            let (plain, after) = rest.split_at(at + 2);
            flush(&mut run, &mut each);
            each(Piece::Text(plain));
            rest = after;
            continue;
        };
        match &mut run {
            // Only white space between two words: it is not part of the text (RFC 2047 §6.2).
            Some((open, held)) if before.trim().is_empty() => {
                if open.eq_ignore_ascii_case(charset) {
                    held.push(bytes);
                } else {
                    flush(&mut run, &mut each);
                    run = Some((charset, vec![bytes]));
                }
            }
            _ => {
                flush(&mut run, &mut each);
                each(Piece::Text(before));
                run = Some((charset, vec![bytes]));
            }
        }
        rest = from.get(length..).unwrap_or_default();
    }
    flush(&mut run, &mut each);
    each(Piece::Text(rest));
}

fn flush<'a>(run: &mut Option<(&'a str, Vec<Vec<u8>>)>, each: &mut impl FnMut(Piece<'a>)) {
    if let Some((charset, pieces)) = run.take() {
        each(Piece::Word { charset, pieces });
    }
}

/// Reads `=?charset*language?Q?text?=` at the start: the character set, the bytes, and how long the word is.
fn read(text: &str) -> Option<(&str, Vec<u8>, usize)> {
    let inner = text.strip_prefix("=?")?;
    // Blanks may have come in where a field was folded.
    let (said, after) = inner.split_once('?')?;
    let charset = said.trim();
    if charset.is_empty() || charset.len() > 60 || !charset.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
    {
        return None;
    }
    let (encoding, after) = after.split_once('?')?;
    let (data, _) = after.split_once("?=").filter(|_| matches!(encoding.trim(), "B" | "b" | "Q" | "q"))?;
    let name = charset.split_once('*').map_or(charset, |(name, _)| name);
    let bytes = match encoding.trim() {
        "B" | "b" => base64(data.as_bytes()).0,
        _ => underscored(data.trim(), name),
    };
    let length = 2 + said.len() + 1 + encoding.len() + 1 + data.len() + 2;
    Some((name, bytes, length))
}

/// The bytes of a Q word. Letters that stand raw in it were decoded with the header around it; in a set of single bytes
/// they go back to theirs.
fn underscored(data: &str, charset: &str) -> Vec<u8> {
    let narrow = !charset.to_ascii_lowercase().starts_with("utf");
    let mut out = Vec::with_capacity(data.len());
    let mut rest = data;
    while let Some(letter) = rest.chars().next() {
        let after = rest.get(letter.len_utf8()..).unwrap_or_default();
        let digit = |at: usize| after.as_bytes().get(at).copied().and_then(hex);
        rest = after;
        match (letter, digit(0), digit(1)) {
            ('=', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                rest = after.get(2..).unwrap_or_default();
            }
            ('_', ..) => out.push(b' '),
            (letter, ..) => match u8::try_from(u32::from(letter)) {
                Ok(byte) if narrow => out.push(byte),
                _ => out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
            },
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{decode, encode, merge};

    #[test]
    fn words_of_both_encodings_are_read() {
        assert_eq!(decode("=?iso-8859-1?Q?Gr=FC=DFe_aus?= =?utf-8?B?TcO8bmNoZW4=?="), "Grüße ausMünchen");
        assert_eq!(decode("a =?utf-8?q?b?= c"), "a b c");
        assert_eq!(decode("=?utf-8*en?q?b?="), "b");
        assert_eq!(decode("=?iso-8859-1?Q?Fr\u{F6}sche?="), "Frösche");
        assert_eq!(decode("=?iso-2022-jp?B?GyRCRnwbKEI=?= =?iso-2022-jp?B?GyRCS1wbKEI=?="), "日本");
        assert_eq!(decode("=? ISO-2022-JP? B? GyRCRnwbKEI=?=\r\n =? ISO-2022-JP? B? GyRCS1wbKEI=?="), "日本");
        assert_eq!(decode("=?utf-8 ?Q? Gr=C3=BC=C3=9Fe_aus ?= =? utf-8?q ?_Kiel?="), "Grüße aus Kiel");
        assert_eq!(decode("=?utf-8?B?R3LD vMOf ZQ= =?="), "Grüße");
    }

    #[test]
    fn a_letter_cut_in_two_is_whole_again_and_nothing_is_decoded_twice() {
        assert_eq!(decode("=?utf-8?Q?split_mid=E2=98?= =?utf-8?Q?=BA?="), "split mid☺");
        assert_eq!(decode("=?utf-8?Q?=3D=3Futf-8=3FQ=3Fx=3F=3D?="), "=?utf-8?Q?x?=");
    }

    #[test]
    fn what_is_no_word_stays() {
        for text in ["=?", "=?utf-8?", "=?utf-8?X?a?=", "a =? b", "=?utf-8?Q?open", "1 + 1 =?= 2"] {
            assert_eq!(decode(text), text);
        }
    }

    #[test]
    fn floods_take_linear_time() {
        let words = "=?utf-8?Q?w?= ".repeat(100_000);
        assert_eq!(decode(&words).trim(), "w".repeat(100_000));
        for piece in ["=?", "=?a?Q?", "=?a?Q?b", "=?a?X?b", "?=", "=?a?Q?b?c"] {
            decode(&(piece.repeat(200_000 / piece.len()) + "?="));
        }
    }

    #[test]
    fn merged_words_say_the_same() {
        let text = "=?utf-8?Q?split_mid=E2=98?=\t=?utf-8?Q?=BA?= <a@b>";
        assert_eq!(decode(&merge(text)), decode(text));
    }

    proptest::proptest! {
        #[test]
        fn encoding_comes_back(text in "\\PC{0,120}") {
            proptest::prop_assert_eq!(decode(&encode(&text)), text.clone());
            proptest::prop_assert!(encode(&text).split("\r\n ").all(|word| word.len() <= 75));
        }

        #[test]
        fn anything_can_be_read(text in "(=\\?|\\?=|\\?|Q|utf-8| |=E2|.){0,40}") {
            decode(&text);
            merge(&text);
        }
    }
}
