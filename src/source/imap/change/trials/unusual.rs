//! Unusual cases: servers that drop keywords, missing folders, new UIDs, flags of other programs, lost messages.

use super::{FOLDERS, SERVERS, day, everything, letter, nameless, of, run, settings, words};
use crate::domain::flags::Flags;
use crate::domain::ids::{ChangeId, Id};
use crate::domain::mailbox_change::{Change, FolderRole, Found, Lost, SeenChange, Target};
use crate::mail;
use crate::source::imap::account_search::find;
use crate::source::imap::folders;
use crate::source::imap::model::ModelAccount;

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
fn a_move_that_is_announced_and_not_understood_is_made_by_copying() {
    for capabilities in [SERVERS[0], SERVERS[1], SERVERS[2]] {
        let (mut plain, changes) = day(SERVERS[3]);
        let (_, ended) = run(&mut plain, &changes);
        ended.unwrap();
        let (mut model, changes) = day(capabilities);
        model.refuses_move = Some("BAD Error in IMAP command MOVE: unknown command");
        let (told, ended) = run(&mut model, &changes);
        ended.unwrap();
        assert_eq!(words(&told), ["made"; 8], "{capabilities:?}");
        assert_eq!(everything(&model), everything(&plain), "{capabilities:?}");
    }
}

#[test]
fn what_could_not_be_moved_is_as_it_was() {
    for (refusal, word) in [
        ("NO [OVERQUOTA] Quota exceeded (mailbox for user is full)", "refused"),
        ("NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)", "unproved"),
        ("NO [INUSE] locked", "unproved"),
        ("NO [NOPERM] not there", "refused"),
        ("NO not now", "unproved"),
    ] {
        for capabilities in SERVERS {
            let (mut model, changes) = day(capabilities);
            let changes: Vec<Change> = changes.into_iter().filter(|change| change.target != Target::Stay).collect();
            (model.refuses_move, model.refuses_copy) = (Some(refusal), Some(refusal));
            let before = everything(&model);
            let (told, ended) = run(&mut model, &changes);
            ended.unwrap();
            assert!(words(&told).iter().all(|told| *told == word), "{refusal} {told:?}");
            assert_eq!(everything(&model), before, "{refusal} {capabilities:?}");
            // When the server allows it again, nothing of the failed attempt is in the way.
            (model.refuses_move, model.refuses_copy) = (None, None);
            let changes: Vec<Change> = changes.into_iter().map(|it| Change { tried: true, ..it }).collect();
            let (told, ended) = run(&mut model, &changes);
            ended.unwrap();
            assert!(words(&told).iter().all(|told| *told == "made"), "{refusal} {capabilities:?} {told:?}");
        }
    }
}

#[test]
fn a_folder_that_takes_no_more_keywords_keeps_no_change_waiting() {
    for capabilities in SERVERS {
        let (mut model, changes) = day(capabilities);
        model.full_of_keywords = true;
        let (told, ended) = run(&mut model, &changes);
        ended.unwrap();
        let (without, made) = ("without keywords", "made");
        assert_eq!(words(&told), [made, made, made, made, made, without, made, without], "{capabilities:?}");
        assert!(model.holds("Ablage").contains(&"8 \\Seen".to_owned()), "{:?}", model.holds("Ablage"));
    }
}

#[test]
fn a_yes_to_what_is_not_done_proves_nothing() {
    for capabilities in SERVERS {
        let (mut model, changes) = day(capabilities);
        model.idle = true;
        let before = everything(&model);
        let (told, ended) = run(&mut model, &changes);
        ended.unwrap();
        // A keyword that was dropped looks like one that was never set.
        let fits = |word: &&str| matches!(*word, "unproved" | "refused" | "without keywords");
        assert!(told.len() == 8 && words(&told).iter().all(fits), "{capabilities:?} {told:?}");
        assert_eq!(everything(&model), before);
    }
}

#[test]
fn what_nobody_asked_for_is_no_answer() {
    for capabilities in SERVERS {
        let (mut model, changes) = day(capabilities);
        model.babbles = true;
        let (told, ended) = run(&mut model, &changes);
        ended.unwrap();
        assert_eq!(words(&told), ["made"; 8], "{capabilities:?} {told:?}");
        assert_eq!(model.holds("INBOX"), ["6 $TideDeferred-20261123T0900Z", "9", "10"]);
    }
}

#[test]
fn a_folder_that_is_missing_is_asked_for_and_only_that_of_the_hold_is_made() {
    let mut model = ModelAccount::new(&[("INBOX", "")], SERVERS[0]);
    let uids = [1, 2, 3].map(|number| model.folder("INBOX").put(&letter(number), &[]));
    let targets =
        [Target::Role(FolderRole::Archive), Target::Role(FolderRole::Held), Target::Folder("Gone/now".to_owned())];
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
        // Every message gets the UID of the next one. One message exists twice, one UID belongs to another message with
        // the same Message-ID, one message is gone.
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
    let mut model = ModelAccount::new(&FOLDERS, SERVERS[0]);
    let uid = model.folder("INBOX").put(&letter(1), &[]);
    let change = of(&mut model, "INBOX", uid, |it| it.target = Target::Role(FolderRole::Trash));
    model.folder("INBOX").messages.get_mut(&uid).unwrap().raw = letter(2);
    let (told, ended) = run(&mut model, &[change]);
    ended.unwrap();
    assert_eq!(words(&told), ["refused"]);
    assert_eq!(model.holds("INBOX"), ["2"]);
}

