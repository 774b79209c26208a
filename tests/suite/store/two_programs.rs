//! Holds `src/store/connection.rs`, `src/store/interactive_lock.rs`, `src/store/admit.rs`: two programs at one store,
//! one of which dies or does not end (row F13), and the same mail taken in by both.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::thread;

use proptest::prelude::*;
use tidebox::domain::positions::{Position, Positions};
use tidebox::domain::query::Query;
use tidebox::domain::source_type::SourceType;
use tidebox::domain::triage::{Act, Decision, Triage};
use tidebox::store::{Admission, BatchKind, Durability, Store};

use crate::support::letterbox::{Letterbox, at, in_another_process, letter, letters, no_calendar, task, window};

/// Does what `in_another_process` asks for; by itself it has nothing to do.
#[test]
fn helper() {
    let Some((what, path)) = task() else { return };
    match what.as_str() {
        "hold" => hold(&path),
        "import" => import(&path, 0),
        other => panic!("what is {other}?"),
    }
}

/// Keeps the right to write, half of a transaction written, until it is killed.
#[allow(clippy::disallowed_types, reason = "no method of the store keeps the right to write")]
fn hold(path: &Path) {
    let connection = rusqlite::Connection::open(path).expect("the file");
    connection
        .execute_batch("PRAGMA cache_spill = 1; BEGIN IMMEDIATE; UPDATE message SET subject = 'half'")
        .expect("begun");
    std::io::stdout().write_all(b"\nheld\n").expect("said");
    loop {
        thread::park();
    }
}

const LETTERS: i64 = 200;

/// The letters in slices, beginning at one of them and going round; each slice twice, as a reading that is repeated does.
fn import(path: &Path, first: usize) {
    let mut store = Store::open_for(path, Durability::Replayable).expect("open");
    let source = store.source("home", SourceType::Maildir).expect("a source");
    let mut all: Vec<Admission> = letters(0..LETTERS);
    all.rotate_left(first);
    for slice in all.chunks(7) {
        store.admit(source, slice, None, at(5_000)).expect("admitted");
        store.admit(source, slice, None, at(5_000)).expect("known");
    }
}

