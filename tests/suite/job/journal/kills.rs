//! Holds `src/job/write_back.rs`, `src/store/journal.rs`, `src/store/closing.rs`: the program is killed at each step of
//! writing back, and goes on later as if nothing had happened.

use super::machine::{Machine, at, written_decisions};
use super::server::{Folders, Server};

/// A machine whose commit has something of every kind to be done.
fn committed() -> (Server, Machine) {
    let server = Server::new();
    (1..=6).for_each(|number| server.deliver(number, at(-1)));
    let mut here = Machine::new(&server);
    here.read(at(0));
    assert!(here.begin(at(0)));
    for (number, (decision, ..)) in (1..).zip(written_decisions(&here.window(1))) {
        here.decide(decision, number, at(1));
    }
    here.commit(at(2));
    (server, here)
}

fn lies(server: &Server) -> std::collections::BTreeMap<String, Vec<String>> {
    let told = |folders: &Folders| {
        let flat = |copies: &std::collections::BTreeMap<u32, super::server::Lies>| {
            let mut all: Vec<String> =
                copies.values().map(|copy| format!("{} {}", copy.raw.len(), copy.flags)).collect();
            all.sort();
            all
        };
        folders.all.iter().map(|(name, copies)| (name.clone(), flat(copies))).collect()
    };
    told(&server.look())
}

#[test]
fn killed_at_any_step_it_ends_as_if_it_had_not_been() {
    let (golden, mut whole) = committed();
    whole.sync(at(3));
    let mut points = 0;
    loop {
        let (server, mut here) = committed();
        if !here.write_back_killed_after(points, at(3)) {
            break;
        }
        points += 1;
        // Half of the time it first reads what it has done itself.
        if points % 2 == 0 {
            here.read(at(4));
        }
        here.sync(at(30));
        here.sync(at(31));
        assert_eq!(lies(&server), lies(&golden), "killed at step {points}");
        assert_eq!(here.store.changes_left().unwrap(), 0, "killed at step {points}");
        assert!(here.states().iter().all(|state| state.ends_with("made")), "{:?}", here.states());
        for number in 1..=6 {
            assert_eq!(here.stage(number), whole.stage(number), "killed at step {points}: letter {number}");
        }
        here.sound();
    }
    assert!(points > 15, "only {points} steps were met");
}

#[test]
fn killed_again_and_again_it_comes_to_the_same_end() {
    let (golden, mut whole) = committed();
    whole.sync(at(3));
    let (server, mut here) = committed();
    let mut tries = 0;
    while here.write_back_killed_after(2 + tries, at(10 + 90 * i64::from(tries))) {
        tries += 1;
        assert!(tries < 100, "it gets nowhere");
    }
    here.sync(at(100_000));
    assert_eq!(lies(&server), lies(&golden));
    here.sound();
}
