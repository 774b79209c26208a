//! Any bytes may come from a server for outgoing mail: in whatever pieces they arrive, the same replies are read, and what is shown
//! of them does nothing to a terminal.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidebox::domain::printable::forbidden;
use tidebox::outgoing::{ReplyError, ReplyParser, SmtpReply};

fuzz_target!(|bytes: &[u8]| {
    let whole = replies(bytes, bytes.len().max(1));
    for piece in [1, 2, 7] {
        assert_eq!(replies(bytes, piece), whole);
    }
    for reply in whole.0 {
        assert!((200..600).contains(&reply.code) && (2..6).contains(&reply.class()));
        let shown = reply.shown();
        assert!(!shown.chars().any(forbidden), "{shown:?}");
    }
});

/// What is read until the bytes end, or are no reply.
fn replies(bytes: &[u8], piece: usize) -> (Vec<SmtpReply>, Option<ReplyError>) {
    let (mut parser, mut found) = (ReplyParser::default(), Vec::new());
    for mut rest in bytes.chunks(piece) {
        while !rest.is_empty() {
            match parser.push(rest) {
                Ok((used, reply)) => {
                    assert!(used > 0 && used <= rest.len());
                    found.extend(reply);
                    rest = &rest[used..];
                }
                Err(error) => return (found, Some(error)),
            }
        }
    }
    (found, None)
}
