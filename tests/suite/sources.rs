//! Sources over real files, pipes and commands: what is handed over, what is skipped, and that nothing is changed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use tidebox::domain::arrival::Mark;
use tidebox::mail;
use tidebox::source::detect::{Format, open, stream};
use tidebox::source::exec::Exec;
use tidebox::source::maildir::Maildir;
use tidebox::source::mbox::Mbox;
use tidebox::source::{Handed, Outcome, Since, Source, SourceError};

fn now() -> DateTime<Utc> {
    // Long after any file of these tests was written, so that their times are trusted.
    "2100-01-01T00:00:00Z".parse().unwrap()
}

/// What a store would know of one source.
#[derive(Default)]
struct Taken {
    keys: HashMap<String, HashSet<String>>,
    position: Option<String>,
    now: Option<DateTime<Utc>>,
}

impl Taken {
    fn read(&mut self, source: &mut dyn Source) -> (Vec<Handed>, Result<Outcome, SourceError>) {
        let mut handed = Vec::new();
        let keys = self.keys.clone();
        let known = move |folder: &str| keys.get(folder).cloned().unwrap_or_default();
        let since = Since { known: &known, position: self.position.as_deref(), now: self.now.unwrap_or_else(now) };
        let outcome = source.read(&since, &mut |it| {
            handed.push(it);
            ControlFlow::Continue(())
        });
        if let Ok(outcome) = &outcome {
            self.position.clone_from(&outcome.position);
        }
        for it in &handed {
            self.keys.entry(it.origin.folder.clone()).or_default().insert(it.origin.key.clone());
        }
        (handed, outcome)
    }
}

fn read(source: &mut dyn Source) -> (Vec<Handed>, Outcome) {
    let (handed, outcome) = Taken::default().read(source);
    (handed, outcome.unwrap())
}

fn message(number: usize) -> String {
    format!(
        "From: Ann <ann@a.example>\nSubject: number {number}\nMessage-ID: <{number}@a.example>\n\
         Date: Tue, 2 Jan 2024 10:00:{number:02} +0000\n\nHello,\n\nFrom here on\n>From there\n>>From afar\n.\nend {number}\n"
    )
}

fn identities(handed: &[Handed]) -> BTreeSet<[u8; 32]> {
    handed.iter().map(|it| mail::identity(&it.raw).0).collect()
}

fn maildir(root: &Path, folders: &[&str]) {
    for folder in folders {
        for sub in ["cur", "new", "tmp"] {
            fs::create_dir_all(root.join(folder).join(sub)).unwrap();
        }
    }
}

/// Every file below a folder with its content and time, to see that reading leaves them alone.
fn snapshot(root: &Path) -> BTreeMap<PathBuf, (Vec<u8>, std::time::SystemTime)> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else {
                let time = fs::metadata(&path).unwrap().modified().unwrap();
                found.insert(path.clone(), (fs::read(&path).unwrap(), time));
            }
        }
    }
    found
}

#[test]
fn a_maildir_is_read_with_its_folders_and_flags() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    maildir(root, &["", ".Lists.Rust", "Archive/2024"]);
    for (path, number) in [
        ("new/1700000001.M1.host", 1),
        ("cur/1700000002.M2.host:2,S", 2),
        ("cur/1700000003.M3.host:2,F", 3),
        (".Lists.Rust/cur/1700000004.M4.host;2,RS", 4),
        ("Archive/2024/cur/1700000005.M5.host!2,", 5),
        ("tmp/1700000006.M6.host", 6),
        ("cur/.hidden", 7),
        (".Lists.Rust/dovecot.index", 8),
    ] {
        fs::write(root.join(path), message(number)).unwrap();
    }
    let before = snapshot(root);
    let (handed, outcome) = read(&mut Maildir::new(root));
    let mut facts: Vec<_> = handed
        .iter()
        .map(|it| (it.origin.folder.as_str(), it.origin.key.as_str(), it.origin.mark, it.origin.received.timestamp()))
        .collect();
    facts.sort_by_key(|fact| fact.1);
    assert_eq!(
        facts,
        [
            ("", "1700000001.M1.host", Mark::Unread, 1_700_000_001),
            ("", "1700000002.M2.host", Mark::Read, 1_700_000_002),
            ("", "1700000003.M3.host", Mark::Unread, 1_700_000_003),
            ("Lists/Rust", "1700000004.M4.host", Mark::Read, 1_700_000_004),
            ("Archive/2024", "1700000005.M5.host", Mark::Unread, 1_700_000_005),
        ]
    );
    assert_eq!(outcome.problems.count, 0, "{:?}", outcome.problems);
    assert_eq!(snapshot(root), before);
}

