//! Holds `src/outgoing/transaction.rs`, `src/outgoing/session.rs`, `src/outgoing/reply.rs`: whatever a server does, each recipient
//! has the right outcome, and nothing is called sent or unsent that may be the other.

use tidebox::config::{Security, SmtpConfig};

use super::{MESSAGE, Noted, addresses, sent, sent_with, server, stage, text, words};
use crate::support::servers::smtp_peer::{Answer, Moment, OFFERS, SmtpPeer, say, say_and_close};

type Script = fn(&Moment) -> Option<Answer>;

/// The outcomes for one recipient that is accepted, one that is rejected, and another that is accepted.
fn three(offers: &[&str], script: Script) -> (Vec<String>, Noted, SmtpPeer) {
    let peer = SmtpPeer::start(offers, script);
    let (outcomes, noted) = sent(&server(peer.port), &["ann", "reject", "bob"], MESSAGE);
    (words(&outcomes), noted, peer)
}

/// Of each fault its name, what the server does, the outcome of `ann` and `bob`, that of `reject`, and how often the server has
/// the message.
const FAULTS: [(&str, Script, &str, &str, usize); 41] = [
    ("none", |_| None, "accepted", REJECTED, 1),
    // The greeting and EHLO.
    ("closed at once", |it| (*it == Moment::Greeting).then_some(Answer::Reset), "deferred connect", "same", 0),
    ("greeting cut", |it| at(it, &Moment::Greeting, close("22")), "deferred connect", "same", 0),
    ("greeting in Latin-1", |it| at(it, &Moment::Greeting, raw(b"220 Gr\xfc\xdfe\r\n")), "accepted", REJECTED, 1),
    (
        "greeting 421",
        |it| at(it, &Moment::Greeting, close("421 4.3.2 busy\r\n")),
        "deferred connect 421 4.3.2",
        "same",
        0,
    ),
    (
        "greeting 554",
        |it| at(it, &Moment::Greeting, close("554 5.7.1 go away\r\n")),
        "refused connect 554 5.7.1",
        "same",
        0,
    ),
    (
        "greeting of IMAP",
        |it| at(it, &Moment::Greeting, raw(b"* OK IMAP4rev1 ready\r\n")),
        "deferred connect",
        "same",
        0,
    ),
    ("cut at EHLO", |it| on(it, "EHLO", close("250-localhost\r\n250-SI")), "deferred connect", "same", 0),
    ("EHLO not known", |it| on(it, "EHLO", say("500 what?\r\n")), "accepted", REJECTED, 1),
    ("silence at EHLO", |it| on(it, "EHLO", Answer::Silence), "deferred connect", "same", 0),
    // MAIL and RCPT.
    ("cut at MAIL", |it| on(it, "MAIL", close("25")), "deferred mail", "same", 0),
    ("MAIL refused", |it| on(it, "MAIL", say("550 5.7.1 not you\r\n")), "refused mail 550 5.7.1", "same", 0),
    ("MAIL later", |it| on(it, "MAIL", say("451 4.3.0 later\r\n")), "deferred mail 451 4.3.0", "same", 0),
    ("MAIL 421", |it| on(it, "MAIL", close("421 bye\r\n")), "deferred mail 421", "same", 0),
    ("silence at MAIL", |it| on(it, "MAIL", Answer::Silence), "deferred mail", "same", 0),
    ("cut at the third RCPT", |it| on(it, "RCPT TO:<bob", close("250 2.1")), "deferred rcpt", REJECTED, 0),
    ("RCPT 421", |it| on(it, "RCPT TO:<bob", close("421 4.7.0 too fast\r\n")), "deferred rcpt 421 4.7.0", REJECTED, 0),
    ("RCPT answered in Latin-1", |it| on(it, "RCPT TO:<bob", raw(b"250 \xe9\xff\r\n")), "accepted", REJECTED, 1),
    (
        "RCPT full",
        |it| {
            on(it, "RCPT TO:<bo", say("452 4.2.2 full\r\n")).or_else(|| on(it, "RCPT TO:<a", say("452 4.2.2 full\r\n")))
        },
        "deferred rcpt 452 4.2.2",
        REJECTED,
        0,
    ),
    ("one answer too many", |it| on(it, "RCPT TO:<bob", say("250 ok\r\n250 ok\r\n")), "deferred data", REJECTED, 0),
    // DATA and the message.
    ("cut at DATA", |it| on(it, "DATA", close("35")), "deferred data", REJECTED, 0),
    ("DATA refused", |it| on(it, "DATA", say("554 5.5.1 no\r\n")), "refused data 554 5.5.1", REJECTED, 0),
    ("DATA later", |it| on(it, "DATA", say("451 4.5.0 no\r\n")), "deferred data 451 4.5.0", REJECTED, 0),
    ("DATA accepted", |it| on(it, "DATA", say("250 ok\r\n")), "deferred data 250", REJECTED, 0),
    (
        "answer with the go-ahead",
        |it| on(it, "DATA", say("354 go\r\n250 queued\r\n")),
        "deferred data 250",
        REJECTED,
        0,
    ),
    (
        "refusal within",
        |it| on(it, "DATA", say("354 go\r\n552 5.3.4 too big\r\n")),
        "refused data 552 5.3.4",
        REJECTED,
        0,
    ),
    // The dot.
    ("cut after the dot", |it| at(it, &Moment::Dot, close("")), "unknown", REJECTED, 1),
    ("reset after the dot", |it| at(it, &Moment::Dot, Answer::Reset), "unknown", REJECTED, 1),
    ("silence after the dot", |it| at(it, &Moment::Dot, Answer::Silence), "unknown", REJECTED, 1),
    ("421 after the dot", |it| at(it, &Moment::Dot, close("421 4.3.2 shutting down\r\n")), "unknown", REJECTED, 1),
    ("4.4.0 after the dot", |it| at(it, &Moment::Dot, close("451 4.4.0 lost the relay\r\n")), "unknown", REJECTED, 1),
    (
        "451 after the dot",
        |it| at(it, &Moment::Dot, say("451 4.3.0 queue full\r\n")),
        "deferred dot 451 4.3.0",
        REJECTED,
        0,
    ),
    ("552 after the dot", |it| at(it, &Moment::Dot, say("552 5.2.2 full\r\n")), "refused dot 552 5.2.2", REJECTED, 0),
    (
        "550 5.4.1 after the dot",
        |it| at(it, &Moment::Dot, say("550 5.4.1 no\r\n")),
        "refused dot 550 5.4.1",
        REJECTED,
        0,
    ),
    (
        "Latin-1 after the dot",
        |it| at(it, &Moment::Dot, raw(b"250 2.0.0 Gr\xfc\xdfe, angenommen\r\n")),
        "accepted",
        REJECTED,
        1,
    ),
    ("blank line after the dot", |it| at(it, &Moment::Dot, say("\r\n250 2.0.0 queued\r\n")), "accepted", REJECTED, 1),
    ("half a reply", |it| at(it, &Moment::Dot, close("250-2.0.0 que")), "unknown", REJECTED, 1),
    ("half a line", |it| at(it, &Moment::Dot, close("250 2.0.0 que")), "unknown", REJECTED, 1),
    ("a line of 4 kB", |it| at(it, &Moment::Dot, Answer::Say(long())), "accepted", REJECTED, 1),
    ("two codes", |it| at(it, &Moment::Dot, say("250-ok\r\n550 no\r\n")), "unknown", REJECTED, 1),
    ("354 again", |it| at(it, &Moment::Dot, say("354 go on\r\n")), "unknown", REJECTED, 1),
];

