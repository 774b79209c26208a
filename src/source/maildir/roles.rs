//! What the folders of a Maildir are for. The configuration says so; otherwise their names do, in the words that
//! programs use.

use std::borrow::Cow;

use super::folders::Folder;
use crate::config::{SentFolderChoice, WriteBack};
use crate::domain::folder::{SpecialUse, plain, purpose, purpose_of_part};
use crate::domain::found_copy::FolderContents;
use crate::domain::mailbox_change::{FolderRole, RoleFolders};

/// The roles, in the order in which they count if a name has several such parts.
const ROLES: [FolderRole; 3] = [FolderRole::Archive, FolderRole::Trash, FolderRole::Junk];

/// The roles of folders that the configuration names.
#[derive(Debug, Clone, Default)]
pub(super) struct Roles {
    named: Vec<(SpecialUse, String)>,
    sent: SentFolderChoice,
}

impl Roles {
    pub(super) fn of(settings: &WriteBack) -> Self {
        let named = settings.named().map(|(purpose, name)| (purpose, name.to_owned())).collect();
        Self { named, sent: settings.sent.clone() }
    }

    fn named(&self, role: FolderRole) -> Option<&str> {
        self.named.iter().find(|(named, _)| named.role() == Some(role)).map(|(_, name)| name.as_str())
    }

    /// The role of a folder in changes of messages, if it has one.
    pub(super) fn role(&self, folder: &str) -> Option<FolderRole> {
        if let Some(purpose) = self.configured(folder) {
            return purpose.role();
        }
        let parts: Vec<SpecialUse> = purposes(folder).collect();
        // What lies in a subfolder of the archive, such as one for a year, is archived too.
        let is = |role: &FolderRole| {
            parts.iter().any(|purpose| means(*purpose) == Some(*role)) && self.named(*role).is_none()
        };
        ROLES.into_iter().find(is)
    }

    /// Whether the messages in a folder are not incoming mail: it is the archive or a part of it, or holds sent mail,
    /// drafts, junk or trash.
    pub(super) fn is_aside(&self, folder: &str) -> bool {
        self.configured(folder).is_some() || purpose(folder).is_some() || purposes(folder).any(|it| means(it).is_some())
    }

    /// Whether a folder is for sent mail: the settings name it, or where they name none, its own name says so.
    pub(super) fn is_sent(&self, folder: &str) -> bool {
        match self.configured(folder) {
            Some(purpose) => purpose == SpecialUse::Sent,
            None => self.sent.name().is_none() && purpose(folder) == Some(SpecialUse::Sent),
        }
    }

