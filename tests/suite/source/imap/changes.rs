//! Holds `src/source/imap/change`: changes in real accounts, checked by a client that shares no code with ours.

use std::collections::BTreeSet;

use tidebox::config::{Hold, HoldMode};
use tidebox::domain::flags::Flags;
use tidebox::domain::ids::Id;
use tidebox::domain::keyword::Keyword;
use tidebox::domain::mailbox_change::{Change, FolderRole, Found, Lost, Outcome, SeenChange, Target};
use tidebox::mail;
use tidebox::source::Mailbox as _;
use tidebox::source::imap::Imap;

use super::making::{EVERY_KIND, account, change, held, holds, make, source, trash, validity};
use crate::support::servers::Kind;
use crate::support::servers::letters::{letter, message_id};
use crate::support::servers::proxy::{Fault, Proxy, Way};

fn found(imap: &mut Imap, numbers: &[usize]) -> Vec<Found> {
    let lost: Vec<Lost> = numbers
        .iter()
        .map(|number| {
            let raw = letter(*number);
            let envelope = mail::parse(raw.as_bytes()).envelope;
            let (message_id, fingerprint, size) = (envelope.message_id, envelope.fingerprint, raw.len() as u64);
            Lost { id: Id(i64::try_from(*number).unwrap()), message_id, fingerprint, size, aside: None }
        })
        .collect();
    let mut told = Vec::new();
    imap.find(&lost, &mut |_, found| told.push(found)).unwrap();
    told
}

#[test]
fn a_commit_is_there_for_everybody() {
    for kind in EVERY_KIND {
        let Some((account, mut client)) = account(kind, "commit", 9) else { continue };
        let at = "2026-11-23T09:00:00Z".parse().unwrap();
        let mut of = |number, target, seen, keywords: &[Keyword]| {
            change(&mut client, "INBOX", number, target, |it| {
                it.seen = SeenChange::set_if(seen);
                it.keywords = keywords.iter().copied().collect();
            })
        };
        let changes = [
            of(1, Target::Role(FolderRole::Archive), true, &[]),
            of(2, Target::Role(FolderRole::Archive), true, &[]),
            of(3, Target::Role(FolderRole::Trash), false, &[]),
            of(4, Target::Role(FolderRole::Junk), false, &[]),
            of(5, Target::Stay, true, &[]),
            of(6, Target::Stay, false, &[Keyword::DeferredTo(at)]),
            of(7, Target::Stay, false, &[Keyword::Later]),
            of(8, Target::Role(FolderRole::Archive), true, &[Keyword::Muted]),
        ];
        let mut imap = source(&account, account.server.port, |_| {});
        let (told, ended) = make(&mut imap, &changes);
        ended.unwrap();
        let keywords = kind != Kind::Pymap;
        for (number, outcome) in &told {
            let expected = if keywords || *number < 6 {
                matches!(outcome, Outcome::Made { at: Some(_), .. })
            } else {
                matches!(outcome, Outcome::KeywordsNotKept { at: Some(_), .. })
            };
            assert!(expected, "{kind:?} {number}: {outcome:?}");
        }
        assert_eq!(told.len(), 8, "{kind:?}");
        let with = |text: &str, keyword: &str| if keywords { format!("{text} {keyword}") } else { text.to_owned() };
        let flagged = |held: Vec<String>| held.into_iter().map(|held| held.to_lowercase()).collect::<Vec<_>>();
        assert_eq!(
            flagged(holds(&account, "INBOX")),
            ["5 \\seen".to_owned(), with("6", "$tidedeferred-20261123t0900z"), with("7", "$tidelater"), "9".to_owned()],
            "{kind:?}"
        );
        let muted = if keywords { "8 $tidemuted \\seen" } else { "8 \\seen" };
        assert_eq!(flagged(holds(&account, "Archive")), ["1 \\seen", "2 \\seen", muted], "{kind:?}");
        assert_eq!((holds(&account, trash(&account)), holds(&account, "Junk")), (vec!["3".into()], vec!["4".into()]));
        // Making the same changes again, as after a crash, changes nothing.
        let before = account.read_back();
        for tried in [false, true] {
            let again: Vec<Change> = changes.iter().map(|it| Change { tried, ..it.clone() }).collect();
            let (told, ended) = make(&mut imap, &again);
            ended.unwrap();
            let made = |outcome: &Outcome| matches!(outcome, Outcome::Made { .. } | Outcome::KeywordsNotKept { .. });
            assert!(told.len() == 8 && told.values().all(made), "{kind:?} {told:?}");
        }
        assert_eq!(account.read_back(), before, "{kind:?}");
    }
}

