//! Holds `src/store/away.rs`, `src/store/reconcile.rs`: what leaves the folders that are read and comes back to them is
//! held again, once, and only that.

use tidebox::config::{DoneMeans, HoldMode, Seen};
use tidebox::domain::deferral;
use tidebox::domain::flags::Flags;
use tidebox::domain::found_copy::CopyOrigin;
use tidebox::domain::message::Stage;
use tidebox::domain::triage::Decision;

use super::machine::{Machine, at};
use super::server::Server;

/// At 11:00 of a day with check-ins at 10:00 and at 16:00.
const BETWEEN: i64 = 60;
const OPENING: i64 = 360;

/// A machine that has read an empty account, and then letters up to a number.
fn with_letters(count: u32) -> (Server, Machine) {
    let server = Server::new();
    let mut here = Machine::new(&server);
    here.sync(at(BETWEEN - 1));
    (1..=count).for_each(|number| server.deliver(number, at(BETWEEN)));
    here.sync(at(BETWEEN));
    (server, here)
}

/// Moves a letter and looks.
fn moved(server: &Server, here: &mut Machine, number: u32, to: &str, minute: i64) -> Option<Stage> {
    server.carry(number, to);
    here.sync(at(minute));
    here.stage(number)
}

fn unread() -> Flags {
    Flags::default()
}

fn seen() -> Flags {
    Flags { seen: true, ..Flags::default() }
}

#[test]
fn an_archive_that_is_taken_back_is_held_again_and_told() {
    for folder in ["Archive", "Trash", "Junk"] {
        let (server, mut here) = with_letters(2);
        assert_ne!(moved(&server, &mut here, 1, folder, 61), None, "decided elsewhere");
        assert_eq!(moved(&server, &mut here, 1, "INBOX", 62), None, "held");
        for minute in 63..66 {
            here.sync(at(minute));
        }
        assert!(here.begin(at(OPENING)));
        let id = here.id(1).unwrap();
        let message = here.store.message(id).unwrap();
        assert_eq!((message.stage, message.returned), (Stage::Batched, 1));
        let told = here.store.comeback(id).unwrap().unwrap().to_string();
        assert!(told.contains("came back"), "{told}");
        assert_eq!(here.store.message(here.id(2).unwrap()).unwrap().returned, 0);
        // What is decided now is decided.
        here.decide(Decision::Done, 1, at(OPENING + 1));
        here.commit(at(OPENING + 2));
        for minute in 3..6 {
            here.sync(at(OPENING + minute));
        }
        assert_eq!((server.place(1).unwrap().0.as_str(), here.stage(1)), ("Archive", Some(Stage::Done)));
        here.sound();
    }
}

#[test]
fn a_letter_filed_elsewhere_is_done_and_the_end_of_a_snooze_brings_it_back() {
    let (server, mut here) = with_letters(1);
    server.look().all.insert("Snoozed".to_owned(), std::collections::BTreeMap::new());
    for round in 0..3 {
        assert_eq!(moved(&server, &mut here, 1, "Snoozed", 61 + 2 * round), Some(Stage::Filed));
        assert_eq!(moved(&server, &mut here, 1, "INBOX", 62 + 2 * round), None);
    }
    assert!(here.begin(at(OPENING)));
    assert_eq!(here.store.message(here.id(1).unwrap()).unwrap().returned, 3);
    here.sound();
}

#[test]
fn what_comes_back_with_a_deferral_waits_for_its_window() {
    let (server, mut here) = with_letters(1);
    assert_eq!(moved(&server, &mut here, 1, "Archive", 61), Some(Stage::Done));
    let window = here.window(3);
    let keywords = deferral::keywords(window.opens, at(61));
    server.flag(1, &Flags { keywords, ..Flags::default() });
    assert_eq!(moved(&server, &mut here, 1, "INBOX", 62), Some(Stage::Deferred));
    assert_eq!(here.until(1), Some(window.opens));
    here.sound();
}

