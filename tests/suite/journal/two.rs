//! Two machines at one mailbox, and a third program: whatever happens in which order, they come to the same end, and it is the mailbox's.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use tidebox::config::Config;
use tidebox::domain::deferral;
use tidebox::domain::keyword::Keyword;
use tidebox::domain::message::Stage;
use tidebox::domain::positions::{Position, Positions};
use tidebox::domain::triage::{Until, Verb};

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
    /// It writes back and is killed after so many steps.
    Killed(u32),
    /// A third program moves a letter out of INBOX.
    Moved(u32, &'static str),
}

fn steps() -> impl Strategy<Value = Vec<(bool, Step)>> {
    let step = prop_oneof![
        2 => Just(Step::Deliver),
        2 => Just(Step::Read),
        3 => Just(Step::Sync),
        3 => Just(Step::Begin),
        6 => (0..7_u8, 0..6_u32, 1..4_usize).prop_map(|(verb, which, ahead)| Step::Decide { verb, which, ahead }),
        3 => Just(Step::Commit),
        1 => Just(Step::Wake),
        1 => (0..6_u32).prop_map(Step::Killed),
        1 => (1..6_u32, prop::sample::select(vec!["Archive", "Trash", "Junk"])).prop_map(|(letter, to)| Step::Moved(letter, to)),
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
}

fn end_there(server: &Server, number: u32) -> End {
    let (folder, flags) = server.place(number).expect("nothing is lost");
    let calendar = Config::embedded(chrono_tz::Tz::UTC).calendar;
    let deferred = deferral::window(&flags.keywords, &calendar, at(0)).map(|until| until.opens);
    match (folder.as_str(), deferred) {
        ("Archive", _) if flags.keywords.contains(&Keyword::Muted) => End::Muted,
        ("Archive", _) => End::Done,
        ("Trash", _) => End::Trash,
        ("Junk", _) => End::Spam,
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
        _ => End::Open,
    }
}

fn verb(which: u8, until: Until) -> Verb {
    match which {
        0 | 1 => Verb::Done,
        2 => Verb::Trash,
        3 => Verb::Defer(until),
        4 => Verb::Later,
        5 => Verb::Spam,
        _ => Verb::Mute,
    }
}

fn run(steps: Vec<(bool, Step)>) {
    let server = Server::new();
    let mut machines = [Machine::new(&server), Machine::new(&server)];
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
            Step::Read => machine.read(clock),
            Step::Sync => {
                machine.sync(clock);
            }
            Step::Begin => {
                if machine.triage().is_none() {
                    machine.begin(clock);
                }
            }
            Step::Decide { verb: which, which: place, ahead } => {
                let window = machine.config.calendar.nth_after(clock, ahead).expect("it comes");
                let until = Until::of(&window);
                if let Some(mut triage) = machine.triage()
                    && let Some(act) = triage.decide(verb(which, until), &Positions::from(Position(place)))
                {
                    machine.store.record(triage.batch().id(), &act, clock).unwrap();
                }
            }
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
            Step::Moved(letter, to) => {
                if letter <= letters && server.place(letter).is_some_and(|(folder, _)| folder == "INBOX") {
                    server.carry(letter, to);
                }
            }
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
    let settled = server.look().all.clone();
    for machine in &mut machines {
        machine.sync(clock + TimeDelta::hours(3));
        assert_eq!(machine.store.changes_left().unwrap(), 0, "{:?}", machine.journal());
        machine.sound();
    }
    assert_eq!(server.look().all, settled, "there is nothing left to do");
    for number in 1..=letters {
        let there = end_there(&server, number);
        for (which, machine) in machines.iter().enumerate() {
            // One that was archived before this machine saw it is nothing to it.
            if machine.stage(number).is_none() && !machine.knows(number) {
                continue;
            }
            assert_eq!(end_here(machine, number), there, "letter {number} on machine {which}: {:?}", machine.journal());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn two_machines_come_to_the_same_end(steps in steps()) {
        run(steps);
    }
}
