//! Holds `src/session/store_worker.rs`, `src/job/close.rs`, `src/ui/update/window_end.rs`, `src/ui/view/end_words.rs`: the end of
//! the window while a real screen has its batch open: what is told, what other programs see, and what is so when it is killed.

use crate::support::pty::Terminal;
use crate::support::running::{Running, wait_until};
use crate::support::signal::Signal;
use crate::support::{CONFIG, Home};

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
/// Some seconds before the window ends.
const NEARLY: &str = "2026-11-23T10:44:55+01:00";
const AFTER: &str = "2026-11-23T10:50:00+01:00";
/// Some seconds before the next one opens.
const BEFORE_NEXT: &str = "2026-11-23T15:59:54+01:00";

fn home(commit: &str) -> Home {
    let home = Home::new();
    let source = "[[source]]\nname = \"home\"\nkind = \"maildir\"\npath = \"Maildir\"\nbacklog = \"all\"\n";
    home.write("config.toml", format!("commit = \"{commit}\"\n{CONFIG}\n{source}"));
    home.deliver_matters(3);
    assert_eq!(home.run(EARLY, &["sync"]).code, 0);
    home
}

/// A screen with the batch open and one message done.
fn screen(home: &Home, at: &str) -> Terminal {
    let mut terminal = Terminal::open(home, at, &[], 120, 36);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("Matter 1");
    terminal.keys("a");
    terminal.wait("1 of 3");
    terminal
}

fn committed(home: &Home) -> bool {
    home.sqlite("SELECT count(committed) FROM batch").trim() == "1"
}

