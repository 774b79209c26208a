//! Holds `src/store/reply_act.rs`, `src/store/recalling.rs`: answers and the acts that staged them agree, whatever is done, undone, redone, taken back or
//! edited, and whatever a commit makes of them.

use proptest::prelude::*;
use tidebox::domain::ids::{BatchId, Id, OutgoingId};
use tidebox::domain::outbox::{DepartureTime, OutgoingRelation, OutgoingState, RecipientState};
use tidebox::domain::triage::{ActState, Decision, Triage};
use tidebox::domain::write_back::WriteBackPlan;
use tidebox::store::{StagedRevision, StoreError};

use crate::support::letterbox::{Letterbox, act, at, ids, letters, members, on};

const COUNT: usize = 4;

struct Answers {
    post: Letterbox,
    batch: BatchId,
    messages: Vec<Id>,
    /// The answer to each message.
    written: Vec<OutgoingId>,
    minute: i64,
}

fn revision(of: usize, number: i64) -> StagedRevision {
    StagedRevision {
        message_id: format!("{of}@home.example"),
        sender: "me@home.example".to_owned(),
        recipients: vec!["ann@a.example".to_owned()],
        bytes: format!("Date: staged\r\nSubject: {of} {number}\r\n\r\nText\r\n").into_bytes(),
    }
}

impl Answers {
    fn new() -> Self {
        let mut post = Letterbox::new();
        ids(&post.admit(&letters(1..5), at(0)));
        let batch = post.begin("morning", at(10)).expect("a batch");
        let messages = members(&post.store, &batch);
        let of = |id: &Id| Some((OutgoingRelation::Reply, *id));
        let written = messages.iter().map(|id| post.store.new_draft(of(id), "draft", at(11)).unwrap()).collect();
        Self { post, batch: batch.id(), messages, written, minute: 12 }
    }

    fn triage(&self) -> Triage {
        let (batch, acts) = self.post.store.batch(self.batch).unwrap().expect("the batch");
        Triage::replay(batch, acts)
    }

    fn next(&self) -> u32 {
        self.triage().acts().last().map_or(1, |(act, _)| act.number + 1)
    }

    fn reply(&mut self, of: usize) -> Result<(), StoreError> {
        self.minute += 1;
        let act = act(&self.post.store, self.batch, self.next(), Decision::Reply, &[self.messages[of]]);
        let revision = revision(of, self.minute);
        let leaving = DepartureTime::Close;
        self.post.store.stage_by_act(self.written[of], &revision, leaving, (self.batch, &act), at(self.minute))
    }

    fn decide(&mut self, of: usize, decision: Decision) {
        let act = act(&self.post.store, self.batch, self.next(), decision, &[self.messages[of]]);
        self.post.store.record(self.batch, &act, at(self.minute)).unwrap();
    }

    fn undo(&mut self) {
        if let Some(number) = self.triage().last().map(|act| act.number) {
            self.post.store.undo(self.batch, number).unwrap();
        }
    }

    fn redo(&mut self) {
        if let Some(number) = self.triage().undone().map(|act| act.number) {
            self.post.store.redo(self.batch, number).unwrap();
        }
    }

    fn state(&self, of: usize) -> OutgoingState {
        self.post.store.outgoing(self.written[of]).unwrap().state
    }

    /// An answer is staged exactly where an act of it counts that nobody has opened again by name.
    fn agree(&self) {
        let triage = self.triage();
        for (of, message) in self.messages.iter().enumerate() {
            let position = self.post.store.position(self.batch, *message).unwrap().unwrap();
            let mut answered = false;
            for (act, state) in triage.acts() {
                if *state == ActState::Counts && act.on.contains(position) {
                    match act.decision {
                        Decision::Reply => answered = true,
                        Decision::Reopen => answered = false,
                        _ => {}
                    }
                }
            }
            assert_eq!(self.state(of) == OutgoingState::Staged, answered, "{of}: {:?}", triage.acts());
        }
    }
}

