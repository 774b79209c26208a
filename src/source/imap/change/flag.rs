//! Setting and clearing flags. Copies that need the same share one command, and all flags are read back.
//!
//! Where messages have mod-sequences (RFC 7162), STORE names the one at which the copy was seen, so that the server
//! changes nothing on a copy that somebody has changed since. Such a copy is looked at again, and decided anew.

use std::collections::{BTreeMap, HashSet};

use super::decide::{Feasibility, decide};
use super::edit::FlagEdit;
use super::missing::MissingCopy;
use super::{ChangeRun, ChangeTask, OpenFolder, shown};
use crate::source::imap::command::ImapCommand;
use crate::source::imap::failure::ImapError;
use crate::source::imap::pipeline::CommandReply;
use crate::source::imap::transport::server_said;
use crate::source::imap::uids;

/// How many rounds a copy takes at most: one to set, one to clear, and more if somebody else changed it in between.
const ROUNDS: usize = 4;

/// A STORE command and the copies that it names.
struct Store {
    command: ImapCommand,
    uids: Vec<u32>,
}

impl<'a> ChangeRun<'a> {
    /// Brings the flags of copies to what their changes want, and returns those of which that is proved.
    pub(super) fn flag(
        &mut self,
        open: &OpenFolder,
        tasks: Vec<ChangeTask<'a>>,
    ) -> Result<Vec<ChangeTask<'a>>, ImapError> {
        let mut ready = Vec::new();
        let mut open_tasks = tasks;
        for _ in 0..ROUNDS {
            let (rest, done): (Vec<_>, Vec<_>) =
                open_tasks.into_iter().partition(|task| !edit(task, open).is_nothing());
            ready.extend(done.into_iter().map(|task| settled(task)));
            if rest.is_empty() {
                return Ok(ready);
            }
            open_tasks = self.round(open, rest)?;
        }
        for task in open_tasks {
            if edit(&task, open).is_nothing() {
                ready.push(settled(task));
            } else {
                self.unconfirmed(task.change, "its flags changed again and again meanwhile".to_owned());
            }
        }
        Ok(ready)
    }

    /// Sends what every copy needs next, and reads back the result.
    fn round(&mut self, open: &OpenFolder, tasks: Vec<ChangeTask<'a>>) -> Result<Vec<ChangeTask<'a>>, ImapError> {
        let stores = stores(open, &tasks);
        let commands = stores.iter().map(|store| store.command.clone()).collect();
        let uids: Vec<u32> = tasks.iter().map(|task| task.uid).collect();
        let (answers, copies) = self.read_back(open, commands, &uids)?;
        // Those that the server left alone because somebody has changed them (MODIFIED).
        let left: HashSet<u32> = answers.iter().flat_map(modified).collect();
        let refusal = |uid: u32| {
            let mine = stores.iter().zip(&answers).filter(|(store, _)| store.uids.contains(&uid));
            mine.map(|(_, answer)| answer).find(|answer| !answer.is_ok() && !answer.has("MODIFIED"))
        };
        let mut next = Vec::new();
        for mut task in tasks {
            let Some(copy) = copies.get(&task.uid) else {
                self.missing.push(MissingCopy::from(task.change));
                continue;
            };
            let before = edit(&task, open);
            task.flags = copy.flags.clone().unwrap_or_default();
            task.modseq = copy.modseq.unwrap_or(task.modseq);
            // If it is marked as deleted now, somebody else marked it.
            if decide(task.change, &task.flags, false, true) == Feasibility::Conflict {
                self.conflict(task.change, open, task.uid, task.flags);
                continue;
            }
            let after = edit(&task, open);
            if after == before && !left.contains(&task.uid) {
                // The STORE had no effect.
                if let Some(answer) = refusal(task.uid) {
                    // A folder takes a limited number of keywords. The rest of the change may be made without them.
                    if after.has_keywords() && (answer.status.is_about_keywords() || !answer.status.is_transient()) {
                        task.dropped = true;
                        next.push(task);
                        continue;
                    }
                    let folder = shown(&open.folder.name);
                    self.unconfirmed(
                        task.change,
                        format!("flags in {folder} can't be changed{}", server_said(&answer.status)),
                    );
                    continue;
                }
                if !after.only_keywords() {
                    self.unconfirmed(task.change, "the server does not keep its flags".to_owned());
                    continue;
                }
                task.dropped = true;
            }
            next.push(task);
        }
        Ok(next)
    }
}

