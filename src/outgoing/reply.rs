//! A server's reply (RFC 5321 §4.2): three digits, and text for people in any encoding, in one line or several.

use crate::domain::delivery::{DeliveryFailure, DeliveryStage, EnhancedStatus};
use crate::domain::printable::Printable;

/// The largest reply, in bytes. Within it a line may have any length; RFC 5321 §4.5.3.1.5 allows 512.
const REPLY_BYTES: usize = 100_000;
/// How many columns of a server's text are shown.
const SHOWN: usize = 400;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpReply {
    /// From 200 to 599.
    pub code: u16,
    pub enhanced: Option<EnhancedStatus>,
    /// The text of its lines, without codes and separated by LF; in no encoding that is known.
    pub text: Vec<u8>,
}

/// Why bytes are no reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    #[error("it sends a line that is no reply")]
    NoReply,
    #[error("the lines of its reply have different codes")]
    MixedCodes,
    #[error("its reply is longer than any server needs")]
    TooLong,
}

/// Cuts the bytes of a server into replies, however they arrive. Lines end with CRLF or LF, and blank ones do not count.
#[derive(Debug, Default)]
pub struct ReplyParser {
    line: Vec<u8>,
    length: usize,
    code: Option<u16>,
    text: Vec<u8>,
}

impl ReplyParser {
    /// Takes more bytes, up to the end of a reply: how many of them were used, and the reply if it is complete.
    ///
    /// # Errors
    /// If this is no reply. Nothing that follows on this connection can be understood then.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(usize, Option<SmtpReply>), ReplyError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest);
            let (taken, behind) = rest.split_at(end.map_or(rest.len(), |at| at + 1));
            rest = behind;
            self.length += taken.len();
            if self.length > REPLY_BYTES {
                return Err(ReplyError::TooLong);
            }
            self.line.extend_from_slice(taken);
            if end.is_some()
                && let Some(reply) = self.end_line()?
            {
                return Ok((bytes.len() - rest.len(), Some(reply)));
            }
        }
        Ok((bytes.len(), None))
    }

    /// Whether a part of a reply has come.
    #[must_use]
    pub fn is_within(&self) -> bool {
        self.length > 0
    }

    fn end_line(&mut self) -> Result<Option<SmtpReply>, ReplyError> {
        let line = std::mem::take(&mut self.line);
        let line = line.trim_ascii_end();
        if line.is_empty() {
            return Ok(None);
        }
        let (digits, behind) = line.split_at_checked(3).ok_or(ReplyError::NoReply)?;
        let code = str::from_utf8(digits).ok().and_then(|digits| digits.parse::<u16>().ok());
        let code = code.filter(|code| (200..600).contains(code) && digits.iter().all(u8::is_ascii_digit));
        let code = code.ok_or(ReplyError::NoReply)?;
        let (last, text) = match behind.split_first() {
            None => (true, behind),
            Some((b' ' | b'\t', text)) => (true, text),
            Some((b'-', text)) => (false, text),
            Some(_) => return Err(ReplyError::NoReply),
        };
        if self.code.is_some_and(|before| before != code) {
            return Err(ReplyError::MixedCodes);
        }
        if self.code.replace(code).is_some() {
            self.text.push(b'\n');
        }
        self.text.extend_from_slice(text);
        if !last {
            return Ok(None);
        }
        let text = std::mem::take(self).text;
        let enhanced = EnhancedStatus::at_start(&text).map(|(enhanced, _)| enhanced);
        let enhanced = enhanced.filter(|enhanced| u16::from(enhanced.class) == code / 100);
        Ok(Some(SmtpReply { code, enhanced, text }))
    }
}

impl SmtpReply {
    /// 2, 3, 4 or 5: it has succeeded, goes on, failed for now, or failed for good (RFC 5321 §4.2.1).
    #[must_use]
    pub const fn class(&self) -> u16 {
        self.code / 100
    }

    /// The lines without codes.
    pub(super) fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.text.split(|byte| *byte == b'\n')
    }

    /// Whether it says that the server stops, or that a connection to the next one broke: 421, or the enhanced code 4.4.x (RFC 3463
    /// §3.5). A server that stands before another one puts codes of its own in front of the other's, so every word counts.
    pub(super) fn tells_of_a_lost_connection(&self) -> bool {
        let is_network = |word: &[u8]| {
            let detail = word.strip_prefix(b"4.4.");
            let detail = detail.map(|it| it.strip_suffix(b".").unwrap_or(it));
            detail.is_some_and(|it| (1..=3).contains(&it.len()) && it.iter().all(u8::is_ascii_digit))
        };
        let mut words = self.text.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'.');
        self.code == 421 || words.any(|word| matches!(word, b"421" | b"421.") || is_network(word))
    }

    /// Its text in one line, fit to be shown.
    #[must_use]
    pub fn shown(&self) -> String {
        let own = |line: &[u8]| match EnhancedStatus::at_start(line) {
            Some((enhanced, length)) if Some(enhanced) == self.enhanced => decoded(line.get(length..).unwrap_or(&[])),
            _ => decoded(line),
        };
        // What cannot be shown is not decoded.
        let lines: Vec<String> = self.lines().take(SHOWN).map(own).map(|line| line.trim().to_owned()).collect();
        let text = lines.join(" ");
        Printable::from(text.trim().to_owned()).cut(SHOWN).as_str().to_owned()
    }

    pub(super) fn failure(&self, stage: DeliveryStage) -> DeliveryFailure {
        DeliveryFailure { stage, code: Some(self.code), enhanced: self.enhanced, text: self.shown() }
    }
}

