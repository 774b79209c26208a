//! Holds `src/outgoing/smtp.rs`, `src/outgoing/envelope.rs`, `src/outgoing/content.rs`: who gets a message together, what is asked
//! of a server for it, and what is refused before anything leaves.

use super::{MESSAGE, Noted, sent, sent_with, server, text, words};
use crate::support::servers::smtp_peer::{Answer, Moment, OFFERS, SmtpPeer, say};

#[test]
fn many_recipients_get_it_in_groups_of_a_hundred_and_each_once() {
    let peer = SmtpPeer::correct(OFFERS);
    let recipients: Vec<String> = (0..250).map(|number| format!("r{number}@x.example")).collect();
    let (outcomes, noted) = sent_with(&server(peer.port), None, &recipients, MESSAGE, Noted::default());
    assert!(words(&outcomes).iter().all(|it| it == "accepted"));
    assert_eq!(noted.dots.iter().map(Vec::len).collect::<Vec<_>>(), [100, 100, 50]);
    assert_eq!(peer.lines().iter().filter(|line| line.starts_with("EHLO")).count(), 1);
    assert!(recipients.iter().all(|it| peer.count(it) == 1));
}

/// A server that takes fewer recipients at once gets them in as many transactions as it needs; a full mailbox is none of that.
#[test]
fn too_many_at_once_are_tried_in_the_next_transaction() {
    let counted = std::sync::Mutex::new(0);
    let peer = SmtpPeer::start(OFFERS, move |it| {
        let mut count = counted.lock().unwrap();
        if it.is("MAIL") {
            *count = 0;
        }
        if it.is("RCPT TO:<full") {
            return Some(say("452 4.2.2 mailbox full\r\n"));
        }
        *count += usize::from(it.is("RCPT"));
        (it.is("RCPT") && *count > 3).then(|| say("452 4.5.3 too many recipients\r\n"))
    });
    let recipients: Vec<String> =
        ["a", "b", "full", "c", "d", "e", "f", "g"].map(|it| format!("{it}@x.example")).to_vec();
    let (outcomes, noted) = sent_with(&server(peer.port), None, &recipients, MESSAGE, Noted::default());
    let wanted = |it: &String| if it.starts_with("full") { "deferred rcpt 452 4.2.2" } else { "accepted" };
    assert_eq!(words(&outcomes), recipients.iter().map(wanted).collect::<Vec<_>>());
    assert_eq!(noted.dots, [vec![0, 1, 3], vec![4, 5, 6], vec![7]]);
}

/// A group whose answer is not known ends the attempt: the next ones are not tried on a connection that nobody understands.
#[test]
fn what_follows_an_unknown_group_is_tried_later() {
    let peer = SmtpPeer::start(OFFERS, |it| (*it == Moment::Dot).then(|| Answer::SayAndClose(Vec::new())));
    let recipients: Vec<String> = (0..150).map(|number| format!("r{number}@x.example")).collect();
    let (outcomes, noted) = sent_with(&server(peer.port), None, &recipients, MESSAGE, Noted::default());
    let words = words(&outcomes);
    assert!(words[..100].iter().all(|it| it == "unknown") && words[100..].iter().all(|it| it == "deferred data"));
    assert_eq!(noted.dots.len(), 1);
}

