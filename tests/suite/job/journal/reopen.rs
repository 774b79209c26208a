//! Holds `src/store/reopen.rs`, `src/store/muted.rs`, `src/store/closing.rs`, `src/job/reopen.rs`: what was finished with
//! leads the next batch, its copy goes back to where it came from, and nobody takes that for a verdict or holds it again.

use tidebox::config::{DoneMeans, HoldMode};
use tidebox::domain::flags::Flags;
use tidebox::domain::ids::Id;
use tidebox::domain::keyword::Keyword;
use tidebox::domain::message::Stage;
use tidebox::domain::reopening::{CopiesBack, Reopened, Reopening};
use tidebox::domain::triage::Decision;
use tidebox::job::reopen::{finished_in, muted, reopen, unmute};

use super::machine::{Machine, at};
use super::server::Server;

/// Each decision that finishes with a message, and its stage afterwards.
const FINISHED: [(Decision, Stage); 4] = [
    (Decision::Done, Stage::Done),
    (Decision::Trash, Stage::Trash),
    (Decision::Spam, Stage::Spam),
    (Decision::Mute, Stage::Muted),
];

/// At 11:00 of a day with check-ins at 10:00 and at 16:00.
const BETWEEN: i64 = 60;
const OPENING: i64 = 360;

/// A machine that was given four letters and has decided each in one of the four ways.
fn finished() -> (Server, Machine) {
    let server = Server::new();
    (1..=4).for_each(|number| server.deliver(number, at(-1)));
    let mut here = Machine::new(&server);
    here.read(at(0));
    assert!(here.begin(at(0)));
    for (number, (decision, _)) in (1..).zip(FINISHED) {
        here.decide(decision, number, at(1));
    }
    here.commit(at(2));
    (server, here)
}

fn bring_back(here: &mut Machine, numbers: &[u32], minute: i64) -> Reopened {
    let ids: Vec<Id> = numbers.iter().map(|number| here.id(*number).expect("it may be seen")).collect();
    reopen(&mut here.store, &here.config, &ids, at(minute)).unwrap()
}

fn unread() -> Flags {
    Flags::default()
}

fn seen() -> Flags {
    Flags { seen: true, ..Flags::default() }
}

fn inbox(flags: Flags) -> (String, Flags) {
    ("INBOX".to_owned(), flags)
}

/// The numbers of the letters of the open batch, in triage order.
fn laid_out(here: &Machine) -> Vec<Id> {
    let triage = here.triage().expect("an open batch");
    here.store.members(triage.batch().id(), &triage.batch().positions()).unwrap()
}

#[test]
fn whatever_it_was_it_is_back_unread_and_leads_the_next_batch() {
    let (server, mut here) = finished();
    here.sync(at(3));
    for (number, (_, stage)) in (1..).zip(FINISHED) {
        assert_ne!(server.place(number).unwrap().0, "INBOX");
        assert_eq!(here.stage(number), Some(stage));
    }
    let reopened = bring_back(&mut here, &[1, 2, 3, 4, 1], BETWEEN);
    assert_eq!(reopened.each.len(), 4, "each once");
    assert!(reopened.each.iter().all(|(_, what)| *what == Reopening::Leads(CopiesBack::OnTheWay)), "{reopened:?}");
    assert_eq!(reopened.muted_threads, 1);
    let written = here.sync(at(BETWEEN + 1));
    assert_eq!((written.made, written.overtaken, written.refused), (4, 0, 0));
    for minute in 2..6 {
        here.sync(at(BETWEEN + minute));
    }
    server.deliver(5, at(BETWEEN));
    here.sync(at(OPENING - 1));
    for number in 1..=4 {
        assert_eq!(server.place(number).unwrap(), inbox(unread()), "letter {number}");
        let message = here.store.message(here.id(number).unwrap()).unwrap();
        assert_eq!((message.stage, message.reopened, message.returned), (Stage::CarriedOver, true, 0), "{number}");
    }
    assert!(here.begin(at(OPENING)));
    let first_four: Vec<Id> = (1..=4).map(|number| here.id(number).unwrap()).collect();
    assert_eq!(laid_out(&here)[..4], first_four, "they lead, and the new one comes after them");
    // They are decided again like any others, and can be reopened again.
    for (number, (decision, stage)) in (1..).zip(FINISHED) {
        here.decide(decision, number, at(OPENING + 1));
        assert_eq!(here.stage(number), Some(Stage::Batched), "{stage}");
    }
    here.commit(at(OPENING + 2));
    for minute in 3..6 {
        here.sync(at(OPENING + minute));
    }
    for (number, (_, stage)) in (1..).zip(FINISHED) {
        let message = here.store.message(here.id(number).unwrap()).unwrap();
        assert_eq!((message.stage, message.reopened), (stage, false));
        assert_ne!(server.place(number).unwrap().0, "INBOX");
    }
    bring_back(&mut here, &[1], OPENING + 10);
    here.sync(at(OPENING + 11));
    assert_eq!(server.place(1).unwrap(), inbox(unread()));
    assert_eq!(here.store.changes_left().unwrap(), 0);
    here.sound();
}

