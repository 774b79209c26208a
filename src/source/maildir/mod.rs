//! A Maildir with its folders. Reading changes nothing in it; a commit renames files, and nothing else.
//!
//! The key of a copy is the unique part of its file name, which stays the same when flags change. A copy arrived at the
//! earlier of two times: the one in its name, which a copied mailbox keeps, and the one of the file, which a
//! synchronised mailbox keeps. The position holds a stamp of each `new/` and `cur/`, taken before it was listed, so
//! that a folder in which nothing happened is not listed again. A folder in which a file could not be read gets no
//! stamp, because the file may be readable next time.

mod changing;
mod chosen;
mod comparing;
mod finding;
mod folders;
mod name;
mod reading;
mod roles;
mod sent_copy;
mod stamp;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use chrono::DateTime;
use serde::{Deserialize, Serialize};

use self::changing::MaildirChanges;
use self::chosen::FolderPatterns;
use self::comparing::all_gone;
use self::finding::{SearchedMessage, in_order, places};
pub(super) use self::folders::is_folder;
use self::folders::{Folder, find};
use self::reading::MaildirReading;
use self::roles::Roles;
use self::stamp::{FolderIdentity, Stamp};
use super::{EventSink, Extent, Gauge, Mailbox, Problems, ReadOutcome, Source, SourceError, SyncContext, WaitEnd};
use crate::config::WriteBack;
use crate::domain::found_copy::{CopyOrigin, FolderContents, MailboxEvent};
use crate::domain::ids::{ChangeId, Id};
use crate::domain::mailbox_change::{self, Change, FolderRole, Found, Lost, RoleFolders};
use crate::domain::printable::Printable;
use crate::domain::sent_copy::{CopyToKeep, KeepingOutcome};

/// How often a wait looks whether it is to stop.
const LOOK: Duration = Duration::from_secs(1);

#[derive(Debug, Clone)]
pub struct Maildir {
    root: PathBuf,
    read: FolderPatterns,
    /// What each folder is for.
    roles: Roles,
    /// Whether commits may change anything in it.
    changes: bool,
    /// Whether a new file may have the name of a file that was taken in before.
    checks: bool,
}

/// The two parts of a folder in which messages lie. A message moves from `new/` to `cur/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subdir {
    New,
    Cur,
}

impl Subdir {
    fn of(self, folder: &Folder) -> PathBuf {
        folder.path.join(match self {
            Self::New => "new",
            Self::Cur => "cur",
        })
    }
}

/// What is remembered of `new/` or `cur/`: everything that lay there under this stamp was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Snapshot {
    stamp: Stamp,
    messages: u64,
}

/// What is remembered of a folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct FolderState {
    new: Option<Snapshot>,
    cur: Option<Snapshot>,
    /// How many messages lay in `new/`.
    in_new: u64,
    /// The folder's identity on the disk: another folder of the same name was made anew.
    home: Option<FolderIdentity>,
    /// In seconds since 1970. Files that were not changed since then are the ones that were taken in under their names.
    checked: Option<i64>,
}

