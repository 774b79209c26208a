//! Mail that a hard hold has moved to its folder, when that folder no longer exists under its name: somebody renamed
//! it, moved it below another folder, or deleted it. The messages are looked for in every folder of the account.

use super::failure::ImapError;
use super::folder_search::{self, Certainty, MatchedMessage, SearchTarget};
use super::folders::{ImapFolder, ImapFolders};
use super::key::UidKey;
use super::session::Access;
use super::transport::{self, ImapTransport};
use crate::domain::ids::Id;
use crate::domain::mailbox_change::{FolderRole, Found, Lost};

/// The attribute of the folder with all mail (RFC 6154).
const ALL: &str = "\\All";

/// Whether the folder of a copy is gone: no folder has that name, or another folder has it now.
pub(super) fn is_gone(
    transport: &mut dyn ImapTransport,
    folders: &ImapFolders,
    (folder, key): (&str, &str),
) -> Result<bool, ImapError> {
    let Some(folder) = folders.named(folder) else { return Ok(true) };
    Ok(match transport::open(transport, &folder.encoded, Access::Read)? {
        Ok(opened) => UidKey::read(key).is_some_and(|key| opened.validity.is_some_and(|now| now != key.validity)),
        Err(refused) => refused.code == "NONEXISTENT",
    })
}

/// The folders that are not searched otherwise, and after them the one with all mail.
pub(super) fn others(folders: &ImapFolders) -> Vec<ImapFolder> {
    let searched = folders.searched();
    let other = |folder: &&ImapFolder| searched.iter().all(|known| known.name != folder.name) && !folder.is(ALL);
    let all = folders.role(FolderRole::Archive).filter(|folder| folder.is(ALL));
    folders.all.iter().filter(|folder| folder.selectable).filter(other).chain(all).cloned().collect()
}

/// Whether it means something that a message was found in a folder. Where folders are labels, every message is in the
/// folder of all mail; and a folder below the trash was moved there as a whole.
pub(super) fn tells(folders: &ImapFolders, found: &Found) -> bool {
    let Found::At { folder, .. } = found else { return false };
    folders.searched().iter().any(|known| known.name == *folder && !known.is(ALL))
}

/// The newest copy of each message in a folder.
pub(super) fn in_folder(
    transport: &mut dyn ImapTransport,
    folder: &ImapFolder,
    wanted: &[SearchTarget<'_>],
) -> Result<Vec<Option<(MatchedMessage, u32)>>, ImapError> {
    let Ok(opened) = transport::open(transport, &folder.encoded, Access::Read)? else {
        return Ok(vec![None; wanted.len()]);
    };
    let validity = opened.validity.unwrap_or_default();
    let found = folder_search::find_matches(transport, &opened, wanted, Certainty::Fingerprint)?;
    Ok(found.into_iter().map(|places| places.into_iter().next_back().map(|place| (place, validity))).collect())
}

/// Looks for lost messages of a hard hold that are in no folder that is read or has a role. If a message can't be found
/// because its folder was deleted with it, nothing is reported: that says nothing about what somebody wanted to do with
/// the message.
pub(super) fn find(
    transport: &mut dyn ImapTransport,
    folders: &ImapFolders,
    lost: &[(&Lost, Found)],
    told: &mut dyn FnMut(Id, Found),
) -> Result<(), ImapError> {
    let mut open: Vec<&Lost> = Vec::new();
    for (lost, found) in lost {
        let Some((folder, key)) = &lost.aside else { continue };
        if is_gone(transport, folders, (folder, key))? {
            open.push(lost);
        } else {
            told(lost.id, found.clone());
        }
    }
    for folder in others(folders) {
        if open.is_empty() {
            break;
        }
        let wanted: Vec<SearchTarget<'_>> = open.iter().map(|lost| SearchTarget::of(lost)).collect();
        let found = in_folder(transport, &folder, &wanted)?;
        let mut rest = Vec::new();
        for (lost, found) in open.into_iter().zip(found) {
            match found {
                Some((MatchedMessage { uid, flags }, validity)) if !folder.is(ALL) => {
                    let (folder, key) = (folder.name.clone(), UidKey { validity, uid }.to_string());
                    told(lost.id, Found::At { folder, key, role: Some(FolderRole::Held), flags });
                }
                _ => rest.push(lost),
            }
        }
        open = rest;
    }
    Ok(())
}
