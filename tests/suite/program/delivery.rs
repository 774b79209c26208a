//! Holds `src/job/deliver.rs`, `src/store/sending.rs`, `src/outgoing`: the program is killed while it sends twenty messages, some of
//! whose recipients are refused. Each arrives once or is shown as unknown, counted by the server; none is lost, none comes twice.

use std::fs;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tidebox::domain::ids::OutgoingId;
use tidebox::domain::outbox::{DepartureTime, RecipientState};
use tidebox::store::{StagedRevision, Store};

use crate::support::running::{killed, took};
use crate::support::servers::smtp_peer::{OFFERS, SmtpPeer};
use crate::support::{CONFIG, Home};

pub const AT: &str = "2026-11-23T08:30:00+01:00";
/// When what was not taken at the first try is tried again.
const LATER: &str = "2026-11-23T09:30:00+01:00";
pub const MESSAGES: i64 = 20;

/// A home with messages that are due, and the server that they go to.
pub struct Delivery {
    pub peer: SmtpPeer,
    before: Home,
    messages: i64,
}

impl Delivery {
    pub fn prepare(messages: i64) -> Self {
        let (peer, before) = (SmtpPeer::correct(OFFERS), Home::new());
        let send = format!("host = \"127.0.0.1\", port = {}, security = \"none\"", peer.port);
        let identity = format!("{CONFIG}\n[[identity]]\naddress = \"me@home.example\"\nsend = {{ {send} }}\n");
        before.write("config.toml", identity);
        let now: DateTime<Utc> = AT.parse().unwrap();
        let mut store = Store::open(&before.store()).unwrap();
        for number in 1..=messages {
            let id = store.new_draft(None, "Subject: s\n\nText.\n", now).unwrap();
            assert_eq!(id, OutgoingId(number));
            let revision = StagedRevision {
                message_id: format!("{number}@home.example"),
                sender: "me@home.example".to_owned(),
                recipients: recipients(number),
                bytes: format!("Date: x\r\nSubject: {number}\r\n\r\n{}", "A line.\r\n".repeat(200)).into_bytes(),
            };
            store.stage(id, &revision, DepartureTime::At(now), None, now).unwrap();
        }
        drop(store);
        Self { peer, before, messages }
    }

    /// The state before, with a server that has taken nothing yet.
    pub fn home(&self) -> Home {
        let home = Home::new();
        copy(&self.before.path(""), &home.path(""));
        self.peer.forget();
        home
    }

    /// After a disturbance: the program goes on, and the server's counts are those that the store tells. How many messages are
    /// unknown.
    #[track_caller]
    pub fn judge(&self, home: &Home, point: &str) -> usize {
        let again = home.run(LATER, &["--json", "sync"]);
        assert_eq!(again.code, 0, "{point}: {}{}", again.out, again.err);
        let unknown: Vec<i64> = home
            .json(LATER, &["outbox"])
            .iter()
            .filter(|row| row["state"] == "unknown")
            .map(|row| row["number"].as_i64().unwrap())
            .collect();
        let store = Store::open(&home.store()).unwrap();
        let mut in_doubt = false;
        for number in 1..=self.messages {
            for one in store.outgoing(OutgoingId(number)).unwrap().recipients {
                let count = self.peer.count(&one.address);
                let told =
                    format!("{point}: {} of message {number} is {}, and got it {count} times", one.address, one.state);
                match one.state {
                    RecipientState::Accepted => assert_eq!(count, 1, "{told}"),
                    RecipientState::Refused => assert_eq!(count, 0, "{told}"),
                    RecipientState::Unknown => {
                        in_doubt = true;
                        assert!(count <= 1 && unknown.contains(&number), "{told}");
                    }
                    RecipientState::Waiting | RecipientState::Deferred => panic!("{told}"),
                }
            }
        }
        assert!(
            unknown.len() <= 1 && in_doubt != unknown.is_empty(),
            "{point}: one message leaves at a time: {unknown:?}"
        );
        unknown.len()
    }

    /// Killed at instants that are spread over the time that it takes undisturbed. How many points, and how many were unknown.
    pub fn at_instants(&self, points: u32) -> (u32, u32) {
        let whole = took(&self.home(), AT, &["sync"]);
        let (mut met, mut late, mut unknown) = (0, 0, 0);
        // Numbers without a pattern, the same at every run (xorshift, Marsaglia 2003).
        let mut chance = 0x7469_6465_626f_7803_u64;
        while met < points {
            chance ^= chance << 13;
            chance ^= chance >> 7;
            chance ^= chance << 17;
            let after = Duration::from_micros(chance % u64::try_from(whole.as_micros()).unwrap());
            let home = self.home();
            let (_, was_running) = killed(&home, AT, &["sync"], after);
            if was_running {
                met += 1;
            } else {
                late += 1;
            }
            assert!(late < points * 20, "it always ends before it is killed");
            unknown += u32::try_from(self.judge(&home, &format!("killed after {after:?} ({met})"))).unwrap();
        }
        (met, unknown)
    }
}

/// Two of three go to one, some to three of whom one is refused, some to nobody who exists.
fn recipients(number: i64) -> Vec<String> {
    let names: &[&str] = match number % 6 {
        0 => &["reject"],
        1 | 4 => &["ann", "reject", "bob"],
        _ => &["ann"],
    };
    names.iter().map(|name| format!("{name}{number}@x.example")).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn killed_while_it_sends_nothing_is_lost_and_nothing_comes_twice() {
    let delivery = Delivery::prepare(MESSAGES);
    let home = delivery.home();
    assert_eq!(delivery.judge(&home, "undisturbed"), 0);
    let (met, unknown) = delivery.at_instants(12);
    assert!(met == 12 && unknown <= met);
}
