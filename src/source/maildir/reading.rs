//! Reading one folder of a Maildir: what is new in `new/` and `cur/`, and what has changed of the known copies, while
//! other programs may move messages between the two.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::comparing::{ListedFile, compare};
use super::folders::Folder;
use super::stamp::{self, Stamp};
use super::{FolderState, Snapshot, Subdir, name};
use crate::domain::found_copy::{CopyFlags, CopyOrigin, FolderContents, FoundCopy, Location, MailboxEvent};
use crate::source::{EventSink, FetchedMessage, ReadOutcome, SyncContext, changed, read_message};

/// If a folder lost so many messages between two readings and has none left, it is not certain that somebody took them
/// away.
const EMPTIED: usize = 3;
/// How often a folder is read again when messages moved while it was read.
const PASSES: usize = 3;

pub(super) struct MaildirReading<'a> {
    folder: &'a Folder,
    contents: FolderContents,
    origin: CopyOrigin,
    since: &'a SyncContext<'a>,
    outcome: &'a mut ReadOutcome,
    /// Keys of the messages that were handed over.
    handed_over: HashSet<String>,
    /// Keys of what could not be read.
    unreadable: HashSet<String>,
    /// How many names there are in `cur/`, where it was listed.
    in_cur: usize,
    /// The names in `new/`, if it was listed.
    in_new: Option<Vec<Name>>,
    /// The known keys that were not in `cur/`, if it was listed.
    missing: Option<Vec<String>>,
    /// Files that changed since this instant are read again, known or not.
    checked: Option<DateTime<Utc>>,
}

/// The result of listing `new/` or `cur/` once.
struct FolderScan {
    /// How many messages are in the store already.
    known: u64,
    messages: u64,
    /// A file that was listed was gone when it was to be read.
    moved: bool,
    /// Everything there is known or was handed over.
    complete: bool,
}

impl Default for FolderScan {
    fn default() -> Self {
        Self { known: 0, messages: 0, moved: false, complete: true }
    }
}

/// A file name as text, and the length of the key at its beginning.
struct Name {
    file: String,
    key: usize,
}

impl Name {
    fn key(&self) -> &str {
        self.file.get(..self.key).unwrap_or(&self.file)
    }
}

impl<'a> MaildirReading<'a> {
    pub(super) fn of(
        folder: &'a Folder,
        (contents, origin): (FolderContents, CopyOrigin),
        since: &'a SyncContext<'a>,
        outcome: &'a mut ReadOutcome,
    ) -> Self {
        let (taken, odd) = (HashSet::new(), HashSet::new());
        let (in_new, missing, checked) = (None, None, None);
        Self {
            folder,
            contents,
            origin,
            since,
            outcome,
            handed_over: taken,
            unreadable: odd,
            in_cur: 0,
            in_new,
            missing,
            checked,
        }
    }

    /// Also hands over known messages whose files changed since an instant. The store takes in the same message only
    /// once.
    pub(super) fn checking(self, since: DateTime<Utc>) -> Self {
        Self { checked: Some(since), ..self }
    }

    /// Hands over what is not known. `new/` or `cur/` is not listed if it did not change since `before`. `None` if the
    /// receiver ended the reading early.
    pub(super) fn read(&mut self, before: FolderState, each: &mut EventSink<'_>) -> Option<FolderState> {
        // Both stamps are taken before anything is listed: if a message moves meanwhile, one of the two is out of date.
        let stamps = [Subdir::New, Subdir::Cur].map(|side| self.stamp(side));
        let mut place = before;
        let mut known = [0; 2];
        for pass in 0..PASSES {
            let mut moved = false;
            // In this order a message that moves may be met twice, but is never missed.
            let sides = [(Subdir::New, &mut place.new), (Subdir::Cur, &mut place.cur)];
            for (((side, seen), stamp), known) in sides.into_iter().zip(stamps).zip(&mut known) {
                // The stamp is compared here and not before the loop, because messages may have moved there meanwhile.
                let same = seen.filter(|seen| pass == 0 && self.stamp(side) == Some(seen.stamp));
                if let Some(same) = same {
                    *known = same.messages;
                } else {
                    let look = self.scan(side, each)?;
                    *known = look.known;
                    moved |= look.moved;
                    let sure = stamp.filter(|stamp| look.complete && stamp.is_sure(self.since.now));
                    *seen = sure.map(|stamp| Snapshot { stamp, messages: look.messages });
                }
                if pass == 0 {
                    self.since.skipped.add(*known, 0);
                }
            }
            if !moved {
                break;
            }
        }
        self.outcome.skipped += known.iter().sum::<u64>();
        if let Some(in_new) = &self.in_new {
            let left = known[0] < before.in_new;
            place.in_new = in_new.len() as u64;
            // Messages that left `new/` and did not come to `cur/` are gone. Only both lists together tell which these
            // are.
            if left && self.missing.is_none() {
                self.scan(Subdir::Cur, each)?;
            }
        }
        if !self.bring_gone(stamps, each)? {
            place.cur = None;
        }
        Some(place)
    }

