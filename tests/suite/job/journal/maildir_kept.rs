//! Holds `src/source/maildir`, `src/mail/local_fields.rs`, `src/domain/folder`: a Maildir that other programs keep too:
//! what they note in names, what they add to headers, what they call their folders.

use std::fs;

use tidebox::config::{DoneMeans, SourceKind};
use tidebox::domain::limits::MESSAGE_BYTES;
use tidebox::domain::message::Stage;
use tidebox::domain::triage::Decision;
use tidebox::store::Listed;

use super::machine::at;
use super::maildir::Home;
use crate::support::letter;

/// Programs that synchronise note in a file's name which message of the server it is: in that folder, and in no other.
#[test]
fn no_mark_of_a_folder_goes_to_another_one() {
    for folders in [["INBOX", "Archive", "Trash", "Junk"], ["", ".Archive", ".Trash", ".Junk"]] {
        let [inbox, archive, trash, junk] = folders;
        let at =
            |folder: &str, name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let mut home = Home::new(&folders);
        for (number, name) in (1..).zip([
            "new/1795428001.100_1.host,U=1:2,",
            "cur/1795428002.100_2.host,U=2:2,F",
            "cur/1795428003.M1P3.mx,S=512,W=530,U=3:2,Fab",
            "cur/1795428004_0.1.host,U=4,FMD5=7e33429f656f1e6e9d79b29c3f82c57e:2,",
            "new/1795428005.100_5.host",
        ]) {
            home.put(&at(inbox, name), number);
        }
        // The numbers are in use there, as they are in every folder.
        for (number, folder) in (11..).zip([archive, trash, junk]) {
            for uid in 1..=5 {
                home.put(&at(folder, &format!("cur/1795000000.{number}_{uid}.host,U={uid}:2,S")), number * 10 + uid);
            }
        }
        home.sync(0);
        home.begin(0);
        for (number, verb) in
            (1..).zip([Decision::Done, Decision::Trash, Decision::Done, Decision::Spam, Decision::Mute])
        {
            home.decide(verb, number);
        }
        home.commit(1);
        let before = home.files();
        assert_eq!(home.sync(2).written.made, 5);
        let came: Vec<String> = home.files().into_iter().filter(|file| !before.contains(file)).collect();
        assert_eq!(came.len(), 5, "{came:?}");
        assert!(came.iter().all(|file| !file.contains("U=") && !file.contains("FMD5=")), "{came:?}");
        let ends = |folder: &str, end: &str| {
            came.iter().any(|it| it.starts_with(&at(folder, "cur/17954280")) && it.ends_with(end))
        };
        assert!(ends(archive, ".host:2,S") && ends(archive, ".mx,S=512,W=530:2,FSab"), "{came:?}");
        assert!(ends(archive, "1795428005.100_5.host:2,S"), "one without a mark keeps its name: {came:?}");
        assert!(ends(trash, ".host:2,F") && ends(junk, ".host:2,"), "{came:?}");
        // They are known under their new names, and decided once.
        let after = home.files();
        let summary = home.sync(3);
        assert_eq!((summary.admitted, home.files()), (0, after));
        let stages = [1, 2, 3, 4, 5].map(|number| home.stage(number).unwrap());
        assert_eq!(stages, [Stage::Done, Stage::Trash, Stage::Done, Stage::Spam, Stage::Muted]);
        home.sound();
    }
}

/// In its folder a file keeps its name but for the flags: a number stays the number of that message.
#[test]
fn within_its_folder_a_file_keeps_its_marks() {
    let mut home = Home::new(&[""]);
    home.config.sources[0].write_back.done = DoneMeans::Read;
    home.put("new/1795428001.100_1.host,U=1:2,", 1);
    home.put("cur/1795428004_0.1.host,U=4,FMD5=7e33429f656f1e6e9d79b29c3f82c57e:2,F", 2);
    home.decided(&[Decision::Done, Decision::Done]);
    assert_eq!(home.sync(2).written.made, 2);
    let after =
        ["cur/1795428001.100_1.host,U=1:2,S", "cur/1795428004_0.1.host,U=4,FMD5=7e33429f656f1e6e9d79b29c3f82c57e:2,FS"];
    assert_eq!(home.files(), after);
}

