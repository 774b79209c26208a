//! Looking for messages that are not where they were: in the folders that are read, in those with a role, and then in
//! all others.

use super::command::ImapCommand;
use super::failure::ImapError;
use super::folder_search::{self, Certainty, SearchTarget};
use super::folders::{ImapFolder, ImapFolders};
use super::key::UidKey;
use super::pipeline::CommandReply;
use super::session::Access;
use super::transport::{self, ImapTransport};
use crate::domain::ids::Id;
use crate::domain::mailbox_change::{Found, Lost};

/// How many messages one SEARCH asks for in a folder that is not read.
const AT_ONCE: usize = 20;

/// Reports for each lost message where it is now. If a folder that may hold a message can't be opened at present,
/// nothing is reported of the message.
pub(super) fn find<'a>(
    transport: &mut dyn ImapTransport,
    folders: &ImapFolders,
    lost: &'a [Lost],
    told: &mut dyn FnMut(Id, Found),
) -> Result<(), ImapError> {
    let wanted = |lost: &'a Lost| {
        let Lost { message_id, fingerprint, size, .. } = lost;
        SearchTarget { message_id: message_id.as_deref(), fingerprint: *fingerprint, size: *size }
    };
    let wanted: Vec<SearchTarget<'_>> = lost.iter().map(wanted).collect();
    for (lost, found) in lost.iter().zip(locate(transport, folders, &wanted)?) {
        if let Some(found) = found {
            told(lost.id, found);
        }
    }
    Ok(())
}

/// Where messages are, in the order of `wanted`; `None` where that can't be told at present. If a message lies in
/// several folders, the one that is read counts.
pub(super) fn locate(
    transport: &mut dyn ImapTransport,
    folders: &ImapFolders,
    wanted: &[SearchTarget<'_>],
) -> Result<Vec<Option<Found>>, ImapError> {
    let mut looking = AccountSearch { transport, folders, wanted, found: vec![None; wanted.len()], incomplete: false };
    for folder in folders.searched() {
        looking.in_folder(folder)?;
    }
    looking.elsewhere()?;
    // A message that somebody moved back meanwhile may have been missed in the first pass over these folders.
    for folder in folders.read() {
        looking.in_folder(folder)?;
    }
    let nowhere = (!looking.incomplete).then_some(Found::Nowhere);
    Ok(looking.found.into_iter().map(|found| found.or_else(|| nowhere.clone())).collect())
}

struct AccountSearch<'l> {
    transport: &'l mut dyn ImapTransport,
    folders: &'l ImapFolders,
    wanted: &'l [SearchTarget<'l>],
    found: Vec<Option<Found>>,
    /// A folder could not be opened, and may hold the message.
    incomplete: bool,
}

impl<'l> AccountSearch<'l> {
    /// The messages that are not found yet, with their indexes.
    fn open(&self) -> Vec<(usize, SearchTarget<'l>)> {
        let places = self.wanted.iter().copied().zip(&self.found).enumerate();
        places.filter(|(_, (_, found))| found.is_none()).map(|(at, (wanted, _))| (at, wanted)).collect()
    }

    /// Looks into a folder that is read or has a role.
    fn in_folder(&mut self, folder: &ImapFolder) -> Result<(), ImapError> {
        let open = self.open();
        if open.is_empty() {
            return Ok(());
        }
        let opened = match transport::open(self.transport, &folder.encoded, Access::Read)? {
            Ok(opened) => opened,
            Err(refused) => {
                self.incomplete |= !matches!(refused.code.as_str(), "NONEXISTENT" | "NOPERM");
                return Ok(());
            }
        };
        let asked: Vec<SearchTarget<'_>> = open.iter().map(|(_, wanted)| *wanted).collect();
        let role = self.folders.role_of(&folder.name);
        for ((at, _), places) in
            open.into_iter().zip(folder_search::find_matches(self.transport, &opened, &asked, Certainty::Fingerprint)?)
        {
            if let (Some(place), Some(found)) = (places.into_iter().next_back(), self.found.get_mut(at)) {
                let key = UidKey { validity: opened.validity.unwrap_or_default(), uid: place.uid }.to_string();
                *found = Some(Found::At { folder: folder.name.clone(), key, role, flags: place.flags });
            }
        }
        Ok(())
    }

    /// Looks through the folders that are neither read nor have a role. All of them are searched in one round trip, and
    /// only those in which something was found are looked into.
    fn elsewhere(&mut self) -> Result<(), ImapError> {
        let others = self.folders.others();
        for asked in self.open().chunks(AT_ONCE) {
            let mut commands = Vec::with_capacity(others.len() * 2);
            for folder in &others {
                commands.push(self.transport.select_command(&folder.encoded, Access::Read));
                commands.push(search(asked));
            }
            let replies = if commands.is_empty() { Vec::new() } else { self.transport.ask(&commands)? };
            for (folder, replies) in others.iter().zip(replies.chunks(2)) {
                if has_some(replies) {
                    self.filed_in(folder, asked)?;
                }
            }
        }
        Ok(())
    }

    fn filed_in(&mut self, folder: &ImapFolder, asked: &[(usize, SearchTarget<'_>)]) -> Result<(), ImapError> {
        let Ok(opened) = transport::open(self.transport, &folder.encoded, Access::Read)? else { return Ok(()) };
        let role = self.folders.lies_in(folder);
        let wanted: Vec<SearchTarget<'_>> = asked.iter().map(|(_, wanted)| *wanted).collect();
        for ((at, _), places) in
            asked.iter().zip(folder_search::find_matches(self.transport, &opened, &wanted, Certainty::Fingerprint)?)
        {
            let (Some(place), Some(found)) = (places.into_iter().next_back(), self.found.get_mut(*at)) else {
                continue;
            };
            let name = folder.name.clone();
            let key = UidKey { validity: opened.validity.unwrap_or_default(), uid: place.uid }.to_string();
            *found = Some(match role {
                Some(_) => Found::At { folder: name, key, role, flags: place.flags },
                None => Found::Filed { folder: name },
            });
        }
        Ok(())
    }
}

/// Whether a folder that was opened and searched may hold one of the messages.
fn has_some(replies: &[CommandReply]) -> bool {
    let [opened, searched] = replies else { return false };
    opened.is_ok() && (!searched.is_ok() || searched.matched().any(|uids| !uids.is_empty()))
}

/// One SEARCH command for any of these messages.
fn search(asked: &[(usize, SearchTarget<'_>)]) -> ImapCommand {
    let mut search = ImapCommand::new("UID SEARCH", "looking for a message");
    for (number, (_, wanted)) in asked.iter().enumerate() {
        if number + 1 < asked.len() {
            search = search.word("OR");
        }
        search = wanted.searched_by(search);
    }
    search
}