#[test]
fn what_another_program_said_comes_first() {
    for kind in [Kind::Dovecot, Kind::Cyrus] {
        let Some((account, mut client)) = account(kind, "overtaken", 5) else { continue };
        let archive = Target::Role(FolderRole::Archive);
        let changes = [1, 2, 3, 4, 5].map(|number| change(&mut client, "INBOX", number, archive.clone(), |_| {}));
        client.select("INBOX");
        let uids = [1, 2, 3, 4, 5].map(|number| client.uid(&message_id(number)).unwrap());
        client.store(uids[0], "+FLAGS", "$TideLater");
        client.move_to(uids[1], "Trash");
        client.expunge(&[uids[2]]);
        client.store(uids[3], "+FLAGS", "\\Seen \\Flagged");
        client.move_to(uids[4], "Archive");
        let (told, ended) = make(&mut source(&account, account.server.port, |_| {}), &changes);
        ended.unwrap();
        let Outcome::Overtaken(Found::At { folder, flags, role: None, .. }) = &told[&1] else { panic!("{told:?}") };
        assert_eq!((folder.as_str(), flags), ("INBOX", &Flags::read(" $TideLater")), "{kind:?}");
        let Outcome::Overtaken(Found::At { folder, role, .. }) = &told[&2] else { panic!("{told:?}") };
        assert_eq!((folder.as_str(), *role), ("Trash", Some(FolderRole::Trash)), "{kind:?}");
        assert_eq!(told[&3], Outcome::Overtaken(Found::Nowhere), "{kind:?}");
        assert!(matches!(&told[&4], Outcome::Made { flags, .. } if flags.seen && flags.flagged), "{kind:?} {told:?}");
        assert!(
            matches!(&told[&5], Outcome::Made { at: Some((folder, _)), .. } if folder == "Archive"),
            "{kind:?} {told:?}"
        );
        assert_eq!(holds(&account, "INBOX"), ["1 $TideLater"], "{kind:?}");
        assert_eq!(holds(&account, "Archive"), ["4 \\Flagged \\Seen", "5"], "{kind:?}");
    }
}

#[test]
fn an_answer_that_never_came_is_no_reason_to_do_it_again() {
    for kind in EVERY_KIND {
        for swallowed in ["UID STORE", "UID MOVE"] {
            let user = format!("swallow{}", swallowed.len());
            let Some((account, mut client)) = account(kind, &user, 3) else { continue };
            let changes = [1, 2].map(|number| {
                change(&mut client, "INBOX", number, Target::Role(FolderRole::Archive), |it| it.seen = SeenChange::Set)
            });
            let proxy = Proxy::to(account.server.port);
            proxy.fault(Fault::Swallow(swallowed.to_owned()), 1);
            let mut imap = source(&account, proxy.port, |_| {});
            let (told, ended) = make(&mut imap, &changes);
            assert!(ended.is_err() && told.is_empty(), "{kind:?} {swallowed}: {told:?}");
            let again = changes.map(|it| Change { tried: true, ..it });
            let (told, ended) = make(&mut imap, &again);
            ended.unwrap();
            assert!(told.len() == 2 && told.values().all(|it| matches!(it, Outcome::Made { .. })), "{kind:?} {told:?}");
            assert_eq!(holds(&account, "INBOX"), ["3"], "{kind:?} {swallowed}");
            assert_eq!(holds(&account, "Archive"), ["1 \\Seen", "2 \\Seen"], "{kind:?} {swallowed}");
        }
    }
}