    /// The folder in which copies of what was sent are kept: the one of the settings, else the nearest to the top of those whose
    /// name says so.
    pub(super) fn sent_folder<'f>(&self, folders: &'f [Folder]) -> Option<&'f Folder> {
        let rank = |folder: &&Folder| {
            let last = folder.name.rsplit('/').next().unwrap_or_default();
            (folder.name.matches('/').count(), purpose_of_part(last).map(|(_, rank)| rank))
        };
        folders.iter().filter(|folder| self.is_sent(&folder.name)).min_by_key(rank)
    }

    /// Whether sent mail is read, and not left out by the settings.
    pub(super) fn reads_sent(&self) -> bool {
        self.sent != SentFolderChoice::LeftOut
    }

    /// What lies in a folder that is read.
    pub(super) fn contents(&self, folder: &str) -> FolderContents {
        match (self.is_sent(folder) && self.reads_sent(), self.is_aside(folder)) {
            (true, _) => FolderContents::Sent,
            (false, true) => FolderContents::Aside,
            (false, false) => FolderContents::Incoming,
        }
    }

    /// What the configuration says that a folder, or one above it, is for.
    fn configured(&self, folder: &str) -> Option<SpecialUse> {
        let mut place = Some(folder);
        while let Some(name) = place {
            if let Some((purpose, _)) = self.named.iter().find(|(_, named)| is_called(name, named)) {
                return Some(*purpose);
            }
            place = name.rsplit_once('/').map(|(above, _)| above);
        }
        None
    }

    /// The folder with a role that is nearest to the folder of a message, so that accounts side by side keep their own.
    pub(super) fn folder<'f>(&self, role: FolderRole, from: &str, folders: &'f [Folder]) -> Option<&'f Folder> {
        if let Some(name) = self.named(role) {
            return folders.iter().find(|folder| is_called(&folder.name, name));
        }
        let wanted = SpecialUse::of(role)?;
        let mut near = Some(from);
        while let Some(parent) = near {
            let rank = |folder: &&Folder| {
                let (above, last) = folder.name.rsplit_once('/').unwrap_or(("", &folder.name));
                let (purpose, rank) = purpose_of_part(last).filter(|_| above == parent)?;
                // A folder with another special use counts after the usual one if it serves the same role: a folder of
                // all mail as the archive.
                (means(purpose) == Some(role)).then_some((purpose != wanted, rank))
            };
            let ranked = folders.iter().filter_map(|folder| Some((rank(&folder)?, folder)));
            if let Some((_, found)) = ranked.min_by_key(|(rank, _)| *rank) {
                return Some(found);
            }
            near = if parent.is_empty() { None } else { Some(parent.rsplit_once('/').map_or("", |(above, _)| above)) };
        }
        None
    }

    /// The folder for each role that a decision may need, seen from all folders that are read for incoming mail; none where
    /// one of them has none.
    pub(super) fn for_decisions(&self, incoming: &[&str], folders: &[Folder]) -> RoleFolders {
        let of = |role| {
            let found = incoming.iter().map(|from| self.folder(role, from, folders).map(|folder| folder.name.clone()));
            let found: Option<Vec<String>> = found.collect();
            (role, found.and_then(|names| names.into_iter().next()))
        };
        FolderRole::OF_DECISIONS.into_iter().map(of).collect()
    }

    /// The name that a folder for a role gets where it is made: the one that the settings say.
    pub(super) fn name_for(&self, role: FolderRole) -> &str {
        self.named(role).unwrap_or(role.usual_name())
    }

    /// What to say if there is no folder for a role: what is missing, and what to do.
    pub(super) fn missing(&self, role: FolderRole) -> (String, String) {
        let (usual, key) = (role.usual_name(), role.key());
        let what = match role {
            FolderRole::Archive => "an archive",
            FolderRole::Trash => "the trash",
            FolderRole::Junk => "spam",
            FolderRole::Held => "what is held",
        };
        match self.named(role) {
            Some(name) => (format!("there is no folder {name}"), format!("make it, or name another as `{key}`")),
            None => (
                format!("there is no folder for {what}"),
                format!("make one called {usual}{}, or name one as `{key}` in this source's settings", role.command()),
            ),
        }
    }
}

/// The special uses that the parts of a name stand for. A folder called INBOX is an inbox at every level.
fn purposes(folder: &str) -> impl Iterator<Item = SpecialUse> {
    let inbox = folder.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case("INBOX"));
    let parts = folder.split('/').filter(move |_| !inbox);
    parts.filter_map(|part| purpose_of_part(part).map(|(purpose, _)| purpose))
}

/// The role of a folder with this special use.
fn means(purpose: SpecialUse) -> Option<FolderRole> {
    if purpose == SpecialUse::All { Some(FolderRole::Archive) } else { purpose.role() }
}

/// Whether `name` means this folder. Levels may be separated by `/` or written as in Maildir++, and modified UTF-7 may
/// be encoded or decoded.
pub(super) fn is_called(folder: &str, name: &str) -> bool {
    let name = written(name);
    folder == name || (folder.contains('&') && plain_folder(folder) == name)
}

/// A name or pattern of the configuration, with `/` between levels.
pub(super) fn written(name: &str) -> Cow<'_, str> {
    match name.strip_prefix('.') {
        Some(plus) => plus.replace('.', "/").into(),
        None => name.into(),
    }
}

