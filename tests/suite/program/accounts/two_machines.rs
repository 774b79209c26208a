//! Holds `src/store/reconcile.rs`, `src/store/hold.rs`, `src/source/imap/change`: two machines with tidebox on one
//! account, each with a soft or a hard hold, a phone beside them, kills in between: whatever the order, in the end both
//! say the same of every message, and so does the server.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tidebox::clock::Stopwatch;

use super::home_with;
use crate::support::Home;
use crate::support::servers::client::{Client, Seen};
use crate::support::servers::letters::{letter, message_id};
use crate::support::servers::readback::{self, Message};
use crate::support::servers::{Account, Kind};

/// Instants in windows, one after the other.
const WINDOWS: [&str; 6] = [
    "2026-11-23T10:05:00+01:00",
    "2026-11-23T16:05:00+01:00",
    "2026-11-24T10:05:00+01:00",
    "2026-11-24T16:05:00+01:00",
    "2026-11-25T10:05:00+01:00",
    "2026-11-25T16:05:00+01:00",
];

/// After all of them, with the door closed.
const END: [&str; 4] = [
    "2026-11-25T18:00:00+01:00",
    "2026-11-25T20:00:00+01:00",
    "2026-11-25T22:00:00+01:00",
    "2026-11-25T23:00:00+01:00",
];

/// What the phone calls the folder of its snoozed messages, by turns.
const SNOOZED: [&str; 2] = ["Snoozed", "Later-on"];

/// One of these is taken by the suite, and printed; the sweep takes any.
const SEEDS: [u64; 4] = [1, 2, 3, 4];

