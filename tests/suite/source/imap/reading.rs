//! Holds `src/source/imap/reading`, `src/source/imap/position.rs`: reading from real servers: everything once, then
//! what is new, what has changed and what is gone, on servers with many extensions and with few.

use super::mirror::{Mirror, config, of, source};
use crate::support::servers::client::Client;
use crate::support::servers::letters::{letter, message_id};
use crate::support::servers::{Account, Kind};
use tidebox::config::{ImapConfig, Security};
use tidebox::domain::found_copy::CopyOrigin;

const KINDS: [Kind; 3] = [Kind::Dovecot, Kind::Cyrus, Kind::Pymap];

/// What another client sees, in the order of UIDs.
fn seen(client: &mut Client, folder: &str) -> Vec<(String, bool)> {
    let mut all = client.list(folder);
    all.sort_by_key(|one| one.uid);
    all.into_iter()
        .map(|one| (one.message_id, one.flags.iter().any(|flag| flag.eq_ignore_ascii_case("\\Seen"))))
        .collect()
}

#[test]
fn what_is_there_is_read_once_and_then_what_happens() {
    for kind in KINDS {
        let Some(account) = Account::on(kind, "happens") else { continue };
        let mut client = account.client();
        client.append("INBOX", "\\Seen", (0..40).map(letter));
        client.append("INBOX", "", (40..120).map(letter));
        let mut source = of(&account, &["INBOX"]);
        let mut mirror = Mirror::default();
        let outcome = mirror.read(&mut source);
        assert_eq!(outcome.problems.list, [], "{kind:?}");
        let there = seen(&mut client, "INBOX");
        assert!(there.len() >= 120);
        assert_eq!(mirror.ids("INBOX"), there, "{kind:?}");
        let first = mirror.folders["INBOX"].values().next().unwrap();
        assert!(
            first.copy.origin == CopyOrigin::FirstReading && first.copy.flags.is_read() == Some(true)
                || kind == Kind::Pymap,
            "{kind:?}: {first:?}"
        );

        mirror.read(&mut source);
        assert_eq!(mirror.brought(), (0, 0, 0), "{kind:?}: nothing new");

        client.append("INBOX", "", (200..250).map(letter));
        client.select("INBOX");
        let gone: Vec<u32> = (50..70).map(|number| client.uid(&message_id(number)).unwrap()).collect();
        client.expunge(&gone);
        for number in 70..100 {
            let uid = client.uid(&message_id(number)).unwrap();
            client.store(uid, "+FLAGS", "\\Seen");
        }
        let outcome = mirror.read(&mut source);
        assert_eq!(outcome.problems.list, [], "{kind:?}");
        assert_eq!(mirror.brought(), (50, 30, 20), "{kind:?}");
        assert_eq!(mirror.ids("INBOX"), seen(&mut client, "INBOX"), "{kind:?}");
        assert_eq!(mirror.folders["INBOX"].values().next_back().unwrap().copy.origin, CopyOrigin::New);

        // A program that is started again goes on from this position.
        client.append("INBOX", "", [letter(300)]);
        mirror.read(&mut of(&account, &["INBOX"]));
        assert_eq!(mirror.brought(), (1, 0, 0), "{kind:?}");
        let flags: Vec<_> = client.list("INBOX").into_iter().filter(|one| one.message_id == message_id(300)).collect();
        assert!(!flags[0].flags.contains("\\Seen"), "{kind:?}: reading leaves no mark");
    }
}

#[test]
fn what_was_taken_in_of_a_reading_that_was_cut_is_not_fetched_again() {
    for kind in KINDS {
        let Some(account) = Account::on(kind, "cut") else { continue };
        let mut client = account.client();
        client.append("INBOX", "", (0..230).map(letter));
        let mut mirror = Mirror::default();
        // An account of Pymap has sent mail from the beginning, which is read before the inbox.
        let folders = ["INBOX", "-Sent"];
        mirror.read_some(&mut of(&account, &folders), 100).unwrap();
        assert_eq!((mirror.messages, mirror.position.as_deref()), (100, None));
        let newest = mirror.ids("INBOX").pop();
        let there = seen(&mut client, "INBOX");
        assert_eq!(newest.as_ref(), there.last(), "{kind:?}: the newest come first");
        mirror.read(&mut of(&account, &folders));
        assert_eq!(mirror.messages, there.len() - 100, "{kind:?}");
        assert_eq!(mirror.ids("INBOX"), there, "{kind:?}");
    }
}

#[test]
fn of_much_sent_mail_the_newest_is_read_before_what_arrives_and_the_rest_after_it() {
    let Some(account) = Account::on(Kind::Dovecot, "muchsent") else { return };
    let mut client = account.client();
    client.append("Sent", "\\Seen", (1_000..2_300).map(letter));
    client.append("INBOX", "", (0..150).map(letter));
    let mut mirror = Mirror::default();
    let of_folder =
        |mirror: &Mirror, folder: &str| mirror.folders.get(folder).map_or(0, std::collections::BTreeMap::len);
    mirror.read_some(&mut of(&account, &["INBOX"]), 1_001).unwrap();
    assert_eq!((of_folder(&mirror, "Sent"), of_folder(&mirror, "INBOX")), (1_000, 1));
    assert_eq!(mirror.ids("Sent").first().map(|(id, _)| id.clone()), Some(message_id(1_300)), "its newest");
    // Cut there, the next reading goes on; each message is handed over once.
    mirror.read_some(&mut of(&account, &["INBOX"]), 150).unwrap();
    assert_eq!((of_folder(&mirror, "Sent"), of_folder(&mirror, "INBOX")), (1_001, 150));
    mirror.read(&mut of(&account, &["INBOX"]));
    assert_eq!((mirror.messages, of_folder(&mirror, "Sent")), (299, 1_300));
    let mut whole = Mirror::default();
    whole.read(&mut of(&account, &["INBOX"]));
    assert_eq!((whole.messages, whole.ids("Sent")), (1_450, mirror.ids("Sent")), "nothing is fetched twice");
}

