//! Holds `src/store/answered.rs`, `src/job/gather.rs`, `src/job/why.rs`, `src/cli/why.rs`, `src/store/reply_act.rs`, `src/cli/status.rs`: what another program has answered is done
//! here, `sync` says so without naming anybody, `why` says when, and reopening takes it back.

use std::fs;

use super::accounts::{EARLY, OPEN};
use crate::support::Home;

/// Marks every file as answered, as mutt does.
fn answer_all(home: &Home) {
    for side in ["new", "cur"] {
        for file in fs::read_dir(home.path("Maildir").join(side)).unwrap().map(|file| file.unwrap().path()) {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let (unique, letters) = name.split_once(":2,").unwrap_or((&name, ""));
            let letters = if letters.contains('S') { "RS" } else { "R" };
            fs::rename(&file, home.path("Maildir/cur").join(format!("{unique}:2,{letters}"))).unwrap();
        }
    }
}

#[test]
fn what_mutt_has_answered_leaves_what_is_open_and_comes_back_when_that_is_wanted() {
    let home = Home::new();
    let config = fs::read_to_string(home.path("config.toml")).unwrap();
    let path = home.path("Maildir");
    let source = format!(
        "\n[[source]]\nname = \"home\"\nkind = \"maildir\"\npath = \"{}\"\nbacklog = \"all\"\ndone = \"read\"\n",
        path.display()
    );
    home.write("config.toml", config + &source);
    home.deliver_matters(3);
    home.json(EARLY, &["sync"]);
    let ids: Vec<String> = home.json(OPEN, &["begin"]).iter().map(|one| one["id"].to_string()).collect();
    home.json(OPEN, &["decide", "later", &ids[0]]);
    home.json(OPEN, &["decide", "done", &ids[2]]);
    home.json(OPEN, &["commit"]);
    // One that is held is answered before anybody has seen it here, and stays held.
    let held = crate::support::letter(9, "Ann <ann@example.org>", "Matter 9", "Text.");
    home.deliver("Maildir", "9.w", &held);
    home.json("2026-11-23T11:00:00+01:00", &["sync"]);
    answer_all(&home);
    let told = home.run("2026-11-23T11:12:00+01:00", &["sync"]);
    let said = format!("{}{}", told.out, told.err);
    assert!(said.contains("2 messages that were open were answered elsewhere, and are done"), "{said}");
    assert!(!said.contains("Ann") && !said.contains("Matter"), "{said}");
    let stages = home.sqlite("SELECT stage FROM message ORDER BY id");
    assert_eq!(stages.lines().filter(|stage| *stage == "done").count(), 3);
    assert_eq!(stages.lines().filter(|stage| *stage == "held").count(), 1);
    let why = &home.json("2026-11-23T11:30:00+01:00", &["why", &ids[0]])[0]["answered"];
    assert_eq!((&why["where"], &why["how"]), (&"elsewhere".into(), &"marked".into()));
    assert_eq!(why["at"], "2026-11-23T10:12:00Z");
    let text = home.run("2026-11-23T11:30:00+01:00", &["why", &ids[0]]).out;
    assert!(text.contains("You have answered it already, elsewhere"), "{text}");
    home.json("2026-11-23T11:31:00+01:00", &["reopen", &ids[0]]);
    home.json("2026-11-23T11:32:00+01:00", &["sync"]);
    let stage = home.sqlite(&format!("SELECT stage FROM message WHERE id = {}", ids[0]));
    assert_eq!(stage.trim(), "carried over");
    home.assert_whole();
}

/// A home whose batch has one staged answer; its mailbox is a Maildir that mutt uses, too.
fn with_answer(commit: &str) -> (Home, String) {
    let home = Home::new();
    let config = fs::read_to_string(home.path("config.toml")).unwrap();
    let path = home.path("Maildir");
    let more = format!(
        "\n[[source]]\nname = \"home\"\nkind = \"maildir\"\npath = \"{}\"\nbacklog = \"all\"\ndone = \"read\"\n\
         \n[[identity]]\naddress = \"me@example.org\"\nsend = {{ command = \"sh -c 'cat > /dev/null'\" }}\nsent_copy = \"none\"\n",
        path.display()
    );
    home.write("config.toml", format!("{commit}{config}{more}"));
    home.deliver_matters(2);
    home.json(EARLY, &["sync"]);
    let ids: Vec<String> = home.json(OPEN, &["begin"]).iter().map(|one| one["id"].to_string()).collect();
    let body = home.write("body", "Yes.\n");
    home.json("2026-11-23T10:06:00+01:00", &["reply", &ids[0], "--body", &body.display().to_string()]);
    assert_eq!(home.sqlite("SELECT state FROM outgoing").trim(), "staged");
    (home, ids[0].clone())
}

