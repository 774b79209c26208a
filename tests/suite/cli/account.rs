//! Holds `src/cli/account`, `src/job/roles.rs`: the folders of mailboxes, shown and made from the command line.

use std::process::Stdio;

use crate::support::servers::{Account, Kind};
use crate::support::{CONFIG, Home, ran};

const AT: &str = "2026-11-23T10:05:00+01:00";

#[test]
fn folders_that_are_missing_are_shown_and_made_with_a_yes_only() {
    let home = Home::new();
    let source = "\n[[source]]\nname = \"home\"\nkind = \"maildir\"\npath = \"Maildir\"\n";
    home.write("config.toml", format!("{CONFIG}{source}"));
    home.deliver("Maildir", "1.a", "Subject: a\r\n\r\nb\r\n");
    home.deliver("Maildir/.Trash", "2.a", "Subject: b\r\n\r\nb\r\n");
    let shown = home.run(AT, &["account", "folders"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    for line in ["archive  missing: done waits until it is there", "trash    Trash", "junk     missing: spam waits"] {
        assert!(shown.out.contains(line), "{line}: {}", shown.out);
    }
    let mut command = home.command(AT, &["account", "folders", "--make"]);
    let refused = ran(&command.stdin(Stdio::null()).output().unwrap());
    assert!(refused.code == 2 && refused.err.contains("--yes"), "nobody is there to ask: {}", refused.err);
    assert!(!home.path("Maildir/.Archive").exists());
    let made = home.json(AT, &["account", "folders", "--make", "--yes"]);
    assert_eq!(made[0]["made"], serde_json::json!(["Archive", "Junk"]));
    assert!(home.path("Maildir/.Archive/cur").is_dir() && home.path("Maildir/.Junk/new").is_dir());
    let again = home.json(AT, &["account", "folders", "--make", "--yes", "home"]);
    assert_eq!((&again[0]["made"], &again[0]["folders"]["archive"]), (&serde_json::json!([]), &"Archive".into()));
    assert_eq!(home.run(AT, &["account", "folders", "elsewhere"]).code, 2);
}

#[test]
fn one_account_that_does_not_answer_keeps_no_other_from_being_shown() {
    let Some(account) = Account::on(Kind::Dovecot, "rolefolders") else { return };
    let home = Home::new();
    let gone = account.plain_source("gone", 1);
    let good = account.plain_source("good", account.server.port);
    home.write("config.toml", format!("{CONFIG}\n{gone}\n{good}archive = \"Akten\"\n"));
    let shown = home.run(AT, &["account", "folders"]);
    assert!(shown.code == 1 && shown.err.contains("source gone: can't reach"), "{}", shown.err);
    assert!(shown.out.contains("archive  missing") && shown.out.contains("trash    Trash"), "{}", shown.out);
    home.run(AT, &["account", "folders", "good", "--make", "--yes"]);
    assert!(account.client().folders().contains(&"Akten".to_owned()));
}