#[test]
fn what_no_mailbox_has_learned_yet_it_never_learns() {
    let (server, mut here) = finished();
    let reopened = bring_back(&mut here, &[1, 2, 3, 4], 3);
    assert!(reopened.each.iter().all(|(_, what)| *what == Reopening::Leads(CopiesBack::Unchanged)), "{reopened:?}");
    let written = here.sync(at(4));
    assert_eq!(written.made, 0);
    for number in 1..=4 {
        assert_eq!(server.place(number).unwrap(), inbox(unread()));
        assert_eq!(here.stage(number), Some(Stage::CarriedOver));
    }
    assert!(here.states().iter().all(|state| state.ends_with("replaced")), "{:?}", here.states());
    here.sound();
}

#[test]
fn killed_at_any_step_of_the_way_back_it_ends_as_if_it_had_not_been() {
    for first_killed in [false, true] {
        let mut points = 0;
        loop {
            let (server, mut here) = finished();
            if first_killed {
                // The commit is cut short, and what it was doing is taken back.
                if !here.write_back_killed_after(points, at(3)) {
                    break;
                }
                bring_back(&mut here, &[1, 2, 3, 4], 4);
            } else {
                here.sync(at(3));
                bring_back(&mut here, &[1, 2, 3, 4], 4);
                if !here.write_back_killed_after(points, at(5)) {
                    break;
                }
            }
            points += 1;
            if points % 2 == 0 {
                here.read(at(30));
            }
            for minute in [60, 200, 400] {
                here.sync(at(minute));
            }
            for number in 1..=4 {
                assert_eq!(server.place(number).unwrap(), inbox(unread()), "killed at step {points}: letter {number}");
                assert_eq!(here.stage(number), Some(Stage::CarriedOver), "killed at step {points}: letter {number}");
            }
            assert_eq!(here.store.changes_left().unwrap(), 0, "killed at step {points}");
            here.sound();
        }
        assert!(points > 5, "only {points} steps were met");
    }
}

#[test]
fn where_done_stays_and_is_marked_the_marks_are_taken_off() {
    let server = Server::new();
    (1..=2).for_each(|number| server.deliver(number, at(-1)));
    let mut here = Machine::new(&server);
    here.config.sources[0].write_back.done = DoneMeans::Read;
    here.read(at(0));
    assert!(here.begin(at(0)));
    here.decide(Decision::Done, 1, at(1));
    here.decide(Decision::Mute, 2, at(1));
    here.commit(at(2));
    here.sync(at(3));
    let marked = |keywords: &[Keyword]| Flags { keywords: keywords.iter().copied().collect(), ..seen() };
    assert_eq!(server.place(1).unwrap(), inbox(marked(&[Keyword::Done])));
    assert_eq!(server.place(2).unwrap(), inbox(marked(&[Keyword::Done, Keyword::Muted])));
    bring_back(&mut here, &[1, 2], 4);
    here.sync(at(5));
    here.sync(at(6));
    assert_eq!([1, 2].map(|number| server.place(number).unwrap()), [inbox(unread()), inbox(unread())]);
    assert_eq!([1, 2].map(|number| here.stage(number)), [Some(Stage::CarriedOver); 2]);
    here.sound();
}

#[test]
fn what_was_read_before_the_commit_stays_read() {
    let server = Server::new();
    server.deliver(1, at(-1));
    let mut here = Machine::new(&server);
    here.read(at(0));
    server.flag(1, &seen());
    here.sync(at(0));
    here.say(Decision::Done, 1, at(0));
    here.sync(at(1));
    assert_eq!(server.place(1), Some(("Archive".to_owned(), seen())));
    bring_back(&mut here, &[1], 2);
    here.sync(at(3));
    assert_eq!(server.place(1).unwrap(), inbox(seen()));
    assert_eq!(here.stage(1), Some(Stage::CarriedOver));
    here.sound();
}

#[test]
fn history_that_lies_where_it_lay_leads_a_batch_and_nothing_is_changed() {
    let server = Server::new();
    server.deliver(1, at(-1));
    server.flag(1, &seen());
    let mut here = Machine::new(&server);
    here.config.sources[0].seen = tidebox::config::Seen::History;
    here.sync(at(0));
    assert_eq!(here.stage(1), Some(Stage::History));
    assert_eq!(bring_back(&mut here, &[1], 1).each[0].1, Reopening::Leads(CopiesBack::Unchanged));
    here.sync(at(2));
    assert_eq!(server.place(1).unwrap(), inbox(seen()), "it is read, and not by a commit");
    assert!(here.begin(at(3)));
    assert_eq!(here.stage(1), Some(Stage::Batched));
    here.sound();
}

