//! Single messages, JSON lines, and streams of either.

use std::fs;
use std::io::Cursor;

use tidebox::domain::arrival::Mark;
use tidebox::mail;
use tidebox::source::detect::{Format, open, stream};

use super::{Taken, identities, message, read};

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
    assert_eq!(identities(&read(piped.as_mut()).0), identities(&handed[..1]));
}

#[test]
fn json_lines_of_both_kinds_are_messages() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("messages.jsonl");
    let text = [
        r#"{"id": "a@b", "ts": 1700000000, "flags": "RS", "raw": "RnJvbTogYUBiLmV4YW1wbGUKU3ViamVjdDogYmFzZTY0Cgpib2R5Cg=="}"#,
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
    let arrivals: Vec<_> = handed.iter().map(|it| mail::parse(it.raw.clone())).collect();
    let subjects: Vec<_> = arrivals.iter().map(|it| it.subject.as_str()).collect();
    assert_eq!(subjects, ["base64", "plain", "main is red", "main is green"]);
    let marks: Vec<_> = handed.iter().map(|it| it.origin.mark).collect();
    assert_eq!(marks, [Mark::Read, Mark::Unread, Mark::None, Mark::None]);
    assert_eq!(arrivals[2].references, arrivals[3].references);
    assert_eq!(handed[2].origin.key, "812");
    assert_eq!(
        outcome.problems.told.iter().map(|it| it.place.as_str()).collect::<Vec<_>>(),
        ["line 6", "line 8", "line 9"]
    );
    fs::write(&path, text + "ine\"}\n").unwrap();
    let (handed, outcome) = taken.read(source.as_mut());
    assert_eq!((handed.len(), outcome.unwrap().skipped), (1, 0), "half a line was left for when it is whole");
}

#[test]
fn binary_streams_are_refused_with_a_reason() {
    let mut source = stream(Cursor::new(b"{\x00\x01".to_vec()), Some(Format::Jsonl), "x").unwrap();
    let error = Taken::default().read(source.as_mut()).1.unwrap_err();
    assert_eq!(error.to_string(), "standard input is no text with one JSON object a line");
    assert!(error.hint().is_some());
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
    assert_eq!(outcome.problems.told[0].what, "no object with the fields of a message, at column 8");
}

#[test]
fn a_line_that_a_crash_filled_with_zeros_does_not_keep_the_others_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("messages.jsonl");
    fs::write(&path, b"{\"subject\": \"a\"}\n\0\0\0\0\n{\"subject\": \"b\"}\n").unwrap();
    let (handed, outcome) = read(open(&path, Format::Jsonl, "x").as_mut());
    assert_eq!((handed.len(), outcome.problems.count), (2, 1));
}
