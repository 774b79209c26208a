//! Making changes in an account: exactly those that are given, and each is proved before it is reported as made.
//!
//! It goes folder by folder. The folder is opened, every copy is looked at by its UID (`precheck`), and `decide` says
//! what may still be done. Then flags are set and read back (`flag`), and copies that go to another folder are moved
//! (`move_copies`), or, on a server without MOVE, copied and expunged (`copy_expunge`). Copies that are no longer where
//! they were are looked for at the end (`missing`). Commands are sent in bulk, so that some hundred changes take a
//! handful of round trips.
//!
//! An OK proves nothing: servers send it for a change of a message that is gone, and for flags that they drop. A move
//! is proved by COPYUID (RFC 4315), or when the message is no longer in the old folder and is found in the new one; a
//! flag is proved when it is read back. What a broken connection left in doubt is tried again, and then tidebox first
//! looks whether it was made.

mod copy_expunge;
mod decide;
mod edit;
mod flag;
mod hold_folder;
mod missing;
mod move_copies;
mod precheck;

use std::collections::{BTreeMap, HashSet};

use self::edit::PermanentFlags;
use self::missing::MissingCopy;
use super::failure::ImapError;
use super::folder_search::SearchTarget;
use super::folders::{ImapFolder, ImapFolders};
use super::key::UidKey;
use super::session::{Access, Selected};
use super::transport::{self, ImapTransport, server_said};
use crate::domain::flags::Flags;
use crate::domain::ids::ChangeId;
use crate::domain::mailbox_change::{Change, Found, Outcome, Target};
use crate::domain::printable::Printable;

/// Makes changes and reports the outcome of each. If the connection breaks, a change without an outcome may have been
/// made.
pub(super) fn make(
    transport: &mut dyn ImapTransport,
    folders: ImapFolders,
    changes: &[Change],
    told: &mut dyn FnMut(ChangeId, Outcome),
) -> Result<(), ImapError> {
    let folders = hold_folder::ensured(transport, folders, changes)?;
    let mut making = ChangeRun { transport, folders, told, missing: Vec::new(), not_moved: Vec::new() };
    let mut by_folder: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
    let mut copies = HashSet::new();
    // Of two changes of one copy the second has to wait, because the first one changes what it expects.
    for change in changes.iter().filter(|change| copies.insert((&change.folder, &change.key))) {
        by_folder.entry(&change.folder).or_default().push(change);
    }
    for (name, changes) in by_folder {
        making.folder(name, &changes)?;
    }
    making.look_for_missing()
}

struct ChangeRun<'a> {
    transport: &'a mut dyn ImapTransport,
    folders: ImapFolders,
    told: &'a mut dyn FnMut(ChangeId, Outcome),
    /// Changes of copies that are not where they were.
    missing: Vec<MissingCopy<'a>>,
    /// Copies of the open folder whose move was refused after flags were set on them.
    not_moved: Vec<ChangeTask<'a>>,
}

/// The folder whose copies are being changed.
struct OpenFolder {
    folder: ImapFolder,
    opened: Selected,
    validity: u32,
    kept: PermanentFlags,
}

/// A change under way: its copy was seen, and the change may be made.
#[derive(Debug, Clone)]
struct ChangeTask<'a> {
    change: &'a Change,
    uid: u32,
    flags: Flags,
    /// The mod-sequence of the copy; zero without CONDSTORE.
    modseq: u64,
    /// The folder that it is moved to; `None` if it stays.
    target: Option<ImapFolder>,
    /// The flags that it had before this attempt set any.
    before: Flags,
    /// It is marked as deleted here, perhaps by an earlier attempt of ours that was interrupted.
    marked_deleted: bool,
    /// The folder dropped a keyword of it.
    dropped: bool,
}

impl OpenFolder {
    fn of(folder: &ImapFolder, opened: Selected) -> Self {
        let (kept, validity) = (PermanentFlags::of(opened.permanent.clone()), opened.validity.unwrap_or_default());
        Self { folder: folder.clone(), opened, validity, kept }
    }

    /// The location of a copy in it: folder and key.
    fn at(&self, uid: u32) -> (String, String) {
        let key = UidKey { validity: self.validity, uid };
        (self.folder.name.clone(), key.to_string())
    }
}