#[derive(Debug, Clone)]
enum Step {
    Sync(usize),
    Begin(usize),
    /// Of the messages in the batch, one; and what is said of it.
    Decide(usize, usize, &'static str),
    Commit(usize),
    /// A command of a machine is killed after so many milliseconds.
    Killed(usize, &'static str, u64),
    Deliver,
    /// The phone moves a message out of INBOX, or out of what is held.
    Move(usize, &'static str),
    /// It takes back what was moved: a message lies unread in INBOX again.
    Back(usize),
    /// It gives the folder of its snoozed messages another name.
    Rename,
    /// It marks one.
    Flag(usize, &'static str),
    /// The next window.
    Later,
}

fn step() -> impl Strategy<Value = Step> {
    let machine = 0..2_usize;
    let verb = prop::sample::select(vec!["done", "trash", "spam", "defer", "later", "mute", "skip"]);
    prop_oneof![
        4 => machine.clone().prop_map(Step::Sync),
        4 => machine.clone().prop_map(Step::Begin),
        8 => (machine.clone(), 0..8_usize, verb).prop_map(|(machine, which, verb)| Step::Decide(machine, which, verb)),
        4 => machine.clone().prop_map(Step::Commit),
        2 => (machine, prop::sample::select(vec!["sync", "commit"]), 5..120_u64)
            .prop_map(|(machine, command, after)| Step::Killed(machine, command, after)),
        3 => Just(Step::Deliver),
        3 => (0..8_usize, prop::sample::select(vec!["Archive", "Trash", "Junk", SNOOZED[0]]))
            .prop_map(|(at, to)| Step::Move(at, to)),
        3 => (0..8_usize).prop_map(Step::Back),
        1 => Just(Step::Rename),
        1 => (0..8_usize, prop::sample::select(vec!["\\Flagged", "\\Answered"])).prop_map(|(at, flag)| Step::Flag(at, flag)),
        2 => Just(Step::Later),
    ]
}

/// What a machine says of a message, or its place and keywords do, as far as another one can say the same.
#[derive(Clone, PartialEq, Eq)]
struct Said(String);

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Said {
    fn is_open(&self) -> bool {
        self.0 == "open" || self.0.starts_with("deferred")
    }

    /// The same for those in which all agree of a message that went to and fro: who did not look meanwhile knows the last way
    /// of it, another one the first. A mute counts only where the mailbox has it.
    fn roughly(&self, message: &Message) -> &str {
        match self.0.as_str() {
            "done" | "trash" | "spam" | "filed" => "finished with",
            "muted" if message.has("$TideMuted") => "finished with",
            said => said,
        }
    }

    /// What the mailbox says of a message that is no longer open.
    fn by(folder: &str, message: &Message) -> &'static str {
        match folder {
            "Trash" => "trash",
            "Junk" => "spam",
            _ if message.has("$TideMuted") => "muted",
            "Archive" => "done",
            folder if SNOOZED.contains(&folder) => "filed",
            _ => "open",
        }
    }
}

struct World {
    account: Account,
    machines: [Home; 2],
    window: usize,
    delivered: usize,
    /// The Message-IDs of those that the phone took back.
    went: BTreeSet<String>,
    /// And of those of them that it took back and moved once more before a machine could see it.
    unseen: BTreeSet<String>,
    /// What it took back since a machine looked.
    fresh: BTreeSet<String>,
}

impl World {
    fn new(kind: Kind, user: &str, hard: [bool; 2]) -> Option<Self> {
        let account = Account::on(kind, user)?;
        let machines = hard.map(|hard| {
            let hold = if hard { "hard" } else { "soft" };
            home_with(&format!("{}hold = \"{hold}\"\n", account.plain_source("work", account.server.port)))
        });
        account.client().ok(&format!("CREATE {}", SNOOZED[0]));
        let mut world = Self {
            account,
            machines,
            window: 0,
            delivered: 0,
            went: BTreeSet::new(),
            unseen: BTreeSet::new(),
            fresh: BTreeSet::new(),
        };
        for _ in 0..5 {
            world.take(&Step::Deliver);
        }
        for machine in 0..2 {
            world.take(&Step::Sync(machine));
        }
        Some(world)
    }

    fn take(&mut self, step: &Step) {
        let at = WINDOWS[self.window];
        let run = |machine: usize, arguments: &[&str]| {
            let ran = self.machines[machine].run(at, arguments);
            assert!(!ran.err.contains("panicked"), "{step:?}: {}", ran.err);
            // What can't be done now, such as a batch that is not there, is said and is no failure of ours.
            assert!(ran.code != 1 || !ran.err.contains("database"), "{step:?}: {}", ran.err);
        };
        match step {
            Step::Sync(machine) => {
                run(*machine, &["sync"]);
                self.fresh.clear();
            }
            Step::Begin(machine) => run(*machine, &["begin"]),
            Step::Commit(machine) => run(*machine, &["commit"]),
            Step::Decide(machine, which, verb) => {
                let ids = self.machines[*machine].sqlite("SELECT id FROM message WHERE stage = 'in batch' ORDER BY id");
                let ids: Vec<&str> = ids.lines().collect();
                if let Some(id) = ids.get(which % ids.len().max(1)) {
                    let to: &[&str] = if *verb == "defer" { &["--to", "tomorrow"] } else { &[] };
                    run(*machine, &[&["decide", verb], to, &[id]].concat());
                }
            }
            Step::Killed(machine, command, after) => {
                let mut child = self.machines[*machine]
                    .command(at, &[command])
                    .stdin(Stdio::null())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .unwrap();
                let watch = Stopwatch::start();
                while watch.elapsed() < Duration::from_millis(*after) && child.try_wait().unwrap().is_none() {
                    std::thread::sleep(Duration::from_millis(1));
                }
                let _ = child.kill();
                child.wait().unwrap();
            }
            Step::Deliver => {
                // None that answers another: what a mute takes along is another question.
                let number = self.delivered * 7 + 1;
                self.account.client().append("INBOX", "", [letter(number)]);
                self.delivered += 1;
            }
            Step::Move(which, to) => {
                let mut client = self.account.client();
                let folders = client.folders();
                let to = if folders.iter().any(|name| name == to) { to } else { SNOOZED[1] };
                let from = ["INBOX", "Held"].into_iter().filter(|name| folders.iter().any(|folder| folder == name));
                let moved = carry(&mut client, from, *which, to);
                self.unseen.extend(moved.filter(|id| self.fresh.contains(id)));
            }
            Step::Back(which) => {
                let mut client = self.account.client();
                let folders = client.folders();
                let from = ["Archive", "Trash", "Junk"].into_iter().chain(SNOOZED);
                let from = from.filter(|name| folders.iter().any(|folder| folder == name));
                if let Some(id) = carry(&mut client, from, *which, "INBOX") {
                    self.unseen.remove(&id);
                    self.fresh.insert(id.clone());
                    self.went.insert(id);
                }
            }
            Step::Rename => {
                let mut client = self.account.client();
                let first = client.folders().iter().any(|name| name == SNOOZED[0]);
                let (from, to) = if first { (0, 1) } else { (1, 0) };
                client.ok(&format!("RENAME {} {}", SNOOZED[from], SNOOZED[to]));
            }
            Step::Flag(which, flag) => {
                let mut client = self.account.client();
                let there = client.list("INBOX");
                if let Some(one) = there.get(which % there.len().max(1)) {
                    client.store(one.uid, "+FLAGS", flag);
                }
            }
            Step::Later => self.window = (self.window + 1).min(WINDOWS.len() - 1),
        }
    }

    /// Both read on until nothing changes any more.
    fn settle(&self) {
        for at in END {
            for machine in &self.machines {
                // What is open is closed by the time; what was to be tried again is tried.
                let ran = machine.run(at, &["sync"]);
                assert_eq!(ran.code, 0, "{ran:?}");
            }
        }
        let before = self.account.read_back();
        for machine in &self.machines {
            machine.run(END[END.len() - 1], &["sync"]);
            machine.assert_whole();
            let open =
                machine.sqlite("SELECT message, cause, target, state, tries, why FROM journal WHERE closed IS NULL");
            assert_eq!(open.trim(), "", "nothing is left to do");
        }
        assert_eq!(self.account.read_back(), before, "nothing changes any more");
    }

    fn said(&self, machine: usize) -> BTreeMap<String, Said> {
        let rows = self.machines[machine].sqlite(
            "SELECT message_id || '|' || CASE \
               WHEN stage IN ('held', 'let through', 'in batch', 'carried over') THEN 'open' \
               WHEN stage = 'history' THEN 'done' \
               WHEN stage = 'deferred' THEN 'deferred ' || \
                 coalesce((SELECT opens FROM deferred WHERE deferred.message = message.id), '') \
               ELSE stage END FROM message",
        );
        rows.lines()
            .filter_map(|row| row.split_once('|'))
            .map(|(id, said)| (id.to_owned(), Said(said.to_owned())))
            .collect()
    }

    fn judge(&self) {
        let [one, other] = [self.said(0), self.said(1)];
        let there = self.account.read_back();
        for number in 0..self.delivered {
            let id = message_id(number * 7 + 1);
            let places = readback::places(&there, &id);
            assert_eq!(places.len(), 1, "{id} is on the server once: {places:?}");
            let (folder, message) = places[0];
            let both = [one.get(&id), other.get(&id)];
            let told = || format!("{id}: {both:?}, in {folder} {:?}", message.flags);
            let said: Vec<&Said> = both.into_iter().flatten().collect();
            let Some(first) = said.first() else { continue };
            // What was filed before the other machine saw it, it need not know.
            assert!(!first.is_open() || said.len() == both.len(), "{}", told());
            let there = Said::by(folder, message);
            let in_place = |one: &&Said| one.0 == "done" || one.is_open();
            if message.flags.contains("\\Answered") && folder == "INBOX" && said.iter().all(in_place) {
                // What was put off and answered elsewhere is done, and stays where it lies; what is held or in a batch stays open.
            } else if first.is_open() {
                assert!(["INBOX", "Held"].contains(&folder) && said.iter().all(|one| one == first), "{}", told());
            } else if self.went.contains(&id) {
                assert!(said.iter().all(|one| one.roughly(message) == "finished with"), "{}", told());
                let unseen = self.unseen.contains(&id);
                assert!(unseen || said.iter().any(|one| one.0 == there), "{}", told());
            } else {
                assert!(said.iter().all(|one| one.0 == there), "{}", told());
            }
        }
    }
}

/// Moves one of the messages of some folders, and marks it unread where it comes back; its Message-ID.
fn carry(client: &mut Client, from: impl Iterator<Item = &'static str>, which: usize, to: &str) -> Option<String> {
    let there: Vec<(&str, Seen)> =
        from.flat_map(|folder| client.list(folder).into_iter().map(move |seen| (folder, seen))).collect();
    let (folder, one) = there.get(which % there.len().max(1))?;
    client.select(folder);
    if to == "INBOX" {
        client.store(one.uid, "-FLAGS", "\\Seen");
    }
    client.move_to(one.uid, to);
    Some(one.message_id.clone())
}

/// So many interleavings, of up to so many steps, by the seed in `TIDEBOX_SEED`, or this one, or one by chance.
pub fn interleavings(kind: Kind, cases: u32, steps: usize, seed: Option<u64>) -> u32 {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    if Account::on(kind, "two").is_none() {
        return 0;
    }
    let before = NUMBER.load(Ordering::SeqCst);
    let seed = std::env::var("TIDEBOX_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .or(seed)
        .unwrap_or_else(|| fastrand::u64(..));
    eprintln!("{kind:?}: TIDEBOX_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, max_shrink_iters: 200, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let ran = runner.run(&(any::<[bool; 2]>(), prop::collection::vec(step(), 1..steps)), |(hard, steps)| {
        let user = format!("two{}", NUMBER.fetch_add(1, Ordering::SeqCst));
        let Some(mut world) = World::new(kind, &user, hard) else { return Ok(()) };
        for step in &steps {
            world.take(step);
        }
        world.settle();
        world.judge();
        Ok(())
    });
    if let Err(error) = ran {
        panic!("TIDEBOX_SEED={seed}: {error}");
    }
    NUMBER.load(Ordering::SeqCst) - before
}

#[test]
fn two_machines_come_to_the_same() {
    let seed = fastrand::choice(SEEDS);
    interleavings(Kind::Dovecot, 6, 24, seed);
    interleavings(Kind::Cyrus, 2, 24, seed);
}

/// What is so after these steps, with two soft holds.
fn after(user: &str, steps: &[Step]) {
    let Some(mut world) = World::new(Kind::Dovecot, user, [false, false]) else { return };
    for step in steps {
        world.take(step);
    }
    world.settle();
    world.judge();
}

/// What was done here, taken back by a phone and archived by it once more is done, and so is what it archived besides.
#[test]
fn what_a_phone_takes_back_and_archives_again_is_done() {
    use Step::{Back, Begin, Commit, Decide, Deliver, Move, Sync};
    let steps = [
        Begin(0),
        Decide(0, 0, "done"),
        Sync(0),
        Sync(0),
        Deliver,
        Sync(0),
        Commit(0),
        Back(0),
        Sync(0),
        Move(0, "Archive"),
        Move(4, "Archive"),
    ];
    after("twoagain", &steps);
}

/// A mute of one machine that a phone was before is known to no other one: it mutes nothing.
#[test]
fn what_a_phone_archived_before_a_mute_and_takes_back_is_open_on_both() {
    use Step::{Back, Begin, Decide, Later, Move, Sync};
    after("twomute", &[Begin(1), Decide(1, 4, "mute"), Later, Move(4, "Archive"), Sync(1), Back(0)]);
}

/// The phone takes a muted message back: it is open on both machines, whoever muted it, and whoever looks first.
#[test]
fn a_muted_message_that_comes_back_is_open_on_both() {
    for first in [0, 1] {
        let Some(mut world) = World::new(Kind::Dovecot, &format!("mutedback{first}"), [false, false]) else { return };
        let steps = [Step::Begin(1), Step::Begin(0), Step::Decide(1, 0, "mute"), Step::Commit(1), Step::Sync(0)];
        let back = [Step::Back(0), Step::Sync(first), Step::Sync(1 - first)];
        for step in steps.iter().chain(&back) {
            world.take(step);
        }
        world.settle();
        world.judge();
    }
}
