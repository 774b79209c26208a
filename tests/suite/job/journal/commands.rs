//! Holds `src/cli/journal.rs`, `src/cli/commit.rs`, `src/job/write_back.rs`, `src/store/journal.rs`: the journal from a
//! script: a commit does what was decided, and says what could not be done.

use std::fs;

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