/// The program ended after a file was given its new name and before that was noted.
#[test]
fn killed_before_a_new_name_was_noted_it_is_found_by_what_is_in_it() {
    let mut home = Home::new(&["", ".Archive", ".Trash"]);
    home.put("new/1.a,U=1:2,", 1);
    home.put("cur/2.a,U=2:2,", 2);
    home.put(".Archive/cur/9.z,U=1:2,S", 3);
    home.decided(&[Decision::Done, Decision::Trash]);
    let source = home.store.sources().unwrap().remove(0).id;
    assert_eq!(home.store.due_changes(source, at(2), 9).unwrap().len(), 2);
    fs::rename(home.path("new/1.a,U=1:2,"), home.path(".Archive/cur/1795428001.R0011223344556677.a:2,S")).unwrap();
    fs::rename(home.path("cur/2.a,U=2:2,"), home.path(".Trash/cur/1795428002.R0011223344556677.a:2,")).unwrap();
    let before = home.files();
    let written = home.sync(30).written;
    assert_eq!((written.made, written.overtaken, written.unproved), (2, 0, 0));
    assert_eq!(home.files(), before, "once");
    home.sync(31);
    assert_eq!((home.stage(1), home.stage(2)), (Some(Stage::Done), Some(Stage::Trash)));
    assert_eq!(home.store.count().unwrap(), 3);
    home.sound();
}

/// A synchronising program gives files their numbers, or others, whenever it likes: also between a decision and its commit,
/// and between the commit and the change.
#[test]
fn what_was_renamed_in_its_folder_gets_its_decision() {
    for at_commit in [false, true] {
        let mut home = Home::new(&["", ".Archive", ".Trash"]);
        for (number, name) in (1..).zip(["new/1.a", "cur/2.a,U=2:2,", "new/3.a", "cur/4.a:2,", "cur/5.a:2,"]) {
            home.put(name, number);
        }
        home.sync(0);
        home.begin(0);
        for (number, verb) in
            (1..).zip([Decision::Done, Decision::Trash, Decision::Done, Decision::Done, Decision::Done])
        {
            home.decide(verb, number);
        }
        if at_commit {
            home.commit(1);
        }
        let rename = |from: &str, to: &str| fs::rename(home.path(from), home.path(to)).unwrap();
        rename("new/1.a", "new/1.a,U=7:2,");
        rename("cur/2.a,U=2:2,", "cur/2.a,U=8:2,F");
        rename("new/3.a", "cur/wholly.another:2,S");
        // One was marked to be deleted too, and one was moved: somebody has said something else of these.
        rename("cur/4.a:2,", "cur/4.a,U=9:2,T");
        rename("cur/5.a:2,", ".Trash/cur/77.b:2,");
        if !at_commit {
            home.commit(1);
        }
        let written = home.sync(2).written;
        assert_eq!(
            (written.made, written.refused, written.unproved),
            (3, 0, 0),
            "{:?}",
            home.store.journal(Listed::Latest(9))
        );
        let files = home.files();
        let count = |folder: &str| files.iter().filter(|file| file.starts_with(folder)).count();
        assert_eq!((count(".Archive/cur/"), count(".Trash/cur/"), count("cur/")), (2, 2, 1), "{files:?}");
        assert!(files.contains(&"cur/4.a,U=9:2,T".to_owned()), "{files:?}");
        home.sync(3);
        let stages = [1, 2, 3, 5].map(|number| home.stage(number));
        assert_eq!(stages, [Stage::Done, Stage::Trash, Stage::Done, Stage::Trash].map(Some));
        assert_eq!(home.store.count().unwrap(), 5);
        home.sound();
    }
}

/// Two copies in one folder, both renamed: each change is made of one of them.
#[test]
fn two_renamed_copies_of_one_message_both_go() {
    let mut home = Home::new(&["", ".Archive"]);
    home.put("new/1.a", 1);
    home.put("new/1.b", 1);
    home.decided(&[Decision::Done]);
    fs::rename(home.path("new/1.a"), home.path("cur/1.a,U=1:2,")).unwrap();
    fs::rename(home.path("new/1.b"), home.path("cur/1.b,U=2:2,")).unwrap();
    home.sync(2);
    let files = home.files();
    assert!(files.len() == 2 && files.iter().all(|file| file.starts_with(".Archive/cur/")), "{files:?}");
    assert_eq!(home.store.changes_left().unwrap(), 0);
    home.sound();
}