const REJECTED: &str = "refused rcpt 550 5.1.1";

fn at(moment: &Moment, wanted: &Moment, answer: Answer) -> Option<Answer> {
    (moment == wanted).then_some(answer)
}

fn on(moment: &Moment, verb: &str, answer: Answer) -> Option<Answer> {
    moment.is(verb).then_some(answer)
}

fn close(text: &str) -> Answer {
    say_and_close(text)
}

fn raw(bytes: &[u8]) -> Answer {
    Answer::Say(bytes.to_vec())
}

fn long() -> Vec<u8> {
    format!("250 2.0.0 {}\r\n", "x".repeat(4_090)).into_bytes()
}

#[test]
fn every_fault_of_a_server_has_its_outcome_for_each_recipient() {
    let without = OFFERS.iter().copied().filter(|it| *it != "PIPELINING").collect::<Vec<_>>();
    std::thread::scope(|scope| {
        for offers in [OFFERS, without.as_slice()] {
            for fault in FAULTS {
                scope.spawn(move || check(offers, fault));
            }
        }
    });
}

fn check(offers: &[&str], (name, script, others, rejected, count): (&str, Script, &str, &str, usize)) {
    let (found, noted, peer) = three(offers, script);
    let rejected = if rejected == "same" { others } else { rejected };
    assert_eq!(found, [others, rejected, others], "{name}");
    assert_eq!(peer.count("ann@x.example"), count, "{name}");
    // The dot is written down before it is written, and for nobody who was refused.
    let dotted = ["accepted", "unknown"].contains(&others) || others.contains(" dot");
    assert_eq!(noted.dots, if dotted { vec![vec![0, 2]] } else { Vec::new() }, "{name}");
    for taken in peer.taken() {
        assert_eq!(taken.bytes, MESSAGE, "{name}");
        assert_eq!(taken.recipients, ["ann@x.example", "bob@x.example"], "{name}");
    }
}

