//! Which folders of a Maildir are read, by names and patterns, as for an IMAP account. The Maildir itself is called
//! `INBOX`.

use super::folders::Folder;
use super::roles::{plain_folder, written};
use crate::domain::folder::pattern::{self, INBOX};

/// The names and patterns, decoded and with `/` between levels.
#[derive(Debug, Clone)]
pub(super) struct FolderPatterns(Vec<String>);

impl FolderPatterns {
    /// From the configuration, where levels may be separated by `/` or written as in Maildir++.
    pub(super) fn of(patterns: &[String]) -> Self {
        let meant = |pattern: &String| match pattern.strip_prefix('-') {
            Some(left_out) => format!("-{}", plain_folder(&written(left_out))),
            None => plain_folder(&written(pattern)),
        };
        Self(patterns.iter().map(meant).collect())
    }

    pub(super) fn all() -> Self {
        Self(vec!["*".to_owned()])
    }

    pub(super) fn reads(&self, folder: &Folder) -> bool {
        pattern::chosen(&self.0, &called(folder), Some('/')).is_some()
    }

    /// Whether a folder is left out by a name or a pattern that begins with `-`.
    pub(super) fn leaves_out(&self, folder: &Folder) -> bool {
        pattern::leaves_out(&self.0, &called(folder), Some('/'))
    }

    /// Whether a folder is named in full, and not by a pattern.
    pub(super) fn names(&self, folder: &str) -> bool {
        let called = plain_folder(folder);
        self.0.iter().any(|name| pattern::is_name(name) && pattern::same(name, &called))
    }

    /// The names of folders that are to be read and do not exist.
    pub(super) fn missing(&self, folders: &[Folder]) -> Vec<&str> {
        let names = self.0.iter().filter(|name| pattern::is_name(name) && !name.starts_with('-'));
        let is_there = |name: &&String| folders.iter().any(|folder| pattern::same(name, &called(folder)));
        names.filter(|name| !is_there(name)).map(String::as_str).collect()
    }
}

/// The name that a person knows a folder by.
fn called(folder: &Folder) -> String {
    if folder.name.is_empty() { INBOX.to_owned() } else { plain_folder(&folder.name) }
}

#[cfg(test)]
mod tests {
    use super::{Folder, FolderPatterns};

    #[test]
    fn folders_are_chosen_as_those_of_an_account() {
        let all = ["", "Archive", "Entw&APw-rfe", "Lists", "Lists/rust", "Lists/rust/old", "Work"];
        let folders = all.map(|name| Folder { name: name.to_owned(), path: name.into() });
        let reads = |patterns: &[&str]| {
            let chosen = FolderPatterns::of(&patterns.iter().map(|pattern| (*pattern).to_owned()).collect::<Vec<_>>());
            let missing = chosen.missing(&folders).into_iter().map(str::to_owned).collect::<Vec<_>>();
            let read = folders.iter().filter(|folder| chosen.reads(folder)).map(|folder| folder.name.clone());
            (read.collect::<Vec<_>>(), missing)
        };
        assert_eq!(reads(&["*"]).0, all);
        assert_eq!(reads(&["INBOX"]), (vec![String::new()], vec![]));
        assert_eq!(reads(&["inbox", ".Lists.%", "Gone"]).0, ["", "Lists/rust"]);
        assert_eq!(reads(&["inbox", ".Lists.%", "Gone"]).1, ["Gone"]);
        assert_eq!(reads(&["%", "-Entwürfe", "-W*"]).0, ["", "Archive", "Lists"]);
        assert_eq!(reads(&["Entwürfe"]).0, reads(&["Entw&APw-rfe"]).0);
        assert_eq!(reads(&["*", "-.Lists*", "-Archive"]).0, ["", "Entw&APw-rfe", "Work"]);
    }
}
