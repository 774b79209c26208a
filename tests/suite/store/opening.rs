//! Holds `src/store/open.rs`, `src/store/migrate.rs`, `src/store/home.rs`, `src/store/connection_registry.rs`: the
//! file: how it is made, recognised, refused, upgraded, and shared.

use std::fs;
use std::path::{Path, PathBuf};

use tidebox::domain::ids::BatchId;
use tidebox::domain::positions::{Position, Positions};
use tidebox::domain::query::Query;
use tidebox::domain::source_type::SourceType;
use tidebox::domain::triage::{Act, Decision};
use tidebox::domain::write_back::WriteBackPlan;
use tidebox::store::{Durability, FailureKind, Store, StoreError};

use crate::support::letterbox::{Letterbox, at, in_another_process, letter, letters, sqlite3, task};

#[test]
fn a_status_makes_no_store() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("deep/store.db");
    assert!(Store::open_existing(&path).expect("asked").is_none());
    assert!(!path.parent().expect("a parent").exists());
}

/// Does what `in_another_process` asks for; by itself it has nothing to do.
#[test]
fn helper() {
    let Some((what, path)) = task() else { return };
    match what.as_str() {
        "make" => drop(Store::open(&path).expect("made")),
        "import" => import(&path, 400),
        other => panic!("what is {other}?"),
    }
}

fn import(path: &Path, count: i64) {
    let mut store = Store::open_for(path, Durability::Replayable).expect("open");
    let source = store.source("import", SourceType::Mbox).expect("a source");
    for slice in letters(1_000..1_000 + count).chunks(5) {
        let position = slice.last().map(|one| one.message.copy.location.key.clone());
        store.admit(source, slice, position.as_deref(), at(5_000)).expect("admitted");
    }
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_it_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a/b/store.db");
    assert!(in_another_process(concat!(module_path!(), "::helper"), "make", &path).status().expect("ran").success());
    let mode = |path: &Path| fs::metadata(path).expect("facts").permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!((mode(&folder.path().join("a")), mode(&folder.path().join("a/b"))), (0o700, 0o700));
    let mut store = Store::open(&path).expect("open");
    store.source("x", SourceType::Exec).expect("a source");
    for beside in ["store.db-wal", "store.db-shm"] {
        assert_eq!(mode(&path.with_file_name(beside)), 0o600);
    }
}

#[test]
fn what_is_no_store_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let foreign = folder.path().join("foreign.db");
    sqlite3(&foreign, "CREATE TABLE t (x); INSERT INTO t VALUES (1)").expect("made");
    let file = |name: &str, bytes: &[u8]| -> PathBuf {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("written");
        path
    };
    let mut notes = b"SQLite format 3\0 is how the header begins.".to_vec();
    notes.resize(5_000, b' ');
    let cases = [foreign, file("short", b"SQLite format 3\0"), file("text", &[b'x'; 9_000]), file("like", &notes)];
    for path in cases {
        let before = fs::read(&path).expect("bytes");
        for opened in [Store::open(&path).map(Some), Store::open_existing(&path)] {
            let error = opened.expect_err("refused");
            assert_eq!(error.kind(), FailureKind::File, "{error}");
            assert!(error.to_string().contains(&*path.to_string_lossy()), "{error}");
            assert!(error.hint().is_some(), "{error}");
        }
        assert_eq!(fs::read(&path).expect("bytes"), before, "{}", path.display());
    }
    assert!(matches!(Store::open(folder.path()), Err(StoreError::NotAStore { .. })), "a folder");
}

#[test]
fn a_log_that_was_left_behind_is_no_part_of_a_new_store() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.db");
    fs::write(folder.path().join("store.db-wal"), b"what was written last").expect("written");
    for opened in [Store::open(&path).map(Some), Store::open_existing(&path)] {
        assert!(matches!(opened, Err(StoreError::NotAStore { .. })));
    }
    assert!(!path.exists());
    assert!(Letterbox::new().store.backup(&path).is_err());
}

