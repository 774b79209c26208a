//! Holds `src/job/deliver.rs`, `src/store/sending.rs`, `src/job/sent_copy.rs`: `kill -9` while twenty answers leave. Each arrives once
//! or is shown as unknown; none is lost, none arrives twice, and none is kept twice.

use super::{OPEN, Office};
use crate::support::running::{killed, took};
use crate::support::servers::submission::{SubmissionKind, SubmissionServer};
use crate::support::servers::{Account, Kind};

pub const ANSWERS: usize = 20;

/// The commit is killed at so many instants, spread over the time that it takes.
pub fn at_instants(kills: u32) -> u32 {
    let Some(account) = Account::on(Kind::Dovecot, "killedsending") else { return 0 };
    let Some(sink) = SubmissionServer::start(SubmissionKind::Aiosmtpd) else { return 0 };
    let office = Office::with_answers(account, sink.port, "append", ANSWERS);
    let undisturbed = office.copied("killedsending-");
    let whole = took(&undisturbed.home, OPEN, &["commit"]);
    undisturbed.finish("undisturbed");
    let expected = undisturbed.judge(&sink, "undisturbed");
    let (mut met, mut unknown) = (0, 0);
    for point in 0..kills * 4 {
        if met == kills {
            break;
        }
        sink.forget();
        let office = office.copied(&format!("killedsending-{point}"));
        let after = whole * (point % kills + 1) / (kills + 1);
        met += u32::from(killed(&office.home, OPEN, &["commit"], after).1);
        let what = format!("killed after {after:?} of {whole:?}");
        office.finish(&what);
        let shown = office.judge(&sink, &what);
        assert!(shown <= expected + 3, "{what}: one answer was on its way, and {shown} are unknown");
        unknown += shown - expected.min(shown);
    }
    eprintln!("{met} kills, at {unknown} of which an answer became unknown");
    met
}

#[test]
fn answers_arrive_once_or_are_shown_as_unknown_wherever_the_program_is_killed() {
    at_instants(10);
}
