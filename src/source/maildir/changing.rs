//! Changing a Maildir. Flags and folders are changed by renaming files; each renaming is one step that is done or not,
//! and no file is ever overwritten. Within a folder, the unique part of a file's name stays the same, so that every
//! program recognises the message. On the way to another folder, the name loses the marks that hold only in the old
//! folder.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::chosen::FolderPatterns;
use super::finding::{MessageFile, MessagePlace, SearchedMessage, in_order, places};
use super::folders::Folder;
use super::roles::Roles;
use super::{Subdir, name};
use crate::domain::flags::Flags;
use crate::domain::ids::ChangeId;
use crate::domain::mailbox_change::{Change, Found, Outcome, Target};

/// How often a message is looked for again when another program keeps renaming it.
const TRIES: usize = 3;

pub(super) struct MaildirChanges<'a> {
    folders: &'a [Folder],
    roles: &'a Roles,
    read: &'a FolderPatterns,
    /// The files of the folders that were listed, by the unique part of their names.
    seen: HashMap<&'a str, HashMap<String, MessageFile>>,
    /// The folders whose list of names was changed, to be synced to the disk.
    to_sync: BTreeSet<PathBuf>,
}

impl<'a> MaildirChanges<'a> {
    pub(super) fn of(folders: &'a [Folder], roles: &'a Roles, read: &'a FolderPatterns) -> Self {
        Self { folders, roles, read, seen: HashMap::new(), to_sync: BTreeSet::new() }
    }

    /// Makes changes. An outcome is reported after the change is on the disk, as far as the file system keeps its
    /// promises.
    pub(super) fn make(mut self, changes: &[Change], told: &mut dyn FnMut(ChangeId, Outcome)) {
        let mut outcomes = Vec::with_capacity(changes.len());
        let mut missing = Vec::new();
        for change in changes {
            match self.by_key(change) {
                Some(outcome) => outcomes.push((change.number, outcome)),
                None => missing.push(change),
            }
        }
        let sought: Vec<SearchedMessage<'_>> = missing.iter().map(|change| SearchedMessage::from(*change)).collect();
        let found = places(&in_order(self.folders, self.roles), &sought);
        for (change, places) in missing.into_iter().zip(found) {
            outcomes.push((change.number, self.by_content(change, &places)));
        }
        for folder in &self.to_sync {
            let _ = fs::File::open(folder).and_then(|folder| folder.sync_all());
        }
        for (number, outcome) in outcomes {
            told(number, outcome);
        }
    }

    /// Makes a change if its copy lies under its name; `None` if it does not.
    fn by_key(&mut self, change: &Change) -> Option<Outcome> {
        let folder = self.folders.iter().find(|folder| folder.name == change.folder)?;
        let mut last = None;
        for look in 0..TRIES {
            let Some(file) = self.precheck(folder, &change.key, look > 0) else {
                if look == 0 {
                    continue;
                }
                return None;
            };
            match self.change(change, folder, &file) {
                Ok(outcome) => return Some(outcome),
                Err(error) if error.kind() == ErrorKind::NotFound => last = Some(error),
                Err(error) => return Some(failed(&file.path(folder), &error)),
            }
        }
        Some(keeps_moving(last.as_ref()))
    }

    /// Makes a change whose copy has another name or file elsewhere: it was renamed in its folder by another program,
    /// moved by an earlier try of ours, or moved by somebody else.
    fn by_content(&mut self, change: &Change, places: &[MessagePlace<'a>]) -> Outcome {
        let mut last = None;
        for MessagePlace { folder, file } in places.iter().filter(|place| place.folder.name == change.folder) {
            match self.change(change, folder, file) {
                Ok(outcome) => return outcome,
                // It was moved on, or is the copy of another change that was made just now.
                Err(error) if error.kind() == ErrorKind::NotFound => last = Some(error),
                Err(error) => return failed(&file.path(folder), &error),
            }
        }
        let elsewhere = places.iter().filter(|place| place.folder.name != change.folder).cloned();
        let mut elsewhere: Vec<MessagePlace<'a>> = elsewhere.collect();
        if elsewhere.is_empty() {
            elsewhere.extend(self.by_name(&change.key, &change.folder));
        }
        let target = match &change.target {
            Target::Stay => None,
            Target::Role(role) => self.roles.folder(*role, &change.folder, self.folders).map(|folder| &folder.name),
            Target::Folder(name) => Some(name),
        };
        let arrived = |place: &&MessagePlace<'_>| {
            change.tried && Some(&place.folder.name) == target && !place.file.flags().contradicts(&change.expected)
        };
        match (elsewhere.iter().find(arrived), elsewhere.first(), last) {
            (Some(place), _, _) => {
                let at = Some((place.folder.name.clone(), place.file.key().to_owned()));
                made(change, at, place.file.flags())
            }
            (None, Some(place), _) => Outcome::Overtaken(place.found(self.roles, self.read)),
            (None, None, Some(error)) => keeps_moving(Some(&error)),
            (None, None, None) => Outcome::Overtaken(Found::Nowhere),
        }
    }

