//! Holds `src/store/journal_writer.rs`, `src/store/closing.rs`, `src/store/reconcile.rs`, `src/domain/write_back.rs`:
//! one machine, and other programs at the same mailbox.

use chrono::{DateTime, Utc};
use tidebox::domain::deferral;
use tidebox::domain::flags::Flags;
use tidebox::domain::keyword::Keyword;
use tidebox::domain::message::Stage;
use tidebox::domain::triage::Decision;
use tidebox::store::Listed;

use super::machine::{Machine, at, written_decisions};
use super::server::Server;

fn waits_for(opens: DateTime<Utc>) -> Flags {
    Flags { keywords: deferral::keywords(opens, opens), ..Flags::default() }
}

fn keywords(keywords: &[Keyword]) -> Flags {
    Flags { keywords: keywords.iter().copied().collect(), ..Flags::default() }
}

fn folder(server: &Server, number: u32) -> String {
    server.place(number).map_or_else(|| "nowhere".to_owned(), |(folder, _)| folder)
}

#[test]
fn every_verdict_is_done_where_the_message_lies() {
    let server = Server::new();
    (1..=7).for_each(|number| server.deliver(number, at(-1)));
    let mut here = Machine::new(&server);
    here.read(at(0));
    assert!(here.begin(at(0)));
    let decisions = written_decisions(&here.window(1));
    for (number, (decision, ..)) in (1..).zip(&decisions) {
        here.decide(decision.clone(), number, at(1));
    }
    here.decide(Decision::Skip, 7, at(1));
    let before = server.look().clone();
    assert_eq!(*server.look(), before, "nothing leaves before the commit");
    here.commit(at(2));
    assert_eq!(*server.look(), before, "nor with it: the journal has it");
    let written = here.write_back(at(2)).unwrap();
    assert_eq!((written.made, written.overtaken, written.refused), (6, 0, 0));
    let place = |number| server.place(number).expect("it is there");
    for (number, (decision, folder, flags)) in (1..).zip(decisions) {
        assert_eq!(place(number), (folder.to_owned(), flags), "{decision:?}");
    }
    assert_eq!(place(7), ("INBOX".into(), Flags::default()));
    // Run twice, read again: nothing more happens.
    let after = server.look().clone();
    assert_eq!(here.sync(at(60)), tidebox::domain::write_back_summary::WriteBackSummary::default());
    assert_eq!(server.look().all, after.all);
    assert_eq!(here.store.changes_left().unwrap(), 0);
    assert_eq!(here.store.journal(Listed::Since(at(0))).unwrap(), []);
    here.sound();
}

#[test]
fn what_was_woken_or_sent_elsewhere_is_told_at_once() {
    let server = Server::new();
    server.deliver(1, at(-1));
    let mut here = Machine::new(&server);
    let (first, second) = (here.window(1), here.window(2));
    here.say(Decision::Defer(first), 1, at(0));
    here.sync(at(1));
    let id = here.id(1).unwrap();
    let plan = tidebox::job::close::plan(&here.config);
    here.store.reschedule(&[id], &second, &plan, at(2)).unwrap();
    here.sync(at(3));
    assert_eq!(server.place(1).unwrap().1, waits_for(second.opens));
    here.store.wake(&[id], &plan, at(4)).unwrap();
    here.sync(at(5));
    assert_eq!(server.place(1).unwrap().1, Flags::default());
    assert_eq!(here.stage(1), Some(Stage::Deferred), "woken, it leads the next batch");
    assert!(here.begin(at(6)));
    here.sound();
}