impl<'a> ChangeRun<'a> {
    fn folder(&mut self, name: &str, changes: &[&'a Change]) -> Result<(), ImapError> {
        let Some(folder) = self.folders.named(name).cloned() else {
            self.missing.extend(changes.iter().map(|change| MissingCopy::from(*change)));
            return Ok(());
        };
        let opened = match transport::open(self.transport, &folder.encoded, Access::Write)? {
            Ok(opened) => opened,
            Err(status) if status.code == "NONEXISTENT" => {
                self.missing.extend(changes.iter().map(|change| MissingCopy::from(*change)));
                return Ok(());
            }
            Err(status) => {
                for change in changes {
                    self.unconfirmed(
                        change,
                        format!("the folder {} can't be opened{}", shown(name), server_said(&status)),
                    );
                }
                return Ok(());
            }
        };
        if !opened.read_write {
            for change in changes {
                let what = format!("nothing can be changed in the folder {}", shown(name));
                self.refused(change, what, "ask who runs the server to let you write there".to_owned());
            }
            return Ok(());
        }
        let open = OpenFolder::of(&folder, opened);
        let seen = self.precheck(&open, changes)?;
        self.make_here(&open, seen)
    }

    /// Makes the changes of copies in the open folder that may be made.
    fn make_here(&mut self, open: &OpenFolder, seen: Vec<ChangeTask<'a>>) -> Result<(), ImapError> {
        let (halfway, fresh): (Vec<ChangeTask<'a>>, Vec<ChangeTask<'a>>) =
            seen.into_iter().partition(|task| task.marked_deleted);
        let mut ready = self.flag(open, fresh)?;
        ready.extend(halfway);
        let (stays, goes): (Vec<ChangeTask<'a>>, Vec<ChangeTask<'a>>) =
            ready.into_iter().partition(|task| task.target.is_none());
        for task in stays {
            let at = open.at(task.uid);
            self.made(task, Some(at));
        }
        self.move_copies(open, goes)?;
        self.take_back(open)
    }

    /// The folder that a change moves its copy to; `None` if it stays in this folder.
    fn target(&self, change: &Change, from: &str) -> Result<Option<ImapFolder>, Outcome> {
        let target = match &change.target {
            Target::Stay => return Ok(None),
            Target::Role(role) => self.folders.role(*role).ok_or_else(|| {
                let (what, hint) = self.folders.no_role(*role);
                Outcome::Refused { what, hint }
            })?,
            // The folder that it came from may be gone meanwhile. Then it goes to the inbox, where everybody looks.
            Target::Folder(name) => match self.folders.named(name).or_else(|| self.folders.inbox()) {
                Some(folder) => folder,
                None => return Ok(None),
            },
        };
        Ok(Some(target.clone()).filter(|target| target.name != from))
    }

    fn tell(&mut self, change: &Change, outcome: Outcome) {
        (self.told)(change.number, outcome);
    }

    fn made(&mut self, task: ChangeTask<'_>, at: Option<(String, String)>) {
        let ChangeTask { change, flags, dropped, .. } = task;
        let outcome = if dropped { Outcome::KeywordsNotKept { at, flags } } else { Outcome::Made { at, flags } };
        self.tell(change, outcome);
    }

    fn conflict(&mut self, change: &Change, open: &OpenFolder, uid: u32, flags: Flags) {
        let (folder, key) = open.at(uid);
        let role = self.folders.role_of(&folder);
        self.tell(change, Outcome::Overtaken(Found::At { folder, key, role, flags }));
    }

    fn refused(&mut self, change: &Change, what: String, hint: String) {
        self.tell(change, Outcome::Refused { what, hint });
    }

    fn unconfirmed(&mut self, change: &Change, what: String) {
        self.tell(change, Outcome::Unproved { what });
    }
}

/// What to search for if the UID of a copy can't be trusted.
fn wanted(change: &Change) -> SearchTarget<'_> {
    SearchTarget { message_id: change.message_id.as_deref(), fingerprint: change.fingerprint, size: change.size }
}

/// The name of a folder, fit to be shown.
fn shown(name: &str) -> String {
    Printable::from(name).cut(60).to_string()
}

#[cfg(test)]
mod trials;

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeSet;

    use crate::domain::fingerprint::Fingerprint;
    use crate::domain::flags::Flags;
    use crate::domain::ids::ChangeId;
    use crate::domain::mailbox_change::{Change, SeenChange, Target};

    /// A change that asks for nothing, with the modification that `with` makes.
    pub(in crate::source::imap) fn change(with: impl FnOnce(&mut Change)) -> Change {
        let mut change = Change {
            number: ChangeId(1),
            folder: "INBOX".to_owned(),
            key: "0000000007.0000000003".to_owned(),
            message_id: Some("a@b".to_owned()),
            fingerprint: Fingerprint([0; 32]),
            size: 1,
            expected: Flags::default(),
            target: Target::Stay,
            seen: SeenChange::Keep,
            keywords: BTreeSet::new(),
            mark: None,
            tried: false,
            aside: false,
        };
        with(&mut change);
        change
    }
}
