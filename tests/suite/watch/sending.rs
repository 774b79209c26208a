//! Holds `src/watch/local.rs`, `src/session/leaving.rs`: what is due is sent by a running watch and by an open screen; whoever leaves the
//! screen right after the commit waits for it.

use chrono::{DateTime, Duration, Utc};
use tidebox::domain::outbox::{DepartureTime, OutgoingOwner, OutgoingState};
use tidebox::domain::text_enum::TextEnum as _;
use tidebox::store::{StagedRevision, Store};

use crate::support::pty::Terminal;
use crate::support::running::{Running, wait_until};
use crate::support::servers::smtp_peer::{OFFERS, SmtpPeer};
use crate::support::{CONFIG, Home};

const EARLY: &str = "2026-11-23T08:30:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

fn settings(port: u16, user: &str) -> String {
    let source =
        "[[source]]\nname = \"home\"\nkind = \"maildir\"\npath = \"Maildir\"\nbacklog = \"all\"\nwrite_back = false\n";
    let send = format!("host = \"127.0.0.1\", port = {port}, security = \"none\"{user}");
    format!("{CONFIG}\n{source}\n[[identity]]\naddress = \"me@home.example\"\nsend = {{ {send} }}\n")
}

fn home(port: u16) -> Home {
    let home = Home::new();
    home.write("config.toml", settings(port, ""));
    home.deliver_matters(2);
    assert_eq!(home.run(EARLY, &["sync"]).code, 0);
    home
}

fn stage(home: &Home, to: &str, leaving: DepartureTime) {
    let mut store = Store::open(&home.store()).unwrap();
    let now: DateTime<Utc> = EARLY.parse().unwrap();
    let id = store.new_draft(None, "Subject: s\n\nText.\n", now).unwrap();
    let revision = StagedRevision {
        message_id: format!("{id}@home.example"),
        sender: "me@home.example".to_owned(),
        recipients: vec![format!("{to}@x.example")],
        bytes: b"Date: x\r\n\r\nText.\r\n".to_vec(),
    };
    store.stage(id, &revision, leaving, None, now).unwrap();
}

#[test]
fn a_watch_sends_at_a_date_after_a_commit_and_when_the_settings_are_right_again() {
    let peer = SmtpPeer::correct(OFFERS);
    let home = home(peer.port);
    let watch = Running::watch(&home, OPEN);
    let open: DateTime<Utc> = OPEN.parse().unwrap();
    stage(&home, "past", DepartureTime::At(open - Duration::hours(5)));
    stage(&home, "soon", DepartureTime::At(open + Duration::seconds(3)));
    stage(&home, "close", DepartureTime::Close);
    wait_until("what was due has left", || peer.count("past@x.example") == 1);
    wait_until("its date has come", || peer.count("soon@x.example") == 1);
    assert_eq!(peer.count("close@x.example"), 0);
    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    assert_eq!(home.run(OPEN, &["commit"]).code, 0);
    wait_until("the commit lets it leave", || peer.count("close@x.example") == 1);

    home.write("config.toml", settings(peer.port, ", user = \"me\", password = { command = \"echo mistyped\" }"));
    std::thread::sleep(std::time::Duration::from_millis(600));
    stage(&home, "held", DepartureTime::At(open));
    let blocked = || home.json(OPEN, &["outbox"]).iter().any(|row| row["waits"].is_string());
    wait_until("the login is refused", blocked);
    assert_eq!(peer.count("held@x.example"), 0);
    home.write("config.toml", settings(peer.port, ", user = \"me\", password = { command = \"echo secret\" }"));
    wait_until("other settings are tried at once", || peer.count("held@x.example") == 1);
    drop(watch);
}

#[test]
fn who_leaves_the_screen_right_after_the_commit_waits_until_it_has_left() {
    let peer = SmtpPeer::correct(OFFERS);
    let home = home(peer.port);
    stage(&home, "close", DepartureTime::Close);
    let mut terminal = Terminal::open(&home, OPEN, &[], 120, 36);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("Matter 1");
    terminal.keys("C");
    terminal.wait("and then this is done");
    terminal.keys("C");
    terminal.wait("is closed.");
    terminal.keys("q");
    terminal.wait("leave");
    terminal.keys("q");
    wait_until("the program has ended", || terminal.is_gone());
    assert_eq!(peer.count("close@x.example"), 1);
    let states = home.json(OPEN, &["status"])[0]["outbox"].clone();
    assert!(states.as_object().unwrap().values().all(|count| *count == 0), "{states}");
}

/// Each state is listed by whoever owns it: drafts and the outbox by their lists and numbers, what is to be sent by what sends.
#[test]
fn every_state_is_found_by_its_owner() {
    let peer = SmtpPeer::correct(OFFERS);
    let home = home(peer.port);
    let now: DateTime<Utc> = OPEN.parse().unwrap();
    for (number, state) in OutgoingState::ALL.iter().enumerate() {
        stage(&home, "ann", DepartureTime::At(now));
        let id = number + 1;
        let bytes = if *state == OutgoingState::Draft { "NULL" } else { "bytes" };
        home.sqlite(&format!("UPDATE outgoing SET state = '{state}', bytes = {bytes} WHERE id = {id}"));
        let store = Store::open(&home.store()).unwrap();
        let listed = store.unfinished_outgoing().unwrap().iter().any(|it| it.state == *state);
        let due = store.due_outgoing(now).unwrap().iter().any(|it| it.0 == i64::try_from(id).unwrap())
            || store.leaving().unwrap().is_some_and(|it| it.0 == i64::try_from(id).unwrap());
        let told = home.json(OPEN, &["outbox"]).iter().any(|row| row["state"] == state.name());
        let counted = store.outbox_tally().unwrap().of(*state).copied();
        let (owner, concern) = (state.owner(), tidebox::job::outbox_health::concerns(&store).unwrap().len() == 1);
        let as_owned = match owner {
            OutgoingOwner::Drafts => listed && !due && !told && counted == Some(1) && !concern,
            OutgoingOwner::Sender => listed && due && told && counted == Some(1) && !concern,
            OutgoingOwner::Outbox => listed && !due && told && counted == Some(1) && concern,
            OutgoingOwner::History => !listed && !due && !told && counted.is_none() && !concern,
        };
        assert!(as_owned, "{state}: listed {listed}, due {due}, told {told}, counted {counted:?}, concern {concern}");
        home.sqlite(&format!("UPDATE outgoing SET state = 'sent', bytes = x'00' WHERE id = {id}"));
    }
}
