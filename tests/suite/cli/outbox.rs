//! Holds `src/cli/outbox.rs`, `src/job/outbox_health.rs`, `src/cli/report.rs`: what is due leaves by commands, and the outbox is told
//! and settled.

use chrono::{DateTime, Utc};
use tidebox::domain::ids::OutgoingId;
use tidebox::domain::outbox::DepartureTime;
use tidebox::store::{StagedRevision, Store};

use crate::support::pty::Terminal;
use crate::support::servers::smtp_peer::{Moment, OFFERS, SmtpPeer, say_and_close};
use crate::support::{CONFIG, Home};

const CLOSED: &str = "2026-11-23T08:30:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
const AFTER: &str = "2026-11-23T11:30:00+01:00";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A home that sends by this server.
fn home(peer: &SmtpPeer) -> Home {
    let home = Home::new();
    home.write("config.toml", settings(&format!("host = \"127.0.0.1\", port = {}, security = \"none\"", peer.port)));
    home.deliver_matters(2);
    home.json(CLOSED, &["add", "Maildir"]);
    home
}

fn settings(send: &str) -> String {
    format!("{CONFIG}\n[[identity]]\naddress = \"me@home.example\"\nsend = {{ {send} }}\n")
}

fn stage(home: &Home, subject: &str, to: &[&str], leaving: DepartureTime) -> String {
    let mut store = Store::open(&home.store()).unwrap();
    let list = to.iter().map(|it| format!("{it}@x.example")).collect::<Vec<_>>();
    let draft = format!("From: me@home.example\nTo: {}\nSubject: {subject}\n\nText.\n", list.join(", "));
    let id = store.new_draft(None, &draft, at(CLOSED)).unwrap();
    let revision = StagedRevision {
        message_id: format!("{id}@home.example"),
        sender: "me@home.example".to_owned(),
        recipients: list,
        bytes: format!("Date: staged\r\nSubject: {subject}\r\n\r\nText.\r\n").into_bytes(),
    };
    store.stage(id, &revision, leaving, None, at(CLOSED)).unwrap();
    id.to_string()
}

#[test]
fn what_leaves_at_the_close_leaves_with_the_commit_and_what_was_refused_is_told_everywhere() {
    let peer = SmtpPeer::correct(OFFERS);
    let home = home(&peer);
    assert_eq!(home.run(CLOSED, &["outbox"]).out, "Nothing waits in the outbox.\n");
    let first = stage(&home, "Plan", &["ann"], DepartureTime::Close);
    let second = stage(&home, "Tea", &["bob", "reject"], DepartureTime::Close);
    let third = stage(&home, "Draft again", &["cy"], DepartureTime::Close);
    home.json(OPEN, &["begin"]);
    assert_eq!(home.json(OPEN, &["sync"])[0]["sending"]["sent"], 0, "its time has not come");
    let listed = home.run(OPEN, &["outbox"]).out;
    assert!(listed.contains("leaves at the next close  ann@x.example: Plan"), "{listed}");
    assert_eq!(home.json(OPEN, &["outbox", "recall", &third])[0]["state"], "draft");
    assert_eq!(home.run(OPEN, &["outbox", "recall", "99"]).code, 1);
    let status = &home.json(OPEN, &["status"])[0];
    assert_eq!((&status["outbox"]["staged"], &status["outbox"]["drafts"]), (&2.into(), &1.into()));

    let committed = home.run(OPEN, &["commit"]);
    assert!(committed.out.contains("1 message has left.\n"), "{committed:?}");
    assert!(committed.err.contains("1 message has left, but not for everybody"), "{committed:?}");
    assert_eq!((peer.count("ann@x.example"), peer.count("bob@x.example"), peer.count("cy@x.example")), (1, 1, 0));
    let rows = home.json(AFTER, &["outbox"]);
    assert_eq!(rows.len(), 1, "{first} has left");
    assert_eq!((&rows[0]["state"], rows[0]["number"].to_string()), (&"partly sent".into(), second.clone()));
    assert_eq!(rows[0]["recipients"][1]["words"], "550 5.1.1 no such user here really");
    let told = home.run(AFTER, &["outbox"]).out;
    assert!(told.contains("reject@x.example refused: 550 5.1.1 no such user here really"), "{told}");
    let said = home.run(AFTER, &["status"]).out;
    assert!(said.contains("outbox: 1 message was refused for some of its recipients (since"), "{said}");
    assert!(!said.contains("reject@"), "{said}");
    let check = home.run(AFTER, &["check", "--offline"]);
    assert!(check.out.contains("1 message was refused for some of its recipients"), "{}{}", check.out, check.err);
    let again = home.json(AFTER, &["outbox", "resend", &second]);
    assert_eq!((&again[0]["state"], &again[0]["sending"]["partly_sent"]), (&"partly sent".into(), &1.into()));
    assert_eq!(peer.count("bob@x.example"), 1, "who has it does not get it again");
}

