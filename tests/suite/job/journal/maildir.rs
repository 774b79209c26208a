//! Holds `src/source/maildir/changing.rs`, `src/source/maildir/finding.rs`, `src/job/write_back.rs`: a Maildir as a
//! mailbox: what decisions become there, by other names alone, beside programs that rename things too.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use tidebox::domain::schedule::Zone;

use chrono::TimeDelta;
use tempfile::TempDir;
use tidebox::clock::Clock;
use tidebox::config::{Config, DoneMeans, SourceConfig, SourceKind};
use tidebox::domain::ids::Id;
use tidebox::domain::mailbox_change::FolderRole;
use tidebox::domain::message::Stage;
use tidebox::domain::moment::Moment;
use tidebox::domain::positions::Positions;
use tidebox::domain::query::parse;
use tidebox::domain::triage::{Decision, Triage};
use tidebox::job::close;
use tidebox::job::gather::gather;
use tidebox::job::open::Reach;
use tidebox::job::roles;
use tidebox::job::summary::Summary;
use tidebox::store::{BatchKind, Listed, Store};

use super::machine::at;
use crate::support::letter;
use crate::support::letterbox;

pub(super) struct Home {
    pub(super) folder: TempDir,
    pub(super) store: Store,
    pub(super) config: Config,
}

impl Home {
    pub(super) fn new(folders: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in folders {
            for side in ["cur", "new", "tmp"] {
                fs::create_dir_all(folder.path().join("Maildir").join(name).join(side)).unwrap();
            }
        }
        let store = Store::open(&folder.path().join("store.db")).unwrap();
        let mut config = Config::embedded(Zone::UTC);
        let kind = SourceKind::maildir(folder.path().join("Maildir"));
        config.sources = vec![SourceConfig::new("home".into(), kind)];
        Self { folder, store, config }
    }

    pub(super) fn put(&self, name: &str, number: u32) {
        let text = letter(number, "Ann <ann@example.org>", &format!("Letter {number}"), "Hello");
        fs::write(self.path(name), text).unwrap();
    }

    pub(super) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join("Maildir").join(name)
    }

    pub(super) fn sync(&mut self, minutes: i64) -> Summary {
        // Files have the real time; long after it, their times are trusted.
        let wall = Clock::real().now() + TimeDelta::hours(1);
        let mut watcher = |_: &Summary| ControlFlow::Continue(());
        gather(&mut self.store, &self.config, Reach::Everywhere, Moment { now: at(minutes), wall }, &mut watcher)
            .unwrap()
    }

    pub(super) fn id(&self, number: u32) -> Option<Id> {
        let query = parse(&format!("id:<letter-{number}@example.org>"), Zone::UTC, at(0)).unwrap();
        self.store.search(&query, at(0), 9, None).unwrap().first().map(|message| message.id)
    }

    /// Of every message with this Message-ID that is not held.
    pub(super) fn stages(&self, number: u32) -> Vec<Stage> {
        let query = parse(&format!("id:<letter-{number}@example.org>"), Zone::UTC, at(0)).unwrap();
        let found = self.store.search(&query, at(0), 9, None).unwrap();
        found.iter().map(|message| self.store.message(message.id).unwrap().stage).collect()
    }

    pub(super) fn stage(&self, number: u32) -> Option<Stage> {
        self.id(number).map(|id| self.store.message(id).unwrap().stage)
    }

    pub(super) fn begin(&mut self, minutes: i64) {
        letterbox::begin(&mut self.store, "morning", at(minutes)).expect("something is held");
    }

    pub(super) fn decide(&mut self, decision: Decision, number: u32) {
        let id = self.id(number).expect("it is visible");
        let (batch, acts) = self.store.open_batch(BatchKind::Window).unwrap().expect("an open batch");
        let mut triage = Triage::replay(batch, acts);
        let batch = triage.batch().id();
        let position = self.store.position(batch, id).unwrap().expect("in the batch");
        let act = triage.decide(decision, &Positions::from(position)).unwrap();
        self.store.record(batch, &act, at(1)).unwrap();
    }

    pub(super) fn commit(&mut self, minutes: i64) {
        let (batch, _) = self.store.open_batch(BatchKind::Window).unwrap().expect("an open batch");
        close::commit(&mut self.store, &self.config, batch.id(), at(minutes)).unwrap();
    }

    /// Reads the Maildir, begins a batch, decides its messages from the first on, and commits it.
    pub(super) fn decided(&mut self, decisions: &[Decision]) {
        self.sync(0);
        self.begin(0);
        for (number, decision) in (1..).zip(decisions) {
            self.decide(decision.clone(), number);
        }
        self.commit(1);
    }

    /// Every file with its folder, in order.
    pub(super) fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        list(&self.path(""), &self.path(""), &mut found);
        found.sort();
        found
    }

    pub(super) fn sound(&self) {
        assert_eq!(self.store.verify().unwrap(), Vec::<String>::new());
    }
}

