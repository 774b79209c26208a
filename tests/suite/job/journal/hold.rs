//! Holds `src/store/hold.rs`, `src/store/hold`, `src/store/held.rs`, `src/job/hold.rs`: a hard hold: between check-ins
//! nothing lies where a phone would show it, and at its check-in everything is back.

use chrono::TimeDelta;
use tidebox::config::HoldMode;
use tidebox::domain::deferral;
use tidebox::domain::exception::Exception;
use tidebox::domain::message::Stage;
use tidebox::domain::query::parse;
use tidebox::domain::schedule::Zone;
use tidebox::domain::source_type::SourceType;
use tidebox::domain::triage::Decision;
use tidebox::job::hold::{maintain_hold, release};
use tidebox::store::GiveBack;

use super::machine::{Machine, at};
use super::server::Server;

fn hard(server: &Server) -> Machine {
    server.look().held_is_read = true;
    let mut machine = Machine::new(server);
    machine.config.sources[0].hold.mode = HoldMode::Hard;
    machine
}

fn folder(server: &Server, number: u32) -> String {
    server.place(number).map_or_else(|| "nowhere".to_owned(), |(folder, _)| folder)
}

/// At 11:00 of a day with check-ins at 10:00 and at 16:00.
const BETWEEN: i64 = 60;
const OPENING: i64 = 360;

#[test]
fn what_arrives_between_check_ins_waits_apart_and_is_back_at_the_opening() {
    let server = Server::new();
    let mut here = hard(&server);
    here.sync(at(BETWEEN - 1));
    (1..=3).for_each(|number| server.deliver(number, at(BETWEEN)));
    let written = here.sync(at(BETWEEN));
    assert_eq!(written.made, 3);
    assert_eq!([1, 2, 3].map(|number| folder(&server, number)), ["Held"; 3]);
    assert_eq!(server.place(1).unwrap().1, tidebox::domain::flags::Flags::default(), "and unread as it was");
    // Another look, and what came meanwhile; then the opening, and a look after it.
    server.deliver(4, at(OPENING - 2));
    here.sync(at(OPENING - 1));
    assert_eq!([1, 4].map(|number| folder(&server, number)), ["Held"; 2]);
    for minute in [OPENING, OPENING + 1, OPENING + 60, OPENING + 600] {
        here.sync(at(minute));
        assert_eq!([1, 2, 3, 4].map(|number| folder(&server, number)), ["INBOX"; 4], "{minute}");
    }
    assert_eq!(here.store.changes_left().unwrap(), 0);
    assert_eq!(here.stage(1), None, "in tidebox it is held until the batch is begun");
    here.sound();
}

#[test]
fn what_was_there_at_its_check_in_stays_and_so_does_what_comes_while_one_is_open() {
    let server = Server::new();
    server.deliver(1, at(-600));
    let mut here = hard(&server);
    here.sync(at(5));
    server.deliver(2, at(10));
    here.sync(at(10));
    assert_eq!([1, 2].map(|number| folder(&server, number)), ["INBOX"; 2]);
    // The batch is begun: what comes now is for the next one.
    let begun = tidebox::job::begin::begin(&mut here.store, &here.config, at(11)).unwrap();
    assert!(matches!(begun, tidebox::job::begin::Begun::Batch(_)), "{begun:?}");
    server.deliver(3, at(12));
    here.sync(at(12));
    assert_eq!(folder(&server, 3), "Held");
    // What was seen once does not go away again when the window is over.
    here.commit(at(13));
    here.sync(at(BETWEEN));
    assert_eq!([1, 2, 3].map(|number| folder(&server, number)), ["INBOX", "INBOX", "Held"]);
    here.sound();
}

#[test]
fn an_exception_is_an_exception_on_the_phone_too() {
    let server = Server::new();
    let mut here = hard(&server);
    let matches = parse("from:ann@example.org", Zone::UTC, at(0)).unwrap();
    here.config.exceptions = vec![Exception { name: "ann".into(), matches, limit: None, until: None }];
    server.deliver(1, at(BETWEEN));
    here.sync(at(BETWEEN));
    here.sync(at(BETWEEN + 1));
    assert_eq!((folder(&server, 1).as_str(), here.stage(1)), ("INBOX", Some(Stage::LetThrough)));
}

/// The server is not reached from before the opening until after the commit.
#[test]
fn decisions_on_what_is_still_apart_bring_it_where_it_belongs() {
    let server = Server::new();
    let mut here = hard(&server);
    (1..=4).for_each(|number| server.deliver(number, at(BETWEEN)));
    here.sync(at(BETWEEN));
    here.read(at(OPENING));
    assert!(here.begin(at(OPENING)));
    let until = here.window(3);
    for (number, verb) in (1..).zip([Decision::Done, Decision::Trash, Decision::Defer(until), Decision::Skip]) {
        here.decide(verb, number, at(OPENING + 1));
    }
    here.commit(at(OPENING + 2));
    for minute in [3, 4, 5] {
        here.sync(at(OPENING + minute));
    }
    assert_eq!([1, 2, 3, 4].map(|number| folder(&server, number)), ["Archive", "Trash", "INBOX", "INBOX"]);
    let keywords = server.place(3).unwrap().1.keywords;
    assert!(deferral::is_deferred(&keywords), "deferred for other machines too: {keywords:?}");
    assert_eq!(here.stage(3), Some(Stage::Deferred));
    assert_eq!(here.store.changes_left().unwrap(), 0);
    here.sound();
}

