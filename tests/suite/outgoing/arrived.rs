//! Holds `src/mail/build.rs`, `src/outgoing/content.rs`: what leaves arrives byte for byte at real servers, and other programs read
//! of it what was meant: Python's email package, and notmuch, which puts it into its thread.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use chrono::DateTime;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tidebox::config::Security;
use tidebox::domain::address::Address;
use tidebox::domain::answering::{references, reply_subject};
use tidebox::mail::{FileToSend, NewMessage, answered_message, build};

use super::{Noted, account, addresses, sent_with, server, words};
use crate::support::servers::PASSWORD;
use crate::support::servers::submission::{SubmissionKind, SubmissionServer};

fn plain(text: &str) -> NewMessage {
    NewMessage {
        from: Address::new("Me", "me@home.example"),
        to: vec![Address::new("Lovelace, Ann", "ann@sink.test")],
        cc: vec![],
        reply_to: vec![],
        subject: "Re: Tides".to_owned(),
        date: DateTime::parse_from_rfc3339("2026-11-23T10:00:00+01:00").unwrap(),
        message_id: "new.1@home.example".to_owned(),
        in_reply_to: Some("old@a.example".to_owned()),
        references: vec!["first@a.example".to_owned(), "old@a.example".to_owned()],
        fields: vec![],
        text: text.to_owned(),
        files: vec![],
    }
}

fn file(name: &str, kind: &str, bytes: &[u8]) -> FileToSend {
    FileToSend { name: name.to_owned(), kind: kind.to_owned(), bytes: bytes.to_vec() }
}

/// Messages that are hard to get through.
fn messages() -> Vec<(&'static str, NewMessage)> {
    let bytes: Vec<u8> = (0..=255).cycle().take(5_000).collect();
    let forwarded = b"From: ann@a.example\r\nSubject: old\r\n\r\n.\r\n..\r\nText\r\n";
    let eight_bit = "From: ann@a.example\r\nSubject: old\r\n\r\nGrüße\r\n".as_bytes();
    vec![
        ("plain", plain("Yes.\n")),
        ("empty", plain("")),
        ("dots", plain(".\n..\n.a\n...\nend.\n.\n")),
        ("eight bits", plain("Grüße, 潮汐 🌊\n.\n")),
        ("a line of 3,000 bytes", plain(&"x".repeat(3_000))),
        ("a line of 3,000 letters", plain(&"ä".repeat(3_000))),
        ("long lines of words", plain(&format!("{}\n\nEnd.\n", "several words that go on ".repeat(60).trim_end()))),
        ("lines that look otherwise", plain("From me to you\n> no quote of mine\n indented\n--\nDot\n")),
        ("signature", plain("Yes.\n\n-- \nMe\nHome\n")),
        (
            "names",
            NewMessage {
                from: Address::new("Jörg \"J\" Ö.", "me@home.example"),
                to: vec![Address::new("王小明", "ann@sink.test"), Address::new("", "bob@sink.test")],
                cc: vec![Address::new("Eve (Dr.), née X", "eve@sink.test")],
                subject: format!("Re: 潮汐 {} end", "und so weiter – ".repeat(12).trim_end()),
                ..plain("Yes.\n")
            },
        ),
        (
            "many references",
            NewMessage {
                references: (0..21).map(|it| format!("{it}.{}@a.example", "y".repeat(50))).collect(),
                ..plain("Yes.\n")
            },
        ),
        (
            "files",
            NewMessage {
                files: vec![
                    file("plan.pdf", "application/pdf", &bytes),
                    file("Jahresabschluß, \"2024\".txt", "text/plain", "Grüße\r\n.\r\n".as_bytes()),
                    file(&format!("{}.bin", "langer Name ".repeat(12).trim_end()), "application/octet-stream", b""),
                ],
                ..plain("See the files.\n")
            },
        ),
        (
            "a message in it",
            NewMessage { files: vec![file("old.eml", "message/rfc822", forwarded)], ..plain("See below.\n") },
        ),
        (
            "a message of eight bits in it",
            NewMessage { files: vec![file("old.eml", "message/rfc822", eight_bit)], ..plain("See below.\n") },
        ),
    ]
}

