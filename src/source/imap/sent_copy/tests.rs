use std::time::Duration;

use super::keep;
use crate::domain::sent_copy::{CopyToKeep, KeepingOutcome};
use crate::source::imap::failure::ImapError;
use crate::source::imap::folders::{self, FolderSettings};
use crate::source::imap::model::ModelAccount;

const RAW: &[u8] =
    b"Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nMessage-ID: <7@home.example>\r\nSubject: mine\r\n\r\nText\r\n";

fn copy() -> CopyToKeep {
    CopyToKeep {
        message_id: "7@home.example".to_owned(),
        bytes: RAW.to_vec(),
        date: "2026-11-03T09:00:00Z".parse().unwrap(),
        folder: None,
        appends: true,
    }
}

fn account(capabilities: &[&'static str]) -> ModelAccount {
    let mut model = ModelAccount::new(&[("INBOX", ""), ("Gesendet", "\\Sent")], capabilities);
    for number in 0..40 {
        let raw = format!("Message-ID: <old{number}@home.example>\r\nSubject: old\r\n\r\n");
        model.folder("Gesendet").put(raw.as_bytes(), &["\\Seen"]);
    }
    model
}

fn run(model: &mut ModelAccount, copy: &CopyToKeep) -> Result<KeepingOutcome, ImapError> {
    let folders = folders::list(model, FolderSettings::default())?;
    keep(model, &folders, copy, Duration::ZERO)
}

fn copies(model: &ModelAccount) -> usize {
    model.holds("Gesendet").iter().filter(|it| it.starts_with("mine")).count()
}

#[test]
fn it_is_put_there_once_and_proved_with_and_without_a_number() {
    for capabilities in [&["UIDPLUS"][..], &[]] {
        let mut model = account(capabilities);
        let kept = run(&mut model, &copy()).unwrap();
        let place = ("Gesendet".to_owned(), "0000000101.0000000041".to_owned());
        assert_eq!(kept, KeepingOutcome::Kept { folder: place.0.clone(), key: place.1.clone() });
        assert_eq!(model.holds("Gesendet").last().unwrap(), "mine \\Seen");
        assert!(model.log.iter().any(|it| it.contains("APPEND \"Gesendet\" (\\Seen) \" 3-Nov-2026 09:00:00 +0000\"")));
        assert_eq!(run(&mut model, &copy()).unwrap(), KeepingOutcome::Found { folder: place.0, key: place.1 });
        assert_eq!(copies(&model), 1);
    }
}

#[test]
fn what_the_server_has_kept_is_found_under_either_id_however_old_it_is() {
    for field in ["Message-ID", "X-Microsoft-Original-Message-ID"] {
        for after in [0, 50] {
            let mut model = account(&["UIDPLUS"]);
            let raw = format!("Message-ID: <server@x.example>\r\nSubject: mine\r\n{field}: <7@home.example>\r\n\r\n");
            let raw = if field == "Message-ID" { String::from_utf8(RAW.to_vec()).unwrap() } else { raw };
            model.folder("Gesendet").put(raw.as_bytes(), &[]);
            for number in 0..after {
                model.folder("Gesendet").put(format!("Message-ID: <new{number}@h.example>\r\n\r\n").as_bytes(), &[]);
            }
            let found = run(&mut model, &CopyToKeep { appends: false, ..copy() }).unwrap();
            assert!(matches!(found, KeepingOutcome::Found { .. }), "{field} {after} {found:?}");
        }
    }
    let mut model = account(&["UIDPLUS"]);
    assert_eq!(run(&mut model, &CopyToKeep { appends: false, ..copy() }).unwrap(), KeepingOutcome::NotFound);
    assert_eq!(copies(&model), 0);
}

#[test]
fn a_line_that_is_cut_anywhere_leaves_exactly_one_after_the_next_try() {
    for capabilities in [&["UIDPLUS"][..], &[]] {
        for done in [false, true] {
            for at in 0..12 {
                let mut model = account(capabilities);
                model.cut = Some((at, done));
                let first = run(&mut model, &copy());
                model.cut = None;
                let second = run(&mut model, &copy()).unwrap();
                assert_eq!(copies(&model), 1, "{at} {done} {first:?} {second:?}");
            }
        }
    }
}

#[test]
fn what_the_server_refuses_is_told_with_what_to_do() {
    for (answer, what, refused) in [
        ("NO [OVERQUOTA] Quota exceeded (mailbox for user is full)", "takes no copy", true),
        ("NO [TOOBIG] Too large", "takes no copy of 1 kB", true),
        ("NO [TRYCREATE] no such folder", "there is no folder Gesendet", true),
        ("NO [LIMIT] Rate limit hit", "now", false),
        ("NO [INUSE] locked", "now", false),
        ("BAD what?", "now", false),
    ] {
        let mut model = account(&["UIDPLUS"]);
        model.refuses_append = Some(answer);
        let outcome = run(&mut model, &copy()).unwrap();
        let text = match &outcome {
            KeepingOutcome::Refused { what, hint } => format!("{what}; {hint}"),
            KeepingOutcome::Unproved { what } => what.clone(),
            other => panic!("{answer}: {other:?}"),
        };
        assert!(text.contains(what), "{answer}: {text}");
        assert_eq!(matches!(outcome, KeepingOutcome::Refused { .. }), refused, "{answer}");
        assert_eq!(copies(&model), 0);
    }
    let mut model = account(&["UIDPLUS"]);
    model.limit = Some(20);
    assert!(matches!(run(&mut model, &copy()).unwrap(), KeepingOutcome::Refused { .. }));
    assert!(!model.log.iter().any(|it| it.contains("APPEND")), "it is not even sent");
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let mut model = ModelAccount::new(&[("INBOX", "")], &["UIDPLUS"]);
    let without = run(&mut model, &copy()).unwrap();
    assert!(matches!(&without, KeepingOutcome::Refused { what, .. } if what.contains("for sent mail")), "{without:?}");
    let named = run(&mut account(&[]), &CopyToKeep { folder: Some("Sent".to_owned()), ..copy() }).unwrap();
    assert!(matches!(&named, KeepingOutcome::Refused { what, .. } if what.contains("no folder Sent")), "{named:?}");
}