#[test]
fn what_others_said_first_stands() {
    let server = Server::new();
    (1..=5).for_each(|number| server.deliver(number, at(-1)));
    let mut here = Machine::new(&server);
    here.read(at(0));
    assert!(here.begin(at(0)));
    for number in 1..=4 {
        here.decide(Decision::Done, number, at(1));
    }
    let opens = here.window(2).opens;
    server.carry(1, "Trash");
    server.flag(2, &waits_for(opens));
    server.flag(3, &Flags { seen: true, answered: true, flagged: true, ..Flags::default() });
    server.flag(4, &keywords(&[Keyword::Later]));
    // Of the fourth it is known before the commit; the batch stays what it was.
    here.read(at(2));
    assert_eq!(here.stage(4), Some(Stage::Batched));
    here.commit(at(3));
    let written = here.sync(at(4));
    assert_eq!((written.made, written.overtaken), (1, 3));
    assert_eq!([1, 2, 3, 4, 5].map(|number| folder(&server, number)), ["Trash", "INBOX", "Archive", "INBOX", "INBOX"]);
    assert_eq!(here.stage(1), Some(Stage::Trash));
    assert_eq!((here.stage(2), here.until(2)), (Some(Stage::Deferred), Some(opens)));
    assert_eq!(here.stage(3), Some(Stage::Done), "having been read elsewhere is no verdict");
    assert_eq!(here.stage(4), Some(Stage::CarriedOver));
    let told = here.store.journal(Listed::Since(at(0))).unwrap();
    assert_eq!(told.len(), 3);
    assert_eq!(told[0].attempt.why, "meanwhile it was thrown away elsewhere, and that stands");
    here.sound();
}

#[test]
fn who_said_the_same_first_is_no_conflict() {
    let server = Server::new();
    (1..=2).for_each(|number| server.deliver(number, at(-1)));
    let mut here = Machine::new(&server);
    here.read(at(0));
    assert!(here.begin(at(0)));
    here.decide(Decision::Done, 1, at(1));
    here.decide(Decision::Trash, 2, at(1));
    server.carry(1, "Archive");
    server.carry(2, "Trash");
    here.commit(at(2));
    here.sync(at(3));
    assert_eq!(here.states(), ["done made", "trash made"]);
    assert_eq!((here.stage(1), here.stage(2)), (Some(Stage::Done), Some(Stage::Trash)));
    here.sound();
}

#[test]
fn a_verdict_of_elsewhere_counts_for_what_was_left_undecided() {
    let server = Server::new();
    (1..=3).for_each(|number| server.deliver(number, at(-1)));
    let mut here = Machine::new(&server);
    here.read(at(0));
    assert!(here.begin(at(0)));
    let opens = here.window(3).opens;
    server.carry(1, "Archive");
    server.flag(2, &waits_for(opens));
    here.read(at(1));
    here.commit(at(2));
    here.sync(at(3));
    assert_eq!(here.stage(1), Some(Stage::Done));
    assert_eq!((here.stage(2), here.until(2)), (Some(Stage::Deferred), Some(opens)));
    assert_eq!(here.stage(3), Some(Stage::CarriedOver));
    assert_eq!(here.store.changes_left().unwrap(), 0);
    here.sound();
}

#[test]
fn open_messages_follow_what_happens_to_them() {
    let server = Server::new();
    (1..=8).for_each(|number| server.deliver(number, at(-1)));
    let mut here = Machine::new(&server);
    here.read(at(0));
    let opens = here.window(1).opens;
    server.carry(1, "Archive");
    server.carry(2, "Trash");
    server.carry(3, "Junk");
    server
        .look()
        .all
        .get_mut("INBOX")
        .unwrap()
        .retain(|_, copy| !String::from_utf8_lossy(&copy.raw).contains("letter-4@"));
    server.flag(5, &waits_for(opens));
    server.flag(6, &keywords(&[Keyword::Muted]));
    server.flag(7, &Flags { seen: true, deleted: true, ..Flags::default() });
    server.carry(8, "Held");
    here.sync(at(1));
    let stages = [1, 2, 3, 4, 5, 6, 7, 8].map(|number| here.stage(number));
    assert_eq!(
        stages,
        [
            Some(Stage::Done),
            Some(Stage::Trash),
            Some(Stage::Spam),
            Some(Stage::Gone),
            Some(Stage::Deferred),
            Some(Stage::Muted),
            None,
            None
        ],
        "what is read or marked to be deleted elsewhere is held on, and so is what is held there"
    );
    server.flag(5, &Flags::default());
    here.sync(at(2));
    assert_eq!(here.stage(5), Some(Stage::CarriedOver), "taken back");
    server.carry(8, "INBOX");
    here.sync(at(3));
    assert_eq!(here.stage(8), None, "still held");
    here.sound();
}

