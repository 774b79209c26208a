//! Holds `src/ui/state/folds.rs`, `src/ui/update/selecting.rs`, `src/ui/screens/batch.rs`, `src/store/alike.rs`: the keys for conversations
//! and for several rows, on a real terminal, and what the store has of them.

use crate::support::Home;
use crate::support::pty::Terminal;

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
const RIGHT: &str = "\x1b[C";
const LEFT: &str = "\x1b[D";

/// Three messages of one conversation, two by themselves, and two builds.
fn home() -> Home {
    let home = Home::new();
    let message = |number: u32, from: &str, subject: &str, answers: &str| {
        format!(
            "From: {from} <{from}@example.org>\nTo: me@example.org\nSubject: {subject}\nMessage-ID: <m{number}@example.org>\n\
             {answers}Date: Mon, 23 Nov 2026 0{number}:00:00 +0100\n\nText {number}.\n"
        )
    };
    let answers = "In-Reply-To: <m1@example.org>\nReferences: <m1@example.org>\n";
    for (number, from, subject, answers) in [
        (1, "Ann", "Boat", ""),
        (2, "Bob", "Re: Boat", answers),
        (3, "Cem", "Re: Boat", answers),
        (4, "Dora", "Tea", ""),
        (5, "Eli", "Build 7 failed", ""),
        (6, "Finn", "Build 8 failed", ""),
    ] {
        home.deliver("Maildir", &format!("{number}.t"), &message(number, from, subject, answers));
    }
    assert_eq!(home.run(EARLY, &["add", "Maildir"]).code, 0);
    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    home
}

/// What is decided so far, by subject, in the order of the batch.
fn verdicts(home: &Home) -> Vec<String> {
    let told = |message: &serde_json::Value| {
        let verdict = message["verdict"].as_str()?;
        Some(format!("{}: {verdict}", message["subject"].as_str()?))
    };
    home.json(OPEN, &["queue"]).iter().filter_map(told).collect()
}

#[test]
fn conversations_fold_and_a_decision_is_about_the_row() {
    let home = home();
    let mut terminal = Terminal::open(&home, OPEN, &[], 100, 40);
    terminal.wait("0 of 6");
    terminal.wait("Cem, Bob, Ann");
    terminal.keys(RIGHT);
    terminal.wait("└ Cem");
    terminal.keys(LEFT);
    terminal.wait_gone("└ Cem");
    terminal.keys("d");
    terminal.wait("Trash: 3 messages of Boat");
    assert_eq!(verdicts(&home), ["Boat: trash", "Re: Boat: trash", "Re: Boat: trash"]);
    terminal.keys("u");
    terminal.wait("0 of 6");
    terminal.wait("Cem, Bob, Ann");
    // A digit takes rows; what is left goes at once.
    terminal.keys("2");
    terminal.wait("2 rows, 4 messages from here");
    terminal.keys("a");
    terminal.wait("4 of 6");
    terminal.keys("u");
    terminal.wait("0 of 6");
    terminal.keys("G*");
    terminal.wait("2 selected: everything here called Build … failed");
    terminal.keys("d");
    terminal.wait("2 of 6");
    assert_eq!(verdicts(&home), ["Build 7 failed: trash", "Build 8 failed: trash"]);
    terminal.keys("A");
    terminal.wait("Done with all 4 messages under people");
    assert_eq!(verdicts(&home).len(), 6);
}
