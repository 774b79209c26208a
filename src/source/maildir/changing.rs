//! Changing a Maildir: flags and folders, by giving files other names, each in one step that is done or not. Nothing is
//! ever overwritten, and the unique part of a name stays, so that every program knows the message again.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::finding::{Sought, find, in_order};
use super::folders::Folder;
use super::roles::Roles;
use super::{Side, name};
use crate::domain::flags::Flags;
use crate::domain::ids::ChangeId;
use crate::domain::outside::{Change, Found, Outcome, Target};

/// So often a message is looked for again that another program renames meanwhile.
const LOOKS: usize = 3;

/// A file of a message.
#[derive(Debug, Clone)]
struct Lies {
    side: Side,
    file: String,
}

impl Lies {
    fn path(&self, folder: &Folder) -> PathBuf {
        self.side.of(folder).join(&self.file)
    }

    fn flags(&self) -> Flags {
        name::flags(name::split(&self.file).1)
    }
}

pub(super) struct Changing<'a> {
    folders: &'a [Folder],
    roles: &'a Roles,
    /// The files of the folders that were looked into, by their unique parts.
    seen: HashMap<&'a str, HashMap<String, Lies>>,
    /// Whose lists of names were changed.
    touched: BTreeSet<PathBuf>,
}

impl<'a> Changing<'a> {
    pub(super) fn of(folders: &'a [Folder], roles: &'a Roles) -> Self {
        Self { folders, roles, seen: HashMap::new(), touched: BTreeSet::new() }
    }

    /// Makes changes. What is told of them is so on the disk, as far as the file system keeps its word.
    pub(super) fn make(mut self, changes: &[Change], told: &mut dyn FnMut(ChangeId, Outcome)) {
        let outcomes: Vec<_> = changes.iter().map(|change| (change.number, self.one(change))).collect();
        for folder in &self.touched {
            let _ = fs::File::open(folder).and_then(|folder| folder.sync_all());
        }
        for (number, outcome) in outcomes {
            told(number, outcome);
        }
    }

    fn one(&mut self, change: &Change) -> Outcome {
        let mut last = None;
        for look in 0..LOOKS {
            let here = self.folders.iter().find(|folder| folder.name == change.folder);
            let lies = here.and_then(|folder| Some((folder, self.look(folder, &change.key, look > 0)?)));
            let Some((folder, lies)) = lies else {
                if look == 0 {
                    continue;
                }
                return self.gone(change);
            };
            match self.change(change, folder, &lies) {
                Ok(outcome) => return outcome,
                Err(error) if error.kind() == ErrorKind::NotFound => last = Some(error),
                Err(error) => return failed(&lies.path(folder), &error),
            }
        }
        let what = last.map_or_else(|| "another program keeps renaming it".to_owned(), |error| error.to_string());
        Outcome::Unproved { what }
    }

    fn change(&mut self, change: &Change, folder: &'a Folder, lies: &Lies) -> io::Result<Outcome> {
        let flags = lies.flags();
        if flags.contradicts(&change.expected) {
            let role = self.roles.role(&folder.name);
            let (folder, key) = (folder.name.clone(), change.key.clone());
            return Ok(Outcome::Overtaken(Found::At { folder, key, role, flags }));
        }
        let target = match self.target(change, folder) {
            Ok(target) => target,
            Err((what, hint)) => return Ok(Outcome::Refused { what, hint }),
        };
        let file = name::with(&lies.file, change.seen, change.answered);
        let stays = target.name == folder.name;
        let new = Lies { side: if stays && file == lies.file { lies.side } else { Side::Cur }, file };
        if stays {
            self.rename(folder, lies, &new)?;
        } else if let Some(refused) = self.hand_over((folder, lies), (target, &new), &change.key)? {
            return Ok(refused);
        }
        let (flags, at) = (new.flags(), Some((target.name.clone(), change.key.clone())));
        Ok(if change.keywords.is_empty() {
            Outcome::Made { at, flags }
        } else {
            Outcome::KeywordsNotKept { at, flags }
        })
    }

