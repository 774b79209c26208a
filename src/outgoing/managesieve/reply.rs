//! What a server for scripts says (RFC 5804 §1.2, §4): lines of words, strings and literals, up to one that begins with OK, NO or BYE.

use crate::domain::printable::Printable;

/// A line is no longer without its literals, in bytes.
const LINE_BYTES: usize = 64 * 1024;
/// No literal is larger, in bytes: no script of ours is, and a longer one of somebody else is not read.
const LITERAL_BYTES: usize = 1024 * 1024;
/// A reply has no more lines: there are as many scripts, or capabilities.
const LINES: usize = 10_000;
/// How many columns of a server's text are shown.
const SHOWN: usize = 400;

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SieveToken {
    /// `OK`, `ACTIVE`, `(`.
    Word(String),
    /// What stood between quotes, or in a literal.
    Text(Vec<u8>),
}

impl SieveToken {
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            Self::Word(_) => None,
        }
    }

    fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(it) if it == word)
    }
}

/// Why bytes are no reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SieveReplyError {
    #[error("it sends what is no reply of a server for scripts")]
    NoReply,
    #[error("it sends more than a script and its reply need")]
    TooLong,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SieveStatus {
    Ok,
    No,
    /// It closes the connection.
    Bye,
}

/// The line that ends a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SieveEnd {
    pub(super) status: SieveStatus,
    /// In upper case: `QUOTA/MAXSIZE`, `SASL`; empty where it has none.
    pub(super) code: String,
    /// The string within the code.
    pub(super) argument: Vec<u8>,
    text: String,
}

impl SieveEnd {
    /// The server's words in one line, fit to be shown; its code where it says nothing.
    pub(super) fn shown(&self) -> String {
        let words = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let words = if words.is_empty() { self.code.clone() } else { words };
        Printable::from(words).cut(SHOWN).as_str().to_owned()
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SieveLine {
    Data(Vec<SieveToken>),
    End(SieveEnd),
}

/// A whole reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SieveReply {
    pub(super) lines: Vec<Vec<SieveToken>>,
    pub(super) end: SieveEnd,
}

/// Gathers lines up to the end of a reply.
#[derive(Debug, Default)]
pub(super) struct SieveReplyLines(Vec<Vec<SieveToken>>);

impl SieveReplyLines {
    /// Takes a line; returns the reply when it is whole.
    pub(super) fn push(&mut self, line: SieveLine) -> Result<Option<SieveReply>, SieveReplyError> {
        match line {
            SieveLine::End(end) => Ok(Some(SieveReply { lines: std::mem::take(&mut self.0), end })),
            SieveLine::Data(_) if self.0.len() >= LINES => Err(SieveReplyError::TooLong),
            SieveLine::Data(tokens) => {
                self.0.push(tokens);
                Ok(None)
            }
        }
    }
}

/// The first line of the bytes and its length; `None` where it has not come whole. Blank lines do not count.
///
/// # Errors
/// If this is no line, or is longer than any that is needed. Nothing that follows can be understood then.
pub(super) fn first_line(bytes: &[u8]) -> Result<Option<(usize, SieveLine)>, SieveReplyError> {
    let mut at = 0;
    let mut literals = 0;
    let mut tokens = Vec::new();
    loop {
        if at - literals > LINE_BYTES {
            return Err(SieveReplyError::TooLong);
        }
        let Some(byte) = bytes.get(at) else { return Ok(None) };
        match byte {
            b' ' | b'\t' | b'\r' => at += 1,
            b'\n' => {
                at += 1;
                if !tokens.is_empty() {
                    return Ok(Some((at, line(tokens)?)));
                }
            }
            b'(' | b')' => {
                tokens.push(SieveToken::Word(char::from(*byte).to_string()));
                at += 1;
            }
            b'"' => {
                let Some((length, text)) = quoted(bytes.get(at + 1..).unwrap_or_default())? else { return Ok(None) };
                tokens.push(SieveToken::Text(text));
                at += 1 + length;
            }
            b'{' => {
                let Some((head, size)) = literal(bytes.get(at + 1..).unwrap_or_default())? else { return Ok(None) };
                let start = at + 1 + head;
                let Some(text) = bytes.get(start..start + size) else { return Ok(None) };
                tokens.push(SieveToken::Text(text.to_vec()));
                literals += size;
                at = start + size;
            }
            byte if byte.is_ascii_graphic() => {
                let rest = bytes.get(at..).unwrap_or_default();
                let ends = |byte: &u8| !byte.is_ascii_graphic() || b"()\"{".contains(byte);
                let Some(length) = rest.iter().position(ends) else {
                    return if rest.len() > LINE_BYTES { Err(SieveReplyError::TooLong) } else { Ok(None) };
                };
                let word = rest.get(..length).unwrap_or_default();
                tokens.push(SieveToken::Word(String::from_utf8_lossy(word).to_ascii_uppercase()));
                at += length;
            }
            _ => return Err(SieveReplyError::NoReply),
        }
    }
}

/// A quoted string behind its first quote: how many bytes it has with the last one, and its text. Servers send more than the 1,024
/// bytes of the standard, and line ends.
fn quoted(bytes: &[u8]) -> Result<Option<(usize, Vec<u8>)>, SieveReplyError> {
    let mut text = Vec::new();
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => return Ok(Some((bytes.len() - rest.len(), text))),
            b'\\' => match rest.next() {
                Some(escaped) => text.push(*escaped),
                None => break,
            },
            byte => text.push(*byte),
        }
        if text.len() > LINE_BYTES {
            return Err(SieveReplyError::TooLong);
        }
    }
    Ok(None)
}

