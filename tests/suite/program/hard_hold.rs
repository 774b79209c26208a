//! Holds `src/store/hold.rs`, `src/job/hold.rs`, `src/source/imap/change/hold_folder.rs`: a hard hold on real servers,
//! seen by an independent client: Python's imaplib.

use std::process::Command;

use tidebox::watch::{Lock, Who};

use crate::support::servers::letters::{letter, message_id};
use crate::support::servers::{Account, Kind, PASSWORD, readback};
use crate::support::{CONFIG, Home};

// A Monday long ago: mail that arrives in this test arrives at the moment of each command.
const BETWEEN: &str = "2024-01-08T11:00:00+01:00";
const BEFORE: &str = "2024-01-08T15:59:59+01:00";
const OPENING: &str = "2024-01-08T16:00:00+01:00";
const AFTER: &str = "2024-01-08T17:00:00+01:00";

fn home(account: &Account, more: &str) -> Home {
    let home = Home::new();
    let source = account.plain_source("mail", account.server.port);
    home.write("config.toml", format!("{CONFIG}\n{source}hold = \"hard\"\n{more}"));
    home
}

/// In which folders these lie; each lies somewhere, once, and is unread.
fn folders(account: &Account, numbers: std::ops::Range<usize>) -> Vec<String> {
    let there = account.read_back();
    let place = |number| {
        let places = readback::places(&there, &message_id(number));
        assert_eq!(places.len(), 1, "{number}: {there:?}");
        assert!(!places[0].1.has("\\Seen"), "{number}: it was not read");
        places[0].0.trim_start_matches("INBOX.").trim_start_matches("INBOX/").to_owned()
    };
    numbers.map(place).collect()
}