impl Maildir {
    /// A Maildir that is read with all its folders, and in which nothing is changed.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            read: FolderPatterns::all(),
            roles: Roles::default(),
            changes: false,
            checks: false,
        }
    }

    /// A Maildir that a person takes in by a command. It may have been made anew at its place by a program that numbers
    /// its files.
    #[must_use]
    pub fn by_hand(root: &Path) -> Self {
        Self { checks: true, ..Self::new(root) }
    }

    /// A configured Maildir: the folders that `read` names are read.
    #[must_use]
    pub fn of(root: &Path, read: &[String], settings: &WriteBack) -> Self {
        Self {
            root: root.to_owned(),
            read: FolderPatterns::of(read),
            roles: Roles::of(settings),
            changes: settings.on,
            checks: false,
        }
    }

    /// Whether a folder is read. One for sent mail is, whatever the patterns say, unless it is left out.
    fn reads(&self, folder: &Folder) -> bool {
        if !self.roles.is_sent(&folder.name) {
            return self.read.reads(folder);
        }
        if self.roles.reads_sent() { !self.read.leaves_out(folder) } else { self.read.names(&folder.name) }
    }

    /// The names of the folders that are read and have such contents.
    fn names_of(&self, folders: &[Folder], contents: FolderContents) -> Vec<String> {
        let those = folders.iter().filter(|it| self.reads(it) && self.roles.contents(&it.name) == contents);
        those.map(|folder| folder.name.clone()).collect()
    }

    /// The names of the folders that are read as sent mail.
    ///
    /// # Errors
    /// Where it is no Maildir, or cannot be looked into.
    pub fn sent_folders(&self) -> Result<Vec<String>, SourceError> {
        Ok(self.names_of(&self.folders()?, FolderContents::Sent))
    }

    /// Whether it has a folder in which copies of what was sent are kept.
    #[must_use]
    pub fn keeps_sent_copies(&self) -> bool {
        self.folders().is_ok_and(|folders| self.roles.sent_folder(&folders).is_some())
    }

    /// Its folders, for making changes in them.
    fn folders(&self) -> Result<Vec<Folder>, SourceError> {
        fs::read_dir(&self.root).map_err(|error| SourceError::open(&self.root, error))?;
        let folders = find(&self.root, &mut Problems::default());
        if folders.is_empty() {
            return Err(SourceError::Not { path: self.root.clone(), expected: "a Maildir" });
        }
        Ok(folders)
    }

    /// Whether one of its folders may hold incoming mail: one that is not for what was sent, drafts, junk, trash or an archive.
    #[must_use]
    pub fn has_incoming(&self) -> bool {
        self.folders().is_ok_and(|folders| folders.iter().any(|folder| !self.roles.is_aside(&folder.name)))
    }

    /// The folder for each role that a decision may need.
    ///
    /// # Errors
    /// Where it is no Maildir, or cannot be looked into.
    pub fn role_folders(&self) -> Result<RoleFolders, SourceError> {
        let folders = self.folders()?;
        let incoming = self.names_of(&folders, FolderContents::Incoming);
        let mut incoming: Vec<&str> = incoming.iter().map(String::as_str).collect();
        if incoming.is_empty() {
            incoming.push("");
        }
        Ok(self.roles.for_decisions(&incoming, &folders))
    }

    /// Makes the folder for a role beside the others, in the way in which they are named: `.Archive` (Maildir++) where that
    /// is so or there are none, else `Archive`. Its name, as it is read.
    ///
    /// # Errors
    /// Where the file system does not let it be made.
    pub fn make_folder(&self, role: FolderRole) -> Result<String, SourceError> {
        let folders = self.folders()?;
        let plain = |folder: &Folder| {
            let name = folder.path.file_name().map(|name| name.to_string_lossy().into_owned());
            !folder.name.is_empty() && name.is_some_and(|name| !name.starts_with('.'))
        };
        let name = roles::written(self.roles.name_for(role)).into_owned();
        let on_disk = if folders.iter().any(plain) { name.clone() } else { format!(".{}", name.replace('/', ".")) };
        let path = self.root.join(on_disk);
        for side in ["cur", "new", "tmp"] {
            let side = path.join(side);
            let mut builder = fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(&side).map_err(|error| SourceError::Make { path: side.clone(), error })?;
        }
        Ok(name)
    }
}