#[test]
fn a_maildir_tells_what_is_new_whatever_flags_do() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    maildir(root, &["", ".Other"]);
    fs::write(root.join("new/1.a"), message(1)).unwrap();
    fs::write(root.join(".Other/cur/2.b:2,"), message(2)).unwrap();
    let mut taken = Taken::default();
    assert_eq!(taken.read(&mut Maildir::new(root)).0.len(), 2);
    let (handed, outcome) = taken.read(&mut Maildir::new(root));
    assert_eq!((handed.len(), outcome.unwrap().skipped), (0, 0), "unchanged folders are not looked into");
    fs::rename(root.join("new/1.a"), root.join("cur/1.a:2,S")).unwrap();
    fs::write(root.join("new/3.c"), message(3)).unwrap();
    let (handed, outcome) = taken.read(&mut Maildir::new(root));
    assert_eq!(handed.iter().map(|it| it.origin.key.as_str()).collect::<Vec<_>>(), ["3.c"]);
    assert_eq!(outcome.unwrap().skipped, 1);
}

#[test]
fn a_time_of_change_that_is_too_young_is_not_trusted() {
    let folder = tempfile::tempdir().unwrap();
    maildir(folder.path(), &[""]);
    fs::write(folder.path().join("new/1.a"), message(1)).unwrap();
    let changed = fs::metadata(folder.path().join("new")).unwrap().modified().unwrap();
    let mut taken = Taken { now: Some(DateTime::<Utc>::from(changed)), ..Taken::default() };
    taken.read(&mut Maildir::new(folder.path())).1.unwrap();
    let (_, outcome) = taken.read(&mut Maildir::new(folder.path()));
    assert_eq!(outcome.unwrap().skipped, 1, "it was looked into again");
}

#[cfg(unix)]
#[test]
fn what_is_odd_in_a_maildir_is_a_problem_of_its_own() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    maildir(root, &["", "Loop"]);
    fs::write(root.join("cur/1.good:2,zzS,,"), message(1)).unwrap();
    fs::write(root.join("cur/2.empty"), "").unwrap();
    fs::create_dir(root.join("cur/3.folder:2,S")).unwrap();
    symlink(root.join("cur/nowhere"), root.join("cur/4.dangling")).unwrap();
    symlink(root.join("cur/5.self"), root.join("cur/5.self")).unwrap();
    symlink(root, root.join("Loop/again")).unwrap();
    symlink("..", root.join("Loop/up")).unwrap();
    let (handed, outcome) = read(&mut Maildir::new(root));
    assert_eq!(handed.len(), 1);
    assert_eq!(handed[0].origin.mark, Mark::Read);
    assert_eq!(outcome.problems.count, 4, "{:?}", outcome.problems);
}

#[test]
fn a_message_that_moves_while_it_is_read_is_not_missed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    maildir(root, &[""]);
    for number in 1..=3 {
        fs::write(root.join(format!("new/{number}.x")), message(number)).unwrap();
    }
    let mut keys = Vec::new();
    let since = Since { known: &|_| HashSet::new(), position: None, now: now() };
    let mut each = |it: Handed| {
        if keys.is_empty() {
            fs::rename(root.join("new/2.x"), root.join("cur/2.x:2,S")).unwrap();
            fs::remove_file(root.join("new/3.x")).unwrap();
        }
        keys.push(it.origin.key);
        ControlFlow::Continue(())
    };
    let outcome = Maildir::new(root).read(&since, &mut each).unwrap();
    assert_eq!((keys, outcome.problems.count), (vec!["1.x".to_owned(), "2.x".to_owned()], 0));
}

