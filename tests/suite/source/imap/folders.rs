//! Holds `src/source/imap/folders.rs`, `src/source/imap/account_folders.rs`, `src/source/imap/roles.rs`,
//! `src/source/imap/list_response.rs`, `src/domain/folder`: the folders of real accounts: their special uses, and
//! malicious names.

use tidebox::domain::mailbox_change::{FolderRole, Outcome, SeenChange, Target};

use super::making::{EVERY_KIND, account, change, holds, make, source};
use crate::support::servers::Kind;
use crate::support::servers::letters::message_id;

#[test]
fn odd_names_of_folders_are_names() {
    for kind in [Kind::Dovecot, Kind::Cyrus] {
        let Some((account, mut client)) = account(kind, "oddfolders", 4) else { continue };
        // Quotes, a backslash, an ampersand, foreign letters: as they are sent, and as a person reads them.
        let odd = [
            (r#""Ablage \"alt\"""#, "Ablage \"alt\"", 1),
            (r#""Entw&APw-rfe &- mehr""#, "Entwürfe & mehr", 2),
            (r#""Work/&U,BTFw-""#, "Work/台北", 3),
        ];
        for (wire, name, number) in odd {
            let (_, made) = client.command(&format!("CREATE {wire}"));
            if !made.starts_with("OK") {
                assert!(kind == Kind::Cyrus && wire.contains('\\'), "{kind:?} takes no {wire}: {made}");
                client.select("INBOX");
                let uid = client.uid(&message_id(number)).unwrap();
                client.move_to(uid, "Archive");
                continue;
            }
            let change = change(&mut client, "INBOX", number, Target::Folder(name.to_owned()), |_| {});
            let (told, ended) = make(&mut source(&account, account.server.port, |_| {}), &[change]);
            ended.unwrap();
            let number = i64::try_from(number).unwrap();
            assert!(
                matches!(&told[&number], Outcome::Made { at: Some((at, _)), .. } if at == name),
                "{kind:?} {told:?}"
            );
        }
        assert_eq!(holds(&account, "INBOX"), ["4"], "{kind:?}");
    }
}

#[test]
fn a_folder_that_is_not_there_is_not_made() {
    for kind in EVERY_KIND {
        let Some((account, mut client)) = account(kind, "nofolder", 1) else { continue };
        let change = change(&mut client, "INBOX", 1, Target::Role(FolderRole::Archive), |it| it.seen = SeenChange::Set);
        let mut imap = source(&account, account.server.port, |source| {
            source.write_back.archive = Some("Akten".to_owned());
        });
        let (told, ended) = make(&mut imap, std::slice::from_ref(&change));
        ended.unwrap();
        let Outcome::Refused { what, hint } = &told[&1] else { panic!("{kind:?} {told:?}") };
        assert!(what.contains("Akten") && hint.contains("archive = "), "{what} {hint}");
        assert_eq!(holds(&account, "INBOX"), ["1"], "{kind:?}: not even read");
        // Once the folder exists, it is used.
        client.ok("CREATE Akten");
        let (told, ended) = make(&mut imap, &[change]);
        ended.unwrap();
        assert!(matches!(told[&1], Outcome::Made { .. }), "{kind:?} {told:?}");
        assert_eq!(holds(&account, "Akten"), ["1 \\Seen"], "{kind:?}");
    }
}

#[test]
fn a_folder_that_a_person_asked_for_is_made_once_and_used() {
    for kind in EVERY_KIND {
        let Some((account, mut client)) = account(kind, "makefolder", 1) else { continue };
        let mut imap = source(&account, account.server.port, |source| {
            source.write_back.archive = Some("Akten/\u{c4}lteres".to_owned());
        });
        assert_eq!(imap.ask_roles().unwrap()[&FolderRole::Archive], None, "{kind:?}");
        for _ in 0..2 {
            assert_eq!(imap.make_folder(FolderRole::Archive).unwrap(), "Akten/\u{c4}lteres", "{kind:?}");
        }
        let wire = "Akten/&AMQ-lteres";
        assert!(client.folders().iter().any(|name| name == wire), "{kind:?} {:?}", client.folders());
        let subscribed = client.ok("LSUB \"\" \"*\"").join("\n");
        assert!(subscribed.contains(wire), "{kind:?} {subscribed}");
        let change = change(&mut client, "INBOX", 1, Target::Role(FolderRole::Archive), |_| {});
        let (told, ended) = make(&mut imap, &[change]);
        ended.unwrap();
        assert!(matches!(told[&1], Outcome::Made { .. }), "{kind:?} {told:?}");
    }
}

#[test]
fn other_programs_learn_what_a_folder_is_for_that_was_made() {
    let Some((account, mut client)) = account(Kind::Cyrus, "makeuse", 1) else { return };
    // It deletes no folder that has a use.
    client.ok("SETMETADATA Archive (/private/specialuse NIL)");
    client.ok("DELETE Archive");
    let mut imap = source(&account, account.server.port, |_| {});
    assert_eq!(imap.ask_roles().unwrap()[&FolderRole::Archive], None);
    assert_eq!(imap.make_folder(FolderRole::Archive).unwrap(), "Archive");
    let listed = client.ok("LIST (SPECIAL-USE) \"\" \"Archive\"").join("\n").to_lowercase();
    assert!(listed.contains("\\archive"), "{listed}");
}
