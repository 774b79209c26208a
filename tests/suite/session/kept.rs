//! Holds `src/session/mod.rs`, `src/session/leaving.rs`, `src/ui/state/keeping.rs`: what the screen says of a decision
//! while the store is slow, when it refuses, and when others decide in the same batch.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};

use crate::support::Home;
use crate::support::pty::Terminal;

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

/// A batch of four that is begun.
fn home() -> (Home, Vec<String>) {
    let home = Home::new();
    home.deliver_matters(4);
    assert_eq!(home.run(EARLY, &["add", "Maildir"]).code, 0);
    let ids = home.json(OPEN, &["begin"]).iter().map(|row| row["id"].to_string()).collect();
    (home, ids)
}

fn screen(home: &Home) -> Terminal {
    let mut terminal = Terminal::open(home, OPEN, &[], 80, 24);
    terminal.wait("0 of 4");
    terminal
}

/// Another program that has the store's lock for writing.
struct Locked(Child);

impl Locked {
    fn of(home: &Home, then: &str) -> Self {
        let mut child = Command::new("sqlite3")
            .args(["-cmd", ".timeout 10000"])
            .arg(home.store())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("sqlite3 is installed");
        let input = child.stdin.as_mut().unwrap();
        writeln!(input, "BEGIN IMMEDIATE; {then} SELECT 'locked';").unwrap();
        let mut said = [0; 6];
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut said).unwrap();
        assert_eq!(&said, b"locked");
        Self(child)
    }

    fn free(mut self) {
        writeln!(self.0.stdin.as_mut().unwrap(), "COMMIT;").unwrap();
        drop(self.0.stdin.take());
        assert!(self.0.wait().unwrap().success());
    }
}

/// Lets every decision be refused, as a disk without room does.
const REFUSE: &str = "CREATE TRIGGER refused BEFORE INSERT ON act BEGIN SELECT RAISE(ABORT, 'refused'); END;";

fn kept(home: &Home) -> String {
    home.sqlite("SELECT group_concat(verb) FROM act WHERE standing = 'counts'").trim().to_owned()
}

#[test]
fn no_frame_counts_a_decision_before_it_is_on_the_disk() {
    let (home, _) = home();
    let mut terminal = screen(&home);
    let lock = Locked::of(&home, "");
    terminal.keys("a");
    let shown = terminal.wait("keeping … Done: Matter 1");
    assert!(shown.contains("0 of 4"), "{shown}");
    // What is typed after it waits; nothing takes away what is said.
    terminal.keys("jd");
    terminal.resize(100, 30);
    let shown = terminal.wait_until("another size", |text| text.lines().any(|line| line.chars().count() > 90));
    assert!(shown.contains("keeping … Done: Matter 1") && shown.contains("0 of 4"), "{shown}");
    lock.free();
    // Done, then one down, then trash.
    let shown = terminal.wait("2 of 4");
    assert!(shown.contains("Trash: Matter 3"), "{shown}");
    assert_eq!(kept(&home), "done,trash");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}

#[test]
fn what_is_refused_keeps_the_cursor_and_drops_what_was_typed_after_it() {
    let (home, _) = home();
    let mut terminal = screen(&home);
    let lock = Locked::of(&home, REFUSE);
    terminal.keys("a");
    terminal.wait("keeping …");
    terminal.keys("aa");
    lock.free();
    let shown = terminal.wait("refused");
    assert!(shown.contains("0 of 4"), "{shown}");
    home.sqlite("DROP TRIGGER refused");
    terminal.keys("d");
    terminal.wait("Trash: Matter 1");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    assert_eq!(kept(&home), "trash");
}

/// Keys that come in one piece with the one that leaves.
#[test]
fn leaving_keeps_what_was_typed_before() {
    for leave in ["q", "\x03"] {
        let (home, _) = home();
        let mut terminal = screen(&home);
        let lock = Locked::of(&home, "");
        terminal.keys("ad");
        terminal.wait("keeping …");
        terminal.keys(leave);
        terminal.wait("waiting for the store");
        assert!(terminal.given_back());
        lock.free();
        assert_eq!(terminal.ended(), 0);
        assert_eq!(kept(&home), "done,trash");
    }
}

#[test]
fn a_key_that_leaves_counts_also_behind_an_undo_that_is_kept_at_once() {
    let (home, _) = home();
    let mut terminal = screen(&home);
    terminal.keys("aC");
    terminal.wait("1  done: ");
    // Taking back leads from the review to the list, and the key behind it leaves from there.
    terminal.keys("uq");
    assert_eq!(terminal.ended(), 0);
    assert_eq!(kept(&home), "");
}

#[test]
fn leaving_says_what_could_not_be_kept() {
    for leave in ["q", "\x03"] {
        let (home, _) = home();
        let mut terminal = screen(&home);
        let lock = Locked::of(&home, REFUSE);
        terminal.keys("ad");
        terminal.wait("keeping …");
        terminal.keys(leave);
        terminal.wait("waiting for the store");
        lock.free();
        let shown = terminal.wait("the last decision could not be kept");
        assert_eq!(terminal.ended(), 1, "{shown}");
        assert!(shown.replace('\n', "").contains("nor was the key taken that was typed after it"), "{shown}");
        assert_eq!(kept(&home), "");
    }
}

#[test]
fn a_screen_takes_over_what_a_script_decides() {
    let (home, ids) = home();
    let mut terminal = screen(&home);
    home.json(OPEN, &["decide", "trash", &ids[0]]);
    let shown = terminal.wait("1 of 4");
    assert!(shown.contains("Another tidebox has decided in this batch"), "{shown}");
    assert!(!shown.contains("Matter 1  "), "{shown}");
    terminal.keys("a");
    terminal.wait("Done: Matter 2");
    home.json(OPEN, &["undo"]);
    terminal.wait("1 of 4");
    // At once, before the screen has looked around.
    home.json(OPEN, &["decide", "spam", &ids[3]]);
    terminal.keys("a");
    terminal.wait("3 of 4");
    assert_eq!(kept(&home), "trash,spam,done");
    home.json(OPEN, &["commit"]);
    terminal.wait("closed by another tidebox");
    terminal.keys("q");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}

#[test]
fn two_screens_decide_in_one_batch() {
    let (home, _) = home();
    let (mut one, mut other) = (screen(&home), screen(&home));
    one.keys("a");
    one.wait("1 of 4");
    other.wait("1 of 4");
    other.keys("d");
    other.wait("2 of 4");
    one.wait("2 of 4");
    assert_eq!(kept(&home), "done,trash");
    for mut terminal in [one, other] {
        terminal.keys("\x03");
        assert_eq!(terminal.ended(), 0);
    }
}
