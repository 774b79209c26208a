//! Holds `src/mail/build.rs`, `src/mail/flowed_out.rs`, `src/mail/transfer_encoding.rs`: what leaves is read by others as it was
//! meant, whatever was written.

use chrono::DateTime;
use proptest::prelude::*;
use tidebox::domain::address::Address;
use tidebox::domain::answering::references;
use tidebox::mail::{self, BuildError, FileToSend, NewMessage, build};

fn message() -> NewMessage {
    NewMessage {
        from: Address::new("Jörg Ö.", "me@home.example"),
        to: vec![Address::new("Lovelace, Ann", "ann@a.example"), Address::new("", "bob@b.example")],
        cc: vec![],
        reply_to: vec![],
        subject: "Re: Tides".to_owned(),
        date: DateTime::parse_from_rfc3339("2026-11-23T10:00:00+01:00").unwrap(),
        message_id: "new.1@home.example".to_owned(),
        in_reply_to: Some("old@a.example".to_owned()),
        references: vec!["first@a.example".to_owned(), "old@a.example".to_owned()],
        fields: vec![("X-Mood".to_owned(), "fine".to_owned())],
        text: "Hello Ann,\n\nyes.\n-- \nMe\n".to_owned(),
        files: vec![],
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_plain_answer_is_plain() {
    let bytes = build(&message()).unwrap();
    assert_eq!(
        text(&bytes).replace("\r\n", "\n"),
        "Date: Mon, 23 Nov 2026 10:00:00 +0100\n\
         From: =?utf-8?B?SsO2cmcgw5Yu?= <me@home.example>\n\
         Message-ID: <new.1@home.example>\n\
         To: \"Lovelace, Ann\" <ann@a.example>, <bob@b.example>\n\
         Subject: Re: Tides\n\
         In-Reply-To: <old@a.example>\n\
         References: <first@a.example> <old@a.example>\n\
         X-Mood: fine\n\
         MIME-Version: 1.0\n\
         Content-Type: text/plain; charset=\"utf-8\"; format=\"flowed\"\n\
         Content-Transfer-Encoding: 7bit\n\n\
         Hello Ann,\n\nyes.\n-- \nMe\n"
    );
    let later = DateTime::parse_from_rfc3339("2026-11-24T09:30:00+01:00").unwrap();
    let redated = mail::redated(&bytes, later);
    assert!(text(&redated).starts_with("Date: Tue, 24 Nov 2026 09:30:00 +0100\r\nFrom: "));
    assert_eq!(redated.len(), bytes.len());
    assert_eq!(mail::redated(&redated, message().date), bytes);
}

/// Found by `scripts/fuzz draft`.
#[test]
fn a_carriage_return_by_itself_does_not_leave() {
    let mut it = message();
    it.text = "one\rtwo\r\nthree\r\r\n-- \rMe\n".to_owned();
    let bytes = build(&it).unwrap();
    let lone = |pair: &[u8]| (pair[0] == b'\r') != (pair[1] == b'\n');
    assert!(!bytes.windows(2).any(lone), "{}", bytes.escape_ascii());
    assert!(text(&bytes).ends_with("\r\n\r\none\r\ntwo\r\nthree\r\n\r\n-- \r\nMe\r\n"), "{}", text(&bytes));
}

/// Found by `scripts/fuzz answer`: a message whose own id, or what it refers to, nobody could read in an answer as it is meant.
#[test]
fn a_message_with_a_broken_id_can_be_answered_and_the_id_is_left_out() {
    let long = format!("{}@x.example", "m".repeat(900));
    for raw in ["<@>", "no angle brackets", "<ann@a.example>", "<\u{fc}@x.example>", &format!("<{long}>")] {
        let raw =
            format!("From: Ann <ann@a.example>\r\nReferences: <first@a.example>\r\nMessage-ID: {raw}\r\n\r\nText");
        let answered = mail::answered_message(raw.as_bytes());
        let mut it = message();
        it.to = vec![Address::new("Ann", "ann@a.example")];
        it.in_reply_to.clone_from(&answered.message_id);
        it.references = references(&answered);
        let bytes = build(&it).unwrap_or_else(|error| panic!("{raw:?}: {error}"));
        assert!(mail::is_seven_bit(&bytes), "{raw:?}");
        let read = mail::parse(&bytes).envelope;
        assert_eq!(read.references, ["first@a.example"], "{raw:?}");
        assert!(!text(&bytes).contains("In-Reply-To"), "{raw:?}: {}", text(&bytes));
    }
}

#[test]
fn what_somebody_writes_adds_no_field_and_no_recipient() {
    let evil = "x\r\nBcc: eve@e.example\r\n\r\nHello";
    let mut it = message();
    it.from.name = evil.to_owned();
    it.to[0].name = evil.to_owned();
    it.subject = evil.to_owned();
    it.fields[0].1 = evil.to_owned();
    it.files = vec![FileToSend { name: evil.to_owned(), kind: "text/plain".to_owned(), bytes: b"a".to_vec() }];
    let bytes = build(&it).unwrap();
    assert!(!text(&bytes).lines().any(|line| line.to_lowercase().starts_with("bcc")), "{}", text(&bytes));
    let read = mail::parse(&bytes).envelope;
    assert_eq!(read.subject, "x Bcc: eve@e.example Hello");
    assert_eq!(read.to.len(), 2);
    for name in ["Bcc", "From", "Content-Type", "MIME-Version", "Resent-To", "X Y", "X:Y", "", "Received", "To"] {
        it.fields = vec![(name.to_owned(), "x".to_owned())];
        assert!(matches!(build(&it), Err(BuildError::Field(_))), "{name}");
    }
}

#[test]
fn an_address_with_a_line_end_or_without_a_domain_is_refused() {
    for address in [
        "a\r\nBcc: e@e.example",
        "a@b\r\nX: y",
        "nobody",
        "a@",
        "a@b c",
        "a@b>,<e@e.example",
        "a@\u{0}",
        "a b@c.example",
        "a<b@c.example",
        "a,b@c.example",
        "@b",
    ] {
        let mut it = message();
        it.to[0].address = address.to_owned();
        assert!(build(&it).is_err(), "{address:?}");
    }
    assert_eq!(mail::for_envelope("jö@bücher.example").unwrap(), "jö@xn--bcher-kva.example");
    assert_eq!(mail::for_envelope("a..b@docomo.example").unwrap(), "a..b@docomo.example");
    assert_eq!(mail::for_envelope("a@[192.0.2.1]").unwrap(), "a@[192.0.2.1]");
    let mut it = message();
    it.to = vec![
        Address::new("", "a..b.@docomo.example"),
        Address::new("", "\"two words\"@q.example"),
        Address::new("Ö", "x@bücher.example"),
    ];
    let bytes = build(&it).unwrap();
    assert!(mail::is_seven_bit(&bytes) && text(&bytes).contains("x@xn--bcher-kva.example"));
}

#[test]
fn a_forwarded_message_stays_as_it_is() {
    let original = b"From: ann@a.example\nSubject: old\n\nText\n";
    let eight = "From: ann@a.example\r\nSubject: \u{fc}\r\n\r\nText\r\n".as_bytes();
    for (raw, encoding, seven) in [(original.as_slice(), "7bit", true), (eight, "8bit", false)] {
        let mut it = message();
        it.files =
            vec![FileToSend { name: "old.eml".to_owned(), kind: "message/rfc822".to_owned(), bytes: raw.to_vec() }];
        let bytes = build(&it).unwrap();
        let shown = text(&bytes);
        assert!(
            shown.contains(&format!("Content-Transfer-Encoding: {encoding}\r\n\r\nFrom: ann@a.example\r\n")),
            "{shown}"
        );
        assert_eq!(mail::is_seven_bit(&bytes), seven);
    }
}

#[test]
fn files_come_back_byte_for_byte() {
    let bytes: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    let mut it = message();
    it.files = ["plan.pdf", "Jahresabschluß, 2024.pdf", "a\"b\\c.txt", &format!("{}.txt", "long ".repeat(30).trim())]
        .iter()
        .map(|name| FileToSend { name: (*name).to_owned(), kind: "text/plain".to_owned(), bytes: bytes.clone() })
        .collect();
    let built = build(&it).unwrap();
    assert!(mail::is_seven_bit(&built));
    for place in 0..it.files.len() {
        assert_eq!(mail::attachment(&built, place).unwrap().1, bytes);
    }
}

proptest! {
    /// Either it is refused, or it is 7-bit and reads as it was meant.
    #[test]
    fn whatever_is_written_reads_as_it_was_meant(
        name in "\\PC{0,40}",
        subject in any::<String>(),
        body in "(\\PC|\n|\r|\t){0,600}",
        file in "\\PC{1,60}",
        long in prop::collection::vec("[a-z]{1,30}", 0..40),
    ) {
        let mut it = message();
        it.from.name.clone_from(&name);
        it.to[1].name = name;
        it.subject = subject;
        it.text = body + &long.join(" ");
        it.files = vec![FileToSend { name: file, kind: "application/pdf".to_owned(), bytes: b"%PDF".to_vec() }];
        match build(&it) {
            Ok(bytes) => {
                prop_assert!(mail::is_seven_bit(&bytes));
                prop_assert!(!bytes.windows(2).any(|it| it[0] != b'\r' && it[1] == b'\n'));
                let read = mail::parse(&bytes).envelope;
                prop_assert_eq!(read.references, it.references);
                prop_assert_eq!(read.attachments.len(), 1);
            }
            Err(BuildError::Differs { .. }) => {}
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn ordinary_words_are_never_refused(
        name in "[\\p{L}\\p{N} ,.()\"@<>'-]{0,30}",
        subject in "[\\p{L}\\p{N}\\p{P}\\p{S} ]{0,120}",
        body in "([\\p{L}\\p{N}\\p{P}\\p{S} >-]{0,120}\n){0,12}",
    ) {
        let mut it = message();
        it.from.name = name;
        it.subject = subject;
        it.text = body;
        prop_assert_eq!(build(&it).err(), None);
    }
}