#[test]
fn a_truncated_store_is_reported_and_left_alone() {
    let mut post = Letterbox::new();
    post.admit(&letters(0..50), at(60));
    let path = post.path();
    drop(post.store);
    let bytes = fs::read(&path).expect("bytes");
    fs::write(&path, &bytes[..bytes.len() / 2]).expect("cut");
    let error = Store::open(&path).expect_err("refused");
    assert!(matches!(error, StoreError::Truncated { .. }), "{error}");
    assert_eq!(fs::read(&path).expect("bytes").len(), bytes.len() / 2);
}

#[test]
fn a_garbled_store_is_reported_by_what_reads_it() {
    let mut post = Letterbox::new();
    post.admit(
        &letters(0..200)
            .into_iter()
            .map(|mut one| {
                one.disposition = tidebox::store::Disposition::History;
                one
            })
            .collect::<Vec<_>>(),
        at(300),
    );
    let path = post.path();
    drop(post.store);
    let mut bytes = fs::read(&path).expect("bytes");
    let half = bytes.len() / 4;
    bytes[half..].fill(0xa5);
    fs::write(&path, &bytes).expect("garbled");
    let store = match Store::open(&path) {
        Ok(store) => store,
        Err(error) => return assert_eq!(error.kind(), FailureKind::File, "{error}"),
    };
    let said = store.verify().unwrap_or_else(|error| vec![error.to_string()]);
    assert!(!said.is_empty());
}

#[test]
fn a_newer_store_is_refused_and_left_alone() {
    let post = Letterbox::new();
    let path = post.path();
    drop(post.store);
    sqlite3(&path, "PRAGMA user_version = 999").expect("set");
    let error = Store::open(&path).expect_err("refused");
    assert!(matches!(error, StoreError::Newer { theirs: 999, .. }), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("newer")));
    assert_eq!(sqlite3(&path, "PRAGMA user_version").expect("asked"), "999\n");
}

#[cfg(unix)]
#[test]
fn a_place_that_cannot_be_written_is_said() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let error = Store::open(&file.path().join("below/store.db")).expect_err("no folder can be there");
    assert_eq!(error.kind(), FailureKind::File);
    assert!(error.hint().is_some());
}

