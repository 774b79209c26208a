//! Fetching messages: many with one command, and several commands under way at once, the newest first.
//!
//! The responses are compared with what was asked for. A message that did not come is asked for once more, alone,
//! because a message that a server can't deliver may keep others from being delivered too. A message that nobody asked
//! for is ignored.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::item::{FolderReading, Item};
use super::{AccountReading, Interruption};
use crate::source::Withheld;
use crate::source::imap::command::{ImapCommand, OPENING};
use crate::source::imap::failure::ImapError;
use crate::source::imap::fetch_response::FetchResponse;
use crate::source::imap::header_only;
use crate::source::imap::session::Access;
use crate::source::imap::uids;
use crate::source::imap::untagged::Untagged;

/// How many messages one command asks for at most.
const MESSAGES: usize = 100;
/// The size of these messages at most, in bytes: so much is lost when a connection is cut.
const BYTES: u64 = 4 * 1024 * 1024;
/// How many messages are asked for once more at most.
const AGAIN: usize = 200;

/// Messages of a folder that are to be fetched; afterwards, those that did not come.
#[derive(Debug)]
pub(super) struct Wanted<'f> {
    pub(super) reading: FolderReading<'f>,
    pub(super) validity: u32,
    pub(super) items: HashMap<u32, Item>,
    /// Whether the folder could be opened and has the same UIDVALIDITY.
    pub(super) same: bool,
}

impl<'f> Wanted<'f> {
    pub(super) fn new(reading: &FolderReading<'f>, validity: u32, items: Vec<Item>) -> Self {
        let items = items.into_iter().map(|item| (item.uid, item)).collect();
        Self { reading: reading.clone(), validity, items, same: true }
    }

    /// The commands that fetch the messages.
    fn commands(&self, largest: u64) -> Vec<ImapCommand> {
        let mut items: Vec<&Item> = self.items.values().collect();
        items.sort_by_key(|item| std::cmp::Reverse(item.uid));
        let mut commands = Vec::new();
        let mut rest = items.as_slice();
        while let Some(first) = rest.first() {
            let (head, mut bytes) = (first.size > largest, 0_u64);
            let fits = rest.iter().take(MESSAGES).take_while(|item| {
                let fits = (item.size > largest) == head && (bytes == 0 || bytes.saturating_add(item.size) <= BYTES);
                bytes = bytes.saturating_add(item.size);
                fits
            });
            let (chunk, after) = rest.split_at(fits.count().max(1));
            let uids: Vec<u32> = chunk.iter().map(|item| item.uid).collect();
            commands.extend(uids::sets(&uids).iter().map(|set| fetch(set, head, chunk.len())));
            rest = after;
        }
        commands
    }
}

fn fetch(set: &str, head: bool, messages: usize) -> ImapCommand {
    let what = if head { "(UID BODY.PEEK[HEADER])" } else { "(UID BODY.PEEK[])" };
    ImapCommand::new(format!("UID FETCH {set} {what}"), "fetching messages").about(messages)
}

