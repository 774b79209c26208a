//! Moving copies to other folders, in bulk (RFC 6851).

use std::collections::{BTreeMap, HashMap, HashSet};

use super::missing::MissingCopy;
use super::{ChangeRun, ChangeTask, OpenFolder, shown, wanted};
use crate::source::imap::command::ImapCommand;
use crate::source::imap::failure::ImapError;
use crate::source::imap::folder_search::{self, Certainty, SearchTarget};
use crate::source::imap::folders::ImapFolder;
use crate::source::imap::key::UidKey;
use crate::source::imap::pipeline::CommandReply;
use crate::source::imap::session::Access;
use crate::source::imap::status::{CopyUid, StatusCondition};
use crate::source::imap::transport::{self, server_said};
use crate::source::imap::uids;

/// Copies that go to the same folder.
pub(super) struct MoveGroup<'a> {
    pub(super) target: ImapFolder,
    pub(super) tasks: Vec<ChangeTask<'a>>,
}

/// A copy whose move was not proved, and the server's reply.
type UnprovedMove<'a> = (ChangeTask<'a>, Option<CommandReply>);

/// One MOVE or COPY command, the UIDs in it, and its reply.
pub(super) struct SentMove {
    pub(super) uids: Vec<u32>,
    pub(super) reply: CommandReply,
}

impl<'a> ChangeRun<'a> {
    /// Moves copies to their target folders, and reports the outcomes.
    pub(super) fn move_copies(&mut self, open: &OpenFolder, tasks: Vec<ChangeTask<'a>>) -> Result<(), ImapError> {
        let moves = self.transport.has_capability("MOVE");
        let (moved, mut replaced): (Vec<ChangeTask<'a>>, Vec<ChangeTask<'a>>) =
            tasks.into_iter().partition(|task| moves && !task.marked_deleted);
        let moved = going(moved);
        let taken = self.send_moves(&moved, "MOVE")?;
        let copies = copies(&taken);
        let mut doubted = Vec::new();
        for (MoveGroup { target, tasks }, taken) in moved.into_iter().zip(taken) {
            let mut proved = Vec::new();
            let mut rest = Vec::new();
            for task in tasks {
                let answer = taken.iter().find(|it| it.uids.contains(&task.uid)).map(|it| &it.reply);
                match (answer, copies.get(&task.uid)) {
                    (Some(answer), Some(at)) if answer.is_ok() => proved.push((task, *at)),
                    // The server announces MOVE and does not understand it: nothing was moved.
                    (Some(answer), _) if answer.status.condition == StatusCondition::Bad => replaced.push(task),
                    (answer, _) => rest.push((task, answer.cloned())),
                }
            }
            self.report_moved(&target, proved)?;
            doubted.push((target, rest));
        }
        self.check_unproved(open, doubted)?;
        self.copy_and_expunge(open, going(replaced))
    }

