//! Holds `src/source/maildir`: Maildirs: folders, flags, what is new, and unusual names.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use tidebox::source::maildir::Maildir;
use tidebox::source::{SkipCounter, Source, SourceEvent, SyncContext};

use super::{Taken, make_folders, message, now, read, tick};

/// Every file below a folder with its content and its time, to check that reading changes none.
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
    make_folders(root, &["", ".Lists.Rust", "Archive/2024"]);
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
        .map(|it| {
            (
                it.copy.location.folder.as_str(),
                it.copy.location.key.as_str(),
                it.copy.flags.is_read(),
                it.copy.received.timestamp(),
            )
        })
        .collect();
    facts.sort_by_key(|fact| fact.1);
    assert_eq!(
        facts,
        [
            ("", "1700000001.M1.host", Some(false), 1_700_000_001),
            ("", "1700000002.M2.host", Some(true), 1_700_000_002),
            ("", "1700000003.M3.host", Some(false), 1_700_000_003),
            ("Lists/Rust", "1700000004.M4.host", Some(true), 1_700_000_004),
            ("Archive/2024", "1700000005.M5.host", Some(false), 1_700_000_005),
        ]
    );
    assert_eq!(outcome.problems.count, 0, "{:?}", outcome.problems);
    assert_eq!(snapshot(root), before);
}

#[test]
fn a_maildir_tells_what_is_new_whatever_flags_do() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    make_folders(root, &["", ".Other"]);
    fs::write(root.join("new/1.a"), message(1)).unwrap();
    fs::write(root.join(".Other/cur/2.b:2,"), message(2)).unwrap();
    let mut taken = Taken::default();
    assert_eq!(taken.read(&mut Maildir::new(root)).0.len(), 2);
    let (handed, outcome) = taken.read(&mut Maildir::new(root));
    assert_eq!((handed.len(), outcome.unwrap().skipped), (0, 2), "what was passed over is counted");
    tick(root);
    fs::rename(root.join("new/1.a"), root.join("cur/1.a:2,S")).unwrap();
    fs::write(root.join("new/3.c"), message(3)).unwrap();
    let (handed, outcome) = taken.read(&mut Maildir::new(root));
    assert_eq!(handed.iter().map(|it| it.copy.location.key.as_str()).collect::<Vec<_>>(), ["3.c"]);
    assert_eq!(outcome.unwrap().skipped, 2);
}

#[cfg(unix)]
#[test]
fn what_is_odd_in_a_maildir_is_a_problem_of_its_own() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    make_folders(root, &["", "Loop"]);
    fs::write(root.join("cur/1.good:2,zzS,,"), message(1)).unwrap();
    fs::write(root.join("cur/2.empty"), "").unwrap();
    fs::create_dir(root.join("cur/3.folder:2,S")).unwrap();
    symlink(root.join("cur/nowhere"), root.join("cur/4.dangling")).unwrap();
    symlink(root.join("cur/5.self"), root.join("cur/5.self")).unwrap();
    symlink(root, root.join("Loop/again")).unwrap();
    symlink("..", root.join("Loop/up")).unwrap();
    let (handed, outcome) = read(&mut Maildir::new(root));
    assert_eq!(handed.len(), 1);
    assert_eq!(handed[0].copy.flags.is_read(), Some(true));
    assert_eq!(outcome.problems.count, 4, "{:?}", outcome.problems);
}

/// Whatever bytes a file name consists of, its message is found once.
#[cfg(unix)]
#[test]
fn odd_names_keep_no_message_out() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    make_folders(root, &["", ".Odd name\u{202e}", ".a.b.c"]);
    let names = [
        "no flags",
        "1700000000.x:2,",
        "1.x:2,SSS",
        "2.x:2,?\u{1b}",
        "3.x:1,y",
        ":2,S",
        "é",
        "-rf",
        "4:2,S:2,",
        "5\n6",
    ];
    for (number, name) in names.iter().enumerate() {
        fs::write(root.join("cur").join(name), message(number)).unwrap();
    }
    fs::write(root.join("cur").join(std::ffi::OsStr::from_bytes(b"7.\xff\xfe:2,S")), message(50)).unwrap();
    fs::write(root.join(".Odd name\u{202e}/new/1"), message(51)).unwrap();
    fs::write(root.join(".a.b.c/cur/1:2,S"), message(52)).unwrap();
    let mut taken = Taken::default();
    let (handed, outcome) = taken.read(&mut Maildir::new(root));
    assert_eq!(handed.len(), names.len() + 3);
    assert_eq!(outcome.unwrap().problems.count, 0);
    let odd = handed.iter().find(|it| it.copy.location.key.starts_with("7.")).unwrap();
    assert_eq!((odd.copy.location.key.as_str(), odd.copy.flags.is_read()), ("7./ff/fe", Some(true)));
    assert_eq!(taken.read(&mut Maildir::new(root)).0.len(), 0, "and none a second time");
}

#[test]
fn a_message_that_moves_while_it_is_read_is_not_missed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    make_folders(root, &[""]);
    for number in 1..=3 {
        fs::write(root.join(format!("new/{number}.x")), message(number)).unwrap();
    }
    let mut keys = Vec::new();
    let nothing = |_: &str| HashSet::new();
    let since = SyncContext { known: &nothing, skipped: &SkipCounter::default(), position: None, now: now() };
    let mut each = |it: SourceEvent| {
        let SourceEvent::Message(it) = it else { return ControlFlow::Continue(()) };
        if keys.is_empty() {
            fs::rename(root.join("new/2.x"), root.join("cur/2.x:2,S")).unwrap();
            fs::remove_file(root.join("new/3.x")).unwrap();
        }
        keys.push(it.copy.location.key);
        ControlFlow::Continue(())
    };
    let outcome = Maildir::new(root).read(&since, &mut each).unwrap();
    assert_eq!((keys, outcome.problems.count), (vec!["1.x".to_owned(), "2.x".to_owned()], 0));
}

#[test]
fn stopping_early_keeps_the_rest_for_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    make_folders(root, &["", "A", "B"]);
    for (number, sub) in ["new", "A/new", "B/new"].iter().enumerate() {
        fs::write(root.join(sub).join("1.x"), message(number)).unwrap();
    }
    let mut taken = Taken::default();
    let nothing = |_: &str| HashSet::new();
    let since = SyncContext { known: &nothing, skipped: &SkipCounter::default(), position: None, now: now() };
    let outcome = Maildir::new(root).read(&since, &mut |it| {
        let SourceEvent::Message(it) = it else { return ControlFlow::Continue(()) };
        taken.keys.entry(it.copy.location.folder).or_default().insert(it.copy.location.key);
        ControlFlow::Break(())
    });
    taken.position = outcome.unwrap().position;
    assert_eq!(taken.read(&mut Maildir::new(root)).0.len(), 2);
}
