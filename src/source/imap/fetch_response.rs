//! What a FETCH response says of one message (RFC 9051 §7.5.2), read tolerantly: items may come in any order, unknown
//! ones are skipped, and invalid ones are left out.

use chrono::{DateTime, Utc};

use super::scanner::Scanner;
use crate::domain::flags::Flags;
use crate::domain::keyword::Keyword;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FetchResponse {
    /// Its message sequence number, counted from 1, as it is now.
    pub(super) seq: u32,
    pub(super) uid: Option<u32>,
    pub(super) flags: Option<Flags>,
    pub(super) modseq: Option<u64>,
    pub(super) size: Option<u64>,
    /// Its INTERNALDATE: when it arrived in the mailbox.
    pub(super) arrived: Option<DateTime<Utc>>,
    /// Bytes of the message, whichever part was asked for.
    pub(super) body: Option<Vec<u8>>,
    /// Whether its list ends too early, so that a value may be a part of what the server meant. A list with a message in it
    /// counts as whole: there the length of the message may be wrong, and then the message is left out.
    pub(super) is_cut: bool,
}

impl FetchResponse {
    /// Reads the parenthesised list of items.
    pub(super) fn read(place: u32, scan: &mut Scanner<'_>) -> Self {
        let mut fetched = Self { seq: place, ..Self::default() };
        if !scan.take(b'(') {
            fetched.is_cut = true;
            return fetched;
        }
        let mut closed = scan.take(b')');
        let mut has_body = false;
        while !closed && !scan.is_over() {
            let item = scan.item().to_ascii_uppercase();
            match item.as_slice() {
                b"UID" => fetched.uid = scan.number().filter(|uid| *uid > 0),
                b"FLAGS" => fetched.flags = scan.words().map(|words| flags(&words)),
                b"RFC822.SIZE" => fetched.size = scan.number(),
                b"INTERNALDATE" => fetched.arrived = scan.string().and_then(|text| date(&text)),
                b"MODSEQ" => {
                    let words = scan.words().unwrap_or_default();
                    fetched.modseq = words.first().and_then(|word| super::scanner::number(word));
                }
                // A parenthesis stands where a name should; it is skipped.
                b"" => scan.skip(),
                _ if item.starts_with(b"BODY[") || item == b"RFC822" || item == b"RFC822.HEADER" => {
                    fetched.body = scan.string();
                    has_body = true;
                }
                _ => scan.skip(),
            }
            closed = scan.take(b')');
        }
        // If the length of a literal was wrong, the list does not end after it. Then the bytes are not the message.
        if !closed || !scan.is_over() {
            fetched.body = None;
        }
        fetched.is_cut = !closed && !has_body;
        fetched
    }
}

/// Flags by their names. Case does not matter; unknown flags are left out.
pub(super) fn flags(words: &[Vec<u8>]) -> Flags {
    let mut flags = Flags::default();
    for word in words {
        let is = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
        if is("\\Seen") {
            flags.seen = true;
        } else if is("\\Answered") {
            flags.answered = true;
        } else if is("\\Flagged") {
            flags.flagged = true;
        } else if is("\\Deleted") {
            flags.deleted = true;
        } else if is("\\Draft") {
            flags.draft = true;
        } else if is("$Forwarded") {
            flags.forwarded = true;
        } else {
            flags.keywords.extend(str::from_utf8(word).ok().and_then(Keyword::read));
        }
    }
    flags
}

/// `"17-Jul-1996 02:44:25 -0700"`; the day may have one digit.
fn date(text: &[u8]) -> Option<DateTime<Utc>> {
    let text = str::from_utf8(text.get(..64).unwrap_or(text)).ok()?.trim();
    DateTime::parse_from_str(text, "%d-%b-%Y %H:%M:%S %z").ok().map(|date| date.to_utc())
}

#[cfg(test)]
mod tests {
    use super::FetchResponse;
    use crate::domain::flags::Flags;
    use crate::source::imap::framing::RawResponse;
    use crate::source::imap::scanner::Scanner;

    fn read(text: &str, literals: &[&[u8]]) -> FetchResponse {
        let mut answer =
            RawResponse { text: text.as_bytes().to_vec(), literals: literals.iter().map(|it| it.to_vec()).collect() };
        FetchResponse::read(3, &mut Scanner::new(&mut answer))
    }