impl ChangeRun<'_> {
    /// Takes back the flags that were set on copies whose move was refused, so that a change that was not made leaves
    /// nothing behind. It is tried once. If it fails, the flags are set already when the move is tried again.
    pub(super) fn take_back(&mut self, open: &OpenFolder) -> Result<(), ImapError> {
        let mut alike: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for task in std::mem::take(&mut self.not_moved).into_iter().filter(|task| !task.marked_deleted) {
            let (lost, set) = FlagEdit::back(&task.flags, &task.before);
            let commands = [('+', lost.added()), ('-', set.added())];
            for (sign, flags) in commands.into_iter().filter(|(_, flags)| !flags.is_empty()) {
                alike.entry(format!("{sign}FLAGS.SILENT ({flags})")).or_default().push(task.uid);
            }
        }
        if alike.is_empty() || !self.reopened(open)? {
            return Ok(());
        }
        let store = |(what, uids): (&String, &Vec<u32>)| {
            let command = |set| ImapCommand::new(format!("UID STORE {set} {what}"), "setting flags").about(uids.len());
            uids::sets(uids).into_iter().map(command).collect::<Vec<_>>()
        };
        self.transport.ask(&alike.iter().flat_map(store).collect::<Vec<_>>())?;
        Ok(())
    }
}

/// What a copy still needs in this folder. Keywords that were dropped once are not asked for again.
fn edit(task: &ChangeTask<'_>, open: &OpenFolder) -> FlagEdit {
    let edit = FlagEdit::between(&task.flags, task.change).kept_by(&open.kept);
    if task.dropped { edit.without_keywords() } else { edit }
}

/// Notes whether the copy lacks what was wanted and the folder does not keep.
fn settled(mut task: ChangeTask<'_>) -> ChangeTask<'_> {
    task.dropped = match task.change.mark {
        Some(mark) => !mark.is_on(&task.flags),
        None => task.flags.keywords != task.change.keywords,
    };
    task
}

/// The commands to send. Flags are set first; what is to be cleared is cleared after that is proved. Copies that need
/// the same and were seen at the same mod-sequence share a command.
fn stores(open: &OpenFolder, tasks: &[ChangeTask<'_>]) -> Vec<Store> {
    let mut alike: BTreeMap<(String, Option<u64>), Vec<u32>> = BTreeMap::new();
    for task in tasks {
        let edit = edit(task, open);
        let (added, removed) = (edit.added(), edit.removed());
        let what =
            if added.is_empty() { format!("-FLAGS.SILENT ({removed})") } else { format!("+FLAGS.SILENT ({added})") };
        // A change after both the opening and the last change of this copy has a higher mod-sequence than either.
        let since = open.opened.modseq.filter(|_| task.modseq > 0).map(|opened| opened.max(task.modseq));
        alike.entry((what, since)).or_default().push(task.uid);
    }
    let mut stores = Vec::new();
    for ((what, since), uids) in alike {
        let since = since.map_or(String::new(), |since| format!("(UNCHANGEDSINCE {since}) "));
        for (set, uids) in uids::sets_with(&uids) {
            stores.push(Store {
                command: ImapCommand::new(format!("UID STORE {set} {since}{what}"), "setting flags").about(uids.len()),
                uids,
            });
        }
    }
    stores
}

/// The UIDs in the MODIFIED code of a reply to STORE.
fn modified(reply: &CommandReply) -> Vec<u32> {
    let sets = reply.statuses().filter(|status| status.code == "MODIFIED");
    let ranges = sets.filter_map(|status| uids::ranges(str::from_utf8(&status.arguments).ok()?)).flatten();
    // A server may name more than it was asked for. Such a range is cut; what is read back decides about the rest.
    ranges.flat_map(|(first, last)| first..=last.min(first.saturating_add(100_000))).collect()
}