    /// Reports the known copies that are in neither list as gone. A folder that changes while it is listed may hide a
    /// file that exists: then nothing is reported, the result is `false`, and the folder is to be listed again. `None`
    /// if the receiver ended the reading early.
    fn bring_gone(&mut self, stamps: [Option<Stamp>; 2], each: &mut EventSink<'_>) -> Option<bool> {
        let Some(missing) = self.missing.take().filter(|missing| !missing.is_empty()) else { return Some(true) };
        let in_new = match self.in_new.take() {
            Some(names) => names,
            None => self.list(&Subdir::New.of(self.folder), &mut FolderScan::default()),
        };
        if [Subdir::New, Subdir::Cur].map(|side| self.stamp(side)) != stamps {
            return Some(false);
        }
        // If all are missing at once, the folder is probably being made anew, and nobody has moved so many one by one.
        let sure = self.origin == CopyOrigin::New && (missing.len() < EMPTIED || self.in_cur > 0 || !in_new.is_empty());
        for key in missing {
            let is_new = in_new.binary_search_by(|name| name.key().cmp(&key)).is_ok();
            if is_new || self.handed_over.contains(&key) {
                continue;
            }
            let gone = MailboxEvent::Gone { location: self.location(key), sure };
            each(gone.into()).is_continue().then_some(())?;
        }
        Some(true)
    }

    fn location(&self, key: String) -> Location {
        Location { folder: self.folder.name.clone(), key }
    }

    fn stamp(&self, side: Subdir) -> Option<Stamp> {
        Stamp::of(&side.of(self.folder))
    }

    fn scan(&mut self, side: Subdir, each: &mut EventSink<'_>) -> Option<FolderScan> {
        let path = side.of(self.folder);
        let mut look = FolderScan::default();
        let names = self.list(&path, &mut look);
        let known = match side {
            Subdir::New => {
                let keys: Vec<&str> = names.iter().map(Name::key).collect();
                self.since.known.which(&self.folder.name, &keys)
            }
            Subdir::Cur => {
                let flags = |name: &Name| name::flags(&name.file, side);
                let listed: Vec<_> =
                    names.iter().map(|name| ListedFile { key: name.key(), flags: flags(name) }).collect();
                let compared = compare(&self.folder.name, &listed, self.since, each)?;
                self.missing = Some(compared.missing);
                self.in_cur = names.len();
                compared.known
            }
        };
        for (name, known) in names.iter().zip(known) {
            let key = name.key();
            let changed = || self.checked.is_some_and(|since| stamp::changed_after(&path.join(&name.file), since));
            if self.handed_over.contains(key) {
                look.messages += 1;
            } else if known && !changed() {
                look.messages += 1;
                look.known += 1;
            } else if self.unreadable.contains(key) {
                look.complete = false;
            } else {
                self.hand_over(side, &path.join(name::file(&name.file)), name, &mut look, each)?;
            }
        }
        if side == Subdir::New {
            self.in_new = Some(names);
        }
        Some(look)
    }

    fn hand_over(
        &mut self,
        side: Subdir,
        path: &Path,
        name: &Name,
        look: &mut FolderScan,
        each: &mut EventSink<'_>,
    ) -> Option<()> {
        let key = name.key();
        let odd = match take(path, self.since.now) {
            Ok(Some((raw, time))) => {
                self.handed_over.insert(key.to_owned());
                look.messages += 1;
                let copy = FoundCopy {
                    location: self.location(key.to_owned()),
                    received: name::time(key).map_or(time, |named| named.min(time)),
                    flags: CopyFlags::Kept(name::flags(&name.file, side)),
                    origin: self.contents.origin(self.origin),
                };
                return each(FetchedMessage::new(raw, copy).into()).is_continue().then_some(());
            }
            Ok(None) => io::Error::other("no message: an empty file, or none at all"),
            // It was moved or removed after the folder was listed.
            Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => {
                look.moved = true;
                look.complete = false;
                return Some(());
            }
            Err(error) => error,
        };
        self.unreadable.insert(key.to_owned());
        self.outcome.problems.add(path.display(), odd);
        look.complete = false;
        Some(())
    }

    /// The names in a folder, sorted by key: by time, for most programs.
    fn list(&mut self, path: &Path, look: &mut FolderScan) -> Vec<Name> {
        let mut names: Vec<Name> = Vec::new();
        let mut odd = |place: &Path, what: io::Error| {
            look.complete = false;
            if self.unreadable.insert(place.to_string_lossy().into_owned()) {
                self.outcome.problems.add(place.display(), what);
            }
        };
        match fs::read_dir(path) {
            Ok(entries) => {
                for entry in entries {
                    match entry.map(|entry| name::text(entry.file_name())) {
                        Ok(file) if file.starts_with('.') => {}
                        Ok(file) => names.push(Name { key: name::split(&file).0.len(), file }),
                        Err(error) => odd(path, error),
                    }
                }
            }
            Err(error) => odd(path, error),
        }
        names.sort_unstable_by(|a, b| a.key().cmp(b.key()).then_with(|| a.file.cmp(&b.file)));
        names
    }
}

/// The bytes of a file and its time; `None` if it holds no message.
fn take(path: &Path, now: DateTime<Utc>) -> io::Result<Option<(Vec<u8>, DateTime<Utc>)>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() || metadata.len() == 0 {
        return Ok(None);
    }
    let raw = read_message(path)?;
    Ok(if raw.is_empty() { None } else { Some((raw, changed(&metadata, now))) })
}
