//! What counts as away, and what of it is held again.

use super::{MOST_RETURNED, Returned, is_away};
use crate::domain::deferral;
use crate::domain::flags::Flags;
use crate::domain::found_copy::{CopyOrigin, MailboxEvent};
use crate::domain::ids::Id;
use crate::domain::lane::LaneCalendars;
use crate::domain::message::Stage;
use crate::domain::remote_state::RemoteState;
use crate::store::test_store::{TestStore, at, calendar, inbox};

fn round(test: &mut TestStore) -> Returned {
    test.store.end_round(test.source, LaneCalendars { calendar: &calendar(), lanes: &[] }, at(3)).unwrap()
}

fn counts_as_away(test: &mut TestStore, id: Id) -> bool {
    test.store.write("asking what is away", |tx| is_away(tx, id)).unwrap()
}

/// A letter that is finished with and whose only copy left the inbox.
fn left(test: &mut TestStore, letter: u8, state: &RemoteState) -> Id {
    let id = test.letter(letter);
    test.become_as(id, state);
    test.take_away(inbox(&letter.to_string()));
    assert_eq!(round(test).held, 0, "it leaves");
    id
}

#[test]
fn a_finished_message_that_left_is_held_again_when_it_comes_back() {
    let mut test = TestStore::new();
    let id = left(&mut test, 1, &RemoteState::Done);
    assert!(counts_as_away(&mut test, id));
    test.deliver(1, inbox("back"), "", CopyOrigin::New);
    assert_eq!(round(&mut test), Returned { held: 1, waiting: 0 });
    assert_eq!(test.stage(id), Stage::Held);
    let comeback = test.store.comeback(id).unwrap().unwrap();
    assert_eq!((comeback.was, comeback.times), (Stage::Done, 1));
    assert!(!counts_as_away(&mut test, id));
    assert_eq!(round(&mut test).held, 0, "once for each time");
}

#[test]
fn a_message_that_was_not_seen_to_leave_cannot_come_back() {
    let mut test = TestStore::new();
    let id = test.letter(1);
    test.become_as(id, &RemoteState::Done);
    test.deliver(1, inbox("second copy"), "", CopyOrigin::New);
    test.take_away(inbox("1"));
    assert_eq!(round(&mut test), Returned::default());
    assert_eq!(test.stage(id), Stage::Done);
}

#[test]
fn a_copy_that_is_marked_read_counts_only_once_it_is_unread() {
    let mut test = TestStore::new();
    let id = left(&mut test, 1, &RemoteState::Done);
    test.deliver(1, inbox("back"), "S", CopyOrigin::New);
    assert_eq!(round(&mut test).held, 0);
    assert!(counts_as_away(&mut test, id));
    test.hear(MailboxEvent::Flags { location: inbox("back"), flags: Flags::default() });
    assert_eq!(round(&mut test).held, 1);
    assert_eq!(test.stage(id), Stage::Held);
}

#[test]
fn a_copy_with_the_keyword_of_a_deferral_goes_to_that_window() {
    let mut test = TestStore::new();
    let id = left(&mut test, 1, &RemoteState::Done);
    let flags = Flags { keywords: deferral::keywords(at(1_000), at(3)), ..Flags::default() };
    test.deliver(1, inbox("back"), &flags.to_string(), CopyOrigin::New);
    assert_eq!(round(&mut test).held, 1);
    assert_eq!(test.stage(id), Stage::Deferred);
}

#[test]
fn a_folder_made_anew_brings_back_only_what_nobody_decided_about() {
    for (state, stage) in [(RemoteState::Done, Stage::Done), (RemoteState::Gone, Stage::Held)] {
        let mut test = TestStore::new();
        let id = left(&mut test, 1, &state);
        test.deliver(1, inbox("new key"), "", CopyOrigin::Recreated);
        round(&mut test);
        assert_eq!(test.stage(id), stage, "{state:?}");
        assert!(!counts_as_away(&mut test, id), "{state:?}");
    }
}

/// A store to which one message more came back at once than are held without asking.
fn too_many() -> (TestStore, u32) {
    let mut test = TestStore::new();
    let most = u8::try_from(MOST_RETURNED).unwrap();
    for letter in 0..=most {
        left(&mut test, letter, &RemoteState::Done);
        test.deliver(letter, inbox(&format!("back {letter}")), "S", CopyOrigin::New);
    }
    for letter in 0..=most {
        test.hear(MailboxEvent::Flags { location: inbox(&format!("back {letter}")), flags: Flags::default() });
    }
    (test, u32::from(most) + 1)
}

#[test]
fn of_too_many_at_once_none_is_held_before_the_person_says_so() {
    let (mut test, all) = too_many();
    assert_eq!(round(&mut test), Returned { held: 0, waiting: all });
    assert_eq!(round(&mut test), Returned { held: 0, waiting: all }, "another round asks for the same");
    assert_eq!(test.store.hold_returned(LaneCalendars { calendar: &calendar(), lanes: &[] }, at(4)).unwrap(), all);
    assert_eq!(round(&mut test), Returned::default());
}

#[test]
fn what_the_person_leaves_is_held_no_more() {
    let (mut test, all) = too_many();
    round(&mut test);
    assert_eq!(test.store.leave_returned().unwrap(), all as usize);
    assert_eq!(test.store.hold_returned(LaneCalendars { calendar: &calendar(), lanes: &[] }, at(4)).unwrap(), 0);
    assert_eq!(round(&mut test), Returned::default());
}