#[test]
fn many_can_make_it_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.db");
    let threads: Vec<_> = (0..6)
        .map(|n| {
            let path = path.clone();
            std::thread::spawn(move || {
                let mut store = Store::open(&path).expect("open");
                let source = store.source("home", SourceType::Maildir).expect("a source");
                store.admit(source, &letters(n * 10..n * 10 + 15), None, at(99)).expect("admitted");
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no panic");
    }
    let store = Store::open(&path).expect("open");
    assert_eq!(store.tally().expect("numbers").held, 65);
    assert_eq!(store.verify().expect("checked"), Vec::<String>::new());
    let files: Vec<_> = fs::read_dir(folder.path()).expect("listed").flatten().map(|entry| entry.file_name()).collect();
    assert!(files.iter().all(|name| name.to_string_lossy().starts_with("store.db")), "{files:?}");
}

#[test]
fn decisions_go_on_while_another_process_imports() {
    let mut post = Letterbox::new();
    post.admit(&letters(0..40), at(50));
    let batch = post.begin("morning", at(60)).expect("a batch");
    let mut import =
        in_another_process(concat!(module_path!(), "::helper"), "import", &post.path()).spawn().expect("started");
    for (number, position) in (1..).zip(batch.positions().iter()) {
        let act = Act { number, decision: Decision::Done, on: Positions::from(position) };
        post.store.record(batch.id(), &act, at(61)).expect("recorded, never locked");
        post.store.undo(batch.id(), number).expect("undone");
        post.store.redo(batch.id(), number).expect("redone");
    }
    assert!(import.wait().expect("waited").success());
    let receipt = post.store.commit(batch.id(), &WriteBackPlan::default(), at(70)).expect("committed");
    assert_eq!(receipt.done, 40);
    assert_eq!(post.store.tally().expect("numbers").held, 400);
    assert_eq!(post.store.verify().expect("checked"), Vec::<String>::new());
}

/// Killed anywhere in an import, the store is whole, its position belongs to its messages, and importing again ends as if nothing had happened.
#[test]
fn an_import_that_is_killed_can_be_done_again() {
    let facts = |store: &Store| -> Vec<String> {
        let peek = store.current_peek(at(9_000)).expect("asked").expect("open");
        let held = store.peeked(&peek, at(9_000), 10_000).expect("shown");
        held.into_iter().map(|message| format!("{} {:?} {}", message.id, message.message_id, message.subject)).collect()
    };
    let mut golden = Letterbox::new();
    import(&golden.path(), 400);
    golden.store.start_peek("test", at(9_000), at(9_001)).expect("written down");
    for enough in [1, 60, 150, 260] {
        let mut post = Letterbox::new();
        let mut child =
            in_another_process(concat!(module_path!(), "::helper"), "import", &post.path()).spawn().expect("started");
        while post.store.tally().expect("numbers").held < enough && child.try_wait().expect("asked").is_none() {
            std::thread::yield_now();
        }
        child.kill().expect("killed");
        child.wait().expect("gone");
        post.reopen();
        assert_eq!(post.store.verify().expect("checked"), Vec::<String>::new());
        let sources = post.store.sources().expect("sources");
        if let Some(source) = sources.iter().find(|source| source.name == "import" && source.position.is_some()) {
            let known = post.store.known(source.id, "INBOX").expect("keys");
            assert!(known.contains(source.position.as_deref().unwrap_or_default()));
            assert_eq!(u32::try_from(known.len()).ok(), Some(post.store.tally().expect("numbers").held));
        }
        import(&post.path(), 400);
        post.store.start_peek("test", at(9_000), at(9_001)).expect("written down");
        assert_eq!(facts(&post.store), facts(&golden.store));
        assert_eq!(post.store.verify().expect("checked"), Vec::<String>::new());
    }
}

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/store");

fn schema(path: &Path) -> String {
    sqlite3(path, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name; PRAGMA user_version; PRAGMA application_id;")
        .expect("a schema")
}

/// A store of every version that was ever released, packed with zstd; the newest is written by running this test with
/// `TIDEBOX_WRITE_FIXTURES=1`, which is only right before the version is released.
#[test]
fn a_store_of_every_version_becomes_equal_to_a_new_one() {
    let mut fresh = Letterbox::new();
    fresh.admit(&letters(0..3), at(5));
    let batch = fresh.begin("morning", at(10)).expect("a batch");
    let act = Act { number: 1, decision: Decision::Done, on: Positions::from(Position(1)) };
    fresh.store.record(batch.id(), &act, at(11)).expect("recorded");
    fresh.admit(&[letter(20).history().ready()], at(21));
    if std::env::var_os("TIDEBOX_WRITE_FIXTURES").is_some() {
        let copy = fresh.folder.path().join("fixture.db");
        fresh.store.backup(&copy).expect("copied");
        let packed = zstd::bulk::compress(&fs::read(copy).expect("bytes"), 19).expect("packed");
        fs::create_dir_all(FIXTURES).expect("a folder");
        fs::write(format!("{FIXTURES}/version-{:03}.db.zst", version(&fresh.path())), packed).expect("written");
    }
    let mut tried = 0;
    for entry in fs::read_dir(FIXTURES).expect("fixtures").flatten() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("old.db");
        let packed = fs::read(entry.path()).expect("bytes");
        fs::write(&path, zstd::bulk::decompress(&packed, 64 << 20).expect("unpacked")).expect("written");
        let mut old = Store::open(&path).expect("upgraded");
        assert_eq!(schema(&path), schema(&fresh.path()), "{}", entry.path().display());
        let found = |store: &Store| store.search(&Query::All, at(99), 99, None).expect("found");
        assert_eq!(found(&old), found(&fresh.store));
        assert_eq!(old.batch(batch.id()).expect("asked"), fresh.store.batch(batch.id()).expect("asked"));
        assert_eq!(old.verify().expect("checked"), Vec::<String>::new());
        assert_eq!(old.commit(batch.id(), &WriteBackPlan::default(), at(30)).expect("committed").done, 1);
        tried += 1;
    }
    assert_eq!(tried, version(&fresh.path()), "one of every version");
}

/// Until version 9 each message that an act named had a row. Here a store of version 8 has acts with gaps, in any order.
#[test]
fn acts_of_before_name_the_same_messages_as_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("old.db");
    let packed = fs::read(format!("{FIXTURES}/version-008.db.zst")).expect("bytes");
    fs::write(&path, zstd::bulk::decompress(&packed, 64 << 20).expect("unpacked")).expect("written");
    let named = [
        ("2", "trash", "replaced", vec![3_u32, 1]),
        ("3", "later", "counts", vec![2, 3, 1]),
        ("4", "spam", "undone", vec![3]),
    ];
    for (number, verb, standing, positions) in &named {
        let mut sql = format!(
            "INSERT INTO act (batch, number, verb, made, standing) VALUES (1, {number}, '{verb}', 12, '{standing}');"
        );
        for (place, position) in (1..).zip(positions) {
            sql += &format!(
                "INSERT INTO act_message SELECT batch, {number}, {place}, message FROM batch_item WHERE position = {position};"
            );
        }
        sqlite3(&path, &sql).expect("written");
    }
    let old = Store::open(&path).expect("upgraded");
    let runs = "SELECT act, first, last FROM act_run ORDER BY act, first";
    assert_eq!(sqlite3(&path, runs).expect("asked"), "1|1|1\n2|1|1\n2|3|3\n3|1|3\n4|3|3\n");
    let (_, acts) = old.batch(BatchId(1)).expect("asked").expect("there");
    for (_, _, _, positions) in &named {
        let on: Positions = positions.iter().copied().map(Position).collect();
        assert!(acts.iter().any(|(act, _)| act.on == on), "{on:?}");
    }
    assert_eq!(old.verify().expect("checked"), Vec::<String>::new());
}

/// Whatever a sweep takes in, it is one row, and so are taking it back and doing it again.
#[test]
fn a_sweep_is_one_row_however_many_messages_it_takes() {
    let mut post = Letterbox::new();
    post.admit(&letters(0..300), at(400));
    let batch = post.begin("morning", at(410)).expect("a batch");
    let sweep = Act { number: 1, decision: Decision::Done, on: batch.positions() };
    post.store.record(batch.id(), &sweep, at(411)).expect("recorded");
    let mut rest = batch.positions();
    rest.remove_run(Position(100), Position(100));
    let two = Act { number: 2, decision: Decision::Trash, on: rest };
    post.store.record(batch.id(), &two, at(412)).expect("recorded");
    let rows = "SELECT act, first, last FROM act_run";
    assert_eq!(sqlite3(&post.path(), rows).expect("asked"), "1|1|300\n2|1|99\n2|101|300\n");
    post.store.undo(batch.id(), 2).expect("undone");
    let (_, acts) = post.store.batch(batch.id()).expect("asked").expect("there");
    assert_eq!(acts.iter().map(|(act, _)| act).collect::<Vec<_>>(), [&sweep, &two]);
    let beyond = Act { number: 3, on: Positions::between(Position(300), Position(301)), ..two };
    assert!(matches!(
        post.store.record(batch.id(), &beyond, at(413)),
        Err(StoreError::NotInBatch { position: Position(301), .. })
    ));
}

fn version(path: &Path) -> i64 {
    sqlite3(path, "PRAGMA user_version").expect("asked").trim().parse().expect("a number")
}
