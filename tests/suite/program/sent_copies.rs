//! Holds `src/source/imap/sent_copy.rs`, `src/source/maildir/sent_copy.rs`, `src/job/sent_copy.rs`, `src/store/sent_copy.rs`: of what
//! a server has accepted exactly one copy lies among the sent mail, on real servers and in a Maildir that mbsync keeps, wherever
//! the program is killed or the line is cut, and whether or not the server keeps one by itself.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tidebox::domain::outbox::{DepartureTime, OutgoingRelation, OutgoingState, RecipientState};
use tidebox::store::{StagedRevision, Store};

use super::accounts::{AFTER, EARLY, OPEN, home_with};
use crate::support::running::{killed, took};
use crate::support::servers::proxy::{Fault, Proxy, Way};
use crate::support::servers::{Account, Kind, PASSWORD, readback};
use crate::support::{Home, letter};

/// Later than everything else, when what failed is due again.
pub const LATER: &str = "2026-11-23T17:30:00+01:00";

fn identity(copy: &str) -> String {
    format!("\n[[identity]]\naddress = \"me@example.org\"\nsend = {{ command = \"true\" }}\nsent_copy = \"{copy}\"\n")
}

/// The answer to a letter, as it leaves.
pub fn answer(number: u32) -> String {
    format!(
        "Date: Mon, 23 Nov 2026 10:06:00 +0100\r\nFrom: me@example.org\r\nTo: ann@example.org\r\n\
         Message-ID: <mine-{number}@example.org>\r\nSubject: Re: Letter\r\nIn-Reply-To: <letter-{number}@example.org>\r\n\r\n{}",
        "A line of the answer.\r\n".repeat(40)
    )
}

/// Lets the answer to a letter leave: its server has accepted it.
pub fn accepted(home: &Home, number: u32) {
    let mut store = Store::open(&home.store()).unwrap();
    let now: DateTime<Utc> = "2026-11-23T09:06:00Z".parse().unwrap();
    let sql = format!("SELECT id FROM message WHERE message_id = 'letter-{number}@example.org'");
    let answers = home.sqlite(&sql).trim().parse().ok().map(tidebox::domain::ids::Id);
    let draft = "From: me@example.org\nTo: ann@example.org\nBcc: boss@example.org\nSubject: Re: Letter\n\nText\n";
    let id = store.new_draft(answers.map(|message| (OutgoingRelation::Reply, message)), draft, now).unwrap();
    let revision = StagedRevision {
        message_id: format!("mine-{number}@example.org"),
        sender: "me@example.org".to_owned(),
        recipients: vec!["ann@example.org".to_owned()],
        bytes: answer(number).into_bytes(),
    };
    store.stage(id, &revision, DepartureTime::At(now), None, now).unwrap();
    let attempt = store.begin_attempt(id, now, <[u8]>::to_vec).unwrap();
    let outcome = [(0, RecipientState::Accepted, "250 ok".to_owned())];
    assert_eq!(store.end_attempt(&attempt, &outcome, now, now).unwrap(), OutgoingState::Sent);
}

/// A home whose account has so many letters, all of them done.
pub fn decided(account: &Account, port: u16, copy: &str, letters: u32) -> Home {
    let mails = (1..=letters).map(|number| letter(number, "Ann <ann@example.org>", "Letter", "Hello"));
    account.client().append("INBOX", "", mails);
    let home = home_with(&format!("{}{}", account.plain_source("work", port), identity(copy)));
    home.json(EARLY, &["sync"]);
    for one in home.json(OPEN, &["begin"]) {
        home.json(OPEN, &["decide", "done", &one["id"].to_string()]);
    }
    home.json(OPEN, &["commit"]);
    home
}

/// The flags of each copy of an answer among the sent mail.
pub fn copies(account: &Account, number: u32) -> Vec<bool> {
    let mailbox = readback::read(account.server.port, &account.user);
    let found = readback::places(&mailbox, &format!("mine-{number}@example.org"));
    found.iter().map(|(folder, one)| *folder == "Sent" && one.has("\\Seen")).collect()
}

