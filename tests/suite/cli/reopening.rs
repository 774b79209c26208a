//! Holds `src/cli/reopen.rs`, `src/cli/muted.rs`, `src/job/reopen.rs`: what was finished with comes back from a script, in a
//! Maildir too, and each refusal says why.

use std::fs;

use crate::support::{Home, letter};

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
const AFTER: &str = "2026-11-23T15:30:00+01:00";
const AFTERNOON: &str = "2026-11-23T16:05:00+01:00";

/// A Maildir with an archive, trash and junk, and letters in a batch that is begun; the ids in its order.
fn begun(letters: u32) -> (Home, Vec<String>) {
    let home = Home::new();
    for folder in ["Archive", "Trash", "Junk"] {
        for side in ["cur", "new", "tmp"] {
            fs::create_dir_all(home.path(&format!("Maildir/{folder}/{side}"))).unwrap();
        }
    }
    for number in 1..=letters {
        let mail = letter(number, &format!("P{number} <p{number}@example.org>"), &format!("Matter {number}"), "Text.");
        home.deliver("Maildir", &format!("{number}.c"), &mail);
    }
    let config = fs::read_to_string(home.path("config.toml")).unwrap_or_default();
    let source = format!(
        "{config}\n[[source]]\nname = \"home\"\nkind = \"maildir\"\npath = \"{}\"\n",
        home.path("Maildir").display()
    );
    home.write("config.toml", source);
    home.json(EARLY, &["sync"]);
    let ids = home.json(OPEN, &["begin"]).iter().map(|message| message["id"].to_string()).collect();
    (home, ids)
}

/// The names of the files of a folder, `new` and `cur`.
fn files(home: &Home, folder: &str) -> Vec<String> {
    let mut names = Vec::new();
    for side in ["new", "cur"] {
        for entry in fs::read_dir(home.path(&format!("Maildir/{folder}/{side}"))).into_iter().flatten().flatten() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    names
}

#[test]
fn what_a_commit_has_filed_is_back_in_the_maildir_unread_and_leads_the_next_batch() {
    let (home, ids) = begun(5);
    for (verb, id) in ["done", "trash", "spam", "mute"].into_iter().zip(&ids) {
        home.json(OPEN, &["decide", verb, id]);
    }
    home.json(OPEN, &["commit"]);
    assert_eq!((files(&home, ".").len(), files(&home, "Archive").len()), (1, 2));
    let told = home.run(AFTER, &["reopen", "--batch", "last"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.out.contains("Reopened: 4 lead their lanes' next batch, and 4 go back"), "{}", told.out);
    assert!(told.out.contains("1 thread stays muted."), "{}", told.out);
    let back = files(&home, ".");
    assert_eq!(back.len(), 5, "{back:?}");
    assert!(back.iter().all(|name| !name.contains('S')), "unread: {back:?}");
    assert_eq!(["Archive", "Trash", "Junk"].map(|folder| files(&home, folder).len()), [0; 3]);
    home.json(AFTER, &["sync"]);
    let batch = home.json(AFTERNOON, &["begin"]);
    let order: Vec<String> = batch.iter().map(|message| message["id"].to_string()).collect();
    assert_eq!(order, ids, "the four that were reopened lead, and the one that was carried over comes after them");
    assert_eq!(batch.iter().filter(|message| message["reopened"] == true).count(), 4);
    assert!(batch.iter().all(|message| message["returned"] == 0), "none of it came back by itself");
    let queue = home.run(AFTERNOON, &["queue"]);
    assert_eq!(queue.out.matches("reopened").count(), 4, "{}", queue.out);
    home.assert_whole();
}

#[test]
fn in_the_open_batch_it_takes_the_decision_back_and_one_undo_restores_it() {
    let (home, ids) = begun(2);
    home.json(OPEN, &["decide", "done", &ids[0]]);
    let reopened = &home.json(OPEN, &["reopen", &ids[0]])[0];
    assert_eq!(reopened["undecided"][0].to_string(), ids[0]);
    let verdict = |home: &Home| home.json(OPEN, &["queue"]).iter().filter(|one| one["verdict"] == "done").count();
    assert_eq!(verdict(&home), 0);
    home.json(OPEN, &["undo"]);
    assert_eq!(verdict(&home), 1);
}

#[test]
fn what_lies_in_two_open_batches_is_undecided_in_both() {
    let (home, ids) = begun(1);
    let config = fs::read_to_string(home.path("config.toml")).unwrap();
    home.write("config.toml", format!("{config}\n[[exception]]\nname = \"urgent\"\nmatch = \"subject:urgent\"\n"));
    home.deliver("Maildir", "9.c", &letter(9, "New <n@example.org>", "Urgent", "Text."));
    home.json(OPEN, &["sync"]);
    let urgent = home.json(OPEN, &["search", "subject:urgent"])[0]["id"].to_string();
    home.json(OPEN, &["decide", "done", &ids[0]]);
    home.json(OPEN, &["decide", "trash", &urgent]);
    let reopened = &home.json(OPEN, &["reopen", &ids[0], &urgent])[0];
    assert_eq!(reopened["undecided"].as_array().map(Vec::len), Some(2), "{reopened}");
    for arguments in [vec!["queue"], vec!["queue", "--exceptions"]] {
        let listed = home.json(OPEN, &arguments);
        assert!(listed.len() == 1 && listed[0].get("verdict").is_none_or(|verdict| verdict == "reopen"), "{listed:?}");
    }
}

#[test]
fn what_cannot_be_reopened_says_why_and_changes_nothing() {
    let (home, ids) = begun(1);
    let refused = |arguments: &[&str], code: i32, why: &str| {
        let ran = home.run(AFTER, arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(why), "{arguments:?}: {}", ran.err);
    };
    let early = home.run(OPEN, &["reopen", "--batch", "last"]);
    assert!(early.code == 1 && early.err.contains("no check-in was committed yet"), "{}", early.err);
    home.json(OPEN, &["decide", "done", &ids[0]]);
    home.json(OPEN, &["commit"]);
    home.deliver("Maildir", "9.c", &letter(9, "New <n@example.org>", "Matter 9", "Text."));
    home.json(AFTER, &["sync"]);
    let held = home.sqlite("SELECT id FROM message WHERE stage = 'held'").trim().to_owned();
    refused(&["reopen", &ids[0], &held], 3, "is held");
    refused(&["reopen", "12345"], 1, "there is no message 12345");
    refused(&["reopen", "--batch", "77"], 1, "no batch 77 was committed");
    refused(&["reopen", "--batch", "first"], 2, "`last` or the number of a batch");
    refused(&["reopen"], 2, "required");
    refused(&["unmute", &ids[0]], 1, "is in no muted thread");
    refused(&["unmute", &held], 3, "is held");
    assert_eq!(home.sqlite("SELECT count(*) FROM message WHERE reopened IS NOT NULL").trim(), "0");
    assert_eq!(home.run(AFTER, &["muted"]).out, "No thread is muted.\n");
}
