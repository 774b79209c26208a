//! One LIST response (RFC 9051 §7.3.1), read tolerantly: unknown attributes, and what follows the name, are skipped.

/// A folder as a server lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListResponse {
    pub(super) attributes: Vec<String>,
    /// The hierarchy delimiter; `None` if names have no levels.
    pub(super) delimiter: Option<char>,
    /// The name as the server sent it.
    pub(super) encoded: Vec<u8>,
}

impl ListResponse {
    /// Reads a line with its literals, without its line end: `* LIST (\Trash) "/" "Trash"`.
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        let rest = line.strip_prefix(b"* ")?;
        let (_, rest) = rest.split_at_checked(4).filter(|(word, _)| word.eq_ignore_ascii_case(b"LIST"))?;
        let rest = rest.trim_ascii_start().strip_prefix(b"(")?;
        let end = rest.iter().position(|byte| *byte == b')')?;
        let attributes = String::from_utf8_lossy(rest.get(..end)?);
        let attributes = attributes.split_ascii_whitespace().map(str::to_owned).collect();
        let (delimiter, rest) = string(rest.get(end + 1..)?.trim_ascii_start())?;
        let (encoded, _) = string(rest.trim_ascii_start())?;
        // Several characters can't be a delimiter: then names have no levels.
        let delimiter = match delimiter.as_slice() {
            [byte] if byte.is_ascii_graphic() => Some(char::from(*byte)),
            _ => None,
        };
        Some(Self { attributes, delimiter, encoded })
    }

    /// Whether it has an attribute. Case does not matter.
    pub(super) fn is(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|it| it.eq_ignore_ascii_case(attribute))
    }
}

/// A string in any of its three forms (RFC 9051 §4.3), and what follows it.
fn string(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    match text.first()? {
        b'"' => quoted(text.get(1..)?),
        b'{' => {
            let (length, rest) = text.get(1..)?.split_at(text.iter().position(|byte| *byte == b'}')?.checked_sub(1)?);
            let length: usize = str::from_utf8(length).ok()?.trim_end_matches('+').parse().ok()?;
            let rest = rest.strip_prefix(b"}")?;
            let rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n"))?;
            let (literal, rest) = rest.split_at_checked(length)?;
            Some((literal.to_vec(), rest))
        }
        _ => {
            let end = text.iter().position(|byte| matches!(byte, b' ' | b'\r' | b'\n')).unwrap_or(text.len());
            let (atom, rest) = text.split_at_checked(end).filter(|(atom, _)| !atom.is_empty())?;
            Some((atom.to_vec(), rest))
        }
    }
}

/// The content of a quoted string up to its closing quote, without the backslashes before quotes and backslashes, and
/// what follows it.
fn quoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut string = Vec::new();
    let mut bytes = text.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Some((string, text.get(at + 1..)?)),
            b'\\' => string.push(*bytes.next()?.1),
            _ => string.push(*byte),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::ListResponse;

    fn read(line: &[u8]) -> Option<(Vec<u8>, Option<char>)> {
        ListResponse::read(line).map(|listed| (listed.encoded, listed.delimiter))
    }

    #[test]
    fn a_name_comes_in_three_forms() {
        assert_eq!(read(br#"* LIST (\HasNoChildren) "/" INBOX"#), Some((b"INBOX".to_vec(), Some('/'))));
        assert_eq!(
            read(br#"* list () "." "a \"b\" \\ c" ("CHILDINFO" ("SUBSCRIBED"))"#),
            Some((br#"a "b" \ c"#.to_vec(), Some('.')))
        );
        assert_eq!(read(b"* LIST () NIL {7}\r\nx\r\n y)z"), Some((b"x\r\n y)z".to_vec(), None)));
        let listed = ListResponse::read(br#"* LIST (\noselect \archive) "/" x"#).unwrap();
        assert!(listed.is("\\NoSelect") && listed.is("\\Archive") && !listed.is("\\Trash"));
    }

    #[test]
    fn what_is_no_such_line_is_none() {
        for line in [
            &b""[..],
            b"* LSUB () \"/\" x",
            b"* LIST",
            b"* LIST ()",
            b"* LIST () \"/\"",
            b"* LIST () \"/\" ",
            b"* LIST () \"/\" \"x",
            b"* LIST () \"/\" \"x\\",
            b"* LIST (\\Trash \"/\" x",
            b"* LIST () \"/\" {9}\r\nx",
            b"* LIST () \"/\" {-1}\r\nx",
            b"* LIST () \"/\" {99999999999999999999}\r\nx",
            b"* LIST () \"/\" {1}x",
        ] {
            assert_eq!(ListResponse::read(line), None, "{}", String::from_utf8_lossy(line));
        }
    }

    proptest::proptest! {
        #[test]
        fn any_line_is_read_or_not(line in "(\\* LIST |\\(|\\)|\"|\\\\|/|NIL|\\{|\\}|[0-9]|\r\n| |.){0,20}") {
            let _ = ListResponse::read(line.as_bytes());
        }
    }
}
