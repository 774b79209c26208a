//! Holds `src/source/imap/change`, `src/source/imap/refusal.rs`, `src/job/hold.rs`: an account whose folders are
//! labels, as Gmail's are, and what such servers do when they are asked for too much.

use crate::support::pty::Terminal;
use crate::support::servers::labels::{ALL, Fault, Labels, SPAM, TRASH};
use crate::support::servers::letters::letter;
use crate::support::{CONFIG, Home};

fn home(server: &Labels, more: &str) -> Home {
    let home = Home::new();
    home.write("config.toml", format!("{CONFIG}\n{}", server.source(more)));
    home
}

fn subject(number: usize) -> String {
    format!("Subject: Matter {number}\r\n")
}

/// A Monday.
fn at(time: &str) -> String {
    format!("2024-01-08T{time}:00+01:00")
}

fn decide(home: &Home, at: &str, verb: &str, number: usize) {
    let found = home.json(at, &["search", &format!("id:m{number}@test.example")]);
    let id = found[0]["id"].to_string();
    let ran = home.run(at, &["decide", verb, id.trim_matches('"')]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

/// One day of two windows: what comes before each waits apart, is there at the opening, and goes where it was decided to.
fn day(server: &Labels, home: &Home, fault: Option<Fault>) {
    let sync = |time: &str| home.run(&at(time), &["sync"]);
    let places = |numbers: std::ops::Range<usize>| numbers.map(|it| server.labels(&subject(it))).collect::<Vec<_>>();
    assert_eq!(sync("08:00").code, 0);
    (0..4).for_each(|number| server.deliver(letter(number), &["INBOX"]));
    server.deliver(letter(4), &["INBOX", "Work"]);
    server.fault(fault);
    for time in ["08:30", "08:31", "09:00"] {
        sync(time);
    }
    server.fault(None);
    assert_eq!(sync("09:30").code, 0, "it recovers by itself: {fault:?}");
    assert_eq!(places(0..4), vec![vec!["Held"]; 4], "{fault:?}");
    assert_eq!(places(4..5), [["Held", "Work"]], "{fault:?}");
    // The fault is there at the opening too, and then passes.
    server.fault(fault);
    let said = sync("10:00");
    let release = home.run(&at("10:01"), &["release", "--all"]);
    let hidden = places(0..5).concat().contains(&"Held".to_owned());
    assert_eq!(release.code, i32::from(hidden), "{fault:?}: {}{}", release.out, release.err);
    if hidden {
        assert!(!said.err.contains("make room") || fault == Some(Fault::FullMailbox), "{fault:?}: {}", said.err);
        assert!(
            release.out.contains("still to go back: it is tried again at the next `tidebox sync`"),
            "{fault:?}: {}",
            release.out
        );
    }
    if hidden && fault.is_some_and(Fault::lets_in) {
        let status = home.run(&at("10:01"), &["status"]).out;
        assert!(status.contains("mail: 5 messages held in the folder Held did not come back: "), "{fault:?}: {status}");
        assert!(status.contains("the server says") || status.contains("can't be opened"), "{fault:?}: {status}");
        let check = home.run(&at("10:01"), &["check", "--offline"]);
        assert!(check.code == 1 && check.err.contains("did not come back"), "{fault:?}: {}", check.err);
    }
    server.fault(None);
    assert_eq!(sync("10:02").code, 0);
    assert_eq!(places(0..4), vec![vec!["INBOX"]; 4], "{fault:?}: at the next round, not after a day");
    assert_eq!(places(4..5), [["INBOX", "Work"]], "{fault:?}");
    assert_eq!(home.run(&at("10:03"), &["begin"]).code, 0);
    for (number, verb) in ["done", "trash", "spam", "later", "done"].into_iter().enumerate() {
        decide(home, &at("10:04"), verb, number);
    }
    server.fault(fault);
    home.run(&at("10:05"), &["commit"]);
    let unread: Vec<usize> =
        [0, 4].into_iter().filter(|it| server.labels(&subject(*it)).contains(&"INBOX".to_owned())).collect();
    assert!(unread.iter().all(|number| !server.is_read(&subject(*number))), "{fault:?}: no half of a move is left");
    server.fault(None);
    home.run(&at("10:06"), &["journal", "--retry"]);
    let nothing: [&str; 0] = [];
    assert_eq!(server.labels(&subject(0)), nothing, "{fault:?}: in {ALL} alone");
    assert_eq!(places(1..4), [[TRASH], [SPAM], ["INBOX"]], "{fault:?}");
    assert_eq!(server.labels(&subject(4)), ["Work"], "{fault:?}: filed, and still filed");
    // The second window.
    server.deliver(letter(5), &["INBOX"]);
    server.fault(fault);
    sync("12:00");
    server.fault(None);
    assert_eq!(sync("15:00").code, 0);
    assert_eq!(server.labels(&subject(5)), ["Held"], "{fault:?}");
    server.fault(fault);
    sync("16:00");
    server.fault(None);
    sync("16:01");
    assert_eq!(server.labels(&subject(5)), ["INBOX"], "{fault:?}");
    assert_eq!(home.run(&at("16:02"), &["begin"]).code, 0);
    decide(home, &at("16:03"), "done", 5);
    decide(home, &at("16:03"), "done", 3);
    home.run(&at("16:04"), &["commit"]);
    assert_eq!((server.labels(&subject(5)), server.labels(&subject(3))), (vec![], vec![]), "{fault:?}");
    // What is in the trash or among the spam is not in the folder of all mail.
    assert_eq!(server.count(), 4, "{fault:?}: nothing is lost and nothing is there twice");
    let journal = home.run(&at("16:05"), &["journal"]);
    assert!(!journal.out.contains("again at") && !journal.out.contains("needs you"), "{fault:?}: {}", journal.out);
    let check = home.run(&at("16:05"), &["check", "--offline"]);
    assert_eq!(check.code, 0, "{fault:?}: {}{}", check.out, check.err);
}

#[test]
fn a_day_of_two_windows_with_labels() {
    let server = Labels::start(&["Work"]);
    let home = home(&server, "folders = [\"INBOX\", \"Work\"]\nhold = \"hard\"");
    day(&server, &home, None);
}

#[test]
fn a_day_of_two_windows_with_each_fault() {
    for fault in Fault::ALL {
        let server = Labels::start(&["Work"]);
        let home = home(&server, "folders = [\"INBOX\", \"Work\"]\nhold = \"hard\"");
        day(&server, &home, Some(fault));
    }
}

#[test]
fn a_renamed_label_gives_its_letters_back() {
    let server = Labels::start(&[]);
    let home = home(&server, "hold = \"hard\"");
    home.run(&at("08:00"), &["sync"]);
    server.deliver(letter(0), &["INBOX"]);
    home.run(&at("08:30"), &["sync"]);
    server.rename("Held", "Parked");
    home.run(&at("09:00"), &["sync"]);
    assert_eq!(server.labels(&subject(0)), ["Parked"]);
    home.run(&at("10:00"), &["sync"]);
    assert_eq!(server.labels(&subject(0)), ["INBOX"]);
}

#[test]
fn a_passing_refusal_is_no_reason_to_leave_the_inbox_out() {
    let server = Labels::start(&[]);
    let home = home(&server, "");
    server.fault(Some(Fault::InUse));
    let ran = home.run(&at("09:00"), &["check"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.err.contains("INBOX") && !ran.err.contains("leave it out"), "{}", ran.err);
}

#[test]
fn the_door_says_what_a_server_does_not_give_back_and_how() {
    let server = Labels::start(&[]);
    let home = home(&server, "hold = \"hard\"");
    home.run(&at("08:00"), &["sync"]);
    server.deliver(letter(0), &["INBOX"]);
    home.run(&at("08:30"), &["sync"]);
    server.fault(Some(Fault::FullMailbox));
    home.run(&at("10:00"), &["sync"]);
    let mut screen = Terminal::open(&home, &at("10:01"), &[], 150, 40);
    screen.wait("mail: 1 message held in the folder Held did not come back:");
    screen.wait("Make room in the mailbox");
}

/// What is archived has lost one label, and what is thrown away all of them: both are back in the inbox, unread, and only once.
#[test]
fn what_was_finished_with_gets_its_label_back() {
    for more in ["", "hold = \"hard\"", "folders = [\"INBOX\", \"Work\"]"] {
        let server = Labels::start(&["Work"]);
        let home = home(&server, more);
        assert_eq!(home.run(&at("08:00"), &["sync"]).code, 0);
        (0..3).for_each(|number| server.deliver(letter(number), &["INBOX"]));
        server.deliver(letter(4), &["INBOX", "Work"]);
        home.json(&at("09:00"), &["sync"]);
        home.json(&at("10:00"), &["sync"]);
        home.json(&at("10:03"), &["begin"]);
        for (number, verb) in [(0, "done"), (1, "trash"), (2, "spam"), (4, "done")] {
            decide(&home, &at("10:04"), verb, number);
        }
        home.json(&at("10:05"), &["commit"]);
        let labels = |server: &Labels| [0, 1, 2, 4].map(|number| server.labels(&subject(number)).join(" "));
        assert_eq!(labels(&server), ["", TRASH, SPAM, "Work"], "{more}");
        let told = home.json(&at("11:00"), &["reopen", "--batch", "last"]).remove(0);
        for minute in ["11:01", "11:05", "12:30"] {
            home.json(&at(minute), &["sync"]);
        }
        assert_eq!(labels(&server), ["INBOX", "INBOX", "INBOX", "INBOX Work"], "{more}: {told}");
        assert!([0, 1, 2, 4].iter().all(|number| !server.is_read(&subject(*number))), "{more}: unread again");
        let journal = home.run(&at("12:31"), &["journal"]);
        assert_eq!(
            home.sqlite("SELECT count(*) FROM journal WHERE closed IS NULL").trim(),
            "0",
            "{more}: {}",
            journal.out
        );
        let stages = "SELECT DISTINCT stage || ' ' || returned || ' ' || (reopened > 0) FROM message";
        assert_eq!(home.sqlite(stages).trim(), "carried over 0 1", "{more}");
        home.assert_whole();
    }
}