#[test]
fn a_new_machine_knows_what_was_said_on_others() {
    let server = Server::new();
    (1..=5).for_each(|number| server.deliver(number, at(-1)));
    let mut here = Machine::new(&server);
    let opens = here.window(1).opens;
    server.flag(1, &Flags { seen: true, ..waits_for(opens) });
    server.flag(2, &keywords(&[Keyword::Later]));
    server.flag(3, &keywords(&[Keyword::Muted]));
    server.flag(4, &keywords(&[Keyword::Done]));
    here.sync(at(0));
    assert_eq!((here.stage(1), here.until(1)), (Some(Stage::Deferred), Some(opens)), "though it was read there");
    assert_eq!(here.stage(2), Some(Stage::CarriedOver));
    assert_eq!(here.stage(3), Some(Stage::Muted));
    assert_eq!(here.stage(4), Some(Stage::History));
    assert_eq!(here.stage(5), None);
    here.sound();
}

#[test]
fn what_is_refused_waits_for_a_person_and_is_tried_again() {
    let server = Server::new();
    server.deliver(1, at(-1));
    server.look().all.remove("Archive");
    let mut here = Machine::new(&server);
    here.say(Decision::Done, 1, at(0));
    let written = here.sync(at(1));
    assert_eq!((written.refused, written.troubles.len()), (1, 1));
    assert_eq!(here.states(), ["done refused"]);
    assert_eq!(here.journal()[0].attempt.why, "there is no folder Archive; make it");
    assert_eq!(here.stage(1), Some(Stage::Done), "here it is done");
    server.look().all.insert("Archive".into(), std::collections::BTreeMap::new());
    assert_eq!(here.sync(at(2)).made, 0, "not by itself, so soon");
    assert_eq!(here.store.retry_changes(at(3)).unwrap(), 1);
    assert_eq!(here.sync(at(3)).made, 1);
    assert_eq!(folder(&server, 1), "Archive");
    here.sound();
}

#[test]
fn a_mailbox_without_keywords_keeps_what_it_can() {
    let server = Server::new();
    server.look().forgetful = true;
    server.deliver(1, at(-1));
    let mut here = Machine::new(&server);
    let until = here.window(1);
    here.say(Decision::Defer(until.clone()), 1, at(0));
    assert_eq!(here.sync(at(1)).not_kept, 1);
    here.sync(at(2));
    assert_eq!((here.stage(1), here.until(1)), (Some(Stage::Deferred), Some(until.opens)), "it is kept here");
    assert_eq!(here.states(), ["defer not kept"]);
}

#[test]
fn a_later_decision_takes_the_place_of_one_that_nobody_got_to() {
    let server = Server::new();
    server.deliver(1, at(-1));
    let mut here = Machine::new(&server);
    let until = here.window(1);
    let opens = until.opens;
    here.say(Decision::Defer(until), 1, at(0));
    // Without a connection all the while.
    assert!(letterbox_begin(&mut here, opens));
    here.decide(Decision::Trash, 1, opens);
    here.commit(opens);
    assert_eq!(here.states(), ["defer replaced", "trash open"]);
    here.sync(opens);
    assert_eq!(folder(&server, 1), "Trash");
    assert_eq!(here.states(), ["defer replaced", "trash made"]);
    here.sound();
}

fn letterbox_begin(here: &mut Machine, now: chrono::DateTime<chrono::Utc>) -> bool {
    crate::support::letterbox::begin(&mut here.store, "afternoon", now).is_some()
}
