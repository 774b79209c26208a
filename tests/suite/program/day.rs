//! Holds `src/session`, `src/ui`, `src/store/begin.rs`, `src/store/act.rs`, `src/store/commit.rs`: a whole day on a
//! real terminal: door, begin, sixty decisions with undo among them, quit, come back to the same batch, commit,
//! receipt, and the next day's carry-over.

use crate::support::pty::Terminal;
use crate::support::signal::Signal;
use crate::support::{Home, letter};

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
const LATER: &str = "2026-11-23T10:20:00+01:00";
const AFTER: &str = "2026-11-23T10:30:00+01:00";
const NEXT: &str = "2026-11-23T16:02:00+01:00";

const LETTERS: u32 = 70;

fn home() -> Home {
    let home = Home::new();
    for number in 1..=LETTERS {
        let body = format!("Letter {number}.\r\n\r\nWith kind regards.");
        let mail = letter(
            number,
            &format!("Person {number:02} <p{number}@example.org>"),
            &format!("Matter {number:02}"),
            &body,
        );
        home.deliver("Maildir", &format!("{number}.day"), &mail);
    }
    assert_eq!(home.run(EARLY, &["add", "Maildir"]).code, 0);
    home
}

fn verdicts(home: &Home, at: &str) -> Vec<Option<String>> {
    home.json(at, &["queue"]).iter().map(|m| m["verdict"].as_str().map(str::to_owned)).collect()
}

fn count(verdicts: &[Option<String>], verb: &str) -> usize {
    verdicts.iter().filter(|verdict| verdict.as_deref() == Some(verb)).count()
}

#[test]
fn a_day() {
    let home = home();

    // The door, in the morning: when, and nothing else.
    let mut terminal = Terminal::open(&home, EARLY, &[], 120, 36);
    let door = terminal.wait("10:00");
    assert!(!door.contains("Matter") && !door.contains("Person"), "{door}");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    assert!(terminal.given_back());

    // The window: begin, and sixty decisions, each waited for by its effect on the screen.
    let mut terminal = Terminal::open(&home, OPEN, &[], 120, 36);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("Matter 01");
    let mut decided = 0;
    for round in 0..12 {
        for key in ["a", "d", "a", "e", "s"] {
            terminal.keys(key);
            if key == "s" {
                terminal.wait("To which check-in");
                terminal.keys("n");
                terminal.wait_gone("To which check-in");
            }
            decided += 1;
            let left = format!("{decided} of {LETTERS}");
            terminal.wait(&left);
        }
        if round % 4 == 3 {
            // One too many: taken back, and done otherwise.
            terminal.keys("#");
            terminal.wait(&format!("{} of {LETTERS}", decided + 1));
            terminal.keys("u");
            terminal.wait(&format!("{decided} of {LETTERS}"));
        }
    }
    assert_eq!(decided, 60);
    terminal.keys("l");
    terminal.wait("Matter 62");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);

    let kept = verdicts(&home, LATER);
    assert_eq!(kept.len(), LETTERS as usize);
    assert_eq!((count(&kept, "done"), count(&kept, "trash"), count(&kept, "defer")), (36, 12, 12));
    assert_eq!(count(&kept, "later"), 1);

    // Mail that arrives now waits.
    home.deliver("Maildir", "late.day", &letter(99, "Late <late@example.org>", "Too late", "For the afternoon."));
    assert_eq!(home.run(LATER, &["add", "Maildir"]).code, 0);

    // Come back: straight to the same batch, at another size; commit it.
    let mut terminal = Terminal::open(&home, LATER, &[], 80, 24);
    let queue = terminal.wait("60 of 70");
    assert!(!queue.contains("Too late"), "{queue}");
    terminal.resize(120, 36);
    terminal.wait("60 of 70");
    terminal.keys("C");
    terminal.wait("36");
    terminal.keys("C");
    let receipt = terminal.wait("is closed.");
    assert!(receipt.contains("36 done") && receipt.contains("12 deferred"), "{receipt}");
    terminal.keys("q");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);

    // It is closed, and what was done is to be found.
    assert_eq!(home.run(AFTER, &["queue"]).code, 3);
    assert_eq!(home.json(AFTER, &["search", "matter", "--limit", "100"]).len(), LETTERS as usize);

    // The afternoon: what was deferred to it leads, then what was carried over, then what is new, both in their lane.
    let batch = home.json(NEXT, &["begin"]);
    let headings: Vec<&str> = batch.iter().map(|m| m["heading"].as_str().unwrap()).collect();
    assert_eq!(headings.len(), 10 + 12 + 1);
    assert!(headings[..12].iter().all(|heading| *heading == "deferred to now"), "{headings:?}");
    assert!(headings[12..].iter().all(|heading| *heading == "people"), "{headings:?}");
    assert_eq!(batch[22]["subject"], "Too late");
    assert!(batch[12..22].iter().all(|message| message["carried"] == 1));
}

/// Muting asks for the thread first. A key that is typed right behind it is about the row that comes then.
#[test]
fn a_key_right_behind_a_mute_waits_for_it() {
    let home = home();
    let mut terminal = Terminal::open(&home, OPEN, &[], 120, 36);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("Matter 01");
    terminal.keys("&ad");
    terminal.wait(&format!("3 of {LETTERS}"));
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    let kept: Vec<_> = verdicts(&home, OPEN).into_iter().take(4).collect();
    assert_eq!(kept, [Some("mute".to_owned()), Some("done".to_owned()), Some("trash".to_owned()), None]);
}

#[test]
fn the_terminal_is_given_back_on_every_way_out() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let home = home();
        let mut terminal = Terminal::open(&home, OPEN, &[], 80, 24);
        terminal.wait("begin");
        terminal.signal(signal);
        assert!(terminal.ended() >= 128, "{signal:?} is told by the exit code");
        assert!(terminal.given_back(), "after {signal:?}");
    }
}

#[test]
fn a_panic_gives_the_terminal_back_and_loses_nothing() {
    let home = home();
    let mut terminal = Terminal::open_with(&home, OPEN, &[], 80, 24, &[("TIDEBOX_FAILPOINT", "paint")]);
    assert_eq!(terminal.ended(), 101);
    let text = terminal.wait("this is a mistake of tidebox");
    assert!(terminal.given_back(), "{text}");
    assert_eq!(home.json(OPEN, &["begin"]).len(), LETTERS as usize);
}

#[test]
fn ctrl_z_suspends_and_going_on_paints_again() {
    let home = home();
    let mut terminal = Terminal::open(&home, OPEN, &[], 80, 24);
    terminal.wait("begin");
    terminal.keys("\x1a");
    let state = format!("/proc/{}/stat", terminal.process());
    terminal.wait_until("a stopped program", |_| {
        std::fs::read_to_string(&state)
            .is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| rest.starts_with(" T")))
    });
    assert!(terminal.given_back());
    terminal.signal(Signal::CONT);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("Matter 01");
    assert!(terminal.is_taken());
}

#[test]
fn no_size_tears_the_screen() {
    let home = home();
    let mut terminal = Terminal::open(&home, OPEN, &[], 120, 36);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("Matter 01");
    for (columns, rows) in [(1, 1), (3, 2), (20, 5), (40, 12), (500, 3), (2, 100), (300, 100), (80, 24)] {
        terminal.resize(columns, rows);
        terminal.keys("j");
    }
    terminal.wait("Matter");
    terminal.keys("\x03");
    assert_eq!(terminal.ended(), 0);
}