/// The folders of what is finished with are not read: where a copy is in them is found when it is brought back.
#[test]
fn it_comes_back_from_wherever_it_was_put_and_what_was_filed_or_removed_stays_so() {
    for (folder, stays) in [("Archive", false), ("Trash", false), ("Junk", false), ("Family", true)] {
        let (server, mut here) = finished();
        server.look().all.insert("Family".to_owned(), std::collections::BTreeMap::new());
        here.sync(at(3));
        for number in 1..=4 {
            server.carry(number, folder);
        }
        bring_back(&mut here, &[1, 2, 3, 4], 4);
        for minute in 5..9 {
            here.sync(at(minute));
        }
        for number in 1..=4 {
            let place = server.place(number).unwrap();
            assert_eq!(place.0, if stays { folder } else { "INBOX" }, "letter {number}");
            assert_eq!(here.stage(number), Some(Stage::CarriedOver), "{folder}: letter {number}");
        }
        assert_eq!(here.store.changes_left().unwrap(), 0);
        here.sound();
    }
}

#[test]
fn what_somebody_removed_leads_a_batch_from_the_copy_of_the_store() {
    let (server, mut here) = finished();
    here.sync(at(3));
    for copies in server.look().all.values_mut() {
        copies.clear();
    }
    bring_back(&mut here, &[1], 4);
    here.sync(at(5));
    let row = here.journal().pop().unwrap();
    assert_eq!(format!("{} {}", row.reason, row.attempt.state), "reopen overtaken");
    assert_eq!(row.attempt.why, "meanwhile it was removed elsewhere; it leads the next batch all the same");
    assert_eq!(here.stage(1), Some(Stage::CarriedOver));
    assert!(!here.store.original(here.id(1).unwrap()).unwrap().is_empty());
    // Nothing is known of a copy now, and that is said.
    assert!(here.begin(at(6)));
    here.decide(Decision::Done, 1, at(6));
    here.commit(at(7));
    let again = bring_back(&mut here, &[1], 8);
    assert_eq!(again.gone().count(), 1, "{again:?}");
    here.sound();
}

#[test]
fn what_is_held_is_refused_and_nothing_else_is_changed() {
    let (server, mut here) = finished();
    here.sync(at(3));
    server.deliver(5, at(BETWEEN));
    here.sync(at(BETWEEN));
    let held: Id = {
        let sql = "SELECT id FROM message WHERE stage = 'held'";
        Id(crate::support::letterbox::sqlite3(here.store.path(), sql).unwrap().trim().parse().unwrap())
    };
    let done = here.id(1).unwrap();
    let error = reopen(&mut here.store, &here.config, &[done, held], at(BETWEEN + 1)).unwrap_err();
    assert_eq!(error.to_string(), format!("message {held} is held: its check-in has not come"));
    assert_eq!(here.stage(1), Some(Stage::Done));
    assert_eq!(here.store.changes_left().unwrap(), 0);
}

#[test]
fn in_the_open_batch_the_decision_is_taken_back_and_a_deferred_one_wakes() {
    let server = Server::new();
    (1..=3).for_each(|number| server.deliver(number, at(-1)));
    let mut here = Machine::new(&server);
    here.read(at(0));
    assert!(here.begin(at(0)));
    let until = here.window(2);
    here.decide(Decision::Defer(until), 1, at(1));
    here.commit(at(2));
    here.sync(at(3));
    assert!(here.begin(at(OPENING)), "the two others were carried over");
    here.decide(Decision::Done, 2, at(OPENING + 1));
    let reopened = bring_back(&mut here, &[1, 2], OPENING + 2);
    assert_eq!(reopened.each.iter().map(|(_, what)| *what).collect::<Vec<_>>(), [Reopening::Awake, Reopening::Batched]);
    assert_eq!(here.triage().unwrap().undecided().len(), 2);
    here.commit(at(OPENING + 3));
    here.sync(at(OPENING + 4));
    assert_eq!(server.place(1).unwrap(), inbox(unread()), "the keyword of the deferral is gone");
    assert!(here.begin(at(1_440)));
    assert_eq!(laid_out(&here)[0], here.id(1).unwrap());
    here.sound();
}

