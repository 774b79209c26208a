//! Holds `src/store/open.rs`, `src/store/verify.rs`: a store that lost bytes: what a power loss, a bad disk or a copy
//! cut short leaves (row F06).
//!
//! Whatever was cut or flipped in the log, the store opens to a prefix of what was committed; a file that is not whole
//! is refused by name, and no byte of it is changed.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tidebox::domain::positions::Positions;
use tidebox::domain::source_type::SourceType;
use tidebox::domain::triage::{Act, Decision, Triage};
use tidebox::store::{BatchKind, Store, StoreError};

use crate::support::letterbox::{Letterbox, at, letters, members};

/// The bytes of a store and its log after so many decisions, none of which was folded in.
struct Wreck {
    file: Vec<u8>,
    log: Vec<u8>,
    /// How long the log was after each decision.
    ends: Vec<usize>,
    /// The log's frames end here.
    frames: Vec<usize>,
}

const DECISIONS: u32 = 12;

fn wreck() -> Wreck {
    let mut post = Letterbox::new();
    post.admit(&letters(0..i64::from(DECISIONS)), at(20));
    let batch = post.begin("morning", at(30)).expect("a batch");
    let path = post.path();
    let log = path.with_file_name("store.db-wal");
    // Closing folds in what came before and takes the log away: the next one begins at its beginning.
    drop(post.store);
    let mut store = Store::open(&path).expect("opened");
    store.source("another", SourceType::Maildir).expect("a source");
    let length = || usize::try_from(fs::metadata(&log).expect("a log").len()).expect("a size");
    let mut ends = vec![length()];
    for (number, position) in (1..).zip(batch.positions().iter()) {
        let act = Act { number, decision: Decision::Done, on: Positions::from(position) };
        store.record(batch.id(), &act, at(31)).expect("recorded");
        ends.push(length());
    }
    let bytes = fs::read(&log).expect("bytes");
    let page = usize::try_from(u32::from_be_bytes([bytes[8], bytes[9], bytes[10], bytes[11]])).expect("a size");
    let frames = (32..=bytes.len()).step_by(page + 24).collect();
    Wreck { file: fs::read(&path).expect("bytes"), log: bytes, ends, frames }
}

impl Wreck {
    /// Puts the file and this much of a log into a folder.
    fn lay(&self, log: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("store.db");
        fs::write(&path, &self.file).expect("written");
        fs::write(folder.path().join("store.db-wal"), log).expect("written");
        (folder, path)
    }

    /// What is left holds together, and is the first so many decisions in their order.
    fn assert_prefix(&self, log: &[u8]) -> usize {
        let (_folder, path) = self.lay(log);
        let store = match Store::open(&path) {
            Ok(store) => store,
            Err(error) => panic!("it does not open: {error}"),
        };
        assert_eq!(store.verify().expect("checked"), Vec::<String>::new());
        let (batch, acts) = store.open_batch(BatchKind::Window).expect("asked").expect("the batch was folded in");
        let triage = Triage::replay(batch, acts);
        let decided = triage.decided();
        assert!(triage.batch().positions().iter().take(decided).all(|at| triage.verdict(at).is_some()), "a prefix");
        decided
    }
}