/// UTF-8 where it is that, else ISO 8859-1, in which every byte is a character.
fn decoded(line: &[u8]) -> String {
    let head = line.get(..SHOWN * 4).unwrap_or(line);
    match str::from_utf8(line) {
        Ok(text) => text.chars().take(SHOWN * 4).collect(),
        Err(_) => head.iter().map(|byte| char::from(*byte)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{REPLY_BYTES, ReplyError, ReplyParser, SmtpReply};

    fn read(bytes: &[u8]) -> Result<Option<SmtpReply>, ReplyError> {
        ReplyParser::default().push(bytes).map(|(_, reply)| reply)
    }

    fn told(bytes: &[u8]) -> String {
        match read(bytes) {
            Ok(Some(reply)) => {
                let enhanced = reply.enhanced.map(|it| format!(" [{it}]")).unwrap_or_default();
                format!("{}{enhanced} {}", reply.code, reply.shown())
            }
            Ok(None) => "more".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_digits_count_whatever_the_text_is() {
        let long = format!("250 {}\r\n", "x".repeat(4_096));
        for (bytes, wanted) in [
            (&b"250 2.0.0 queued\r\n"[..], "250 [2.0.0] queued"),
            (b"250 Gr\xfc\xdfe, angenommen\r\n", "250 Grüße, angenommen"),
            ("250 Grüße\r\n".as_bytes(), "250 Grüße"),
            (b"\r\n \r\n250 ok\r\n", "250 ok"),
            (b"250\r\n", "250 "),
            (b"250 ok\n", "250 ok"),
            (b"550-5.1.1 no such\r\n550 5.1.1 user\r\n", "550 [5.1.1] no such user"),
            (b"550 2.1.1 odd\r\n", "550 2.1.1 odd"),
            (b"250 a\x1b[31mb\r\n", "250 a\u{fffd}[31mb"),
            (b"250-2.0.0 que", "more"),
            (b"250 ok", "more"),
            (b"", "more"),
            (b"250-a\r\n550 b\r\n", "the lines of its reply have different codes"),
            (b"hello\r\n", "it sends a line that is no reply"),
            (b"25\r\n", "it sends a line that is no reply"),
            (b"250ok\r\n", "it sends a line that is no reply"),
            (b"+25 ok\r\n", "it sends a line that is no reply"),
            (b"650 ok\r\n", "it sends a line that is no reply"),
            (b"* OK IMAP4rev1\r\n", "it sends a line that is no reply"),
        ] {
            assert_eq!(told(bytes), wanted, "{}", bytes.escape_ascii());
        }
        assert!(told(long.as_bytes()).starts_with("250 xxx"));
    }

    #[test]
    fn a_lost_connection_is_found_wherever_the_reply_tells_of_it() {
        for (text, wanted) in [
            ("421 bye", true),
            ("421-4.3.2 bye\r\n421 now", true),
            ("451 4.4.0 lost", true),
            ("451 4.3.0 421 lost", true),
            ("451 4.3.0 (421) lost", true),
            ("451 4.3.0 relay said: 421-4.3.2 bye", true),
            ("451 4.3.0 <ann@x.example>: 4.4.2 lost", true),
            ("451-4.3.0 relay said\r\n451 4.4.311 lost", true),
            ("554 5.0.0 4.4.1.", true),
            ("554 5.0.0 421.", true),
            ("451 4.3.0 from 4.4.8.8 and 14.4.4.1", false),
            ("451 4.3.0 id 4421, 4.4.x, 4.4., 4.4.1234", false),
            ("550 5.4.1 5.4.4", false),
        ] {
            let reply = read(format!("{text}\r\n").as_bytes()).ok().flatten();
            assert_eq!(reply.map(|it| it.tells_of_a_lost_connection()), Some(wanted), "{text}");
        }
    }

    #[test]
    fn a_reply_without_an_end_is_given_up() {
        let line = b"250-x\r\n";
        let endless = line.repeat(REPLY_BYTES / line.len() + 1);
        assert_eq!(read(&endless), Err(ReplyError::TooLong));
        assert_eq!(read(&vec![b'2'; REPLY_BYTES + 1]), Err(ReplyError::TooLong));
    }

    proptest! {
        /// However the bytes are cut, the same replies come out, and every byte is used once.
        #[test]
        fn pieces_make_the_same_replies(
            lines in proptest::collection::vec("(250|354|550)[ -][ -~é]{0,20}\r?\n|\r\n", 0..12),
            cuts in proptest::collection::vec(1_usize..9, 1..60),
        ) {
            let bytes: Vec<u8> = lines.concat().into_bytes();
            let replies = |sizes: &mut dyn Iterator<Item = usize>| {
                let (mut parser, mut found, mut rest) = (ReplyParser::default(), Vec::new(), bytes.as_slice());
                while !rest.is_empty() {
                    let piece = &rest[..sizes.next().unwrap_or(rest.len()).min(rest.len())];
                    match parser.push(piece) {
                        Ok((used, reply)) => {
                            assert!(used > 0 && used <= piece.len());
                            found.extend(reply.map(Ok));
                            rest = &rest[used..];
                        }
                        Err(error) => {
                            found.push(Err(error));
                            break;
                        }
                    }
                }
                found
            };
            prop_assert_eq!(replies(&mut std::iter::empty()), replies(&mut cuts.into_iter().cycle()));
        }
    }
}