#[test]
fn a_commit_of_fifty_goes_back_in_one_command() {
    let server = Server::new();
    (1..=50).for_each(|number| server.deliver(number, at(-1)));
    let (mut here, mut there) = (Machine::new(&server), Machine::new(&server));
    there.sync(at(0));
    here.read(at(0));
    assert!(here.begin(at(0)));
    for number in 1..=50 {
        let (decision, _) = &FINISHED[number as usize % FINISHED.len()];
        here.decide(decision.clone(), number, at(1));
    }
    here.commit(at(2));
    here.sync(at(3));
    there.sync(at(4));
    let ids = finished_in(&here.store, None).unwrap();
    assert_eq!(ids.len(), 50);
    reopen(&mut here.store, &here.config, &ids, at(5)).unwrap();
    assert_eq!(here.sync(at(6)).made, 50);
    here.sync(at(7));
    for number in 1..=50 {
        assert_eq!(server.place(number).unwrap(), inbox(unread()), "letter {number}");
    }
    assert!(finished_in(&here.store, None).is_err(), "nothing of it is left");
    // The other machine holds each of them again, once.
    for minute in 8..12 {
        there.sync(at(minute));
    }
    assert!(there.begin(at(OPENING)));
    assert_eq!(laid_out(&there).len(), 50);
    for number in 1..=50 {
        assert_eq!(there.store.message(there.id(number).unwrap()).unwrap().returned, 1, "letter {number}");
    }
    here.sound();
    there.sound();
}

#[test]
fn with_a_hard_hold_it_lies_in_the_inbox_as_what_was_carried_over_does() {
    let server = Server::new();
    server.look().held_is_read = true;
    let mut machines = [Machine::new(&server), Machine::new(&server)];
    for machine in &mut machines {
        machine.config.sources[0].hold.mode = HoldMode::Hard;
        machine.sync(at(BETWEEN - 1));
    }
    (1..=2).for_each(|number| server.deliver(number, at(BETWEEN)));
    for machine in &mut machines {
        machine.sync(at(BETWEEN));
    }
    assert_eq!(server.place(1).unwrap().0, "Held");
    let [here, there] = &mut machines;
    // Begun before anything was given back: it goes from the hold to the archive.
    assert!(here.begin(at(OPENING)));
    here.decide(Decision::Done, 1, at(OPENING));
    here.decide(Decision::Trash, 2, at(OPENING));
    here.commit(at(OPENING + 1));
    for minute in 2..5 {
        here.sync(at(OPENING + minute));
        there.sync(at(OPENING + minute));
    }
    assert_eq!([1, 2].map(|number| server.place(number).unwrap().0), ["Archive", "Trash"]);
    bring_back(here, &[1, 2], OPENING + 60);
    for minute in 61..65 {
        here.sync(at(OPENING + minute));
        there.sync(at(OPENING + minute));
        assert_eq!([1, 2].map(|number| server.place(number).unwrap()), [inbox(unread()), inbox(unread())], "{minute}");
    }
    assert_eq!([1, 2].map(|number| here.stage(number)), [Some(Stage::CarriedOver); 2]);
    for machine in &machines {
        assert_eq!(machine.store.changes_left().unwrap(), 0);
        machine.sound();
    }
}

#[test]
fn an_unmuted_thread_is_held_again_and_what_was_filed_stays() {
    let server = Server::new();
    server.deliver(1, at(-1));
    let (mut here, mut there) = (Machine::new(&server), Machine::new(&server));
    there.sync(at(0));
    here.say(Decision::Mute, 1, at(0));
    here.sync(at(1));
    there.sync(at(1));
    server.answer(2, 1, at(2));
    here.sync(at(3));
    there.sync(at(3));
    assert_eq!([1, 2].map(|number| here.stage(number)), [Some(Stage::Muted); 2]);
    let id = here.id(2).unwrap();
    let listed = muted(&here.store).unwrap();
    assert_eq!((listed.len(), listed[0].messages, listed[0].latest.id), (1, 2, id));
    let unmuted = unmute(&mut here.store, &here.config, &[id], at(4)).unwrap();
    assert_eq!(unmuted[0].filed, [here.id(1).unwrap(), id]);
    here.sync(at(5));
    assert_eq!(server.place(1), Some(("Archive".to_owned(), seen())), "filed, and without the keyword");
    assert_eq!([1, 2].map(|number| here.stage(number)), [Some(Stage::Done); 2]);
    assert!(muted(&here.store).unwrap().is_empty());
    assert!(unmute(&mut here.store, &here.config, &[id], at(6)).is_err());
    server.answer(3, 2, at(7));
    here.sync(at(8));
    assert!(here.knows(3) && here.stage(3).is_none(), "it waits for its check-in");
    // Where the other machine sees all of it back, its mute is over too.
    bring_back(&mut here, &[1], 9);
    here.sync(at(10));
    assert_eq!(server.place(1).unwrap(), inbox(unread()));
    there.sync(at(11));
    there.sync(at(12));
    assert_eq!(there.stage(1), None, "held again");
    here.sound();
    there.sound();
}
