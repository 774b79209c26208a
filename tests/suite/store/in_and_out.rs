//! Holds `src/store/admit.rs`, `src/store/read.rs`, `src/store/source.rs`, `src/store/deferred.rs`: what the store
//! takes in and gives out again.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use chrono::Duration;
use tidebox::domain::ids::Id;
use tidebox::domain::message::Stage;
use tidebox::domain::positions::{Position, Positions};
use tidebox::domain::query::Query;
use tidebox::domain::source_type::SourceType;
use tidebox::domain::triage::{Act, Decision, Until};
use tidebox::domain::write_back::WriteBackPlan;
use tidebox::store::{AdmissionOutcome, BatchKind, Store, StoreError};

use crate::support::letterbox::{Letterbox, act, at, ids, letter, letters, members, no_calendar, window};

#[test]
fn a_message_comes_back_as_it_went_in() {
    let mut post = Letterbox::new();
    let sent = letter(1)
        .subject("Grüße 週")
        .attached()
        .change(|envelope| {
            envelope.list = Some("rust.example.org".into());
            envelope.defects = vec![tidebox::domain::defect::Defect::Other("odd\n\"thing\"".into())];
            envelope.to.push(tidebox::domain::address::Address::new("Bö", "bö@exämple.org"));
        })
        .history();
    let raw = sent.raw();
    let one = sent.ready();
    let [admitted] = post.admit(std::slice::from_ref(&one), at(5))[..] else { panic!("one message") };
    assert_eq!((admitted.outcome, admitted.stage), (AdmissionOutcome::New, Stage::History));
    assert_eq!(admitted.id, Id(at(1).timestamp()), "ids follow dates");

    let message = post.store.message(admitted.id).expect("visible");
    assert_eq!(message.subject, "Grüße 週");
    assert_eq!(message.message_id.as_deref(), Some("m1@example.org"));
    assert_eq!((message.source.as_str(), message.lane.as_str()), ("home", "people"));
    assert_eq!((&message.from, &message.to), (&one.message.envelope.from, &one.message.envelope.to));
    assert_eq!((message.date, message.received), (Some(at(1)), at(1)));
    assert_eq!((message.attachments, message.list.as_deref()), (1, Some("rust.example.org")));
    assert_eq!(message.defects, ["odd\n\"thing\""]);
    assert_eq!(message.size, raw.len() as u64);
    assert_eq!(post.store.original(admitted.id).expect("visible"), raw);
}

#[test]
fn the_same_message_through_two_sources_is_one_message_with_two_copies() {
    let mut post = Letterbox::new();
    let first = post.admit(&letters(0..3), at(9));
    let work = post.store.source("work", SourceType::Mbox).expect("a source");
    let again = post.store.admit(work, &[letter(1).found("", "734").ready()], Some("900"), at(9)).expect("admitted");
    assert_eq!((again[0].id, again[0].outcome, again[0].stage), (first[1].id, AdmissionOutcome::Known, Stage::Held));
    assert!(post.store.known(work, "").expect("keys").contains("734"));
    assert!(post.store.known(post.source, "INBOX").expect("keys").contains("k1"));
    assert!(post.store.known(work, "INBOX").expect("keys").is_empty());
    assert_eq!(post.store.tally().expect("numbers").held, 3);
    let sources = post.store.sources().expect("sources");
    assert_eq!(sources[1].position.as_deref(), Some("900"));
    assert_eq!(sources[1].first_read, Some(at(9)));
}

#[test]
fn what_is_known_is_told_of_few_keys_and_of_many() {
    let mut post = Letterbox::new();
    post.admit(&letters(0..40), at(50));
    let told = |all: &mut Vec<String>| {
        all.sort();
        let keys: Vec<&str> = all.iter().map(String::as_str).collect();
        let told = post.store.which_known(post.source, "INBOX", &keys).expect("told");
        assert_eq!(told.len(), keys.len());
        keys.into_iter().zip(told).filter(|(_, known)| *known).map(|(key, _)| key.to_owned()).collect::<Vec<_>>()
    };
    let mut few: Vec<String> = ["k0", "k1", "k39", "k40", "a", "z", "k"].map(str::to_owned).into();
    assert_eq!(told(&mut few), ["k0", "k1", "k39"]);
    // Names before, between and behind the known ones, some of which are not asked for.
    let mut many: Vec<String> =
        (0..6_000).map(|n| format!("k{}", n * 3)).chain(["a", "z"].map(str::to_owned)).collect();
    let mut expected: Vec<String> = (0..14).map(|n| format!("k{}", n * 3)).collect();
    expected.sort();
    assert_eq!(told(&mut many), expected);
    assert_eq!(post.store.which_known(post.source, "elsewhere", &["k1"]).expect("told"), [false]);
}

