//! Whole commits against accounts in memory: every kind of server, the line cut at every command, another program between.

use std::collections::{BTreeMap, BTreeSet};

use super::make;
use super::tests::change;
use crate::domain::flags::Flags;
use crate::domain::ids::{ChangeId, Id};
use crate::domain::keyword::Keyword;
use crate::domain::outside::{Change, Found, Lost, Outcome, Role, Target};
use crate::mail;
use crate::source::imap::failure::ImapError;
use crate::source::imap::find::find;
use crate::source::imap::folders::{self, Settings};
use crate::source::imap::key::Key;
use crate::source::imap::model::Model;

const FOLDERS: [(&str, &str); 5] =
    [("INBOX", ""), ("Ablage", "\\Archive"), ("Trash", "\\trash"), ("Junk", ""), ("Work", "")];

/// What servers can do, from the best to the least.
const SERVERS: [&[&str]; 5] =
    [&["MOVE", "UIDPLUS", "CONDSTORE"], &["MOVE", "UIDPLUS"], &["MOVE"], &["UIDPLUS", "CONDSTORE"], &[]];

fn letter(number: u32) -> Vec<u8> {
    format!("Message-ID: <{number}@b.example>\r\nSubject: {number}\r\n\r\nLetter {number}.\r\n").into_bytes()
}

/// A letter without any Message-ID.
fn nameless(number: u32) -> Vec<u8> {
    format!("From: a@b.example\r\nSubject: {number}\r\n\r\nNameless {number}.\r\n").into_bytes()
}

fn settings() -> Settings {
    let read = vec!["INBOX".to_owned(), "Work".to_owned()];
    Settings { read, held: Some("Held".to_owned()), ..Settings::default() }
}

/// The change of a message that lies in a folder of an account.
fn of(model: &mut Model, folder: &str, uid: u32, with: impl FnOnce(&mut Change)) -> Change {
    let folder_of = model.folder(folder);
    let raw = folder_of.messages[&uid].raw.clone();
    let key = Key { validity: folder_of.validity, uid };
    let arrival = mail::parse(raw);
    change(|it| {
        it.number = ChangeId(i64::from(uid));
        it.folder = folder.to_owned();
        it.key = key.to_string();
        it.message_id = arrival.message_id;
        it.identity = arrival.identity;
        it.size = arrival.raw.len() as u64;
        with(it);
    })
}

/// An account with ten letters, and a commit of eight of them.
fn day(capabilities: &[&'static str]) -> (Model, Vec<Change>) {
    let mut model = Model::new(&FOLDERS, capabilities);
    for number in 1..=10 {
        let raw = if number == 3 { nameless(number) } else { letter(number) };
        model.folder("INBOX").put(&raw, if number == 7 { &["\\Flagged", "$TideLater", "$Forwarded"] } else { &[] });
    }
    let at = "2026-11-23T09:00:00Z".parse().unwrap();
    let mut changes = Vec::new();
    let mut add = |uid: u32, target: Target, seen: bool, keywords: &[Keyword]| {
        changes.push(of(&mut model, "INBOX", uid, |it| {
            it.target = target;
            it.seen = seen;
            it.keywords = keywords.iter().copied().collect();
            it.answered = uid == 2;
            it.expected = Flags::read(if uid == 7 { "F $TideLater" } else { "" });
        }));
    };
    for uid in [1, 2, 3, 7] {
        add(uid, Target::Role(Role::Archive), true, &[]);
    }
    add(4, Target::Role(Role::Trash), false, &[]);
    add(5, Target::Role(Role::Junk), false, &[]);
    add(6, Target::Stay, false, &[Keyword::Deferred(at)]);
    add(8, Target::Role(Role::Archive), true, &[Keyword::Muted]);
    (model, changes)
}

type Told = BTreeMap<ChangeId, Outcome>;

fn run(model: &mut Model, changes: &[Change]) -> (Told, Result<(), ImapError>) {
    let mut told = BTreeMap::new();
    let ended = folders::list(model, settings()).and_then(|folders| {
        make(model, folders, changes, &mut |number, outcome| {
            assert!(told.insert(number, outcome).is_none(), "told twice of {number}");
        })
    });
    (told, ended)
}

/// What was told of each, in a word.
fn words(told: &Told) -> Vec<&'static str> {
    let word = |outcome: &Outcome| match outcome {
        Outcome::Made { .. } => "made",
        Outcome::Overtaken(Found::At { .. }) => "overtaken",
        Outcome::Overtaken(Found::Nowhere) => "nowhere",
        Outcome::KeywordsNotKept { .. } => "without keywords",
        Outcome::Refused { .. } => "refused",
        Outcome::Unproved { .. } => "unproved",
    };
    told.values().map(word).collect()
}

