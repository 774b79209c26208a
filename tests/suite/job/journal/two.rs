//! Holds `src/store/reconcile.rs`, `src/store/hold.rs`, `src/store/away.rs`, `src/job/write_back.rs`: two machines at
//! one mailbox, each with a soft or a hard hold, and a phone: whatever happens in which order, they come to the same
//! end, and it is the mailbox's.

use std::collections::{BTreeMap, BTreeSet};
use tidebox::domain::schedule::Zone;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use tidebox::config::{Config, HoldMode};
use tidebox::domain::deferral;
use tidebox::domain::flags::Flags;
use tidebox::domain::keyword::Keyword;
use tidebox::domain::message::Stage;
use tidebox::domain::positions::{Position, Positions};
use tidebox::domain::triage::{Decision, Until};

use super::machine::{Machine, at};
use super::server::Server;

#[derive(Debug, Clone)]
enum Step {
    Deliver,
    Read,
    Sync,
    Begin,
    Decide {
        verb: u8,
        which: u32,
        ahead: usize,
    },
    Commit,
    Wake,
    /// What it has finished with is brought back.
    Reopen(u32),
    /// It writes back and is killed after so many steps.
    Killed(u32),
    /// The phone moves a letter out of INBOX, or out of what is held.
    Moved(u32, &'static str),
    /// It takes back what it did, or what was done: the letter lies unread in INBOX.
    Back(u32),
    /// It gives the folder of its snoozed letters another name.
    Renamed,
}

/// What the phone calls the folder of its snoozed letters.
const SNOOZED: [&str; 2] = ["Snoozed", "Später"];

fn steps() -> impl Strategy<Value = Vec<(bool, Step)>> {
    let step = prop_oneof![
        2 => Just(Step::Deliver),
        2 => Just(Step::Read),
        3 => Just(Step::Sync),
        3 => Just(Step::Begin),
        6 => (0..7_u8, 0..6_u32, 1..4_usize).prop_map(|(verb, which, ahead)| Step::Decide { verb, which, ahead }),
        3 => Just(Step::Commit),
        1 => Just(Step::Wake),
        2 => (1..6_u32).prop_map(Step::Reopen),
        1 => (0..6_u32).prop_map(Step::Killed),
        1 => (1..6_u32, prop::sample::select(vec!["Archive", "Trash", "Junk", SNOOZED[0]]))
            .prop_map(|(letter, to)| Step::Moved(letter, to)),
        2 => (1..6_u32).prop_map(Step::Back),
        1 => Just(Step::Renamed),
    ];
    prop::collection::vec((any::<bool>(), step), 1..60)
}

/// What is to be seen of a letter at the end.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Open,
    Deferred(DateTime<Utc>),
    Done,
    Muted,
    Trash,
    Spam,
    Filed,
}

fn end_there(server: &Server, number: u32) -> End {
    let (folder, flags) = server.place(number).expect("nothing is lost");
    let calendar = Config::embedded(Zone::UTC).calendar;
    let deferred = deferral::window(&flags.keywords, &calendar, at(0)).map(|until| until.opens);
    match (folder.as_str(), deferred) {
        ("Trash", _) => End::Trash,
        ("Junk", _) => End::Spam,
        (_, _) if flags.keywords.contains(&Keyword::Muted) => End::Muted,
        ("Archive", _) => End::Done,
        (folder, _) if SNOOZED.contains(&folder) => End::Filed,
        (_, Some(opens)) => End::Deferred(opens),
        _ => End::Open,
    }
}

fn end_here(machine: &Machine, number: u32) -> End {
    match machine.stage(number) {
        Some(Stage::Deferred) => machine.until(number).map_or(End::Open, End::Deferred),
        Some(Stage::Done) => End::Done,
        Some(Stage::Muted) => End::Muted,
        Some(Stage::Trash) => End::Trash,
        Some(Stage::Spam) => End::Spam,
        Some(Stage::Filed) => End::Filed,
        Some(Stage::Gone) => panic!("letter {number} is gone"),
        _ => End::Open,
    }
}

fn verb(which: u8, until: Until) -> Decision {
    match which {
        0 | 1 => Decision::Done,
        2 => Decision::Trash,
        3 => Decision::Defer(until),
        4 => Decision::Later,
        5 => Decision::Spam,
        _ => Decision::Mute,
    }
}

/// As far as machines agree about a letter that went to and fro: one that did not look meanwhile knows the last way of it,
/// another one the first. A mute counts only where the mailbox has it.
#[derive(Debug, PartialEq, Eq)]
enum Group<'e> {
    Waits(&'e End),
    Over,
    MutedHereAlone,
}

