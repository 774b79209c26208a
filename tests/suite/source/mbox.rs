//! Holds `src/source/mbox`, `src/source/grown.rs`: mboxes in every dialect, growing, rewritten and locked.

use std::collections::BTreeSet;
use std::fs;
use std::io::Cursor;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use tidebox::mail;
use tidebox::source::SourceError;
use tidebox::source::detect::stream;
use tidebox::source::maildir::Maildir;
use tidebox::source::mbox::Mbox;

use super::{Taken, fingerprints, make_folders, message, now, read};

/// The same messages in each dialect of mbox.
fn mbox(quote: impl Fn(&str) -> String, length: bool, end: &str) -> String {
    (1..=3).fold(String::new(), |mut out, number| {
        let (header, body) = message(number).split_once("\n\n").map(|(h, b)| (h.to_owned(), b.to_owned())).unwrap();
        let body: String = body.lines().map(|line| quote(line) + "\n").collect();
        let length =
            if length { format!("\nContent-Length: {}", body.replace('\n', end).len()) } else { String::new() };
        out += &format!("From ann@a.example Tue Jan  2 10:00:0{number} 2024\n{header}\nStatus: RO{length}\n\n{body}\n")
            .replace('\n', end);
        out
    })
}

#[test]
fn every_dialect_of_mbox_brings_the_messages_of_the_maildir() {
    let folder = tempfile::tempdir().unwrap();
    make_folders(folder.path(), &["box"]);
    for number in 1..=3 {
        fs::write(folder.path().join(format!("box/cur/{number}.x:2,S")), message(number)).unwrap();
    }
    let expected = fingerprints(&read(&mut Maildir::new(&folder.path().join("box"))).0);
    let is_from = |line: &str| line.trim_start_matches('>').starts_with("From ");
    let rd = |line: &str| if is_from(line) { format!(">{line}") } else { line.to_owned() };
    let o = |line: &str| if line.starts_with("From ") { format!(">{line}") } else { line.to_owned() };
    let path = folder.path().join("mbox");
    for (name, text) in [
        ("mboxo", mbox(o, false, "\n")),
        ("mboxrd", mbox(rd, false, "\n")),
        ("mboxcl", mbox(o, true, "\n")),
        ("mboxcl2", mbox(str::to_owned, true, "\n")),
        ("mboxrd with CRLF", mbox(rd, false, "\r\n")),
        ("mboxcl2 with CRLF", mbox(str::to_owned, true, "\r\n")),
        ("mboxrd without the last line end", mbox(rd, false, "\n").trim_end().to_owned()),
    ] {
        fs::write(&path, &text).unwrap();
        let (handed, outcome) = read(&mut Mbox::new(&path));
        assert_eq!(handed.len(), 3, "{name}");
        assert_eq!(fingerprints(&handed), expected, "{name}");
        assert_eq!(handed[0].copy.flags.is_read(), Some(true), "{name}");
        assert_eq!(handed[0].copy.received.timestamp(), 1_704_189_601, "{name}");
        assert_eq!(outcome.problems.count, 0, "{name}");
        let mut piped = stream(Cursor::new(text.into_bytes()), None, "x").unwrap();
        assert_eq!(fingerprints(&read(piped.as_mut()).0), expected, "{name} through a pipe");
    }
}

#[test]
fn a_grown_mbox_goes_on_and_a_rewritten_one_brings_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox");
    let whole = mbox(str::to_owned, true, "\n");
    let third = whole.rfind("From ann@a").unwrap();
    fs::write(&path, &whole[..third]).unwrap();
    let mut taken = Taken::default();
    assert_eq!(taken.read(&mut Mbox::new(&path)).0.len(), 2);
    fs::write(&path, &whole).unwrap();
    let (handed, outcome) = taken.read(&mut Mbox::new(&path));
    assert_eq!((handed.len(), outcome.unwrap().skipped), (1, 0));
    let second = whole[1..].find("From ann@a").unwrap() + 1;
    fs::write(&path, whole[second..].replace("Status: RO", "Status: O")).unwrap();
    let (handed, outcome) = taken.read(&mut Mbox::new(&path));
    assert_eq!((handed.len(), outcome.unwrap().skipped), (0, 2));
}