fn list(root: &Path, folder: &Path, found: &mut Vec<String>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            list(root, &path, found);
        } else {
            found.push(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
        }
    }
}

#[test]
fn verdicts_are_folders_and_flags() {
    let mut home = Home::new(&["", ".Archive", ".Trash", ".Spam"]);
    for (number, name) in (1..).zip(["new/1.a", "cur/2.b:2,", "cur/3.c:2,Fx", "new/4.d", "cur/5.e:2,", "new/6.f"]) {
        home.put(name, number);
    }
    home.sync(0);
    home.begin(0);
    let verbs = [Decision::Done, Decision::Trash, Decision::Done, Decision::Spam, Decision::Mute, Decision::Later];
    for (number, verb) in (1..).zip(verbs) {
        home.decide(verb, number);
    }
    let before = home.files();
    home.commit(2);
    assert_eq!(home.files(), before);
    let written = home.sync(3).written;
    assert_eq!((written.made, written.overtaken, written.refused, written.not_kept), (5, 0, 0, 0));
    let after = [
        ".Archive/cur/1.a:2,S",
        ".Archive/cur/3.c:2,FSx",
        ".Archive/cur/5.e:2,S",
        ".Spam/cur/4.d:2,",
        ".Trash/cur/2.b:2,",
        "new/6.f",
    ];
    assert_eq!(home.files(), after);
    // Our own renames are no news.
    for minutes in [4, 5] {
        let summary = home.sync(minutes);
        assert_eq!((summary.admitted, summary.failed), (0, 0), "{:?}", summary.failures);
        assert_eq!(home.files(), after);
    }
    assert_eq!(home.stage(1), Some(Stage::Done));
    assert_eq!(home.store.count().unwrap(), 6);
    home.sound();
}

#[test]
fn done_can_stay_where_it_is() {
    let mut home = Home::new(&[""]);
    home.config.sources[0].write_back.done = DoneMeans::Read;
    home.put("new/1.a", 1);
    home.put("cur/2.b:2,F", 2);
    home.decided(&[Decision::Done, Decision::Done]);
    assert_eq!(home.sync(2).written.made, 2);
    assert_eq!(home.files(), ["cur/1.a:2,S", "cur/2.b:2,FS"]);
}

#[test]
fn a_missing_folder_is_not_made_in_secret() {
    let mut home = Home::new(&[""]);
    home.put("new/1.a", 1);
    home.decided(&[Decision::Done]);
    let written = home.sync(2).written;
    let what = "source home: there is no folder for an archive \
                (make one called Archive with `tidebox account folders --make`, or name one as `archive` in this source's settings)";
    assert_eq!((written.refused, written.troubles), (1, vec![what.to_owned()]));
    assert_eq!(home.files(), ["new/1.a"]);
    for side in ["cur", "new", "tmp"] {
        fs::create_dir_all(home.path("Archive").join(side)).unwrap();
    }
    assert_eq!(home.sync(3).written.made, 1, "by itself, as soon as it is there");
    assert_eq!(home.files(), ["Archive/cur/1.a:2,S"]);
    home.sound();
}

#[test]
fn a_missing_folder_is_made_for_who_asks_in_the_way_of_those_that_are_there() {
    for (folders, made) in [(&[""][..], ".Archive"), (&["", ".Trash"], ".Archive"), (&["", "Sent"], "Archive")] {
        let mut home = Home::new(folders);
        home.put("new/1.a", 1);
        home.decided(&[Decision::Done]);
        home.sync(2);
        let source = home.config.sources[0].clone();
        let known = roles::known(&home.store, &home.config).unwrap();
        assert_eq!(known[0].missing().next(), Some(FolderRole::Archive));
        assert_eq!(roles::make(&source, FolderRole::Archive).unwrap(), "Archive");
        let known = roles::known(&home.store, &home.config).unwrap();
        assert!(!known[0].missing().any(|role| role == FolderRole::Archive));
        assert!(known[0].words().starts_with("done goes to Archive"), "{}", known[0].words());
        assert_eq!(home.sync(3).written.made, 1);
        assert_eq!(home.files(), [format!("{made}/cur/1.a:2,S")]);
        home.sound();
    }
}

#[test]
fn nothing_is_changed_where_that_is_switched_off() {
    let mut home = Home::new(&["", ".Archive"]);
    home.config.sources[0].write_back.on = false;
    home.put("new/1.a", 1);
    home.decided(&[Decision::Done]);
    home.sync(2);
    assert_eq!(home.files(), ["new/1.a"]);
    assert_eq!(home.store.journal(Listed::Latest(9)).unwrap(), []);
}