impl Source for Maildir {
    fn read(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError> {
        fs::read_dir(&self.root).map_err(|error| SourceError::open(&self.root, error))?;
        let mut outcome = ReadOutcome::default();
        let mut folders = find(&self.root, &mut outcome.problems);
        if folders.is_empty() {
            return Err(SourceError::Not { path: self.root.clone(), expected: "a Maildir" });
        }
        let before = since.position.and_then(|text| serde_json::from_str(text).ok());
        let before: BTreeMap<String, FolderState> = before.unwrap_or_default();
        let mut after = BTreeMap::new();
        let mut ended = false;
        let looked_into_all = outcome.problems.count == 0;
        for name in self.read.missing(&folders) {
            outcome.problems.add(Printable::from(name), "there is no such folder; what was taken in of it is kept");
        }
        let incoming = MailboxEvent::Incoming(self.names_of(&folders, FolderContents::Incoming));
        let sent = MailboxEvent::Sent(self.names_of(&folders, FolderContents::Sent));
        ended |= each(incoming.into()).is_break() || each(sent.clone().into()).is_break();
        let mut sent_mail = Some(sent);
        // Sent mail first, so that an answer is taken in after its question.
        folders.sort_by_key(|folder| !self.roles.is_sent(&folder.name));
        for folder in folders {
            // An event waits until what came before it is taken in; so sent mail is known when the rules are asked.
            if !self.roles.is_sent(&folder.name)
                && let Some(event) = sent_mail.take_if(|_| !after.is_empty())
            {
                ended |= each(event.into()).is_break();
            }
            // What is known of a folder that is left out stays as it was: it is not gone.
            let reads = self.reads(&folder);
            let known = before.get(&folder.name).copied();
            if !reads && known.is_none() {
                continue;
            }
            let mut place = known.unwrap_or_default();
            if reads && !ended {
                let home = FolderIdentity::of(&Subdir::Cur.of(&folder));
                let was = match known {
                    None if since.position.is_some() => CopyOrigin::FirstReading,
                    Some(known) if known.home.is_some() && known.home != home => CopyOrigin::Recreated,
                    _ => CopyOrigin::New,
                };
                place.home = home;
                let contents = self.roles.contents(&folder.name);
                let mut reading = MaildirReading::of(&folder, (contents, was), since, &mut outcome);
                if self.checks {
                    let before = place.checked.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
                    reading = reading.checking(before.unwrap_or(DateTime::UNIX_EPOCH));
                }
                match reading.read(place, each) {
                    Some(read) => {
                        place =
                            FolderState { checked: self.checks.then(|| stamp::sure(since.now).timestamp()), ..read };
                    }
                    None => ended = true,
                }
            }
            after.insert(folder.name, place);
        }
        // A folder that could not be listed does not count as gone, and neither does one that is asked for by its name.
        if !ended && looked_into_all {
            for name in before.keys().filter(|name| !after.contains_key(*name) && !self.read.names(name)) {
                if all_gone(name, since, each).is_none() {
                    after.insert(name.clone(), FolderState::default());
                    break;
                }
            }
        }
        outcome.position = serde_json::to_string(&after).ok();
        Ok(outcome)
    }

    fn mailbox(&mut self) -> Option<&mut dyn Mailbox> {
        self.changes.then_some(self as &mut dyn Mailbox)
    }

    fn gauge(&self) -> Gauge {
        let this = self.clone();
        Box::new(move || {
            let mut folders = find(&this.root, &mut Problems::default());
            folders.retain(|folder| this.reads(folder));
            let count = |side: Subdir, folder: &Folder| fs::read_dir(side.of(folder)).map_or(0, Iterator::count);
            let all: usize = folders.iter().map(|it| count(Subdir::New, it) + count(Subdir::Cur, it)).sum();
            Extent::Messages(all as u64)
        })
    }
}

impl Mailbox for Maildir {
    fn make(
        &mut self,
        changes: &[Change],
        told: &mut dyn FnMut(ChangeId, mailbox_change::Outcome),
    ) -> Result<(), SourceError> {
        let folders = self.folders()?;
        MaildirChanges::of(&folders, &self.roles, &self.read).make(changes, told);
        Ok(())
    }

    fn find(&mut self, lost: &[Lost], told: &mut dyn FnMut(Id, Found)) -> Result<(), SourceError> {
        let folders = self.folders()?;
        let sought: Vec<SearchedMessage<'_>> = lost.iter().map(SearchedMessage::from).collect();
        let order = in_order(&folders, &self.roles);
        for (one, spots) in lost.iter().zip(places(&order, &sought)) {
            told(one.id, spots.first().map_or(Found::Nowhere, |spot| spot.found(&self.roles, &self.read)));
        }
        Ok(())
    }

    /// A file is there or not, so nothing is waited for.
    fn keep_sent(&mut self, copy: &CopyToKeep, _patience: Duration) -> Result<KeepingOutcome, SourceError> {
        Ok(sent_copy::keep(&self.folders()?, &self.roles, copy))
    }

    fn role_folders(&self) -> Option<RoleFolders> {
        Self::role_folders(self).ok()
    }

    /// Changes in a Maildir are noticed by the thread that watches the file system, so this only waits.
    fn wait(&mut self, most: Duration, stop: &AtomicBool) -> Result<WaitEnd, SourceError> {
        let mut left = most;
        while !left.is_zero() {
            if stop.load(Ordering::Relaxed) {
                return Ok(WaitEnd::Stopped);
            }
            let step = left.min(LOOK);
            thread::sleep(step);
            left -= step;
        }
        Ok(WaitEnd::Time)
    }
}