/// Programs write a message anew with a field or two more: mbsync, `OfflineIMAP`, mutt and others.
#[test]
fn a_message_with_fields_more_is_the_same_one() {
    let added = [
        "X-TUID: abcdefghijkl\n",
        "X-OfflineIMAP: 2061345-1270-4d2d4e2d-Archive\n",
        "Content-Length: 6\nStatus: RO\nX-Status: A\nX-Keywords: work\nLines: 1\n",
        "X-Status: F\nX-UID: 12\nX-TUID: 123456789012\n",
    ];
    let mut home = Home::new(&["", ".Archive", ".Trash", ".Lists"]);
    for number in 1..=6 {
        home.put(&format!("new/{number}.a"), number);
    }
    home.sync(0);
    for (number, added) in (1..).zip(added) {
        let text = fs::read_to_string(home.path(&format!("new/{number}.a"))).unwrap();
        // Some keep the ends of lines as they came, others do not.
        let text = if number == 4 { text } else { text.replace("\r\n", "\n") };
        let end = if number == 4 { "\r\n" } else { "\n" };
        let (header, body) = text.split_once(&end.repeat(2)).unwrap();
        let added = added.replace('\n', end);
        fs::write(home.path(&format!(".Archive/cur/{number}0.b:2,S")), format!("{header}{end}{added}{end}{body}"))
            .unwrap();
        fs::remove_file(home.path(&format!("new/{number}.a"))).unwrap();
    }
    // Another message with the Message-ID of the fifth, and none of the sixth.
    let text = fs::read_to_string(home.path("new/5.a")).unwrap();
    fs::write(home.path(".Archive/cur/50.b:2,S"), text.replace("Hello", "Another text")).unwrap();
    fs::remove_file(home.path("new/5.a")).unwrap();
    fs::remove_file(home.path("new/6.a")).unwrap();
    for minutes in [1, 2] {
        home.sync(minutes);
        assert_eq!([1, 2, 3, 4].map(|number| home.stage(number)), [Some(Stage::Done); 4]);
    }
    assert_eq!(home.stage(6), Some(Stage::Gone));
    assert_eq!(home.store.count().unwrap(), 7, "the four are no new messages, and the other one is");
    home.sound();
}

/// Of a message that is too large only the beginning is kept, and a field more in its header moves where that ends.
#[test]
fn a_message_of_which_the_beginning_is_kept_is_known_again() {
    let mut home = Home::new(&["", ".Archive"]);
    let text = letter(1, "Ann <ann@example.org>", "Large", "Hello").replace("\r\n", "\n");
    let (header, _) = text.split_once("\n\n").unwrap();
    let lines = MESSAGE_BYTES / 64 + 100;
    let body: String = (0..lines).map(|line| format!("{line:>63}\n")).collect();
    fs::write(home.path("new/1.a"), format!("{header}\n\n{body}")).unwrap();
    home.sync(0);
    fs::write(home.path(".Archive/cur/2.b:2,S"), format!("{header}\nX-TUID: abcdefghijkl\n\n{body}")).unwrap();
    fs::remove_file(home.path("new/1.a")).unwrap();
    home.sync(1);
    // As it is cut elsewhere now, what was read of the copy is a message of its own, which nobody waits for.
    let stages: Vec<Stage> = home.stages(1);
    assert!(stages.contains(&Stage::Done) && !stages.contains(&Stage::Held), "{stages:?}");
    assert_eq!(home.store.tally().unwrap().held, 0);
}

