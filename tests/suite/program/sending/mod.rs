//! Answers leave and arrive, with real servers: exactly once for each recipient, with one copy among the sent mail, and what they
//! answer is marked; also where the program is killed on the way.

mod copies;
mod day;
pub mod kills;
mod two_machines;

use std::collections::BTreeMap;
use std::fs;

use chrono::{DateTime, Utc};
use tidebox::domain::address::Address;
use tidebox::domain::answering::{references, reply_subject};
use tidebox::domain::ids::{BatchId, Id};
use tidebox::domain::outbox::DepartureTime;
use tidebox::mail::{NewMessage, answered_message, build};
use tidebox::store::{StagedRevision, Store};

use crate::support::servers::letters::{letter, message_id};
use crate::support::servers::submission::SubmissionServer;
use crate::support::servers::{Account, readback};
use crate::support::{CONFIG, Home};

/// Before the morning's check-in, while it is open, and long after it, when what was put off is due again.
pub const EARLY: &str = "2026-11-23T09:00:00+01:00";
pub const OPEN: &str = "2026-11-23T10:05:00+01:00";
pub const AFTER: [&str; 2] = ["2026-11-23T15:00:00+01:00", "2026-11-23T15:40:00+01:00"];

/// A person with an account for mail that arrives, and a server for mail that leaves.
pub struct Office {
    pub home: Home,
    pub account: Account,
    count: usize,
}

/// The settings: the account, the identity, and who keeps the copies.
fn settings(account: &Account, port: u16, sent_copy: &str) -> String {
    format!(
        "{CONFIG}\n{}write_back = true\n\n[[identity]]\naddress = \"{}@home.example\"\nname = \"Me\"\n\
         send = {{ host = \"127.0.0.1\", port = {port}, security = \"none\" }}\nsent_copy = \"{sent_copy}\"\n",
        account.plain_source("work", account.server.port),
        account.user
    )
}

fn numbers(count: usize) -> impl Iterator<Item = usize> {
    // None that answers another.
    (0..).filter(|number| number % 7 != 3 && number % 7 != 0).take(count)
}

/// Who gets the answer to the letter at a place. Some are refused, some are put off, and of some nobody learns whether they got it.
fn recipients(place: usize) -> Vec<String> {
    let mut names = vec![format!("ann{place}")];
    if place.is_multiple_of(3) {
        names.push(format!("bob{place}"));
    }
    if place % 4 == 1 {
        names.push(format!("reject{place}"));
    }
    if place % 10 == 7 {
        names.push(format!("later{place}"));
    }
    if place % 10 == 4 {
        names.push(format!("cut{place}"));
    }
    names.into_iter().map(|name| format!("{name}@x.example")).collect()
}

fn answer_id(number: usize) -> String {
    format!("answer{number}@home.example")
}

impl Office {
    /// So many letters came, and their batch is open.
    pub fn with_letters(account: Account, port: u16, sent_copy: &str, count: usize) -> Self {
        account.client().append_many("INBOX", numbers(count).map(letter));
        Self::opened(account, port, sent_copy, count)
    }

    /// A machine that reads these letters and has their batch open.
    pub fn opened(account: Account, port: u16, sent_copy: &str, count: usize) -> Self {
        let home = Home::new();
        home.write("config.toml", settings(&account, port, sent_copy));
        home.json(EARLY, &["sync"]);
        home.json(OPEN, &["begin"]);
        Self { home, account, count }
    }

    /// The message that a letter is here.
    pub fn id(&self, number: usize) -> Id {
        let found = self.home.sqlite(&format!("SELECT id FROM message WHERE message_id = '{}'", message_id(number)));
        Id(found.trim().parse().unwrap())
    }

    /// Decides about a letter and stages an answer to it.
    pub fn answer(&self, number: usize, recipients: &[String]) {
        let id = self.id(number);
        self.home.json(OPEN, &["decide", "done", &id.0.to_string()]);
        self.stage(id, number, recipients);
    }

    /// So many letters came, were read in a batch and decided, and an answer to each waits for the commit.
    pub fn with_answers(account: Account, port: u16, sent_copy: &str, count: usize) -> Self {
        let office = Self::with_letters(account, port, sent_copy, count);
        for (place, number) in numbers(count).enumerate() {
            office.answer(number, &recipients(place));
        }
        office
    }

    fn stage(&self, id: Id, number: usize, recipients: &[String]) {
        let now: DateTime<Utc> = OPEN.parse().unwrap();
        let mut store = Store::open(&self.home.store()).unwrap();
        let batch = self.home.sqlite("SELECT max(id) FROM batch").trim().parse().unwrap();
        let me = format!("{}@home.example", self.account.user);
        let draft = format!("From: {me}\nTo: {}\nSubject: Re\n\nYes.\n", recipients.join(", "));
        let outgoing =
            store.new_draft(Some((tidebox::domain::outbox::OutgoingRelation::Reply, id)), &draft, now).unwrap();
        let answered = answered_message(letter(number).as_bytes());
        let bytes = build(&NewMessage {
            from: Address::new("Me", &*me),
            to: recipients.iter().map(|it| Address::new("", it.as_str())).collect(),
            cc: vec![],
            reply_to: vec![],
            subject: reply_subject(&answered.subject),
            date: now.fixed_offset(),
            message_id: answer_id(number),
            references: references(&answered),
            in_reply_to: answered.message_id,
            fields: vec![],
            text: format!("Yes to {number}.\n.\n"),
            files: vec![],
        })
        .unwrap();
        let revision =
            StagedRevision { message_id: answer_id(number), sender: me, recipients: recipients.to_vec(), bytes };
        store.stage(outgoing, &revision, DepartureTime::Close, Some(BatchId(batch)), now).unwrap();
    }

