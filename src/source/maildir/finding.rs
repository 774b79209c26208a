//! Finding messages again that are not where they were, by what is in them: not every program keeps the unique part of a
//! name when it moves a message.

use std::collections::HashMap;
use std::fs;

use super::folders::Folder;
use super::roles::Roles;
use super::{Side, name};
use crate::domain::arrival::Identity;
use crate::domain::folder::is_aside;
use crate::domain::limits::MESSAGE_BYTES;
use crate::domain::outside::{Found, Role};
use crate::mail;
use crate::source::read_message;

/// A message that is looked for.
pub(super) struct Sought<T> {
    pub message: T,
    pub identity: Identity,
    /// Of what is kept of it, in bytes.
    pub size: u64,
}

/// Looks for messages in every folder. Where one lies in several, the folder that is for nothing special counts: it is
/// still there; then the archive, and the trash last.
pub(super) fn find<T>(folders: &[Folder], roles: &Roles, sought: Vec<Sought<T>>, told: &mut dyn FnMut(T, Found)) {
    let mut sought: Vec<Option<Sought<T>>> = sought.into_iter().map(Some).collect();
    let mut by_size: HashMap<u64, Vec<usize>> = HashMap::new();
    for (place, one) in sought.iter().enumerate() {
        let Some(one) = one else { continue };
        by_size.entry(one.size).or_default().push(place);
    }
    for folder in in_order(folders, roles) {
        for side in [Side::New, Side::Cur] {
            for entry in fs::read_dir(side.of(folder)).into_iter().flatten().flatten() {
                let Ok(file) = entry.file_name().into_string() else { continue };
                let (key, letters) = name::split(&file);
                let place = same(&entry, &file, &by_size, &sought);
                let Some(one) = place.and_then(|place| sought.get_mut(place)).and_then(Option::take) else { continue };
                let role = roles.role(&folder.name);
                let (folder, key) = (folder.name.clone(), key.to_owned());
                told(one.message, Found::At { folder, key, role, flags: name::flags(letters) });
            }
        }
    }
    for one in sought.into_iter().flatten() {
        told(one.message, Found::Nowhere);
    }
}

/// Which of those that are looked for this file is, by its size first: few files are read.
fn same<T>(
    entry: &fs::DirEntry,
    file: &str,
    by_size: &HashMap<u64, Vec<usize>>,
    sought: &[Option<Sought<T>>],
) -> Option<usize> {
    let size = name::size(file).or_else(|| entry.metadata().ok().map(|facts| facts.len()))?;
    let places = by_size.get(&size.min(MESSAGE_BYTES as u64 + 1))?;
    let open = |place: &&usize| sought.get(**place).is_some_and(Option::is_some);
    places.iter().find(open)?;
    let identity = mail::parse(read_message(&entry.path()).ok()?).identity;
    let is_it =
        |place: &usize| sought.get(*place).is_some_and(|it| it.as_ref().is_some_and(|it| it.identity == identity));
    places.iter().copied().find(is_it)
}

/// The folders in which a message may lie, in the order in which what is found there counts.
pub(super) fn in_order<'f>(folders: &'f [Folder], roles: &Roles) -> Vec<&'f Folder> {
    let rank = |folder: &&Folder| match roles.role(&folder.name) {
        None => 0,
        Some(Role::Archive | Role::Held) => 1,
        Some(Role::Junk) => 2,
        Some(Role::Trash) => 3,
    };
    // What was sent is another copy of it.
    let counts = |folder: &&Folder| roles.role(&folder.name).is_some() || !is_aside(&folder.name);
    let mut all: Vec<&Folder> = folders.iter().filter(counts).collect();
    all.sort_by_key(rank);
    all
}