/// Killed while it holds the lock: what it had not committed is gone, and the other goes on at once.
#[test]
fn who_dies_holding_the_lock_keeps_nobody_out() {
    let mut post = Letterbox::new();
    post.admit(&letters(0..20), at(30));
    let batch = post.begin("morning", at(40)).expect("a batch");
    let mut holder = in_another_process(concat!(module_path!(), "::helper"), "hold", &post.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let said = BufReader::new(holder.stdout.take().expect("its output"));
    assert!(said.lines().map_while(Result::ok).any(|line| line.contains("held")));
    let id = batch.id();
    let path = post.path();
    let waiting = thread::spawn(move || {
        let mut store = Store::open(&path).expect("opened while another writes");
        store.record(id, &Act { number: 1, decision: Decision::Done, on: Positions::from(Position(1)) }, at(41))
    });
    // Reading waits for nobody.
    assert_eq!(post.store.items(id, &batch.positions()).expect("items").len(), 20);
    assert!(!waiting.is_finished(), "writing waits its turn");
    holder.kill().expect("killed");
    holder.wait().expect("gone");
    waiting.join().expect("no panic").expect("recorded");
    let (open, acts) = post.store.open_batch(BatchKind::Window).expect("asked").expect("open");
    assert_eq!(Triage::replay(open, acts).decided(), 1);
    assert!(
        post.store.items(id, &batch.positions()).expect("items").iter().all(|(_, message)| message.subject != "half")
    );
    assert_eq!(post.store.verify().expect("checked"), Vec::<String>::new());
}

/// What there is of each message, whatever the order in which they came: two in one second may change places.
fn facts(store: &mut Store) -> BTreeMap<String, String> {
    let peek = store.start_peek("to compare", at(9_000), at(9_001)).expect("written down");
    let held = store.peeked(&peek, at(9_000), 10_000).expect("shown");
    let found = store.search(&Query::All, at(9_000), 10_000, None).expect("found");
    let all = held.into_iter().chain(found);
    all.map(|one| (one.message_id.unwrap_or_default(), format!("{} {:?} {:?}", one.subject, one.date, one.stage)))
        .collect()
}

/// Two processes take the same mail in at once, in different orders; and again.
#[test]
fn two_processes_that_take_in_the_same_mail_end_in_the_same_messages() {
    let mut golden = Letterbox::new();
    import(&golden.path(), 0);
    let mut post = Letterbox::new();
    let mut other =
        in_another_process(concat!(module_path!(), "::helper"), "import", &post.path()).spawn().expect("started");
    import(&post.path(), 100);
    assert!(other.wait().expect("waited").success());
    import(&post.path(), 50);
    assert_eq!(post.store.tally().expect("numbers").held, u32::try_from(LETTERS).expect("few"));
    assert_eq!(facts(&mut post.store), facts(&mut golden.store));
    assert_eq!(post.store.verify().expect("checked"), Vec::<String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Admission is idempotent in any order and in any interleaving of two connections: threads, counts and messages are
    /// those of taking everything in once.
    #[test]
    fn admission_is_idempotent_in_any_interleaving(
        order in Just((0..24_usize).collect::<Vec<_>>()).prop_shuffle(),
        again in prop::collection::vec(0..24_usize, 0..30),
        turns in prop::collection::vec((any::<bool>(), 1..6_usize, any::<bool>()), 1..40),
    ) {
        // Answers, copies in two folders, two that share a name, one without any.
        let all: Vec<Admission> = (0..24_i64).map(|n| {
            let one = letter(n).answers(match n % 4 { 0 => &[], 1 => &["m0@example.org"], 2 => &["m4@example.org", "gone@example.org"], _ => &["gone@example.org"] });
            let one = if n % 7 == 6 { one.called(None) } else { one };
            if n % 5 == 0 { one.found("Archive", &format!("copy-{n}")).ready() } else { one.ready() }
        }).collect();
        let mut once = Letterbox::new();
        once.admit(&all, at(100));
        let mut post = Letterbox::new();
        let mut other = post.another();
        let mut queue: Vec<usize> = order.into_iter().chain(again).collect();
        let mut turns = turns.into_iter().cycle();
        while !queue.is_empty() {
            let Some((first, count, restart)) = turns.next() else { break };
            let slice: Vec<Admission> = queue.drain(..count.min(queue.len())).map(|n| all[n].clone()).collect();
            let store = if first { &mut post.store } else { &mut other };
            store.admit(post.source, &slice, None, at(100)).expect("admitted");
            if restart {
                post.reopen();
            }
        }
        prop_assert_eq!(post.store.tally().expect("numbers").held, once.store.tally().expect("numbers").held);
        prop_assert_eq!(facts(&mut post.store), facts(&mut once.store));
        let threads = |post: &mut Letterbox| {
            let batch = post.store.begin(&tidebox::store::Beginning { occasion: window("w", at(200)), lanes: &[], calendar: &no_calendar(), carry_limit: None, layout: tidebox::domain::batch::BatchLayout::default(), now: at(200) }).expect("begun").expect("a batch");
            let mut threads: BTreeMap<_, Vec<String>> = BTreeMap::new();
            for (_, message) in post.store.items(batch.id(), &batch.positions()).expect("items") {
                threads.entry(message.thread).or_default().push(message.subject.clone());
            }
            let mut groups: Vec<Vec<String>> = threads.into_values().map(|mut group| { group.sort(); group }).collect();
            groups.sort();
            groups
        };
        prop_assert_eq!(threads(&mut post), threads(&mut once));
        prop_assert_eq!(post.store.verify().expect("checked"), Vec::<String>::new());
    }

    /// Deciding and taking back are inverse through the store, with restarts between: after as many undos as acts nothing
    /// is decided, and as many redos bring everything back.
    #[test]
    fn deciding_and_taking_back_are_inverse_across_restarts(
        steps in prop::collection::vec((0..5_usize, prop::collection::vec(1..9_u32, 1..4), any::<bool>()), 1..30),
    ) {
        let verbs = [Decision::Done, Decision::Trash, Decision::Later, Decision::Spam, Decision::Reopen];
        let mut post = Letterbox::new();
        post.admit(&letters(0..8), at(10));
        let batch = post.begin("morning", at(20)).expect("a batch");
        let known = |post: &Letterbox| {
            let (batch, acts) = post.store.open_batch(BatchKind::Window).expect("asked").expect("open");
            Triage::replay(batch, acts)
        };
        let mut pictures = vec![known(&post)];
        for (verb, places, restart) in &steps {
            let mut triage = known(&post);
            let on: Positions = places.iter().map(|place| Position(*place)).collect();
            let act = triage.decide(verbs[*verb].clone(), &on).expect("of the batch");
            post.store.record(batch.id(), &act, at(21)).expect("recorded");
            if *restart {
                post.reopen();
            }
            pictures.push(known(&post));
        }
        let verdicts = |triage: &Triage| batch.positions().iter().map(|at| triage.verdict(at).cloned()).collect::<Vec<_>>();
        // Back step by step, each time to what stood before; and forth again.
        for ((_, _, restart), before) in steps.iter().zip(&pictures).rev() {
            let mut triage = known(&post);
            let act = triage.undo().expect("something to take back");
            post.store.undo(batch.id(), act.number).expect("undone");
            if *restart {
                post.reopen();
            }
            prop_assert_eq!(verdicts(&known(&post)), verdicts(before));
        }
        prop_assert!(known(&post).undo().is_none());
        for ((_, _, restart), after) in steps.iter().zip(&pictures[1..]) {
            let act = known(&post).redo().expect("something to do again");
            post.store.redo(batch.id(), act.number).expect("redone");
            if *restart {
                post.reopen();
            }
            prop_assert_eq!(verdicts(&known(&post)), verdicts(after));
        }
        prop_assert_eq!(post.store.verify().expect("checked"), Vec::<String>::new());
    }
}

/// A snapshot shows nothing that comes after it, until it is released or something is written: then everything is there.
#[test]
fn a_snapshot_is_one_state_of_the_store() {
    let mut post = Letterbox::new();
    post.admit(&letters(0..2), at(10));
    let other = Store::open(post.store.path()).expect("open");
    other.release_snapshot();
    for ended_by_writing in [false, true] {
        let mut looking = Store::open(post.store.path()).expect("open");
        looking.hold_snapshot();
        let before = looking.count().expect("counted");
        let number = if ended_by_writing { 3 } else { 2 };
        post.admit(&letters(number..number + 1), at(20));
        assert_eq!(looking.count().expect("counted"), before);
        assert_eq!(other.count().expect("counted"), before + 1);
        if ended_by_writing {
            looking.source("work", SourceType::Maildir).expect("written");
        } else {
            looking.release_snapshot();
        }
        assert_eq!(looking.count().expect("counted"), before + 1);
    }
}
