//! Finding messages by their content. Some programs change the unique part of a name when they move or number a
//! message, and some write the message anew with one or two more fields in its header (`X-TUID`, `Content-Length`,
//! `Status` …).
//!
//! Files of exactly the same size are compared first. A message that is not among them is looked for by the Message-ID
//! in the headers of files of about its size, because line ends and added fields change the size a little. So few files
//! are read, and none of them twice.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use super::chosen::FolderPatterns;
use super::folders::Folder;
use super::roles::Roles;
use super::{Subdir, name};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::flags::Flags;
use crate::domain::limits::{HEADER_BLOCK_BYTES, MESSAGE_BYTES};
use crate::domain::mailbox_change::{Change, FolderRole, Found, Lost};
use crate::mail;
use crate::source::read_message;

/// A size may differ by so many bytes for the fields that programs add or remove, and by this part of it for line ends.
const FIELDS: u64 = 4096;
const LINE_ENDS: u64 = 16;
/// How much of a file is read first to find its Message-ID.
const HEAD: u64 = 16 * 1024;

/// A message that is looked for.
pub(super) struct SearchedMessage<'s> {
    pub message_id: Option<&'s str>,
    pub fingerprint: Fingerprint,
    /// Its size in bytes, as far as it is kept.
    pub size: u64,
}

impl<'s> From<&'s Change> for SearchedMessage<'s> {
    fn from(change: &'s Change) -> Self {
        Self { message_id: change.message_id.as_deref(), fingerprint: change.fingerprint, size: change.size }
    }
}

impl<'s> From<&'s Lost> for SearchedMessage<'s> {
    fn from(lost: &'s Lost) -> Self {
        Self { message_id: lost.message_id.as_deref(), fingerprint: lost.fingerprint, size: lost.size }
    }
}

/// The file of a message.
#[derive(Debug, Clone)]
pub(super) struct MessageFile {
    pub side: Subdir,
    /// Its file name as text (see `name`).
    pub name: String,
}

impl MessageFile {
    pub(super) fn path(&self, folder: &Folder) -> std::path::PathBuf {
        self.side.of(folder).join(name::file(&self.name))
    }

    pub(super) fn key(&self) -> &str {
        name::split(&self.name).0
    }

    pub(super) fn flags(&self) -> Flags {
        name::flags(&self.name, self.side)
    }
}

/// Where a message file.
#[derive(Debug, Clone)]
pub(super) struct MessagePlace<'f> {
    pub folder: &'f Folder,
    pub file: MessageFile,
}

impl MessagePlace<'_> {
    pub(super) fn found(&self, roles: &Roles, read: &FolderPatterns) -> Found {
        let (folder, role) = (self.folder.name.clone(), roles.role(&self.folder.name));
        if role.is_none() && !read.reads(self.folder) {
            return Found::Filed { folder };
        }
        Found::At { folder, key: self.file.key().to_owned(), role, flags: self.file.flags() }
    }
}

/// All places of each message that is looked for, in the order of `folders`.
pub(super) fn places<'f>(folders: &[&'f Folder], sought: &[SearchedMessage<'_>]) -> Vec<Vec<MessagePlace<'f>>> {
    let mut found: Vec<Vec<MessagePlace<'f>>> = sought.iter().map(|_| Vec::new()).collect();
    if sought.is_empty() {
        return found;
    }
    let mut by_size: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, one) in sought.iter().enumerate() {
        by_size.entry(one.size).or_default().push(at);
    }
    walk(folders, &mut |place, path, size| {
        let Some(places) = by_size.get(&size.min(MESSAGE_BYTES as u64 + 1)) else { return };
        note(&mut found, place, path, places, sought);
    });
    let open: Vec<usize> = (0..sought.len()).filter(|at| found.get(*at).is_some_and(Vec::is_empty)).collect();
    if open.is_empty() {
        return found;
    }
    let mut by_id: HashMap<Option<&str>, Vec<usize>> = HashMap::new();
    for at in &open {
        by_id.entry(sought.get(*at).and_then(|one| one.message_id)).or_default().push(*at);
    }
    let spans = spans(open.iter().filter_map(|at| sought.get(*at)));
    walk(folders, &mut |place, path, size| {
        let next = spans.partition_point(|(_, last)| *last < size);
        if spans.get(next).is_none_or(|(first, _)| size < *first) {
            return;
        }
        let Ok(head) = head(path) else { return };
        let id = mail::parse(&head).envelope.message_id;
        if let Some(places) = by_id.get(&id.as_deref()) {
            note(&mut found, place, path, places, sought);
        }
    });
    found
}

