//! Fields that programs which keep mail write into its header: mbsync and `OfflineIMAP` to know a message again, mutt and
//! others to keep its state or its size. With or without them it is the same message (`fingerprint`).

/// In lower case.
const ADDED: [&str; 8] =
    ["x-tuid", "x-offlineimap", "x-uid", "x-keywords", "x-status", "status", "content-length", "lines"];

/// The bytes of a message without such fields in its header.
#[must_use]
pub fn without_added_fields(raw: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(raw.len());
    let mut rest = raw;
    let mut counts = true;
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        let (line, after) = rest.split_at(end);
        if is_blank(line) {
            break;
        }
        if !line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
            counts = !ADDED.iter().any(|added| name.eq_ignore_ascii_case(added.as_bytes()));
        }
        if counts {
            kept.extend_from_slice(line);
        }
        rest = after;
    }
    kept.extend_from_slice(rest);
    kept
}

/// Whether the beginning of a message has the whole of its header.
#[must_use]
pub fn header_ends(beginning: &[u8]) -> bool {
    beginning.split_inclusive(|byte| *byte == b'\n').any(is_blank)
}

fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::{header_ends, without_added_fields};

    #[test]
    fn what_was_added_goes_and_nothing_else_does() {
        let sent = b"Subject: a\r\nX-Status-Of: b\r\n\tc\r\n\r\nStatus: in the text\r\n";
        let kept = b"X-TUID: abc\r\nSubject: a\r\nstatus: RO\r\nX-Keywords: a\r\n b\r\nX-Status-Of: b\r\n\tc\r\nContent-Length: 3\r\n\r\n\
                     Status: in the text\r\n";
        assert_eq!(without_added_fields(kept), sent);
        assert_eq!(without_added_fields(sent), sent);
        assert_eq!(without_added_fields(b"Lines: 3\nSubject: a"), b"Subject: a");
        assert!(header_ends(kept) && header_ends(b"a: b\n\n") && header_ends(b"\n"));
        assert!(!header_ends(b"a: b\n") && !header_ends(b"a: b\r\n\r"));
    }
}