    /// A copy of it with an account of its own, through the same server for what leaves. The sender stays: so it is only for copies
    /// that tidebox keeps.
    pub fn copied(&self, user: &str) -> Self {
        let account = self.account.copied(user);
        let home = Home::new();
        let text = fs::read_to_string(self.home.path("config.toml")).unwrap();
        home.write(
            "config.toml",
            text.replace(&format!("user = \"{}\"", self.account.user), &format!("user = \"{user}\"")),
        );
        for name in ["tidebox.db", "tidebox.db-wal"] {
            if self.home.path(name).exists() {
                fs::copy(self.home.path(name), home.path(name)).unwrap();
            }
        }
        // The copy is no rehearsal: it lives where it is, with an account of its own.
        home.sqlite("DELETE FROM fact WHERE name = 'home'");
        Self { home, account, count: self.count }
    }

    /// Goes on undisturbed until nothing is left to do but what a server puts off.
    pub fn finish(&self, what: &str) {
        if self.home.sqlite("SELECT count(*) FROM batch WHERE committed IS NULL").trim() != "0" {
            let ran = self.home.run(OPEN, &["commit"]);
            assert!(!ran.err.contains("panicked") && ran.code <= 3, "{what}: {ran:?}");
        }
        for at in AFTER {
            let ran = self.home.run(at, &["sync"]);
            assert_eq!(ran.code, 0, "{what}: {ran:?}");
        }
    }

    /// Each recipient got the answer exactly once, or none where that is told, or nobody can say and at most once. Every answer that
    /// left lies among the sent mail once, and what it answers is marked.
    #[track_caller]
    pub fn judge(&self, server: &SubmissionServer, what: &str) -> usize {
        let mut got: BTreeMap<(String, String), usize> = BTreeMap::new();
        for kept in server.kept() {
            let text = String::from_utf8(kept.bytes).unwrap();
            let id = text.split("Message-ID: <").nth(1).unwrap().split('>').next().unwrap().to_owned();
            for recipient in kept.recipients {
                *got.entry((id.clone(), recipient)).or_default() += 1;
            }
        }
        let told = self.home.sqlite(
            "SELECT o.message_id || '|' || o.state || '|' || r.address || '|' || r.state FROM outgoing AS o
             JOIN outgoing_recipient AS r ON r.outgoing = o.id ORDER BY o.id, r.place",
        );
        let there = self.account.read_back();
        let mut accepted: BTreeMap<&str, bool> = BTreeMap::new();
        let mut unknown = 0;
        for row in told.lines() {
            let [id, state, address, fate] = row.split('|').collect::<Vec<_>>()[..] else { panic!("{row}") };
            let count = got.remove(&(id.to_owned(), address.to_owned())).unwrap_or(0);
            let as_told = match fate {
                "accepted" => count == 1,
                "unknown" => count <= 1 && state == "unknown",
                "refused" => count == 0 && address.starts_with("reject"),
                "deferred" => count == 0 && (address.starts_with("later") || address.starts_with("cut")),
                _ => false,
            };
            assert!(as_told, "{what}: {row}: it arrived {count} times");
            unknown += usize::from(fate == "unknown");
            // While somebody's server puts it off it is not over, and the copy comes with its end.
            *accepted.entry(id).or_default() |= ["sent", "partly sent"].contains(&state);
        }
        assert!(got.is_empty(), "{what}: somebody got what is not in the outbox: {got:?}");
        assert_eq!(accepted.len(), self.count, "{what}: no answer is lost");
        for number in numbers(self.count) {
            let id = answer_id(number);
            let sent = readback::places(&there, &id);
            let left = accepted[id.as_str()];
            assert!(sent.iter().all(|(folder, _)| *folder == "Sent"), "{what}: {id}: {sent:?}");
            assert_eq!(sent.len(), usize::from(left), "{what}: {id} lies among the sent mail once if it left: {told}");
            let places = readback::places(&there, &message_id(number));
            let [(folder, letter)] = places[..] else { panic!("{what}: {number} is there once: {places:?}") };
            assert_eq!(folder, "Archive", "{what}: {number}");
            assert_eq!(letter.has("\\Answered"), left, "{what}: {number} is marked if its answer left: {told}");
        }
        let open = self.home.sqlite("SELECT count(*) FROM outgoing_attempt WHERE ended IS NULL");
        assert_eq!(open.trim(), "0", "{what}");
        self.home.assert_whole();
        unknown
    }
}
