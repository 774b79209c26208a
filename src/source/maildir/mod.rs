//! A Maildir, with its folders. Nothing in it is moved, renamed or written.
//!
//! The key of a copy is its unique name, which stays when flags change. It arrived at the earlier of the time in its
//! name and the file's own time: a copied mailbox keeps the one, a synchronised one the other. The position is each
//! folder's times of change, so that a folder in which nothing happened costs two look-ups. A time younger than two
//! seconds is not trusted: a message could still arrive within it and leave it as it is.

mod folders;
mod name;

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use chrono::{DateTime, TimeDelta, Utc};

pub(super) use self::folders::is_folder;
use self::folders::{Folder, find};
use super::{Each, Extent, Handed, Outcome, Problems, Since, Source, SourceError, changed, read_message};
use crate::domain::arrival::Origin;

/// Times of change younger than this are not trusted.
const UNSURE: TimeDelta = TimeDelta::seconds(2);

/// A folder is read again this often when messages moved while it was read.
const PASSES: usize = 3;

#[derive(Debug)]
pub struct Maildir {
    root: PathBuf,
}

/// Nanoseconds since 1970 of `new/` and `cur/`.
type Times = (u64, u64);

impl Maildir {
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }
}

impl Source for Maildir {
    fn read(&mut self, since: &Since<'_>, each: &mut Each<'_>) -> Result<Outcome, SourceError> {
        fs::read_dir(&self.root).map_err(|error| SourceError::open(&self.root, error))?;
        let mut outcome = Outcome::default();
        let folders = find(&self.root, &mut outcome.problems);
        if folders.is_empty() {
            return Err(SourceError::Not { path: self.root.clone(), expected: "Maildir" });
        }
        let before = since.position.and_then(|text| serde_json::from_str(text).ok());
        let before: BTreeMap<String, Times> = before.unwrap_or_default();
        let mut after = BTreeMap::new();
        let mut ended = false;
        for folder in &folders {
            let times = times(folder);
            if ended || (times.is_some() && times.as_ref() == before.get(&folder.name)) {
                after.extend(before.get(&folder.name).map(|times| (folder.name.clone(), *times)));
                continue;
            }
            ended = read_folder(folder, since, each, &mut outcome).is_break();
            if let Some(times) = times.filter(|times| !ended && sure(times, since.now)) {
                after.insert(folder.name.clone(), times);
            }
        }
        outcome.position = serde_json::to_string(&after).ok();
        Ok(outcome)
    }

    fn extent(&self) -> Extent {
        let folders = find(&self.root, &mut Problems::default());
        let count = |path: PathBuf| fs::read_dir(path).map_or(0, Iterator::count);
        let all: usize = folders.iter().map(|it| count(it.path.join("new")) + count(it.path.join("cur"))).sum();
        Extent::Messages(all as u64)
    }
}

fn times(folder: &Folder) -> Option<Times> {
    let of = |sub: &str| {
        let time = fs::metadata(folder.path.join(sub)).ok()?.modified().ok()?;
        u64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()
    };
    Some((of("new")?, of("cur")?))
}

fn sure(times: &Times, now: DateTime<Utc>) -> bool {
    let latest = times.0.max(times.1);
    i64::try_from(latest).is_ok_and(|nanos| DateTime::from_timestamp_nanos(nanos) + UNSURE < now)
}

fn read_folder(folder: &Folder, since: &Since<'_>, each: &mut Each<'_>, outcome: &mut Outcome) -> ControlFlow<()> {
    let known = (since.known)(&folder.name);
    let mut seen = HashSet::new();
    for _ in 0..PASSES {
        let mut moved = false;
        // A message moves from new to cur: in this order it may be met twice, but is never missed.
        for sub in ["new", "cur"] {
            for file in list(&folder.path.join(sub), &mut outcome.problems) {
                let (key, flags) = name::split(&file);
                if known.contains(key) {
                    outcome.skipped += u64::from(seen.insert(key.to_owned()));
                    continue;
                }
                if seen.contains(key) {
                    continue;
                }
                let path = folder.path.join(sub).join(&file);
                match take(&path, since.now) {
                    Ok(Some((raw, time))) => {
                        seen.insert(key.to_owned());
                        let mark = name::mark(flags, sub == "new");
                        let received = name::time(key).map_or(time, |named| named.min(time));
                        let origin = Origin { folder: folder.name.clone(), key: key.to_owned(), mark, received };
                        each(Handed { raw, origin })?;
                    }
                    Ok(None) => {
                        seen.insert(key.to_owned());
                        outcome.problems.add(path.display(), "no message: an empty file, or none at all");
                    }
                    // It was moved or removed since the folder was listed.
                    Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => moved = true,
                    Err(error) => {
                        seen.insert(key.to_owned());
                        outcome.problems.add(path.display(), error);
                    }
                }
            }
        }
        if !moved {
            break;
        }
    }
    ControlFlow::Continue(())
}

/// The names in a folder, oldest first as their times go.
fn list(path: &Path, problems: &mut Problems) -> Vec<String> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) => {
            problems.add(path.display(), error);
            return Vec::new();
        }
    };
    let mut names: Vec<String> = Vec::new();
    for entry in entries.flatten() {
        match entry.file_name().into_string() {
            Ok(name) if name.starts_with('.') => {}
            Ok(name) => names.push(name),
            Err(name) => problems.add(path.join(&name).display(), "a name that is no UTF-8"),
        }
    }
    names.sort_unstable();
    names
}

/// The bytes of one file and its time; `None` where it holds no message.
fn take(path: &Path, now: DateTime<Utc>) -> io::Result<Option<(Vec<u8>, DateTime<Utc>)>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() || metadata.len() == 0 {
        return Ok(None);
    }
    let raw = read_message(path)?;
    Ok(if raw.is_empty() { None } else { Some((raw, changed(&metadata, now))) })
}