/// A folder's name, decoded for people.
pub(super) fn plain_folder(folder: &str) -> String {
    let parts: Vec<Cow<'_, str>> = folder.split('/').map(plain).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::{Folder, Roles};
    use crate::config::{SentFolderChoice, WriteBack};
    use crate::domain::mailbox_change::FolderRole;

    fn folders(names: &[&str]) -> Vec<Folder> {
        names.iter().map(|name| Folder { name: (*name).to_owned(), path: name.into() }).collect()
    }

    #[test]
    fn the_nearest_folder_of_that_name_is_meant() {
        let roles = Roles::default();
        let all = folders(&["", "Archive", "Lists/Rust", "home/INBOX", "home/archives", "work/INBOX", "work/All Mail"]);
        let archive = |from| roles.folder(FolderRole::Archive, from, &all).map(|folder| folder.name.as_str());
        assert_eq!(archive(""), Some("Archive"));
        assert_eq!(archive("Lists/Rust"), Some("Archive"));
        assert_eq!(archive("home/INBOX"), Some("home/archives"));
        assert_eq!(archive("work/INBOX"), Some("work/All Mail"));
        assert_eq!(roles.folder(FolderRole::Trash, "", &all).map(|folder| &folder.name), None);
    }

    #[test]
    fn folders_are_known_in_the_languages_in_which_programs_make_them() {
        let roles = Roles::default();
        let all = folders(&["", "Alle Nachrichten", "Archiv", "Gel&APY-scht", "Papierkorb", "Spamverdacht"]);
        let of = |role| roles.folder(role, "", &all).map(|folder| folder.name.as_str());
        assert_eq!(of(FolderRole::Archive), Some("Archiv"));
        assert_eq!(of(FolderRole::Trash), Some("Papierkorb"), "the usual one");
        assert_eq!(of(FolderRole::Junk), Some("Spamverdacht"));
        assert_eq!(roles.role("Gel&APY-scht"), Some(FolderRole::Trash));
        for (name, aside) in [
            ("", false),
            ("Entw&APw-rfe", true),
            ("Archiv/2024", true),
            ("Corbeille/vieux", true),
            ("work/Gesendet", true),
            ("Gesendet/Familie", false),
            ("[Gmail]/Markiert", true),
            ("Archiv/INBOX", false),
            ("Familie", false),
        ] {
            assert_eq!(roles.is_aside(name), aside, "{name}");
        }
    }

    #[test]
    fn the_configured_name_wins() {
        let settings = WriteBack { archive: Some(".Old.Mail".into()), ..WriteBack::default() };
        let roles = Roles::of(&settings);
        let all = folders(&["", "Archive", "Old/Mail"]);
        assert_eq!(roles.folder(FolderRole::Archive, "", &all).map(|folder| folder.name.as_str()), Some("Old/Mail"));
        assert_eq!((roles.role("Old/Mail"), roles.role("Archive")), (Some(FolderRole::Archive), None));
        assert_eq!(roles.role("Old/Mail/2024"), Some(FolderRole::Archive));
        assert_eq!(Roles::default().role("Archive/2024"), Some(FolderRole::Archive));
        assert_eq!(Roles::default().role("Lists"), None);
    }

    #[test]
    fn what_the_settings_name_is_no_incoming_mail() {
        let settings = WriteBack {
            trash: Some("Mülleimer".into()),
            junk: Some("Filter/Verdacht".into()),
            drafts: Some(".Halbes".into()),
            sent: SentFolderChoice::Named("Ausgang".into()),
            ..WriteBack::default()
        };
        let roles = Roles::of(&settings);
        for name in ["M&APw-lleimer", "Mülleimer", "Mülleimer/Alt", "Filter/Verdacht", "Halbes", "Ausgang"] {
            assert!(roles.is_aside(name), "{name}");
            assert!(!Roles::default().is_aside(name), "{name}");
        }
        assert!(!roles.is_aside("Filter") && !roles.is_aside(""));
        assert_eq!((roles.role("M&APw-lleimer"), roles.role("Ausgang")), (Some(FolderRole::Trash), None));
    }
}