impl End {
    fn group(&self, mute_is_written: bool) -> Group<'_> {
        match self {
            Self::Open | Self::Deferred(_) => Group::Waits(self),
            Self::Muted if !mute_is_written => Group::MutedHereAlone,
            Self::Done | Self::Trash | Self::Spam | Self::Filed | Self::Muted => Group::Over,
        }
    }
}

/// Letters that the phone took back.
#[derive(Debug, Default)]
struct TakenBack {
    all: BTreeSet<u32>,
    /// Since a machine looked.
    fresh: BTreeSet<u32>,
    /// And moved once more before a machine looked.
    unseen: BTreeSet<u32>,
}

/// What the phone does.
fn phone(server: &Server, step: &Step, went: &mut TakenBack) {
    match *step {
        Step::Moved(letter, to) => {
            let to = if server.look().all.contains_key(to) { to } else { SNOOZED[1] };
            let there = server.place(letter).map(|(folder, _)| folder);
            if there.is_some_and(|folder| folder == "INBOX" || folder == "Held") {
                server.carry(letter, to);
                if went.fresh.contains(&letter) {
                    went.unseen.insert(letter);
                }
            }
        }
        Step::Back(letter) => {
            if let Some((folder, flags)) = server.place(letter).filter(|(folder, _)| folder != "Held") {
                if folder != "INBOX" {
                    server.flag(letter, &Flags { seen: false, ..flags });
                }
                server.carry(letter, "INBOX");
                went.all.insert(letter);
                went.fresh.insert(letter);
                went.unseen.remove(&letter);
            }
        }
        _ => {
            let mut server = server.look();
            let (from, to) = if server.all.contains_key(SNOOZED[0]) { (0, 1) } else { (1, 0) };
            let letters = server.all.remove(SNOOZED[from]).expect("one of the two");
            server.all.insert(SNOOZED[to].to_owned(), letters);
        }
    }
}

/// Decides about the message at a place of the open batch, where there is one.
fn decide(machine: &mut Machine, (which, place, ahead): (u8, u32, usize), now: DateTime<Utc>) {
    let window = machine.config.calendar.nth_after(now, ahead).expect("it comes");
    let until = Until::of(&window);
    if let Some(mut triage) = machine.triage()
        && let Some(act) = triage.decide(verb(which, until), &Positions::from(Position(place)))
    {
        machine.store.record(triage.batch().id(), &act, now).unwrap();
    }
}

/// Reopens a letter that this machine has finished with; whether it has.
fn bring_back(machine: &mut Machine, letter: u32, now: DateTime<Utc>) -> bool {
    let finished = machine.stage(letter).is_some_and(Stage::is_over);
    if finished {
        let id = machine.id(letter).expect("it may be seen");
        tidebox::job::reopen::reopen(&mut machine.store, &machine.config, &[id], now).unwrap();
    }
    finished
}

