//! Untagged responses: the data that a command asked for, and what happens in the folder meanwhile (RFC 9051 §7).

use super::fetch_response::FetchResponse;
use super::framing::RawResponse;
use super::list_response::ListResponse;
use super::scanner::{Scanner, number};
use super::status::{StatusCondition, StatusResponse};
use super::uids;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Untagged {
    /// OK, NO or BAD, with or without a response code.
    Status(StatusResponse),
    Bye(StatusResponse),
    Preauth(StatusResponse),
    Capability(Vec<String>),
    Flags(Vec<Vec<u8>>),
    Exists(u32),
    Fetched(FetchResponse),
    /// The message with this sequence number was removed, and the numbers of those after it sink by one.
    Expunged(u32),
    /// UIDs that were removed, as ranges. `earlier` says that it is the answer to a question (RFC 7162 §3.2.10).
    Vanished {
        earlier: bool,
        uids: Vec<(u32, u32)>,
    },
    Search(Vec<u32>),
    Listed(ListResponse),
    Counts {
        encoded: Vec<u8>,
        counts: StatusItems,
    },
    /// An unknown response, or one that can't be read.
    Other,
}

/// The items of a STATUS response (RFC 9051 §7.3.4).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct StatusItems {
    pub(super) messages: Option<u32>,
    pub(super) next: Option<u32>,
    pub(super) validity: Option<u32>,
    pub(super) modseq: Option<u64>,
}

/// One response of a server, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ServerResponse {
    Untagged(Untagged),
    /// The tagged response that completes a command.
    Tagged {
        tag: Vec<u8>,
        status: StatusResponse,
    },
    /// A continuation request: the server waits for more.
    Continuation(Vec<u8>),
}

/// Parses a response; `None` if it is none.
pub(super) fn read(mut answer: RawResponse) -> Option<ServerResponse> {
    if answer.text.starts_with(b"* LIST ") || answer.text.starts_with(b"* list ") {
        let line = whole(&answer);
        return Some(ServerResponse::Untagged(ListResponse::read(&line).map_or(Untagged::Other, Untagged::Listed)));
    }
    let mut scan = Scanner::new(&mut answer);
    let tag = scan.word();
    match tag {
        b"+" => Some(ServerResponse::Continuation(scan.rest().trim_ascii().to_vec())),
        b"*" => untagged(&mut scan).map(ServerResponse::Untagged),
        [] => None,
        _ => {
            let verdict = verdict(scan.word())?;
            Some(ServerResponse::Tagged { tag: tag.to_vec(), status: StatusResponse::of(verdict, scan.rest()) })
        }
    }
}

fn verdict(word: &[u8]) -> Option<StatusCondition> {
    let is = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
    match () {
        () if is("OK") => Some(StatusCondition::Ok),
        () if is("NO") => Some(StatusCondition::No),
        () if is("BAD") => Some(StatusCondition::Bad),
        () => None,
    }
}

/// `None` if its name has a byte that no name has (RFC 9051 §9): the bytes were damaged on their way, and those that are
/// missing may be what was asked for.
fn untagged(scan: &mut Scanner<'_>) -> Option<Untagged> {
    let word = scan.word().to_ascii_uppercase();
    if !word.iter().all(u8::is_ascii_graphic) {
        return None;
    }
    Some(match word.as_slice() {
        b"BYE" => Untagged::Bye(StatusResponse::of(StatusCondition::No, scan.rest())),
        b"PREAUTH" => Untagged::Preauth(StatusResponse::of(StatusCondition::Ok, scan.rest())),
        b"CAPABILITY" => Untagged::Capability(capabilities(scan.rest())),
        b"FLAGS" => scan.words().map_or(Untagged::Other, Untagged::Flags),
        b"SEARCH" => {
            let mut found = Vec::new();
            while let Some(uid) = scan.number() {
                found.push(uid);
            }
            Untagged::Search(found)
        }
        b"VANISHED" => vanished(scan),
        b"STATUS" => counts(scan),
        _ => match (verdict(&word), number(&word)) {
            (Some(verdict), _) => Untagged::Status(StatusResponse::of(verdict, scan.rest())),
            (None, Some(place)) => numbered(place, scan),
            (None, None) => Untagged::Other,
        },
    })
}

fn numbered(place: u32, scan: &mut Scanner<'_>) -> Untagged {
    match scan.word().to_ascii_uppercase().as_slice() {
        b"EXISTS" => Untagged::Exists(place),
        b"EXPUNGE" => Untagged::Expunged(place),
        b"FETCH" => Untagged::Fetched(FetchResponse::read(place, scan)),
        _ => Untagged::Other,
    }
}

fn vanished(scan: &mut Scanner<'_>) -> Untagged {
    let earlier = scan.words().is_some_and(|words| words.iter().any(|word| word.eq_ignore_ascii_case(b"EARLIER")));
    let set = str::from_utf8(scan.word()).unwrap_or_default();
    Untagged::Vanished { earlier, uids: uids::ranges(set).unwrap_or_default() }
}

fn counts(scan: &mut Scanner<'_>) -> Untagged {
    let Some(encoded) = scan.string() else { return Untagged::Other };
    let mut counts = StatusItems::default();
    if !scan.take(b'(') {
        return Untagged::Other;
    }
    while !scan.take(b')') && !scan.is_over() {
        match scan.word().to_ascii_uppercase().as_slice() {
            b"MESSAGES" => counts.messages = scan.number(),
            b"UIDNEXT" => counts.next = scan.number(),
            b"UIDVALIDITY" => counts.validity = scan.number().filter(|validity| *validity > 0),
            b"HIGHESTMODSEQ" => counts.modseq = scan.number().filter(|modseq| *modseq > 0),
            _ => scan.skip(),
        }
    }
    Untagged::Counts { encoded, counts }
}

