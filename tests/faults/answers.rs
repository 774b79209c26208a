//! Answers that leave while the program is killed, with real servers: at a hundred instants, and at each call by which it connects,
//! speaks to a server, and writes.

use super::sending::{OPEN, Office, kills};
use super::strace::{Fate, run};
use super::{part, tell};
use crate::support::servers::submission::{SubmissionKind, SubmissionServer};
use crate::support::servers::{Account, Kind};

const CALLS: [&str; 6] = ["connect", "sendto", "fdatasync", "fsync", "write", "pwrite64"];

pub fn killed() -> u32 {
    let mut points = 0;
    if !part::is_of_calls() {
        points += kills::at_instants(100);
        tell("random instants", points, 0);
    }
    for call in CALLS.into_iter().filter(|call| part::has(call, Fate::Kill)) {
        let met = at_calls(call);
        tell(call, met, 0);
        points += met;
    }
    points
}

/// The commit is killed at the first, second, … of these calls, until it comes to its end.
fn at_calls(call: &str) -> u32 {
    let user = format!("answers{call}");
    let Some(account) = Account::on(Kind::Dovecot, &user) else { return 0 };
    let Some(sink) = SubmissionServer::start(SubmissionKind::Aiosmtpd) else { return 0 };
    let office = Office::with_answers(account, sink.port, "append", kills::ANSWERS);
    let tried = part::sweep(call, Fate::Kill, 1, |number| {
        sink.forget();
        let office = office.copied(&format!("{user}{number}"));
        let ended = run(&office.home, OPEN, &["commit"], call, number, Fate::Kill).status.success();
        let what = format!("killed at {call} {number}");
        office.finish(&what);
        office.judge(&sink, &what);
        ended
    });
    tried.points
}