#[test]
fn addresses_go_out_as_servers_know_them_and_none_can_add_a_word() {
    let peer = SmtpPeer::correct(OFFERS);
    let recipients = [
        "ann@bücher.example",
        "bøb@x.example",
        "a..b@docomo.example",
        "\"a b\"@x.example",
        "x\r\nRCPT TO:<y@x.example>",
        "\"a\"> NOTIFY=NEVER <\"@x.example",
        "a@[x> SIZE=1]",
        "x> SIZE=1@x.example",
        "",
        "ann",
    ];
    let exact: Vec<String> = recipients.map(str::to_owned).to_vec();
    let (outcomes, _) = sent_with(&server(peer.port), None, &exact, MESSAGE, Noted::default());
    let all = words(&outcomes);
    let (good, bad) = all.split_at(4);
    assert!(good.iter().all(|it| it == "accepted"), "{good:?}");
    assert!(bad.iter().all(|it| it == "refused mail"), "{bad:?}");
    let taken = peer.taken();
    let [ascii, utf8] = taken.as_slice() else { panic!("two transactions: {taken:?}") };
    assert_eq!(ascii.recipients, ["ann@xn--bcher-kva.example", "a..b@docomo.example", "\"a b\"@x.example"]);
    assert_eq!(utf8.recipients, ["bøb@x.example"]);
    assert!(!ascii.mail.contains("SMTPUTF8") && utf8.mail.ends_with(" SMTPUTF8"), "{} {}", ascii.mail, utf8.mail);
    assert_eq!(ascii.mail, format!("MAIL FROM:<me@example.org> SIZE={}", MESSAGE.len()));
}

#[test]
fn what_a_server_cannot_take_is_refused_before_it_leaves() {
    let eight_bit = "From: me@example.org\r\n\r\nGrüße\r\n".as_bytes();
    let utf8_header = "From: jö@example.org\r\n\r\nx\r\n".as_bytes();
    let large = [MESSAGE, b"a line\r\n".repeat(200).as_slice()].concat();
    for (offers, recipients, message, wanted, why) in [
        (&["SIZE 1000"][..], &["ann"][..], large.as_slice(), "refused mail", "at most 1000 bytes"),
        (&["SIZE 0"], &["ann"], large.as_slice(), "accepted", ""),
        (&["PIPELINING"], &["ann"], eight_bit, "refused mail", "7-bit"),
        (&["8BITMIME"], &["ann"], eight_bit, "accepted", ""),
        (&["8BITMIME"], &["ann"], utf8_header, "refused mail", "ASCII"),
        (&["SMTPUTF8", "8BITMIME"], &["ann"], utf8_header, "accepted", ""),
        (&["PIPELINING"], &["bøb"], MESSAGE, "refused mail", "ASCII"),
        (OFFERS, &["ann"], b"A: b\n\nbare\n", "refused mail", "CRLF"),
        (OFFERS, &["ann"], b"A: b\r\n\r\na\r\n.\n.\r\nMAIL\r\n", "refused mail", "CRLF"),
        (OFFERS, &["ann"], b"A: b\r\n\r\n\0\r\n", "refused mail", "NUL"),
        (OFFERS, &["ann"], b"A: b\r\n\r\nno end", "accepted", ""),
        (OFFERS, &["ann"], b"", "accepted", ""),
    ] {
        let peer = SmtpPeer::correct(offers);
        let (outcomes, _) = sent(&server(peer.port), recipients, message);
        assert_eq!(words(&outcomes), [wanted], "{offers:?} {}", message.escape_ascii());
        assert!(text(&outcomes[0]).contains(why), "{}", text(&outcomes[0]));
        let whole = if message.is_empty() || message.ends_with(b"\r\n") {
            message.to_vec()
        } else {
            [message, b"\r\n"].concat()
        };
        let taken: Vec<Vec<u8>> = peer.taken().into_iter().map(|it| it.bytes).collect();
        assert_eq!(taken, if wanted == "accepted" { vec![whole] } else { Vec::new() });
    }
}

/// One who cannot be reached there does not keep the others from getting it.
#[test]
fn an_address_that_a_server_cannot_take_leaves_the_others_alone() {
    let peer = SmtpPeer::correct(&["PIPELINING"]);
    let (outcomes, _) = sent(&server(peer.port), &["ann", "bøb", "no address", "carl"], MESSAGE);
    assert_eq!(words(&outcomes), ["accepted", "refused mail", "refused mail", "accepted"]);
    assert_eq!(peer.taken()[0].recipients, ["ann@x.example", "carl@x.example"]);
}
