//! Holds `src/store/copy.rs`, `src/store/commit.rs`, `src/source/imap/roles.rs`: letters that lie in several folders of
//! an account, and folders with customs of their own.

use crate::support::servers::labels::Labels;
use crate::support::servers::letters::{letter, message_id};
use crate::support::servers::{Account, Kind, readback};
use crate::support::{CONFIG, Home};

fn at(time: &str) -> String {
    format!("2024-01-08T{time}:00+01:00")
}

/// The folders in which a letter lies, with an `S` where it is read there.
fn places(account: &Account, number: usize) -> Vec<String> {
    let there = account.read_back();
    let found = readback::places(&there, &message_id(number));
    let named = found.into_iter().map(|(folder, it)| format!("{folder}{}", if it.has("\\Seen") { " S" } else { "" }));
    named.collect()
}

fn decide(home: &Home, time: &str, verb: &str, number: usize) {
    let found = home.json(&at(time), &["search", &format!("id:{}", message_id(number))]);
    let ran = home.run(&at(time), &["decide", verb, found[0]["id"].to_string().trim_matches('"')]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

/// One letter is in the inbox and filed, one filed in a folder that keeps its mail, one in a folder that does not.
#[test]
fn what_is_filed_stays_filed_and_nothing_is_there_twice() {
    let Some(account) = Account::on(Kind::Dovecot, "several-folders") else { return };
    let mut phone = account.client();
    for folder in ["Archive", "Trash", "Junk", "Listen", "Listen/rust", "Work"] {
        let _ = phone.command(&format!("CREATE {folder}"));
    }
    let home = Home::new();
    let source = account.plain_source("mail", account.server.port);
    let more = "hold = \"hard\"\nfolders = [\"INBOX\", \"Listen/*\", \"Work\"]\ndone = { \"Listen/*\" = \"read\" }\n";
    home.write("config.toml", format!("{CONFIG}\n{source}{more}"));
    assert_eq!(home.run(&at("08:00"), &["sync"]).code, 0);
    phone.append("INBOX", "", [letter(0)]);
    phone.append("Listen/rust", "", [letter(0), letter(1)]);
    phone.append("Work", "", [letter(2)]);
    assert_eq!(home.run(&at("09:00"), &["sync"]).code, 0);
    assert_eq!(places(&account, 0), ["Held", "Listen/rust"], "the copy that was filed is not touched");
    assert_eq!([places(&account, 1), places(&account, 2)], [["Held"], ["Held"]]);
    assert_eq!(home.run(&at("10:00"), &["sync"]).code, 0);
    assert_eq!(places(&account, 0), ["INBOX", "Listen/rust"]);
    assert_eq!([places(&account, 1), places(&account, 2)], [["Listen/rust"], ["Work"]]);
    assert_eq!(home.run(&at("10:01"), &["begin"]).code, 0);
    (0..3).for_each(|number| decide(&home, "10:02", "done", number));
    assert_eq!(home.run(&at("10:03"), &["commit"]).code, 0);
    assert_eq!(places(&account, 0), ["Archive S", "Listen/rust"]);
    assert_eq!([places(&account, 1), places(&account, 2)], [["Listen/rust S"], ["Archive S"]]);
    let check = home.run(&at("10:04"), &["check"]).out;
    assert!(check.contains("what is done in Listen/* stays there, marked read"), "{check}");
    assert!(check.contains("only the copy through which it came is changed"), "{check}");
}

#[test]
fn check_names_the_labels_that_would_be_lost() {
    let server = Labels::start(&["Work", "Receipts"]);
    let home = Home::new();
    let with = |done: &str| {
        let more = format!("folders = [\"INBOX\", \"Work\", \"Receipts\"]\n{done}");
        home.write("config.toml", format!("{CONFIG}\n{}", server.source(&more)));
        home.run(&at("08:00"), &["check"]).out
    };
    let said = with("");
    assert!(said.contains("what comes through Receipts, Work and not through the inbox loses that label"), "{said}");
    let said = with("done = { \"Work\" = \"read\", \"Receipts\" = \"read\" }");
    assert!(!said.contains("loses that label"), "{said}");
}

#[test]
fn a_mistaken_word_for_a_folder_is_told_at_its_place() {
    let home = Home::new();
    let source = "[[source]]\nname = \"a\"\nkind = \"maildir\"\npath = \"mail\"\ndone = { \"Listen/*\" = \"keep\" }\n";
    home.write("config.toml", format!("{CONFIG}\n{source}"));
    let ran = home.run(&at("08:00"), &["status"]);
    assert!(ran.code != 0 && ran.err.contains("`Listen/*` cannot be `keep`"), "{} {}", ran.code, ran.err);
}