    /// Sends one command for each set of copies, all in one round trip. Returns the replies, folder by folder.
    pub(super) fn send_moves(&mut self, going: &[MoveGroup<'_>], verb: &str) -> Result<Vec<Vec<SentMove>>, ImapError> {
        let mut commands = Vec::new();
        let mut named = Vec::new();
        for MoveGroup { target, tasks } in going {
            let uids: Vec<u32> = tasks.iter().map(|task| task.uid).collect();
            let sets = uids::sets_with(&uids);
            let command = |(set, uids): &(String, Vec<u32>)| {
                ImapCommand::new(format!("UID {verb} {set}"), "moving messages")
                    .string(&target.encoded)
                    .about(uids.len())
            };
            commands.extend(sets.iter().map(command));
            named.push(sets);
        }
        let mut answers = if commands.is_empty() { Vec::new() } else { self.transport.ask(&commands)? }.into_iter();
        let taken = named.into_iter().map(|sets| {
            let pairs = sets.into_iter().zip(answers.by_ref());
            pairs.map(|((_, uids), reply)| SentMove { uids, reply }).collect()
        });
        Ok(taken.collect())
    }

    /// Reports copies of which the move is proved, each with its new key. The new folder may not keep their keywords,
    /// so the flags of those with keywords are read back there.
    pub(super) fn report_moved(
        &mut self,
        target: &ImapFolder,
        tasks: Vec<(ChangeTask<'a>, UidKey)>,
    ) -> Result<(), ImapError> {
        let with_keywords = tasks.iter().filter(|(task, _)| !task.flags.keywords.is_empty());
        let asked: Vec<u32> = with_keywords.map(|(_, key)| key.uid).collect();
        let mut there = HashMap::new();
        if !asked.is_empty()
            && let Ok(opened) = transport::open(self.transport, &target.encoded, Access::Read)?
        {
            let open = OpenFolder::of(target, opened);
            there = self.read_back(&open, Vec::new(), &asked)?.1;
        }
        for (mut task, key) in tasks {
            if let Some(flags) = there.get(&key.uid).and_then(|copy| copy.flags.clone()) {
                task.flags = flags;
                task.dropped = task.flags.keywords != task.change.keywords;
            }
            self.made(task, Some((target.name.clone(), key.to_string())));
        }
        Ok(())
    }

    /// Finds out for copies whose move was not proved whether they are still here, and if not, whether they are there.
    fn check_unproved(
        &mut self,
        open: &OpenFolder,
        doubted: Vec<(ImapFolder, Vec<UnprovedMove<'a>>)>,
    ) -> Result<(), ImapError> {
        let uids: Vec<u32> = doubted.iter().flat_map(|(_, tasks)| tasks.iter().map(|(task, _)| task.uid)).collect();
        if uids.is_empty() {
            return Ok(());
        }
        let here = self.still_here(open, &uids)?;
        for (target, tasks) in doubted {
            let (stayed, left): (Vec<_>, Vec<_>) = tasks.into_iter().partition(|(task, _)| here.contains(&task.uid));
            for (task, answer) in stayed {
                self.report_not_moved(task, &target, answer.as_ref());
            }
            self.report_absent(&target, left.into_iter().map(|(task, _)| task).collect())?;
        }
        Ok(())
    }

    /// Which of these copies are still in the open folder, or in this folder after it is opened again. None, if its
    /// UIDVALIDITY has changed.
    pub(super) fn still_here(&mut self, open: &OpenFolder, uids: &[u32]) -> Result<HashSet<u32>, ImapError> {
        let Ok(again) = transport::open(self.transport, &open.folder.encoded, Access::Write)? else {
            return Ok(HashSet::new());
        };
        if again.validity != open.opened.validity {
            return Ok(HashSet::new());
        }
        Ok(self.read_back(open, Vec::new(), uids)?.1.into_keys().collect())
    }

    /// Reports why a copy was not moved.
    pub(super) fn report_not_moved(
        &mut self,
        task: ChangeTask<'a>,
        target: &ImapFolder,
        answer: Option<&CommandReply>,
    ) {
        let name = shown(&target.name);
        let change = task.change;
        self.not_moved.push(task);
        let Some(answer) = answer.filter(|answer| !answer.is_ok()) else {
            self.unconfirmed(change, format!("the server said that it was moved to {name}, and it was not"));
            return;
        };
        let said = server_said(&answer.status);
        if answer.has("TRYCREATE") || answer.has("NONEXISTENT") {
            // It stood in the list a moment ago. Once it is gone from there too, the change is refused for want of a folder.
            self.unconfirmed(change, format!("the folder {name} was in the list of folders and is not there"));
        } else if answer.status.is_transient() {
            self.unconfirmed(change, format!("it can't be moved to {name} now{said}"));
        } else if answer.has("OVERQUOTA") {
            self.refused(change, format!("it can't be moved to {name}{said}"), "make room in the mailbox".to_owned());
        } else if ["NOPERM", "CANNOT", "READ-ONLY"].into_iter().any(|code| answer.has(code)) {
            self.refused(change, format!("it can't be moved to {name}{said}"), "name another folder".to_owned());
        } else {
            self.unconfirmed(change, format!("it can't be moved to {name}{said}"));
        }
    }

    /// Copies that are no longer here: their moves count as made if they are found in the target.
    fn report_absent(&mut self, target: &ImapFolder, tasks: Vec<ChangeTask<'a>>) -> Result<(), ImapError> {
        if tasks.is_empty() {
            return Ok(());
        }
        let (found, lost): (Vec<_>, Vec<_>) =
            self.find_in_target(target, tasks, Certainty::Size)?.into_iter().partition(|(_, at)| at.is_some());
        self.missing.extend(lost.into_iter().map(|(task, _)| MissingCopy::from(task.change)));
        self.report_moved(target, found.into_iter().filter_map(|(task, at)| at.map(|at| (task, at))).collect())
    }

    /// Looks for copies in their target folder: the newest that is equal to each, with the flags that it has there.
    pub(super) fn find_in_target(
        &mut self,
        target: &ImapFolder,
        mut tasks: Vec<ChangeTask<'a>>,
        sure: Certainty,
    ) -> Result<Vec<(ChangeTask<'a>, Option<UidKey>)>, ImapError> {
        let mut found = Vec::new();
        let mut validity = 0;
        if let Ok(opened) = transport::open(self.transport, &target.encoded, Access::Read)? {
            let asked: Vec<SearchTarget<'_>> = tasks.iter().map(|task| wanted(task.change)).collect();
            found = folder_search::find_matches(self.transport, &opened, &asked, sure)?;
            validity = opened.validity.unwrap_or_default();
        }
        let mut keys = Vec::with_capacity(tasks.len());
        for (at, task) in tasks.iter_mut().enumerate() {
            let place = found.get(at).and_then(|places| places.last());
            if let Some(place) = place {
                task.flags = place.flags.clone();
            }
            keys.push(place.map(|place| UidKey { validity, uid: place.uid }));
        }
        Ok(tasks.into_iter().zip(keys).collect())
    }
}

/// Groups copies by their target folder.
fn going(tasks: Vec<ChangeTask<'_>>) -> Vec<MoveGroup<'_>> {
    let mut going: BTreeMap<String, MoveGroup<'_>> = BTreeMap::new();
    for task in tasks {
        if let Some(target) = task.target.clone() {
            let name = target.name.clone();
            going.entry(name).or_insert_with(|| MoveGroup { target, tasks: Vec::new() }).tasks.push(task);
        }
    }
    going.into_values().collect()
}

/// The new keys of copied messages, from COPYUID (RFC 4315 §3). It may be part of the reply to another command; since
/// each message goes to one folder only, its UID tells which one it is.
pub(super) fn copies(taken: &[Vec<SentMove>]) -> HashMap<u32, UidKey> {
    let replies = taken.iter().flatten().map(|taken| &taken.reply);
    let copied = replies.flat_map(CommandReply::copied);
    copied
        .flat_map(|CopyUid { validity, uids }| {
            uids.into_iter().map(move |(from, uid)| (from, UidKey { validity, uid }))
        })
        .collect()
}