/// Adds a file to the places of those messages that it holds.
fn note<'f>(
    found: &mut [Vec<MessagePlace<'f>>],
    place: &MessagePlace<'f>,
    path: &Path,
    places: &[usize],
    sought: &[SearchedMessage<'_>],
) {
    let Ok(fingerprints) = fingerprints(path) else { return };
    for at in places {
        let same = sought.get(*at).is_some_and(|one| fingerprints.contains(&one.fingerprint));
        if let (true, Some(found)) = (same, found.get_mut(*at)) {
            found.push(place.clone());
        }
    }
}

/// Calls `each` for every file with its size, folder by folder.
fn walk<'f>(folders: &[&'f Folder], each: &mut dyn FnMut(&MessagePlace<'f>, &Path, u64)) {
    for folder in folders.iter().copied() {
        for side in [Subdir::New, Subdir::Cur] {
            for entry in fs::read_dir(side.of(folder)).into_iter().flatten().flatten() {
                let name = name::text(entry.file_name());
                if name.starts_with('.') {
                    continue;
                }
                let size = name::size(&name).or_else(|| entry.metadata().ok().map(|facts| facts.len()));
                if let Some(size) = size {
                    each(&MessagePlace { folder, file: MessageFile { side, name } }, &entry.path(), size);
                }
            }
        }
    }
}

/// The sizes that a file of one of these messages may have: sorted ranges that do not overlap.
fn spans<'s>(sought: impl Iterator<Item = &'s SearchedMessage<'s>>) -> Vec<(u64, u64)> {
    let mut all: Vec<(u64, u64)> = sought
        .map(|one| {
            let slack = FIELDS + one.size / LINE_ENDS;
            // Of a larger message only the beginning is kept, so its full size is not known.
            let last = if one.size > MESSAGE_BYTES as u64 { u64::MAX } else { one.size + slack };
            (one.size.saturating_sub(slack), last)
        })
        .collect();
    all.sort_unstable();
    let mut apart: Vec<(u64, u64)> = Vec::with_capacity(all.len());
    for (first, last) in all {
        match apart.last_mut() {
            Some(before) if first <= before.1 => before.1 = before.1.max(last),
            _ => apart.push((first, last)),
        }
    }
    apart
}

/// The beginning of a file, up to the end of its header.
pub(super) fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut head = Vec::new();
    let mut room = HEAD;
    while room > 0 {
        let before = head.len();
        (&mut file).take(room).read_to_end(&mut head)?;
        if head.len() == before || mail::header_ends(&head) {
            break;
        }
        room = (HEADER_BLOCK_BYTES as u64).saturating_sub(head.len() as u64);
    }
    Ok(head)
}

/// The fingerprints that a file may have: its own, and, if only its beginning is kept, the one before fields were added
/// to its header.
fn fingerprints(path: &Path) -> io::Result<Vec<Fingerprint>> {
    let raw = read_message(path)?;
    let mut all = vec![mail::fingerprint(&raw)];
    if raw.len() > MESSAGE_BYTES {
        drop(raw);
        let mut longer = Vec::new();
        File::open(path)?.take((MESSAGE_BYTES + 1) as u64 + FIELDS).read_to_end(&mut longer)?;
        let mut before = mail::without_added_fields(&longer);
        before.truncate(MESSAGE_BYTES + 1);
        all.push(mail::fingerprint(&before));
    }
    Ok(all)
}

/// The folders in which a message may lie. What is found in an earlier one counts first: ordinary folders, where the
/// message is still to be dealt with, then the archive, and the trash last.
pub(super) fn in_order<'f>(folders: &'f [Folder], roles: &Roles) -> Vec<&'f Folder> {
    let rank = |folder: &&Folder| match roles.role(&folder.name) {
        None => 0,
        Some(FolderRole::Archive | FolderRole::Held) => 1,
        Some(FolderRole::Junk) => 2,
        Some(FolderRole::Trash) => 3,
    };
    // In the folder of sent mail file another copy of the message, not the one that was moved.
    let counts = |folder: &&Folder| roles.role(&folder.name).is_some() || !roles.is_aside(&folder.name);
    let mut all: Vec<&Folder> = folders.iter().filter(counts).collect();
    all.sort_by_key(rank);
    all
}