/// A server that stands before another one says with its own codes what the other one said, or lost. Wherever 421 or 4.4.x stands in
/// its reply to the dot, the message may have been taken; with 2xx it has been.
#[test]
fn what_a_server_lost_behind_it_is_unknown_wherever_its_reply_says_so() {
    let unknown = [
        "421 bye",
        "421 4.3.2 bye",
        "421 2.0.0 queued",
        "421-4.3.0 one\r\n421 4.3.0 two",
        "451 4.4.0 lost",
        "450 4.4.2 lost",
        "451 4.0.0 421 4.4.0 lost",
        "451 4.3.0 4.4.2 lost",
        "451 4.3.0 relay said: 421 bye",
        "451 4.3.0 relay said (421-4.4.2).",
        "451-4.3.0 relay said\r\n451 4.3.0 4.4.1",
        "451-4.3.0 relay said\r\n451-421\r\n451 bye",
        "554 5.0.0 421 4.4.0 lost",
        "550 5.3.0 4.4.2 lost",
        "554-5.0.0 relay said\r\n554 5.0.0 421",
        "354 421",
    ];
    let others = [
        ("250 2.0.0 queued as 421", "accepted"),
        ("250-2.0.0 4.4.2\r\n250 2.0.0 queued", "accepted"),
        ("451 4.3.0 from 4.4.8.8", "deferred dot 451 4.3.0"),
        ("550 5.4.1 no such host", "refused dot 550 5.4.1"),
    ];
    let all = unknown.into_iter().map(|said| (said, "unknown")).chain(others);
    std::thread::scope(|scope| {
        for (said, wanted) in all {
            scope.spawn(move || {
                let reply = format!("{said}\r\n");
                let peer = SmtpPeer::start(OFFERS, move |it| at(it, &Moment::Dot, close(&reply)));
                let (outcomes, noted) = sent(&server(peer.port), &["ann", "reject"], MESSAGE);
                assert_eq!(words(&outcomes), [wanted, REJECTED], "{said}");
                assert_eq!(noted.dots, [vec![0]], "{said}");
            });
        }
    });
}

