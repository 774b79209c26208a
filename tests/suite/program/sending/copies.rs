//! Holds `src/job/sent_copy.rs`, `src/source/imap/sent_copy.rs`, `src/source/maildir/sent_copy.rs`: there is one copy of what left,
//! whoever keeps it: tidebox, or a server that does so by itself.

use super::Office;
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

#[test]
fn where_no_server_keeps_one_tidebox_does() {
    let Some(account) = Account::on(Kind::Dovecot, "filesnone") else { return };
    let Some(sink) = SubmissionServer::start(SubmissionKind::Aiosmtpd) else { return };
    let office = Office::with_answers(account, sink.port, "auto", 3);
    office.finish("auto");
    office.judge(&sink, "auto");
}
