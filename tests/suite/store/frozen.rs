//! Holds `src/store/begin.rs`, `src/store/batch.rs`, `src/store/act.rs`, `src/store/schema`: frozen means frozen, and a
//! decision is never lost: rules 2 and 3, held by the store itself.

#![allow(clippy::disallowed_types, reason = "these tests look behind the store's back")]

use chrono::Duration;
use proptest::prelude::*;
use tidebox::domain::batch::{BatchLayout, BatchOccasion, BatchOrder, Heading};
use tidebox::domain::envelope::Attachment;
use tidebox::domain::ids::{BatchId, Id};
use tidebox::domain::message::Stage;
use tidebox::domain::positions::Position;
use tidebox::domain::triage::{Act, ActState, Decision, Triage, Until};
use tidebox::domain::write_back::WriteBackPlan;
use tidebox::store::{BatchKind, Beginning, LaneTurn, StoreError};

use crate::support::letterbox::{Letterbox, act, at, begin, ids, letter, letters, members, no_calendar, window};

#[test]
fn a_batch_is_laid_out_deferred_first_then_by_lane_with_what_was_carried_over_leading_each() {
    let mut post = Letterbox::new();
    let old = ids(&post.admit(&letters(1..4), at(5)));
    let first = post.begin("morning", at(10)).expect("a batch");
    let until = Until { checkin: "evening".into(), opens: at(500), wall: None, or_reply: false };
    let defer = act(&post.store, first.id(), 1, Decision::Defer(until), &[old[1]]);
    let skip = act(&post.store, first.id(), 2, Decision::Skip, &[old[2]]);
    post.store.record(first.id(), &defer, at(11)).expect("recorded");
    post.store.record(first.id(), &skip, at(11)).expect("recorded");
    post.store.commit(first.id(), &WriteBackPlan::default(), at(12)).expect("committed");
    let fresh = ids(&post.admit(
        &[
            letter(20).lane("news").ready(),
            letter(21).lane("gone").ready(),
            letter(22).lane("news").let_through("family").ready(),
            letter(23).lane("people").ready(),
            letter(24).lane("lists").ready(),
            letter(25).lane("quiet").ready(),
        ],
        at(30),
    ));
    let turn = |name: &str, comes_out| LaneTurn { name: name.into(), comes_out, bundle: Vec::new() };
    let lanes = [turn("people", true), turn("quiet", false), turn("news", true), turn("lists", true)];
    let evening = Beginning {
        occasion: window("evening", at(500)),
        lanes: &lanes,
        calendar: &no_calendar(),
        carry_limit: None,
        layout: BatchLayout::default(),
        now: at(500),
    };
    let batch = post.store.begin(&evening).expect("begun").expect("a batch");
    let items = post.store.items(batch.id(), &batch.positions()).expect("items");
    let sections = post.store.sections(batch.id()).expect("sections");
    let heading = |position| sections.iter().find(|s| s.first <= position && position <= s.last).expect("a heading");
    let headings: Vec<_> =
        items.iter().map(|(position, message)| (message.id, heading(*position).heading.clone())).collect();
    let lane = |place, name: &str| Heading::Lane(place, name.into());
    assert_eq!(
        headings,
        [
            (old[1], Heading::Deferred),
            (old[0], lane(0, "people")),
            (old[2], lane(0, "people")),
            (fresh[3], lane(0, "people")),
            (fresh[0], lane(2, "news")),
            (fresh[2], lane(2, "news")),
            (fresh[4], lane(3, "lists")),
            (fresh[1], lane(4, "gone")),
        ]
    );
    assert_eq!((items[1].1.carried, items[1].1.stage), (1, Stage::Batched));
    assert_eq!(items.iter().map(|(position, _)| position.0).collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>());
    assert_eq!(members(&post.store, &batch), headings.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    assert!(matches!(post.store.message(fresh[5]), Err(StoreError::Held(_))), "its lane had no turn");
}

/// Also within one second, and where exceptions let some of it through.
#[test]
fn newest_first_turns_round_what_is_new_in_each_lane_and_nothing_else() {
    let mut post = Letterbox::new();
    let old = ids(&post.admit(&letters(1..5), at(5)));
    let first = post.begin("morning", at(10)).expect("a batch");
    let until = Until { checkin: "evening".into(), opens: at(500), wall: None, or_reply: false };
    let defer = act(&post.store, first.id(), 1, Decision::Defer(until), &old[2..]);
    post.store.record(first.id(), &defer, at(11)).expect("recorded");
    post.store.commit(first.id(), &WriteBackPlan::default(), at(12)).expect("committed");
    let fresh = ids(&post.admit(
        &[
            letter(20).ready(),
            letter(21).lane("news").ready(),
            letter(22).lane("news").let_through("family").ready(),
            letter(23).ready(),
            letter(24).dated(Some(at(23)), at(24)).ready(),
            letter(25).ready(),
        ],
        at(30),
    ));
    let turn = |name: &str| LaneTurn { name: name.into(), comes_out: true, bundle: Vec::new() };
    let lanes = [turn("people"), turn("news")];
    let evening = Beginning {
        occasion: window("evening", at(500)),
        lanes: &lanes,
        calendar: &no_calendar(),
        carry_limit: None,
        layout: BatchLayout { order: BatchOrder::NewestFirst, ..BatchLayout::default() },
        now: at(500),
    };
    let batch = post.store.begin(&evening).expect("begun").expect("a batch");
    let wanted = [old[2], old[3], old[0], old[1], fresh[5], fresh[4], fresh[3], fresh[0], fresh[2], fresh[1]];
    assert_eq!(members(&post.store, &batch), wanted);
}

#[test]
fn an_invitation_is_known_from_its_row() {
    let mut post = Letterbox::new();
    let file = |name: &str, kind: &str| Attachment { name: name.into(), kind: kind.into(), size: 1 };
    let brings =
        |number, files: Vec<Attachment>| letter(number).change(|envelope| envelope.attachments = files).ready();
    let admitted = ids(&post.admit(
        &[
            brings(1, vec![file("", "text/calendar")]),
            brings(2, vec![file("plan.pdf", "application/pdf"), file("Invite.ICS", "application/octet-stream")]),
            brings(3, vec![file("ics", "application/octet-stream"), file("music.ics.mp3", "audio/mpeg")]),
        ],
        at(5),
    ));
    let batch = post.begin("morning", at(10)).expect("a batch");
    let items = post.store.items(batch.id(), &batch.positions()).expect("items");
    let known: Vec<_> =
        items.iter().map(|(_, message)| (message.id, message.attachments, message.invitation)).collect();
    assert_eq!(known, [(admitted[0], 1, true), (admitted[1], 2, true), (admitted[2], 2, false)]);
}

#[test]
fn beginning_twice_is_beginning_once() {
    let mut post = Letterbox::new();
    assert_eq!(post.begin("morning", at(0)), None, "nothing is held");
    post.admit(&letters(1..4), at(5));
    let batch = post.begin("morning", at(10)).expect("a batch");
    let later =
        post.admit(&[letter(9).answers(&["m1@example.org"]).ready(), letter(10).let_through("x").ready()], at(11));
    let mut other = post.another();
    let again = |store: &mut tidebox::store::Store| {
        store
            .begin(&Beginning {
                occasion: window("morning", at(10)),
                lanes: &[],
                calendar: &no_calendar(),
                carry_limit: None,
                layout: BatchLayout::default(),
                now: at(12),
            })
            .expect("begun")
    };
    assert_eq!(again(&mut other), Some(batch.clone()));
    assert_eq!(post.store.open_batch(BatchKind::Window).expect("asked"), Some((batch.clone(), Vec::new())));
    assert_eq!(post.store.waiting_since(batch.id()).expect("counted"), (1, 1));
    let noon = other.begin(&Beginning {
        occasion: window("noon", at(100)),
        lanes: &[],
        calendar: &no_calendar(),
        carry_limit: None,
        layout: BatchLayout::default(),
        now: at(100),
    });
    assert!(matches!(noon, Err(StoreError::StillOpen { .. })));
    post.store.commit(batch.id(), &WriteBackPlan::default(), at(101)).expect("committed");
    assert_eq!(again(&mut other), None, "a window has one batch");
    let next = begin(&mut other, "noon", at(102)).expect("a batch");
    assert!(members(&other, &next).contains(&later[0].id));
    let read = post.store.read_windows(at(0), at(102)).expect("listed");
    assert_eq!(read, [("morning".to_owned(), at(10))]);
}

#[test]
fn what_exceptions_let_through_is_read_alone() {
    let mut post = Letterbox::new();
    let admitted = ids(&post.admit(&[letter(1).ready(), letter(2).let_through("family").ready()], at(5)));
    let alone = Beginning {
        occasion: BatchOccasion::Exceptions,
        lanes: &[],
        calendar: &no_calendar(),
        carry_limit: None,
        layout: BatchLayout::default(),
        now: at(6),
    };
    let batch = post.store.begin(&alone).expect("begun").expect("a batch");
    assert_eq!(members(&post.store, &batch), [admitted[1]]);
    assert_eq!(post.store.begin(&alone).expect("begun"), Some(batch.clone()));
    // A window may be begun beside it.
    let morning = post.begin("morning", at(10)).expect("a batch");
    assert_eq!(members(&post.store, &morning), [admitted[0]]);
    let receipt = post.store.commit(batch.id(), &WriteBackPlan::default(), at(11)).expect("committed");
    assert_eq!((receipt.checkin.as_str(), receipt.carried_over), ("exceptions", 1));
    assert_eq!(post.store.last_receipt().expect("asked"), None, "that was no check-in");
    let receipt = post.store.commit(morning.id(), &WriteBackPlan::default(), at(12)).expect("committed");
    assert_eq!((receipt.exceptions, receipt.peeks), (1, 0));
    let evening = post.begin("evening", at(20)).expect("a batch");
    assert_eq!(members(&post.store, &evening), admitted, "both were left undecided");
}

#[test]
fn a_commit_settles_every_verdict_and_can_be_asked_for_again() {
    let mut post = Letterbox::new();
    let all = ids(&post.admit(&letters(1..9), at(9)));
    let batch = post.begin("morning", at(60)).expect("a batch").id();
    let until = Until { checkin: "evening".into(), opens: at(500), wall: None, or_reply: false };
    let verbs = [
        Decision::Done,
        Decision::Trash,
        Decision::Defer(until),
        Decision::Later,
        Decision::Mute,
        Decision::Spam,
        Decision::Skip,
    ];
    for (number, (verb, id)) in (1..).zip(verbs.into_iter().zip(&all)) {
        let act = act(&post.store, batch, number, verb, &[*id]);
        post.store.record(batch, &act, at(60 + i64::from(number))).expect("recorded");
    }
    post.store.start_peek("curious", at(65), at(70)).expect("written down");
    assert!(matches!(post.store.commit(BatchId(9), &WriteBackPlan::default(), at(70)), Err(StoreError::NoBatch(_))));
    let receipt = post.store.commit(batch, &WriteBackPlan::default(), at(70)).expect("committed");
    assert_eq!(receipt.handled(), 5);
    assert_eq!((receipt.done, receipt.trash, receipt.deferred, receipt.muted, receipt.spam), (1, 1, 1, 1, 1));
    assert_eq!((receipt.carried_over, receipt.peeks), (3, 1));
    assert_eq!(receipt.longest_wait, Some(Duration::minutes(60)), "received at 1, decided at 61");
    assert_eq!((receipt.begun, receipt.committed, receipt.checkin.as_str()), (at(60), at(70), "morning"));
    post.reopen();
    assert_eq!(post.store.commit(batch, &WriteBackPlan::default(), at(99)).expect("again"), receipt);
    assert_eq!(post.store.last_receipt().expect("asked"), Some(receipt));
    let stages: Vec<_> = all.iter().map(|id| post.store.message(*id).expect("visible").stage).collect();
    let carried = Stage::CarriedOver;
    assert_eq!(
        stages,
        [Stage::Done, Stage::Trash, Stage::Deferred, carried, Stage::Muted, Stage::Spam, carried, carried]
    );
    let late = act(&post.store, batch, 8, Decision::Done, &[all[7]]);
    for change in [post.store.record(batch, &late, at(71)), post.store.undo(batch, 7)] {
        assert!(matches!(change, Err(StoreError::Committed(_))));
    }
    let rows = post.sqlite3("SELECT verb, waited FROM decision ORDER BY message").expect("rows");
    assert!(rows.starts_with("done|3600\ntrash|3600\ndefer|3600\ncarry|"), "{rows}");
}

#[test]
fn acts_out_of_turn_are_refused_and_repeated_ones_count_once() {
    let mut post = Letterbox::new();
    let all = ids(&post.admit(&letters(1..4), at(5)));
    let batch = post.begin("morning", at(10)).expect("a batch").id();
    let other = post.another();
    let act = |number, verb, ids: &[Id]| act(&other, batch, number, verb, ids);
    let first = act(1, Decision::Done, &[all[2], all[0]]);
    let beyond = Act { on: [2, 4].map(Position).into_iter().collect(), ..act(2, Decision::Done, &[]) };
    let spam = act(2, Decision::Spam, &[all[1]]);
    let later = act(3, Decision::Later, &[all[1]]);
    post.store.record(batch, &first, at(11)).expect("recorded");
    post.store.record(batch, &first, at(12)).expect("the same again");
    let refused =
        [act(1, Decision::Trash, &[all[0]]), act(3, Decision::Done, &[all[0]]), act(2, Decision::Done, &[]), beyond];
    for one in &refused {
        let error = post.store.record(batch, one, at(13)).expect_err("refused");
        let stray = matches!(error, StoreError::NotInBatch { position: Position(4), .. });
        assert!(stray || matches!(error, StoreError::OutOfTurn { .. }), "{error}");
    }
    post.store.record(batch, &spam, at(14)).expect("recorded");
    assert!(matches!(post.store.undo(batch, 1), Err(StoreError::OutOfTurn { .. })));
    assert!(matches!(post.store.undo(batch, 7), Err(StoreError::OutOfTurn { .. })));
    post.store.undo(batch, 2).expect("undone");
    post.store.undo(batch, 2).expect("undone already");
    post.store.undo(batch, 1).expect("undone");
    assert!(matches!(post.store.redo(batch, 2), Err(StoreError::OutOfTurn { .. })));
    post.store.redo(batch, 1).expect("redone");
    post.store.redo(batch, 1).expect("redone already");
    post.store.record(batch, &later, at(17)).expect("recorded");
    assert!(matches!(post.store.redo(batch, 2), Err(StoreError::OutOfTurn { .. })));
    let (_, acts) = post.store.batch(batch).expect("asked").expect("there");
    let standing: Vec<_> = acts.iter().map(|(act, standing)| (act.number, *standing)).collect();
    assert_eq!(standing, [(1, ActState::Counts), (2, ActState::Replaced), (3, ActState::Counts)]);
    assert_eq!(acts[0].0, first);
}

/// What no version of this program asks for, no other program gets either.
#[test]
fn the_file_itself_refuses_to_change_what_was_fixed() {
    let mut post = Letterbox::new();
    let all = ids(&post.admit(&letters(1..4), at(5)));
    let batch = post.begin("morning", at(10)).expect("a batch").id();
    let two = act(&post.store, batch, 1, Decision::Done, &all[..2]);
    post.store.record(batch, &two, at(11)).expect("recorded");
    let late = post.admit(&letters(20..21), at(21))[0].id;
    let bare = post.bare();
    let forbidden = |bare: &rusqlite::Connection, when: &str| {
        for sql in [
            format!("INSERT INTO batch_item VALUES ({batch}, 9, {late}, 'lane', 0, 1)"),
            format!("UPDATE batch_item SET message = {late}"),
            "DELETE FROM batch_item".to_owned(),
            "UPDATE batch SET sealed = 0".to_owned(),
            "UPDATE batch SET begun = 1".to_owned(),
            "DELETE FROM batch".to_owned(),
            "DELETE FROM act".to_owned(),
            "UPDATE act SET verb = 'spam'".to_owned(),
            "DELETE FROM act_run".to_owned(),
            "UPDATE act_run SET last = 3".to_owned(),
            "INSERT INTO act_run VALUES (1, 1, 2, 3)".to_owned(),
            "INSERT INTO act_run VALUES (1, 1, 3, 3)".to_owned(),
            "INSERT INTO act_run VALUES (1, 1, 4, 4)".to_owned(),
            format!("UPDATE message SET stage = 'held' WHERE id = {}", all[0]),
        ] {
            assert!(bare.execute(&sql, []).is_err(), "{when}: {sql}");
        }
    };
    forbidden(&bare, "begun");
    post.store.commit(batch, &WriteBackPlan::default(), at(30)).expect("committed");
    forbidden(&bare, "committed");
    for sql in [
        "UPDATE batch SET committed = NULL",
        "UPDATE act SET standing = 'undone'",
        "INSERT INTO act (batch, number, verb, made) VALUES (1, 2, 'done', 1)",
        "INSERT INTO act_run VALUES (1, 1, 9, 9)",
        "DELETE FROM decision",
        "UPDATE decision SET verb = 'spam'",
        "DELETE FROM receipt",
    ] {
        assert!(bare.execute(sql, []).is_err(), "{sql}");
    }
}

#[derive(Debug, Clone)]
enum Step {
    Admit { reply: bool, through: bool },
    Begin,
    Decide { verb: usize, which: Vec<u32> },
    Undo,
    Redo,
    Commit,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<(bool, Step)>> {
    let step = prop_oneof![
        3 => (any::<bool>(), prop::bool::weighted(0.2)).prop_map(|(reply, through)| Step::Admit { reply, through }),
        2 => Just(Step::Begin),
        5 => (0..7_usize, prop::collection::vec(0..12_u32, 1..4)).prop_map(|(verb, which)| Step::Decide { verb, which }),
        2 => Just(Step::Undo),
        1 => Just(Step::Redo),
        1 => Just(Step::Commit),
        1 => Just(Step::Reopen),
    ];
    prop::collection::vec((any::<bool>(), step), 1..60)
}

fn verb(which: usize) -> Decision {
    let until = Until { checkin: "later".into(), opens: at(40), wall: None, or_reply: false };
    [
        Decision::Done,
        Decision::Trash,
        Decision::Defer(until),
        Decision::Later,
        Decision::Spam,
        Decision::Skip,
        Decision::Reopen,
    ]
    .get(which)
    .cloned()
    .unwrap_or(Decision::Done)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Two programs at one store, doing anything in any order: a batch never changes, the acts are those that were made,
    /// no action touches a message outside of its batch, and what a fresh connection reads is what both believe.
    #[test]
    fn a_batch_never_changes_whatever_happens(steps in steps()) {
        let mut post = Letterbox::new();
        post.admit(&letters(0..6), at(0));
        let mut other = post.another();
        let (mut clock, mut next) = (10, 100);
        let mut open: Option<Triage> = None;
        let mut frozen: Vec<Id> = Vec::new();
        let mut outside: Vec<(Id, Stage)> = Vec::new();
        for (first, step) in steps {
            clock += 1;
            let source = post.source;
            let store = if first { &mut post.store } else { &mut other };
            match step {
                Step::Admit { reply, through } => {
                    next += 1;
                    let one = letter(next).dated(None, at(clock)).answers(if reply { &["m1@example.org"] } else { &[] });
                    let one = if through { one.let_through("x") } else { one };
                    let admitted = store.admit(source, &[one.ready()], None, at(clock)).expect("admitted")[0];
                    if open.is_some() {
                        outside.push((admitted.id, admitted.stage));
                    }
                }
                Step::Begin => {
                    let opens = open.as_ref().map_or(at(clock), |triage| triage.batch().begun());
                    let begun = store.begin(&Beginning { occasion: window("w", opens), lanes: &[], calendar: &no_calendar(), carry_limit: None, layout: BatchLayout::default(), now: at(clock) }).expect("begun");
                    match (&open, begun) {
                        (Some(triage), again) => prop_assert_eq!(Some(triage.batch()), again.as_ref()),
                        (None, begun) => {
                            frozen = begun.as_ref().map(|batch| members(store, batch)).unwrap_or_default();
                            open = begun.map(Triage::new);
                        }
                    }
                }
                Step::Decide { verb: which, which: places } => if let Some(triage) = &mut open {
                    // Some of them are beyond the batch.
                    let on = places.iter().map(|place| Position(*place)).collect();
                    if let Some(act) = triage.decide(verb(which), &on) {
                        store.record(triage.batch().id(), &act, at(clock)).expect("recorded");
                    }
                },
                Step::Undo => if let Some(triage) = &mut open && let Some(act) = triage.undo() {
                    store.undo(triage.batch().id(), act.number).expect("undone");
                },
                Step::Redo => if let Some(triage) = &mut open && let Some(act) = triage.redo() {
                    store.redo(triage.batch().id(), act.number).expect("redone");
                },
                Step::Commit => if let Some(triage) = open.take() {
                    let receipt = store.commit(triage.batch().id(), &WriteBackPlan::default(), at(clock)).expect("committed");
                    prop_assert_eq!((receipt.handled() + receipt.carried_over) as usize, triage.batch().size());
                    prop_assert_eq!(&members(store, triage.batch()), &frozen);
                    outside.clear();
                },
                Step::Reopen => { post.reopen(); other = post.another(); }
            }
            if let Some(triage) = &open {
                let (batch, acts) = post.another().batch(triage.batch().id()).expect("asked").expect("there");
                prop_assert_eq!(&members(&post.store, &batch), &frozen);
                prop_assert_eq!(&Triage::replay(batch, acts), triage);
                for (id, stage) in &outside {
                    prop_assert!(!frozen.contains(id));
                    match stage {
                        Stage::Held => prop_assert!(matches!(post.store.message(*id), Err(StoreError::Held(_)))),
                        stage => prop_assert_eq!(post.store.message(*id).expect("visible").stage, *stage),
                    }
                }
            }
        }
        prop_assert_eq!(post.store.verify().expect("checked"), Vec::<String>::new());
    }
}
