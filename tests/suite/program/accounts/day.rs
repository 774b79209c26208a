//! Holds `src/source/imap`, `src/watch/remote.rs`, `src/job/gather.rs`, `src/job/write_back.rs`: a day with an account,
//! on a real server: the first reading, what changes after it, a folder that is made anew, what arrives while somebody
//! waits for it, and a commit that is read back by another program.

use std::collections::BTreeSet;
use std::time::Duration;

use tidebox::clock::Stopwatch;

use super::{EARLY, OPEN, home_with, stored, wait_for};
use crate::support::Home;
use crate::support::running::Running;
use crate::support::servers::letters::{letter, message_id};
use crate::support::servers::proxy::Proxy;
use crate::support::servers::{Account, Kind, readback};

const FIRST: usize = 5_000;

fn ids(numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    let mut ids: Vec<String> = numbers.into_iter().map(message_id).collect();
    ids.sort();
    ids
}

#[test]
fn a_day_on_dovecot() {
    day(Kind::Dovecot);
}

#[test]
fn a_day_on_cyrus() {
    day(Kind::Cyrus);
}

fn day(kind: Kind) {
    let Some(account) = Account::on(kind, "day") else { return };
    let mut client = account.client();
    client.append_many("INBOX", (0..FIRST).map(letter));
    let proxy = Proxy::to(account.server.port);
    let home = home_with(&account.plain_source("work", proxy.port));

    let first = sync(&home);
    assert_eq!(
        (first["admitted"].as_u64(), first["failed"].as_u64()),
        (Some(FIRST as u64), Some(0)),
        "{kind:?}: {first}"
    );
    assert_eq!(stored(&home), ids(0..FIRST), "{kind:?}");
    assert_eq!(proxy.changing(), Vec::<String>::new(), "reading changes nothing there");
    assert!(client.list("INBOX").iter().all(|one| !one.flags.contains("\\Seen")), "{kind:?}: nothing is marked read");
    nothing_new(&home, &proxy);

    // 50 come, 20 go, 30 get other flags.
    client.append_many("INBOX", (FIRST..FIRST + 50).map(letter));
    let there = client.list("INBOX");
    client.expunge(&there[100..120].iter().map(|one| one.uid).collect::<Vec<_>>());
    for one in &there[200..230] {
        client.store(one.uid, "+FLAGS", "\\Flagged $Important");
    }
    let second = sync(&home);
    assert_eq!(second["admitted"], 50, "{kind:?}: {second}");
    assert_eq!(stored(&home), ids(0..FIRST + 50), "what is gone there is kept here");
    let flagged = home.sqlite("SELECT count(*) FROM copy WHERE flags LIKE '%F%'");
    assert_eq!(flagged.trim(), "30", "{kind:?}");
    let left = home.sqlite("SELECT count(*) FROM copy WHERE gone IS NULL");
    assert_eq!(left.trim(), (FIRST + 30).to_string(), "{kind:?}");
    nothing_new(&home, &proxy);
    home.assert_whole();
}

#[test]
fn a_folder_is_deleted_and_made_anew() {
    for kind in [Kind::Dovecot, Kind::Cyrus] {
        let Some(account) = Account::on(kind, "anew") else { continue };
        let mut client = account.client();
        client.ok("CREATE Lists");
        client.append_many("Lists", (0..40).map(letter));
        client.append_many("INBOX", (100..110).map(letter));
        let proxy = Proxy::to(account.server.port);
        let source = format!("{}folders = [\"INBOX\", \"Lists\"]\n", account.plain_source("work", proxy.port));
        let home = home_with(&source);
        assert_eq!(sync(&home)["admitted"], 50, "{kind:?}");
        client.ok("DELETE Lists");
        let gone = home.run(EARLY, &["sync"]);
        assert!(gone.code == 1 && gone.err.contains("Lists: there is no such folder"), "{kind:?}: {gone:?}");
        assert_eq!(stored(&home).len(), 50, "{kind:?}");
        client.ok("CREATE Lists");
        client.append_many("Lists", (0..41).rev().map(letter));
        let anew = sync(&home);
        assert_eq!(anew["admitted"], 1, "{kind:?}: {anew}");
        assert_eq!(stored(&home), ids((0..41).chain(100..110)), "{kind:?}: nothing twice");
        nothing_new(&home, &proxy);
        home.assert_whole();
    }
}

