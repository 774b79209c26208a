//! Holds `src/cli/journal.rs`, `src/cli/commit.rs`, `src/job/write_back.rs`, `src/job/roles.rs`,
//! `src/store/journal.rs`, `src/store/roles.rs`: the journal from a
//! script: a commit does what was decided, and says what could not be done.

use std::fs;

use crate::support::running::{Running, wait_until};
use crate::support::{CONFIG, Home, letter, lines};

fn home() -> Home {
    let home = Home::new();
    home.write(
        "config.toml",
        format!("{CONFIG}\n[[source]]\nname = \"home\"\nkind = \"maildir\"\npath = \"Maildir\"\n"),
    );
    for number in 1..=2 {
        let mail = letter(number, "Ann <ann@example.org>", &format!("Letter {number}"), "Hello");
        home.deliver("Maildir", &format!("{number}.a"), &mail);
    }
    home
}

fn decide_all(home: &Home, verb: &str) {
    home.json("2026-11-23 09:00", &["sync"]);
    let ids: Vec<String> = home.json("2026-11-23 10:05", &["begin"]).iter().map(|row| row["id"].to_string()).collect();
    let mut words = vec!["decide", verb];
    words.extend(ids.iter().map(String::as_str));
    home.json("2026-11-23 10:06", &words);
}

#[test]
fn a_commit_changes_the_mailbox_and_says_so() {
    let home = home();
    for side in ["cur", "new", "tmp"] {
        fs::create_dir_all(home.path("Maildir/.Archive").join(side)).unwrap();
    }
    decide_all(&home, "done");
    let committed = home.json("2026-11-23 10:10", &["commit"]);
    assert_eq!(committed[0]["changes"]["made"], 2, "{committed:?}");
    assert!(home.path("Maildir/.Archive/cur/1.a:2,S").exists() && !home.path("Maildir/new/1.a").exists());
    let journal = home.run("2026-11-23 10:11", &["journal"]);
    assert_eq!(journal.out, "Everything that was decided is done where the messages lie.\n");
    let all = home.json("2026-11-23 10:11", &["journal", "--all"]);
    assert_eq!(all.iter().map(|row| row["state"].as_str().unwrap()).collect::<Vec<_>>(), ["made", "made"]);
}

#[test]
fn what_cannot_be_done_is_told_and_tried_again_when_asked() {
    let home = home();
    decide_all(&home, "trash");
    let committed = home.run("2026-11-23 10:10", &["commit"]);
    assert_eq!(committed.code, 0, "{}", committed.err);
    assert!(committed.err.contains("there is no folder for the trash"), "{}{}", committed.out, committed.err);
    let told = home.json("2026-11-23 10:11", &["journal"]);
    assert_eq!(told.len(), 2);
    assert_eq!((told[0]["state"].as_str(), told[0]["subject"].as_str()), (Some("refused"), Some("Letter 1")));
    let plain = home.run("2026-11-23 10:11", &["journal"]);
    assert!(plain.out.contains("trash") && plain.out.contains("needs you: there is no folder"), "{}", plain.out);
    for side in ["cur", "new", "tmp"] {
        fs::create_dir_all(home.path("Maildir/Trash").join(side)).unwrap();
    }
    let again = home.run("2026-11-23 10:12", &["--json", "journal", "--retry"]);
    assert_eq!(lines(&again.out)[0]["made"], 2, "{}{}", again.out, again.err);
    assert!(home.path("Maildir/Trash/cur/2.a:2,").exists());
    assert_eq!(home.run("2026-11-23 10:13", &["check", "--store-too"]).code, 0);
}

fn make_folder(home: &Home, name: &str) {
    for side in ["cur", "new", "tmp"] {
        fs::create_dir_all(home.path(name).join(side)).unwrap();
    }
}

#[test]
fn what_waited_for_a_folder_is_done_by_the_next_round_when_it_is_there() {
    let home = home();
    decide_all(&home, "done");
    home.run("2026-11-23 10:10", &["commit"]);
    let grouped = home.run("2026-11-23 10:11", &["journal"]).out;
    assert!(grouped.contains("done     home  2 messages\n") && grouped.contains("--retry"), "{grouped}");
    assert!(home.run("2026-11-23 10:11", &["check"]).out.contains("There is no archive folder"));
    home.json("2026-11-23 10:12", &["sync"]);
    assert!(home.path("Maildir/new/1.a").exists(), "nothing has changed yet");
    make_folder(&home, "Maildir/.Archive");
    let synced = home.json("2026-11-23 10:13", &["sync"]);
    assert_eq!(synced[0]["changes"]["made"], 2, "{synced:?}");
    assert!(home.path("Maildir/.Archive/cur/1.a:2,S").exists());
    let checked = home.run("2026-11-23 10:14", &["check"]).out;
    assert!(checked.contains("done goes to Archive") && !checked.contains("no archive"), "{checked}");
}

#[test]
fn a_watch_does_what_waited_and_a_retry_beside_it_waits_for_that() {
    let home = home();
    decide_all(&home, "done");
    home.run("2026-11-23 10:10", &["commit"]);
    let _watch = Running::watch(&home, "2026-11-23 10:11");
    let tends = || home.run("2026-11-23 10:12", &["sync"]).err.contains("the running watch");
    wait_until("the watch tends the mailboxes", tends);
    let left = home.json("2026-11-23 10:13", &["journal", "--retry"]);
    assert_eq!(left[0]["left"], 2, "{left:?}");
    make_folder(&home, "Maildir/.Archive");
    let left = home.run("2026-11-23 10:14", &["journal", "--retry"]);
    assert_eq!(left.code, 0, "{}", left.err);
    assert_eq!(left.out, "Everything that was decided is done where the messages lie.\n", "{}", left.err);
    assert!(home.path("Maildir/.Archive/cur/2.a:2,S").exists());
}

/// A rehearsal on a copy of the store must not move anybody's mail.
#[test]
fn a_copy_changes_nothing_outside_until_it_lives_there() {
    let home = home();
    for side in ["cur", "new", "tmp"] {
        fs::create_dir_all(home.path("Maildir/.Archive").join(side)).unwrap();
    }
    home.json("2026-11-23 09:00", &["sync"]);
    let copy = home.path("copy.db");
    let copy = copy.to_str().unwrap();
    home.json("2026-11-23 09:01", &["backup", copy]);
    let ids = home.json("2026-11-23 10:05", &["--store", copy, "begin"]);
    let id = ids[0]["id"].to_string();
    home.json("2026-11-23 10:06", &["--store", copy, "decide", "done", &id]);
    let committed = home.run("2026-11-23 10:10", &["--store", copy, "commit"]);
    assert!(committed.code == 0 && committed.err.contains("this store is a copy"), "{}", committed.err);
    assert!(home.path("Maildir/new/1.a").exists() && home.path("Maildir/new/2.a").exists());
    let here = home.json("2026-11-23 10:11", &["--store", copy, "journal", "--here", "--retry"]);
    assert_eq!(here[0]["made"], 1, "{here:?}");
    assert_eq!(fs::read_dir(home.path("Maildir/.Archive/cur")).unwrap().count(), 1);
}