#[test]
fn what_nobody_can_say_is_asked_and_settled() {
    let peer = SmtpPeer::start(OFFERS, |moment| {
        (*moment == Moment::Dot).then(|| say_and_close("421 4.4.0 lost connection to the relay\r\n"))
    });
    let home = home(&peer);
    let (one, other) = (
        stage(&home, "One", &["ann"], DepartureTime::At(at(CLOSED))),
        stage(&home, "Two", &["bob"], DepartureTime::At(at(CLOSED))),
    );
    let synced = home.run(CLOSED, &["sync"]);
    assert!(synced.err.contains("2 messages were sent, and nobody can say whether they left"), "{synced:?}");
    assert_eq!(home.json(AFTER, &["sync"])[0]["sending"]["sent"], 0);
    let refused = home.run(AFTER, &["outbox", "resend", &one]);
    assert_eq!((refused.code, peer.count("ann@x.example")), (1, 1), "{refused:?}");
    assert!(refused.err.contains("--yes"), "{refused:?}");
    let mut terminal = Terminal::open(&home, AFTER, &["outbox", "resend", &one], 120, 30);
    terminal.wait("Send it again?");
    terminal.keys("n\r");
    terminal.wait("was not sent again");
    assert_eq!(peer.count("ann@x.example"), 1);
    let sent = home.json(AFTER, &["outbox", "resend", &one, "--yes"]);
    assert_eq!((&sent[0]["state"], peer.count("ann@x.example")), (&"unknown".into(), 2));
    assert_eq!(home.json(AFTER, &["outbox", "settle", &other, "sent"])[0]["state"], "sent");
    assert_eq!(home.run(AFTER, &["outbox", "settle", &other, "again"]).code, 1, "it is settled");
    let status = &home.json(AFTER, &["status"])[0];
    assert_eq!(status["outbox"]["unknown"], 1);
    assert_eq!(status["troubles"][0]["kind"], "outbox");
    let completed = home.run(AFTER, &["complete", "--", "outbox", "settle", ""]).out;
    assert_eq!(completed, format!("{one}\tunknown, ann@x.example\n"));
}

#[test]
fn a_password_that_cannot_be_had_holds_back_and_is_a_trouble_of_the_identity() {
    let peer = SmtpPeer::correct(OFFERS);
    let home = home(&peer);
    let login = format!(
        "host = \"127.0.0.1\", port = {}, security = \"none\", user = \"me\", password = {{ command = \"false\" }}",
        peer.port
    );
    home.write("config.toml", settings(&login));
    stage(&home, "One", &["ann"], DepartureTime::At(at(CLOSED)));
    let synced = home.run(CLOSED, &["sync"]);
    assert!(
        synced.err.contains("nothing is sent as me@home.example: the password's command false failed"),
        "{synced:?}"
    );
    assert!(home.run(CLOSED, &["sync"]).err.contains("1 message waits"), "not tried again");
    let status = home.run(CLOSED, &["status"]).out;
    assert!(status.contains("me@home.example: the password's command false failed"), "{status}");
    let check = home.run(CLOSED, &["check", "--offline"]);
    assert!(check.code == 1 && check.err.contains("identity me@home.example: the password"), "{check:?}");
    assert_eq!(home.json(CLOSED, &["outbox"])[0]["waits"].as_str().map(|it| it.contains("false failed")), Some(true));
    home.write("config.toml", settings(&login.replace("\"false\"", "\"echo secret\"")));
    assert_eq!(home.json(CLOSED, &["sync"])[0]["sending"]["sent"], 1);
    assert_eq!(home.json(CLOSED, &["status"])[0]["troubles"], serde_json::json!([]));
}

#[test]
fn a_command_that_closes_a_batch_which_is_over_sends_what_leaves_then() {
    let peer = SmtpPeer::correct(OFFERS);
    let home = home(&peer);
    stage(&home, "Plan", &["ann"], DepartureTime::Close);
    home.json(OPEN, &["begin"]);
    home.run(AFTER, &["status"]);
    assert_eq!(peer.count("ann@x.example"), 0, "a status line is not the place to wait for a server");
    home.run(AFTER, &["sync"]);
    assert_eq!(peer.count("ann@x.example"), 1, "status left the batch to what sends");

    stage(&home, "Plan", &["bob"], DepartureTime::Close);
    home.json("2026-11-24T10:05:00+01:00", &["begin"]);
    let closed = home.run("2026-11-24T11:30:00+01:00", &["search", "x"]);
    assert!(closed.err.contains("1 message has left"), "{closed:?}");
    assert_eq!(peer.count("bob@x.example"), 1);
}

#[test]
fn numbers_that_are_none_are_told() {
    let peer = SmtpPeer::correct(OFFERS);
    let home = home(&peer);
    for arguments in
        [["outbox", "recall", "7"].as_slice(), &["outbox", "resend", "7"], &["outbox", "settle", "7", "sent"]]
    {
        let ran = home.run(CLOSED, arguments);
        assert!(ran.code == 1 && ran.err.contains("there is no message 7 in the outbox"), "{ran:?}");
    }
    assert!(Store::open(&home.store()).unwrap().outgoing(OutgoingId(7)).is_err());
}