    /// Where a copy goes; what is missing and what to do, where there is no such folder.
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

    /// Gives a file another name within its folder.
    fn rename(&mut self, folder: &'a Folder, old: &Lies, new: &Lies) -> io::Result<()> {
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
        files.insert(name::split(&new.file).0.to_owned(), new.clone());
        Ok(())
    }

    /// Brings a file to another folder, unless another message has its name there.
    fn hand_over(
        &mut self,
        (folder, old): (&'a Folder, &Lies),
        (target, new): (&'a Folder, &Lies),
        key: &str,
    ) -> io::Result<Option<Outcome>> {
        let (from, to) = (old.path(folder), new.path(target));
        match self.look(target, key, true) {
            None => fs::rename(&from, &to)?,
            // Somebody made a copy of it there.
            Some(there) if fs::read(there.path(target))? == fs::read(&from)? => {
                self.rename(target, &there, new)?;
                fs::remove_file(&from)?;
            }
            Some(_) => {
                let what = format!("another message has the same name in the folder {}", target.name);
                return Ok(Some(Outcome::Refused { what, hint: "move one of them by hand".to_owned() }));
            }
        }
        self.touch(&from, &to);
        self.seen.entry(&target.name).or_default().insert(key.to_owned(), new.clone());
        if let Some(files) = self.seen.get_mut(folder.name.as_str()) {
            files.remove(key);
        }
        Ok(None)
    }

    /// One that is not where it was: moved by a try of ours, or by somebody else.
    fn gone(&mut self, change: &Change) -> Outcome {
        let found = self.by_name(&change.key).unwrap_or_else(|| {
            let sought = Sought { identity: change.identity, size: change.size, message: change.number };
            let mut found = Found::Nowhere;
            find(self.folders, self.roles, vec![sought], &mut |_, it| found = it);
            found
        });
        let target = match &change.target {
            Target::Stay => None,
            Target::Role(role) => self.roles.folder(*role, &change.folder, self.folders).map(|folder| &folder.name),
            Target::Folder(name) => Some(name),
        };
        match found {
            Found::At { folder, key, flags, .. }
                if change.tried && Some(&folder) == target && !flags.contradicts(&change.expected) =>
            {
                let at = Some((folder, key));
                if change.keywords.is_empty() {
                    Outcome::Made { at, flags }
                } else {
                    Outcome::KeywordsNotKept { at, flags }
                }
            }
            found => Outcome::Overtaken(found),
        }
    }

    /// Where a message is that kept its unique part.
    fn by_name(&mut self, key: &str) -> Option<Found> {
        in_order(self.folders, self.roles).into_iter().find_map(|folder| {
            let flags = self.look(folder, key, false)?.flags();
            let role = self.roles.role(&folder.name);
            Some(Found::At { folder: folder.name.clone(), key: key.to_owned(), role, flags })
        })
    }

    /// The file with this unique part; the folder is listed once, and again where that is asked for.
    fn look(&mut self, folder: &'a Folder, key: &str, again: bool) -> Option<Lies> {
        if let Some(files) = self.seen.get(folder.name.as_str()) {
            match files.get(key) {
                Some(lies) if lies.path(folder).symlink_metadata().is_ok() => return Some(lies.clone()),
                None if !again => return None,
                _ => {}
            }
        }
        let mut files = HashMap::new();
        for side in [Side::New, Side::Cur] {
            for entry in fs::read_dir(side.of(folder)).into_iter().flatten().flatten() {
                let Ok(file) = entry.file_name().into_string() else { continue };
                files.insert(name::split(&file).0.to_owned(), Lies { side, file });
            }
        }
        let found = files.get(key).cloned();
        self.seen.insert(&folder.name, files);
        found
    }

    fn touch(&mut self, from: &Path, to: &Path) {
        self.touched.extend([from, to].into_iter().filter_map(Path::parent).map(Path::to_owned));
    }
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
