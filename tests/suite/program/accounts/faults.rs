//! Holds `src/source/imap`, `src/net`, `src/job/write_back.rs`: what happens to a connection at any byte of it:
//! afterwards all is as it would have been without.

use std::fmt::Write as _;
use std::time::Duration;

use super::decided::Decided;
use super::{EARLY, OPEN, bounded, home_with, stored, wait_for};
use crate::support::running::Running;
use crate::support::servers::letters::{letter, message_id};
use crate::support::servers::proxy::{Fault, Proxy, Way};
use crate::support::servers::{Account, Kind, Server};

const MAILS: usize = 30;

/// What garbage comes in.
const GARBAGE: &[u8] = b"\r\n* \xFF\x00{3}\r\n)(\"";

/// So many faults of each kind, at points spread over so many bytes.
fn spread(bytes: u64, points: u64) -> impl Iterator<Item = u64> {
    // The number is odd and no power of two, so that the points fall on every part of a line.
    (0..points)
        .map(move |point| 1 + point * bytes / points + point * 7919 % (bytes / points).max(1))
        .filter(move |at| *at < bytes)
}

/// Each fault at this point of a connection.
fn faults(way: Way, at: u64) -> Vec<Fault> {
    let mut faults = vec![Fault::Reset(way, at), Fault::Close(way, at)];
    if way == Way::In {
        faults.push(Fault::Insert(way, at, GARBAGE.to_vec()));
    }
    faults
}

/// Faults at so many points of a whole reading, each way; how many were tried.
pub fn in_reading(points: u64) -> u32 {
    let Some(account) = Account::on(Kind::Dovecot, "faultyreading") else { return 0 };
    account.client().append_many("INBOX", (0..MAILS).map(letter));
    let proxy = Proxy::to(account.server.port);
    let source = account.plain_source("work", proxy.port);
    let mut all: Vec<String> = (0..MAILS).map(message_id).collect();
    all.sort();
    let undisturbed = home_with(&source);
    undisturbed.json(EARLY, &["sync"]);
    assert_eq!(stored(&undisturbed), all);
    let (inward, outward) = proxy.bytes();
    let mut tried = 0;
    for (way, bytes) in [(Way::In, inward), (Way::Out, outward)] {
        for at in spread(bytes, points) {
            for fault in faults(way, at) {
                let what = format!("{fault:?}");
                let home = home_with(&source);
                proxy.fault(fault, 1);
                bounded(&home, EARLY, &["sync"]);
                proxy.fault(Fault::None, 0);
                home.json(EARLY, &["sync"]);
                assert_eq!(stored(&home), all, "{what}");
                home.assert_whole();
                proxy.forget();
                assert_eq!(home.json(EARLY, &["sync"])[0]["admitted"], 0, "{what}");
                assert_eq!(proxy.changing(), Vec::<String>::new(), "{what}");
                tried += 1;
            }
        }
    }
    tried
}

/// Faults at so many points of a whole commit, each way; how many were tried.
pub fn in_commit(points: u64) -> u32 {
    let Some(account) = Account::on(Kind::Dovecot, "faultycommit") else { return 0 };
    let proxy = Proxy::to(account.server.port);
    let decided = Decided::prepare(account, 14);
    let (home, undisturbed) = decided.copied("faultycommit-", proxy.port);
    home.json(OPEN, &["commit"]);
    let (inward, outward) = proxy.bytes();
    decided.judge(&home, &undisturbed, "undisturbed");
    let mut tried = 0;
    for (way, bytes) in [(Way::In, inward), (Way::Out, outward)] {
        for at in spread(bytes, points) {
            for fault in faults(way, at) {
                let what = format!("{fault:?}");
                let (home, account) = decided.copied(&format!("faultycommit-{tried}"), proxy.port);
                proxy.fault(fault, 1);
                bounded(&home, OPEN, &["commit"]);
                proxy.fault(Fault::None, 0);
                decided.judge(&home, &account, &what);
                tried += 1;
            }
        }
    }
    tried
}

#[test]
fn a_reading_that_is_cut_at_any_byte_goes_on() {
    let tried = in_reading(6);
    eprintln!("{tried} faults");
}

#[test]
fn a_commit_that_is_cut_at_any_byte_is_made_once() {
    let tried = in_commit(4);
    eprintln!("{tried} faults");
}

#[test]
fn a_change_whose_answer_was_lost_is_made_once() {
    let Some(account) = Account::on(Kind::Dovecot, "swallowed") else { return };
    let proxy = Proxy::to(account.server.port);
    let decided = Decided::prepare(account, 14);
    for (number, command) in ["UID MOVE", "UID STORE", "LOGIN", "AUTHENTICATE", "SELECT"].iter().enumerate() {
        let (home, account) = decided.copied(&format!("swallowed-{number}"), proxy.port);
        proxy.fault(Fault::Swallow((*command).to_owned()), 1);
        bounded(&home, OPEN, &["commit"]);
        proxy.fault(Fault::None, 0);
        decided.judge(&home, &account, command);
    }
}

#[test]
fn slow_lines_and_single_bytes_change_nothing() {
    let Some(account) = Account::on(Kind::Dovecot, "slow") else { return };
    let proxy = Proxy::to(account.server.port);
    let decided = Decided::prepare(account, 14);
    for (number, fault) in
        [Fault::Chunks(1), Fault::Chunks(7), Fault::Delay(Duration::from_millis(5))].into_iter().enumerate()
    {
        let (home, account) = decided.copied(&format!("slow-{number}"), proxy.port);
        let mut what = String::new();
        let _ = write!(what, "{fault:?}");
        proxy.always(fault);
        assert_eq!(bounded(&home, OPEN, &["commit"]).code, 0, "{what}");
        decided.judge(&home, &account, &what);
        proxy.fault(Fault::None, 0);
    }
}

#[test]
fn a_connection_that_breaks_while_it_is_waited_is_opened_again() {
    let Some(server) = Server::start(Kind::Dovecot) else { return };
    let account = server.account("waiting");
    account.client().append("INBOX", "", [letter(1)]);
    let proxy = Proxy::to(server.port);
    let home = home_with(&account.plain_source("work", proxy.port));
    let _watching = Running::watch(&home, EARLY);
    wait_for(&home, 1);
    proxy.cut_all();
    account.client().append("INBOX", "", [letter(2)]);
    wait_for(&home, 2);
    // The whole server goes, and comes again.
    server.restart();
    account.client().append("INBOX", "", [letter(3)]);
    wait_for(&home, 3);
    home.assert_whole();
}

#[test]
fn a_server_that_is_away_is_found_again() {
    let Some(account) = Account::on(Kind::Dovecot, "away") else { return };
    let proxy = Proxy::to(account.server.port);
    let decided = Decided::prepare(account, 14);
    let (home, account) = decided.copied("away-", proxy.port);
    proxy.always(Fault::Close(Way::In, 0));
    // The decisions are made here all the same; what is to be done there waits.
    bounded(&home, OPEN, &["commit"]);
    let waiting = home.sqlite("SELECT count(*) FROM journal WHERE closed IS NULL");
    assert_ne!(waiting.trim(), "0");
    proxy.fault(Fault::None, 0);
    decided.judge(&home, &account, "away");
}