fn by_python(message: &[u8]) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/outgoing/read_by_python.py");
    let mut python =
        Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python3");
    python.stdin.take().unwrap().write_all(message).unwrap();
    serde_json::from_slice(&python.wait_with_output().unwrap().stdout).unwrap()
}

/// The lines of text that is format=flowed and has no quotes, as they were written (RFC 3676 §4.1).
fn joined(text: &str) -> String {
    let (mut out, mut flows) = (String::new(), false);
    for line in text.lines() {
        out.push_str(if flows { "" } else { "\n" });
        let line = line.strip_prefix(' ').unwrap_or(line);
        flows = line.ends_with(' ') && line != "-- ";
        out.push_str(line);
    }
    out.trim_start_matches('\n').trim_end().to_owned()
}

fn people(list: &[Address]) -> Value {
    list.iter().map(|it| json!([it.name, it.address])).collect()
}

/// What Python reads, against what was meant.
fn read_as_meant(name: &str, meant: &NewMessage, bytes: &[u8]) {
    let mut read = by_python(bytes);
    let text = read["text"].take();
    let lines: Vec<&str> = meant.text.lines().map(|it| if it == "-- " { it } else { it.trim_end() }).collect();
    assert_eq!(joined(text.as_str().unwrap()), lines.join("\n").trim_end(), "{name}");
    let own = ["date", "from", "message-id", "to", "cc", "subject", "in-reply-to", "references", "mime-version"];
    let added = ["received", "content-type", "content-transfer-encoding", "content-disposition"];
    for field in read["fields"].take().as_array().unwrap() {
        let field = field.as_str().unwrap();
        assert!(own.contains(&field) || added.contains(&field), "{name}: {field}");
    }
    let hash = |it: &FileToSend| Sha256::digest(&it.bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let bracketed = |id: &String| format!("<{id}>");
    let wanted = json!({
        "defects": [], "fields": null, "text": null, "flowed": true,
        "from": people(std::slice::from_ref(&meant.from)), "to": people(&meant.to), "cc": people(&meant.cc),
        "subject": meant.subject, "date": meant.date.to_rfc3339(),
        "message_id": bracketed(&meant.message_id),
        "in_reply_to": meant.in_reply_to.as_ref().map(bracketed),
        "references": meant.references.iter().map(bracketed).collect::<Vec<_>>(),
        "files": meant.files.iter().map(|it| json!([it.name, it.kind, hash(it)])).collect::<Vec<_>>(),
    });
    assert_eq!(read, wanted, "{name}");
}

#[test]
fn what_arrives_is_what_was_built_and_python_reads_it_as_it_was_meant() {
    let Some(sink) = SubmissionServer::start(SubmissionKind::Aiosmtpd) else { return };
    let Some(dovecot) = SubmissionServer::start(SubmissionKind::Dovecot { relay: sink.port }) else { return };
    let Some(exim) = SubmissionServer::start(SubmissionKind::Exim) else { return };
    let ways = [
        (&sink, server(sink.port), None),
        (&sink, account(&dovecot, Security::Tls), Some(PASSWORD)),
        (&exim, account(&exim, Security::Tls), Some(PASSWORD)),
    ];
    for (name, meant) in messages() {
        let built = build(&meant).unwrap();
        for (server, config, secret) in &ways {
            let before = server.kept();
            let (found, _) = sent_with(config, *secret, &addresses(&["ann@sink.test"]), &built, Noted::default());
            assert_eq!(words(&found), ["accepted"], "{name}: {found:?}");
            let after = server.kept_once(before.len() + 1);
            let new: Vec<_> = after.into_iter().filter(|it| !before.contains(it)).collect();
            let [arrived] = &new[..] else { panic!("{name}: {} new ones", new.len()) };
            // Exim writes files of this system, with LF.
            let ours = if std::ptr::eq(*server, &raw const exim) {
                String::from_utf8(built.clone()).unwrap().replace("\r\n", "\n").into_bytes()
            } else {
                built.clone()
            };
            assert!(arrived.bytes.ends_with(&ours), "{name}: {}", arrived.bytes.escape_ascii());
            read_as_meant(name, &meant, &arrived.bytes);
        }
    }
}

/// Messages that somebody gets, and what else of their threads lies there.
const THREADS: [(&str, &[&str]); 5] = [
    ("first of its thread", &["Message-ID: <a1@x>\nSubject: Tides\n"]),
    (
        "with references",
        &[
            "Message-ID: <b1@x>\nSubject: Sails\n",
            "Message-ID: <b2@x>\nSubject: Re: Sails\nReferences: <b1@x>\nIn-Reply-To: <b1@x>\n",
            "Message-ID: <b3@x>\nSubject: AW: Re: Sails\nReferences: <b1@x>\n <b2@x>\n",
        ],
    ),
    (
        "with In-Reply-To alone",
        &["Message-ID: <c1@x>\nSubject: Nets\n", "Message-ID: <c2@x>\nSubject: Re: Nets\nIn-Reply-To: <c1@x>\n"],
    ),
    (
        "whose middle is not there",
        &[
            "Message-ID: <d1@x>\nSubject: Ropes\n",
            "Message-ID: <d3@x>\nSubject: Re: Ropes\nReferences: <d1@x> <d2@x>\nIn-Reply-To: <d2@x>\n",
        ],
    ),
    ("with odd ids", &["Message-ID: <e1%odd$id+1=2@[127.0.0.1]>\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\n"]),
];

#[test]
fn an_answer_stands_in_its_thread_in_notmuch() {
    let Some(exim) = SubmissionServer::start(SubmissionKind::Exim) else { return };
    let folder = tempfile::tempdir().unwrap();
    let mail = folder.path().join("mail/cur");
    std::fs::create_dir_all(&mail).unwrap();
    let settings = folder.path().join("notmuch-config");
    std::fs::write(
        &settings,
        format!(
            "[database]\npath={}\n[user]\nname=Me\nprimary_email=me@home.example\n",
            folder.path().join("mail").display()
        ),
    )
    .unwrap();
    let long: Vec<String> = (1..=150).map(|it| format!("<f{it}@x>")).collect();
    let mut threads: Vec<(&str, Vec<String>)> =
        THREADS.map(|(name, thread)| (name, thread.iter().map(ToString::to_string).collect())).to_vec();
    threads.push((
        "with 150 before it",
        vec![
            "Message-ID: <f1@x>\nSubject: Long\n".to_owned(),
            format!("Message-ID: <f151@x>\nSubject: Re: Long\nReferences: {}\n", long.join("\n ")),
        ],
    ));
    for (place, (name, thread)) in threads.iter().enumerate() {
        for (number, header) in thread.iter().enumerate() {
            let text = format!(
                "From: Ann <ann@sink.test>\nTo: me@home.example\nDate: Mon, 23 Nov 2026 09:00:00 +0100\n{header}\nHello.\n"
            );
            std::fs::write(mail.join(format!("{place}.{number}:2,S")), &text).unwrap();
            if number + 1 < thread.len() {
                continue;
            }
            let answered = answered_message(text.as_bytes());
            let answer = NewMessage {
                subject: reply_subject(&answered.subject),
                message_id: format!("answer{place}@home.example"),
                references: references(&answered),
                in_reply_to: answered.message_id,
                ..plain("Yes.\n")
            };
            let before = exim.kept();
            let config = account(&exim, Security::Tls);
            let built = build(&answer).unwrap();
            let (found, _) =
                sent_with(&config, Some(PASSWORD), &addresses(&["ann@sink.test"]), &built, Noted::default());
            assert_eq!(words(&found), ["accepted"], "{name}");
            let after = exim.kept_once(before.len() + 1);
            let arrived = after.iter().find(|it| !before.contains(it)).unwrap();
            std::fs::write(mail.join(format!("{place}.answer:2,S")), &arrived.bytes).unwrap();
        }
    }
    let notmuch = |words: &[&str]| {
        let done = Command::new("notmuch").args(words).env("NOTMUCH_CONFIG", &settings).output().expect("notmuch");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    };
    notmuch(&["new"]);
    let counted = notmuch(&["count", "--output=threads", "*"]);
    assert_eq!(counted.trim(), threads.len().to_string(), "no answer stands by itself, and no two threads became one");
    for (place, (name, thread)) in threads.iter().enumerate() {
        let own = notmuch(&["search", "--output=threads", &format!("id:answer{place}@home.example")]);
        let all = notmuch(&["count", own.trim()]);
        assert_eq!(all.trim(), (thread.len() + 1).to_string(), "{name}");
    }
}
