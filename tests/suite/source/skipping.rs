//! Holds `src/source/maildir/stamp.rs`, `src/source/maildir/chosen.rs`, `src/source/maildir/reading.rs`: what may be
//! skipped with the position of a Maildir, and what must never be: whatever clocks and programs do to the times of
//! folders, every message that exists is handed over, in this reading or in the next.

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File, FileTimes};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use tidebox::clock::Clock;
use tidebox::source::maildir::Maildir;
use tidebox::source::{KnownCopies, SkipCounter, Source, SourceEvent, SyncContext};

use super::{Taken, make_folders, message, now, tick};

/// Sets the modification time of a folder, as `touch -d` does.
fn touch(folder: &Path, time: SystemTime) {
    File::open(folder).unwrap().set_times(FileTimes::new().set_modified(time)).unwrap();
}

fn modified(folder: &Path) -> SystemTime {
    fs::metadata(folder).unwrap().modified().unwrap()
}

fn keys(taken: &mut Taken, root: &Path) -> Vec<String> {
    let (handed, outcome) = taken.read(&mut Maildir::new(root));
    outcome.unwrap();
    handed.into_iter().map(|it| it.copy.location.key).collect()
}

/// Counts how often it is asked for keys. Only a folder that is listed asks for them.
struct Asked(std::cell::Cell<u32>);

impl KnownCopies for Asked {
    fn all(&self, _: &str) -> HashSet<String> {
        self.0.set(self.0.get() + 1);
        HashSet::from(["1.a".to_owned()])
    }
}

/// How many folders were listed when the Maildir was read from this position.
fn listed(root: &Path, position: Option<&str>, now: DateTime<Utc>) -> u32 {
    let asked = Asked(std::cell::Cell::new(0));
    let since = SyncContext { known: &asked, skipped: &SkipCounter::default(), position, now };
    Maildir::new(root).read(&since, &mut |_| ControlFlow::Continue(())).unwrap();
    asked.0.get()
}

#[test]
fn what_did_not_change_is_not_listed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    make_folders(root, &[""]);
    fs::write(root.join("new/1.a"), message(1)).unwrap();
    let mut taken = Taken::default();
    assert_eq!(keys(&mut taken, root), ["1.a"]);
    let position = taken.position.as_deref();
    assert_eq!(listed(root, position, now()), 0);
    assert_eq!(listed(root, None, now()), 2);
    tick(root);
    fs::write(root.join("new/2.b"), message(2)).unwrap();
    assert_eq!(listed(root, position, now()), 1, "the other half stays unlisted");
}

#[test]
fn what_is_passed_over_is_told_while_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    make_folders(root, &[""]);
    for number in 1..=3 {
        fs::write(root.join(format!("new/{number}.a")), message(number)).unwrap();
    }
    let asked = Asked(std::cell::Cell::new(0));
    let passed = SkipCounter::default();
    let since = SyncContext { known: &asked, skipped: &passed, position: None, now: now() };
    let mut handed = 0;
    let outcome = Maildir::new(root).read(&since, &mut |brought| {
        handed += u32::from(matches!(brought, SourceEvent::Message(_)));
        ControlFlow::Continue(())
    });
    assert_eq!((handed, passed.messages(), outcome.unwrap().skipped), (2, 1, 1));
}

#[test]
fn a_time_of_change_that_is_too_young_is_not_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    make_folders(root, &[""]);
    fs::write(root.join("new/1.a"), message(1)).unwrap();
    let changed = DateTime::<Utc>::from(modified(&root.join("new")));
    // Within a step of a coarse clock, and with a clock that was set back since.
    for later in [TimeDelta::zero(), TimeDelta::milliseconds(2_900), -TimeDelta::hours(1)] {
        let mut taken = Taken { now: Some(changed + later), ..Taken::default() };
        keys(&mut taken, root);
        assert_eq!(listed(root, taken.position.as_deref(), now()), 2, "{later}");
    }
}

#[cfg(unix)]
#[test]
fn a_time_that_was_set_by_hand_hides_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    make_folders(root, &[""]);
    let mut taken = Taken::default();
    keys(&mut taken, root);
    let before = modified(&root.join("new"));
    tick(root);
    fs::write(root.join("new/1.a"), message(1)).unwrap();
    touch(&root.join("new"), before);
    assert_eq!(modified(&root.join("new")), before);
    assert_eq!(keys(&mut taken, root), ["1.a"]);
}

#[cfg(unix)]
#[test]
fn another_folder_in_the_place_of_one_is_another_folder() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    make_folders(root, &["", "tmp/spare"]);
    let mut taken = Taken::default();
    keys(&mut taken, root);
    let spare = root.join("tmp/spare/new");
    fs::write(spare.join("1.a"), message(1)).unwrap();
    touch(&spare, modified(&root.join("new")));
    fs::rename(root.join("new"), root.join("tmp/old")).unwrap();
    fs::rename(&spare, root.join("new")).unwrap();
    assert_eq!(keys(&mut taken, root), ["1.a"]);
}

#[cfg(unix)]
#[test]
fn what_could_not_be_read_is_tried_again_though_nothing_changed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    make_folders(root, &[""]);
    fs::write(root.join("cur/1.a:2,"), "").unwrap();
    let mut taken = Taken::default();
    for _ in 0..2 {
        let (_, outcome) = taken.read(&mut Maildir::new(root));
        assert_eq!(outcome.unwrap().problems.count, 1);
    }
    // Its content comes later, and that does not change the times of the folder.
    fs::write(root.join("cur/1.a:2,"), message(1)).unwrap();
    assert_eq!(keys(&mut taken, root), ["1.a"]);
}

