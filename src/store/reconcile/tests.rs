//! Which messages follow what a mailbox says, and what becomes of copies that are not where they were.

use crate::domain::batch::{BatchLayout, BatchOccasion};
use crate::domain::deferral;
use crate::domain::flags::Flags;
use crate::domain::found_copy::{CopyOrigin, Location, MailboxEvent};
use crate::domain::ids::Id;
use crate::domain::lane::{Lane, LaneCalendars};
use crate::domain::mailbox_change::{FolderRole, Found};
use crate::domain::message::Stage;
use crate::domain::remote_state::RemoteState;
use crate::domain::schedule::Calendar;
use crate::store::Beginning;
use crate::store::test_store::{TestStore, at, calendar, checkin, inbox};

fn flags_of(key: &str, flags: &str) -> MailboxEvent {
    MailboxEvent::Flags { location: inbox(key), flags: Flags::read(flags) }
}

fn known(test: &TestStore) -> Vec<(String, String)> {
    let all = test.store.known_between(test.source, "INBOX", ("", "z"), 9).unwrap();
    all.into_iter().map(|(key, flags)| (key, flags.unwrap_or_default().to_string())).collect()
}

fn lost(test: &TestStore) -> Vec<Id> {
    test.store.lost(test.source, Id(0), 9).unwrap().into_iter().map(|lost| lost.id).collect()
}

fn find(test: &mut TestStore, id: Id, found: Found) {
    test.store.found(test.source, &[(id, found)], LaneCalendars { calendar: &calendar(), lanes: &[] }, at(3)).unwrap();
}

fn in_archive() -> Found {
    let role = Some(FolderRole::Archive);
    Found::At { folder: "Archive".to_owned(), key: "7".to_owned(), role, flags: Flags::default() }
}

#[test]
fn an_open_message_follows_a_keyword_and_hearing_it_twice_changes_nothing_more() {
    let mut test = TestStore::new();
    let id = test.letter(1);
    for _ in 0..2 {
        test.hear(flags_of("1", " $TideLater"));
        assert_eq!(test.stage(id), Stage::CarriedOver);
        assert_eq!(known(&test), [("1".to_owned(), " $TideLater".to_owned())]);
    }
    test.hear(flags_of("1", " $TideMuted"));
    assert_eq!(test.stage(id), Stage::Muted);
}

/// Another machine may have other check-ins: what it defers comes out here at a check-in of the message's lane all the same.
#[test]
fn a_deferral_of_another_machine_leads_to_a_window_of_the_lane() {
    let mut test = TestStore::new();
    let calendar =
        Calendar { checkins: ["10:00", "12:00", "18:00"].map(|time| checkin(time, time)).into(), ..calendar() };
    let lane = |name: &str, checkin: &str| Lane {
        name: name.into(),
        matches: None,
        checkins: vec![checkin.into()],
        bundle: Vec::new(),
    };
    let lanes = [lane("news", "12:00"), lane("people", "18:00")];
    let morning = "2026-09-22T09:30:00Z".parse().unwrap();
    let flags = Flags { keywords: deferral::keywords(morning, at(2)), ..Flags::default() };
    let mut until = |lanes: &[Lane], letter: u8| {
        let id = test.letter(letter);
        let event = MailboxEvent::Flags { location: inbox(&letter.to_string()), flags: flags.clone() };
        test.store.reconcile(test.source, &[event], LaneCalendars { calendar: &calendar, lanes }, at(2)).unwrap();
        let deferred = test.store.deferred().unwrap();
        deferred.into_iter().find(|(message, _)| message.id == id).map(|(_, until)| until.checkin)
    };
    assert_eq!(until(&[], 1).as_deref(), Some("10:00"), "without lanes of its own, the next of any");
    assert_eq!(until(&lanes, 2).as_deref(), Some("18:00"));
    let gone = [lane("people", "office")];
    assert_eq!(until(&gone, 3).as_deref(), Some("10:00"), "its check-ins were all taken out of the settings");
}

