//! Looking for messages that are not where they were: in the folders that are read, then in those that have a role.

use super::failure::ImapError;
use super::folders::Folders;
use super::key::Key;
use super::seek::{self, Sure, Wanted};
use super::session::Access;
use super::talk::{self, Talk};
use crate::domain::ids::Id;
use crate::domain::outside::{Found, Lost};

/// Tells of each lost message where it is now.
pub(super) fn find<'a>(
    talk: &mut dyn Talk,
    folders: &Folders,
    lost: &'a [Lost],
    told: &mut dyn FnMut(Id, Found),
) -> Result<(), ImapError> {
    let wanted = |lost: &'a Lost| {
        let Lost { message_id, identity, size, .. } = lost;
        Wanted { message_id: message_id.as_deref(), identity: *identity, size: *size }
    };
    let wanted: Vec<Wanted<'_>> = lost.iter().map(wanted).collect();
    for (lost, found) in lost.iter().zip(locate(talk, folders, &wanted)?) {
        told(lost.id, found);
    }
    Ok(())
}

/// Where messages are, in the order in which they are asked for. One that lies in several folders is where it is read.
pub(super) fn locate(talk: &mut dyn Talk, folders: &Folders, wanted: &[Wanted<'_>]) -> Result<Vec<Found>, ImapError> {
    let mut found = vec![Found::Nowhere; wanted.len()];
    for folder in folders.searched() {
        let open: Vec<usize> =
            found.iter().enumerate().filter_map(|(at, found)| (*found == Found::Nowhere).then_some(at)).collect();
        if open.is_empty() {
            break;
        }
        // A folder that can't be opened is passed over: nothing is found there.
        let Ok(opened) = talk::open(talk, folder, Access::Read)? else { continue };
        let asked: Vec<Wanted<'_>> = open.iter().filter_map(|at| wanted.get(*at)).copied().collect();
        let places = seek::seek(talk, &opened, &asked, Sure::Identity)?;
        for (at, places) in open.into_iter().zip(places) {
            if let (Some(place), Some(found)) = (places.into_iter().next_back(), found.get_mut(at)) {
                let key = Key { validity: opened.validity.unwrap_or_default(), uid: place.uid }.to_string();
                let role = folders.role_of(&folder.name);
                *found = Found::At { folder: folder.name.clone(), key, role, flags: place.flags };
            }
        }
    }
    Ok(found)
}
