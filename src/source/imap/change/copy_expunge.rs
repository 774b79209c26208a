//! Moving on servers without MOVE: the message is copied and the copy is proved; then the original is marked as deleted
//! and expunged.
//!
//! Nothing is expunged but what we name. A server without UIDPLUS (RFC 4315) expunges everything that is marked as
//! deleted. It is only asked to do so if nothing else is marked in that folder; otherwise the original stays, marked,
//! and the person is told.

use std::collections::HashSet;

use super::move_copies::{MoveGroup, copies};
use super::{ChangeRun, ChangeTask, OpenFolder, shown};
use crate::source::imap::command::ImapCommand;
use crate::source::imap::failure::ImapError;
use crate::source::imap::folder_search::Certainty;
use crate::source::imap::folders::ImapFolder;
use crate::source::imap::key::UidKey;
use crate::source::imap::pipeline::CommandReply;
use crate::source::imap::session::Access;
use crate::source::imap::transport;
use crate::source::imap::uids;

/// A change whose copy exists in the target folder, and the key that it has there.
type Copied<'a> = (ChangeTask<'a>, UidKey);

impl<'a> ChangeRun<'a> {
    pub(super) fn copy_and_expunge(&mut self, open: &OpenFolder, going: Vec<MoveGroup<'a>>) -> Result<(), ImapError> {
        if going.is_empty() {
            return Ok(());
        }
        let mut copied: Vec<(ImapFolder, Vec<Copied<'a>>)> = Vec::new();
        let mut fresh = Vec::new();
        for MoveGroup { target, tasks } in going {
            // An earlier attempt may have made the copy already.
            let (again, first): (Vec<ChangeTask<'a>>, Vec<ChangeTask<'a>>) =
                tasks.into_iter().partition(|task| task.change.tried || task.marked_deleted);
            let mut first = first;
            let mut there = Vec::new();
            if !again.is_empty() {
                for (task, at) in self.find_in_target(&target, again, Certainty::Fingerprint)? {
                    match at {
                        Some(at) => there.push((task, at)),
                        // Somebody else marked it as deleted.
                        None if task.marked_deleted => self.conflict(task.change, open, task.uid, task.flags),
                        None => first.push(task),
                    }
                }
            }
            copied.push((target.clone(), there));
            fresh.push(MoveGroup { target, tasks: first });
        }
        if !self.reopened(open)? {
            let tasks = copied.iter().flat_map(|(_, copied)| copied.iter().map(|(task, _)| task));
            let tasks: Vec<_> =
                tasks.chain(fresh.iter().flat_map(|going| &going.tasks)).map(|task| task.change).collect();
            for change in tasks {
                self.unconfirmed(change, format!("the folder {} changed meanwhile", shown(&open.folder.name)));
            }
            return Ok(());
        }
        let taken = self.send_moves(&fresh, "COPY")?;
        let named = copies(&taken);
        let mut unnamed = Vec::new();
        for ((MoveGroup { target, tasks }, taken), (_, copied)) in fresh.into_iter().zip(taken).zip(&mut copied) {
            let mut rest = Vec::new();
            for task in tasks {
                let answer = taken.iter().find(|it| it.uids.contains(&task.uid)).map(|it| &it.reply);
                match (answer, named.get(&task.uid)) {
                    (Some(answer), Some(at)) if answer.is_ok() => copied.push((task, *at)),
                    (Some(answer), _) if answer.is_ok() => rest.push(task),
                    (answer, _) => self.report_not_moved(task, &target, answer),
                }
            }
            unnamed.push((target, rest));
        }
        // If the server does not report the UIDs of the copies, they are searched for.
        for ((target, rest), (_, copied)) in unnamed.into_iter().zip(&mut copied) {
            if rest.is_empty() {
                continue;
            }
            for (task, at) in self.find_in_target(&target, rest, Certainty::Size)? {
                match at {
                    Some(at) => copied.push((task, at)),
                    None => self.report_not_moved(task, &target, None),
                }
            }
        }
        self.remove(open, copied)
    }

    /// Expunges the originals of copies that are proved.
    fn remove(&mut self, open: &OpenFolder, copied: Vec<(ImapFolder, Vec<Copied<'a>>)>) -> Result<(), ImapError> {
        let uids: Vec<u32> = copied.iter().flat_map(|(_, copied)| copied.iter().map(|(task, _)| task.uid)).collect();
        if uids.is_empty() {
            return Ok(());
        }
        let still = if self.reopened(open)? { self.removed(open, &uids)? } else { uids.iter().copied().collect() };
        for (target, copied) in copied {
            let (stayed, gone): (Vec<Copied<'a>>, Vec<Copied<'a>>) =
                copied.into_iter().partition(|(task, _)| still.contains(&task.uid));
            for (task, _) in stayed {
                let (here, there) = (shown(&open.folder.name), shown(&target.name));
                let what =
                    format!("it is in {there} now, and could not be removed from {here} without removing others");
                self.refused(
                    task.change,
                    what,
                    format!("purge what is marked as deleted in {here} with another program"),
                );
            }
            self.report_moved(&target, gone)?;
        }
        Ok(())
    }

    /// Marks messages of the open folder as deleted and expunges them. Returns those that still exist.
    fn removed(&mut self, open: &OpenFolder, uids: &[u32]) -> Result<HashSet<u32>, ImapError> {
        let sets = uids::sets(uids);
        let command = |words: String| ImapCommand::new(words, "removing messages").about(uids.len());
        let mark = |set: &String| command(format!("UID STORE {set} +FLAGS.SILENT (\\Deleted)"));
        let mut commands: Vec<ImapCommand> = sets.iter().map(mark).collect();
        if self.transport.has_capability("UIDPLUS") {
            commands.extend(sets.iter().map(|set| command(format!("UID EXPUNGE {set}"))));
        } else {
            commands.push(command("UID SEARCH DELETED".to_owned()));
            let answers = self.transport.ask(&commands)?;
            commands.clear();
            let marked: Vec<u32> = answers.iter().flat_map(CommandReply::matched).flatten().copied().collect();
            // If not even ours are marked, the server's answer can't be right.
            let ours = answers.iter().all(CommandReply::is_ok) && !marked.is_empty();
            let ours = ours && marked.iter().all(|uid| uids.contains(uid));
            if ours {
                commands.push(command("EXPUNGE".to_owned()));
            }
        }
        if !commands.is_empty() {
            self.transport.ask(&commands)?;
        }
        // Asked in a request of its own, because the flags of expunged messages may have been reported on the way.
        let (_, here) = self.read_back(open, Vec::new(), uids)?;
        Ok(here.into_keys().collect())
    }

    /// Opens the folder again after another one was open; `false` if its UIDVALIDITY has changed.
    pub(super) fn reopened(&mut self, open: &OpenFolder) -> Result<bool, ImapError> {
        let again = transport::open(self.transport, &open.folder.encoded, Access::Write)?;
        Ok(again.is_ok_and(|again| again.validity == open.opened.validity && again.read_write))
    }
}