#[test]
fn admission_in_any_order_and_any_slices_ends_in_the_same_messages() {
    let all: Vec<_> = (0..40)
        .map(|n| letter(n).answers(if n % 3 == 0 { &[] } else { &["m0@example.org", "gone@example.org"] }).history())
        .collect();
    let ready = |order: &[usize]| order.iter().map(|n| all[*n].clone().ready()).collect::<Vec<_>>();
    let facts = |store: &Store| {
        let found = store.search(&Query::All, at(99), 100, None).expect("found");
        let threads: BTreeSet<_> = found.iter().map(|message| message.thread).collect();
        assert_eq!(store.tally().expect("numbers").held, 0);
        (found.into_iter().map(|message| (message.id, message.message_id)).collect::<Vec<_>>(), threads.len())
    };
    let forth: Vec<usize> = (0..40).collect();
    let mut once = Letterbox::new();
    once.admit(&ready(&forth), at(50));
    let mut pieces = Letterbox::new();
    for slice in forth.iter().rev().copied().collect::<Vec<_>>().chunks(7) {
        pieces.admit(&ready(slice), at(50));
        pieces.reopen();
        pieces.admit(&ready(slice), at(51));
    }
    assert_eq!(facts(&once.store), facts(&pieces.store));
    assert_eq!(pieces.store.verify().expect("checked"), Vec::<String>::new());
}

#[test]
fn a_crowded_second_stays_cheap_and_keeps_its_place() {
    let mut post = Letterbox::new();
    let crowd: Vec<_> = (0..3_000).map(|n| letter(n).dated(None, at(0)).history().ready()).collect();
    let admitted = post.admit(&crowd, at(0));
    let mut numbers: Vec<i64> = admitted.iter().map(|one| one.id.0).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 3_000);
    assert_eq!((numbers[0], numbers[2_999]), (at(0).timestamp(), at(0).timestamp() + 2_999));
    // One from within the crowd finds a place too, and a date bound does not lose those that were moved up.
    post.admit(&[letter(5_000).dated(Some(at(1)), at(2)).history().ready()], at(3));
    let before = Query::Term(tidebox::domain::query::Term::Before(tidebox::domain::query::When::At(at(1))));
    assert_eq!(post.store.search(&before, at(9), 9_999, None).expect("found").len(), 3_000);
}

#[test]
fn dates_before_1970_are_kept_and_do_not_place_a_message() {
    let mut post = Letterbox::new();
    let old = at(0) - Duration::days(365 * 100);
    let admitted = post.admit(&[letter(1).dated(Some(old), at(0)).history().ready()], at(0));
    assert_eq!(admitted[0].id, Id(at(0).timestamp()));
    assert_eq!(post.store.message(admitted[0].id).expect("visible").date, Some(old));
}

#[test]
fn threads_hang_together_by_references_alone() {
    let mut post = Letterbox::new();
    let admitted = post.admit(
        &[
            // The answer comes before its question.
            letter(3).answers(&["m1@example.org"]).history().ready(),
            letter(1).history().ready(),
            letter(2).called(None).subject("Subject 1").history().ready(),
            letter(4).called(None).history().ready(),
            letter(5).history().ready(),
            letter(6).answers(&["m5@example.org"]).history().ready(),
        ],
        at(9),
    );
    let thread = |post: &Letterbox, n: usize| post.store.message(admitted[n].id).expect("visible").thread;
    assert_eq!(thread(&post, 0), thread(&post, 1));
    let apart: BTreeSet<_> = [1, 2, 3, 4].map(|n| thread(&post, n)).into();
    assert_eq!(apart.len(), 4, "neither a subject nor a missing Message-ID joins");
    assert_eq!(thread(&post, 4), thread(&post, 5));
    // A message that refers to both makes them one.
    let bridge = letter(7).answers(&["m3@example.org", "m6@example.org"]).history().ready();
    let bridge = post.admit(&[bridge], at(9))[0].id;
    assert_eq!(thread(&post, 0), thread(&post, 5));
    assert_eq!(thread(&post, 1), post.store.message(bridge).expect("visible").thread);
    // And names of the thread that went lead to the one that stayed.
    let late = post.admit(&[letter(8).answers(&["m5@example.org"]).history().ready()], at(9))[0].id;
    assert_eq!(thread(&post, 0), post.store.message(late).expect("visible").thread);
}

