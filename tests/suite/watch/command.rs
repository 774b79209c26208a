//! Holds `src/watch/supervisor.rs`, `src/watch/lock.rs`, `src/watch/local.rs`, `src/cli/watch.rs`: `tidebox watch`: one
//! for a store, it reads what comes, closes what is due, gives way to nobody and to everybody's end.

use std::io::{BufRead as _, BufReader};

use crate::support::pty::Terminal;
use crate::support::running::{Running, wait_until};
use crate::support::servers::{Account, Kind, Server, letters};
use crate::support::signal::Signal;
use crate::support::{CONFIG, Home, letter};

const CLOSED: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

fn home() -> Home {
    let home = Home::new();
    let path = home.path("Maildir").display().to_string();
    home.write(
        "config.toml",
        format!("{CONFIG}\n[[source]]\nname = \"home\"\nkind = \"maildir\"\npath = \"{path}\"\n"),
    );
    home.deliver("Maildir", "1.w", &letter(1, "Ann <ann@example.org>", "Matter 1", "Text."));
    home
}

fn held(home: &Home) -> String {
    if home.store().exists() {
        home.sqlite("SELECT count(*) FROM message WHERE stage = 'held'").trim().to_owned()
    } else {
        String::new()
    }
}

/// Who has the lock, in the file's own words.
fn holder(home: &Home) -> String {
    std::fs::read_to_string(home.path("tidebox.db-watch")).unwrap_or_default()
}

#[test]
fn it_reads_what_comes_and_stops_when_it_is_told_to() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let home = home();
        let mut watch = Running::watch(&home, CLOSED);
        wait_until("the first is taken in", || held(&home) == "1");
        home.deliver("Maildir", "2.w", &letter(2, "Ann <ann@example.org>", "Matter 2", "Text."));
        wait_until("the second is taken in", || held(&home) == "2");
        home.sqlite(
            "INSERT INTO incoming (source, sender, subject, body) VALUES ('ci', 'ci@example.org', 'Red', 'Text.')",
        );
        wait_until("the third is taken in", || held(&home) == "3");
        watch.signal(signal);
        assert_eq!(watch.ended(), (Some(0), String::new()), "{signal:?}");
    }
}

#[test]
fn there_is_one_for_a_store_and_a_killed_one_is_none() {
    let home = home();
    let mut watch = Running::watch(&home, CLOSED);
    wait_until("it has the lock", || holder(&home).starts_with("watch "));
    let second = home.run(CLOSED, &["watch"]);
    let said = format!("tidebox: the running watch (process {}) reads for this store already", watch.process());
    assert_eq!((second.code, second.err.lines().next()), (1, Some(said.as_str())));
    watch.signal(Signal::KILL);
    watch.ended();
    let mut next = Running::watch(&home, CLOSED);
    wait_until("the next one has the lock", || holder(&home) == format!("watch {}\n", next.process()));
    next.signal(Signal::TERM);
    assert_eq!(next.ended().0, Some(0));
}

#[test]
fn an_open_screen_and_a_watch_hand_the_lock_to_each_other() {
    let home = home();
    let mut screen = Terminal::open(&home, OPEN, &[], 100, 30);
    screen.wait("begin");
    wait_until("the screen has the lock", || holder(&home).starts_with("screen "));
    // It waits quietly, and takes over when the screen is left.
    let mut watch = Running::watch(&home, OPEN);
    wait_until("it reads what lies here", || held(&home) == "1");
    assert!(holder(&home).starts_with("screen "), "{}", holder(&home));
    screen.keys("\x03");
    assert_eq!(screen.ended(), 0);
    wait_until("the watch has taken over", || holder(&home).starts_with("watch "));
    let mut screen = Terminal::open(&home, OPEN, &[], 100, 30);
    screen.wait("begin");
    assert!(holder(&home).starts_with("watch "));
    watch.signal(Signal::TERM);
    assert_eq!(watch.ended(), (Some(0), String::new()));
    wait_until("the screen has taken over", || holder(&home).starts_with("screen "));
    screen.keys("\x03");
    assert_eq!(screen.ended(), 0);
}

#[test]
fn a_window_that_is_over_is_closed_without_a_screen() {
    let home = home();
    home.json(OPEN, &["sync"]);
    let batch = home.json(OPEN, &["begin"]);
    home.json(OPEN, &["decide", "done", &batch[0]["id"].to_string()]);
    // Two seconds before its end.
    let _watch = Running::watch(&home, "2026-11-23T10:44:58+01:00");
    let committed = || home.sqlite("SELECT committed FROM batch").trim().to_owned();
    wait_until("it is committed", || committed() == "1795427100");
}

