//! Setting and clearing flags: what needs the same goes out as one command, and all is read back.
//!
//! Where the server counts changes (RFC 7162), it is told up to which one the copy was seen, so that it sets nothing on a
//! copy that somebody changed since. Such a copy is looked at again, and decided again.

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

/// A copy is gone at so often: once to set, once to clear, and again where somebody came between.
const ROUNDS: usize = 4;

/// A STORE and the copies that it names.
struct Store {
    command: ImapCommand,
    uids: Vec<u32>,
}

impl<'a> ChangeRun<'a> {
    /// Brings the flags of copies to what their changes want, and hands back those of which that is proved.
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

    /// Sends what every copy needs next, and reads back what came of it.
    fn round(&mut self, open: &OpenFolder, tasks: Vec<ChangeTask<'a>>) -> Result<Vec<ChangeTask<'a>>, ImapError> {
        let stores = stores(open, &tasks);
        let commands = stores.iter().map(|store| store.command.clone()).collect();
        let uids: Vec<u32> = tasks.iter().map(|task| task.uid).collect();
        let (answers, copies) = self.read_back(open, commands, &uids)?;
        // Those that the server says it left alone because somebody changed them.
        let left: HashSet<u32> = answers.iter().flat_map(modified).collect();
        let refusal = |uid: u32| {
            let mine = stores.iter().zip(&answers).filter(|(store, _)| store.uids.contains(&uid));
            mine.map(|(_, answer)| answer).find(|answer| !answer.is_yes() && !answer.has("MODIFIED"))
        };
        let mut next = Vec::new();
        for mut task in tasks {
            let Some(copy) = copies.get(&task.uid) else {
                self.gone.push(MissingCopy::from(task.change));
                continue;
            };
            let before = edit(&task, open);
            task.flags = copy.flags.clone().unwrap_or_default();
            task.modseq = copy.modseq.unwrap_or(task.modseq);
            // What is marked for removal now was not marked by us.
            if decide(task.change, &task.flags, false, true) == Feasibility::Overtaken {
                self.conflict(task.change, open, task.uid, task.flags);
                continue;
            }
            let after = edit(&task, open);
            if after == before && !left.contains(&task.uid) {
                // It was asked for, and nothing came of it.
                if let Some(answer) = refusal(task.uid) {
                    // A folder takes so many keywords and no more; what else was asked for may be done without them.
                    if after.has_keywords() && (answer.status.is_about_keywords() || !answer.status.passes()) {
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
    /// Takes back what was set on copies of which the move was refused: a change that was not made leaves nothing behind. It
    /// is tried once; what does not succeed is set already when the move is tried again.
    pub(super) fn take_back(&mut self, open: &OpenFolder) -> Result<(), ImapError> {
        let mut alike: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for task in std::mem::take(&mut self.stayed).into_iter().filter(|task| !task.halfway) {
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

/// Notes whether the copy lacks keywords that were wanted.
fn settled(mut task: ChangeTask<'_>) -> ChangeTask<'_> {
    task.dropped = task.flags.keywords != task.change.keywords;
    task
}

/// What to send: flags are set first, and what is to be cleared is cleared when that is proved. What needs the same, and
/// was seen at the same count of changes, shares a command.
fn stores(open: &OpenFolder, tasks: &[ChangeTask<'_>]) -> Vec<Store> {
    let mut alike: BTreeMap<(String, Option<u64>), Vec<u32>> = BTreeMap::new();
    for task in tasks {
        let edit = edit(task, open);
        let (added, removed) = (edit.added(), edit.removed());
        let what =
            if added.is_empty() { format!("-FLAGS.SILENT ({removed})") } else { format!("+FLAGS.SILENT ({added})") };
        // A change after both the opening and the last one of this copy has a higher count than either.
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

/// The UIDs that an answer to STORE says were left alone.
fn modified(reply: &CommandReply) -> Vec<u32> {
    let sets = reply.statuses().filter(|status| status.code == "MODIFIED");
    let ranges = sets.filter_map(|status| uids::ranges(str::from_utf8(&status.arguments).ok()?)).flatten();
    // A server may name more than it was asked for; such a range is cut, and what it hides is decided by what is read back.
    ranges.flat_map(|(first, last)| first..=last.min(first.saturating_add(100_000))).collect()
}