#[test]
fn a_muted_thread_swallows_what_comes_later_and_nothing_else() {
    let mut post = Letterbox::new();
    post.admit(&letters(1..3), at(3));
    // One that waited before the batch was begun, in a lane that did not come out, was not frozen: it comes out once.
    let waited = post.admit(&[letter(3).answers(&["m1@example.org"]).lane("quiet").ready()], at(3))[0];
    let quiet = [tidebox::store::LaneTurn { name: "quiet".to_owned(), comes_out: false, bundle: Vec::new() }];
    let morning = tidebox::store::Beginning {
        occasion: window("morning", at(4)),
        lanes: &quiet,
        calendar: &no_calendar(),
        carry_limit: None,
        layout: tidebox::domain::batch::BatchLayout::default(),
        now: at(4),
    };
    let batch = post.store.begin(&morning).expect("begun").expect("a batch");
    // The mute holds also for what comes while the person is still reading, and for nothing that was shown.
    let meanwhile = post.admit(
        &[
            letter(5).answers(&["m1@example.org"]).ready(),
            letter(6).answers(&["m1@example.org"]).let_through("family").ready(),
        ],
        at(5),
    );
    let act = Act { number: 1, decision: Decision::Mute, on: Positions::from(Position(1)) };
    post.store.record(batch.id(), &act, at(6)).expect("recorded");
    post.store.commit(batch.id(), &WriteBackPlan::default(), at(7)).expect("committed");
    let later = post.admit(
        &[
            letter(8).answers(&["m5@example.org"]).ready(),
            letter(9).answers(&["m1@example.org"]).let_through("family").ready(),
            // Its nearest is not of the muted thread: that one is not drawn in.
            letter(10).answers(&["m1@example.org", "m2@example.org"]).ready(),
        ],
        at(10),
    );
    assert_eq!(later.iter().map(|one| one.stage).collect::<Vec<_>>(), [Stage::Muted, Stage::Muted, Stage::Held]);
    assert_eq!(post.store.exception_hits("family", at(0)).expect("a number"), 1, "before the mute");
    assert_eq!(post.store.message(meanwhile[0].id).expect("visible").stage, Stage::Muted);
    let next = post.begin("evening", at(20)).expect("a batch");
    let found = members(&post.store, &next);
    assert!(found.contains(&waited.id) && found.contains(&meanwhile[1].id), "{found:?}");
    assert_eq!(next.size(), 4, "those two, and the unmuted thread's two");
}

#[test]
fn nothing_of_a_held_message_can_be_read() {
    let mut post = Letterbox::new();
    let marker =
        |n| letter(n).subject("xyzzymarker").text("xyzzymarker").change(|a| a.from.name = "xyzzymarker".into());
    let held = post.admit(&[marker(1).ready(), marker(2).ready()], at(3));
    let seen = post.admit(&[letter(4).text("xyzzy seen").history().ready()], at(5));
    let word = Query::Term(tidebox::domain::query::Term::Words {
        field: None,
        words: vec!["xyzzymarker".into()],
        prefix: true,
    });
    let mut said = Vec::new();
    for one in &held {
        let error = post.store.message(one.id).expect_err("held");
        assert!(matches!(error, StoreError::Held(id) if id == one.id));
        said.push(format!("{error} {error:?} {:?}", error.hint()));
        assert!(matches!(post.store.original(one.id), Err(StoreError::Held(_))));
    }
    for query in
        [Query::All, word.clone(), Query::Not(Box::new(word.clone())), Query::Or(vec![word.clone(), Query::All])]
    {
        said.push(format!("{:?}", post.store.search(&query, at(9), 100, None).expect("found")));
    }
    assert_eq!(post.store.search(&word, at(9), 9, None).expect("found"), []);
    post.store
        .export(|message, raw| {
            said.push(format!("{message:?} {}", String::from_utf8_lossy(&raw.expect("sound"))));
            ControlFlow::Continue(())
        })
        .expect("exported");
    said.push(format!("{:?} {:?}", post.store.tally(), post.store.deferred()));
    said.push(format!("{:?} {:?}", post.store.sources(), post.store.open_batch(BatchKind::Window)));
    said.push(post.sqlite3("SELECT * FROM released; SELECT * FROM incoming;").expect("rows"));
    assert!(said.iter().any(|text| text.contains("xyzzy seen") || text.contains(&seen[0].id.to_string())));
    assert!(said.iter().all(|text| !text.contains("xyzzymarker")), "{said:?}");
    assert!(matches!(post.store.message(Id(77)), Err(StoreError::Unknown(Id(77)))));
}