fn sync(home: &Home, at: &str) -> String {
    let ran = home.run(at, &["sync"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    format!("{}{}", ran.out, ran.err)
}

#[test]
fn between_check_ins_the_inbox_is_empty_for_everybody_and_then_everything_is_there() {
    for kind in [Kind::Dovecot, Kind::Cyrus, Kind::Pymap] {
        let Some(account) = Account::on(kind, "hold") else { continue };
        let home = home(&account, "");
        let mut phone = account.client();
        phone.append("INBOX", "", (0..3).map(letter));
        sync(&home, BETWEEN);
        assert_eq!(folders(&account, 0..3), ["Held"; 3], "{kind:?}");
        phone.append("INBOX", "", [letter(3)]);
        sync(&home, BEFORE);
        assert_eq!(folders(&account, 0..4), ["Held"; 4], "{kind:?}");
        for at in [OPENING, AFTER, "2024-01-09T09:00:00+01:00"] {
            sync(&home, at);
            assert_eq!(folders(&account, 0..4), ["INBOX"; 4], "{kind:?}");
        }
        assert_eq!(home.run(OPENING, &["check", "--offline"]).code, 0);
    }
}

#[test]
fn everything_is_released_when_asked() {
    let Some(account) = Account::on(Kind::Dovecot, "release") else { return };
    let home = home(&account, "");
    account.client().append("INBOX", "", (0..3).map(letter));
    sync(&home, BETWEEN);
    assert_eq!(home.run(BETWEEN, &["release"]).out, "Nothing to release.\n");
    assert_eq!(folders(&account, 0..3), ["Held"; 3]);
    let ran = home.run(BETWEEN, &["release", "--all"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "3 messages went back.\n"), "{}", ran.err);
    assert_eq!(folders(&account, 0..3), ["INBOX"; 3]);
    sync(&home, BEFORE);
    assert_eq!(folders(&account, 0..3), ["INBOX"; 3], "and none of it is held again");
    let told = home.json(BEFORE, &["release", "--all"]);
    assert_eq!(told[0], serde_json::json!({ "released": 0, "left": 0, "failures": [] }));
}

#[test]
fn release_brings_back_what_is_due_and_what_another_store_left_there() {
    let Some(account) = Account::on(Kind::Dovecot, "left-there") else { return };
    let lost = home(&account, "");
    account.client().append("INBOX", "", (0..2).map(letter));
    sync(&lost, BETWEEN);
    assert_eq!(folders(&account, 0..2), ["Held"; 2]);
    // That store is gone; a new one knows of nothing.
    let home = home(&account, "");
    let ran = home.run(BETWEEN, &["release", "--all"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "2 messages went back.\n"), "{}", ran.err);
    assert_eq!(folders(&account, 0..2), ["INBOX"; 2]);
    account.client().append("INBOX", "", [letter(2)]);
    sync(&home, BETWEEN);
    assert_eq!(folders(&account, 2..3), ["Held"]);
    let ran = home.run(OPENING, &["release"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "1 message went back.\n"), "{}", ran.err);
    assert_eq!(folders(&account, 0..3), ["INBOX"; 3]);
}

#[test]
fn after_a_long_stop_it_has_failed_open() {
    let Some(account) = Account::on(Kind::Dovecot, "fail-open") else { return };
    let home = home(&account, "fail_open_after = \"1h\"\n");
    account.client().append("INBOX", "", (0..2).map(letter));
    sync(&home, BETWEEN);
    sync(&home, "2024-01-08T12:00:00+01:00");
    assert_eq!(folders(&account, 0..2), ["Held"; 2]);
    let said = sync(&home, "2024-01-08T13:30:00+01:00");
    assert!(said.contains("did not look after mail for 1 hour: all 2 messages held there went back"), "{said}");
    assert_eq!(folders(&account, 0..2), ["INBOX"; 2]);
}

#[test]
fn a_server_that_is_away_is_said_and_the_release_is_not_forgotten() {
    let Some(server) = crate::support::servers::Server::start(Kind::Dovecot) else { return };
    let account = server.account("away");
    let home = home(&account, "");
    account.client().append("INBOX", "", [letter(0)]);
    sync(&home, BETWEEN);
    assert_eq!(folders(&account, 0..1), ["Held"]);
    server.kill();
    let ran = home.run(BETWEEN, &["release", "--all"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.out, "1 message still to go back: it is tried again at the next `tidebox sync`.\n");
    assert!(ran.err.contains("can't reach 127.0.0.1"), "{}", ran.err);
    server.restart();
    sync(&home, BEFORE);
    assert_eq!(folders(&account, 0..1), ["INBOX"]);
}

#[test]
fn where_a_watch_runs_it_is_told_what_is_to_go_back() {
    let Some(account) = Account::on(Kind::Dovecot, "heldwatched") else { return };
    let home = home(&account, "");
    account.client().append("INBOX", "", [letter(0)]);
    sync(&home, BETWEEN);
    let lock = Lock::take(&home.store(), Who::Watch).unwrap().unwrap();
    let ran = home.run(BETWEEN, &["release", "--all"]);
    let who = format!("the running watch (process {})", std::process::id());
    assert_eq!(ran.out, format!("1 message still to go back: {who} does it at its next reading.\n"), "{}", ran.err);
    assert_eq!(folders(&account, 0..1), ["Held"]);
    drop(lock);
    sync(&home, BEFORE);
    assert_eq!(folders(&account, 0..1), ["INBOX"]);
}

/// The way that docs/hold.md tells, for the case that tidebox never runs again.
#[test]
fn everything_can_be_brought_back_by_hand() {
    let Some(account) = Account::on(Kind::Dovecot, "by-hand") else { return };
    let home = home(&account, "");
    account.client().append("INBOX", "", (0..3).map(letter));
    sync(&home, BETWEEN);
    assert_eq!(folders(&account, 0..3), ["Held"; 3]);
    let page = include_str!("../../../docs/hold.md");
    let told = page.split("```python\n").nth(1).and_then(|block| block.split("```").next()).unwrap();
    let script = told
        .replace("IMAP4_SSL(\"imap.example.org\")", &format!("IMAP4(\"127.0.0.1\", {})", account.server.port))
        .replace("me@example.org", &account.user)
        .replace("getpass.getpass()", &format!("\"{PASSWORD}\""));
    let done = Command::new("python3").args(["-c", &script]).output().expect("python3");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(folders(&account, 0..3), ["INBOX"; 3]);
}

#[test]
fn without_a_hard_hold_there_is_nothing_to_release() {
    let home = Home::new();
    assert_eq!(
        home.run(BETWEEN, &["release"]).out,
        "No source keeps messages back from other programs (hold = \"hard\").\n"
    );
}