#[test]
fn everything_is_released_when_asked_and_stays_released() {
    let server = Server::new();
    let mut here = hard(&server);
    (1..=3).for_each(|number| server.deliver(number, at(BETWEEN)));
    here.sync(at(BETWEEN));
    let from = here.config.sources[0].clone();
    let due = release(&mut here.store, &here.config, &from, GiveBack::Due, at(BETWEEN + 1)).unwrap();
    assert_eq!(due, 0, "nothing is due");
    let all = release(&mut here.store, &here.config, &from, GiveBack::All, at(BETWEEN + 1)).unwrap();
    assert_eq!(all, 3);
    here.write_back(at(BETWEEN + 1)).unwrap();
    for minute in [2, 30] {
        assert_eq!([1, 2, 3].map(|number| folder(&server, number)), ["INBOX"; 3]);
        here.sync(at(BETWEEN + minute));
    }
    // What is released twice is released once.
    assert_eq!(release(&mut here.store, &here.config, &from, GiveBack::All, at(BETWEEN + 31)).unwrap(), 0);
    server.deliver(4, at(BETWEEN + 40));
    here.sync(at(BETWEEN + 40));
    assert_eq!(folder(&server, 4), "Held", "the hold itself goes on");
}

#[test]
fn what_was_not_put_aside_yet_is_not_put_aside_after_a_release() {
    let server = Server::new();
    let mut here = hard(&server);
    server.deliver(1, at(BETWEEN));
    here.read(at(BETWEEN));
    assert_eq!(here.states(), ["hold open"]);
    let from = here.config.sources[0].clone();
    release(&mut here.store, &here.config, &from, GiveBack::All, at(BETWEEN)).unwrap();
    here.sync(at(BETWEEN + 1));
    assert_eq!((folder(&server, 1).as_str(), here.states()), ("INBOX", vec!["hold replaced".to_owned()]));
}

#[test]
fn after_a_long_absence_everything_goes_back_and_it_is_said() {
    let server = Server::new();
    let mut here = hard(&server);
    here.config.sources[0].hold.fail_open_after = std::time::Duration::from_hours(2);
    server.deliver(1, at(BETWEEN));
    here.sync(at(BETWEEN));
    here.sync(at(BETWEEN + 120));
    assert_eq!(folder(&server, 1), "Held", "two hours are not too long");
    let from = here.config.sources[0].clone();
    let id = here.store.source("mail", SourceType::Imap).unwrap();
    let later = at(BETWEEN + 120) + TimeDelta::minutes(121);
    let tended = maintain_hold(&mut here.store, &here.config, &from, id, later).unwrap();
    assert_eq!(
        tended.words("mail").as_deref(),
        Some("tidebox did not look after mail for 2 hours: the message held there went back")
    );
    here.sync(later);
    assert_eq!(folder(&server, 1), "INBOX");
    here.sync(later + TimeDelta::minutes(1));
    assert_eq!(folder(&server, 1), "INBOX", "and it stays there");
}

#[test]
fn a_person_may_take_it_out_by_hand() {
    let server = Server::new();
    let mut here = hard(&server);
    (1..=2).for_each(|number| server.deliver(number, at(BETWEEN)));
    here.sync(at(BETWEEN));
    server.carry(1, "INBOX");
    server.carry(2, "Archive");
    for minute in [1, 2, 3] {
        here.sync(at(BETWEEN + minute));
        assert_eq!([1, 2].map(|number| folder(&server, number)), ["INBOX", "Archive"]);
    }
    assert_eq!(here.stage(2), Some(Stage::Done));
    here.sync(at(OPENING));
    assert_eq!([1, 2].map(|number| folder(&server, number)), ["INBOX", "Archive"]);
    here.sound();
}

#[test]
fn what_lies_there_for_unknown_reasons_goes_to_the_inbox() {
    let server = Server::new();
    server.deliver(1, at(BETWEEN));
    server.carry(1, "Held");
    let mut here = hard(&server);
    here.sync(at(BETWEEN + 1));
    assert_eq!(folder(&server, 1), "Held");
    here.sync(at(OPENING));
    assert_eq!(folder(&server, 1), "INBOX");
}

#[test]
fn a_hold_that_becomes_soft_gives_everything_back() {
    let server = Server::new();
    let mut here = hard(&server);
    (1..=2).for_each(|number| server.deliver(number, at(BETWEEN)));
    here.sync(at(BETWEEN));
    here.config.sources[0].hold.mode = HoldMode::Soft;
    here.sync(at(BETWEEN + 1));
    assert_eq!([1, 2].map(|number| folder(&server, number)), ["INBOX"; 2]);
}

