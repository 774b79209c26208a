//! Holds `src/job/gather.rs`, `src/job/write_back.rs`, `src/store/source.rs`: `kill -9` while an account is read, and
//! while a commit is written back to it: afterwards server and store agree, nothing is lost, and nothing is there
//! twice.

use std::time::Duration;

use super::decided::Decided;
use super::{EARLY, OPEN, home_with, stored};
use crate::support::running::{killed, took};
use crate::support::servers::letters::{letter, message_id};
use crate::support::servers::{Account, Kind};

const MAILS: usize = 60;

/// So many kills in a first reading.
pub fn in_reading(kills: u32) -> u32 {
    let Some(account) = Account::on(Kind::Dovecot, "killedreading") else { return 0 };
    account.client().append_many("INBOX", (0..MAILS).map(letter));
    let before = account.read_back();
    let source = account.plain_source("work", account.server.port);
    let mut all: Vec<String> = (0..MAILS).map(message_id).collect();
    all.sort();
    let whole = took(&home_with(&source), EARLY, &["sync"]);
    let mut met = 0;
    for point in 0..kills * 4 {
        if met == kills {
            break;
        }
        let home = home_with(&source);
        // Killed again and again on the way to the end.
        let mut after = whole * (point % kills + 1) / (kills + 1);
        while killed(&home, EARLY, &["sync"], after).1 && met < kills {
            met += 1;
            after = after.max(Duration::from_millis(5)) * 5 / 4;
        }
        assert_eq!(home.run(EARLY, &["sync"]).code, 0, "kill {met}");
        assert_eq!(stored(&home), all, "kill {met}: nothing lost, nothing twice");
        assert_eq!(home.sqlite("SELECT count(*) FROM copy").trim(), MAILS.to_string(), "kill {met}");
        assert_eq!(home.json(EARLY, &["sync"])[0]["admitted"], 0, "kill {met}");
        home.assert_whole();
    }
    assert_eq!(account.read_back(), before, "and the server has noticed nothing");
    met
}

/// So many kills in a commit and in what it changes there.
pub fn in_commit(kills: u32) -> u32 {
    let Some(account) = Account::on(Kind::Dovecot, "killedcommit") else { return 0 };
    let port = account.server.port;
    let decided = Decided::prepare(account, 21);
    let (home, undisturbed) = decided.copied("killedcommit-", port);
    let whole = took(&home, OPEN, &["commit"]);
    decided.judge(&home, &undisturbed, "undisturbed");
    let mut met = 0;
    for point in 0..kills * 4 {
        if met == kills {
            break;
        }
        let (home, account) = decided.copied(&format!("killedcommit-{point}"), port);
        let after = whole * (point % kills + 1) / (kills + 1);
        if killed(&home, OPEN, &["commit"], after).1 {
            met += 1;
        }
        decided.judge(&home, &account, &format!("killed after {after:?} of {whole:?}"));
    }
    met
}

#[test]
fn a_reading_that_is_killed_goes_on() {
    eprintln!("{} kills", in_reading(10));
}

#[test]
fn a_commit_that_is_killed_is_made_once() {
    eprintln!("{} kills", in_commit(10));
}