impl<'r> AccountReading<'r> {
    /// Fetches messages of folders, and sends `then` in the same round trip; its untagged responses are returned. If
    /// the messages are not in the open folder, each folder is opened first. What is left in `wanted` did not come.
    pub(super) fn bodies(
        &mut self,
        wanted: &mut [Wanted<'r>],
        is_open: bool,
        then: Option<ImapCommand>,
    ) -> Result<Vec<FetchResponse>, Interruption> {
        let largest = self.largest;
        for one in wanted.iter_mut() {
            let name = &one.reading.folder.name;
            for (_, uid) in self.oversized.iter().filter(|(folder, _)| folder == name) {
                if let Some(item) = one.items.get_mut(uid) {
                    item.size = header_only::UNTOLD;
                }
            }
        }
        let mut commands: Vec<(Option<usize>, ImapCommand)> = Vec::new();
        for (number, one) in wanted.iter().enumerate().filter(|(_, one)| !one.items.is_empty()) {
            if !is_open {
                commands.push((Some(number), self.session.select_command(&one.reading.folder.encoded, Access::Read)));
            }
            commands.extend(one.commands(largest).into_iter().map(|command| (Some(number), command)));
        }
        commands.extend(then.map(|command| (None, command)));
        let after = self.send(&commands, wanted)?;
        for number in 0..wanted.len() {
            if wanted.get(number).is_some_and(|one| one.same && !one.items.is_empty()) {
                self.once_more(wanted, number, is_open)?;
            }
        }
        Ok(after)
    }

    /// Asks for messages that did not come, one by one, and then finds out which of them exist at all.
    fn once_more(&mut self, wanted: &mut [Wanted<'r>], number: usize, is_open: bool) -> Result<(), Interruption> {
        let Some(one) = wanted.get_mut(number) else { return Ok(()) };
        let mut uids: Vec<u32> = one.items.keys().copied().collect();
        uids.sort_unstable_by(|a, b| b.cmp(a));
        let mut commands = Vec::new();
        if !is_open {
            commands.push((Some(number), self.session.select_command(&one.reading.folder.encoded, Access::Read)));
        }
        for uid in uids.iter().take(if self.buffer.throttled { 0 } else { AGAIN }) {
            let head = one.items.get(uid).is_some_and(|item| item.size > self.largest);
            commands.push((Some(number), fetch(&uid.to_string(), head, 1)));
        }
        let there = uids::sets(&uids);
        let ask =
            |set: &String| ImapCommand::new(format!("UID FETCH {set} (UID)"), "fetching messages").about(uids.len());
        commands.extend(there.iter().map(|set| (None, ask(set))));
        let there: Vec<u32> = self.send(&commands, wanted)?.iter().filter_map(|fetched| fetched.uid).collect();
        let Some(one) = wanted.get_mut(number) else { return Ok(()) };
        // A message that no longer exists is no loss: somebody removed it meanwhile.
        one.items.retain(|uid, _| there.contains(uid));
        if !one.items.is_empty() {
            let count = u32::try_from(one.items.len()).unwrap_or(u32::MAX);
            let said = self.buffer.outcome.withheld.as_ref().map_or_else(String::new, |owed| owed.text.clone());
            let what = Withheld { count, text: said };
            self.buffer.problem(&one.reading.folder.name, what);
        }
        Ok(())
    }

    /// Sends commands, each with the index of the folder whose messages it fetches, or none. Returns the responses that
    /// are not parts of messages.
    fn send(
        &mut self,
        commands: &[(Option<usize>, ImapCommand)],
        wanted: &mut [Wanted<'r>],
    ) -> Result<Vec<FetchResponse>, Interruption> {
        let (session, buffer, largest) = (&mut *self.session, &mut self.buffer, self.largest);
        let (of, commands): (Vec<Option<usize>>, Vec<ImapCommand>) = commands.iter().cloned().unzip();
        let mut after = Vec::new();
        let mut folder = 0;
        let statuses = session.each(&commands, &mut |number, untagged| {
            folder = of.get(number).copied().flatten().unwrap_or(folder);
            let Some(one) = wanted.get_mut(folder) else { return ControlFlow::Continue(()) };
            match untagged {
                Untagged::Status(status) if status.code == "UIDVALIDITY" => {
                    one.same = status.number("UIDVALIDITY") == Some(one.validity);
                }
                Untagged::Fetched(FetchResponse { uid: Some(uid), body: Some(body), .. }) if one.same => {
                    if let Some(item) = one.items.remove(&uid) {
                        let body = if item.size > largest { header_only::alone(&body, item.size) } else { body };
                        return buffer.hand(&one.reading, one.validity, item, body);
                    }
                }
                Untagged::Fetched(fetched) if fetched.body.is_none() => after.push(fetched),
                _ => {}
            }
            ControlFlow::Continue(())
        });
        let statuses = statuses.map_err(|error| match (error, wanted.get(folder)) {
            (error @ ImapError::TooLarge { uid: Some(uid), .. }, Some(one)) => {
                Interruption::TooLarge { folder: one.reading.folder.name.clone(), uid, error }
            }
            (error, _) => Interruption::Failed(error),
        })?;
        buffer.goes_on()?;
        let opened = |command: &ImapCommand| command.doing() == OPENING;
        for ((folder, command), status) in of.iter().zip(&commands).zip(&statuses) {
            if !status.is_ok() && !opened(command) {
                buffer.refused(status);
            }
            if let Some(one) = folder.and_then(|folder| wanted.get_mut(folder)).filter(|_| opened(command)) {
                one.same &= status.is_ok();
            }
        }
        Ok(after)
    }
}