#[test]
fn an_answer_comes_and_goes_with_its_act() {
    let mut here = Answers::new();
    here.reply(0).unwrap();
    assert_eq!(
        here.triage().verdict(on(&here.post.store, here.batch, &here.messages[..1]).first().unwrap()),
        Some(&Decision::Reply)
    );
    let staged = here.post.store.outgoing(here.written[0]).unwrap();
    here.undo();
    assert_eq!(here.state(0), OutgoingState::Draft);
    here.redo();
    let again = here.post.store.outgoing(here.written[0]).unwrap();
    assert_eq!((again.state, again.leaving, again.staged_in), (staged.state, staged.leaving, staged.staged_in));
    assert_eq!(again.recipients, staged.recipients);

    // Taken back, the row is undecided; and that is undone like everything.
    here.post.store.recall(here.written[0], at(20)).unwrap();
    assert_eq!((here.state(0), here.triage().undecided().len()), (OutgoingState::Draft, COUNT));
    here.undo();
    assert_eq!((here.state(0), here.triage().undecided().len()), (OutgoingState::Staged, COUNT - 1));

    // Another decision about the message leaves its answer where it is.
    here.decide(0, Decision::Trash);
    assert_eq!(here.state(0), OutgoingState::Staged);
    here.post.store.commit(here.batch, &WriteBackPlan::default(), at(30)).unwrap();
    assert_eq!(here.post.store.due_outgoing(at(30)).unwrap(), [here.written[0]]);
}

#[test]
fn what_was_edited_does_not_come_back_as_it_was() {
    let mut here = Answers::new();
    here.reply(0).unwrap();
    here.undo();
    here.post.store.save_draft(here.written[0], "edited", at(20)).unwrap();
    assert_eq!(here.triage().undone(), None, "the old text cannot be redone");
    here.reply(0).unwrap();
    here.undo();
    here.undo();
    here.redo();
    here.agree();
}

#[test]
fn neither_both_nor_one_is_written_where_somebody_was_quicker() {
    let mut here = Answers::new();
    let late = act(&here.post.store, here.batch, here.next(), Decision::Reply, &here.messages[..1]);
    here.decide(1, Decision::Done);
    let (leaving, id) = (DepartureTime::Close, here.written[0]);
    let error = here.post.store.stage_by_act(id, &revision(0, 1), leaving, (here.batch, &late), at(20)).unwrap_err();
    assert!(matches!(error, StoreError::OutOfTurn { .. }), "{error}");
    assert_eq!(here.state(0), OutgoingState::Draft);
}

#[test]
fn an_answer_that_has_left_is_not_taken_back_by_undo() {
    let mut here = Answers::new();
    let (id, now) = (here.written[0], at(20));
    let answer = act(&here.post.store, here.batch, 1, Decision::Reply, &here.messages[..1]);
    here.post.store.stage_by_act(id, &revision(0, 1), DepartureTime::At(now), (here.batch, &answer), now).unwrap();
    let attempt = here.post.store.begin_attempt(id, now, <[u8]>::to_vec).unwrap();
    assert!(matches!(here.post.store.undo(here.batch, 1), Err(StoreError::OutgoingState { .. })));
    let taken = [(0, RecipientState::Accepted, "250 ok".to_owned())];
    here.post.store.end_attempt(&attempt, &taken, now, now).unwrap();
    assert!(here.post.store.undo(here.batch, 1).is_err());
    assert_eq!(here.triage().undecided().len(), COUNT - 1, "it stays decided");
    // The row can be opened again by name; the answer stays sent.
    here.decide(0, Decision::Reopen);
    assert_eq!((here.state(0), here.triage().undecided().len()), (OutgoingState::Sent, COUNT));
    let receipt = here.post.store.commit(here.batch, &WriteBackPlan::default(), at(30)).unwrap();
    assert_eq!((receipt.answered, receipt.carried_over), (0, 4));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn acts_and_outbox_agree(steps in prop::collection::vec((0..8_u8, 0..COUNT), 1..40)) {
        let mut here = Answers::new();
        for (step, of) in steps {
            let id = here.written[of];
            match step {
                0 | 1 => { let _ = here.reply(of); }
                2 => here.undo(),
                3 => here.redo(),
                4 => { let _ = here.post.store.recall(id, at(here.minute)); }
                5 => {
                    let text = format!("edited {}", here.minute);
                    let _ = here.post.store.save_draft(id, &text, at(here.minute));
                }
                6 => here.decide(of, Decision::Reopen),
                _ => here.decide(of, Decision::Trash),
            }
            here.agree();
        }
        let triage = here.triage();
        let answered = triage.positions_with(|decision| *decision == Decision::Reply).len();
        let staged: Vec<OutgoingId> = (0..COUNT).filter(|of| here.state(*of) == OutgoingState::Staged).map(|of| here.written[of]).collect();
        let receipt = here.post.store.commit(here.batch, &WriteBackPlan::default(), at(900)).unwrap();
        prop_assert_eq!(receipt.answered as usize, answered);
        prop_assert_eq!(here.post.store.due_outgoing(at(900)).unwrap(), staged);
    }
}
