//! Looking at the copies that are to be changed, before anything is changed.

use std::collections::{HashMap, HashSet};

use super::decide::{Feasibility, decide};
use super::missing::MissingCopy;
use super::{ChangeRun, ChangeTask, OpenFolder, shown, wanted};
use crate::domain::flags::Flags;
use crate::domain::mailbox_change::Change;
use crate::source::imap::command::ImapCommand;
use crate::source::imap::failure::ImapError;
use crate::source::imap::fetch_response::FetchResponse;
use crate::source::imap::folder_search::{self, Certainty, SearchTarget, UnsureMatch};
use crate::source::imap::key::UidKey;
use crate::source::imap::pipeline::CommandReply;
use crate::source::imap::uids;

impl<'a> ChangeRun<'a> {
    /// The changes that may be made, each with the present state of its copy. The others are reported, or kept as
    /// missing.
    pub(super) fn precheck(
        &mut self,
        open: &OpenFolder,
        changes: &[&'a Change],
    ) -> Result<Vec<ChangeTask<'a>>, ImapError> {
        let uid = |change: &Change| {
            let key = UidKey::read(&change.key)?;
            (key.validity == open.validity).then_some(key.uid)
        };
        let (numbered, mut renumbered): (Vec<&Change>, Vec<&Change>) =
            changes.iter().copied().partition(|change| uid(change).is_some());
        let numbered: Vec<(&Change, u32)> =
            numbered.into_iter().filter_map(|change| uid(change).map(|uid| (change, uid))).collect();
        let modseq = if open.opened.modseq.is_some() { " MODSEQ" } else { "" };
        let items = format!("UID FLAGS{modseq} RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]");
        let asked: Vec<u32> = numbered.iter().map(|(_, uid)| *uid).collect();
        let (_, copies) = self.fetch(Vec::new(), &asked, &items)?;
        let unsure = self.unsure(&numbered, &copies)?;
        let mut tasks = Vec::new();
        for (change, uid) in numbered {
            match copies.get(&uid) {
                None => self.missing.push(MissingCopy::from(change)),
                // The UID belongs to another message now. It is treated as if all UIDs had changed.
                Some(_) if unsure.get(&uid).is_some_and(|same| !same) => renumbered.push(change),
                Some(copy) => tasks.extend(self.task(open, change, uid, copy)),
            }
        }
        tasks.extend(self.find_renumbered(open, &renumbered)?);
        Ok(tasks)
    }

    /// Sends commands, and then asks for the flags of messages in the open folder, in one round trip.
    pub(super) fn read_back(
        &mut self,
        open: &OpenFolder,
        commands: Vec<ImapCommand>,
        asked: &[u32],
    ) -> Result<(Vec<CommandReply>, HashMap<u32, FetchResponse>), ImapError> {
        let modseq = if open.opened.modseq.is_some() { " MODSEQ" } else { "" };
        self.fetch(commands, asked, &format!("UID FLAGS{modseq}"))
    }

    /// Sends commands, and then asks for messages of the open folder. A message that is not in the result does not
    /// exist.
    fn fetch(
        &mut self,
        mut commands: Vec<ImapCommand>,
        asked: &[u32],
        items: &str,
    ) -> Result<(Vec<CommandReply>, HashMap<u32, FetchResponse>), ImapError> {
        let first = commands.len();
        let fetch = |set: &String| {
            ImapCommand::new(format!("UID FETCH {set} ({items})"), "looking at messages").about(asked.len())
        };
        commands.extend(uids::sets(asked).iter().map(fetch));
        let mut copies: HashMap<u32, FetchResponse> = HashMap::new();
        let mut replies = if commands.is_empty() { Vec::new() } else { self.transport.ask(&commands)? };
        // A response may come with the reply to an earlier command.
        for (uid, fetched) in replies.iter().flat_map(CommandReply::fetched) {
            // The items of one message may come in several responses. The last value counts.
            let copy = copies.entry(uid).or_default();
            let FetchResponse { flags, modseq, size, body, .. } = fetched.clone();
            copy.flags = flags.or(copy.flags.take());
            copy.modseq = modseq.or(copy.modseq);
            copy.size = size.or(copy.size);
            copy.body = body.or(copy.body.take());
        }
        // Responses that were not asked for, or lack what was asked for, do not count.
        let asked: HashSet<u32> = asked.iter().copied().collect();
        copies.retain(|uid, copy| asked.contains(uid) && copy.flags.is_some());
        replies.truncate(first);
        Ok((replies, copies))
    }