#[test]
fn having_been_read_is_noted_and_is_no_verdict() {
    let mut test = TestStore::new();
    let id = test.letter(1);
    test.hear(flags_of("1", "FS"));
    assert_eq!(test.stage(id), Stage::Held);
    assert_eq!(known(&test), [("1".to_owned(), "FS".to_owned())]);
}

#[test]
fn a_message_of_an_open_batch_stays_as_it_is() {
    let mut test = TestStore::new();
    let id = test.letter(1);
    let occasion = BatchOccasion::Window { checkin: "morning".to_owned(), opens: at(1), closes: at(60) };
    let begun = test
        .store
        .begin(&Beginning {
            occasion,
            lanes: &[],
            calendar: &calendar(),
            carry_limit: None,
            layout: BatchLayout::default(),
            now: at(1),
        })
        .unwrap();
    assert!(begun.is_some());
    test.hear(flags_of("1", " $TideLater"));
    test.take_away(inbox("1"));
    assert_eq!(test.stage(id), Stage::Batched);
    assert_eq!(lost(&test), [], "nobody looks for it before the commit");
    find(&mut test, id, in_archive());
    assert_eq!(test.stage(id), Stage::Batched);
}

#[test]
fn a_message_that_is_finished_with_does_not_follow() {
    let mut test = TestStore::new();
    let id = test.letter(1);
    test.become_as(id, &RemoteState::Trash);
    test.hear(flags_of("1", " $TideLater"));
    assert_eq!(test.stage(id), Stage::Trash);
}

#[test]
fn an_open_message_without_its_copy_is_lost_until_it_is_found() {
    let at_role = |role| Found::At { folder: "F".to_owned(), key: "7".to_owned(), role, flags: Flags::default() };
    for (found, stage) in [
        (at_role(Some(FolderRole::Archive)), Stage::Done),
        (at_role(Some(FolderRole::Trash)), Stage::Trash),
        (at_role(Some(FolderRole::Junk)), Stage::Spam),
        (at_role(None), Stage::Held),
        (Found::Filed { folder: "F".to_owned() }, Stage::Filed),
        (Found::Nowhere, Stage::Gone),
    ] {
        let mut test = TestStore::new();
        let id = test.letter(1);
        test.take_away(inbox("1"));
        assert_eq!((lost(&test), test.stage(id)), (vec![id], Stage::Held));
        find(&mut test, id, found.clone());
        assert_eq!((lost(&test), test.stage(id)), (vec![], stage), "{found:?}");
    }
}

#[test]
fn a_message_that_still_lies_in_another_folder_for_incoming_mail_stays_held() {
    let mut test = TestStore::new();
    test.hear(MailboxEvent::Incoming(vec!["INBOX".to_owned(), "Lists".to_owned()]));
    let id = test.letter(1);
    test.deliver(1, Location { folder: "Lists".to_owned(), key: "5".to_owned() }, "", CopyOrigin::New);
    test.take_away(inbox("1"));
    find(&mut test, id, in_archive());
    assert_eq!(test.stage(id), Stage::Held);
}

#[test]
fn an_uncertain_leaving_forgets_the_copy_of_a_finished_message_and_loses_that_of_an_open_one() {
    let mut test = TestStore::new();
    let (open, finished) = (test.letter(1), test.letter(2));
    test.become_as(finished, &RemoteState::Done);
    for key in ["1", "2"] {
        test.hear(MailboxEvent::Gone { location: inbox(key), sure: false });
    }
    assert_eq!(known(&test), []);
    assert_eq!(lost(&test), [open]);
    assert_eq!(
        test.store.end_round(test.source, LaneCalendars { calendar: &calendar(), lanes: &[] }, at(3)).unwrap().held,
        0
    );
    test.deliver(2, inbox("9"), "", CopyOrigin::New);
    test.store.end_round(test.source, LaneCalendars { calendar: &calendar(), lanes: &[] }, at(4)).unwrap();
    assert_eq!(test.stage(finished), Stage::Done, "it was never seen to leave, so it has not come back");
}
