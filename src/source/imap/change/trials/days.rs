//! The commit of a day on every kind of server: also when the connection is cut at every command, and when another
//! program interferes.

use std::collections::BTreeSet;

use super::{SERVERS, day, everything, letter, run, sorted, subjects, words};
use crate::domain::mailbox_change::{Change, Outcome};
use crate::mail;
use crate::source::imap::key::UidKey;
use crate::source::imap::model::ModelAccount;

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
            ["1 \\Seen", "2 \\Seen", "3 \\Seen", "7 $Forwarded \\Flagged \\Seen", "8 $TideMuted \\Seen"]
        );
        assert_eq!((model.holds("Trash"), model.holds("Junk")), (vec!["4".to_owned()], vec!["5".to_owned()]));
        // The copy is where the outcome says.
        for (change, outcome) in changes.iter().zip(told.values().collect::<Vec<_>>()) {
            let Outcome::Made { at: Some((folder, key)), flags } = &told[&change.number] else { panic!("{outcome:?}") };
            let message = &model.folder(folder).messages[&UidKey::read(key).unwrap().uid];
            assert_eq!(mail::fingerprint(&message.raw), change.fingerprint);
            assert_eq!(flags.seen, message.flags.contains("\\Seen"));
        }
        // Making the same changes once more changes nothing, and they are reported as made.
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
                let after = |model: &ModelAccount| -> Vec<_> {
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
    let acts: [fn(&mut ModelAccount); 4] = [
        // It archives a message that we are about to move to the trash.
        |model| {
            if let Some(message) = model.folder("INBOX").messages.remove(&4) {
                model.folder("Work").put(&message.raw, &[]);
            }
        },
        // It sets "later" on a message that we defer, and on one that is done.
        |model| {
            model.folder("INBOX").flag(6, "$TideLater");
            model.folder("INBOX").flag(1, "$TideLater");
        },
        // It marks one of our messages and one of its own as deleted.
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
                // Without UIDPLUS nobody can close the gap between looking and EXPUNGE.
                if kind == 2 && model.log.get(number).is_some_and(|command| command == "EXPUNGE") {
                    continue;
                }
                assert_eq!(all.len(), before + usize::from(kind == 3 && met_now), "{what}\n{here:?}");
                // A message that exists twice waits, marked as deleted, until the person expunges it; or the original
                // was moved elsewhere after it was copied and before it was removed.
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
