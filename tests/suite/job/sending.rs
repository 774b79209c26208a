//! Holds `src/job/deliver.rs`, `src/store/sending_block.rs`, `src/store/sending_lock.rs`: what is due leaves once, and what is in
//! the way is told and not tried again and again.

use std::cell::Cell;
use std::path::PathBuf;
use std::time::Duration as Wait;

use chrono::{DateTime, Duration, Utc};
use tidebox::config::{Auth, Config, Identity, Secret, Security, SendConfig, SmtpConfig, SmtpLogin};
use tidebox::domain::ids::OutgoingId;
use tidebox::domain::outbox::{DepartureTime, OutgoingState, RecipientState};
use tidebox::domain::schedule::Zone;
use tidebox::domain::sending_summary::SendingSummary;
use tidebox::job::deliver::{deliver_due, deliver_within, on_its_way};
use tidebox::outgoing::SendLimits;
use tidebox::store::{Durability, StagedRevision, Store, UnknownVerdict};

use crate::support::servers::smtp_peer::{Moment, OFFERS, SmtpPeer, say, say_and_close};

const ME: &str = "me@home.example";

struct Desk {
    folder: tempfile::TempDir,
    store: Store,
    config: Config,
    /// In minutes.
    now: Cell<i64>,
}

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap() + Duration::minutes(minutes)
}

fn server(port: u16) -> SmtpConfig {
    SmtpConfig { host: "127.0.0.1".to_owned(), port, security: Security::None, ca: None, login: None }
}

fn by_server(server: SmtpConfig) -> SendConfig {
    SendConfig::Smtp(Box::new(server))
}