#[test]
fn a_folder_of_several_pages_is_read_whole() {
    let Some(account) = Account::on(Kind::Dovecot, "pages") else { return };
    account.drop_in((0..2_345).map(letter));
    let mut client = account.client();
    let mut source = of(&account, &["INBOX"]);
    let mut mirror = Mirror::default();
    let outcome = mirror.read(&mut source);
    assert_eq!((outcome.problems.list, mirror.messages), (Vec::new(), 2_345));
    assert_eq!(mirror.ids("INBOX"), seen(&mut client, "INBOX"));
    // The position is lost while everything is known: the folder is gone through, and no message is fetched.
    mirror.position = None;
    client.select("INBOX");
    let gone = [3, 900, 2_000].map(|number| client.uid(&message_id(number)).unwrap());
    client.expunge(&gone);
    mirror.read(&mut of(&account, &["INBOX"]));
    assert_eq!(mirror.brought(), (0, 0, 3));
    assert_eq!(mirror.ids("INBOX"), seen(&mut client, "INBOX"));
}

#[test]
fn several_folders_are_read_with_tls_or_starttls() {
    for (kind, security) in
        [(Kind::Dovecot, Security::Tls), (Kind::Dovecot, Security::StartTls), (Kind::Cyrus, Security::Tls)]
    {
        let Some(account) = Account::on(kind, "several") else { continue };
        let mut client = account.client();
        for (number, folder) in ["INBOX", "Lists", "Lists/rust", "M&APw-ll"].iter().enumerate() {
            if *folder != "INBOX" {
                client.command(&format!("CREATE {folder}"));
            }
            client.append(folder, "", (number * 10..number * 10 + 3).map(letter));
        }
        let port = if security == Security::Tls { account.server.tls_port } else { account.server.port };
        let folders = ["*", "-Lists"].map(str::to_owned).to_vec();
        let ca = Some(account.server.authority());
        let config = config(port, &account.user);
        let mut source = source(&ImapConfig { host: "localhost".into(), folders, security, ca, ..config });
        let mut mirror = Mirror::default();
        mirror.read(&mut source);
        let read: Vec<&str> = mirror.folders.keys().map(String::as_str).collect();
        assert_eq!(read, ["INBOX", "Lists/rust", "Müll"], "{kind:?} {security:?}");
        client.append("M&APw-ll", "", [letter(77)]);
        client.append("Lists/rust", "", [letter(78)]);
        mirror.read(&mut source);
        assert_eq!(mirror.brought(), (2, 0, 0), "{kind:?} {security:?}");
        assert_eq!(mirror.ids("Müll").last().unwrap().0, message_id(77));
    }
}

#[test]
fn a_folder_with_new_uids_is_read_anew_before_the_old_ones_go() {
    let Some(account) = Account::on(Kind::Dovecot, "readanew") else { return };
    let mut client = account.client();
    client.ok("CREATE Work");
    client.append("Work", "", (0..10).map(letter));
    let mut source = of(&account, &["Work"]);
    let mut mirror = Mirror::default();
    mirror.read(&mut source);
    let before: Vec<String> = mirror.folders["Work"].keys().cloned().collect();
    client.ok("DELETE Work");
    let outcome = mirror.read(&mut source);
    assert_eq!(outcome.problems.count, 1, "it is told that the folder is gone");
    assert_eq!(mirror.folders["Work"].len(), 10, "and what was taken in of it is kept");
    client.ok("CREATE Work");
    client.append("Work", "", (5..15).map(letter));
    mirror.read(&mut source);
    assert_eq!(mirror.brought(), (10, 0, 10));
    assert_eq!(mirror.ids("Work"), seen(&mut client, "Work"));
    assert!(mirror.folders["Work"].keys().all(|key| !before.contains(key)));
    assert!(
        mirror.folders["Work"].values().all(|copy| copy.copy.origin != CopyOrigin::FirstReading),
        "what is new there is no backlog"
    );
}

#[test]
fn of_a_large_message_only_the_header_is_fetched() {
    let Some(account) = Account::on(Kind::Dovecot, "large") else { return };
    let large = letter(1) + &"line of a large message\r\n".repeat(10_000);
    account.client().append("INBOX", "", [letter(0), large, letter(2)]);
    let mut source = source(&ImapConfig { largest: 100_000, ..config(account.server.port, &account.user) });
    let mut mirror = Mirror::default();
    mirror.read(&mut source);
    let copies: Vec<_> = mirror.folders["INBOX"].values().collect();
    assert_eq!(copies.len(), 3);
    let raw = String::from_utf8_lossy(&copies[1].raw);
    assert!(
        raw.len() < 2_000 && raw.contains("Message-ID: <m1@") && raw.contains("Only its header was fetched"),
        "{raw}"
    );
    let message = tidebox::mail::parse(&copies[1].raw);
    assert!(message.text.contains("the whole message is on the server"), "{message:?}");
}
