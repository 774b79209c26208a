//! Holds `src/watch/notifier.rs`, `src/watch/desktop.rs`, `src/job/notifications.rs`, `src/store/notified.rs`:
//! Notifications: for the opening of a check-in and for an exception, once each, and never otherwise. The desktop's
//! program is one of the test's own.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::support::pty::Terminal;
use crate::support::running::{Running, wait_until};
use crate::support::signal::Signal;
use crate::support::{CONFIG, Home, letter};

const BEFORE: &str = "2026-11-23T09:59:58+01:00";
const CLOSED: &str = "2026-11-23T12:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

/// Writes each argument in brackets, and for a command of the person what it was told.
const TOLD: &str = r#"#!/bin/sh
{
    for word; do printf '[%s]' "$word"; done
    env | grep -E '^TIDEBOX_(EVENT|EXCEPTION|ID|FROM|SUBJECT|CHECKIN|OPENS|CLOSES)=' | sort | tr '\n' ' '
    printf '\n'
} >> "$HOME/told"
"#;

fn home(notify: &str) -> Home {
    let home = Home::new();
    let maildir = home.path("Maildir").display().to_string();
    home.write(
        "config.toml",
        format!(
            "{CONFIG}\n[[exception]]\nname = \"family\"\nmatch = \"from:mum\"\n\n\
             [[source]]\nname = \"home\"\nkind = \"maildir\"\npath = \"{maildir}\"\n\n[notify]\n{notify}\n"
        ),
    );
    fs::create_dir_all(home.path("Maildir/new")).unwrap();
    fs::create_dir_all(home.path("Maildir/cur")).unwrap();
    fs::create_dir_all(home.path("Maildir/tmp")).unwrap();
    for program in ["bin/notify-send", "bin/mine"] {
        fs::set_permissions(home.write(program, TOLD), fs::Permissions::from_mode(0o755)).unwrap();
    }
    home
}

fn command(home: &Home, at: &str) -> Command {
    let path = format!("{}:{}", home.path("bin").display(), std::env::var("PATH").unwrap());
    let mut command = home.command(at, &["watch"]);
    command.env("PATH", path);
    command
}

fn told(home: &Home) -> String {
    fs::read_to_string(home.path("told")).unwrap_or_default()
}

/// How many have told all that they had to tell.
fn whole(home: &Home) -> usize {
    told(home).matches('\n').count()
}

fn ended(mut watch: Running) -> String {
    watch.signal(Signal::TERM);
    watch.ended().1
}

/// Delivers, and waits until it was taken in.
fn deliver(home: &Home, number: u32, from: &str, subject: &str) {
    home.deliver("Maildir", &format!("{number}.w"), &letter(number, from, subject, "Text."));
    wait_until("it is taken in", || home.sqlite("SELECT count(*) FROM message").trim() == number.to_string());
}

#[test]
fn an_opening_is_told_once_whatever_is_started_anew() {
    let home = home("on_open = [\"mine\", \"two words\"]");
    let watch = Running::start(&mut command(&home, BEFORE));
    wait_until("both have told", || whole(&home) == 2);
    assert_eq!(
        told(&home),
        "[--app-name=tidebox][--][morning][Open until 10:45.]\n\
         [two words]TIDEBOX_CHECKIN=morning TIDEBOX_CLOSES=2026-11-23T09:45:00Z TIDEBOX_EVENT=open \
         TIDEBOX_OPENS=2026-11-23T09:00:00Z \n"
    );
    assert_eq!(ended(watch), "");
    // Started anew, and by a screen, within the same window.
    let watch = Running::start(&mut command(&home, OPEN));
    deliver(&home, 1, "Ann <ann@example.org>", "Matter 1");
    assert_eq!(ended(watch), "");
    let path = format!("{}:{}", home.path("bin").display(), std::env::var("PATH").unwrap());
    let mut screen = Terminal::open_with(&home, OPEN, &[], 100, 30, &[("PATH", &path)]);
    screen.wait("begin");
    screen.keys("\x03");
    assert_eq!(screen.ended(), 0);
    assert_eq!(told(&home).lines().count(), 2);
}

#[test]
fn an_exception_is_told_once_and_what_is_held_never() {
    let home = home("on_exception = \"mine\"");
    let watch = Running::start(&mut command(&home, CLOSED));
    wait_until("it runs", || home.path("tidebox.db-watch").exists());
    deliver(&home, 1, "Ann <ann@example.org>", "A secret matter");
    deliver(&home, 2, "Mum & Dad <mum@example.org>", "<b>Come\u{1b}[2J</b> & see");
    wait_until("both have told", || whole(&home) == 2);
    let id = home.sqlite("SELECT message FROM hit");
    assert_eq!(
        told(&home),
        format!(
            "[--app-name=tidebox][--][Mum & Dad][&lt;b&gt;Come\u{fffd}[2J&lt;/b&gt; &amp; see]\n\
             TIDEBOX_EVENT=exception TIDEBOX_EXCEPTION=family TIDEBOX_FROM=Mum & Dad <mum@example.org> \
             TIDEBOX_ID={} TIDEBOX_SUBJECT=<b>Come\u{fffd}[2J</b> & see \n",
            id.trim()
        )
    );
    ended(watch);
    let watch = Running::start(&mut command(&home, CLOSED));
    deliver(&home, 3, "Ann <ann@example.org>", "Another secret");
    ended(watch);
    assert_eq!(told(&home).lines().count(), 2);
}

#[test]
fn a_desktop_that_is_not_wanted_and_a_command_that_fails_disturb_nobody() {
    let home = home("desktop = false\non_open = \"no-such-program\"");
    let watch = Running::start(&mut command(&home, BEFORE));
    wait_until("it was noted as told", || {
        home.store().exists() && home.sqlite("SELECT count(*) FROM fact WHERE name = 'opening_told'").trim() == "1"
    });
    deliver(&home, 1, "Ann <ann@example.org>", "Matter 1");
    let said = ended(watch);
    assert!(said.starts_with("tidebox: the command no-such-program for notifications can't be started: "), "{said}");
    assert_eq!((said.lines().count(), told(&home)), (1, String::new()));
}
