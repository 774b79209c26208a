//! Holds `src/source/eml.rs`, `src/source/jsonl`, `src/source/detect.rs`: single messages, JSON lines, and streams of
//! either format.

use std::fs;
use std::io::Cursor;

use tidebox::mail;
use tidebox::source::detect::{Format, open, open_whole, stream};

use super::{Taken, fingerprints, message, now, read};

#[test]
fn single_messages_and_folders_of_them_are_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("2024/mh")).unwrap();
    for (name, number) in
        [("1.eml", 1), ("2024/2.EML", 2), ("2024/mh/17", 3), ("2024/copy of 1.eml", 1), ("notes.txt", 9), (".x.eml", 9)]
    {
        fs::write(folder.path().join(name), message(number)).unwrap();
    }
    let (handed, outcome) = read(open(folder.path(), Format::Eml, "x").as_mut());
    assert_eq!((handed.len(), outcome.skipped, outcome.problems.count), (3, 1, 0));
    assert_eq!(read(open(&folder.path().join("1.eml"), Format::Eml, "x").as_mut()).0.len(), 1);
    let mut piped = stream(Cursor::new(message(1).into_bytes()), None, "x").unwrap();
    assert_eq!(fingerprints(&read(piped.as_mut()).0), fingerprints(&handed[..1]));
}

#[test]
fn json_lines_of_both_kinds_are_messages() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("messages.jsonl");
    let text = [
        r#"{"external_id": "a@b", "received": 1700000000, "flags": "RS", "raw": "RnJvbTogYUBiLmV4YW1wbGUKU3ViamVjdDogYmFzZTY0Cgpib2R5Cg=="}"#,
        r#"{"raw": "From: a@b.example\nSubject: plain\n\nbody\n", "read": false}"#,
        "",
        r#"{"sender": "build@ci", "subject": "main is red", "body": "3 tests fail", "external_id": 812, "thread": "main", "sent_at": "2024-01-02T10:00:00Z"}"#,
        r#"{"sender": "build@ci", "subject": "main is green", "body": "", "thread": "main", "unknown": [1]}"#,
        "nonsense",
        r#"{"position": "7"}"#,
        r#"{"subject": 5}"#,
        r#"{"thread": "nothing to show"}"#,
        r#"{"subject": "half a l"#,
    ]
    .join("\n");
    fs::write(&path, &text).unwrap();
    let mut taken = Taken::default();
    let mut source = open(&path, Format::Jsonl, "ci");
    let (handed, outcome) = taken.read(source.as_mut());
    let outcome = outcome.unwrap();
    let envelopes: Vec<_> = handed.iter().map(|it| mail::parse(&it.raw).envelope).collect();
    let subjects: Vec<_> = envelopes.iter().map(|it| it.subject.as_str()).collect();
    assert_eq!(subjects, ["base64", "plain", "main is red", "main is green"]);
    let marks: Vec<_> = handed.iter().map(|it| it.copy.flags.is_read()).collect();
    assert_eq!(marks, [Some(true), Some(false), None, None]);
    assert_eq!(envelopes[2].references, envelopes[3].references);
    assert_eq!(handed[2].copy.location.key, "812");
    assert_eq!(
        outcome.problems.list.iter().map(|it| it.place.as_str()).collect::<Vec<_>>(),
        ["line 6", "line 8", "line 9"]
    );
    fs::write(&path, text + "ine\"}\n").unwrap();
    let (handed, outcome) = taken.read(source.as_mut());
    assert_eq!((handed.len(), outcome.unwrap().skipped), (1, 0), "half a line was left for when it is whole");
}

#[test]
fn binary_streams_are_refused_with_a_reason() {
    let mut source = stream(Cursor::new(b"{\x00\x01".to_vec()), Some(Format::Jsonl), "x").unwrap();
    let (handed, outcome) = read(source.as_mut());
    assert_eq!((handed.len(), outcome.problems.list[0].what.as_str()), (0, "no JSON, at column 2"));
    assert!(stream(Cursor::new(b"\x7fELF".to_vec()), None, "x").is_err());
}

