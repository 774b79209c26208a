//! Copies of what was sent, on a real server and in a Maildir that mbsync keeps: the program is killed at each call by which it speaks
//! to the server and writes, while it keeps one. There is exactly one afterwards, whether it was known or not who keeps copies, and
//! whether or not the server keeps one by itself.

use super::accounts::AFTER;
use super::sent_copies::{LATER, accepted, answer, copies, decided, decided_in_maildir, has_mbsync, keep};
use super::strace::{Fate, run};
use super::{part, tell};
use crate::support::Home;
use crate::support::servers::{Account, Kind};

const CALLS: [&str; 6] = ["connect", "sendto", "pwrite64", "fdatasync", "fsync", "write"];
/// By which a copy comes into a Maildir, and what is known of it to the disk.
const OF_MAILDIR: [&str; 7] = ["openat", "write", "fsync", "rename", "unlink", "pwrite64", "fdatasync"];

pub fn killed() -> u32 {
    // The setting; and whether the server keeps one by itself.
    let ways = [("append", false), ("auto", false), ("auto", true)];
    let mut total = 0;
    for (number, (way, files)) in ways.into_iter().enumerate() {
        for call in CALLS.into_iter().filter(|call| part::has(call, Fate::Kill)) {
            let Some(account) = Account::on(Kind::Dovecot, &format!("copies{number}{call}")) else { return 0 };
            let home = decided(&account, account.server.port, way, 1);
            let what = if files { "the server's own" } else { way };
            total += at_calls(&home, &account, call, what, |number| {
                if files {
                    account.client().append("Sent", "\\Seen", [answer(number)]);
                }
            });
        }
    }
    total + in_maildir()
}

/// With mbsync, which carries what is in the Maildir right after the kill, and again at the end.
fn in_maildir() -> u32 {
    let mut total = 0;
    for files in [false, true] {
        for call in OF_MAILDIR.into_iter().filter(|call| part::has(call, Fate::Kill)) {
            let user = format!("copiesmaildir{files}{call}");
            let Some(account) = Account::on(Kind::Dovecot, &user).filter(|_| has_mbsync()) else { return total };
            let home = decided_in_maildir(&account, 1);
            let what = if files { "Maildir, the server's own" } else { "Maildir" };
            total += at_calls(&home, &account, call, what, |number| {
                if files {
                    account.client().append("Sent", "\\Seen", [answer(number)]);
                    keep(&home);
                }
            });
        }
    }
    total
}

/// `before` is what happens between the leaving and the copy.
fn at_calls(home: &Home, account: &Account, call: &str, what: &str, before: impl Fn(u32)) -> u32 {
    let carried = home.path("keeper").exists();
    let mut answers = 0;
    let tried = part::sweep(call, Fate::Kill, 1, |number| {
        answers += 1;
        accepted(home, answers);
        before(answers);
        // It was looked for once, and it is not known of the server whether it keeps copies.
        home.sqlite("DELETE FROM sent_copy_keeper; UPDATE sent_copy SET tries = 1 WHERE tries = 0");
        let done = run(home, AFTER, &["sync"], call, number, Fate::Kill).status.success();
        for _ in 0..2 {
            if carried {
                keep(home);
            }
            home.json(LATER, &["sync"]);
        }
        if carried {
            keep(home);
        }
        assert_eq!(copies(account, answers), [true], "{what}: killed at {call} {number}");
        done
    });
    home.assert_whole();
    tell(&format!("{what}, at each {call}"), tried.points, 0);
    tried.points
}