    /// Whether copies are the right ones, where their Message-ID does not prove it.
    fn unsure(
        &mut self,
        numbered: &[(&Change, u32)],
        copies: &HashMap<u32, FetchResponse>,
    ) -> Result<HashMap<u32, bool>, ImapError> {
        let sure = |change: &Change, copy: &FetchResponse| {
            let id = folder_search::message_id(copy.body.as_deref().unwrap_or_default());
            let sized = copy.size == Some(change.size);
            id == change.message_id && (id.is_some() || (sized && !change.tried))
        };
        let unsure = numbered.iter().filter_map(|(change, uid)| {
            let copy = copies.get(uid).filter(|copy| !sure(change, copy))?;
            Some(UnsureMatch { uid: *uid, size: copy.size, wanted: wanted(change) })
        });
        let doubts: Vec<UnsureMatch<'_>> = unsure.collect();
        let same = folder_search::are_equal(self.transport, &doubts)?;
        Ok(doubts.iter().map(|doubt| doubt.uid).zip(same).collect())
    }

    fn task(
        &mut self,
        open: &OpenFolder,
        change: &'a Change,
        uid: u32,
        copy: &FetchResponse,
    ) -> Option<ChangeTask<'a>> {
        let flags = copy.flags.clone().unwrap_or_default();
        self.decided(open, change, uid, flags, copy.modseq.unwrap_or_default())
    }

    pub(super) fn decided(
        &mut self,
        open: &OpenFolder,
        change: &'a Change,
        uid: u32,
        flags: Flags,
        modseq: u64,
    ) -> Option<ChangeTask<'a>> {
        let target = self.target(change, &open.folder.name);
        let goes = matches!(target, Ok(Some(_)));
        let verdict = decide(change, &flags, goes, change.tried);
        if verdict == Feasibility::Conflict {
            self.conflict(change, open, uid, flags);
            return None;
        }
        let target = match target {
            Ok(target) => target,
            Err(outcome) => {
                self.tell(change, outcome);
                return None;
            }
        };
        let halfway = verdict == Feasibility::MarkedDeleted;
        let before = flags.clone();
        Some(ChangeTask { change, uid, flags, modseq, target, before, marked_deleted: halfway, dropped: false })
    }

    /// Looks for messages in this folder whose UIDs are no longer valid. A message is accepted only if exactly one in
    /// the folder is equal to it in every byte that counts.
    fn find_renumbered(&mut self, open: &OpenFolder, changes: &[&'a Change]) -> Result<Vec<ChangeTask<'a>>, ImapError> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let asked: Vec<SearchTarget<'_>> = changes.iter().map(|change| wanted(change)).collect();
        let found = folder_search::find_matches(self.transport, &open.opened, &asked, Certainty::Fingerprint)?;
        let mut tasks = Vec::new();
        for (change, places) in changes.iter().zip(found) {
            match places.as_slice() {
                [] => self.missing.push(MissingCopy { change, renumbered: true }),
                [place] => tasks.extend(self.decided(open, change, place.uid, place.flags.clone(), 0)),
                _ => {
                    let name = shown(&open.folder.name);
                    let what = format!(
                        "the server gave new numbers to the messages of {name}, and this one lies there more than once"
                    );
                    self.refused(change, what, "make this change there with another program".to_owned());
                }
            }
        }
        Ok(tasks)
    }
}