#[test]
fn what_other_programs_did_meanwhile_counts() {
    let mut home = Home::new(&["", ".Archive", ".Trash", ".Projects"]);
    for number in 1..=5 {
        home.put(&format!("new/{number}.a"), number);
    }
    home.sync(0);
    home.begin(0);
    for number in 1..=4 {
        home.decide(Decision::Done, number);
    }
    // Read, thrown away, marked to be deleted, and filed with another name, after the batch was begun.
    fs::rename(home.path("new/1.a"), home.path("cur/1.a:2,RS")).unwrap();
    fs::rename(home.path("new/2.a"), home.path(".Trash/cur/2.a:2,S")).unwrap();
    fs::rename(home.path("new/3.a"), home.path("cur/3.a:2,T")).unwrap();
    fs::rename(home.path("new/4.a"), home.path(".Projects/cur/99.other:2,S")).unwrap();
    fs::remove_file(home.path("new/5.a")).unwrap();
    home.commit(1);
    let written = home.sync(2).written;
    assert_eq!((written.made, written.overtaken), (1, 3), "{:?}", home.store.journal(Listed::Latest(9)));
    assert_eq!(
        home.files(),
        [".Archive/cur/1.a:2,RS", ".Projects/cur/99.other:2,S", ".Trash/cur/2.a:2,S", "cur/3.a:2,T"]
    );
    assert_eq!(home.stage(2), Some(Stage::Trash));
    assert_eq!((home.stage(3), home.stage(4)), (Some(Stage::CarriedOver), Some(Stage::CarriedOver)));
    assert_eq!(home.stage(5), Some(Stage::Gone), "it was left undecided, and is nowhere");
    home.sound();
}

#[test]
fn what_is_open_follows_other_programs() {
    let mut home = Home::new(&["", ".Archive", ".Trash", ".Lists", "Gone"]);
    for (number, name) in (1..).zip(["new/1.a", "cur/2.a:2,", "new/3.a", "cur/4.a:2,", "Gone/new/5.a"]) {
        home.put(name, number);
    }
    home.sync(0);
    fs::rename(home.path("new/1.a"), home.path(".Archive/cur/1.a:2,S")).unwrap();
    fs::rename(home.path("cur/2.a:2,"), home.path(".Lists/cur/2.a:2,")).unwrap();
    fs::remove_file(home.path("new/3.a")).unwrap();
    fs::rename(home.path("cur/4.a:2,"), home.path("cur/4.a:2,S")).unwrap();
    fs::rename(home.path("Gone"), home.path("Elsewhere")).unwrap();
    for minutes in [1, 2] {
        home.sync(minutes);
        assert_eq!([1, 2, 3, 4, 5].map(|n| home.stage(n)), [Some(Stage::Done), None, Some(Stage::Gone), None, None]);
    }
    // The one that went to another folder is decided upon there.
    home.begin(3);
    home.decide(Decision::Trash, 2);
    home.decide(Decision::Trash, 5);
    home.commit(4);
    assert_eq!(home.sync(5).written.made, 2);
    assert_eq!(home.files(), [".Archive/cur/1.a:2,S", ".Trash/cur/2.a:2,", ".Trash/cur/5.a:2,", "cur/4.a:2,S"]);
    home.sound();
}

#[test]
fn killed_before_it_was_noted_it_is_one_message_again() {
    let mut home = Home::new(&["", ".Archive"]);
    home.put("new/1.a", 1);
    home.put("new/2.a", 2);
    home.decided(&[Decision::Done, Decision::Done]);
    let source = home.store.sources().unwrap().remove(0).id;
    // Marked as tried; one lies there with both names, as some programs move, and one was moved.
    assert_eq!(home.store.due_changes(source, at(2), 9).unwrap().len(), 2);
    fs::hard_link(home.path("new/1.a"), home.path(".Archive/cur/1.a:2,S")).unwrap();
    fs::rename(home.path("new/2.a"), home.path(".Archive/cur/2.a:2,S")).unwrap();
    let written = home.sync(30).written;
    assert_eq!((written.made, written.overtaken, written.unproved), (2, 0, 0));
    assert_eq!(home.files(), [".Archive/cur/1.a:2,S", ".Archive/cur/2.a:2,S"]);
    home.sync(31);
    assert_eq!((home.stage(1), home.stage(2)), (Some(Stage::Done), Some(Stage::Done)));
    assert_eq!(home.store.count().unwrap(), 2);
    home.sound();
}