/// The words of a list of capabilities, in upper case.
pub(super) fn capabilities(text: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(text).split_ascii_whitespace().map(str::to_ascii_uppercase).collect()
}

/// A response as it came, with its literals in their places.
fn whole(answer: &RawResponse) -> Vec<u8> {
    let mut line = Vec::with_capacity(answer.text.len());
    let mut literals = answer.literals.iter();
    let mut rest = answer.text.as_slice();
    while let Some(at) = rest.iter().position(|byte| *byte == b'}') {
        let (before, after) = rest.split_at(at + 1);
        line.extend_from_slice(before);
        rest = after;
        let announced = before.iter().rposition(|byte| *byte == b'{');
        let announced = announced.and_then(|open| before.get(open + 1..before.len() - 1)).unwrap_or_default();
        let length: Option<usize> = number(announced.strip_suffix(b"+").unwrap_or(announced));
        if let Some(literal) = literals.as_slice().first().filter(|literal| length == Some(literal.len())) {
            line.extend_from_slice(b"\r\n");
            line.extend_from_slice(literal);
            literals.next();
        }
    }
    line.extend_from_slice(rest);
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ServerResponse, StatusCondition, StatusItems, StatusResponse, Untagged, read};
    use crate::source::imap::framing::RawResponse;

    fn told(text: &str) -> Option<ServerResponse> {
        read(RawResponse { text: text.as_bytes().to_vec(), literals: vec![b"Arch}iv".to_vec()] })
    }

    fn untagged(text: &str) -> Untagged {
        match told(text) {
            Some(ServerResponse::Untagged(untagged)) => untagged,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn lines_are_told_apart_in_any_case_and_with_any_spaces() {
        assert_eq!(untagged("* 12 EXISTS"), Untagged::Exists(12));
        assert_eq!(untagged("*  12  exists "), Untagged::Exists(12));
        assert_eq!(untagged("* 3 EXPUNGE"), Untagged::Expunged(3));
        assert_eq!(untagged("* SEARCH"), Untagged::Search(vec![]));
        assert_eq!(untagged("* SEARCH 2 84 882 (MODSEQ 917162500)"), Untagged::Search(vec![2, 84, 882]));
        let gone = Untagged::Vanished { earlier: true, uids: vec![(41, 41), (43, 116)] };
        assert_eq!(untagged("* VANISHED (EARLIER) 41,43:116"), gone);
        assert_eq!(untagged("* VANISHED 7"), Untagged::Vanished { earlier: false, uids: vec![(7, 7)] });
        assert_eq!(untagged("* VANISHED (EARLIER)"), Untagged::Vanished { earlier: true, uids: vec![] });
        assert_eq!(untagged("* FLAGS (\\Seen [x] )"), Untagged::Flags(vec![b"\\Seen".to_vec(), b"[x]".to_vec()]));
        let counts = StatusItems { messages: Some(231), next: Some(44_292), validity: None, modseq: Some(7) };
        assert_eq!(
            untagged("* STATUS \"a b\" (MESSAGES 231 SIZE 99999999999 UIDNEXT 44292 UIDVALIDITY 0 HIGHESTMODSEQ 7 )"),
            Untagged::Counts { encoded: b"a b".to_vec(), counts }
        );
        assert!(
            matches!(untagged("* STATUS {7} (MESSAGES 1)"), Untagged::Counts { encoded, .. } if encoded == b"Arch}iv")
        );
        assert!(matches!(untagged("* LIST () \"/\" {7}"), Untagged::Listed(listed) if listed.encoded == b"Arch}iv"));
        let capabilities = ["IMAP4REV1", "AUTH=PLAIN"].map(str::to_owned).to_vec();
        assert_eq!(untagged("* CAPABILITY IMAP4rev1  auth=PLAIN"), Untagged::Capability(capabilities));
        for other in ["* ESEARCH (TAG \"a\") UID ALL 1:3", "* 4294967296 EXISTS", "* 1 RECENT", "*", "* ", "* LIST x"] {
            assert_eq!(untagged(other), Untagged::Other, "{other}");
        }
    }

    #[test]
    fn the_end_of_a_command_has_its_tag() {
        let status = StatusResponse {
            condition: StatusCondition::No,
            code: "TRYCREATE".into(),
            arguments: vec![],
            text: b"x".to_vec(),
        };
        assert_eq!(told("t7 no [trycreate] x"), Some(ServerResponse::Tagged { tag: b"t7".to_vec(), status }));
        assert!(matches!(told("t7 OK"), Some(ServerResponse::Tagged { .. })));
        assert_eq!(told("+ idling"), Some(ServerResponse::Continuation(b"idling".to_vec())));
        assert_eq!(told("+"), Some(ServerResponse::Continuation(vec![])));
        for none in ["", " ", "t7", "t7 HELLO", "HTTP/1.1 400 Bad Request", "* \u{ff}\0 1", "* SEA\0RCH 1"] {
            assert_eq!(told(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_not(text: Vec<u8>, literals: Vec<Vec<u8>>) {
            let _ = read(RawResponse { text, literals });
        }

        #[test]
        fn any_words_are_read_or_not(
            text in "(\\* |t1 |\\+ |[0-9]{1,11} |FETCH |STATUS |VANISHED |LIST |OK |SEARCH |\\(|\\)|\"|\\\\|\\[|\\]|\\{[0-9]\\}|BODY\\[|UID |FLAGS |NIL|EARLIER|INTERNALDATE | |.){0,40}",
            literals: Vec<Vec<u8>>,
        ) {
            let _ = read(RawResponse { text: text.into_bytes(), literals });
        }
    }
}
