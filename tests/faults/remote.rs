//! Accounts on a real server, in full: many kills, at random instants and at the calls by which the program speaks and
//! writes; many cuts; many interleavings of two machines.

use super::accounts::decided::Decided;
use super::accounts::{EARLY, OPEN, faults, home_with, kills, stored, two_machines};
use super::strace::{Fate, run};
use super::{part, tell};
use crate::support::servers::letters::{letter, message_id};
use crate::support::servers::{Account, Kind};

/// By which a program speaks to a server and writes to its disk.
const CALLS: [&str; 4] = ["sendto", "write", "pwrite64", "fdatasync"];

const MAILS: usize = 40;

pub fn killed() -> u32 {
    let mut instants = 0;
    if !part::is_of_calls() {
        let reading = kills::in_reading(100);
        tell("reading, random instants", reading, 0);
        let commit = kills::in_commit(100);
        tell("commit, random instants", commit, 0);
        instants = reading + commit;
    }
    let (read, written) = at_calls();
    instants + read + written
}

/// Killed at the first, second, … call of each kind, until a run comes to its end.
fn at_calls() -> (u32, u32) {
    let Some(account) = Account::on(Kind::Dovecot, "calls") else { return (0, 0) };
    account.client().append_many("INBOX", (0..MAILS).map(letter));
    let source = account.plain_source("work", account.server.port);
    let mut all: Vec<String> = (0..MAILS).map(message_id).collect();
    all.sort();
    let (mut read, mut written) = (0, 0);
    for call in CALLS {
        let tried = part::sweep(call, Fate::Kill, 1, |number| {
            let home = home_with(&source);
            let done = run(&home, EARLY, &["sync"], call, number, Fate::Kill).status.success();
            assert_eq!(home.run(EARLY, &["sync"]).code, 0, "{call} {number}");
            assert_eq!(stored(&home), all, "{call} {number}");
            home.assert_whole();
            done
        });
        read += tried.points;
    }
    tell("reading, at each call", read, 0);
    let decided = Decided::prepare(Account::on(Kind::Dovecot, "callscommit").unwrap(), 14);
    for call in CALLS {
        let tried = part::sweep(call, Fate::Kill, 1, |number| {
            let (home, account) = decided.copied(&format!("callscommit-{call}{number}"), account.server.port);
            let done = run(&home, OPEN, &["commit"], call, number, Fate::Kill).status.success();
            decided.judge(&home, &account, &format!("killed at {call} {number}"));
            done
        });
        written += tried.points;
    }
    tell("commit, at each call", written, 0);
    (read, written)
}

pub fn cut() -> u32 {
    let reading = faults::in_reading(150);
    tell("reading", reading, 0);
    let commit = faults::in_commit(100);
    tell("commit", commit, 0);
    reading + commit
}

pub fn two_on_dovecot() -> u32 {
    two(Kind::Dovecot, 200)
}

pub fn two_on_cyrus() -> u32 {
    two(Kind::Cyrus, 50)
}

fn two(kind: Kind, cases: u32) -> u32 {
    let met = two_machines::interleavings(kind, cases, 40, None);
    tell("interleavings", met, 0);
    met
}
