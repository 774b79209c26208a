//! Holds `src/store/outgoing.rs`, `src/store/sending.rs`, `src/domain/outbox.rs`: what was written leaves once, or is shown as
//! unknown, whatever happens on the way.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;
use tidebox::domain::ids::OutgoingId;
use tidebox::domain::outbox::{DepartureTime, OutgoingOwner, OutgoingRelation, OutgoingState, RecipientState};
use tidebox::domain::text_enum::TextEnum as _;
use tidebox::domain::write_back::WriteBackPlan;
use tidebox::store::{StagedRevision, Store, StoreError, UnknownVerdict};

use crate::support::letterbox::{Letterbox, at as support_at, ids, letters};

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap() + Duration::minutes(minutes)
}

fn revision(number: u32) -> StagedRevision {
    StagedRevision {
        message_id: format!("{number}@home.example"),
        sender: "me@home.example".to_owned(),
        recipients: vec!["ann@a.example".to_owned(), "bob@b.example".to_owned(), "cy@c.example".to_owned()],
        bytes: format!("Date: staged\r\nSubject: {number}\r\n\r\nText\r\n").into_bytes(),
    }
}

fn dated(bytes: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(bytes).replace("staged", "left").into_bytes()
}

fn new() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store.db")).unwrap();
    (folder, store)
}

#[test]
fn every_state_belongs_to_somebody_and_all_but_the_last_are_listed() {
    for state in OutgoingState::ALL {
        let finished = state.owner() == OutgoingOwner::History;
        assert_eq!(finished, *state == OutgoingState::Sent, "{state}");
    }
}

/// What waits for another try has no copy among the sent mail and marks nothing as answered, although somebody has it.
#[test]
fn what_is_tried_again_has_its_copy_and_its_mark_when_it_is_accepted() {
    let mut post = Letterbox::new();
    let asked = ids(&post.admit(&letters(1..2), support_at(0)))[0];
    post.begin("morning", support_at(10)).expect("a batch");
    let draft =
        post.store.new_draft(Some((OutgoingRelation::Reply, asked)), "To: ann@a.example\n\nYes.\n", at(0)).unwrap();
    post.store.stage(draft, &revision(1), DepartureTime::At(at(1)), None, at(1)).unwrap();
    let end = |post: &mut Letterbox, minute: i64, states: &[(u32, RecipientState)]| {
        let attempt = post.store.begin_attempt(draft, at(minute), dated).unwrap();
        let outcomes: Vec<_> = states.iter().map(|(place, state)| (*place, *state, String::new())).collect();
        post.store.end_attempt(&attempt, &outcomes, at(minute + 1), at(minute)).unwrap()
    };
    let all = |state| [(0, state), (1, state), (2, state)];
    assert_eq!(end(&mut post, 2, &all(RecipientState::Deferred)), OutgoingState::Later);
    assert_eq!(post.store.unplanned_copies().unwrap(), [], "nobody has it");
    let one = [(0, RecipientState::Accepted), (1, RecipientState::Deferred), (2, RecipientState::Deferred)];
    assert_eq!(end(&mut post, 4, &one), OutgoingState::Later);
    assert_eq!(post.store.unplanned_copies().unwrap(), [], "it is still on its way to some");
    let rest = [(1, RecipientState::Accepted), (2, RecipientState::Refused)];
    assert_eq!(end(&mut post, 6, &rest), OutgoingState::PartlySent);
    assert_eq!(post.store.unplanned_copies().unwrap().len(), 1);
    // The mark of what it answers follows from that row alone.
    let changes = "SELECT count(*) FROM journal";
    assert_eq!(post.sqlite3(changes).unwrap().trim(), "0");
}