#[test]
fn a_log_cut_anywhere_opens_to_what_was_committed_by_then() {
    let wreck = wreck();
    assert!(wreck.frames.len() > 20, "only {} frames", wreck.frames.len());
    let whole = |cut: usize| wreck.ends.iter().skip(1).filter(|end| **end <= cut).count();
    let base = wreck.assert_prefix(&[]);
    assert_eq!(base, 0);
    for end in &wreck.frames {
        for cut in [*end, end.saturating_sub(1), end + 7, end + 24, end + 1_000] {
            let cut = cut.min(wreck.log.len());
            assert_eq!(wreck.assert_prefix(&wreck.log[..cut]), whole(cut), "cut at {cut}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Bits that flipped in the last frame undo the last decision at most; anywhere, what follows them.
    #[test]
    fn a_log_with_a_wrong_bit_opens_to_what_was_before_it(place in 0.0..1.0_f64, last in any::<bool>(), bit in 0..8_u8) {
        let wreck = wreck();
        let from = if last { wreck.frames[wreck.frames.len() - 2] } else { 0 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place within the log")]
        let at = from + (place * (wreck.log.len() - from) as f64) as usize;
        let mut log = wreck.log.clone();
        log[at] ^= 1 << bit;
        let before = wreck.ends.iter().skip(1).filter(|end| **end <= at).count();
        let left = wreck.assert_prefix(&log);
        prop_assert!(left >= before, "{left} of {before}");
        if last {
            prop_assert!(left + 1 >= DECISIONS as usize, "{left}");
        }
    }
}

/// A file of each length that a copy may have been cut to, without its log.
#[test]
fn a_file_cut_at_any_page_is_refused_and_left_as_it_is() {
    let mut post = Letterbox::new();
    post.admit(&letters(0..20), at(30));
    let path = post.path();
    drop(post.store);
    let whole = fs::read(&path).expect("bytes");
    let pages = whole.len() / 4096;
    assert!(pages > 10);
    // An empty file is an empty database, which is another matter.
    for cut in (1..pages).map(|page| page * 4096).chain([1, 99, 100, 4095, whole.len() - 1]) {
        refused(&path, &whole[..cut]);
    }
    fs::write(&path, &whole).expect("whole again");
    assert_eq!(Store::open(&path).expect("opened").tally().expect("numbers").held, 20);
}

/// Neither the store's own way in nor a command touches what it does not know.
#[track_caller]
fn refused(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).expect("written");
    for opened in [Store::open(path).map(Some), Store::open_existing(path)] {
        let error = opened.expect_err("refused");
        assert!(matches!(error, StoreError::Truncated { .. } | StoreError::NotAStore { .. }), "{error}");
        assert!(error.hint().is_some() && error.to_string().contains(&*path.to_string_lossy()), "{error}");
    }
    assert_eq!(fs::read(path).expect("bytes"), bytes);
    let folder = path.parent().expect("a folder");
    let beside: Vec<_> = fs::read_dir(folder).expect("listed").flatten().map(|it| it.file_name()).collect();
    assert_eq!(beside, ["store.db"], "nothing was left beside it");
}

/// Bytes of the file itself that are wrong: reading says so or reads what is right, and never breaks; a check finds it.
#[test]
fn a_garbled_page_is_told_and_nothing_panics() {
    let mut post = Letterbox::new();
    post.admit(&letters(0..60), at(90));
    let batch = post.begin("morning", at(100)).expect("a batch");
    let first = members(&post.store, &batch)[0];
    let path = post.path();
    drop(post.store);
    let whole = fs::read(&path).expect("bytes");
    let mut told = 0;
    for page in 0..whole.len() / 4096 {
        let mut bytes = whole.clone();
        // The first hundred bytes of the file are its header, which tells what it is.
        let from = if page == 0 { 100 } else { page * 4096 };
        for byte in &mut bytes[from..(page + 1) * 4096] {
            *byte ^= 0x5a;
        }
        fs::write(&path, &bytes).expect("garbled");
        let read = || -> Result<Vec<String>, StoreError> {
            let store = Store::open(&path)?;
            store.tally()?;
            store.batch(batch.id())?;
            store.original(first)?;
            store.verify()
        };
        match read() {
            Ok(said) => told += usize::from(!said.is_empty()),
            Err(error) => {
                assert_ne!(error.to_string(), "");
                told += 1;
            }
        }
        let _ = fs::remove_file(path.with_file_name("store.db-wal"));
        let _ = fs::remove_file(path.with_file_name("store.db-shm"));
    }
    // Pages that are free hold nothing that could be wrong.
    assert!(told * 10 >= whole.len() / 4096 * 9, "{told} of {} pages", whole.len() / 4096);
}

/// The index of the log is made anew from the log, whatever it holds.
#[test]
fn a_garbled_index_of_the_log_is_made_anew() {
    let wreck = wreck();
    for bytes in [vec![0xff; 32_768], vec![0; 100], b"no index".to_vec(), Vec::new()] {
        let (folder, path) = wreck.lay(&wreck.log);
        fs::write(folder.path().join("store.db-shm"), bytes).expect("written");
        let store = Store::open(&path).expect("opened");
        let (batch, acts) = store.open_batch(BatchKind::Window).expect("asked").expect("a batch");
        assert_eq!(Triage::replay(batch, acts).decided(), DECISIONS as usize);
    }
}
