//! Whole commits against accounts in memory.

mod days;
mod unusual;

use std::collections::BTreeMap;

use super::make;
use super::tests::change;
use crate::domain::flags::Flags;
use crate::domain::ids::ChangeId;
use crate::domain::keyword::Keyword;
use crate::domain::mailbox_change::{Change, FolderRole, Found, Outcome, SeenChange, Target};
use crate::mail;
use crate::source::imap::failure::ImapError;
use crate::source::imap::folders::{self, FolderSettings};
use crate::source::imap::key::UidKey;
use crate::source::imap::model::ModelAccount;

const FOLDERS: [(&str, &str); 5] =
    [("INBOX", ""), ("Ablage", "\\Archive"), ("Trash", "\\trash"), ("Junk", ""), ("Work", "")];

/// The capabilities of servers, from the best to the poorest.
const SERVERS: [&[&str]; 5] =
    [&["MOVE", "UIDPLUS", "CONDSTORE"], &["MOVE", "UIDPLUS"], &["MOVE"], &["UIDPLUS", "CONDSTORE"], &[]];

fn letter(number: u32) -> Vec<u8> {
    format!("Message-ID: <{number}@b.example>\r\nSubject: {number}\r\n\r\nLetter {number}.\r\n").into_bytes()
}

/// A letter without a Message-ID.
fn nameless(number: u32) -> Vec<u8> {
    format!("From: a@b.example\r\nSubject: {number}\r\n\r\nNameless {number}.\r\n").into_bytes()
}

fn settings() -> FolderSettings {
    let read = vec!["INBOX".to_owned(), "Work".to_owned()];
    FolderSettings { read, held: Some("Held".to_owned()), ..FolderSettings::default() }
}

/// The change of a message that lies in a folder of an account.
fn of(model: &mut ModelAccount, folder: &str, uid: u32, with: impl FnOnce(&mut Change)) -> Change {
    let folder_of = model.folder(folder);
    let raw = &folder_of.messages[&uid].raw;
    let key = UidKey { validity: folder_of.validity, uid };
    let (size, envelope) = (raw.len() as u64, mail::parse(raw).envelope);
    change(|it| {
        it.number = ChangeId(i64::from(uid));
        it.folder = folder.to_owned();
        it.key = key.to_string();
        it.message_id = envelope.message_id;
        it.fingerprint = envelope.fingerprint;
        it.size = size;
        with(it);
    })
}

/// An account with ten letters, and a commit of eight of them.
fn day(capabilities: &[&'static str]) -> (ModelAccount, Vec<Change>) {
    let mut model = ModelAccount::new(&FOLDERS, capabilities);
    for number in 1..=10 {
        let raw = if number == 3 { nameless(number) } else { letter(number) };
        model.folder("INBOX").put(&raw, if number == 7 { &["\\Flagged", "$TideLater", "$Forwarded"] } else { &[] });
    }
    let at = "2026-11-23T09:00:00Z".parse().unwrap();
    let mut changes = Vec::new();
    let mut add = |uid: u32, target: Target, seen: bool, keywords: &[Keyword]| {
        changes.push(of(&mut model, "INBOX", uid, |it| {
            it.target = target;
            it.seen = SeenChange::set_if(seen);
            it.keywords = keywords.iter().copied().collect();
            it.expected = Flags::read(if uid == 7 { "F $TideLater" } else { "" });
        }));
    };
    for uid in [1, 2, 3, 7] {
        add(uid, Target::Role(FolderRole::Archive), true, &[]);
    }
    add(4, Target::Role(FolderRole::Trash), false, &[]);
    add(5, Target::Role(FolderRole::Junk), false, &[]);
    add(6, Target::Stay, false, &[Keyword::DeferredTo(at)]);
    add(8, Target::Role(FolderRole::Archive), true, &[Keyword::Muted]);
    (model, changes)
}

type Told = BTreeMap<ChangeId, Outcome>;

fn run(model: &mut ModelAccount, changes: &[Change]) -> (Told, Result<(), ImapError>) {
    let mut told = BTreeMap::new();
    let ended = folders::list(model, settings()).and_then(|folders| {
        make(model, folders, changes, &mut |number, outcome| {
            assert!(told.insert(number, outcome).is_none(), "told twice of {number}");
        })
    });
    (told, ended)
}

/// The outcome of each change, in a word.
fn words(told: &Told) -> Vec<&'static str> {
    let word = |outcome: &Outcome| match outcome {
        Outcome::Made { .. } => "made",
        Outcome::Overtaken(Found::At { .. }) => "overtaken",
        Outcome::Overtaken(Found::Filed { .. }) => "filed",
        Outcome::Overtaken(Found::Nowhere) => "nowhere",
        Outcome::KeywordsNotKept { .. } => "without keywords",
        Outcome::Refused { .. } => "refused",
        Outcome::Unproved { .. } => "unproved",
    };
    told.values().map(word).collect()
}

fn everything(model: &ModelAccount) -> Vec<(String, Vec<String>)> {
    model.folders.keys().map(|name| (name.clone(), model.holds(name))).collect()
}

/// The folder of each message, sorted, without flags.
fn subjects(model: &ModelAccount) -> Vec<String> {
    let mut subjects: Vec<String> = everything(model).into_iter().flat_map(|(_, held)| held).collect();
    for subject in &mut subjects {
        *subject = subject.split(' ').next().unwrap().to_owned();
    }
    subjects.sort();
    subjects
}

fn sorted(mut holds: Vec<String>) -> Vec<String> {
    holds.sort();
    holds
}