fn everything(model: &Model) -> Vec<(String, Vec<String>)> {
    model.folders.keys().map(|name| (name.clone(), model.holds(name))).collect()
}

/// Where each message lies, sorted, whatever its flags.
fn subjects(model: &Model) -> Vec<String> {
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

#[test]
fn a_commit_is_made_on_every_kind_of_server() {
    for (capabilities, hasty) in SERVERS.into_iter().flat_map(|it| [(it, false), (it, true)]) {
        let (mut model, changes) = day(capabilities);
        model.hasty = hasty;
        let (told, ended) = run(&mut model, &changes);
        ended.unwrap();
        assert_eq!(words(&told), ["made"; 8], "{capabilities:?} {told:?}");
        assert_eq!(model.holds("INBOX"), ["6 $TideDeferred-20261123T0900Z", "9", "10"], "{capabilities:?}");
        assert_eq!(
            sorted(model.holds("Ablage")),
            ["1 \\Seen", "2 \\Answered \\Seen", "3 \\Seen", "7 $Forwarded \\Flagged \\Seen", "8 $TideMuted \\Seen"]
        );
        assert_eq!((model.holds("Trash"), model.holds("Junk")), (vec!["4".to_owned()], vec!["5".to_owned()]));
        // Where it is told to be, it is.
        for (change, outcome) in changes.iter().zip(told.values().collect::<Vec<_>>()) {
            let Outcome::Made { at: Some((folder, key)), flags } = &told[&change.number] else { panic!("{outcome:?}") };
            let message = &model.folder(folder).messages[&Key::read(key).unwrap().uid];
            assert_eq!(mail::identity(&message.raw), change.identity);
            assert_eq!(flags.seen, message.flags.contains("\\Seen"));
        }
        // The same once more changes nothing, and is told as made.
        let before = everything(&model);
        for tried in [true, false] {
            let again: Vec<Change> = changes.iter().map(|it| Change { tried, ..it.clone() }).collect();
            let (told, ended) = run(&mut model, &again);
            ended.unwrap();
            assert_eq!(words(&told), ["made"; 8], "{capabilities:?} {told:?}");
            assert_eq!(everything(&model), before, "{capabilities:?}");
        }
    }
}

#[test]
fn a_line_cut_at_any_command_loses_nothing_and_makes_nothing_twice() {
    let mut cuts = 0;
    for capabilities in SERVERS {
        let (mut golden, changes) = day(capabilities);
        run(&mut golden, &changes).1.unwrap();
        for number in 0..100 {
            let mut reached = false;
            for done in [false, true] {
                let (mut model, changes) = day(capabilities);
                model.hasty = number % 2 == 0;
                model.cut = Some((number, done));
                let (told, ended) = run(&mut model, &changes);
                reached |= ended.is_err();
                model.cut = None;
                let rest: Vec<Change> = changes
                    .iter()
                    .filter(|change| !told.contains_key(&change.number))
                    .map(|change| Change { tried: true, ..change.clone() })
                    .collect();
                let (told, ended) = run(&mut model, &rest);
                ended.unwrap();
                let after = |model: &Model| -> Vec<_> {
                    everything(model).into_iter().map(|(name, held)| (name, sorted(held))).collect()
                };
                assert!(words(&told).iter().all(|word| *word == "made"), "{capabilities:?} {number} {done} {told:?}");
                assert_eq!(after(&model), after(&golden), "{capabilities:?} cut at {number} {done}");
            }
            if !reached {
                break;
            }
            cuts += 1;
        }
    }
    assert!(cuts > 50, "only {cuts} commands were cut");
}

#[test]
fn another_program_in_between_is_noticed_or_does_no_harm() {
    let acts: [fn(&mut Model); 4] = [
        // It files what we are about to trash.
        |model| {
            if let Some(message) = model.folder("INBOX").messages.remove(&4) {
                model.folder("Work").put(&message.raw, &[]);
            }
        },
        // It says "later" of what we defer, and of what is done.
        |model| {
            model.folder("INBOX").flag(6, "$TideLater");
            model.folder("INBOX").flag(1, "$TideLater");
        },
        // It marks one of ours and one of its own for removal.
        |model| {
            model.folder("INBOX").flag(2, "\\Deleted");
            model.folder("INBOX").flag(9, "\\Deleted");
        },
        // New mail comes.
        |model| {
            model.folder("INBOX").put(&letter(11), &[]);
        },
    ];
    let mut met = BTreeSet::new();
    for capabilities in SERVERS {
        for (kind, act) in acts.into_iter().enumerate() {
            for number in 0..40 {
                let (mut model, changes) = day(capabilities);
                model.hasty = number % 2 == 0;
                model.meanwhile = Some((number, act));
                let before = subjects(&model).len();
                let (told, ended) = run(&mut model, &changes);
                ended.unwrap();
                let met_now = model.log.len() > number;
                let what = format!("{capabilities:?} act {kind} before {number}: {:?}", model.log);
                assert_eq!(told.len(), 8, "{what}");
                let here = subjects(&model);
                let all: BTreeSet<&String> = here.iter().collect();
                // Where the server can't purge by name, nobody can close the moment between looking and purging.
                if kind == 2 && model.log.get(number).is_some_and(|command| command == "EXPUNGE") {
                    continue;
                }
                assert_eq!(all.len(), before + usize::from(kind == 3 && met_now), "{what}\n{here:?}");
                // What is there twice waits, marked, for being purged by hand; or the original was moved elsewhere between
                // the making of the copy and its removal.
                let marked = model.holds("INBOX").iter().filter(|held| held.contains("\\Deleted")).count();
                let moves = capabilities.contains(&"MOVE");
                let most = if moves { 0 } else { marked + usize::from(kind == 0) };
                assert!(here.len() - all.len() <= most, "{what}\n{here:?}");
                if met_now {
                    met.extend(words(&told).iter().map(|word| (kind, *word)));
                }
            }
        }
    }
    for wanted in [(0, "overtaken"), (1, "overtaken"), (2, "overtaken"), (3, "made")] {
        assert!(met.contains(&wanted), "{met:?}");
    }
}

#[test]
fn keywords_that_are_dropped_are_told() {
    for capabilities in [SERVERS[1], SERVERS[4]] {
        let (mut model, changes) = day(capabilities);
        model.austere = true;
        let changes: Vec<Change> = changes.into_iter().filter(|change| change.number != ChangeId(7)).collect();
        let (told, ended) = run(&mut model, &changes);
        ended.unwrap();
        assert_eq!(words(&told), ["made", "made", "made", "made", "made", "without keywords", "without keywords"]);
        assert!(model.holds("Ablage").contains(&"8 \\Seen".to_owned()));
    }
}

#[test]
fn a_folder_that_is_missing_is_asked_for_and_only_that_of_the_hold_is_made() {
    let mut model = Model::new(&[("INBOX", "")], SERVERS[0]);
    let uids = [1, 2, 3].map(|number| model.folder("INBOX").put(&letter(number), &[]));
    let targets = [Target::Role(Role::Archive), Target::Role(Role::Held), Target::Folder("Gone/now".to_owned())];
    let changes: Vec<Change> = uids
        .into_iter()
        .zip(targets)
        .map(|(uid, target)| of(&mut model, "INBOX", uid, |it| it.target = target))
        .collect();
    let (told, ended) = run(&mut model, &changes);
    ended.unwrap();
    assert_eq!(words(&told), ["refused", "made", "made"], "what came from a folder that is gone stays in the inbox");
    assert_eq!(
        (model.holds("INBOX"), model.holds("Held")),
        (vec!["1".to_owned(), "3".to_owned()], vec!["2".to_owned()])
    );
    assert_eq!(model.folders.len(), 2);
}

#[test]
fn new_numbers_are_no_reason_to_guess() {
    for tried in [false, true] {
        let (mut model, changes) = day(SERVERS[0]);
        let changes: Vec<Change> = changes.into_iter().map(|it| Change { tried, ..it }).collect();
        // Every message gets the next one's number; one lies there twice, one is another with the same name, one is gone.
        let inbox = model.folder("INBOX");
        let before = std::mem::take(inbox);
        inbox.validity = 900;
        for (uid, message) in &before.messages {
            let flags: Vec<&str> = message.flags.iter().map(String::as_str).collect();
            let other = String::from_utf8_lossy(&message.raw).replace("Letter 2", "Forged 2").into_bytes();
            match uid {
                1 => [(); 2].into_iter().for_each(|()| {
                    inbox.put(&message.raw, &flags);
                }),
                2 => {
                    inbox.put(&other, &flags);
                }
                4 => {}
                _ => {
                    inbox.put(&message.raw, &flags);
                }
            }
        }
        let (told, ended) = run(&mut model, &changes);
        ended.unwrap();
        assert_eq!(words(&told), ["refused", "refused", "made", "refused", "made", "made", "made", "made"], "{told:?}");
        assert_eq!(model.holds("Trash"), Vec::<String>::new());
        assert!(model.holds("INBOX").contains(&"2".to_owned()), "another message with the same name is left alone");
    }
}

#[test]
fn a_number_that_is_another_messages_changes_nothing() {
    let mut model = Model::new(&FOLDERS, SERVERS[0]);
    let uid = model.folder("INBOX").put(&letter(1), &[]);
    let change = of(&mut model, "INBOX", uid, |it| it.target = Target::Role(Role::Trash));
    model.folder("INBOX").messages.get_mut(&uid).unwrap().raw = letter(2);
    let (told, ended) = run(&mut model, &[change]);
    ended.unwrap();
    assert_eq!(words(&told), ["refused"]);
    assert_eq!(model.holds("INBOX"), ["2"]);
}

#[test]
fn nothing_is_purged_that_others_marked() {
    let mut model = Model::new(&FOLDERS, SERVERS[4]);
    let ours = model.folder("INBOX").put(&letter(1), &[]);
    model.folder("INBOX").put(&letter(2), &["\\Deleted"]);
    let change = of(&mut model, "INBOX", ours, |it| it.target = Target::Role(Role::Trash));
    let (told, ended) = run(&mut model, std::slice::from_ref(&change));
    ended.unwrap();
    assert_eq!(words(&told), ["refused"]);
    assert_eq!(model.holds("INBOX"), ["1 \\Deleted", "2 \\Deleted"]);
    assert_eq!(model.holds("Trash"), ["1"]);
    // When the other one is gone, it is gone on with.
    model.folder("INBOX").messages.remove(&2);
    let (told, ended) = run(&mut model, &[Change { tried: true, ..change }]);
    ended.unwrap();
    assert_eq!(
        (words(&told), model.holds("INBOX"), model.holds("Trash")),
        (vec!["made"], vec![], vec!["1".to_owned()])
    );
}

#[test]
fn what_is_lost_is_found_where_it_is() {
    let mut model = Model::new(&FOLDERS, SERVERS[0]);
    let lost: Vec<Lost> = (1..=4)
        .map(|number| {
            let raw = if number == 3 { nameless(number) } else { letter(number) };
            let arrival = mail::parse(raw);
            let (message_id, identity) = (arrival.message_id, arrival.identity);
            Lost { id: Id(i64::from(number)), message_id, identity, size: arrival.raw.len() as u64 }
        })
        .collect();
    model.folder("Trash").put(&letter(1), &["\\Seen"]);
    model.folder("Work").put(&letter(1), &["\\Flagged"]);
    model.folder("Ablage").put(&letter(2), &[]);
    model.folder("Junk").put(&nameless(4), &[]);
    model.folder("Junk").put(&nameless(3), &[]);
    let folders = folders::list(&mut model, settings()).unwrap();
    let mut told = Vec::new();
    find(&mut model, &folders, &lost, &mut |id, found| told.push((id.0, found))).unwrap();
    let at = |folder: &str, key: &str, role: Option<Role>, flags: &str| Found::At {
        folder: folder.to_owned(),
        key: key.to_owned(),
        role,
        flags: Flags::read(flags),
    };
    assert_eq!(
        told,
        [
            (1, at("Work", "0000000104.0000000001", None, "F")),
            (2, at("Ablage", "0000000101.0000000001", Some(Role::Archive), "")),
            (3, at("Junk", "0000000103.0000000002", Some(Role::Junk), "")),
            (4, Found::Nowhere),
        ]
    );
    assert!(model.log.iter().all(|command| !command.starts_with("SELECT")), "looking changes nothing");
}

#[test]
fn three_hundred_changes_take_a_handful_of_round_trips() {
    let mut model = Model::new(&FOLDERS, SERVERS[0]);
    let roles = [Role::Archive, Role::Trash, Role::Junk];
    let uids: Vec<u32> = (1..=300).map(|number| model.folder("INBOX").put(&letter(number), &[])).collect();
    let changes: Vec<Change> = uids
        .into_iter()
        .zip(roles.into_iter().cycle())
        .map(|(uid, role)| {
            of(&mut model, "INBOX", uid, |it| {
                it.target = Target::Role(role);
                it.seen = role == Role::Archive;
            })
        })
        .collect();
    let (told, ended) = run(&mut model, &changes);
    ended.unwrap();
    assert_eq!(words(&told), ["made"; 300]);
    assert!(model.log.len() <= 8, "{:#?}", model.log);
}
