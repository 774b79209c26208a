//! Holds `src/store/reminder.rs`: an answer that nobody replies to comes back at its check-in, once, and not where a reply came.

use tidebox::domain::follow_up::{FollowUp, FollowUpKind};
use tidebox::domain::found_copy::CopyOrigin;
use tidebox::domain::ids::{Id, OutgoingId};
use tidebox::domain::message::Stage;
use tidebox::domain::outbox::{DepartureTime, OutgoingState, RecipientState};
use tidebox::domain::triage::{Decision, Until};
use tidebox::domain::write_back::WriteBackPlan;
use tidebox::store::{StagedRevision, StoreError};

use crate::support::letterbox::{Letterbox, act, at, ids, letter, members, no_calendar};

const DAY: i64 = 24 * 60;

fn until(minutes: i64) -> Until {
    Until { checkin: "evening".into(), opens: at(minutes), wall: None, or_reply: false }
}

/// A message that was answered and is done, and the answer, which waits to leave.
fn answered() -> (Letterbox, Id, OutgoingId) {
    let mut post = Letterbox::new();
    let asked = ids(&post.admit(&[letter(1).ready()], at(5)))[0];
    let batch = post.begin("first", at(10)).expect("a batch").id();
    let done = act(&post.store, batch, 1, Decision::Done, &[asked]);
    post.store.record(batch, &done, at(11)).expect("recorded");
    let id = post
        .store
        .new_draft(
            Some((tidebox::domain::outbox::OutgoingRelation::Reply, asked)),
            "To: ann@example.org\n\nYes.\n",
            at(11),
        )
        .expect("kept");
    let revision = StagedRevision {
        message_id: "mine@example.net".to_owned(),
        sender: "me@example.net".to_owned(),
        recipients: vec!["ann@example.org".to_owned()],
        bytes: b"Subject: Re\r\n\r\nYes.\r\n".to_vec(),
    };
    assert!(matches!(post.store.remind(id, &until(DAY), at(12)), Err(StoreError::OutgoingState { .. })), "a draft");
    post.store.stage(id, &revision, DepartureTime::Close, Some(batch), at(12)).expect("staged");
    post.store.remind(id, &until(4 * DAY), at(12)).expect("a reminder");
    post.store.commit(batch, &WriteBackPlan::default(), at(20)).expect("committed");
    (post, asked, id)
}

fn leave(post: &mut Letterbox, id: OutgoingId, minutes: i64) {
    let attempt = post.store.begin_attempt(id, at(minutes), <[u8]>::to_vec).expect("begun");
    let accepted = [(0, RecipientState::Accepted, "250 ok".to_owned())];
    let state = post.store.end_attempt(&attempt, &accepted, at(minutes), at(minutes)).expect("ended");
    assert_eq!(state, OutgoingState::Sent);
}

fn bring(post: &mut Letterbox, minutes: i64, comes_out: bool) -> usize {
    let (plan, now) = (WriteBackPlan::default(), at(minutes));
    post.store.bring_unanswered(&no_calendar(), |_, _| comes_out, &plan, (now, now)).expect("looked at")
}

#[test]
fn what_nobody_replied_to_comes_back_once_and_says_since_when() {
    let (mut post, asked, id) = answered();
    assert_eq!(bring(&mut post, 5 * DAY, true), 0, "it has not left yet");
    leave(&mut post, id, 21);
    assert_eq!(
        post.store.unfinished_outgoing().expect("read").len(),
        1,
        "one that reminds is listed, though it is sent"
    );
    assert_eq!(bring(&mut post, 4 * DAY - 1, true), 0, "not before its window");
    assert_eq!(bring(&mut post, 4 * DAY, false), 0, "not at a check-in of another lane");
    post.reopen();
    assert_eq!((bring(&mut post, 4 * DAY, true), bring(&mut post, 4 * DAY, true)), (1, 0));
    let message = post.store.message(asked).expect("visible");
    let unanswered = Some(FollowUp { kind: FollowUpKind::Unanswered, since: at(21) });
    assert_eq!((message.stage, message.follow_up), (Stage::CarriedOver, unanswered));
    let batch = post.begin("evening", at(4 * DAY)).expect("a batch");
    assert_eq!(members(&post.store, &batch), [asked]);
    assert_eq!(post.store.message(asked).expect("visible").follow_up, unanswered);
    assert_eq!(
        (post.store.reminders().expect("read"), post.store.unfinished_outgoing().expect("read")),
        (vec![], vec![])
    );
}

