//! A message of which only the header was fetched, because it is larger than `largest` allows.

use crate::domain::fingerprint::Fingerprint;
use crate::mail;

/// Stands for the size of a message that is larger than its server said.
pub(super) const UNTOLD: u64 = u64::MAX;

const MEGABYTE: u64 = 1024 * 1024;

/// What is taken in: the header, with a note in place of the body.
pub(super) fn alone(header: &[u8], size: u64) -> Vec<u8> {
    // The first field of a name counts, so that what follows is read as plain text.
    let mut raw = b"Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n".to_vec();
    raw.extend_from_slice(header.trim_ascii_end());
    let why = match size {
        UNTOLD => "is larger than its server says. Only its header was fetched;".to_owned(),
        size => {
            let megabytes = size.div_ceil(MEGABYTE);
            format!("has {megabytes} MB. Only its header was fetched, because `largest` allows no more;")
        }
    };
    let note = format!("\r\n\r\n[This message {why}\r\nthe whole message is on the server.]\r\n");
    raw.extend_from_slice(note.as_bytes());
    raw
}

/// Whether a message with this header and this size was taken in by its header alone, with this fingerprint. Fields
/// that were added to it since may have changed the number of megabytes in the note.
pub(super) fn is(header: &[u8], size: u64, fingerprint: Fingerprint) -> bool {
    let sizes = [size, size.saturating_sub(MEGABYTE).max(1), UNTOLD];
    sizes.into_iter().any(|size| mail::fingerprint(&alone(header, size)) == fingerprint)
}

#[cfg(test)]
mod tests {
    use super::{MEGABYTE, UNTOLD, alone, is};
    use crate::mail;

    const HEADER: &[u8] = b"Message-ID: <1@b.example>\r\nSubject: large\r\nContent-Type: text/html\r\n\r\n";

    #[test]
    fn it_is_known_again_with_a_field_more() {
        let taken = mail::fingerprint(&alone(HEADER, 3 * MEGABYTE));
        let more = [b"X-TUID: 0123456789ab\r\n".as_slice(), HEADER].concat();
        assert!(is(HEADER, 3 * MEGABYTE, taken) && is(&more, 3 * MEGABYTE + 22, taken));
        assert!(is(&more, 7 * MEGABYTE, mail::fingerprint(&alone(HEADER, UNTOLD))));
        assert!(!is(b"Message-ID: <1@b.example>\r\nSubject: another\r\n\r\n", 3 * MEGABYTE, taken));
    }
}