/// Whether each copy of a letter is marked as answered.
fn marked(account: &Account, number: u32) -> Vec<bool> {
    let mailbox = readback::read(account.server.port, &account.user);
    let found = readback::places(&mailbox, &format!("letter-{number}@example.org"));
    found.iter().map(|(_, one)| one.has("\\Answered")).collect()
}

#[test]
fn real_servers_get_one_copy_whether_or_not_they_keep_one_themselves() {
    for kind in [Kind::Dovecot, Kind::Cyrus, Kind::Pymap] {
        let Some(account) = Account::on(kind, "sentcopies") else { continue };
        let mut client = account.client();
        let folders = client.folders();
        for name in ["Sent", "Archive", "Junk", "Trash"].iter().filter(|name| !folders.contains(&(**name).to_owned())) {
            client.ok(&format!("CREATE {name}"));
        }
        let home = decided(&account, account.server.port, "auto", 3);
        // The server has kept the first one; of the second it does so while that is waited for; of the third it does not.
        client.append("Sent", "\\Seen", [answer(1)]);
        for number in [1, 2, 3] {
            accepted(&home, number);
            let slow = account.clone();
            let filing = (number == 2).then(|| {
                thread::spawn(move || {
                    thread::sleep(Duration::from_secs(2));
                    slow.client().append("Sent", "\\Seen", [answer(2)]);
                })
            });
            for at in [OPEN, "2026-11-23T10:20:00+01:00"] {
                home.json(at, &["sync"]);
            }
            if let Some(thread) = filing {
                thread.join().unwrap();
            }
            for hour in 11..20 {
                home.json(&format!("2026-11-23T{hour}:00:00+01:00"), &["sync"]);
            }
            assert_eq!(copies(&account, number), [true], "{kind:?} {number}");
            assert_eq!(marked(&account, number), [true], "{kind:?} {number}");
            let by = if number == 3 { "tidebox" } else { "server" };
            let kept = home.sqlite(&format!("SELECT kept_by FROM sent_copy WHERE number = {number}"));
            assert_eq!(kept.trim(), by, "{kind:?} {number}");
        }
        // What one keeps for oneself says who else got it.
        let bodies = client.ok("EXAMINE Sent");
        assert!(!bodies.is_empty());
        let found = client.ok("UID SEARCH HEADER BCC \"boss@example.org\"");
        assert_eq!(found.iter().flat_map(|line| line.split(' ').skip(2)).count(), 1, "{kind:?}: {found:?}");
        home.assert_whole();
    }
}

#[test]
fn a_line_that_is_cut_or_loses_an_answer_leaves_one_copy() {
    let Some(account) = Account::on(Kind::Dovecot, "sentcut") else { return };
    let proxy = Proxy::to(account.server.port);
    let home = decided(&account, proxy.port, "append", 26);
    let mut faults = vec![Fault::Swallow("APPEND".to_owned()), Fault::Stall(Way::Out, 700)];
    faults.extend((0..12).map(|point| Fault::Reset(Way::Out, 60 + 140 * point)));
    faults.extend((0..12).map(|point| Fault::Reset(Way::In, 200 + 250 * point)));
    for (number, fault) in (1..).zip(faults) {
        accepted(&home, number);
        let stalls = matches!(fault, Fault::Stall(..) | Fault::Swallow(_));
        proxy.fault(fault.clone(), 1);
        if stalls {
            killed(&home, AFTER, &["sync"], Duration::from_secs(2));
        } else {
            home.run(AFTER, &["sync"]);
        }
        proxy.fault(Fault::None, 0);
        home.json(LATER, &["sync"]);
        assert_eq!(copies(&account, number), [true], "{fault:?}");
        assert_eq!(marked(&account, number), [true], "{fault:?}");
    }
    home.assert_whole();
}

#[test]
fn killed_anywhere_there_is_one_copy() {
    let Some(account) = Account::on(Kind::Dovecot, "sentkilled") else { return };
    let home = decided(&account, account.server.port, "append", 21);
    accepted(&home, 1);
    let whole = took(&home, AFTER, &["sync"]);
    let mut met = 0;
    for number in 2..=21 {
        accepted(&home, number);
        met += u32::from(killed(&home, AFTER, &["sync"], whole * (number - 1) / 21).1);
        home.json(LATER, &["sync"]);
        assert_eq!((copies(&account, number), marked(&account, number)), (vec![true], vec![true]), "kill {met}");
    }
    eprintln!("{met} kills");
    home.assert_whole();
}