/// A reply may name the answer, or only what was answered; it may be held still.
#[test]
fn a_reply_ends_it_and_nothing_comes_back() {
    for name in ["mine@example.net", "m1@example.org"] {
        let (mut post, asked, id) = answered();
        leave(&mut post, id, 21);
        post.admit(&[letter(2 * DAY).answers(&[name]).ready()], at(2 * DAY));
        assert_eq!(post.store.reminders().expect("read").len(), 1, "nothing tells of it while it is held");
        assert_eq!(bring(&mut post, 4 * DAY, true), 0);
        assert_eq!(post.store.message(asked).expect("visible").stage, Stage::Done, "{name}");
        assert_eq!(post.store.reminders().expect("read"), []);
    }
}

/// A note that somebody is away, and one that the server could not deliver it, are no replies; what a person writes after them is.
#[test]
fn what_a_program_answers_ends_no_reminder() {
    let (mut post, asked, id) = answered();
    leave(&mut post, id, 21);
    let reply = |number| letter(number).subject("Re: Subject 1").answers(&["m1@example.org", "mine@example.net"]);
    let away = reply(DAY).change(|envelope| envelope.automatic = true);
    post.admit(&[away.ready()], at(DAY));
    let mut other = post.another();
    let (plan, now) = (WriteBackPlan::default(), at(4 * DAY));
    assert_eq!(other.bring_unanswered(&no_calendar(), |_, _| true, &plan, (now, now)).expect("looked at"), 1);
    assert_eq!(post.store.message(asked).expect("visible").stage, Stage::CarriedOver);
    let (mut post, _, id) = answered();
    leave(&mut post, id, 21);
    let away = reply(DAY).change(|envelope| envelope.automatic = true);
    post.admit(&[away.ready(), reply(DAY + 5).ready()], at(DAY + 5));
    assert_eq!(bring(&mut post, 4 * DAY, true), 0);
}

#[test]
fn what_was_there_before_or_is_ones_own_is_no_reply() {
    let (mut post, _, id) = answered();
    post.admit(&[letter(15).answers(&["m1@example.org"]).ready()], at(15));
    leave(&mut post, id, 21);
    let mut own = letter(DAY).called(Some("mine@example.net")).answers(&["m1@example.org"]).history().ready();
    own.message.copy.origin = CopyOrigin::Sent;
    post.admit(&[own, letter(DAY + 1).ready()], at(DAY));
    assert_eq!(bring(&mut post, 4 * DAY, true), 1);
}

#[test]
fn it_can_be_moved_and_taken_back_and_a_new_message_has_none() {
    let (mut post, _, id) = answered();
    leave(&mut post, id, 21);
    post.store.remind(id, &until(6 * DAY), at(30)).expect("moved");
    assert_eq!(post.store.reminders().expect("read"), [(id, until(6 * DAY))]);
    assert_eq!(bring(&mut post, 5 * DAY, true), 0);
    post.store.forget_reminder(id).expect("taken back");
    assert_eq!((bring(&mut post, 7 * DAY, true), post.store.reminders().expect("read")), (0, vec![]));
    post.store.remind(id, &until(8 * DAY), at(40)).expect("again");
    assert_eq!(bring(&mut post, 8 * DAY, true), 1);
    assert!(matches!(post.store.remind(OutgoingId(99), &until(DAY), at(9)), Err(StoreError::NoOutgoing(_))));
}
