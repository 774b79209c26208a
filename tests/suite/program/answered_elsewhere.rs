//! Holds `src/store/answered.rs`, `src/job/gather.rs`, `src/job/why.rs`, `src/cli/why.rs`: what another program has answered is done
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