/// The text of a screen without its line breaks.
fn flowing(screen: &str) -> String {
    screen.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_end_does_not_close_what_is_open_on_a_screen_until_the_screen_is_gone() {
    let home = home("close");
    let mut terminal = screen(&home, NEARLY);
    terminal.wait("The morning check-in ends at 10:45.");
    let screen = flowing(&terminal.wait("The time for the morning check-in is over."));
    assert!(screen.contains("until 16:00 at the latest; C closes it."), "{screen}");
    assert!(screen.contains("1 decision takes effect and 2 messages come again at 16:00."), "{screen}");
    let status = home.run(AFTER, &["status"]).out;
    assert!(status.contains("ended at 10:45 and is not committed yet: 1 of 3 decided"), "{status}");
    // Keys go on as if nothing had happened.
    terminal.keys("d");
    terminal.wait("2 of 3");
    assert!(!committed(&home));
    terminal.kill();
    home.run(AFTER, &["status"]);
    assert!(committed(&home), "nobody has it on a screen any more");
    assert_eq!(home.sqlite("SELECT done, trash, carried_over FROM receipt").trim(), "1|1|1");
}

#[test]
fn a_watch_leaves_it_open_too_and_closes_it_when_the_screen_is_gone() {
    let home = home("close");
    let mut terminal = screen(&home, OPEN);
    let _watch = Running::watch(&home, "2026-11-23T11:00:00+01:00");
    wait_until("the watch has read something", || {
        home.deliver("Maildir", "9.w", &crate::support::letter(9, "Ann <ann@example.org>", "Late", "Text."));
        home.sqlite("SELECT count(*) FROM message").trim() != "3"
    });
    assert!(!committed(&home));
    terminal.kill();
    wait_until("it is committed", || committed(&home));
}

#[test]
fn the_next_window_closes_it_and_the_screen_says_so() {
    let home = home("close");
    let mut first = screen(&home, NEARLY);
    first.wait("The time for the morning check-in is over.");
    // Hours later another screen goes on with it.
    let mut second = Terminal::open(&home, BEFORE_NEXT, &[], 120, 36);
    second.wait("not closed yet");
    second.keys("\r");
    second.wait("1 of 3");
    let receipt = second.wait("has opened");
    assert!(receipt.contains("The afternoon check-in has opened, so the morning check-in was closed."), "{receipt}");
    assert!(committed(&home));
    first.wait("was closed by another tidebox");
}

#[test]
fn with_ask_nothing_closes_it_but_the_person() {
    let home = home("ask");
    let mut terminal = screen(&home, NEARLY);
    let screen = flowing(&terminal.wait("The time for the morning check-in is over."));
    assert!(screen.contains("This batch stays open until you close it with C."), "{screen}");
    terminal.kill();
    home.run(AFTER, &["status"]);
    assert!(!committed(&home));
}

#[test]
fn ten_more_minutes_are_seen_by_everybody() {
    let home = home("close");
    let mut terminal = screen(&home, OPEN);
    terminal.wait("40 min left");
    terminal.keys("+");
    terminal.wait("More time: the morning check-in ends at 10:55.");
    terminal.wait("50 min left");
    let status = home.run(AFTER, &["status"]).out;
    assert!(status.contains("is open until 10:55: 1 of 3 decided"), "{status}");
    assert!(home.run(AFTER, &["queue"]).out.contains("until 10:55"));
    // Another screen sees it, and what this one adds.
    let mut other = Terminal::open(&home, OPEN, &[], 120, 36);
    other.wait("50 min left");
    other.keys("+");
    other.wait("1 h left");
    terminal.wait("Another tidebox gave this batch more time: it ends at 11:05.");
    terminal.keys("\x03");
    assert_eq!(terminal.ended(), 0);
    other.keys("\x03");
    assert_eq!(other.ended(), 0);
    let closes = home.json(AFTER, &["status"])[0]["open"]["closes"].as_str().unwrap().to_owned();
    assert_eq!(closes, "2026-11-23T10:05:00Z");
}

/// What the shell shows when the screen is gone.
fn shell(terminal: &mut Terminal) -> String {
    terminal.ended();
    assert!(terminal.given_back());
    terminal.text().trim().to_owned()
}

#[test]
fn leaving_half_way_says_in_the_shell_what_was_decided_and_when_it_takes_effect() {
    let home = home("close");
    let mut terminal = screen(&home, OPEN);
    terminal.keys("q");
    let says =
        "1 decided, 2 left. It takes effect with the first tidebox command after 10:45, or with `tidebox commit`.";
    assert_eq!(shell(&mut terminal), says);
    // By a signal too; and from the door, where the batch was left before.
    let mut terminal = Terminal::open(&home, OPEN, &[], 120, 36);
    terminal.wait("1 of 3");
    terminal.keys("d");
    terminal.wait("2 of 3");
    terminal.keys("\x1b");
    terminal.wait("go on");
    terminal.signal(Signal::TERM);
    let says =
        "2 decided, 1 left. They take effect with the first tidebox command after 10:45, or with `tidebox commit`.";
    assert!(shell(&mut terminal).starts_with(says), "{}", terminal.text());
    // Another screen keeps it open; with a watch it is closed in time.
    let mut other = Terminal::open(&home, OPEN, &[], 120, 36);
    other.wait("2 of 3");
    let mut terminal = Terminal::open(&home, OPEN, &[], 120, 36);
    terminal.wait("2 of 3");
    terminal.keys("q");
    let says = "2 decided, 1 left. Another screen has the batch open: they take effect when it is closed there.";
    assert_eq!(shell(&mut terminal), says);
    let _watch = Running::watch(&home, OPEN);
    wait_until("the watch runs", || home.run(OPEN, &["status"]).out.contains("The watch is running"));
    other.keys("q");
    assert_eq!(shell(&mut other), "2 decided, 1 left. They take effect at 10:45, or with `tidebox commit`.");
}

#[test]
fn leaving_says_nothing_where_nothing_was_decided_or_all_is_closed() {
    let home = home("ask");
    let mut terminal = Terminal::open(&home, OPEN, &[], 120, 36);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("0 of 3");
    terminal.keys("q");
    assert_eq!(shell(&mut terminal), "");
    let mut terminal = Terminal::open(&home, OPEN, &[], 120, 36);
    terminal.wait("0 of 3");
    terminal.keys("a");
    terminal.wait("1 of 3");
    terminal.keys("q");
    assert_eq!(shell(&mut terminal), "1 decided, 2 left. It takes effect with `tidebox commit`.");
    let mut terminal = Terminal::open(&home, OPEN, &[], 120, 36);
    terminal.wait("1 of 3");
    terminal.keys("C");
    terminal.wait("and then this is done");
    terminal.keys("C");
    terminal.wait("is closed.");
    terminal.keys("q");
    terminal.wait("leave");
    terminal.keys("q");
    assert_eq!(shell(&mut terminal), "");
}