#[test]
fn a_maildir_that_mbsync_keeps_has_one_copy_on_both_sides() {
    let Some(account) = Account::on(Kind::Dovecot, "sentmbsync").filter(|_| has_mbsync()) else { return };
    let home = decided_in_maildir(&account, 3);
    let keep = || keep(&home);
    // Another program has put the copy of the third one there, and mbsync has brought it.
    account.client().append("Sent", "\\Seen", [answer(3)]);
    keep();
    for number in 1..=3 {
        accepted(&home, number);
        for at in [OPEN, AFTER, LATER] {
            home.json(at, &["sync"]);
            keep();
        }
        assert_eq!((copies(&account, number), marked(&account, number)), (vec![true], vec![true]), "{number}");
        let name = format!("Message-ID: <mine-{number}@example.org>");
        let files = fs::read_dir(home.path("Mail/Sent/cur")).unwrap();
        let its = files.filter(|file| fs::read_to_string(file.as_ref().unwrap().path()).unwrap().contains(&name));
        assert_eq!(its.count(), 1, "{number}");
    }
    let known = home.sqlite("SELECT count(*) FROM message WHERE message_id LIKE 'mine-%'");
    assert_eq!(known.trim(), "3", "each copy is one message of the history");
    home.assert_whole();
}

pub fn has_mbsync() -> bool {
    let found = Command::new("mbsync").arg("--version").output().is_ok();
    assert!(
        found || std::env::var_os("TIDEBOX_SERVERS").is_none_or(|word| word != "required"),
        "mbsync is not installed"
    );
    found
}

/// A home with a Maildir that `keep` carries to an account and back, with so many letters, all of them done.
pub fn decided_in_maildir(account: &Account, letters: u32) -> Home {
    let home = Home::new();
    fs::create_dir_all(home.path("Mail")).unwrap();
    configured(&home, account);
    let mails = (1..=letters).map(|number| letter(number, "Ann <ann@example.org>", "Letter", "Hello"));
    account.client().append("INBOX", "", mails);
    keep(&home);
    home.json(EARLY, &["sync"]);
    for one in home.json(OPEN, &["begin"]) {
        home.json(OPEN, &["decide", "done", &one["id"].to_string()]);
    }
    home.json(OPEN, &["commit"]);
    keep(&home);
    home
}

/// Lets mbsync carry what is new both ways.
pub fn keep(home: &Home) {
    let mut command = Command::new("timeout");
    let done = command
        .args(["60", "mbsync", "-c"])
        .arg(home.path("keeper"))
        .arg("-a")
        .env("HOME", home.path(""))
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// A Maildir as the only source, and mbsync beside it.
fn configured(home: &Home, account: &Account) {
    let (port, user, mail) = (account.server.port, &account.user, home.path("Mail"));
    let config = fs::read_to_string(home.path("config.toml")).unwrap();
    let source = format!(
        "\n[[source]]\nname = \"home\"\nkind = \"maildir\"\npath = \"{}\"\nbacklog = \"all\"\n",
        mail.display()
    );
    home.write("config.toml", config + &source + &identity("auto"));
    fs::create_dir_all(home.path("state")).unwrap();
    let (mail, state) = (mail.display(), home.path("state"));
    let keeper = format!(
        "IMAPAccount a\nHost 127.0.0.1\nPort {port}\nUser {user}\nPass {PASSWORD}\nSSLType None\nAuthMechs LOGIN\n\n\
         IMAPStore r\nAccount a\n\nMaildirStore l\nPath {mail}/\nInbox {mail}/INBOX\nSubFolders Verbatim\n\n\
         Channel c\nFar :r:\nNear :l:\nPatterns *\nCreate Both\nExpunge Both\nSyncState {}/\n",
        state.display()
    );
    home.write("keeper", keeper);
}
