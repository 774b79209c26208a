//! A batch in which all is decided, on an account of Dovecot, and what its commit must come to, however it was disturbed.

use std::collections::BTreeMap;
use std::fs;

use super::{AFTER, EARLY, OPEN, configure, home_with};
use crate::support::Home;
use crate::support::servers::letters::{letter, message_id};
use crate::support::servers::{Account, readback};

/// What is said of a message, by its number.
const VERBS: [&str; 7] = ["done", "trash", "spam", "defer", "mute", "later", ""];

/// A store and an account between the decisions and the commit, to be copied.
pub struct Decided {
    home: Home,
    account: Account,
    count: usize,
}

fn numbers(count: usize) -> impl Iterator<Item = usize> {
    // None that answers another: a mute would take its thread along.
    (0..).filter(|number| number % 7 != 3 && number % 7 != 0).take(count)
}

impl Decided {
    pub fn prepare(account: Account, count: usize) -> Self {
        account.client().append_many("INBOX", numbers(count).map(letter));
        let home = home_with(&source(&account, account.server.port));
        home.json(EARLY, &["sync"]);
        let batch = home.json(OPEN, &["begin"]);
        for verb in VERBS.iter().filter(|verb| !verb.is_empty()) {
            let mine = (0..).zip(numbers(count)).filter(|(place, _)| VERBS[place % VERBS.len()] == *verb);
            let ids: Vec<String> = mine
                .map(|(_, number)| {
                    let wanted = serde_json::Value::from(message_id(number));
                    batch.iter().find(|one| one["message_id"] == wanted).unwrap()["id"].to_string()
                })
                .collect();
            let mut arguments = vec!["decide", verb];
            if *verb == "defer" {
                arguments.extend(["--to", "tomorrow"]);
            }
            arguments.extend(ids.iter().map(String::as_str));
            home.json(OPEN, &arguments);
        }
        Self { home, account, count }
    }

    /// A copy of both, through this port.
    pub fn copied(&self, user: &str, port: u16) -> (Home, Account) {
        let account = self.account.copied(user);
        let home = Home::new();
        configure(&home, &source(&account, port));
        for name in ["tidebox.db", "tidebox.db-wal"] {
            if self.home.path(name).exists() {
                fs::copy(self.home.path(name), home.path(name)).unwrap();
            }
        }
        // The copy is no rehearsal: it lives where it is, with an account of its own.
        home.sqlite("DELETE FROM fact WHERE name = 'home'");
        (home, account)
    }

    /// Goes on undisturbed until nothing is left to do outside, then says whether all is as it must be: each message on
    /// the server exactly once, where the decision puts it, and the store of the same mind.
    #[track_caller]
    pub fn judge(&self, home: &Home, account: &Account, what: &str) {
        if home.sqlite("SELECT count(*) FROM batch WHERE committed IS NULL").trim() != "0" {
            home.json(OPEN, &["commit"]);
        }
        home.json(AFTER, &["sync"]);
        let open = home.sqlite("SELECT cause, target, state, tries, why FROM journal WHERE closed IS NULL");
        assert_eq!(open.trim(), "", "{what}: nothing is left to do");
        let odd = home.sqlite("SELECT cause, state, why FROM journal WHERE state NOT IN ('made', 'replaced')");
        assert_eq!(odd.trim(), "", "{what}: every decision was made");
        let there = account.read_back();
        let stages: BTreeMap<String, String> = home
            .sqlite("SELECT message_id || '|' || stage FROM message")
            .lines()
            .map(|line| line.split_once('|').unwrap())
            .map(|(id, stage)| (id.to_owned(), stage.to_owned()))
            .collect();
        for (place, number) in (0..).zip(numbers(self.count)) {
            let verb = VERBS[place % VERBS.len()];
            let places = readback::places(&there, &message_id(number));
            assert_eq!(places.len(), 1, "{what}: {verb} {number} is there once: {places:?}");
            let (folder, message) = places[0];
            let keyword = |name: &str| message.flags.iter().any(|flag| flag.to_lowercase().starts_with(name));
            let (wanted, stage, as_it_must) = match verb {
                "done" => ("Archive", "done", message.has("\\Seen") && !keyword("$tide")),
                "trash" => ("Trash", "trash", !keyword("$tide")),
                "spam" => ("Junk", "spam", !keyword("$tide")),
                "defer" => ("INBOX", "deferred", keyword("$tidedeferred") && !message.has("\\Seen")),
                "mute" => ("Archive", "muted", keyword("$tidemuted") && message.has("\\Seen")),
                "later" => ("INBOX", "carried over", keyword("$tidelater")),
                _ => ("INBOX", "carried over", message.flags.is_empty()),
            };
            assert_eq!(folder, wanted, "{what}: {verb} {number}");
            assert!(as_it_must, "{what}: {verb} {number}: {:?}", message.flags);
            assert_eq!(stages[&message_id(number)], stage, "{what}: {verb} {number}");
        }
        assert_eq!(there.values().map(Vec::len).sum::<usize>(), self.count, "{what}: nothing else is there");
        let again = home.json(AFTER, &["sync"]);
        assert_eq!(again[0]["admitted"], 0, "{what}: {again:?}");
        assert_eq!(account.read_back(), there, "{what}: and it stays so");
        home.assert_whole();
    }
}

fn source(account: &Account, port: u16) -> String {
    format!("{}write_back = true\n", account.plain_source("work", port))
}