#[test]
fn a_message_still_being_written_and_a_locked_mbox_wait() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox");
    let whole = mbox(str::to_owned, false, "\n");
    fs::write(&path, whole.trim_end()).unwrap();
    let changed = DateTime::<Utc>::from(fs::metadata(&path).unwrap().modified().unwrap());
    let mut taken = Taken { now: Some(changed), ..Taken::default() };
    assert_eq!(taken.read(&mut Mbox::new(&path)).0.len(), 2);
    fs::write(&path, &whole).unwrap();
    assert_eq!(taken.read(&mut Mbox::new(&path)).0.len(), 1);
    fs::write(folder.path().join("inbox.lock"), "").unwrap();
    assert!(matches!(taken.read(&mut Mbox::new(&path)).1, Err(SourceError::Locked { .. })));
    taken.now = Some(now());
    assert!(taken.read(&mut Mbox::new(&path)).1.is_ok(), "a lock of long ago was left behind");
}

/// An export is complete, however new it is; a mailbox that mail is delivered to may not be.
#[test]
fn the_last_message_of_an_export_is_taken_without_its_line_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.mbox");
    fs::write(&path, mbox(str::to_owned, false, "\n").trim_end()).unwrap();
    let changed = DateTime::<Utc>::from(fs::metadata(&path).unwrap().modified().unwrap());
    let mut taken = Taken { now: Some(changed), ..Taken::default() };
    assert_eq!(taken.read(&mut Mbox::whole(&path)).0.len(), 3);
}

/// Messages as four kinds of programs separate them: Thunderbird, Roundcube, git, and most others.
fn separated(kind: usize, number: usize) -> String {
    let (separator, end) = match kind {
        0 => ("From -", "\n\n"),
        1 => ("From ann@a.example Tue Jan  2 10:00:00 2024", "\n"),
        2 => ("From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001", "\n\n"),
        _ => ("From ann@a.example Tue Jan  2 10:00:00 2024", "\n\n"),
    };
    format!("{separator}\nSubject: {number}\nMessage-ID: <{number}@a.example>\n\nFrom here on\nend {number}{end}")
}

#[test]
fn what_is_appended_is_split_as_all_of_it_would_be() {
    let folder = tempfile::tempdir().unwrap();
    for kind in 0..4 {
        let path = folder.path().join(format!("box{kind}"));
        let (mut text, mut taken) = (String::new(), Taken::default());
        for number in 1..=4 {
            text += &separated(kind, number);
            fs::write(&path, &text).unwrap();
            let handed = taken.read(&mut Mbox::new(&path)).0;
            assert_eq!(
                fingerprints(&handed),
                fingerprints(&read(&mut Mbox::new(&path)).0[number - 1..]),
                "{kind}, {number}"
            );
        }
        assert_eq!(taken.keys[""].len(), 4, "{kind}");
    }
}

proptest! {
    /// Whatever text the messages have, each dialect, with quoting or with Content-Length, gives them back.
    #[test]
    fn each_dialect_gives_back_what_was_written(
        bodies in prop::collection::vec(
            "((From |>From |>>From |From a@b Mon Jan  1 10:00:00 2024|Subject: x|[a-z ]{0,9})\n){1,12}", 1..6),
    ) {
        let quoted = |line: &str| line.trim_start_matches('>').starts_with("From ");
        for (dialect, crlf) in [("mboxrd", false), ("mboxrd", true), ("mboxcl2", false), ("mboxcl2", true)] {
            let (mut text, mut expected) = (String::new(), BTreeSet::new());
            for (number, body) in bodies.iter().enumerate() {
                // White space at the end of a text is not part of its fingerprint.
                let header = format!("Subject: {number}\nMessage-ID: <{number}@a.example>\n");
                expected.insert(mail::fingerprint(format!("{header}\n{body}").as_bytes()).0);
                let written: String = match dialect {
                    "mboxrd" => body.lines().map(|it| format!("{}{it}\n", if quoted(it) { ">" } else { "" })).collect(),
                    _ => body.clone(),
                };
                let length = written.len() + if crlf { written.lines().count() } else { 0 };
                let length = if dialect == "mboxcl2" { format!("Content-Length: {length}\n") } else { String::new() };
                text += &format!("From a@b.example Mon Jan  1 10:00:00 2024\n{header}{length}\n{written}\n");
            }
            if crlf {
                text = text.replace('\n', "\r\n");
            }
            let mut piped = stream(Cursor::new(text.into_bytes()), None, "x").unwrap();
            prop_assert_eq!(fingerprints(&read(piped.as_mut()).0), expected, "{} {}", dialect, crlf);
        }
    }
}