/// The head of a literal behind its brace, `12}` or `12+}` with its line end: how long that is, and how many bytes follow.
fn literal(bytes: &[u8]) -> Result<Option<(usize, usize)>, SieveReplyError> {
    let head = bytes.get(..16).unwrap_or(bytes);
    let Some(end) = memchr::memchr(b'\n', head) else {
        return if head.len() < 16 { Ok(None) } else { Err(SieveReplyError::TooLong) };
    };
    let digits = head.get(..end).unwrap_or_default().trim_ascii_end();
    let digits = digits.strip_suffix(b"}").ok_or(SieveReplyError::NoReply)?;
    let digits = digits.strip_suffix(b"+").unwrap_or(digits);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(SieveReplyError::NoReply);
    }
    let size = str::from_utf8(digits).ok().and_then(|it| it.parse::<usize>().ok());
    let size = size.filter(|size| *size <= LITERAL_BYTES).ok_or(SieveReplyError::TooLong)?;
    Ok(Some((end + 1, size)))
}

/// What a line is.
fn line(tokens: Vec<SieveToken>) -> Result<SieveLine, SieveReplyError> {
    let status = match tokens.first() {
        Some(SieveToken::Text(_)) => return Ok(SieveLine::Data(tokens)),
        Some(word) if word.is("OK") => SieveStatus::Ok,
        Some(word) if word.is("NO") => SieveStatus::No,
        Some(word) if word.is("BYE") => SieveStatus::Bye,
        _ => return Err(SieveReplyError::NoReply),
    };
    let mut end = SieveEnd { status, code: String::new(), argument: Vec::new(), text: String::new() };
    let mut rest = tokens.into_iter().skip(1).peekable();
    if rest.next_if(|token| token.is("(")).is_some() {
        let mut depth = 1;
        for token in rest.by_ref() {
            match token {
                SieveToken::Word(word) if word == "(" => depth += 1,
                SieveToken::Word(word) if word == ")" => depth -= 1,
                SieveToken::Word(word) if end.code.is_empty() => end.code = word,
                SieveToken::Text(text) if end.argument.is_empty() => end.argument = text,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    end.text = rest.find_map(|token| token.text()).unwrap_or_default();
    Ok(SieveLine::End(end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LINE_BYTES, SieveLine, SieveReplyError, SieveReplyLines, first_line};

    /// All replies of the bytes, in words.
    fn told(bytes: &[u8]) -> String {
        let (mut rest, mut lines, mut out) = (bytes, SieveReplyLines::default(), Vec::new());
        loop {
            match first_line(rest) {
                Ok(Some((length, line))) => {
                    rest = &rest[length..];
                    if let Some(reply) = lines.push(line).unwrap() {
                        let texts: Vec<String> = reply
                            .lines
                            .iter()
                            .map(|line| line.iter().filter_map(super::SieveToken::text).collect::<Vec<_>>().join(","))
                            .collect();
                        let (end, shown) = (&reply.end, reply.end.shown());
                        out.push(format!("{:?} [{}] {shown} <{}>", end.status, end.code, texts.join("; ")));
                    }
                }
                Ok(None) => return format!("{}{}", out.join(" | "), if rest.is_empty() { "" } else { " more" }),
                Err(error) => return error.to_string(),
            }
        }
    }

    #[test]
    fn replies_are_cut_at_their_end_whatever_form_their_strings_have() {
        for (bytes, wanted) in [
            (&b"OK\r\n"[..], "Ok []  <>"),
            (
                b"\"IMPLEMENTATION\" \"x\"\r\n\"SASL\" \"PLAIN\"\r\nOK \"ready\"\r\n",
                "Ok [] ready <IMPLEMENTATION,x; SASL,PLAIN>",
            ),
            (b"no (quota/maxsize) \"Too \\\"big\\\"\"\r\n", "No [QUOTA/MAXSIZE] Too \"big\" <>"),
            (b"NO {12}\r\nline 1\r\nbad\r\n", "No [] line 1 bad <>"),
            (b"OK (SASL \"dj0x\")\r\n", "Ok [SASL] SASL <>"),
            (b"OK (TAG {2+}\r\na\n) \"done\"\n", "Ok [TAG] done <>"),
            (b"BYE (REFERRAL \"sieve://x\") \"go\"\r\n", "Bye [REFERRAL] go <>"),
            (b"{3}\r\na\r\n\r\nOK\r\nOK\r\n", "Ok []  <a\r\n> | Ok []  <>"),
            (b"\r\n\r\nOK\r\n", "Ok []  <>"),
            (b"NO \"Gr\xfc\x1b[31m\"\r\n", "No [] Gr\u{fffd}\u{fffd}[31m <>"),
            (b"OK", " more"),
            (b"{10}\r\nabc", " more"),
            (b"\"abc", " more"),
            (b"* OK IMAP4rev1\r\n", "it sends what is no reply of a server for scripts"),
            (b"220 mail ESMTP\r\n", "it sends what is no reply of a server for scripts"),
            (b"\x16\x03\x01", "it sends what is no reply of a server for scripts"),
            (b"{x}\r\n", "it sends what is no reply of a server for scripts"),
            (b"{99999999}\r\n", "it sends more than a script and its reply need"),
            (b"{99999999999999999999}\r\n", "it sends more than a script and its reply need"),
        ] {
            assert_eq!(told(bytes), wanted, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn what_has_no_end_is_given_up() {
        for (first, more) in [(b'"', b'x'), (b'O', b'K'), (b' ', b' ')] {
            let mut bytes = vec![more; 2 * LINE_BYTES];
            bytes[0] = first;
            assert_eq!(first_line(&bytes), Err(SieveReplyError::TooLong));
        }
        let mut lines = SieveReplyLines::default();
        let ended = (0..20_000).find_map(|_| lines.push(SieveLine::Data(Vec::new())).err());
        assert_eq!(ended, Some(SieveReplyError::TooLong));
    }

    proptest! {
        /// A line is the same however much of what follows has come, and no bytes make it panic.
        #[test]
        fn a_line_needs_nothing_behind_it(bytes in "(OK|NO|\"a b\"|\\{3\\}\r\nabc|\\(|\\)|[ -~]|\r\n){0,20}", more in "[ -~]{0,9}") {
            if let Ok(Some((length, line))) = first_line(bytes.as_bytes()) {
                let longer = format!("{bytes}{more}");
                prop_assert_eq!(first_line(longer.as_bytes()), Ok(Some((length, line))));
                for end in 0..length {
                    prop_assert_eq!(first_line(&bytes.as_bytes()[..end]), Ok(None));
                }
            }
        }
    }
}