#[test]
fn a_message_that_arrives_while_its_folder_is_read_is_met_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    make_folders(root, &[""]);
    for number in 1..=2 {
        fs::write(root.join(format!("new/{number}.x")), message(number)).unwrap();
    }
    let mut taken = Taken::default();
    let nothing = |_: &str| HashSet::new();
    let since = SyncContext { known: &nothing, skipped: &SkipCounter::default(), position: None, now: now() };
    let outcome = Maildir::new(root).read(&since, &mut |it| {
        let SourceEvent::Message(it) = it else { return ControlFlow::Continue(()) };
        // One message comes to `new/` and one to `cur/` while the folder is being read.
        if it.copy.location.key == "1.x" {
            tick(root);
            fs::write(root.join("new/3.x"), message(3)).unwrap();
            fs::write(root.join("cur/4.x:2,"), message(4)).unwrap();
        }
        taken.keys.entry(it.copy.location.folder).or_default().insert(it.copy.location.key);
        ControlFlow::Continue(())
    });
    taken.position = outcome.unwrap().position;
    keys(&mut taken, root);
    let all = ["1.x", "2.x", "3.x", "4.x"].map(str::to_owned);
    assert_eq!(taken.keys[""], HashSet::from(all));
}

/// What mail programs and people do to a Maildir between two readings.
#[derive(Debug, Clone)]
enum Deed {
    Deliver,
    /// The oldest new message is shown to the user: it moves from `new/` to `cur/`.
    See,
    /// The flags of one message change.
    Flag(usize),
    Remove(usize),
    /// A folder gets a time that it had before.
    Touch {
        cur: bool,
        to: usize,
    },
    /// A folder is replaced by a copy of it with one more message, and keeps its times.
    Replace {
        cur: bool,
    },
    /// It is read with a clock that is off by so many seconds: far behind, or ahead by less than a step of the coarsest
    /// clock.
    Read {
        off: i64,
    },
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        3 => Just(Deed::Deliver),
        2 => Just(Deed::See),
        1 => (0_usize..9).prop_map(Deed::Flag),
        1 => (0_usize..9).prop_map(Deed::Remove),
        2 => (any::<bool>(), 0_usize..9).prop_map(|(cur, to)| Deed::Touch { cur, to }),
        1 => any::<bool>().prop_map(|cur| Deed::Replace { cur }),
        4 => prop_oneof![Just(0), Just(-7_200), -4_i64..3].prop_map(|off| Deed::Read { off }),
    ];
    prop::collection::vec(deed, 1..40)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn key(name: &str) -> String {
    name.split(":2,").next().unwrap().to_owned()
}

#[cfg(unix)]
proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever happened, a reading with a correct clock has handed over every message that exists.
    #[test]
    fn nothing_that_is_there_is_passed_over(deeds in deeds()) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        make_folders(root, &[""]);
        let (new, cur) = (root.join("new"), root.join("cur"));
        let mut taken = Taken::default();
        let mut times = vec![modified(&new)];
        let mut number = 0;
        let mut deliver = |to: &Path, ending: &str| {
            number += 1;
            fs::write(to.join(format!("{number}.x{ending}")), message(number)).unwrap();
        };
        for deed in deeds.into_iter().chain([Deed::Read { off: 0 }]) {
            times.extend([modified(&new), modified(&cur)]);
            match deed {
                Deed::Deliver => deliver(&new, ""),
                Deed::See => {
                    if let Some(name) = names(&new).first() {
                        fs::rename(new.join(name), cur.join(format!("{name}:2,S"))).unwrap();
                    }
                }
                Deed::Flag(which) => {
                    if let Some(name) = names(&cur).get(which) {
                        fs::rename(cur.join(name), cur.join(format!("{}:2,FS", key(name)))).unwrap();
                    }
                }
                Deed::Remove(which) => {
                    if let Some(name) = names(&cur).get(which) {
                        fs::remove_file(cur.join(name)).unwrap();
                    }
                }
                Deed::Touch { cur: is_cur, to } => {
                    touch(if is_cur { &cur } else { &new }, times[to % times.len()]);
                }
                Deed::Replace { cur: is_cur } => {
                    let (old, ending) = if is_cur { (&cur, ":2,S") } else { (&new, "") };
                    let copy = root.join("tmp/copy");
                    fs::create_dir(&copy).unwrap();
                    for name in names(old) {
                        fs::copy(old.join(&name), copy.join(&name)).unwrap();
                    }
                    deliver(&copy, ending);
                    touch(&copy, modified(old));
                    fs::remove_dir_all(old).unwrap();
                    fs::rename(&copy, old).unwrap();
                }
                Deed::Read { off } => {
                    taken.now = Some(Clock::real().now() + TimeDelta::seconds(off));
                    taken.read(&mut Maildir::new(root)).1.unwrap();
                }
            }
        }
        let there: BTreeSet<String> = names(&new).iter().chain(&names(&cur)).map(|name| key(name)).collect();
        let had: BTreeSet<String> = taken.keys.get("").into_iter().flatten().cloned().collect();
        prop_assert!(there.is_subset(&had), "{:?}", there.difference(&had).collect::<Vec<_>>());
    }
}
