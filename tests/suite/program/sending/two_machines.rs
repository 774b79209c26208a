//! Holds `src/store/answered.rs`, `src/job/why.rs`: three letters are answered on one machine. The other one, on which the same batch
//! is open, says so of each that left, and of no other.

use super::{OPEN, Office, numbers};
use crate::support::servers::letters::message_id;
use crate::support::servers::submission::{SubmissionKind, SubmissionServer};
use crate::support::servers::{Account, Kind, readback};

#[test]
fn what_was_answered_on_one_machine_is_told_on_the_other() {
    let Some(account) = Account::on(Kind::Dovecot, "tworounds") else { return };
    let Some(sink) = SubmissionServer::start(SubmissionKind::Aiosmtpd) else { return };
    let here = Office::with_letters(account.clone(), sink.port, "append", 3);
    let there = Office::opened(account.clone(), sink.port, "append", 3);
    let all: Vec<usize> = numbers(3).collect();
    let told = |office: &Office, number: usize| {
        let id = office.id(number).0.to_string();
        office.home.json(OPEN, &["why", &id])[0]["answered"].clone()
    };
    for (number, recipient) in all.iter().zip(["ann", "bob", "reject"]) {
        here.answer(*number, &[format!("{recipient}@x.example")]);
        there.home.json(OPEN, &["sync"]);
        assert!(told(&there, *number).is_null(), "what has not left is known on one machine alone");
        assert_eq!(told(&here, *number)["state"], "staged");
    }
    here.finish("here");
    assert_eq!(sink.kept().len(), 2);
    there.home.json(OPEN, &["sync"]);
    for (number, (state, known)) in all.iter().zip([("sent", true), ("sent", true), ("refused", false)]) {
        let (one, other) = (told(&here, *number), told(&there, *number));
        assert_eq!((&one["where"], &one["state"]), (&"here".into(), &state.into()), "{number}");
        assert_eq!(other["where"] == "elsewhere", known, "{number}: {other}");
    }
    // Neither machine sends or keeps anything a second time.
    let before = account.read_back();
    there.finish("there");
    here.finish("here");
    assert_eq!(sink.kept().len(), 2);
    let after = account.read_back();
    assert_eq!(after["Sent"], before["Sent"]);
    for (number, known) in all.iter().zip([true, true, false]) {
        let places = readback::places(&after, &message_id(*number));
        assert!(places.len() == 1 && places[0].1.has("\\Answered") == known, "{number}: {places:?}");
    }
}
