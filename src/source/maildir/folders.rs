//! The folders of a Maildir: nested ones, and Maildir++ with its `.Sub.Folder` names.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::source::Problems;

/// How many levels of folders are read. Deeper ones are a mistake or a loop.
const DEEPEST: usize = 20;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folder {
    /// Its name with `/` between levels; empty for the Maildir itself.
    pub(super) name: String,
    pub(super) path: PathBuf,
}

/// Every folder that holds messages, sorted by name. Links are followed, but no folder is visited twice.
pub(super) fn find(root: &Path, problems: &mut Problems) -> Vec<Folder> {
    let mut found = Vec::new();
    let mut visited = HashSet::new();
    let mut open = vec![(Folder { name: String::new(), path: root.to_owned() }, 0)];
    while let Some((folder, depth)) = open.pop() {
        let fresh = fs::canonicalize(&folder.path).is_ok_and(|real| visited.insert(real));
        if !fresh {
            continue;
        }
        let entries = match fs::read_dir(&folder.path) {
            Ok(entries) => entries,
            Err(error) => {
                problems.add(folder.path.display(), error);
                continue;
            }
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if matches!(name.as_str(), "cur" | "new" | "tmp" | "." | "..") || !entry.path().is_dir() {
                continue;
            }
            let inner = match name.strip_prefix('.') {
                // Of the folders that begin with a dot, only mailboxes are read: the others belong to programs.
                Some(_) if !is_folder(&entry.path()) => continue,
                Some(plain) => plain.replace('.', "/"),
                None => name,
            };
            if depth < DEEPEST {
                let name = if folder.name.is_empty() { inner } else { format!("{}/{inner}", folder.name) };
                open.push((Folder { name, path: entry.path() }, depth + 1));
            }
        }
        if is_folder(&folder.path) {
            found.push(folder);
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// Whether a folder has the subfolders of a Maildir.
pub(in crate::source) fn is_folder(path: &Path) -> bool {
    path.join("cur").is_dir() && path.join("new").is_dir()
}
