//! Holds `src/job/deliver.rs`, `src/job/sent_copy.rs`, `src/cli/commit.rs`: a commit with twenty answers, some of which are refused,
//! put off or lost, and what is there afterwards: at the server that took them, in the account, and in the store.

use super::{AFTER, OPEN, Office};
use crate::support::servers::submission::{SubmissionKind, SubmissionServer};
use crate::support::servers::{Account, Kind};

#[test]
fn twenty_answers_leave_at_the_commit_once_with_one_copy_each() {
    let Some(account) = Account::on(Kind::Dovecot, "twentyanswers") else { return };
    let Some(sink) = SubmissionServer::start(SubmissionKind::Aiosmtpd) else { return };
    let office = Office::with_answers(account, sink.port, "append", 20);
    assert_eq!(sink.kept().len(), 0, "nothing leaves before the commit");
    let ran = office.home.run(OPEN, &["commit"]);
    assert!(ran.code == 0, "{ran:?}");
    assert_eq!(sink.kept().len(), 20, "{ran:?}");
    office.finish("undisturbed");
    assert_eq!(office.judge(&sink, "undisturbed"), 4, "two were lost, with two recipients each");
    let there = office.account.read_back();
    for at in AFTER {
        office.home.run(at, &["sync"]);
    }
    assert_eq!(office.account.read_back(), there, "and it stays so");
    office.judge(&sink, "afterwards");
}