#[test]
fn a_draft_becomes_an_answer_and_leaves_once() {
    let (_folder, mut store) = new();
    let id = store.new_draft(None, "To: ann@a.example\n\nHello", at(0)).unwrap();
    store.save_draft(id, "To: ann@a.example\n\nHello!", at(1)).unwrap();
    assert_eq!(store.outgoing(id).unwrap().draft, "To: ann@a.example\n\nHello!");
    store.stage(id, &revision(1), DepartureTime::At(at(10)), None, at(2)).unwrap();
    // What is staged is no draft: an editor that is still open cannot change it.
    let error = store.save_draft(id, "other", at(3)).unwrap_err();
    assert!(matches!(error, StoreError::OutgoingState { state: OutgoingState::Staged, .. }), "{error}");
    assert_eq!(store.due_outgoing(at(9)).unwrap(), []);
    assert!(store.begin_attempt(id, at(9), dated).is_err());

    store.recall(id, at(4)).unwrap();
    assert_eq!(store.due_outgoing(at(11)).unwrap(), []);
    store.stage(id, &revision(2), DepartureTime::At(at(10)), None, at(5)).unwrap();
    assert_eq!(store.outgoing(id).unwrap().message_id.as_deref(), Some("1@home.example"), "the first one stays");

    let attempt = store.begin_attempt(id, at(11), dated).unwrap();
    assert!(String::from_utf8_lossy(&attempt.bytes).starts_with("Date: left\r\nSubject: 2"));
    assert!(store.recall(id, at(11)).is_err() && store.begin_attempt(id, at(11), dated).is_err());
    let all = [(0, RecipientState::Accepted), (1, RecipientState::Refused), (2, RecipientState::Deferred)];
    let outcomes = all.map(|(place, state)| (place, state, format!("{state}")));
    assert_eq!(store.end_attempt(&attempt, &outcomes, at(20), at(12)).unwrap(), OutgoingState::Later);
    assert!(store.end_attempt(&attempt, &outcomes, at(20), at(12)).is_err(), "a try ends once");
    assert!(store.recall(id, at(13)).is_err(), "somebody has it");

    assert_eq!(store.due_outgoing(at(19)).unwrap(), []);
    let attempt = store.begin_attempt(id, at(20), |_| panic!("its date was written")).unwrap();
    assert_eq!(attempt.recipients, [(2, "cy@c.example".to_owned())]);
    let outcome = [(2, RecipientState::Accepted, "250 ok".to_owned())];
    assert_eq!(store.end_attempt(&attempt, &outcome, at(30), at(21)).unwrap(), OutgoingState::PartlySent);
    let words: Vec<String> = store.outgoing(id).unwrap().recipients.into_iter().map(|it| it.words).collect();
    assert_eq!(words, ["accepted", "refused", "250 ok"]);
    assert_eq!(store.outgoing(id).unwrap().state.owner(), OutgoingOwner::Outbox);
}

#[test]
fn a_draft_that_was_thrown_away_can_be_brought_back() {
    let (_folder, mut store) = new();
    let id = store.new_draft(None, "a", at(0)).unwrap();
    store.discard_draft(id, true, at(1)).unwrap();
    assert_eq!(store.unfinished_outgoing().unwrap(), []);
    store.discard_draft(id, false, at(2)).unwrap();
    assert_eq!(store.unfinished_outgoing().unwrap()[0].id, id);
    let error = store.outgoing(OutgoingId(99)).unwrap_err().to_string();
    assert_eq!(error, "there is no message 99 in the outbox");
}

