//! Holds `src/store/admit.rs`, `src/store/act.rs`, `src/job/intake.rs`: `kill -9` at many moments: what was
//! acknowledged is there, the store is whole, and the same command run again ends where it would have ended.
//!
//! The moments are spread over a command's life. Which step each of them meets is the machine's choice; what is
//! asserted holds at every one.

use std::time::Duration;

use crate::support::running::killed;
use crate::support::{Home, letter, lines};

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
const LETTERS: u32 = 150;

#[test]
fn taking_in_goes_on_after_each_kill_and_ends_the_same() {
    let home = Home::new();
    let mut mbox = String::new();
    for number in 0..LETTERS {
        mbox.push_str("From x@example.org Fri Nov 20 08:02:00 2026\n");
        mbox.push_str(
            &letter(number, "Ann <ann@example.org>", &format!("Matter {number}"), "Text.").replace("\r\n", "\n"),
        );
        mbox.push('\n');
    }
    home.write("bulk.mbox", mbox);
    for point in 0..30 {
        killed(&home, EARLY, &["add", "bulk.mbox"], Duration::from_millis(point * 3));
    }
    assert_eq!(home.run(EARLY, &["add", "bulk.mbox"]).code, 0);
    home.assert_whole();
    let again = &home.json(EARLY, &["add", "bulk.mbox"])[0];
    assert_eq!((again["admitted"].as_u64(), again["known"].as_u64()), (Some(0), Some(u64::from(LETTERS))));
    assert_eq!(home.json(OPEN, &["begin"]).len(), LETTERS as usize);
}

#[test]
fn a_verdict_that_was_acknowledged_survives_each_kill() {
    let home = Home::new();
    for number in 0..40 {
        home.deliver(
            "Maildir",
            &format!("{number}.k"),
            &letter(number, "Ann <ann@example.org>", &format!("Matter {number}"), "Text."),
        );
    }
    home.json(EARLY, &["add", "Maildir"]);
    let batch = home.json(OPEN, &["begin"]);
    let mut acknowledged = 0;
    for (point, message) in (0_u64..).zip(&batch) {
        let id = message["id"].to_string();
        let after = Duration::from_micros(point * 750);
        let (said, _) = killed(&home, OPEN, &["--json", "decide", "done", &id], after);
        let queue = home.json(OPEN, &["queue"]);
        let verdict = &queue.iter().find(|one| one["id"] == message["id"]).unwrap()["verdict"];
        if let Some(answer) = lines(&said).first() {
            acknowledged += 1;
            assert_eq!(answer["changed"][0], message["id"]);
            assert_eq!(verdict, "done", "it was acknowledged, at point {point}");
        }
    }
    assert!(acknowledged > 0, "some of them came to their end");
    home.assert_whole();
    assert_eq!(home.run(OPEN, &["commit"]).code, 0);
}