#[test]
fn a_move_back_by_hand_counts_once_it_is_unread() {
    let server = Server::new();
    server.deliver(1, at(0));
    let mut here = Machine::new(&server);
    here.say(Decision::Done, 1, at(0));
    here.sync(at(1));
    assert_eq!(server.place(1).unwrap().0, "Archive");
    assert_eq!(moved(&server, &mut here, 1, "INBOX", 2), Some(Stage::Done), "it is marked read");
    server.flag(1, &unread());
    here.sync(at(3));
    assert_eq!(here.stage(1), None);
    here.sound();
}

/// That it was in the archive once is no sign that it still is there: that folder is not read.
#[test]
fn what_was_done_here_and_came_back_follows_what_becomes_of_it_then() {
    for (folder, stage) in [("Archive", Stage::Done), ("Trash", Stage::Trash), ("Junk", Stage::Spam)] {
        let server = Server::new();
        server.deliver(1, at(0));
        let mut here = Machine::new(&server);
        here.say(Decision::Done, 1, at(0));
        here.sync(at(1));
        server.flag(1, &unread());
        assert_eq!(moved(&server, &mut here, 1, "INBOX", 62), None, "held again");
        assert_eq!(moved(&server, &mut here, 1, folder, 63), Some(stage));
        assert_eq!(moved(&server, &mut here, 1, "INBOX", 64), None, "and once more");
        here.sound();
    }
}

#[test]
fn what_came_back_and_goes_again_during_a_batch_follows_whoever_moved_it() {
    for decision in [Decision::Done, Decision::Mute, Decision::Spam] {
        let server = Server::new();
        server.deliver(1, at(0));
        let mut here = Machine::new(&server);
        here.say(Decision::Done, 1, at(0));
        here.sync(at(1));
        server.flag(1, &unread());
        assert_eq!(moved(&server, &mut here, 1, "INBOX", 62), None, "held again");
        assert!(here.begin(at(OPENING)));
        assert_eq!(moved(&server, &mut here, 1, "Trash", OPENING + 1), Some(Stage::Batched));
        here.decide(decision.clone(), 1, at(OPENING + 2));
        here.commit(at(OPENING + 3));
        here.sync(at(OPENING + 4));
        assert_eq!((here.stage(1), server.place(1).unwrap().0.as_str()), (Some(Stage::Trash), "Trash"), "{decision:?}");
        assert_eq!(here.states().last().unwrap(), &format!("{} overtaken", decision.name()));
        here.sound();
    }
}

#[test]
fn a_flag_alone_brings_nothing_back() {
    for change in [
        |machine: &mut Machine| machine.config.sources[0].write_back.on = false,
        |machine: &mut Machine| machine.config.sources[0].write_back.done = DoneMeans::Read,
    ] {
        let server = Server::new();
        server.deliver(1, at(0));
        let mut here = Machine::new(&server);
        change(&mut here);
        here.say(Decision::Done, 1, at(0));
        here.sync(at(1));
        assert_eq!(server.place(1).unwrap().0, "INBOX");
        for (minute, flags) in [(2, seen()), (3, unread()), (4, seen()), (5, unread())] {
            server.flag(1, &Flags { keywords: server.place(1).unwrap().1.keywords, ..flags });
            here.sync(at(minute));
            assert_eq!(here.stage(1), Some(Stage::Done));
        }
        here.sound();
    }
}

#[test]
fn it_makes_no_difference_when_a_phone_reads_a_message() {
    for (setting, stage) in [(Seen::Hold, None), (Seen::History, Some(Stage::History))] {
        let server = Server::new();
        server.deliver(1, at(-600));
        server.flag(1, &seen());
        let mut here = Machine::new(&server);
        here.config.sources[0].seen = setting;
        here.sync(at(BETWEEN - 1));
        assert_eq!(here.stage(1), Some(Stage::History), "what was read before the first reading");
        server.deliver(2, at(BETWEEN));
        server.flag(2, &seen());
        here.sync(at(BETWEEN));
        assert_eq!((here.stage(2), here.knows(2)), (stage, true), "{setting:?}");
    }
}

