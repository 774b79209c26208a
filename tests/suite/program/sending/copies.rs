//! Holds `src/job/sent_copy.rs`, `src/source/imap/sent_copy.rs`, `src/source/maildir/sent_copy.rs`: there is one copy of what left,
//! whoever keeps it: tidebox, or a server that does so by itself.

use super::{OPEN, Office};
use crate::support::servers::submission::{SubmissionKind, SubmissionServer};
use crate::support::servers::{Account, Kind};

#[test]
fn a_server_that_keeps_copies_by_itself_gets_no_second_one() {
    for (sent_copy, user) in [("auto", "filesauto"), ("server", "filesserver")] {
        let Some(account) = Account::on(Kind::Dovecot, user) else { return };
        let kind = SubmissionKind::Filing { imap: account.server.port };
        let Some(sink) = SubmissionServer::start(kind) else { return };
        let office = Office::with_answers(account, sink.port, sent_copy, 3);
        office.finish(sent_copy);
        office.judge(&sink, sent_copy);
    }
}

/// One that does so minutes later, when it was looked for in vain already. From then on it is known of it.
#[test]
fn a_server_that_keeps_copies_late_gets_no_second_one_either() {
    let Some(account) = Account::on(Kind::Dovecot, "fileslate") else { return };
    let Some(sink) = SubmissionServer::start(SubmissionKind::Aiosmtpd) else { return };
    let office = Office::with_answers(account, sink.port, "auto", 3);
    let ran = office.home.run(OPEN, &["commit"]);
    assert!(ran.code == 0 && sink.kept().len() == 3, "{ran:?}");
    let copies = || office.account.read_back().get("Sent").map_or(0, Vec::len);
    assert_eq!(copies(), 0, "nothing is put there before it was looked for once more");
    // Four minutes later it is still only looked for.
    office.home.run("2026-11-23T10:09:00+01:00", &["sync"]);
    assert_eq!(copies(), 0);
    for kept in sink.kept() {
        office.account.client().append("Sent", "\\Seen", [String::from_utf8(kept.bytes).unwrap()]);
    }
    office.finish("late");
    office.judge(&sink, "late");
    let kept_by = office.home.sqlite("SELECT group_concat(DISTINCT kept_by) FROM sent_copy");
    let known = office.home.sqlite("SELECT by_server FROM sent_copy_keeper");
    assert_eq!((kept_by.trim(), known.trim()), ("server", "1"));
}

#[test]
fn where_no_server_keeps_one_tidebox_does() {
    let Some(account) = Account::on(Kind::Dovecot, "filesnone") else { return };
    let Some(sink) = SubmissionServer::start(SubmissionKind::Aiosmtpd) else { return };
    let office = Office::with_answers(account, sink.port, "auto", 3);
    office.finish("auto");
    office.judge(&sink, "auto");
}