/// How a server can say the same in an odd way, at each step.
#[test]
fn replies_in_any_form_are_understood_at_each_step() {
    type Form = fn(&str, &str) -> Vec<u8>;
    let forms: [(&str, Form); 7] = [
        ("Latin-1", |code, _| [code.as_bytes(), b" Gr\xfc\xdfe\r\n"].concat()),
        ("a blank line before", |code, text| format!("\r\n{code} {text}\r\n").into_bytes()),
        ("4 kB", |code, _| format!("{code} {}\r\n", "x".repeat(4_090)).into_bytes()),
        ("no text", |code, _| format!("{code}\r\n").into_bytes()),
        ("LF alone", |code, text| format!("{code} {text}\n").into_bytes()),
        ("several lines", |code, text| format!("{code}-{text}\r\n{code}-\r\n{code} {text}\r\n").into_bytes()),
        ("NUL and ESC", |code, _| format!("{code} a\0b\u{1b}[2Jc\r\n").into_bytes()),
    ];
    let steps: [(&str, &str); 6] =
        [("", "220"), ("EHLO", "250"), ("MAIL", "250"), ("RCPT", "250"), ("DATA", "354"), (".", "250")];
    std::thread::scope(|scope| {
        for (name, form) in forms {
            for (step, code) in steps {
                scope.spawn(move || {
                    let said = form(code, "fine");
                    let peer = SmtpPeer::start(OFFERS, move |it| {
                        let there = match step {
                            "" => *it == Moment::Greeting,
                            "." => *it == Moment::Dot,
                            verb => it.is(verb),
                        };
                        there.then(|| Answer::Say(said.clone()))
                    });
                    let (outcomes, _) = sent(&server(peer.port), &["ann", "bob"], MESSAGE);
                    assert_eq!(words(&outcomes), ["accepted", "accepted"], "{name} at {step:?}: {outcomes:?}");
                    assert_eq!(peer.taken().len(), 1, "{name} at {step:?}");
                    assert_eq!(peer.taken()[0].bytes, MESSAGE, "{name} at {step:?}");
                    assert!(!text(&outcomes[0]).contains(['\0', '\u{1b}']), "{name} at {step:?}");
                });
            }
        }
    });
}

/// Where nobody was accepted there is no DATA, whatever the server would say to it.
#[test]
fn nobody_accepted_means_that_nothing_is_sent() {
    for (recipients, wanted) in [
        (&["reject", "later"][..], [REJECTED, "deferred rcpt 451 4.3.0"]),
        (&["reject", "reject"], [REJECTED, REJECTED]),
    ] {
        let peer = SmtpPeer::start(OFFERS, |it| on(it, "DATA", say("354 go\r\n")));
        let (outcomes, noted) = sent(&server(peer.port), recipients, MESSAGE);
        assert_eq!(words(&outcomes), wanted);
        let verbs: Vec<String> = peer.lines().iter().map(|line| line.chars().take(4).collect()).collect();
        assert_eq!(verbs, ["EHLO", "MAIL", "RCPT", "RCPT", "RSET", "QUIT"]);
        assert!(noted.dots.is_empty() && peer.taken().is_empty());
    }
}

#[test]
fn a_message_is_cut_within_and_nobody_gets_it() {
    let mut message = MESSAGE.to_vec();
    for _ in 0..200_000 {
        message.extend_from_slice(b"a line that goes on\r\n");
    }
    for (script, wanted) in [
        ((|it: &Moment| matches!(it, Moment::Within(200..)).then_some(Answer::Reset)) as Script, "deferred data"),
        (
            |it| matches!(it, Moment::Within(200..)).then(|| Answer::SayAndClose(b"552 5.3.4 too big\r\n".to_vec())),
            "refused data 552 5.3.4",
        ),
        (
            |it| matches!(it, Moment::Within(200..)).then(|| Answer::SayAndClose(b"421 4.3.2 bye\r\n".to_vec())),
            "deferred data 421 4.3.2",
        ),
    ] {
        let peer = SmtpPeer::start(&["PIPELINING"], script);
        let (outcomes, noted) = sent(&server(peer.port), &["ann", "bob"], &message);
        assert_eq!(words(&outcomes), [wanted, wanted], "{outcomes:?}");
        assert!(noted.dots.is_empty() && peer.taken().is_empty());
    }
}

