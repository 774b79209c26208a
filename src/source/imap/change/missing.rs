//! Changes of copies that are not where they were: made already, moved by somebody else, or gone for good.

use std::collections::BTreeMap;

use super::decide::{Feasibility, decide};
use super::{ChangeRun, ChangeTask, OpenFolder, shown, wanted};
use crate::domain::keyword::Keyword;
use crate::domain::mailbox_change::{Change, Found, Outcome, Target};
use crate::source::imap::account_search;
use crate::source::imap::failure::ImapError;
use crate::source::imap::folder_search::{self, Certainty, SearchTarget};
use crate::source::imap::folders::ImapFolder;
use crate::source::imap::lost_hold_folder;
use crate::source::imap::session::Access;
use crate::source::imap::transport;

/// A change whose copy is not in its folder.
#[derive(Debug, Clone, Copy)]
pub(super) struct MissingCopy<'a> {
    pub(super) change: &'a Change,
    /// The UIDVALIDITY has changed, and the copy was not found again in its folder.
    pub(super) renumbered: bool,
}

impl<'a> From<&'a Change> for MissingCopy<'a> {
    fn from(change: &'a Change) -> Self {
        Self { change, renumbered: false }
    }
}

impl<'a> ChangeRun<'a> {
    /// Looks for the copies: first where their changes would have moved them, then everywhere.
    pub(super) fn look_for_missing(&mut self) -> Result<(), ImapError> {
        let mut by_target: BTreeMap<String, (ImapFolder, Vec<MissingCopy<'a>>)> = BTreeMap::new();
        let mut rest = Vec::new();
        for gone in std::mem::take(&mut self.missing) {
            match self.target(gone.change, &gone.change.folder) {
                Ok(Some(target)) => {
                    by_target.entry(target.name.clone()).or_insert_with(|| (target, Vec::new())).1.push(gone);
                }
                Ok(None) | Err(_) => rest.push(gone),
            }
        }
        for (target, gone) in by_target.into_values() {
            rest.extend(self.in_target(&target, gone)?);
        }
        rest.append(&mut self.missing);
        self.elsewhere(&rest)
    }

    /// A copy that is where its change would have moved it, in the state that the change wanted, counts as made,
    /// whoever moved it. Returns the other changes.
    fn in_target(
        &mut self,
        target: &ImapFolder,
        gone: Vec<MissingCopy<'a>>,
    ) -> Result<Vec<MissingCopy<'a>>, ImapError> {
        let Ok(opened) = transport::open(self.transport, &target.encoded, Access::Write)? else { return Ok(gone) };
        let open = OpenFolder::of(target, opened);
        let asked: Vec<SearchTarget<'_>> = gone.iter().map(|gone| wanted(gone.change)).collect();
        let found = folder_search::find_matches(self.transport, &open.opened, &asked, Certainty::Fingerprint)?;
        let mut tasks = Vec::new();
        let mut rest = Vec::new();
        for (gone, places) in gone.into_iter().zip(found) {
            let change = gone.change;
            let Some(place) = places.last() else {
                rest.push(gone);
                continue;
            };
            let (uid, flags) = (place.uid, place.flags.clone());
            // A move of ours sets the keywords first. A copy without them was moved by somebody else.
            let lacks = |keyword: &Keyword| open.kept.keeps(&keyword.to_string()) && !flags.keywords.contains(keyword);
            if change.keywords.iter().any(lacks) || decide(change, &flags, false, true) == Feasibility::Conflict {
                self.conflict(change, &open, uid, flags);
            } else {
                let before = flags.clone();
                tasks.push(ChangeTask {
                    change,
                    uid,
                    flags,
                    modseq: 0,
                    target: None,
                    before,
                    marked_deleted: false,
                    dropped: false,
                });
            }
        }
        for task in self.flag(&open, tasks)? {
            let at = open.at(task.uid);
            self.made(task, Some(at));
        }
        Ok(rest)
    }

    fn elsewhere(&mut self, gone: &[MissingCopy<'a>]) -> Result<(), ImapError> {
        let asked: Vec<SearchTarget<'_>> = gone.iter().map(|gone| wanted(gone.change)).collect();
        let found = account_search::locate(self.transport, &self.folders, &asked)?;
        let mut astray_ones = Vec::new();
        for (MissingCopy { change, renumbered }, found) in gone.iter().zip(found) {
            let still = |folder: &str, key: &str| folder == change.folder && key == change.key;
            let Some(found) = found else {
                let what = "it is not where it was, and a folder in which it may be can't be looked into".to_owned();
                self.tell(change, Outcome::Unproved { what });
                continue;
            };
            let astray = change.aside && !lost_hold_folder::tells(&self.folders, &found);
            if astray && (*renumbered || self.folders.named(&change.folder).is_none()) {
                astray_ones.push(*change);
            } else if matches!(&found, Found::At { folder, key, .. } if still(folder, key)) {
                let what = "the server left it out of an answer, and has it where it was".to_owned();
                self.tell(change, Outcome::Unproved { what });
            } else if found == Found::Nowhere && *renumbered {
                let name = shown(&change.folder);
                let what =
                    format!("the server gave new numbers to the messages of {name}, and this one was not found again");
                self.refused(change, what, "what was decided is kept here; nothing was changed there".to_owned());
            } else {
                self.tell(change, Outcome::Overtaken(found));
            }
        }
        self.under_another_name(astray_ones)
    }

    /// Looks for the mail of a hard hold whose folder no longer exists, in all other folders of the account. What is
    /// found is changed from there.
    fn under_another_name(&mut self, changes: Vec<&'a Change>) -> Result<(), ImapError> {
        let mut left = changes;
        for folder in lost_hold_folder::others(&self.folders) {
            if left.is_empty() {
                return Ok(());
            }
            let asked: Vec<SearchTarget<'_>> = left.iter().map(|change| wanted(change)).collect();
            let found = lost_hold_folder::in_folder(self.transport, &folder, &asked)?;
            let (here, rest): (Vec<_>, Vec<_>) = left.into_iter().zip(found).partition(|(_, found)| found.is_some());
            left = rest.into_iter().map(|(change, _)| change).collect();
            if here.is_empty() {
                continue;
            }
            let opened = match transport::open(self.transport, &folder.encoded, Access::Write)? {
                Ok(opened) if opened.read_write => opened,
                _ => {
                    let what = format!("nothing can be changed in the folder {}", shown(&folder.name));
                    for (change, _) in here {
                        self.unconfirmed(change, what.clone());
                    }
                    continue;
                }
            };
            let open = OpenFolder::of(&folder, opened);
            let places = here.into_iter().filter_map(|(change, found)| Some((change, found?.0)));
            let tasks = places.filter_map(|(change, place)| self.decided(&open, change, place.uid, place.flags, 0));
            let tasks = tasks.collect();
            self.make_here(&open, tasks)?;
        }
        for change in left {
            let name = shown(&change.folder);
            if matches!(change.target, Target::Folder(_)) {
                let what = format!("the folder {name}, in which it waited, is gone, and it is in no other one");
                let hint = "it comes out here at its check-in, and `tidebox export` writes it to a file".to_owned();
                self.refused(change, what, hint);
            } else {
                self.tell(change, Outcome::Overtaken(Found::Nowhere));
            }
        }
        Ok(())
    }
}
