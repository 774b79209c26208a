//! Holds `src/store/invitation_answer.rs`, `src/store/reply_act.rs`: a new answer to an invitation and the one before it are one
//! change, whatever cuts it short, and undo brings back the one before.

#![allow(clippy::disallowed_types, reason = "one test looks behind the store's back")]

use tidebox::domain::ids::{BatchId, Id, OutgoingId};
use tidebox::domain::outbox::{DepartureTime, OutgoingState};
use tidebox::domain::triage::{Act, Decision, Triage};
use tidebox::domain::write_back::WriteBackPlan;
use tidebox::store::{StagedAnswer, StagedRevision, StoreError};

use crate::support::letterbox::{Letterbox, act, at, ids, letters, members};

fn answer(message: Id, word: &str) -> StagedAnswer {
    StagedAnswer {
        message,
        draft: format!("From: me@home.example\nX-Invitation-Answer: {word}\n\nI say so.\n"),
        revision: StagedRevision {
            message_id: format!("{word}@home.example"),
            sender: "me@home.example".to_owned(),
            recipients: vec!["ann@a.example".to_owned()],
            bytes: format!("Date: staged\r\nSubject: {word}\r\n\r\nText\r\n").into_bytes(),
        },
        leaving: DepartureTime::Close,
    }
}

struct Invited {
    post: Letterbox,
    batch: BatchId,
    message: Id,
}

impl Invited {
    fn new() -> Self {
        let mut post = Letterbox::new();
        ids(&post.admit(&letters(1..4), at(0)));
        let batch = post.begin("morning", at(10)).expect("a batch");
        let message = members(&post.store, &batch)[0];
        Self { post, batch: batch.id(), message }
    }

    fn triage(&self) -> Triage {
        let (batch, acts) = self.post.store.batch(self.batch).unwrap().expect("the batch");
        Triage::replay(batch, acts)
    }

    fn act(&self) -> Act {
        let number = self.triage().acts().last().map_or(1, |(act, _)| act.number + 1);
        act(&self.post.store, self.batch, number, Decision::Reply, &[self.message])
    }

    fn say(&mut self, word: &str, minute: i64) -> (OutgoingId, Vec<OutgoingId>) {
        let act = self.act();
        let answer = answer(self.message, word);
        self.post.store.stage_invitation_answer(&answer, Some((self.batch, &act)), at(minute)).unwrap()
    }

    fn undo(&mut self) {
        let number = self.triage().last().map(|act| act.number).expect("an act");
        self.post.store.undo(self.batch, number).unwrap();
    }

    fn state(&self, id: OutgoingId) -> OutgoingState {
        self.post.store.outgoing(id).unwrap().state
    }

    /// What the lists of drafts and of the outbox have.
    fn listed(&self) -> Vec<OutgoingId> {
        self.post.store.unfinished_outgoing().unwrap().iter().map(|one| one.id).collect()
    }
}

#[test]
fn the_last_answer_leaves_and_undo_goes_back_step_by_step() {
    let mut here = Invited::new();
    let (yes, replaced) = here.say("accepted", 11);
    assert_eq!(replaced, []);
    let (no, replaced) = here.say("declined", 12);
    assert_eq!((replaced, here.listed()), (vec![yes], vec![no]));
    assert_eq!((here.state(yes), here.state(no)), (OutgoingState::Draft, OutgoingState::Staged));
    assert_eq!(here.post.store.invitation_answer(here.message).unwrap().map(|it| it.id), Some(no));
    here.undo();
    assert_eq!((here.state(yes), here.state(no)), (OutgoingState::Staged, OutgoingState::Draft));
    assert_eq!(here.post.store.outgoing(yes).unwrap().leaving, Some(DepartureTime::Close));
    assert_eq!(here.triage().undecided().len(), 2, "the row is still answered");
    here.undo();
    assert_eq!((here.state(yes), here.triage().undecided().len()), (OutgoingState::Draft, 3));
    assert_eq!(here.post.store.invitation_answer(here.message).unwrap(), None);
    for _ in 0..2 {
        let number = here.triage().undone().map(|act| act.number).expect("an act");
        here.post.store.redo(here.batch, number).unwrap();
    }
    assert_eq!((here.state(yes), here.listed()), (OutgoingState::Draft, vec![no]));
    here.post.store.commit(here.batch, &WriteBackPlan::default(), at(30)).unwrap();
    assert_eq!(here.post.store.due_outgoing(at(30)).unwrap(), [no]);
}