#[test]
fn another_message_of_the_same_name_is_not_overwritten() {
    let mut home = Home::new(&["", ".Archive"]);
    home.put("new/1.a", 1);
    home.decided(&[Decision::Done]);
    home.put(".Archive/cur/1.a:2,S", 7);
    let text = fs::read(home.path(".Archive/cur/1.a:2,S")).unwrap();
    assert_eq!(home.sync(2).written.made, 1);
    assert_eq!(fs::read(home.path(".Archive/cur/1.a:2,S")).unwrap(), text);
    let files = home.files();
    assert_eq!(
        (files.len(), files.iter().filter(|file| file.starts_with(".Archive/cur/")).count()),
        (2, 2),
        "{files:?}"
    );
    home.sync(3);
    assert_eq!((home.stage(1), home.store.count().unwrap()), (Some(Stage::Done), 2));
    home.sound();
}

/// As mbsync brings an "undo archive" of a phone, and as a person moves a file back by hand.
#[test]
fn what_comes_back_unread_is_held_again() {
    let mut home = Home::new(&["", ".Archive", ".Lists"]);
    home.sync(0);
    home.put("new/1.a", 1);
    home.put("new/2.a", 2);
    home.sync(1);
    home.begin(2);
    home.decide(Decision::Done, 1);
    home.decide(Decision::Done, 2);
    home.commit(3);
    home.sync(4);
    let archived = home.files();
    for (number, file) in (1..).zip(&archived) {
        fs::rename(home.path(file), home.path(&format!("new/{number}.back"))).unwrap();
    }
    home.sync(5);
    assert_eq!([1, 2].map(|number| home.stage(number)), [None, None]);
    assert_eq!(home.store.tally().unwrap().held, 2);
    // From one folder that is read to another is no way out and back.
    fs::rename(home.path("new/1.back"), home.path(".Lists/cur/1.list:2,")).unwrap();
    home.sync(6);
    home.begin(360);
    assert_eq!(home.store.message(home.id(1).unwrap()).unwrap().returned, 1);
    home.sound();
}

/// Files that other programs rename all at once, and folders that are put back in place, bring nothing back.
#[test]
fn a_rebuilt_maildir_brings_nothing_back() {
    let mut home = Home::new(&["", ".Archive"]);
    home.config.sources[0].write_back.on = false;
    (1..=6).for_each(|number| home.put(&format!("cur/{number}.a:2,"), number));
    home.sync(0);
    home.begin(1);
    (1..=6).for_each(|number| home.decide(if number < 4 { Decision::Trash } else { Decision::Done }, number));
    home.commit(2);
    let stages = |home: &Home| (1..=6).map(|number| home.stage(number).unwrap().is_over()).collect::<Vec<_>>();
    // A storm of renames.
    (1..=6).for_each(|number| {
        fs::rename(home.path(&format!("cur/{number}.a:2,")), home.path(&format!("new/{number}.b"))).unwrap();
    });
    home.sync(3);
    assert_eq!(stages(&home), [true; 6]);
    // All gone, and all back under other names.
    let texts: Vec<_> = (1..=6).map(|number| fs::read(home.path(&format!("new/{number}.b"))).unwrap()).collect();
    (1..=6).for_each(|number| fs::remove_file(home.path(&format!("new/{number}.b"))).unwrap());
    home.sync(4);
    for (number, text) in (1..).zip(&texts) {
        fs::write(home.path(&format!("new/{number}.c")), text).unwrap();
    }
    home.sync(5);
    assert_eq!(stages(&home), [true; 6]);
    // The folders are others.
    for side in ["cur", "new"] {
        fs::rename(home.path(side), home.path(&format!("{side}-before"))).unwrap();
        fs::create_dir(home.path(side)).unwrap();
    }
    home.sync(6);
    for (number, text) in (1..).zip(&texts) {
        fs::write(home.path(&format!("cur/{number}.d:2,")), text).unwrap();
    }
    home.sync(7);
    assert_eq!((stages(&home), home.store.tally().unwrap().held), (vec![true; 6], 0));
    home.sound();
}

/// What was waiting when a Maildir was rebuilt waits again, read or not: nobody decided upon it.
#[test]
fn what_was_held_survives_a_rebuilt_maildir() {
    let mut home = Home::new(&["", ".Archive"]);
    home.sync(0);
    (1..=4).for_each(|number| home.put(&format!("new/{number}.a"), number));
    home.sync(1);
    assert_eq!(home.store.tally().unwrap().held, 4);
    let texts: Vec<_> = (1..=4).map(|number| fs::read(home.path(&format!("new/{number}.a"))).unwrap()).collect();
    (1..=4).for_each(|number| fs::remove_file(home.path(&format!("new/{number}.a"))).unwrap());
    home.sync(2);
    for (number, text) in (1..).zip(&texts) {
        fs::write(home.path(&format!("cur/{number}.b:2,{}", if number == 1 { "S" } else { "" })), text).unwrap();
    }
    home.sync(3);
    assert_eq!(home.store.tally().unwrap().held, 4);
    home.sound();
}
