//! Holds `src/store/reopen.rs`, `src/store/muted.rs`, `src/cli/reopen.rs`, `src/cli/muted.rs`: the way back after a commit, on
//! real servers, read back by another client: fifty messages in one command, a muted thread, and a second machine.

use super::{AFTER, EARLY, OPEN, home_with};
use crate::support::Home;
use crate::support::servers::letters::{letter, message_id};
use crate::support::servers::readback::{self, Mailbox};
use crate::support::servers::{Account, Kind};

const AFTERNOON: &str = "2026-11-23T16:05:00+01:00";
const VERBS: [&str; 4] = ["done", "trash", "spam", "mute"];
/// As many as a second machine holds again without asking.
const FIFTY: usize = 50;

/// None of them answers another: a mute would take its thread along.
fn numbers() -> impl Iterator<Item = usize> {
    (0..).filter(|number| number % 7 != 3 && number % 7 != 0).take(FIFTY)
}

fn on_servers(name: &str, story: impl Fn(Kind, &Account)) {
    for kind in [Kind::Dovecot, Kind::Cyrus] {
        if let Some(account) = Account::on(kind, name) {
            story(kind, &account);
        }
    }
}

fn home(account: &Account) -> Home {
    home_with(&account.plain_source("work", account.server.port))
}

fn place(mailbox: &Mailbox, number: usize) -> Vec<(&str, Vec<&str>)> {
    let ours = |flag: &&String| flag.to_lowercase().starts_with("$tide") || flag.eq_ignore_ascii_case("\\Seen");
    readback::places(mailbox, &message_id(number))
        .into_iter()
        .map(|(folder, message)| (folder, message.flags.iter().filter(ours).map(String::as_str).collect()))
        .collect()
}

fn id(home: &Home, number: usize) -> String {
    home.sqlite(&format!("SELECT id FROM message WHERE message_id = '{}'", message_id(number))).trim().to_owned()
}

#[test]
fn fifty_go_back_in_one_command_and_another_machine_holds_them_again_once() {
    on_servers("fifty", |kind, account| {
        account.client().append_many("INBOX", numbers().map(letter));
        let (here, there) = (home(account), home(account));
        here.json(EARLY, &["sync"]);
        there.json(EARLY, &["sync"]);
        here.json(OPEN, &["begin"]);
        for (turn, verb) in VERBS.iter().enumerate() {
            let ids: Vec<String> =
                (0..).zip(numbers()).filter(|(at, _)| at % VERBS.len() == turn).map(|(_, n)| id(&here, n)).collect();
            let mut arguments = vec!["decide", *verb];
            arguments.extend(ids.iter().map(String::as_str));
            here.json(OPEN, &arguments);
        }
        let committed = &here.json(OPEN, &["commit"])[0];
        assert_eq!(committed["changes"]["made"], FIFTY, "{kind:?}: {committed}");
        let mailbox = readback::read(account.server.port, &account.user);
        for number in numbers() {
            assert!(place(&mailbox, number).iter().all(|(folder, _)| *folder != "INBOX"), "{kind:?}: {number}");
        }
        there.json(OPEN, &["sync"]);

        let batch = committed["receipt"]["batch"].to_string();
        let reopened = &here.json(AFTER, &["reopen", "--batch", &batch])[0];
        assert_eq!(reopened["reopened"].as_array().map(Vec::len), Some(FIFTY), "{kind:?}: {reopened}");
        assert_eq!(reopened["changes"]["made"], FIFTY, "{kind:?}: {reopened}");
        let mailbox = readback::read(account.server.port, &account.user);
        for number in numbers() {
            assert_eq!(place(&mailbox, number), [("INBOX", vec![])], "{kind:?}: letter {number} is back, unread");
        }
        // Other looks change nothing, on either machine.
        for _ in 0..2 {
            here.json(AFTER, &["sync"]);
            there.json(AFTER, &["sync"]);
        }
        let counts = "SELECT stage, returned, reopened IS NOT NULL, count(*) FROM message GROUP BY 1, 2, 3";
        assert_eq!(here.sqlite(counts).trim(), format!("carried over|0|1|{FIFTY}"), "{kind:?}");
        assert_eq!(there.sqlite(counts).trim(), format!("held|1|0|{FIFTY}"), "{kind:?}");
        assert_eq!(here.run(AFTER, &["reopen", "--batch", "last"]).code, 1, "nothing of it is finished with any more");
        for machine in [&here, &there] {
            let begun = machine.json(AFTERNOON, &["begin"]);
            assert_eq!(begun.len(), FIFTY, "{kind:?}");
            machine.assert_whole();
        }
    });
}

#[test]
fn an_unmuted_thread_is_filed_without_its_keyword_and_held_again() {
    on_servers("unmute", |kind, account| {
        // Letter 3 answers letter 0.
        account.client().append_many("INBOX", [0, 1].map(letter));
        let home = home(account);
        home.json(EARLY, &["sync"]);
        home.json(OPEN, &["begin"]);
        home.json(OPEN, &["decide", "mute", &id(&home, 0)]);
        home.json(OPEN, &["commit"]);
        let muted = |home: &Home| {
            place(&readback::read(account.server.port, &account.user), 0)
                .into_iter()
                .map(|(folder, flags)| format!("{folder} {}", flags.join(" ").to_lowercase()))
                .chain([home.sqlite("SELECT count(*) FROM muted_thread").trim().to_owned()])
                .collect::<Vec<_>>()
        };
        let now = muted(&home);
        assert!(now[0].contains("$tidemuted") && !now[0].starts_with("INBOX") && now[1] == "1", "{kind:?}: {now:?}");
        let listed = &home.json(AFTER, &["muted"])[0];
        assert_eq!((listed["messages"].as_u64(), listed["latest"]["subject"].as_str()), (Some(1), Some("Matter 0")));
        assert_eq!(home.json(AFTER, &["search", "is:muted"]).len(), 1);

        let unmuted = &home.json(AFTER, &["unmute", &id(&home, 0)])[0];
        assert_eq!(unmuted["unmuted"][0]["filed"][0].to_string(), id(&home, 0), "{kind:?}: {unmuted}");
        let now = muted(&home);
        assert!(!now[0].contains("$tidemuted") && !now[0].starts_with("INBOX") && now[1] == "0", "{kind:?}: {now:?}");
        assert_eq!(home.run(AFTER, &["unmute", &id(&home, 0)]).code, 1, "it is muted no more");
        assert!(home.json(AFTER, &["muted"]).is_empty() && home.json(AFTER, &["search", "is:muted"]).is_empty());
        account.client().append_many("INBOX", [letter(3)]);
        home.json(AFTER, &["sync"]);
        let stage = format!("SELECT stage FROM message WHERE id = {}", id(&home, 3));
        assert_eq!(home.sqlite(&stage).trim(), "held", "{kind:?}: what comes to it waits for its check-in");
        home.assert_whole();
    });
}