/// A name in another character set, or in none.
#[cfg(unix)]
#[test]
fn names_that_are_no_utf_8_are_changed_and_followed() {
    use std::os::unix::ffi::OsStrExt as _;
    let name = |bytes: &[u8]| std::path::PathBuf::from(std::ffi::OsStr::from_bytes(bytes));
    let mut home = Home::new(&["", ".Archive"]);
    for (number, file) in (1..).zip([&b"new/1.h\xe4st"[..], b"cur/2.M1.h\xe4st,U=7:2,F", b"cur/3.\xff\xfe:2,"]) {
        let text = letter(number, "Ann <ann@example.org>", &format!("Letter {number}"), "Hello");
        fs::write(home.path("").join(name(file)), text).unwrap();
    }
    assert_eq!(home.sync(0).failed, 0);
    fs::rename(
        home.path("").join(name(b"cur/3.\xff\xfe:2,")),
        home.path("").join(name(b".Archive/cur/3.\xff\xfe:2,S")),
    )
    .unwrap();
    home.sync(1);
    assert_eq!(home.stage(3), Some(Stage::Done));
    home.begin(2);
    home.decide(Decision::Done, 1);
    home.decide(Decision::Done, 2);
    home.commit(3);
    assert_eq!(home.sync(4).written.made, 2);
    assert!(home.path("").join(name(b".Archive/cur/1.h\xe4st:2,S")).exists());
    let archived: Vec<_> = fs::read_dir(home.path(".Archive/cur")).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert!(archived.iter().any(|file| file.as_bytes().ends_with(b".h\xe4st:2,FS")), "{archived:?}");
    assert_eq!((home.sync(5).admitted, home.store.count().unwrap()), (0, 3));
    home.sound();
}

/// What folders are for is known in many languages, and from the settings; what lies there is no incoming mail.
#[test]
fn what_lies_among_other_mail_is_not_held() {
    let folders = [
        "",
        ".Entw&APw-rfe",
        ".Gesendet",
        ".Papierkorb",
        ".Spamverdacht",
        ".Archiv.2024",
        ".Weg",
        ".M&APw-ll",
        ".Halbes",
        ".Familie",
        ".Listen",
    ];
    let mut home = Home::new(&folders);
    for (number, folder) in (1..).zip(folders) {
        let place = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        home.put(&format!("{place}cur/{number}.a:2,"), number);
    }
    let settings = &mut home.config.sources[0].write_back;
    settings.trash = Some("Weg".into());
    settings.junk = Some("Müll".into());
    settings.drafts = Some(".Halbes".into());
    if let SourceKind::Maildir { folders, .. } = &mut home.config.sources[0].kind {
        *folders = vec!["*".into(), "-Listen".into()];
    }
    let summary = home.sync(0);
    assert_eq!((summary.failed, home.store.count().unwrap()), (0, 10), "the lists are not read");
    assert_eq!(home.store.tally().unwrap().held, 2, "the inbox and the family");
    home.begin(1);
    home.decide(Decision::Trash, 1);
    home.commit(2);
    home.sync(3);
    assert!(home.files().contains(&".Weg/cur/1.a:2,".to_owned()));
    home.sound();
}

/// A folder that is left out from now on is not taken for one that is gone.
#[test]
fn a_folder_that_is_no_longer_read_loses_nothing() {
    let mut home = Home::new(&["", ".Archive", ".Lists"]);
    home.put("new/1.a", 1);
    home.put(".Lists/new/2.a", 2);
    home.sync(0);
    if let SourceKind::Maildir { folders, .. } = &mut home.config.sources[0].kind {
        *folders = vec!["INBOX".into(), "Nowhere".into()];
    }
    home.put(".Lists/new/3.a", 3);
    let summary = home.sync(1);
    assert_eq!((summary.failed, home.store.count().unwrap()), (1, 2), "{:?}", summary.failures);
    assert!(summary.failures[0].contains("Nowhere"), "{:?}", summary.failures);
    // One that is named and no longer there is said, and what was in it is kept.
    if let SourceKind::Maildir { folders, .. } = &mut home.config.sources[0].kind {
        *folders = vec!["INBOX".into(), "Lists".into()];
    }
    assert_eq!(home.sync(1).failed, 0);
    fs::rename(home.path(".Lists"), home.path("unmounted")).unwrap();
    assert_eq!((home.sync(1).failed, home.store.tally().unwrap().held), (1, 3));
    fs::rename(home.path("unmounted"), home.path(".Lists")).unwrap();
    if let SourceKind::Maildir { folders, .. } = &mut home.config.sources[0].kind {
        *folders = vec!["INBOX".into()];
    }
    home.begin(2);
    home.decide(Decision::Done, 2);
    home.commit(3);
    home.sync(4);
    assert!(home.files().contains(&".Archive/cur/2.a:2,S".to_owned()));
    if let SourceKind::Maildir { folders, .. } = &mut home.config.sources[0].kind {
        *folders = vec!["*".into()];
    }
    assert_eq!(home.sync(5).failed, 0);
    assert_eq!(home.store.count().unwrap(), 3);
    home.sound();
}