#[test]
fn a_pipe_among_the_files_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("b.eml"), message(1)).unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("a.eml")).status().unwrap();
    assert!(made.success());
    let (handed, outcome) = read(open(folder.path(), Format::Eml, "x").as_mut());
    assert_eq!((handed.len(), outcome.problems.count), (1, 1));
}

#[test]
fn what_is_wrong_with_a_line_is_said_without_its_words() {
    let lines = [r#""secret""#, r#"{"read": "secret", "subject": "x"}"#, r#"{"subject": secret}"#, "[\"secret\"]"];
    let mut piped = stream(Cursor::new(lines.join("\n").into_bytes()), Some(Format::Jsonl), "x").unwrap();
    let (handed, outcome) = read(piped.as_mut());
    assert_eq!((handed.len(), outcome.problems.count), (0, 4));
    assert!(!format!("{outcome:?}").contains("secret"), "{outcome:?}");
    assert_eq!(outcome.problems.list[0].what, "no object with the fields of a message, at column 8");
}

#[test]
fn a_line_that_a_crash_filled_with_zeros_does_not_keep_the_others_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("messages.jsonl");
    for (text, taken, problems) in [
        (&b"{\"subject\": \"a\"}\n\0\0\0\0\n{\"subject\": \"b\"}\n"[..], 2, 1),
        (b"\0\0\n{\"subject\": \"a\"}\n\0\0{\"subject\": \"b\"}\n", 2, 1),
        (b"{\"subject\": \"a\0\"}\n{\"subject\": \"b\"}\n", 1, 1),
        (b"\xEF\xBB\xBF{\"subject\": \"a\"}\r\n\xEF\xBB\xBF{\"subject\": \"b\"}\r\n", 2, 0),
        (b"{\"subject\": \"Gr\\udcfc\\udcdfe\"}\n{\"subject\": \"cut \\ud83d\"}\n{\"subject\": \"\xfc\"}\n", 3, 0),
    ] {
        fs::write(&path, text).unwrap();
        let (handed, outcome) = read(open(&path, Format::Jsonl, "x").as_mut());
        assert_eq!((handed.len(), outcome.problems.count), (taken, problems), "{}", String::from_utf8_lossy(text));
    }
}

#[test]
fn a_time_that_is_none_is_told_with_its_message() {
    let lines = [
        r#"{"subject": "a", "sent_at": "yesterday"}"#,
        r#"{"subject": "b", "sent_at": -99999999999}"#,
        r#"{"raw": "Subject: c\n\n", "received": -99999999999}"#,
        r#"{"subject": "d", "sent_at": "2026-11-23T10:00:00+0100", "received": "1795424400"}"#,
    ];
    let mut piped = stream(Cursor::new(lines.join("\n").into_bytes()), None, "x").unwrap();
    let (handed, outcome) = read(piped.as_mut());
    assert_eq!((handed.len(), outcome.problems.count), (4, 0));
    assert_eq!(handed.iter().map(|it| it.defects.len()).collect::<Vec<_>>(), [1, 1, 1, 0]);
    assert!(handed[..3].iter().all(|it| it.copy.received == now()), "the time of arrival counts");
    assert_eq!(mail::parse(&handed[3].raw).envelope.date.unwrap().timestamp(), 1_795_424_400);
    assert_eq!(handed[3].copy.received.timestamp(), 1_795_424_400);
}

#[test]
fn half_a_line_is_told_where_nobody_writes_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("messages.jsonl");
    let text = "{\"subject\": \"a\"}\n{\"subject\": \"ha";
    fs::write(&path, text).unwrap();
    assert_eq!(read(open(&path, Format::Jsonl, "x").as_mut()).1.problems.count, 0);
    let mut piped = stream(Cursor::new(text.as_bytes().to_vec()), None, "x").unwrap();
    for source in [open_whole(&path, Format::Jsonl, "x").as_mut(), piped.as_mut()] {
        let (handed, outcome) = read(source);
        assert_eq!((handed.len(), outcome.problems.count), (1, 1));
        assert_eq!(outcome.problems.list[0].place, "line 2");
    }
}