    fn change(&mut self, change: &Change, folder: &'a Folder, file: &MessageFile) -> io::Result<Outcome> {
        let path = file.path(folder);
        let written = fs::symlink_metadata(&path)?;
        let flags = file.flags();
        if change.mark.is_none() && flags.contradicts(&change.expected) {
            let place = MessagePlace { folder, file: file.clone() };
            return Ok(Outcome::Overtaken(place.found(self.roles, self.read)));
        }
        let target = match self.target(change, folder) {
            Ok(target) => target,
            Err((what, hint)) => return Ok(Outcome::Refused { what, hint }),
        };
        let mut name = name::with(&file.name, change.seen, change.mark);
        let stays = target.name == folder.name;
        if !stays {
            let time = written.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
            name = name::elsewhere(&name, time.map_or(0, |time| time.as_secs().cast_signed()));
        }
        let new = MessageFile { side: if stays && name == file.name { file.side } else { Subdir::Cur }, name };
        let new = if stays {
            self.rename(folder, file, &new)?;
            new
        } else {
            self.move_to((folder, file), (target, new))?
        };
        Ok(made(change, Some((target.name.clone(), new.key().to_owned())), new.flags()))
    }

    /// The folder that a copy goes to. If there is none, the error says what is missing and what to do.
    fn target(&self, change: &Change, from: &'a Folder) -> Result<&'a Folder, (String, String)> {
        match &change.target {
            Target::Stay => Ok(from),
            Target::Role(role) => {
                self.roles.folder(*role, &from.name, self.folders).ok_or_else(|| self.roles.missing(*role))
            }
            Target::Folder(name) => self.folders.iter().find(|folder| folder.name == *name).ok_or_else(|| {
                (format!("there is no folder {name}"), "make it again, or move the message by hand".to_owned())
            }),
        }
    }

    /// Renames a file within its folder.
    fn rename(&mut self, folder: &'a Folder, old: &MessageFile, new: &MessageFile) -> io::Result<()> {
        let (from, to) = (old.path(folder), new.path(folder));
        if from == to {
            return Ok(());
        }
        if to.symlink_metadata().is_ok() {
            return Err(io::Error::new(ErrorKind::AlreadyExists, "a file of that name is there already"));
        }
        fs::rename(&from, &to)?;
        self.touch(&from, &to);
        let files = self.seen.entry(&folder.name).or_default();
        files.remove(old.key());
        files.insert(new.key().to_owned(), new.clone());
        Ok(())
    }

    /// Moves a file to another folder. If another message has its name there, it gets a name that no file has.
    fn move_to(
        &mut self,
        (folder, old): (&'a Folder, &MessageFile),
        (target, mut new): (&'a Folder, MessageFile),
    ) -> io::Result<MessageFile> {
        let from = old.path(folder);
        // An interrupted move may have left it in the target under its old name: linked to both places, or copied and
        // not yet removed.
        let there = [old.key(), new.key()].into_iter().find_map(|key| self.precheck(target, key, false));
        match there {
            Some(there) if fs::read(there.path(target))? == fs::read(&from)? => {
                self.rename(target, &there, &new)?;
                fs::remove_file(&from)?;
            }
            there => {
                if there.is_some() || new.path(target).symlink_metadata().is_ok() {
                    new.name = name::another(&new.name, 0);
                }
                fs::rename(&from, new.path(target))?;
            }
        }
        self.touch(&from, &new.path(target));
        self.seen.entry(&target.name).or_default().insert(new.key().to_owned(), new.clone());
        if let Some(files) = self.seen.get_mut(folder.name.as_str()) {
            files.remove(old.key());
        }
        Ok(new)
    }

    /// Where a message lies that kept its unique part, in a folder other than `except`.
    fn by_name(&mut self, key: &str, except: &str) -> Option<MessagePlace<'a>> {
        let mut others = in_order(self.folders, self.roles).into_iter().filter(|folder| folder.name != except);
        others.find_map(|folder| Some(MessagePlace { folder, file: self.precheck(folder, key, false)? }))
    }

    /// The file with this unique part. A folder is listed once, and again only if `again` is set.
    fn precheck(&mut self, folder: &'a Folder, key: &str, again: bool) -> Option<MessageFile> {
        if let Some(files) = self.seen.get(folder.name.as_str()) {
            match files.get(key) {
                Some(file) if file.path(folder).symlink_metadata().is_ok() => return Some(file.clone()),
                None if !again => return None,
                _ => {}
            }
        }
        let mut files = HashMap::new();
        for side in [Subdir::New, Subdir::Cur] {
            for entry in fs::read_dir(side.of(folder)).into_iter().flatten().flatten() {
                let name = name::text(entry.file_name());
                files.insert(name::split(&name).0.to_owned(), MessageFile { side, name });
            }
        }
        let found = files.get(key).cloned();
        self.seen.insert(&folder.name, files);
        found
    }

    fn touch(&mut self, from: &Path, to: &Path) {
        self.to_sync.extend([from, to].into_iter().filter_map(Path::parent).map(Path::to_owned));
    }
}

fn made(change: &Change, at: Option<(String, String)>, flags: Flags) -> Outcome {
    let made = change.keywords.is_empty() || change.mark.is_some();
    if made { Outcome::Made { at, flags } } else { Outcome::KeywordsNotKept { at, flags } }
}

/// The outcome for a file that another program keeps moving or renaming.
fn keeps_moving(last: Option<&io::Error>) -> Outcome {
    let what = last.map_or_else(|| "another program keeps renaming it".to_owned(), ToString::to_string);
    Outcome::Unproved { what }
}

fn failed(path: &Path, error: &io::Error) -> Outcome {
    let what = format!("can't change {}: {error}", path.display());
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            Outcome::Refused { what, hint: "check who may write there".to_owned() }
        }
        ErrorKind::CrossesDevices => {
            Outcome::Refused { what, hint: "the other folder is on another disk; name one beside it".to_owned() }
        }
        _ => Outcome::Unproved { what },
    }
}