#[test]
fn a_peek_shows_what_is_held_while_it_is_open() {
    let mut post = Letterbox::new();
    let held = post.admit(&letters(1..4), at(5));
    let peek = post.store.start_peek("a train ticket", at(10), at(15)).expect("written down");
    let mut other = post.another();
    assert_eq!(other.current_peek(at(12)).expect("asked"), Some(peek.clone()));
    let shown = post.store.peeked(&peek, at(12), 2).expect("shown");
    assert_eq!(shown.iter().map(|message| message.id).collect::<Vec<_>>(), [held[2].id, held[1].id]);
    assert!(!post.store.peeked_original(&peek, held[0].id, at(14)).expect("shown").is_empty());
    assert!(matches!(post.store.peeked(&peek, at(15), 9), Err(StoreError::PeekOver)));
    assert!(matches!(post.store.peeked(&peek, at(9), 9), Err(StoreError::PeekOver)));
    other.end_peek(&peek, at(13)).expect("ended");
    assert!(matches!(post.store.peeked_original(&peek, held[0].id, at(14)), Err(StoreError::PeekOver)));
    let forged = tidebox::domain::peek::Peek { number: 99, until: at(99), ..peek };
    assert!(matches!(post.store.peeked(&forged, at(14), 9), Err(StoreError::PeekOver)));
    assert_eq!(post.store.current_peek(at(14)).expect("asked"), None);
    assert!(post.bare().execute("DELETE FROM peek", []).is_err(), "a peek is not forgotten");
}

#[test]
fn deferred_messages_come_back_with_their_window_or_when_woken() {
    let mut post = Letterbox::new();
    let admitted = ids(&post.admit(&letters(1..5), at(5)));
    let batch = post.begin("morning", at(10)).expect("a batch");
    let until = |minutes| Until { checkin: "evening".into(), opens: at(minutes), wall: None, or_reply: false };
    for (number, (id, opens)) in
        (1..).zip([(admitted[0], 500), (admitted[1], 900), (admitted[2], 900), (admitted[3], 900)])
    {
        let act = act(&post.store, batch.id(), number, Decision::Defer(until(opens)), &[id]);
        post.store.record(batch.id(), &act, at(11)).expect("recorded");
    }
    post.store.commit(batch.id(), &WriteBackPlan::default(), at(12)).expect("committed");
    let list: Vec<_> = post.store.deferred().expect("listed").into_iter().map(|(m, u)| (m.id, u.opens)).collect();
    assert_eq!(list, [(admitted[0], at(500)), (admitted[1], at(900)), (admitted[2], at(900)), (admitted[3], at(900))]);
    assert!(post.begin("noon", at(300)).is_none(), "none of them is due");
    assert_eq!(post.store.wake(&[admitted[1], Id(5)], &WriteBackPlan::default(), at(301)).expect("woken"), 1);
    assert_eq!(
        post.store.reschedule(&[admitted[2]], &until(2_000), &WriteBackPlan::default(), at(302)).expect("moved"),
        1
    );
    assert_eq!(post.store.tally().expect("numbers").deferred, 3);
    let back = post.begin("evening", at(500)).expect("a batch");
    assert_eq!(members(&post.store, &back), [admitted[0], admitted[1]], "the due and the woken, oldest first");
    assert_eq!(post.store.message(admitted[2]).expect("visible").stage, Stage::Deferred);
    assert_eq!(post.store.deferred().expect("listed").len(), 2);
    assert_eq!(post.store.verify().expect("checked"), Vec::<String>::new());
}