#[test]
fn what_arrives_is_seen_while_it_is_waited_for() {
    for kind in [Kind::Dovecot, Kind::Cyrus] {
        let Some(account) = Account::on(kind, "idle") else { continue };
        let mut client = account.client();
        client.append("INBOX", "", [letter(1)]);
        let home = home_with(&account.tls_source("work"));
        let _watching = Running::watch(&home, EARLY);
        wait_for(&home, 1);
        let mut slowest = Duration::ZERO;
        for number in 2..6 {
            client.append("INBOX", "", [letter(number)]);
            let watch = Stopwatch::start();
            wait_for(&home, number);
            slowest = slowest.max(watch.elapsed());
        }
        eprintln!("{kind:?}: a message was in the store {} ms after it arrived, at most", slowest.as_millis());
    }
}

#[test]
fn a_commit_is_read_back_by_another_program() {
    for kind in [Kind::Dovecot, Kind::Cyrus] {
        let Some(account) = Account::on(kind, "commit") else { continue };
        let mut client = account.client();
        client.append_many("INBOX", (0..20).filter(|number| number % 7 != 3).map(letter));
        let before = account.read_back();
        let proxy = Proxy::to(account.server.port);
        let home = home_with(&format!("{}write_back = true\n", account.plain_source("work", proxy.port)));
        sync(&home);
        let batch = home.json(OPEN, &["begin"]);
        let decide = |verb: &str, number: usize, more: &[&str]| {
            let wanted = serde_json::Value::from(message_id(number));
            let found = batch.iter().find(|one| one["message_id"] == wanted);
            let id = found.unwrap_or_else(|| panic!("{kind:?}: {number} is not in {batch:?}"))["id"].to_string();
            let mut arguments = vec!["decide", verb];
            arguments.extend(more);
            arguments.push(&id);
            home.json(OPEN, &arguments);
        };
        decide("done", 0, &[]);
        decide("done", 1, &[]);
        decide("trash", 2, &[]);
        decide("spam", 4, &[]);
        decide("defer", 5, &["--to", "tomorrow"]);
        decide("mute", 6, &[]);
        decide("later", 7, &[]);
        home.json(OPEN, &["commit"]);
        sync(&home);
        let open = home.sqlite("SELECT cause, target, state, why FROM journal WHERE state NOT IN ('made', 'replaced')");
        assert_eq!(open.trim(), "", "{kind:?}");

        let after = account.read_back();
        let place = |number: usize| {
            let places = readback::places(&after, &message_id(number));
            assert_eq!(places.len(), 1, "{kind:?}: message {number} is there once: {places:?}");
            (places[0].0.to_owned(), places[0].1.clone())
        };
        for (number, folder) in
            [(0, "Archive"), (1, "Archive"), (2, "Trash"), (4, "Junk"), (5, "INBOX"), (6, "Archive")]
        {
            assert_eq!(place(number).0, folder, "{kind:?}: {number}");
        }
        assert!(place(0).1.has("\\Seen") && place(6).1.has("\\Seen"), "{kind:?}");
        assert!(place(5).1.flags.iter().any(|flag| flag.to_lowercase().starts_with("$tidedeferred")), "{kind:?}");
        assert!(place(6).1.has("$TideMuted"), "{kind:?}: {:?}", place(6));
        assert_eq!(place(8).0, "INBOX", "{kind:?}");
        assert!(place(8).1.flags.is_empty(), "{kind:?}: {:?}", place(8));
        let bytes = |mailbox: &readback::Mailbox| {
            mailbox.values().flatten().map(|one| (one.id.clone(), one.sha256.clone())).collect::<BTreeSet<_>>()
        };
        assert_eq!(bytes(&before), bytes(&after), "{kind:?}: every message is there, as it was");
        nothing_new(&home, &proxy);
        assert_eq!(account.read_back(), after, "{kind:?}");
        home.assert_whole();
    }
}

/// Reads, and tells what came of it.
fn sync(home: &Home) -> serde_json::Value {
    home.json(EARLY, &["sync"]).remove(0)
}

/// Reading twice more brings nothing, and changes nothing there.
#[track_caller]
fn nothing_new(home: &Home, proxy: &Proxy) {
    let before = home.sqlite("SELECT * FROM copy ORDER BY folder, key");
    for _ in 0..2 {
        proxy.forget();
        let again = sync(home);
        assert_eq!((again["admitted"].as_u64(), again["failed"].as_u64()), (Some(0), Some(0)), "{again}");
        assert_eq!(proxy.changing(), Vec::<String>::new());
        assert_eq!(home.sqlite("SELECT * FROM copy ORDER BY folder, key"), before);
    }
}