#[test]
fn stopping_early_keeps_the_rest_for_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    maildir(root, &["", "A", "B"]);
    for (number, sub) in ["new", "A/new", "B/new"].iter().enumerate() {
        fs::write(root.join(sub).join("1.x"), message(number)).unwrap();
    }
    let mut taken = Taken::default();
    let since = Since { known: &|_| HashSet::new(), position: None, now: now() };
    let outcome = Maildir::new(root).read(&since, &mut |it| {
        taken.keys.entry(it.origin.folder).or_default().insert(it.origin.key);
        ControlFlow::Break(())
    });
    taken.position = outcome.unwrap().position;
    assert_eq!(taken.read(&mut Maildir::new(root)).0.len(), 2);
}

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
    maildir(folder.path(), &["box"]);
    for number in 1..=3 {
        fs::write(folder.path().join(format!("box/cur/{number}.x:2,S")), message(number)).unwrap();
    }
    let expected = identities(&read(&mut Maildir::new(&folder.path().join("box"))).0);
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
        assert_eq!(identities(&handed), expected, "{name}");
        assert_eq!(handed[0].origin.mark, Mark::Read, "{name}");
        assert_eq!(handed[0].origin.received.timestamp(), 1_704_189_601, "{name}");
        assert_eq!(outcome.problems.count, 0, "{name}");
        let mut piped = stream(Cursor::new(text.into_bytes()), None, "x").unwrap();
        assert_eq!(identities(&read(piped.as_mut()).0), expected, "{name} through a pipe");
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

#[cfg(unix)]
mod commands {
    use super::*;

    fn shell(script: &str) -> Exec {
        Exec::new(&["sh".to_owned(), "-c".to_owned(), script.to_owned()], "ci")
    }

    #[test]
    fn a_command_prints_messages_and_its_position() {
        let script = r#"echo "{\"subject\": \"since ${TIDEBOX_POSITION:-the beginning}\", \"body\": \"x\"}"; echo '{"position": "7"}'"#;
        let mut taken = Taken::default();
        let subjects =
            |handed: &[Handed]| handed.iter().map(|it| mail::parse(it.raw.clone()).subject).collect::<Vec<_>>();
        assert_eq!(subjects(&taken.read(&mut shell(script)).0), ["since the beginning"]);
        assert_eq!(taken.position.as_deref(), Some("7"));
        assert_eq!(subjects(&taken.read(&mut shell(script)).0), ["since 7"]);
    }

    #[test]
    fn of_a_command_that_fails_what_came_whole_counts() {
        let script = r#"echo '{"subject": "whole"}'; printf '{"subject": "ha'; echo 'no \033[2Jluck' >&2; exit 3"#;
        let (handed, outcome) = Taken::default().read(&mut shell(script));
        assert_eq!(handed.len(), 1);
        let told = outcome.unwrap_err().to_string();
        assert!(told.starts_with("sh failed (exit status: 3): no ") && told.ends_with("luck"), "{told}");
        assert!(!told.contains('\x1b'));
    }

    #[test]
    fn a_command_that_does_not_end_is_stopped_with_what_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pid");
        let script = format!("sleep 600 & echo $! > {}; echo '{{\"subject\": \"x\"}}'; wait", path.display());
        let (handed, outcome) = Taken::default().read(&mut shell(&script).limited(1, 1000));
        assert_eq!(handed.len(), 1);
        assert!(matches!(outcome, Err(SourceError::Slow { seconds: 1, .. })));
        let child = fs::read_to_string(path).unwrap();
        let gone = || match fs::read_to_string(format!("/proc/{}/stat", child.trim())) {
            Ok(state) => state.contains(") Z "),
            Err(_) => true,
        };
        while !gone() {
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_command_that_prints_for_ever_is_stopped() {
        let script = r#"while true; do echo '{"subject": "again", "external_id": 1}'; done"#;
        let (handed, outcome) = Taken::default().read(&mut shell(script).limited(60, 100_000));
        assert_eq!(handed.len(), 1);
        assert!(matches!(outcome, Err(SourceError::Endless { .. })));
    }

    #[test]
    fn a_command_that_is_not_there_or_prints_no_text_is_told() {
        let mut missing = Exec::new(&["/nowhere/at all".to_owned()], "x");
        assert!(matches!(Taken::default().read(&mut missing).1, Err(SourceError::Start { .. })));
        let told = Taken::default().read(&mut shell(r"printf '\000\001'")).1.unwrap_err().to_string();
        assert!(told.contains("no text"), "{told}");
    }
}