#[test]
fn exceptions_are_counted_by_rule_and_time() {
    let mut post = Letterbox::new();
    post.admit(&[letter(1).let_through("family").ready(), letter(2).let_through("pager").ready()], at(10));
    post.admit(&[letter(3).let_through("family").ready()], at(20));
    assert_eq!(post.store.exception_hits("family", at(10)).expect("counted"), 2);
    assert_eq!(post.store.exception_hits("family", at(11)).expect("counted"), 1);
    assert_eq!(post.store.exception_hits("nobody", at(0)).expect("counted"), 0);
    let message = post.store.search(&Query::All, at(30), 1, None).expect("found").remove(0);
    assert_eq!((message.exception.as_deref(), message.stage), (Some("family"), Stage::LetThrough));
}

#[test]
fn a_backup_is_a_whole_store_and_overwrites_nothing() {
    let mut post = Letterbox::new();
    post.admit(&letters(0..30), at(31));
    let target = post.folder.path().join("copy.db");
    post.store.backup(&target).expect("made");
    assert!(post.store.backup(&target).is_err(), "a file stands there");
    assert!(!post.folder.path().join("copy.db-wal").exists());
    let copy = Store::open_existing(&target).expect("opened").expect("there");
    assert_eq!(copy.tally().expect("numbers").held, 30);
    assert_eq!(copy.verify().expect("checked"), Vec::<String>::new());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(target.metadata().expect("facts").permissions().mode() & 0o777, 0o600);
    }
    let left: Vec<_> =
        std::fs::read_dir(post.folder.path()).expect("listed").flatten().map(|e| e.file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".tidebox")), "{left:?}");
}

#[test]
fn another_connection_s_changes_are_noticed() {
    let post = Letterbox::new();
    let before = post.store.data_version().expect("a number");
    assert_eq!(post.store.data_version().expect("a number"), before);
    let mut other = post.another();
    other.remember_position(post.source, "12", at(0)).expect("noted");
    assert_ne!(post.store.data_version().expect("a number"), before);
}

#[test]
fn a_peek_that_was_ended_is_over_also_when_the_clock_was_set_back() {
    let mut post = Letterbox::new();
    post.admit(&letters(1..4), at(5));
    let peek = post.store.start_peek("a train ticket", at(70), at(75)).expect("written down");
    post.store.end_peeks(at(12)).expect("ended");
    assert_eq!(post.store.current_peek(at(71)).expect("asked"), None);
    assert!(matches!(post.store.peeked(&peek, at(71), 9), Err(StoreError::PeekOver)));
    assert_eq!(post.store.peeks().expect("log").len(), 1);
}

#[test]
fn the_last_receipt_is_that_of_the_last_commit_whatever_the_clock_said() {
    let mut post = Letterbox::new();
    post.admit(&[letter(1).let_through("family").ready(), letter(2).ready()], at(5));
    let first = post.begin("morning", at(100)).expect("a batch");
    assert_eq!(post.store.commit(first.id(), &WriteBackPlan::default(), at(500)).expect("committed").exceptions, 1);
    let second = post.begin("evening", at(200)).expect("what was carried over");
    let receipt = post.store.commit(second.id(), &WriteBackPlan::default(), at(201)).expect("committed");
    assert_eq!(post.store.last_receipt().expect("asked").map(|last| last.batch), Some(second.id()));
    assert_eq!(receipt.exceptions, 0);
    let third = post.begin("night", at(202)).expect("what was carried over");
    post.store.start_peek("why not", at(203), at(204)).expect("written down");
    assert_eq!(post.store.commit(third.id(), &WriteBackPlan::default(), at(205)).expect("committed").peeks, 1);
}

#[test]
fn a_peek_shows_any_message_that_is_held_and_no_other() {
    let mut post = Letterbox::new();
    let admitted = post.admit(&[letter(1).ready(), letter(2).history().ready()], at(5));
    let peek = post.store.start_peek("the plumber", at(5), at(9)).expect("written down");
    let [held, filed] = [admitted[0].id, admitted[1].id];
    assert_eq!(post.store.peeked_message(&peek, held, at(6)).expect("held").id, held);
    assert!(matches!(post.store.peeked_message(&peek, filed, at(6)), Err(StoreError::Unknown(id)) if id == filed));
    assert!(matches!(post.store.peeked_message(&peek, held, at(9)), Err(StoreError::PeekOver)));
}