#[test]
fn an_answer_that_was_undone_is_gone_after_the_next_one() {
    let mut here = Invited::new();
    let (yes, _) = here.say("accepted", 11);
    here.undo();
    assert_eq!(here.listed(), [yes], "it can come back");
    let (maybe, replaced) = here.say("tentative", 12);
    assert_eq!((replaced, here.listed()), (vec![], vec![maybe]));
    here.undo();
    assert_eq!((here.state(yes), here.state(maybe)), (OutgoingState::Draft, OutgoingState::Draft));
    assert_eq!(here.listed(), [maybe]);
}

/// Outside of its batch the answer before is gone for good; one that somebody has stays.
#[test]
fn what_has_left_is_not_taken_back() {
    let mut here = Invited::new();
    let (yes, _) = here.say("accepted", 11);
    here.post.store.commit(here.batch, &WriteBackPlan::default(), at(20)).unwrap();
    let no = answer(here.message, "declined");
    let (no, replaced) = here.post.store.stage_invitation_answer(&no, None, at(21)).unwrap();
    assert_eq!((replaced, here.listed()), (vec![yes], vec![no]), "it was due and had not left");
    here.post.bare().execute("UPDATE outgoing SET due = 0 WHERE state = 'staged'", []).unwrap();
    let attempt = here.post.store.begin_attempt(no, at(22), <[u8]>::to_vec).unwrap();
    let accepted = [(0, tidebox::domain::outbox::RecipientState::Accepted, String::new())];
    here.post.store.end_attempt(&attempt, &accepted, at(23), at(23)).unwrap();
    let maybe = answer(here.message, "tentative");
    let (maybe, replaced) = here.post.store.stage_invitation_answer(&maybe, None, at(24)).unwrap();
    assert_eq!((replaced, here.state(no), here.listed()), (vec![], OutgoingState::Sent, vec![maybe]));
}

/// Whatever fails after the new one is staged, the one before stays as it was, and there is no second one.
#[test]
fn a_crash_between_the_two_loses_neither() {
    for (event, when) in [
        ("BEFORE UPDATE OF discarded ON outgoing", "WHEN new.discarded IS NOT NULL"),
        ("BEFORE INSERT ON act", ""),
        ("BEFORE INSERT ON outgoing_act", ""),
        ("BEFORE INSERT ON outgoing_recipient", ""),
    ] {
        let mut here = Invited::new();
        let (yes, _) = here.say("accepted", 11);
        let bare = here.post.bare();
        bare.execute_batch(&format!("CREATE TRIGGER cut {event} {when} BEGIN SELECT RAISE(ABORT, 'cut'); END"))
            .unwrap();
        let (act, no) = (here.act(), answer(here.message, "declined"));
        here.post.store.stage_invitation_answer(&no, Some((here.batch, &act)), at(12)).unwrap_err();
        assert_eq!((here.listed(), here.state(yes)), (vec![yes], OutgoingState::Staged), "{event}");
        assert_eq!(here.triage().acts().len(), 1, "{event}");
        bare.execute_batch("DROP TRIGGER cut").unwrap();
        let (no, replaced) = here.say("declined", 13);
        assert_eq!((replaced, here.listed()), (vec![yes], vec![no]), "{event}");
    }
}

/// Somebody else has decided meanwhile: nothing of it is written.
#[test]
fn an_act_out_of_turn_changes_nothing() {
    let mut here = Invited::new();
    let (yes, _) = here.say("accepted", 11);
    let mut act = here.act();
    act.number += 1;
    let no = answer(here.message, "declined");
    let error = here.post.store.stage_invitation_answer(&no, Some((here.batch, &act)), at(12)).unwrap_err();
    assert!(matches!(error, StoreError::OutOfTurn { .. }), "{error}");
    assert_eq!((here.listed(), here.state(yes)), (vec![yes], OutgoingState::Staged));
}