#[test]
fn nothing_is_purged_that_others_marked() {
    let mut model = ModelAccount::new(&FOLDERS, SERVERS[4]);
    let ours = model.folder("INBOX").put(&letter(1), &[]);
    model.folder("INBOX").put(&letter(2), &["\\Deleted"]);
    let change = of(&mut model, "INBOX", ours, |it| it.target = Target::Role(FolderRole::Trash));
    let (told, ended) = run(&mut model, std::slice::from_ref(&change));
    ended.unwrap();
    assert_eq!(words(&told), ["refused"]);
    assert_eq!(model.holds("INBOX"), ["1 \\Deleted", "2 \\Deleted"]);
    assert_eq!(model.holds("Trash"), ["1"]);
    // When the other copy is gone, the change is continued.
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
    let mut model = ModelAccount::new(&FOLDERS, SERVERS[0]);
    let lost: Vec<Lost> = (1..=4)
        .map(|number| {
            let raw = if number == 3 { nameless(number) } else { letter(number) };
            let (size, envelope) = (raw.len() as u64, mail::parse(&raw).envelope);
            let (message_id, fingerprint) = (envelope.message_id, envelope.fingerprint);
            Lost { id: Id(i64::from(number)), message_id, fingerprint, size, aside: None }
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
    let at = |folder: &str, key: &str, role: Option<FolderRole>, flags: &str| Found::At {
        folder: folder.to_owned(),
        key: key.to_owned(),
        role,
        flags: Flags::read(flags),
    };
    assert_eq!(
        told,
        [
            (1, at("Work", "0000000104.0000000001", None, "F")),
            (2, at("Ablage", "0000000101.0000000001", Some(FolderRole::Archive), "")),
            (3, at("Junk", "0000000103.0000000002", Some(FolderRole::Junk), "")),
            (4, Found::Nowhere),
        ]
    );
    assert!(model.log.iter().all(|command| !command.starts_with("SELECT")), "looking changes nothing");
}

/// Fields as mbsync, offlineimap, mutt and mbox servers write them; the text is the same.
#[test]
fn a_copy_with_fields_that_programs_add_is_the_same_message() {
    let more = |raw: Vec<u8>| {
        let fields =
            "X-TUID: 0123456789ab\r\nX-OfflineIMAP: 12-34-x\r\nStatus: RO\r\nX-Keywords: a b\r\nContent-Length: 99\r\n";
        let text = String::from_utf8(raw).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        format!("{head}\r\n{fields}\r\n{body}").into_bytes()
    };
    // Of the third, only the header was fetched.
    let large = format!("Message-ID: <3@b.example>\r\nSubject: 3\r\n\r\n{}", "Large. ".repeat(500_000)).into_bytes();
    let head = &large[..large.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4];
    let originals =
        [letter(1), nameless(2), crate::source::imap::header_only::alone(head, large.len() as u64), letter(4)];
    let mut model = ModelAccount::new(&FOLDERS, SERVERS[0]);
    for raw in [more(letter(1)), more(nameless(2)), more(large.clone()), more(letter(5))] {
        model.folder("Ablage").put(&raw, &["\\Seen"]);
    }
    let lost: Vec<Lost> = (1..)
        .zip(originals)
        .map(|(number, raw)| {
            let (size, envelope) = (raw.len() as u64, mail::parse(&raw).envelope);
            let (message_id, fingerprint) = (envelope.message_id, envelope.fingerprint);
            Lost { id: Id(number), message_id, fingerprint, size, aside: None }
        })
        .collect();
    let folders = folders::list(&mut model, settings()).unwrap();
    let mut told = Vec::new();
    find(&mut model, &folders, &lost, &mut |_, found| told.push(found)).unwrap();
    let archived = |found: &Found| matches!(found, Found::At { role: Some(FolderRole::Archive), .. });
    assert_eq!(told.iter().map(archived).collect::<Vec<_>>(), [true, true, true, false], "{told:?}");
}

#[test]
fn three_hundred_changes_take_a_handful_of_round_trips() {
    let mut model = ModelAccount::new(&FOLDERS, SERVERS[0]);
    let roles = [FolderRole::Archive, FolderRole::Trash, FolderRole::Junk];
    let uids: Vec<u32> = (1..=300).map(|number| model.folder("INBOX").put(&letter(number), &[])).collect();
    let changes: Vec<Change> = uids
        .into_iter()
        .zip(roles.into_iter().cycle())
        .map(|(uid, role)| {
            of(&mut model, "INBOX", uid, |it| {
                it.target = Target::Role(role);
                it.seen = SeenChange::set_if(role == FolderRole::Archive);
            })
        })
        .collect();
    let (told, ended) = run(&mut model, &changes);
    ended.unwrap();
    assert_eq!(words(&told), ["made"; 300]);
    assert!(model.log.len() <= 8, "{:#?}", model.log);
}