#[test]
fn an_answer_to_what_was_answered_elsewhere_does_not_leave_by_itself() {
    let (home, _) = with_answer("");
    answer_all(&home);
    let told = home.run("2026-11-23T10:20:00+01:00", &["sync"]);
    assert!(format!("{}{}", told.out, told.err).contains("waits to leave, and its message was answered elsewhere"));
    // The end of the window, and nobody there.
    let closed = home.run("2026-11-23T11:30:00+01:00", &["sync"]);
    let said = format!("{}{}", closed.out, closed.err);
    assert!(
        said.contains("1 answer did not leave, since its message was answered elsewhere meanwhile: it is a draft"),
        "{said}"
    );
    assert_eq!(home.sqlite("SELECT state FROM outgoing").trim(), "draft");
    let drafts = home.run("2026-11-23T11:31:00+01:00", &["drafts"]).out;
    assert!(drafts.contains("(answered elsewhere today 10:20)"), "{drafts}");
    // It can be staged again, and then it leaves.
    home.json("2026-11-23T11:32:00+01:00", &["drafts", "stage", "1", "--anyway"]);
    // Nothing came until the next check-in, so that no batch is closed: it leaves at that close all the same.
    home.json("2026-11-23T17:30:00+01:00", &["sync"]);
    assert_eq!(home.sqlite("SELECT state FROM outgoing").trim(), "sent");
}

#[test]
fn an_answer_that_nobody_else_gave_leaves_and_a_commit_by_hand_sends_after_the_review_has_said_so() {
    let (home, _) = with_answer("");
    let closed = home.run("2026-11-23T11:30:00+01:00", &["sync"]);
    assert_eq!(home.sqlite("SELECT state FROM outgoing").trim(), "sent", "{}{}", closed.out, closed.err);
    let (home, _) = with_answer("");
    answer_all(&home);
    home.json("2026-11-23T10:20:00+01:00", &["sync"]);
    let mut terminal = crate::support::pty::Terminal::open(&home, "2026-11-23T10:21:00+01:00", &[], 140, 36);
    terminal.wait("? help");
    terminal.keys("C");
    terminal.wait("answer leaves; the message of 1 answer was answered elsewhere meanwhile, as the outbox tells");
    terminal.keys("\u{1b}");
    crate::support::pty::Terminal::pause();
    terminal.keys("gu");
    terminal.wait("answered elsewhere today 10:20");
    terminal.kill();
    home.json("2026-11-23T10:25:00+01:00", &["commit"]);
    assert_eq!(home.sqlite("SELECT state FROM outgoing").trim(), "sent");
}

/// A status line does not send, so it does not close what sends either.
#[test]
fn status_leaves_a_batch_with_which_something_leaves_to_what_sends_it() {
    let (home, _) = with_answer("");
    assert_eq!(home.run("2026-11-23T11:30:00+01:00", &["status"]).code, 0);
    assert_eq!(home.sqlite("SELECT count(*) FROM batch WHERE committed IS NULL").trim(), "1");
    assert_eq!(home.sqlite("SELECT state FROM outgoing").trim(), "staged");
    assert_eq!(home.run("2026-11-23T11:31:00+01:00", &["outbox"]).code, 0);
    assert_eq!(home.sqlite("SELECT state FROM outgoing").trim(), "sent");
    // Where nothing leaves, it closes as before.
    let home = Home::new();
    home.deliver_matters(1);
    assert_eq!(home.run(EARLY, &["add", "Maildir"]).code, 0);
    home.json(OPEN, &["begin"]);
    assert_eq!(home.run("2026-11-23T11:30:00+01:00", &["status"]).code, 0);
    assert_eq!(home.sqlite("SELECT count(*) FROM batch WHERE committed IS NULL").trim(), "0");
}