fn run(holds: [HoldMode; 2], steps: Vec<(bool, Step)>) {
    let server = Server::new();
    server.look().held_is_read = true;
    server.look().all.insert(SNOOZED[0].to_owned(), BTreeMap::new());
    let mut machines = holds.map(|hold| {
        let mut machine = Machine::new(&server);
        machine.config.sources[0].hold.mode = hold;
        machine
    });
    let mut went = TakenBack::default();
    let mut reopened = BTreeSet::new();
    let (mut clock, mut letters) = (at(0), 0);
    for (first, step) in steps {
        // Windows pass; what is deferred comes back.
        clock += TimeDelta::hours(3);
        let machine = &mut machines[usize::from(first)];
        match step {
            Step::Deliver => {
                letters += 1;
                server.deliver(letters, clock);
            }
            Step::Read => {
                machine.read(clock);
                went.fresh.clear();
            }
            Step::Sync => {
                machine.sync(clock);
                went.fresh.clear();
            }
            Step::Begin => {
                if machine.triage().is_none() {
                    machine.begin(clock);
                }
            }
            Step::Decide { verb, which, ahead } => decide(machine, (verb, which, ahead), clock),
            Step::Commit => {
                if machine.triage().is_some() {
                    machine.commit(clock);
                }
            }
            Step::Wake => {
                let plan = tidebox::job::close::plan(&machine.config);
                let deferred: Vec<_> = machine.store.deferred().unwrap().iter().map(|(it, _)| it.id).take(1).collect();
                machine.store.wake(&deferred, &plan, clock).unwrap();
            }
            Step::Reopen(letter) => {
                if bring_back(machine, letter, clock) {
                    reopened.insert(letter);
                }
            }
            Step::Moved(..) | Step::Back(_) | Step::Renamed => phone(&server, &step, &mut went),
            Step::Killed(steps) => {
                machine.write_back_killed_after(steps, clock);
            }
        }
    }
    for machine in &mut machines {
        if machine.triage().is_some() {
            machine.commit(clock);
        }
    }
    for _ in 0..4 {
        clock += TimeDelta::hours(3);
        for machine in &mut machines {
            machine.sync(clock);
        }
    }
    // No window opens in these minutes: nothing is released.
    for machine in [0, 1, 0, 1] {
        clock += TimeDelta::minutes(2);
        machines[machine].sync(clock);
    }
    let settled = server.look().all.clone();
    for machine in &mut machines {
        machine.sync(clock + TimeDelta::minutes(2));
        assert_eq!(machine.store.changes_left().unwrap(), 0, "{:?}", machine.journal());
        machine.sound();
    }
    assert_eq!(server.look().all, settled, "there is nothing left to do");
    for number in 1..=letters {
        let there = end_there(&server, number);
        // One that was archived before a machine saw it is nothing to it.
        let known = machines.iter().filter(|machine| machine.stage(number).is_some() || machine.knows(number));
        let here: Vec<End> = known.map(|machine| end_here(machine, number)).collect();
        let said = || {
            format!(
                "letter {number}: {here:?}, {there:?} on the server {:?}",
                machines.each_ref().map(Machine::journal)
            )
        };
        if reopened.contains(&number) {
            // A copy that somebody filed meanwhile stays there, and is open here all the same. One that is back is open
            // everywhere.
            let waits = here.iter().all(|end| matches!(end, End::Open | End::Deferred(_)));
            assert!(there != End::Open || waits, "{}", said());
        } else if went.all.contains(&number) {
            let muted = server.place(number).is_some_and(|(_, flags)| flags.keywords.contains(&Keyword::Muted));
            assert!(here.iter().all(|end| end.group(muted) == there.group(muted)), "{}", said());
            assert!(here.is_empty() || went.unseen.contains(&number) || here.contains(&there), "{}", said());
        } else {
            assert!(here.iter().all(|end| *end == there), "{}", said());
        }
    }
}

/// A mute that somebody else was before is none: what it was said of comes back here as on the other machine, and so does
/// what came into the thread between the commit and its end.
#[test]
fn a_mute_that_was_overtaken_mutes_nothing() {
    for folder in ["Archive", "Trash", "Junk", SNOOZED[0]] {
        let server = Server::new();
        server.look().all.insert(SNOOZED[0].to_owned(), BTreeMap::new());
        server.deliver(1, at(0));
        let [mut one, mut other] = [Machine::new(&server), Machine::new(&server)];
        other.sync(at(0));
        one.read(at(0));
        assert!(one.begin(at(0)));
        server.carry(1, folder);
        one.decide(Decision::Mute, 1, at(1));
        one.commit(at(2));
        server.answer(2, 1, at(3));
        one.read(at(3));
        assert_eq!(one.stage(2), Some(Stage::Muted), "{folder}: it is not known yet");
        one.write_back(at(4)).unwrap();
        assert_eq!(one.states(), ["mute overtaken"]);
        server.carry(1, "INBOX");
        for minute in 5..8 {
            one.sync(at(minute));
            other.sync(at(minute));
        }
        assert_eq!([one.stage(1), other.stage(1), other.stage(2)], [None; 3], "{folder}: held");
        assert_eq!(one.stage(2), Some(Stage::CarriedOver), "{folder}: it could be seen, and is in the next batch");
        assert!(one.begin(at(360)) && other.begin(at(360)), "{folder}");
        one.sound();
    }
}

/// Where another message of the thread was muted, and is, the thread stays muted.
#[test]
fn a_mute_that_was_overtaken_for_one_message_stands_for_the_others() {
    let server = Server::new();
    server.deliver(1, at(0));
    server.answer(2, 1, at(0));
    let mut here = Machine::new(&server);
    here.read(at(0));
    assert!(here.begin(at(0)));
    here.decide(Decision::Mute, 1, at(1));
    here.decide(Decision::Mute, 2, at(1));
    server.carry(2, "Archive");
    here.commit(at(2));
    here.sync(at(3));
    assert_eq!([1, 2].map(|number| here.stage(number)), [Some(Stage::Muted), Some(Stage::Done)]);
    server.answer(3, 1, at(4));
    here.sync(at(4));
    assert_eq!(here.stage(3), Some(Stage::Muted));
    here.sound();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn two_machines_come_to_the_same_end(hard in any::<[bool; 2]>(), steps in steps()) {
        run(hard.map(|hard| if hard { HoldMode::Hard } else { HoldMode::Soft }), steps);
    }
}