#[test]
fn too_many_at_once_wait_for_the_person() {
    for (count, asked, say) in [(50, 0, true), (51, 51, true), (51, 51, false)] {
        let (server, mut here) = with_letters(count);
        (1..=count).for_each(|number| server.carry(number, "Archive"));
        here.sync(at(61));
        assert_eq!(here.stage(count), Some(Stage::Done));
        (1..=count).for_each(|number| server.carry(number, "INBOX"));
        for minute in 62..65 {
            here.sync(at(minute));
            assert_eq!(here.store.write_back_state().unwrap().returned, asked);
        }
        if asked > 0 {
            assert_eq!(here.stage(count), Some(Stage::Done), "none is held unasked");
            let config = here.config.clone();
            let took = if say {
                here.store.hold_returned(config.lane_calendars(), at(66))
            } else {
                here.store.leave_returned().map(|left| u32::try_from(left).unwrap())
            };
            assert_eq!(took.unwrap(), count);
            here.sync(at(67));
        }
        assert_eq!(here.store.write_back_state().unwrap().returned, 0);
        let held = if say { count } else { 0 };
        assert_eq!(here.store.tally().unwrap().held, held);
        here.sound();
    }
}

#[test]
fn a_folder_with_other_numbers_brings_back_only_what_nobody_decided_upon() {
    let (server, mut here) = with_letters(3);
    assert_eq!(moved(&server, &mut here, 1, "Trash", 61), Some(Stage::Trash));
    let lost = server.look().all.get_mut("INBOX").unwrap().pop_first().unwrap().1;
    here.sync(at(62));
    assert_eq!(here.stage(2), Some(Stage::Gone));
    // The account is restored from a backup.
    server.carry(1, "INBOX");
    server.carry(3, "INBOX");
    server.look().all.get_mut("INBOX").unwrap().insert(9_000, lost);
    server.look().before = CopyOrigin::Recreated;
    here.sync(at(63));
    server.look().before = CopyOrigin::New;
    here.sync(at(64));
    assert_eq!([1, 2, 3].map(|number| here.stage(number)), [Some(Stage::Trash), None, None]);
    server.flag(1, &seen());
    here.sync(at(65));
    server.flag(1, &unread());
    here.sync(at(66));
    assert_eq!(here.stage(1), Some(Stage::Trash), "by a flag alone");
    here.sound();
}

#[test]
fn a_message_of_an_open_batch_stays_in_it_wherever_it_goes() {
    let (server, mut here) = with_letters(1);
    assert!(here.begin(at(OPENING)));
    assert_eq!(moved(&server, &mut here, 1, "Archive", OPENING + 1), Some(Stage::Batched));
    assert_eq!(moved(&server, &mut here, 1, "INBOX", OPENING + 2), Some(Stage::Batched));
    here.decide(Decision::Done, 1, at(OPENING + 3));
    here.commit(at(OPENING + 4));
    (5..8).for_each(|minute| drop(here.sync(at(OPENING + minute))));
    assert_eq!((server.place(1).unwrap().0.as_str(), here.stage(1)), ("Archive", Some(Stage::Done)));
    assert_eq!(moved(&server, &mut here, 1, "INBOX", OPENING + 9), Some(Stage::Done), "read");
    here.sound();
}

/// What a hard hold of this machine finds put back by hand is not put aside again.
#[test]
fn what_came_back_is_not_put_aside() {
    let server = Server::new();
    server.look().held_is_read = true;
    let mut here = Machine::new(&server);
    here.config.sources[0].hold.mode = HoldMode::Hard;
    here.sync(at(BETWEEN - 1));
    server.deliver(1, at(BETWEEN));
    here.sync(at(BETWEEN));
    assert_eq!(server.place(1).unwrap().0, "Held");
    assert_eq!(moved(&server, &mut here, 1, "Archive", 61), Some(Stage::Done));
    for minute in 62..66 {
        if minute == 62 {
            server.carry(1, "INBOX");
        }
        here.sync(at(minute));
        assert_eq!((server.place(1).unwrap().0.as_str(), here.stage(1)), ("INBOX", None));
    }
    assert!(here.begin(at(OPENING)), "it is in the next batch");
    here.sound();
}