#[test]
fn a_line_cut_anywhere_ends_in_the_same_account() {
    // Some of the bytes in each direction are those of the login; the cuts are spread over all of them.
    const CUTS: u64 = 12;
    let mut ends = BTreeSet::new();
    for way in [Way::In, Way::Out] {
        let mut whole = 0;
        for cut in 0..=CUTS {
            let user = format!("cut{way:?}{cut}").to_lowercase();
            let Some((account, mut client)) = account(Kind::Dovecot, &user, 5) else { return };
            let roles =
                [FolderRole::Archive, FolderRole::Trash, FolderRole::Junk, FolderRole::Archive].map(Target::Role);
            let changes: Vec<Change> = (1..)
                .zip(roles)
                .map(|(number, target)| {
                    change(&mut client, "INBOX", number, target, |it| {
                        it.seen = SeenChange::set_if(number != 2);
                        it.keywords = if number == 4 { [Keyword::Muted].into() } else { [].into() };
                    })
                })
                .collect();
            let proxy = Proxy::to(account.server.port);
            // The first connection is not cut, and counts the bytes.
            if cut > 0 {
                proxy.fault(Fault::Reset(way, whole * cut / (CUTS + 1)), 1);
            }
            let mut imap = source(&account, proxy.port, |_| {});
            let (told, ended) = make(&mut imap, &changes);
            assert_eq!(ended.is_err(), cut > 0, "{way:?} {cut}: {told:?}");
            if cut == 0 {
                whole = if way == Way::In { proxy.bytes().0 } else { proxy.bytes().1 };
            }
            let rest: Vec<Change> = changes
                .into_iter()
                .filter(|change| !told.contains_key(&change.number.0))
                .map(|change| Change { tried: true, ..change })
                .collect();
            let (told, ended) = make(&mut imap, &rest);
            ended.unwrap();
            assert!(told.values().all(|it| matches!(it, Outcome::Made { at: Some(_), .. })), "{way:?} {cut}: {told:?}");
            assert_eq!(told.len(), rest.len());
            let all = account.read_back();
            ends.insert(["INBOX", "Archive", "Trash", "Junk"].map(|folder| held(&all, folder)));
        }
    }
    assert_eq!(ends.len(), 1, "{ends:#?}");
    let end = ends.first().unwrap();
    assert_eq!(end.concat(), ["5", "1 \\Seen", "4 $TideMuted \\Seen", "2", "3 \\Seen"]);
}

#[test]
fn new_numbers_change_nothing_that_is_another_message() {
    for kind in [Kind::Dovecot, Kind::Cyrus] {
        let Some((account, mut client)) = account(kind, "renumbered", 1) else { continue };
        client.ok("CREATE Work");
        client.append("Work", "", (1..=4).map(letter));
        let trash = Target::Role(FolderRole::Trash);
        let changes = [1, 2, 3, 4].map(|number| change(&mut client, "Work", number, trash.clone(), |_| {}));
        let before = validity(&mut client, "Work");
        client.select("INBOX");
        client.ok("DELETE Work");
        // UIDVALIDITY may be a time in seconds: it differs from the next second on.
        loop {
            client.ok("CREATE Work");
            if validity(&mut client, "Work") != before {
                break;
            }
            client.select("INBOX");
            client.ok("DELETE Work");
        }
        let forged = letter(3).replace("Text of matter", "Another text of");
        client.append("Work", "", [letter(5), letter(1), forged, letter(2), letter(2)]);
        let (told, ended) = make(&mut source(&account, account.server.port, |_| {}), &changes);
        ended.unwrap();
        assert!(matches!(told[&1], Outcome::Made { .. }), "{kind:?} {told:?}");
        for number in [2, 3, 4] {
            assert!(matches!(told[&number], Outcome::Refused { .. }), "{kind:?} {told:?}");
        }
        assert_eq!(holds(&account, "Trash"), ["1"], "{kind:?}");
        assert_eq!(holds(&account, "Work"), ["2", "2", "3", "5"], "{kind:?}");
    }
}

