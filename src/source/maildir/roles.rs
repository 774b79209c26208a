//! Which folders of a Maildir are for what. The configuration says so, or their names do, as programs give them.

use super::folders::Folder;
use crate::config::WriteBack;
use crate::domain::outside::Role;

/// Names that programs give to folders, in lower case, the usual one first.
const NAMES: [(Role, &[&str]); 3] = [
    (Role::Archive, &["archive", "archives", "all mail"]),
    (Role::Trash, &["trash", "bin", "deleted items", "deleted messages"]),
    (Role::Junk, &["junk", "spam", "junk e-mail", "junk email", "bulk mail"]),
];

/// The folders that the configuration names.
#[derive(Debug, Clone, Default)]
pub(super) struct Roles {
    named: Vec<(Role, String)>,
}

impl Roles {
    pub(super) fn of(settings: &WriteBack) -> Self {
        let all = [(Role::Archive, &settings.archive), (Role::Trash, &settings.trash), (Role::Junk, &settings.junk)];
        Self { named: all.into_iter().filter_map(|(role, name)| Some((role, name.clone()?))).collect() }
    }

    fn named(&self, role: Role) -> Option<&str> {
        self.named.iter().find(|(named, _)| *named == role).map(|(_, name)| name.as_str())
    }

    /// What a folder is for.
    pub(super) fn role(&self, folder: &str) -> Option<Role> {
        if let Some((role, _)) = self.named.iter().find(|(_, name)| is_called(folder, name)) {
            return Some(*role);
        }
        // What lies within the archive, a year say, is archived too.
        let by_name = |(role, names): &(Role, &[&str])| {
            let so_called = folder.split('/').any(|part| names.contains(&part.to_lowercase().as_str()));
            (so_called && self.named(*role).is_none()).then_some(*role)
        };
        NAMES.iter().find_map(by_name)
    }

    /// The folder for this, seen from the folder of a message: the nearest one, so that accounts side by side keep their own.
    pub(super) fn folder<'f>(&self, role: Role, from: &str, folders: &'f [Folder]) -> Option<&'f Folder> {
        if let Some(name) = self.named(role) {
            return folders.iter().find(|folder| is_called(&folder.name, name));
        }
        let (_, names) = NAMES.iter().find(|(known, _)| *known == role)?;
        let mut near = Some(from);
        while let Some(parent) = near {
            for name in *names {
                let within = |folder: &&Folder| {
                    let (above, last) = folder.name.rsplit_once('/').unwrap_or(("", &folder.name));
                    above == parent && last.to_lowercase() == *name
                };
                if let Some(found) = folders.iter().find(within) {
                    return Some(found);
                }
            }
            near = if parent.is_empty() { None } else { Some(parent.rsplit_once('/').map_or("", |(above, _)| above)) };
        }
        None
    }

    /// What to say where there is no such folder: what is missing, and what to do.
    pub(super) fn missing(&self, role: Role) -> (String, String) {
        let (what, usual, key) = match role {
            Role::Archive => ("an archive", "Archive", "archive"),
            Role::Trash => ("the trash", "Trash", "trash"),
            Role::Junk => ("spam", "Junk", "junk"),
            Role::Held => ("what is held", "Held", "held_folder"),
        };
        match self.named(role) {
            Some(name) => (format!("there is no folder {name}"), format!("make it, or name another as `{key}`")),
            None => (
                format!("there is no folder for {what}"),
                format!("make one called {usual}, or name one as `{key}` in this source's settings"),
            ),
        }
    }
}

/// Whether a folder is meant: by its name with `/` between levels, or as Maildir++ writes it.
fn is_called(folder: &str, name: &str) -> bool {
    folder == name || name.strip_prefix('.').is_some_and(|name| folder == name.replace('.', "/"))
}

#[cfg(test)]
mod tests {
    use super::{Folder, Roles};
    use crate::config::WriteBack;
    use crate::domain::outside::Role;

    fn folders(names: &[&str]) -> Vec<Folder> {
        names.iter().map(|name| Folder { name: (*name).to_owned(), path: name.into() }).collect()
    }

    #[test]
    fn the_nearest_folder_of_that_name_is_meant() {
        let roles = Roles::default();
        let all = folders(&["", "Archive", "Lists/Rust", "home/INBOX", "home/archives", "work/INBOX", "work/All Mail"]);
        let archive = |from| roles.folder(Role::Archive, from, &all).map(|folder| folder.name.as_str());
        assert_eq!(archive(""), Some("Archive"));
        assert_eq!(archive("Lists/Rust"), Some("Archive"));
        assert_eq!(archive("home/INBOX"), Some("home/archives"));
        assert_eq!(archive("work/INBOX"), Some("work/All Mail"));
        assert_eq!(roles.folder(Role::Trash, "", &all).map(|folder| &folder.name), None);
    }

    #[test]
    fn the_configured_name_wins() {
        let settings = WriteBack { archive: Some(".Old.Mail".into()), ..WriteBack::default() };
        let roles = Roles::of(&settings);
        let all = folders(&["", "Archive", "Old/Mail"]);
        assert_eq!(roles.folder(Role::Archive, "", &all).map(|folder| folder.name.as_str()), Some("Old/Mail"));
        assert_eq!((roles.role("Old/Mail"), roles.role("Archive")), (Some(Role::Archive), None));
        assert_eq!(Roles::default().role("Archive/2024"), Some(Role::Archive));
        assert_eq!(Roles::default().role("Lists"), None);
    }
}
