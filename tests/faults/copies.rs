//! Copies of what was sent, on a real server: the program is killed at each call by which it speaks to the server and writes, while
//! it keeps one. There is exactly one afterwards, whether it was known or not who keeps copies.

use super::accounts::AFTER;
use super::sent_copies::{LATER, accepted, copies, decided};
use super::strace::{Fate, run};
use super::{part, tell};
use crate::support::servers::{Account, Kind};

const CALLS: [&str; 4] = ["sendto", "pwrite64", "fdatasync", "write"];

pub fn killed() -> u32 {
    let mut total = 0;
    for way in ["append", "auto"] {
        for call in CALLS.into_iter().filter(|call| part::has(call, Fate::Kill)) {
            let Some(account) = Account::on(Kind::Dovecot, &format!("copies{way}{call}")) else { return 0 };
            let home = decided(&account, account.server.port, way, 1);
            let mut answers = 0;
            let tried = part::sweep(call, Fate::Kill, 1, |number| {
                answers += 1;
                accepted(&home, answers);
                // It was looked for once, and it is not known of the server whether it keeps copies.
                home.sqlite("DELETE FROM sent_copy_keeper; UPDATE sent_copy SET tries = 1 WHERE tries = 0");
                let done = run(&home, AFTER, &["sync"], call, number, Fate::Kill).status.success();
                home.json(LATER, &["sync"]);
                assert_eq!(copies(&account, answers), [true], "{way}: killed at {call} {number}");
                done
            });
            home.assert_whole();
            tell(&format!("{way}, at each {call}"), tried.points, 0);
            total += tried.points;
        }
    }
    total
}