#[test]
fn a_hard_hold_makes_its_folder_and_lets_go_again() {
    for kind in EVERY_KIND {
        let Some((account, mut client)) = account(kind, "held", 2) else { continue };
        let hold = |source: &mut tidebox::config::SourceConfig| {
            source.hold =
                Hold { mode: HoldMode::Hard, folder: "Zurückgehalten & still".to_owned(), ..Hold::default() };
        };
        let mut imap = source(&account, account.server.port, hold);
        let held = change(&mut client, "INBOX", 1, Target::Role(FolderRole::Held), |_| {});
        let (told, ended) = make(&mut imap, std::slice::from_ref(&held));
        ended.unwrap();
        let Outcome::Made { at: Some((folder, key)), .. } = &told[&1] else { panic!("{kind:?} {told:?}") };
        assert_eq!(folder, "Zurückgehalten & still");
        assert_eq!(holds(&account, "INBOX"), ["2"], "{kind:?}");
        assert!(matches!(&found(&mut imap, &[1])[0], Found::At { role: Some(FolderRole::Held), .. }), "{kind:?}");
        let back =
            Change { folder: folder.clone(), key: key.clone(), target: Target::Folder("INBOX".to_owned()), ..held };
        let (told, ended) = make(&mut imap, &[back]);
        ended.unwrap();
        assert!(
            matches!(&told[&1], Outcome::Made { at: Some((folder, _)), .. } if folder == "INBOX"),
            "{kind:?} {told:?}"
        );
        assert_eq!(holds(&account, "INBOX"), ["1", "2"], "{kind:?}");
    }
}

#[test]
fn what_is_lost_is_found() {
    for kind in EVERY_KIND {
        let Some((account, mut client)) = account(kind, "lost", 6) else { continue };
        client.ok("CREATE Family");
        client.select("INBOX");
        for (number, folder) in [(1, "Archive"), (2, trash(&account)), (3, "Junk"), (5, "Family")] {
            let uid = client.uid(&message_id(number)).unwrap();
            client.move_to(uid, folder);
        }
        let mut imap = source(&account, account.server.port, |_| {});
        let words = |found: Found| match found {
            Found::At { role, .. } => format!("{role:?}"),
            Found::Filed { folder } => folder,
            Found::Nowhere => "nowhere".to_owned(),
        };
        let words: Vec<String> = found(&mut imap, &[1, 2, 3, 4, 5, 7]).into_iter().map(words).collect();
        let expected = ["Some(Archive)", "Some(Trash)", "Some(Junk)", "None", "Family", "nowhere"];
        assert_eq!(words, expected, "{kind:?}");
    }
}

#[test]
fn three_hundred_decisions_take_a_handful_of_commands() {
    for kind in EVERY_KIND {
        let Some((account, mut client)) = account(kind, "many", 300) else { continue };
        let validity = validity(&mut client, "INBOX");
        let targets = [FolderRole::Archive, FolderRole::Trash, FolderRole::Archive, FolderRole::Junk].map(Target::Role);
        let of_number = |seen: &crate::support::servers::client::Seen| {
            seen.message_id.strip_prefix('m').and_then(|rest| rest.split('@').next()?.parse::<usize>().ok())
        };
        let listed = client.list("INBOX");
        let changes: Vec<Change> = listed
            .iter()
            .filter_map(|seen| of_number(seen).map(|number| (number, seen.uid)))
            .map(|(number, uid)| {
                let raw = letter(number);
                let envelope = mail::parse(raw.as_bytes()).envelope;
                Change {
                    number: tidebox::domain::ids::ChangeId(i64::try_from(number).unwrap()),
                    folder: "INBOX".to_owned(),
                    key: format!("{validity:010}.{uid:010}"),
                    message_id: envelope.message_id,
                    fingerprint: envelope.fingerprint,
                    size: raw.len() as u64,
                    expected: Flags::default(),
                    target: targets[number % 4].clone(),
                    seen: SeenChange::set_if(number % 2 == 0),
                    keywords: [].into(),
                    mark: None,
                    tried: false,
                    aside: false,
                }
            })
            .collect();
        assert_eq!(changes.len(), 300);
        let proxy = Proxy::to(account.server.port);
        let (told, ended) = make(&mut source(&account, proxy.port, |_| {}), &changes);
        ended.unwrap();
        assert!(told.values().all(|it| matches!(it, Outcome::Made { .. })) && told.len() == 300, "{kind:?}");
        let said = proxy.said();
        assert!(said.len() <= 16, "{kind:?} {said:#?}");
        assert_eq!(holds(&account, "Archive").len(), 150, "{kind:?}");
    }
}