/// Wherever it is killed, in putting aside or in bringing back: nothing is lost, nothing is there twice, and it ends well.
#[test]
fn killed_at_any_step_it_ends_as_it_would_have() {
    for steps in 0..12 {
        let server = Server::new();
        let mut here = hard(&server);
        (1..=2).for_each(|number| server.deliver(number, at(BETWEEN)));
        here.read(at(BETWEEN));
        here.write_back_killed_after(steps, at(BETWEEN));
        here.sync(at(BETWEEN + 10));
        assert_eq!([1, 2].map(|number| folder(&server, number)), ["Held"; 2], "killed after {steps}");
        here.read(at(OPENING));
        here.write_back_killed_after(steps, at(OPENING));
        here.sync(at(OPENING + 10));
        assert_eq!([1, 2].map(|number| folder(&server, number)), ["INBOX"; 2], "killed after {steps}");
        assert_eq!(here.store.changes_left().unwrap(), 0);
        here.sound();
    }
}

#[test]
fn two_machines_that_hold_do_not_play_ball() {
    let server = Server::new();
    let (mut here, mut there) = (hard(&server), hard(&server));
    (1..=3).for_each(|number| server.deliver(number, at(BETWEEN)));
    here.sync(at(BETWEEN));
    there.sync(at(BETWEEN + 1));
    here.sync(at(BETWEEN + 2));
    assert_eq!([1, 2, 3].map(|number| folder(&server, number)), ["Held"; 3]);
    // Both find that it is time, and one of them is first.
    here.read(at(OPENING));
    there.read(at(OPENING));
    there.write_back(at(OPENING)).unwrap();
    here.write_back(at(OPENING)).unwrap();
    for minute in 1..4 {
        here.sync(at(OPENING + minute));
        there.sync(at(OPENING + minute));
        assert_eq!([1, 2, 3].map(|number| folder(&server, number)), ["INBOX"; 3]);
    }
    for machine in [&mut here, &mut there] {
        assert!(machine.begin(at(OPENING + 5)), "it is to be read on both");
        machine.sound();
    }
}

/// One holds for every program, the other for itself alone.
#[test]
fn a_machine_with_a_soft_hold_leaves_what_the_other_put_aside() {
    let server = Server::new();
    let (mut here, mut there) = (hard(&server), Machine::new(&server));
    server.look().held_is_read = false;
    server.deliver(1, at(BETWEEN));
    there.sync(at(BETWEEN));
    here.sync(at(BETWEEN));
    there.sync(at(BETWEEN + 1));
    assert_eq!(folder(&server, 1), "Held");
    here.sync(at(OPENING));
    there.sync(at(OPENING + 1));
    assert_eq!(folder(&server, 1), "INBOX");
    assert!(there.begin(at(OPENING + 2)), "nothing is lost for the other one");
    there.decide(Decision::Done, 1, at(OPENING + 3));
    there.commit(at(OPENING + 4));
    there.sync(at(OPENING + 4));
    there.sync(at(OPENING + 14));
    here.sync(at(OPENING + 15));
    assert_eq!((folder(&server, 1).as_str(), here.stage(1)), ("Archive", Some(Stage::Done)));
}

/// That a hold has put it aside meanwhile, or brought it back, is nobody's verdict: a decision is made where it lies now.
#[test]
fn what_a_hold_moves_while_a_batch_is_open_is_decided_all_the_same() {
    for decision in [Decision::Done, Decision::Mute, Decision::Trash] {
        // The other machine puts it aside, and here that is seen before the commit.
        let server = Server::new();
        let (mut other, mut here) = (hard(&server), Machine::new(&server));
        other.sync(at(BETWEEN - 1));
        server.deliver(1, at(BETWEEN));
        here.sync(at(BETWEEN));
        assert!(here.begin(at(BETWEEN)));
        other.sync(at(BETWEEN + 1));
        assert_eq!(folder(&server, 1), "Held");
        here.sync(at(BETWEEN + 2));
        here.decide(decision.clone(), 1, at(BETWEEN + 3));
        here.commit(at(BETWEEN + 4));
        let to = if decision == Decision::Trash { "Trash" } else { "Archive" };
        here.sync(at(BETWEEN + 5));
        other.sync(at(BETWEEN + 6));
        assert_eq!((folder(&server, 1).as_str(), other.stage(1)), (to, here.stage(1)), "{decision:?}: put aside");
        // This one has put it aside, and the other brings it back.
        let server = Server::new();
        let (mut other, mut here) = (hard(&server), hard(&server));
        here.sync(at(BETWEEN - 1));
        server.deliver(1, at(BETWEEN));
        here.sync(at(BETWEEN));
        assert!(here.begin(at(BETWEEN)));
        other.sync(at(BETWEEN + 1));
        other.sync(at(OPENING));
        assert_eq!(folder(&server, 1), "INBOX");
        here.read(at(OPENING + 1));
        here.decide(decision.clone(), 1, at(OPENING + 2));
        here.commit(at(OPENING + 3));
        here.sync(at(OPENING + 4));
        other.sync(at(OPENING + 5));
        assert_eq!((folder(&server, 1).as_str(), other.stage(1)), (to, here.stage(1)), "{decision:?}: brought back");
        here.sound();
    }
}