/// What can happen, chosen freely.
#[derive(Debug, Clone)]
enum Step {
    Save,
    Stage(i64),
    Recall,
    /// A try: the outcomes of the recipients, and where the program is killed, if it is.
    Try([u8; 3], Kill),
    Settle(bool),
    Wait(i64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kill {
    Never,
    BeforeDot,
    /// The server has it, and nobody heard the answer.
    AfterDot,
    /// The server had not read the dot.
    AtDot,
}

fn step() -> impl Strategy<Value = Step> {
    let kill = prop::sample::select(vec![Kill::Never, Kill::Never, Kill::BeforeDot, Kill::AfterDot, Kill::AtDot]);
    prop_oneof![
        Just(Step::Save),
        (0..20_i64).prop_map(Step::Stage),
        Just(Step::Recall),
        (prop::array::uniform3(0..4_u8), kill).prop_map(|(outcomes, kill)| Step::Try(outcomes, kill)),
        any::<bool>().prop_map(Step::Settle),
        (1..30_i64).prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn nobody_gets_it_twice_unless_the_person_said_so(steps in prop::collection::vec(step(), 1..40)) {
        let (folder, mut store) = new();
        let mut now = 0;
        let mut id = store.new_draft(None, "draft", at(0)).unwrap();
        let mut revisions = 0;
        // How often each recipient's server took the message, and how often the person had it sent once more.
        let mut taken: BTreeMap<(OutgoingId, u32), u32> = BTreeMap::new();
        let mut resent: BTreeMap<OutgoingId, u32> = BTreeMap::new();
        let mut left: BTreeMap<OutgoingId, Vec<u8>> = BTreeMap::new();
        for step in steps {
            now += 1;
            match step {
                Step::Save => {
                    if store.save_draft(id, &format!("draft {now}"), at(now)).is_err() {
                        id = store.new_draft(None, "another", at(now)).unwrap();
                    }
                }
                Step::Stage(minutes) => {
                    revisions += 1;
                    let _ = store.stage(id, &revision(revisions), DepartureTime::At(at(now + minutes)), None, at(now));
                }
                Step::Recall => {
                    let before = store.outgoing(id).unwrap();
                    if store.recall(id, at(now)).is_ok() {
                        let has_it = |it: &RecipientState| matches!(it, RecipientState::Accepted | RecipientState::Unknown);
                        prop_assert!(!before.recipients.iter().any(|it| has_it(&it.state)));
                        left.remove(&id);
                    }
                }
                Step::Try(outcomes, kill) => {
                    for due in store.due_outgoing(at(now)).unwrap() {
                        let attempt = store.begin_attempt(due, at(now), dated).unwrap();
                        let bytes = left.entry(due).or_insert_with(|| attempt.bytes.clone());
                        prop_assert_eq!(&*bytes, &attempt.bytes, "its bytes changed");
                        let places: Vec<u32> = attempt.recipients.iter().map(|(place, _)| *place).collect();
                        let takes = |place: &u32| outcomes[*place as usize] < 2;
                        if kill != Kill::BeforeDot {
                            store.note_dot(&attempt, &places, at(now)).unwrap();
                        }
                        if matches!(kill, Kill::Never | Kill::AfterDot) {
                            for place in places.iter().filter(|place| takes(place)) {
                                *taken.entry((due, *place)).or_default() += 1;
                            }
                        }
                        if kill == Kill::Never {
                            let said = places.iter().map(|place| {
                                let state = match outcomes[*place as usize] {
                                    0 => RecipientState::Accepted,
                                    // Taken, but the answer could not be read.
                                    1 => RecipientState::Unknown,
                                    2 => RecipientState::Refused,
                                    _ => RecipientState::Deferred,
                                };
                                (*place, state, String::new())
                            });
                            store.end_attempt(&attempt, &said.collect::<Vec<_>>(), at(now + 5), at(now)).unwrap();
                        } else {
                            // The next start of the program.
                            store = Store::open(&folder.path().join("store.db")).unwrap();
                            prop_assert_eq!(store.end_abandoned_attempts(at(now)).unwrap().len(), 1);
                        }
                    }
                }
                Step::Settle(again) => {
                    let verdict = if again { UnknownVerdict::Again } else { UnknownVerdict::Sent };
                    if store.settle_unknown(id, verdict, at(now)).is_ok() && again {
                        *resent.entry(id).or_default() += 1;
                    }
                }
                Step::Wait(minutes) => now += minutes,
            }
            for ((of, place), times) in &taken {
                let allowed = 1 + resent.get(of).copied().unwrap_or(0);
                prop_assert!(*times <= allowed, "recipient {place} of {of} got it {times} times");
            }
            let due = store.due_outgoing(at(now + 1_000)).unwrap();
            for it in store.unfinished_outgoing().unwrap() {
                prop_assert!(it.state != OutgoingState::Leaving, "nothing leaves while nobody sends");
                prop_assert_eq!(due.contains(&it.id), it.state.owner() == OutgoingOwner::Sender, "{:?}", it);
            }
            // Whoever got it is never told to be without it.
            for (of, place) in taken.keys() {
                let state = store.outgoing(*of).unwrap().recipients[*place as usize].state;
                let fine = matches!(state, RecipientState::Accepted | RecipientState::Unknown);
                prop_assert!(fine || resent.contains_key(of), "{state}");
            }
        }
    }
}

#[test]
fn what_waits_for_a_close_is_due_when_a_check_in_is_committed() {
    let mut post = Letterbox::new();
    let visible = ids(&post.admit(&letters(1..3), support_at(0)))[0];
    // Rule 1: nobody answers what is held.
    assert!(matches!(
        post.store.new_draft(Some((OutgoingRelation::Reply, visible)), "x", at(0)),
        Err(StoreError::Held(_))
    ));
    let first = post.begin("morning", support_at(10)).expect("a batch");
    let mut ids = Vec::new();
    for leaving in [DepartureTime::Close, DepartureTime::Next] {
        let id = post
            .store
            .new_draft(Some((OutgoingRelation::Reply, visible)), "To: ann@a.example\n\nYes", support_at(11))
            .unwrap();
        post.store.stage(id, &revision(1), leaving, Some(first.id()), support_at(11)).unwrap();
        ids.push(id);
    }
    assert_eq!(post.store.due_outgoing(support_at(12)).unwrap(), []);
    post.store.commit(first.id(), &WriteBackPlan::default(), support_at(12)).expect("committed");
    assert_eq!(post.store.due_outgoing(support_at(12)).unwrap(), ids[..1]);
    post.admit(&letters(5..7), support_at(20));
    let second = post.begin("evening", support_at(500)).expect("a batch");
    post.store.commit(second.id(), &WriteBackPlan::default(), support_at(510)).expect("committed");
    assert_eq!(post.store.due_outgoing(support_at(510)).unwrap(), ids);
    assert_eq!(post.store.outgoing(ids[1]).unwrap().answers, Some(visible));
}
