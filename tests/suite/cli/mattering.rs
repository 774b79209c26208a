//! Holds `src/cli/matter.rs`, `src/cli/forget.rs`, `src/job/matter.rs`, `src/session/attendance.rs`: whether waiting mattered is asked after a commit, from a script and on the receipt; facts are kept, and forgotten when they are to be.

use std::fs;

use crate::support::pty::Terminal;
use crate::support::{CONFIG, Home, letter};

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const LATER: &str = "2026-11-23T09:10:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
const AFTERNOON: &str = "2026-11-23T16:05:00+01:00";

/// A Maildir that was read once while one letter lay there, and has three more since, which are held.
fn home() -> Home {
    let home = Home::new();
    home.deliver("Maildir", "0.m", &letter(9, "Old <old@example.org>", "From before", "Text."));
    let source =
        format!("\n[[source]]\nname = \"home\"\nkind = \"maildir\"\npath = \"{}\"\n", home.path("Maildir").display());
    home.write("config.toml", format!("{CONFIG}{source}"));
    for folder in ["Archive", "Trash", "Junk"] {
        for side in ["cur", "new", "tmp"] {
            fs::create_dir_all(home.path(&format!("Maildir/{folder}/{side}"))).unwrap();
        }
    }
    home.json(EARLY, &["sync"]);
    home.deliver_matters(3);
    home.json(LATER, &["sync"]);
    home
}

#[test]
fn a_script_is_asked_and_answers() {
    let home = home();
    assert!(home.run(LATER, &["matter"]).out.contains("Nothing is asked about the last check-in."));
    assert_eq!(home.json(OPEN, &["begin"]).len(), 4);
    let committed = &home.json(OPEN, &["commit"])[0]["matter"];
    let ids: Vec<String> = committed["questions"].as_array().unwrap().iter().map(|it| it["id"].to_string()).collect();
    assert_eq!(ids.len(), 2, "{committed}");
    let old = home.sqlite("SELECT id FROM message WHERE subject = 'From before'");
    assert!(!ids.contains(&old.trim().to_owned()), "it did not arrive, and so it is not asked about");
    let told = home.run(OPEN, &["matter"]);
    assert!(told.out.starts_with("Would it have changed anything to see these earlier?\n"), "{}", told.out);
    assert!(told.out.contains("waited   0 h 55 min  -"), "{}", told.out);
    let said = home.run(OPEN, &["matter", "yes", &ids[0]]);
    assert!(said.out.contains(&format!("`tidebox rule {}` makes a rule", ids[0])), "{}", said.out);
    assert!(said.out.ends_with("1 of 1 mattered so far: too few to tell.\n"), "{}", said.out);
    let both = home.json(OPEN, &["matter", "no", &ids[0], &ids[1]]);
    assert_eq!(
        (&both[0]["yes"], &both[0]["no"], &both[0]["interval"]),
        (&0.into(), &2.into(), &serde_json::Value::Null)
    );
    assert_eq!(both[0]["questions"][1]["answer"], "no");
    let other = home.run(OPEN, &["matter", "no", old.trim()]);
    assert_eq!(other.code, 1, "{}", other.err);
    assert!(other.err.contains("is in no sample") && other.err.contains("tidebox matter"), "{}", other.err);
    assert_eq!(home.run(OPEN, &["matter", "no"]).code, 2);
    home.assert_whole();
}

#[test]
fn nothing_is_asked_where_the_settings_say_so() {
    let home = home();
    let settings = fs::read_to_string(home.path("config.toml")).unwrap();
    home.write("config.toml", format!("{settings}\n[proof]\nask = 0\n"));
    home.json(OPEN, &["begin"]);
    let committed = &home.json(OPEN, &["commit"])[0]["matter"];
    assert_eq!(committed["questions"], serde_json::json!([]));
    home.write("config.toml", format!("{settings}\n[proof]\nask = 11\n"));
    let refused = home.run(OPEN, &["matter"]);
    assert!(refused.err.contains("a number from 0 to 10"), "{}", refused.err);
}

#[test]
fn the_receipt_asks_and_the_time_at_the_batch_is_kept() {
    let home = home();
    let mut terminal = Terminal::open(&home, OPEN, &[], 100, 30);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("Matter 1");
    terminal.keys("a");
    terminal.wait("Done: ");
    terminal.keys("C");
    terminal.wait("1  done: ");
    terminal.keys("C");
    terminal.wait("Would it have changed anything to see these earlier?");
    terminal.keys("y");
    terminal.wait("1 of 1 mattered so far: too few to tell.");
    terminal.keys("n");
    terminal.wait("1 of 2 mattered so far: too few to tell.");
    terminal.keys("\x03");
    assert_eq!(terminal.ended(), 0);
    assert_eq!(home.sqlite("SELECT answer FROM matter ORDER BY answer"), "no\nyes\n");
    let openings =
        home.sqlite("SELECT batch, keys >= 3, decisions, until >= since AND until - since < 120 FROM opening");
    assert_eq!(openings, "1|1|1|1\n");
}

#[test]
fn facts_are_forgotten_when_the_person_agrees() {
    let home = home();
    home.json(OPEN, &["begin"]);
    home.json(OPEN, &["commit"]);
    let asked = home.run(OPEN, &["forget", "--facts"]);
    assert_eq!(asked.code, 1, "{}", asked.out);
    assert!(asked.err.contains("nothing was removed") && asked.err.contains("--yes"), "{}", asked.err);
    assert_eq!(home.sqlite("SELECT count(*) FROM arrival").trim(), "3");
    assert_eq!(home.run(OPEN, &["forget", "--yes"]).code, 2, "it says what");
    let told = home.run(OPEN, &["forget", "--facts", "--yes"]);
    assert_eq!(told.out, "Removed: 3 arrivals, 2 questions about waiting. Facts are kept anew from now on.\n");
    assert!(home.run(OPEN, &["matter"]).out.starts_with("Nothing is asked"));
    let again = &home.json(OPEN, &["forget", "--facts", "--yes"])[0];
    assert_eq!((&again["arrivals"], &again["answers"]), (&0.into(), &0.into()));
    assert_eq!(home.sqlite("SELECT count(*) FROM receipt").trim(), "1", "receipts stay");
    home.deliver("Maildir", "7.m", &letter(7, "Ann <ann@example.org>", "New", "Text."));
    home.json(AFTERNOON, &["sync"]);
    assert_eq!(home.sqlite("SELECT count(*) FROM arrival").trim(), "1", "and facts are kept anew");
    home.assert_whole();
}