impl Desk {
    fn new(send: SendConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // As `sync` opens it: its commits are not on the disk at once, and sending must not rely on it.
        let store = Store::open_for(&folder.path().join("store.db"), Durability::Replayable).unwrap();
        let mut config = Config::embedded(Zone::UTC);
        config.identities.push(Identity { send: Some(send), ..Identity::new("Me", ME) });
        Self { folder, store, config, now: Cell::new(0) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn stage(&mut self, number: u32, recipients: &[&str]) -> OutgoingId {
        let id = self.store.new_draft(None, "Subject: s\n\ntext", at(self.now.get())).unwrap();
        let revision = StagedRevision {
            message_id: format!("{number}@home.example"),
            sender: ME.to_owned(),
            recipients: recipients.iter().map(|it| format!("{it}@x.example")).collect(),
            bytes: format!("Date: staged\r\nSubject: {number}\r\n\r\n.dots\r\n").into_bytes(),
        };
        self.store.stage(id, &revision, DepartureTime::At(at(self.now.get())), None, at(self.now.get())).unwrap();
        id
    }

    fn deliver(&self) -> SendingSummary {
        let wait = Wait::from_millis(1500);
        let limits = SendLimits { answer: wait, after_dot: wait, command: Wait::from_secs(20) };
        deliver_within(&self.store, &self.config, &limits, &|| at(self.now.get())).unwrap()
    }

    fn after(&self, minutes: i64) -> SendingSummary {
        self.now.set(self.now.get() + minutes);
        self.deliver()
    }

    fn state(&self, id: OutgoingId) -> OutgoingState {
        self.store.outgoing(id).unwrap().state
    }

    fn words(&self, id: OutgoingId) -> Vec<String> {
        self.store.outgoing(id).unwrap().recipients.into_iter().map(|it| it.words).collect()
    }

    fn is_due(&self) -> bool {
        !on_its_way(&self.store, &self.config, at(self.now.get())).unwrap().is_empty()
    }
}

fn last_line(peer: &SmtpPeer) -> String {
    peer.lines().last().cloned().unwrap_or_default()
}

#[test]
fn what_is_due_leaves_once_with_its_date_and_refusals_come_back_with_their_words() {
    let peer = SmtpPeer::correct(OFFERS);
    let mut desk = Desk::new(by_server(server(peer.port)));
    let (all, some, nobody) =
        (desk.stage(1, &["ann", "bob"]), desk.stage(2, &["ann", "reject"]), desk.stage(3, &["reject"]));
    assert!(desk.is_due());
    let came = desk.deliver();
    assert_eq!((came.sent, came.partly_sent, came.refused, came.waiting), (1, 1, 1, 0));
    assert_eq!(desk.state(all), OutgoingState::Sent);
    assert_eq!(desk.state(some), OutgoingState::PartlySent);
    assert_eq!(desk.state(nobody), OutgoingState::Refused);
    assert_eq!(desk.words(some), ["queued as ABC123", "550 5.1.1 no such user here really"]);
    assert_eq!(peer.taken().len(), 2);
    assert!(peer.taken()[0].bytes.starts_with(b"Date: Mon, 21 Sep 2026 14:13:20 +0000\r\nSubject: 1\r\n\r\n.dots"));
    assert!(!desk.is_due());
    assert_eq!(desk.after(60 * 24), SendingSummary::default());
    assert_eq!(peer.count("ann@x.example"), 2);

    // The person wants the refused one tried once more: who has it does not get it again.
    desk.store.send_again(some, at(desk.now.get())).unwrap();
    assert_eq!(desk.deliver().partly_sent, 1);
    assert_eq!(peer.count("ann@x.example"), 2);
    assert!(desk.store.send_again(all, at(desk.now.get())).is_err());
}

#[test]
fn what_is_put_off_is_tried_at_growing_times_and_given_up_after_five_days() {
    let peer = SmtpPeer::correct(OFFERS);
    let mut desk = Desk::new(by_server(server(peer.port)));
    let id = desk.stage(1, &["ann", "later"]);
    assert_eq!(desk.deliver().later, 1);
    let mut pauses = Vec::new();
    let mut last = 0;
    while desk.state(id) == OutgoingState::Later {
        assert!(!desk.is_due());
        desk.now.set((desk.store.next_departure(at(desk.now.get())).unwrap().unwrap() - at(0)).num_minutes());
        pauses.push(desk.now.get() - last);
        last = desk.now.get();
        desk.deliver();
    }
    assert_eq!(pauses[..7], [5, 15, 30, 60, 120, 240, 240]);
    assert!((5 * 24 * 60..5 * 24 * 60 + 241).contains(&last), "{last}");
    assert_eq!(desk.state(id), OutgoingState::PartlySent);
    assert_eq!(desk.words(id)[1], "given up after 5 days: 451 4.3.0 try later");
    assert_eq!(peer.count("ann@x.example"), 1);
}

#[test]
fn what_is_not_answered_is_unknown_until_the_person_says_something() {
    let peer = SmtpPeer::start(OFFERS, |moment| {
        (*moment == Moment::Dot).then(|| say_and_close("421 4.4.0 lost connection to the relay\r\n"))
    });
    let mut desk = Desk::new(by_server(server(peer.port)));
    let id = desk.stage(1, &["ann"]);
    assert_eq!(desk.deliver().unknown, 1);
    assert!(!desk.is_due(), "never by itself");
    assert_eq!(desk.after(60 * 24 * 9), SendingSummary::default());
    assert_eq!(peer.count("ann@x.example"), 1);
    assert!(desk.store.send_again(id, at(desk.now.get())).is_err(), "that is another question");
    desk.store.settle_unknown(id, UnknownVerdict::Again, at(desk.now.get())).unwrap();
    assert_eq!(desk.deliver().unknown, 1);
    assert_eq!(peer.count("ann@x.example"), 2);
    desk.store.settle_unknown(id, UnknownVerdict::Sent, at(desk.now.get())).unwrap();
    assert_eq!(desk.state(id), OutgoingState::Sent);
}

#[test]
fn a_refused_login_is_tried_once_and_again_with_other_settings_or_after_a_commit() {
    let peer = SmtpPeer::correct(OFFERS);
    let login = |word: &str| {
        let secret = Secret::Command(vec!["echo".to_owned(), word.to_owned()]);
        Some(SmtpLogin { user: "me".to_owned(), auth: Auth::Plain, secret })
    };
    let mut desk = Desk::new(by_server(SmtpConfig { login: login("mistyped"), ..server(peer.port) }));
    let ids = [desk.stage(1, &["ann"]), desk.stage(2, &["bob"])];
    let came = desk.deliver();
    assert_eq!((came.waiting, came.refused, came.later), (2, 0, 0));
    assert!(came.troubles[0].contains("refused the password") && !came.troubles[0].contains("mistyped"), "{came:?}");
    let logins = |peer: &SmtpPeer| peer.lines().iter().filter(|line| line.starts_with("AUTH")).count();
    assert_eq!(logins(&peer), 1, "{:?}", peer.lines());
    for _ in 0..5 {
        assert_eq!(desk.after(60).waiting, 2);
    }
    assert_eq!(logins(&peer), 1);
    assert!(!desk.is_due());
    assert!(desk.words(ids[0])[0].contains("refused the password"));
    // The person says so.
    desk.store.send_again(ids[1], at(desk.now.get())).unwrap();
    desk.deliver();
    assert_eq!(logins(&peer), 2);
    // Other settings.
    desk.config.identities[0].send = Some(by_server(SmtpConfig { login: login("secret"), ..server(peer.port) }));
    assert!(desk.is_due());
    assert_eq!(desk.deliver().sent, 2);
    assert_eq!(desk.store.sending_blocks().unwrap(), []);
    assert_eq!((peer.count("ann@x.example"), peer.count("bob@x.example")), (1, 1));
}

#[test]
fn a_password_command_that_fails_and_an_identity_that_is_gone_hold_their_messages_back() {
    let peer = SmtpPeer::correct(OFFERS);
    let mark = tempfile::tempdir().unwrap();
    let mark = mark.path().join("ready");
    let script = format!("test -e {} && echo secret", mark.display());
    let secret = Secret::Command(vec!["sh".to_owned(), "-c".to_owned(), script]);
    let login = Some(SmtpLogin { user: "me".to_owned(), auth: Auth::Plain, secret });
    let mut desk = Desk::new(by_server(SmtpConfig { login, ..server(peer.port) }));
    let id = desk.stage(1, &["ann"]);
    let came = desk.deliver();
    assert_eq!(came.waiting, 1);
    assert!(came.troubles[0].contains("the password's command sh failed"), "{came:?}");
    assert_eq!(desk.state(id), OutgoingState::Staged, "nothing was begun, so it can be taken back");
    assert!(peer.lines().is_empty());
    std::fs::create_dir_all(mark.parent().unwrap()).unwrap();
    std::fs::write(&mark, "").unwrap();
    let identities = std::mem::take(&mut desk.config.identities);
    let came = desk.after(1);
    assert!(came.troubles[0].contains("no such identity"), "{came:?}");
    assert_eq!(desk.after(1), SendingSummary { waiting: 1, ..SendingSummary::default() }, "told once");
    desk.config.identities = identities;
    assert_eq!(desk.after(1).sent, 1);
    assert_eq!(last_line(&peer), "QUIT");
}

#[test]
fn a_server_that_is_away_is_asked_once_for_all_that_is_due() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut desk = Desk::new(by_server(server(closed)));
    let ids = [desk.stage(1, &["ann"]), desk.stage(2, &["bob"])];
    assert_eq!(desk.deliver().later, 2);
    assert!(ids.iter().all(|id| desk.state(*id) == OutgoingState::Later));
    assert!(!desk.is_due());
    let peer = SmtpPeer::correct(OFFERS);
    desk.config.identities[0].send = Some(by_server(server(peer.port)));
    assert_eq!(desk.after(5).sent, 2);
}

#[test]
fn a_message_that_the_server_cannot_take_is_refused_before_it_leaves() {
    let peer = SmtpPeer::correct(&["SIZE 10"]);
    let mut desk = Desk::new(by_server(server(peer.port)));
    let id = desk.stage(1, &["ann"]);
    assert_eq!(desk.deliver().refused, 1);
    assert!(desk.words(id)[0].contains("takes at most 10 bytes"), "{:?}", desk.words(id));
    assert!(!peer.lines().iter().any(|line| line.starts_with("MAIL")));
}

#[test]
fn a_copy_of_the_store_sends_nothing() {
    let peer = SmtpPeer::correct(OFFERS);
    let mut desk = Desk::new(by_server(server(peer.port)));
    desk.stage(1, &["ann"]);
    assert!(desk.store.is_at_home().unwrap());
    let copy = desk.path("copy.db");
    desk.store.backup(&copy).unwrap();
    let original = std::mem::replace(&mut desk.store, Store::open(&copy).unwrap());
    assert!(desk.deliver().troubles[0].contains("this store is a copy"));
    assert_eq!(peer.count("ann@x.example"), 0);
    desk.store = original;
    assert_eq!(desk.deliver().sent, 1);
}

#[test]
fn several_processes_at_once_send_each_message_once() {
    let peer = SmtpPeer::start(OFFERS, |moment| moment.is("MAIL").then(|| say("250 2.1.0 ok\r\n")));
    let mut desk = Desk::new(by_server(server(peer.port)));
    for number in 0..12 {
        desk.stage(number, &["ann"]);
    }
    let (path, config) = (desk.store.path().to_owned(), desk.config.clone());
    let sent: u32 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let store = Store::open(&path).unwrap();
                    deliver_due(&store, &config, &|| at(1)).unwrap().sent
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!((sent, peer.count("ann@x.example")), (12, 12));
}

#[test]
fn a_try_that_was_cut_off_is_ended_by_whoever_sends_next() {
    let peer = SmtpPeer::correct(OFFERS);
    let mut desk = Desk::new(by_server(server(peer.port)));
    let (before, after) = (desk.stage(1, &["ann"]), desk.stage(2, &["bob"]));
    desk.store.begin_attempt(before, at(0), <[u8]>::to_vec).unwrap();
    assert!(desk.is_due());
    let came = desk.deliver();
    assert_eq!((came.sent, desk.state(before), desk.state(after)), (2, OutgoingState::Sent, OutgoingState::Sent));
    let third = desk.stage(3, &["cy"]);
    let attempt = desk.store.begin_attempt(third, at(0), <[u8]>::to_vec).unwrap();
    desk.store.note_dot(&attempt, &[0], at(0)).unwrap();
    assert_eq!(desk.deliver().unknown, 1);
    assert_eq!(desk.store.outgoing(third).unwrap().recipients[0].state, RecipientState::Unknown);
    assert_eq!(peer.count("cy@x.example"), 0);
}

/// Between the list of what is due and the first step of its try there is time, in which a person can take it back.
#[test]
fn what_is_taken_back_at_the_last_moment_stays_and_the_others_leave() {
    let peer = SmtpPeer::correct(OFFERS);
    let mut desk = Desk::new(by_server(server(peer.port)));
    let [first, second] = [desk.stage(1, &["ann"]), desk.stage(2, &["bob"])];
    // The password's command is run in between; it takes back what was to leave first, as another process does.
    let script = format!(
        "sqlite3 '{}' \"UPDATE outgoing SET state = 'draft', bytes = NULL, due = NULL WHERE id = {first}\"; echo secret",
        desk.store.path().display()
    );
    let secret = Secret::Command(vec!["sh".to_owned(), "-c".to_owned(), script]);
    let login = Some(SmtpLogin { user: "me".to_owned(), auth: Auth::Plain, secret });
    desk.config.identities[0].send = Some(by_server(SmtpConfig { login, ..server(peer.port) }));
    let came = desk.deliver();
    assert_eq!((came.sent, came.waiting, came.troubles.len()), (1, 0, 0), "{came:?}");
    assert_eq!((desk.state(first), desk.state(second)), (OutgoingState::Draft, OutgoingState::Sent));
    assert_eq!((peer.count("ann@x.example"), peer.count("bob@x.example")), (0, 1));
}

/// A clock that was far ahead when a try was put off must not keep the message for years.
#[test]
fn what_was_put_off_while_the_clock_was_wrong_is_due_at_once() {
    let peer = SmtpPeer::correct(OFFERS);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut desk = Desk::new(by_server(server(closed)));
    let id = desk.stage(1, &["ann"]);
    let years = 3 * 365 * 24 * 60;
    desk.now.set(years);
    assert_eq!(desk.deliver().later, 1);
    desk.now.set(0);
    // What is staged for a date far ahead stays staged.
    desk.now.set(years);
    let far = desk.stage(2, &["bob"]);
    desk.now.set(0);
    desk.config.identities[0].send = Some(by_server(server(peer.port)));
    assert!(desk.is_due());
    assert_eq!(desk.deliver().sent, 1);
    assert_eq!((desk.state(id), desk.state(far)), (OutgoingState::Sent, OutgoingState::Staged));
    let next = desk.store.next_departure(at(0)).unwrap();
    assert_eq!(next, Some(at(years)), "that is when the other one leaves");
}

/// Whoever was refused at first and got it at the second try is known, too, as somebody who was written to.
#[test]
fn who_gets_it_at_a_second_try_is_known_from_then_on() {
    let refuses = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let still = std::sync::Arc::clone(&refuses);
    let peer = SmtpPeer::start(OFFERS, move |moment| {
        let refused = moment.is("RCPT TO:<bob") && still.load(std::sync::atomic::Ordering::SeqCst);
        refused.then(|| say("550 5.1.1 no such user\r\n"))
    });
    let mut desk = Desk::new(by_server(server(peer.port)));
    let id = desk.stage(1, &["ann", "bob"]);
    assert_eq!(desk.deliver().partly_sent, 1);
    let known = |desk: &Desk| {
        let asked = ["SELECT group_concat(address) FROM (SELECT address FROM correspondent ORDER BY address)"];
        let done = std::process::Command::new("sqlite3").arg(desk.store.path()).args(asked).output().unwrap();
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(known(&desk), "ann@x.example");
    refuses.store(false, std::sync::atomic::Ordering::SeqCst);
    desk.store.send_again(id, at(1)).unwrap();
    assert_eq!(desk.after(1).sent, 1);
    assert_eq!(known(&desk), "ann@x.example,bob@x.example");
}

/// A message that may have arrived, is sent again by the person's wish, and is changed before that: other bytes have another
/// Message-ID, since servers throw away what comes a second time with the same one.
#[test]
fn what_is_changed_after_it_may_have_arrived_has_a_new_message_id() {
    let peer = SmtpPeer::start(OFFERS, |moment| (*moment == Moment::Dot).then(|| say_and_close("")));
    let mut desk = Desk::new(by_server(server(peer.port)));
    let id = desk.stage(1, &["ann"]);
    assert_eq!(desk.deliver().unknown, 1);
    desk.store.settle_unknown(id, UnknownVerdict::Again, at(1)).unwrap();
    assert_eq!(desk.state(id), OutgoingState::Later);
    desk.store.recall(id, at(1)).unwrap();
    assert_eq!(desk.store.reusable_message_id(id).unwrap(), None);
    let revision = StagedRevision {
        message_id: "changed@home.example".to_owned(),
        sender: ME.to_owned(),
        recipients: vec!["ann@x.example".to_owned()],
        bytes: b"Date: staged\r\nSubject: changed\r\n\r\nOther.\r\n".to_vec(),
    };
    desk.store.stage(id, &revision, DepartureTime::At(at(1)), None, at(1)).unwrap();
    assert_eq!(desk.store.outgoing(id).unwrap().message_id.as_deref(), Some("changed@home.example"));
    // What was refused before its dot was had by nobody, and keeps its own.
    let refused = desk.stage(2, &["reject"]);
    desk.now.set(0);
    desk.deliver();
    assert_eq!(desk.state(refused), OutgoingState::Refused);
    desk.store.recall(refused, at(2)).unwrap();
    assert_eq!(desk.store.reusable_message_id(refused).unwrap().as_deref(), Some("2@home.example"));
}

/// The most that a draft may name: they go in groups of a hundred, each once.
#[test]
fn ten_thousand_recipients_get_it_once_each() {
    let peer = SmtpPeer::correct(OFFERS);
    let mut desk = Desk::new(by_server(server(peer.port)));
    let names: Vec<String> = (0..10_000).map(|number| format!("p{number}")).collect();
    let id = desk.stage(1, &names.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(desk.deliver().sent, 1);
    assert_eq!(desk.state(id), OutgoingState::Sent);
    let taken = peer.taken();
    assert!(taken.len() == 100 && taken.iter().all(|it| it.recipients.len() == 100), "{}", taken.len());
    let got: std::collections::BTreeSet<&String> = taken.iter().flat_map(|it| &it.recipients).collect();
    assert_eq!(got.len(), 10_000, "nobody twice, and nobody left out");
    assert_eq!(peer.lines().iter().filter(|line| line.starts_with("EHLO")).count(), 1);
}