#[test]
fn changed_settings_are_followed_and_a_mistake_changes_nothing() {
    let home = home();
    let mut watch = Running::watch(&home, CLOSED);
    wait_until("the first is taken in", || held(&home) == "1");
    let mut said = BufReader::new(watch.child.stderr.take().unwrap()).lines().map(Result::unwrap);
    home.write("config.toml", "comit = 1\n");
    assert!(said.next().unwrap().starts_with("tidebox: "));
    while !said.next().unwrap().contains("stays in force") {}
    home.deliver("Other", "1.w", &letter(7, "Ben <ben@example.org>", "Matter 7", "Text."));
    let path = home.path("Other").display().to_string();
    home.write(
        "config.toml",
        format!("{CONFIG}\n[[source]]\nname = \"other\"\nkind = \"maildir\"\npath = \"{path}\"\n"),
    );
    wait_until("the other one is read", || held(&home) == "2");
}

#[test]
fn a_folder_that_is_gone_is_told_once() {
    let home = home();
    let watch = Running::watch(&home, CLOSED);
    wait_until("the first is taken in", || held(&home) == "1");
    std::fs::rename(home.path("Maildir"), home.path("Elsewhere")).unwrap();
    for number in 0..3 {
        home.sqlite(&format!(
            "INSERT INTO incoming (source, sender, subject, body) VALUES ('ci', 'ci@example.org', 'Red {number}', 'Text.')"
        ));
    }
    wait_until("what else comes is taken in", || held(&home) == "4");
    watch.signal(Signal::HUP);
    let mut watch = watch;
    let (code, said) = watch.ended();
    assert_eq!(code, Some(0));
    assert!(said.lines().count() <= 1, "{said}");
}

/// The account of a test on a real server, and a home whose watch tends it.
fn on_a_server(user: &str) -> Option<(Account, Home)> {
    let account = Account::on(Kind::Dovecot, user)?;
    let home = Home::new();
    home.write("config.toml", format!("{CONFIG}\n{}", account.plain_source("work", account.server.port)));
    Some((account, home))
}

#[test]
fn on_a_server_it_hears_of_news_and_makes_the_changes_of_a_commit() {
    let Some((account, home)) = on_a_server("watched") else { return };
    let mut other = account.client();
    let watch = Running::watch(&home, OPEN);
    wait_until("the account was read", || {
        home.store().exists() && home.sqlite("SELECT position FROM source WHERE position IS NOT NULL").contains('{')
    });
    // Long before it would look by itself.
    other.append("INBOX", "", [letters::letter(1)]);
    wait_until("it has heard of it", || held(&home) == "1");
    let batch = home.json(OPEN, &["begin"]);
    let decided = home.run(OPEN, &["decide", "done", &batch[0]["id"].to_string()]);
    assert_eq!(decided.code, 0, "{}", decided.err);
    let committed = home.run(OPEN, &["commit"]);
    let said = format!("tidebox: the running watch (process {}) makes the changes in the mailboxes", watch.process());
    assert_eq!((committed.code, committed.err.lines().next()), (0, Some(said.as_str())));
    wait_until("it is in the archive", || {
        other.select("INBOX");
        other.list("INBOX").is_empty() && other.list("Archive").len() == 1
    });
    let synced = home.run(OPEN, &["sync"]);
    assert!(synced.err.contains("the running watch") && synced.code == 0, "{}", synced.err);
    wait_until("nothing is left to do", || home.run(OPEN, &["journal"]).out.starts_with("Everything"));
    let mut watch = watch;
    watch.signal(Signal::TERM);
    assert_eq!(watch.ended(), (Some(0), String::new()));
}

#[test]
fn a_refused_password_is_told_and_tried_anew_when_the_settings_are_saved() {
    let Some((account, home)) = on_a_server("refused") else { return };
    let source = account.plain_source("work", account.server.port);
    home.write("config.toml", format!("{CONFIG}\n{}", source.replace("\"secret\"", "\"wrong\"")));
    let mut watch = Running::watch(&home, CLOSED);
    let mut said = BufReader::new(watch.child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let first = said.next().unwrap();
    assert!(first.starts_with("tidebox: source work: 127.0.0.1 refused the password"), "{first}");
    assert!(!first.contains("wrong"), "{first}");
    // It is right now, and saving says so.
    home.write("config.toml", format!("{CONFIG}\n{source}"));
    account.client().append("INBOX", "", [letters::letter(1)]);
    wait_until("it is read", || held(&home) == "1");
}

#[test]
fn a_server_that_goes_is_told_once_and_so_is_its_coming_back() {
    let Some(server) = Server::start(Kind::Dovecot) else { return };
    let account = server.account("going");
    let home = Home::new();
    home.write("config.toml", format!("{CONFIG}\n{}", account.plain_source("work", server.port)));
    let mut watch = Running::watch(&home, CLOSED);
    let mut said = BufReader::new(watch.child.stderr.take().unwrap()).lines().map(Result::unwrap);
    wait_until("the account was read", || {
        home.store().exists() && home.sqlite("SELECT position FROM source WHERE position IS NOT NULL").contains('{')
    });
    server.kill();
    let first = said.next().unwrap();
    assert!(first.starts_with("tidebox: source work: "), "{first}");
    server.restart();
    account.client().append("INBOX", "", [letters::letter(1)]);
    assert_eq!(said.next().unwrap(), "tidebox: work can be read again");
    wait_until("what came meanwhile is there", || held(&home) == "1");
}