    #[test]
    fn items_are_read_in_any_order() {
        let one = read(
            "(UID 7 FLAGS (\\Seen $TideLater) RFC822.SIZE 44 MODSEQ (12) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" BODY[] {3})",
            &[b"a\0b"],
        );
        let other = read(
            "(BODY[]  {3} INTERNALDATE \"17-Jul-1996 02:44:25 -0700\"  MODSEQ (12) rfc822.size 44 flags (\\SEEN $tidelater ) uid 7 )",
            &[b"a\0b"],
        );
        assert_eq!(one, other);
        assert_eq!((one.uid, one.size, one.modseq, one.body), (Some(7), Some(44), Some(12), Some(b"a\0b".to_vec())));
        assert_eq!(one.flags, Some(Flags::read("S $TideLater")));
        assert_eq!(one.arrived.unwrap().to_string(), "1996-07-17 09:44:25 UTC");
    }

    #[test]
    fn a_message_whose_length_was_wrong_is_none() {
        assert_eq!(read("(UID 7 BODY[] {3})", &[b"abc"]).body.as_deref(), Some(&b"abc"[..]));
        for text in ["(UID 7 BODY[] {3}the end.", "(UID 7 BODY[] {3}", "(UID 7 BODY[] {3}) and more"] {
            let read = read(text, &[b"abc"]);
            assert_eq!((read.uid, read.body), (Some(7), None), "{text}");
        }
    }

    #[test]
    fn a_list_that_ends_too_early_is_known_as_cut() {
        for text in ["(UID 7 FLAGS (\\Seen $TideLa", "(UID 7 FLAGS (\\Seen)", "(UID 7 FLAGS", "(UI", "(", ""] {
            assert!(read(text, &[]).is_cut, "{text}");
        }
        for text in ["()", "(UID 7 FLAGS (\\Seen))", "(UID 7 FLAGS ()) ", "(UID 7 BODY[] {3}"] {
            assert!(!read(text, &[b"abc"]).is_cut, "{text}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_left_out_and_the_rest_is_read() {
        for (odd, size) in [
            ("(INTERNALDATE NIL UID 7 RFC822.SIZE 9)", Some(9)),
            ("(INTERNALDATE \" 7-Jul-1996 02:44:25 -0700\" UID 7 RFC822.SIZE 9)", Some(9)),
            ("(INTERNALDATE \"\" MODSEQ (0) UID 7 RFC822.SIZE 4294967297)", Some(4_294_967_297)),
            ("(X-GM-LABELS (\"\\\\Important\" \"a(b\" {2}) UID 7 RFC822.SIZE 9)", Some(9)),
            ("(EMAILID (M6d99ac3275bb4e) SAVEDATE \"x\" THREADID NIL UID 7 RFC822.SIZE 9)", Some(9)),
            ("(FLAGS ([x] \"quoted one\" \\Seen k\u{e4}se $MDNSent) UID 7 RFC822.SIZE 9)", Some(9)),
            ("(ENVELOPE (NIL \"\u{e9}\" ((NIL NIL \"a\" \"b\")) NIL) UID 7 RFC822.SIZE 9)", Some(9)),
            ("(BODY[HEADER.FIELDS (DATE FROM)] {2} UID 7 RFC822.SIZE 9)", Some(9)),
            ("(BODY[]<0> {2} UID 7 RFC822.SIZE 9", Some(9)),
            ("(() UID 7 RFC822.SIZE 9)", Some(9)),
            ("(UID 7 RFC822.SIZE -9)", None),
            ("(UID 7 RFC822.SIZE)", None),
        ] {
            let fetched = read(odd, &[b"hi"]);
            assert_eq!((fetched.uid, fetched.size), (Some(7), size), "{odd}");
        }
        for odd in ["", "(", "()", "(UID 0)", "(UID 4294967296)", "(UID)", "(UID (7))", "UID 7"] {
            assert_eq!(read(odd, &[]).uid, None, "{odd}");
        }
        assert_eq!(read("(BODY[] NIL UID 7)", &[]).body, None);
        assert_eq!(read("(BODY[] \"\" UID 7)", &[]).body, Some(Vec::new()));
    }
}
