//! The bytes of a message as DATA takes them (RFC 5321 §4.5.2), and what they ask of a server.

/// The longest line, without its line end (RFC 5321 §4.5.3.1.6).
const LINE_BYTES: usize = 998;

/// What a message asks of a server beyond 7-bit text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// 8BITMIME (RFC 6152): a byte above 127 in the body.
    pub(super) eight_bit: bool,
    /// SMTPUTF8 (RFC 6531): one in the header.
    pub(super) utf8: bool,
}

/// What a message asks of a server.
///
/// # Errors
/// Why no server can take these bytes as they are.
pub(super) fn needs(message: &[u8]) -> Result<Needs, &'static str> {
    let (mut needs, mut header) = (Needs::default(), true);
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        // Only the last line may have no end; it is given one.
        let (text, ended) = match line.strip_suffix(b"\n") {
            Some(text) => (text.strip_suffix(b"\r"), true),
            None => (Some(line), false),
        };
        let text = text.filter(|text| !text.contains(&b'\r'));
        let text = text.ok_or("it has a line that ends otherwise than with CRLF")?;
        if text.contains(&0) {
            return Err("it has a NUL byte");
        }
        if text.len() > LINE_BYTES {
            return Err("it has a line of more than 998 bytes");
        }
        if !text.is_ascii() {
            *(if header { &mut needs.utf8 } else { &mut needs.eight_bit }) = true;
        }
        header &= !(text.is_empty() && ended);
    }
    Ok(needs)
}

/// The message with every dot that begins a line doubled, and a line end at its end, but without the dot that ends it.
pub(super) fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + message.len() / 64 + 2);
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line);
    }
    if !out.is_empty() && !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// The same with the line ends of this system's programs: LF.
pub(super) fn with_lf(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + 1);
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(text) => {
                out.extend_from_slice(text);
                out.push(b'\n');
            }
            None => out.extend_from_slice(line),
        }
    }
    if !out.ends_with(b"\n") {
        out.push(b'\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Needs, needs, stuffed, with_lf};

    #[test]
    fn what_no_server_takes_is_told_and_the_rest_is_not() {
        let long = format!("{}\r\n", "x".repeat(999));
        for (message, wanted) in [
            (&b"A: b\r\n\r\ntext\r\n"[..], Ok((false, false))),
            ("A: b\r\n\r\nGrüße\r\n".as_bytes(), Ok((true, false))),
            ("A: ü\r\n\r\ntext\r\n".as_bytes(), Ok((false, true))),
            ("A: ü".as_bytes(), Ok((false, true))),
            (b"", Ok((false, false))),
            (b"A: b\n\r\n", Err("ends otherwise")),
            (b"A: b\rC: d\r\n", Err("ends otherwise")),
            (b"A: b\r", Err("ends otherwise")),
            (b"A: b\r\n.\n.\r\n", Err("ends otherwise")),
            (b"A: \0\r\n", Err("NUL")),
            (long.as_bytes(), Err("998")),
            (&long.as_bytes()[1..], Ok((false, false))),
        ] {
            match (needs(message), wanted) {
                (Ok(found), Ok((eight_bit, utf8))) => assert_eq!(found, Needs { eight_bit, utf8 }),
                (Err(why), Err(part)) => assert!(why.contains(part), "{why}"),
                (found, wanted) => panic!("{}: {found:?}, not {wanted:?}", message.escape_ascii()),
            }
        }
    }

    proptest! {
        /// A server that takes the dots off again has the same bytes, and never sees an end within.
        #[test]
        fn dots_come_off_again(lines in proptest::collection::vec("[.a]{0,4}", 0..12)) {
            let message: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
            let sent = stuffed(message.as_bytes());
            let end = b"\r\n.\r\n";
            prop_assert!(!sent.starts_with(b".\r\n") && !sent.windows(5).any(|it| it == end));
            let sent = String::from_utf8(sent).unwrap();
            let taken: String = sent.split_inclusive('\n').map(|line| line.strip_prefix('.').unwrap_or(line)).collect();
            prop_assert_eq!(&taken, &message);
            prop_assert_eq!(with_lf(message.as_bytes()).strip_suffix(b"\n").unwrap_or_default().len() + 1,
                message.replace("\r\n", "\n").len().max(1));
        }
    }
}