#[test]
fn a_dot_that_cannot_be_written_down_is_not_written() {
    let peer = SmtpPeer::correct(OFFERS);
    let noted = Noted { fails_at: Some(0), ..Noted::default() };
    let (outcomes, noted) = sent_with(&server(peer.port), None, &addresses(&["ann", "reject", "bob"]), MESSAGE, noted);
    assert_eq!(words(&outcomes), ["deferred data", REJECTED, "deferred data"]);
    assert!(text(&outcomes[0]).contains("the disk is full"), "{}", text(&outcomes[0]));
    assert!(noted.dots.is_empty() && peer.taken().is_empty());
}

/// What somebody in between puts in front of TLS counts for nothing, and nothing is sent without TLS that should have it.
#[test]
fn starttls_is_refused_where_it_is_not_safe() {
    let offers = ["PIPELINING", "STARTTLS", "AUTH PLAIN"];
    let cases: [(&[&str], Script, &str, &str); 5] = [
        (&offers, |it| on(it, "STARTTLS", say("220 go\r\n250 injected\r\n")), "refused tls", "interferes"),
        (&["PIPELINING"], |_| None, "refused tls", "no encryption"),
        (&offers, |it| on(it, "STARTTLS", say("502 no\r\n")), "refused tls", "no encryption"),
        (&offers, |it| on(it, "STARTTLS", say("454 4.7.0 not now\r\n")), "deferred tls 454 4.7.0", "not now"),
        (
            &offers,
            |it| {
                on(it, "STARTTLS", say("220 go\r\n"))
                    .or_else(|| (!it.is("EHLO") && *it != Moment::Greeting).then_some(Answer::Reset))
            },
            "deferred connect",
            "",
        ),
    ];
    for (offers, script, wanted, words_wanted) in cases {
        let peer = SmtpPeer::start(offers, script);
        let config = SmtpConfig { security: Security::StartTls, ..server(peer.port) };
        let (outcomes, noted) = sent(&config, &["ann"], MESSAGE);
        assert_eq!(words(&outcomes), [wanted], "{}", text(&outcomes[0]));
        assert!(text(&outcomes[0]).contains(words_wanted), "{}", text(&outcomes[0]));
        assert!(noted.dots.is_empty());
        assert!(!peer.lines().iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")));
    }
}

#[test]
fn a_server_that_is_not_there_or_speaks_no_tls_is_told_so() {
    let (outcomes, _) = sent(&server(1), &["ann"], MESSAGE);
    assert_eq!(words(&outcomes), ["deferred connect"]);
    let peer = SmtpPeer::correct(OFFERS);
    let (outcomes, _) = sent(&SmtpConfig { security: Security::Tls, ..server(peer.port) }, &["ann"], MESSAGE);
    assert_eq!(stage(&outcomes[0]).map(|it| it.to_string()).as_deref(), Some("tls"));
    assert!(text(&outcomes[0]).contains("587"), "{}", text(&outcomes[0]));
}

/// Whatever a server says, it is fit to be shown.
#[test]
fn the_words_of_a_server_are_cleaned_and_cut() {
    let said = "550 5.1.1 a\u{1b}[2Jb \u{202e}c\r\n";
    let peer = SmtpPeer::start(OFFERS, move |it| on(it, "RCPT", say(said)));
    let (outcomes, _) = sent(&server(peer.port), &["ann"], MESSAGE);
    assert!(!text(&outcomes[0]).contains(['\u{1b}', '\u{202e}']), "{:?}", outcomes[0]);
    let peer = SmtpPeer::start(OFFERS, |it| {
        on(it, "RCPT", Answer::Say(format!("550 {}\r\n", "x".repeat(90_000)).into_bytes()))
    });
    let (outcomes, _) = sent(&server(peer.port), &["ann"], MESSAGE);
    assert!(text(&outcomes[0]).len() < 1_000);
    let endless = "550-and so on\r\n".repeat(10_000);
    let peer = SmtpPeer::start(OFFERS, move |it| on(it, "RCPT", say(&endless)));
    let (outcomes, _) = sent(&server(peer.port), &["ann"], MESSAGE);
    assert_eq!(words(&outcomes), ["deferred rcpt"]);
}
