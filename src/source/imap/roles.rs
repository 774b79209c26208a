//! Which folder has which role: archive, trash, junk, or the folder of a hard hold. The configuration decides, then the
//! server's attributes (RFC 6154), then the name of the folder.

use std::collections::HashMap;

use super::folders::{ImapFolder, ImapFolders};
use crate::domain::folder::pattern::INBOX;
use crate::domain::folder::{SpecialUse, purpose_of_part};
use crate::domain::mailbox_change::{FolderRole, RoleFolders};

/// The special uses of folders that are not views of mail in other folders.
const PURPOSES: [SpecialUse; 5] =
    [SpecialUse::Archive, SpecialUse::Drafts, SpecialUse::Junk, SpecialUse::Sent, SpecialUse::Trash];

impl ImapFolders {
    /// The folder with a role. If the configuration names one, only that one counts.
    pub(super) fn role(&self, role: FolderRole) -> Option<&ImapFolder> {
        if let Some(name) = self.settings.named(role) {
            return self.named(name);
        }
        // Where all mail lies in one folder and the others are labels, that folder is the archive. It is the last
        // choice, because on other servers it is a view that nothing can be moved to.
        let all = || self.for_use(SpecialUse::All).filter(|_| role == FolderRole::Archive);
        self.for_use(SpecialUse::of(role)?).or_else(all)
    }

    /// The folder that the server marks for a use; where it marks none, the one whose name tells it.
    pub(super) fn for_use(&self, wanted: SpecialUse) -> Option<&ImapFolder> {
        let marked = self.best(|folder| folder.is(wanted.attribute()).then_some(0));
        marked.or_else(|| {
            self.best(|folder| purpose_of_part(folder.last()).and_then(|(it, rank)| (it == wanted).then_some(rank)))
        })
    }

    /// The folder for each role that a decision may need.
    pub(super) fn for_decisions(&self) -> RoleFolders {
        let of = |role| (role, self.role(role).map(|folder| folder.name.clone()));
        FolderRole::OF_DECISIONS.into_iter().map(of).collect()
    }

    /// Of the folders that can be selected and have a rank, the one on the highest level, and then the one with the
    /// lowest rank.
    fn best(&self, rank: impl Fn(&ImapFolder) -> Option<usize>) -> Option<&ImapFolder> {
        let ranked = self.all.iter().filter(|folder| folder.selectable && folder.name != INBOX);
        let ranked = ranked.filter_map(|folder| rank(folder).map(|rank| ((folder.level(), rank), folder)));
        ranked.min_by_key(|(rank, _)| *rank).map(|(_, folder)| folder)
    }

    /// The role of a folder.
    pub(super) fn role_of(&self, name: &str) -> Option<FolderRole> {
        let roles = [FolderRole::Held, FolderRole::Archive, FolderRole::Trash, FolderRole::Junk];
        roles.into_iter().find(|role| self.role(*role).is_some_and(|folder| folder.name == name))
    }

    /// Notes for each folder whether it holds no incoming mail.
    pub(super) fn set_aside(&mut self) {
        let announced = self.announced();
        let is_aside = |folder: &ImapFolder| {
            if folder.last().eq_ignore_ascii_case(INBOX) {
                return false;
            }
            let is_for_itself = folder.purpose().is_some_and(|purpose| !purpose.is_view());
            let mut above = folder.above();
            while let Some(name) = above {
                let purpose =
                    announced.get(name).copied().or_else(|| purpose_of_part(folder.last_of(name)).map(|(it, _)| it));
                if purpose.and_then(SpecialUse::role).is_some() {
                    return true;
                }
                above = folder.above_of(name);
            }
            is_for_itself || announced.contains_key(folder.name.as_str())
        };
        let aside: Vec<bool> = self.all.iter().map(is_aside).collect();
        for (folder, aside) in self.all.iter_mut().zip(aside) {
            folder.aside = aside;
        }
    }

    /// The special uses of folders as the configuration or, if it says nothing, the server gives them, without views of
    /// other mail.
    pub(super) fn announced(&self) -> HashMap<String, SpecialUse> {
        let mut announced = HashMap::new();
        for purpose in PURPOSES {
            let marked = self.all.iter().filter(|folder| folder.is(purpose.attribute()));
            announced.extend(marked.map(|folder| (folder.name.clone(), purpose)));
        }
        for purpose in PURPOSES {
            let named = self.settings.for_purpose(purpose).and_then(|name| self.named(name));
            announced.extend(named.map(|folder| (folder.name.clone(), purpose)));
        }
        announced
    }

    /// Why a change can't be made because a folder is missing, and what a person can do about it.
    pub(super) fn no_role(&self, role: FolderRole) -> (String, String) {
        let (key, usual) = (role.key(), role.usual_name());
        let or =
            if role == FolderRole::Archive { ", or leave what is done where it is with `done = \"read\"`" } else { "" };
        match self.settings.named(role) {
            Some(name) => (
                format!("there is no folder {name}, which `{key}` names"),
                format!("make that folder, or name another one with `{key} = \"…\"`{or}"),
            ),
            None => (
                format!("there is no folder for {}", if role == FolderRole::Archive { "the archive" } else { key }),
                format!(
                    "make a folder {usual}{}, or name the one that you use with `{key} = \"…\"`{or}",
                    role.command()
                ),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::mailbox_change::FolderRole;
    use crate::source::imap::folders::tests::folders;
    use crate::source::imap::folders::{FolderSettings, ImapFolders};

    fn role(folders: &ImapFolders, role: FolderRole) -> Option<&str> {
        folders.role(role).map(|folder| folder.name.as_str())
    }

    #[test]
    fn the_server_tells_what_folders_are_for() {
        let found = folders(
            &[
                r#"(\archive) "/" Ablage"#,
                r#"(\Trash) "/" "M&APw-ll""#,
                r#"() "/" Archive"#,
                r#"(\Noselect \Junk) "/" x"#,
            ],
            FolderSettings::default(),
        );
        assert_eq!(role(&found, FolderRole::Archive), Some("Ablage"), "in small letters too");
        assert_eq!(role(&found, FolderRole::Trash), Some("Müll"));
        assert_eq!(role(&found, FolderRole::Junk), None, "it cannot be selected");
        assert_eq!(found.role_of("Müll"), Some(FolderRole::Trash));
    }

    #[test]
    fn names_tell_where_the_server_does_not() {
        let found = folders(
            &[
                r#"() "." INBOX"#,
                r#"() "." INBOX.old.Archive"#,
                r#"() "." INBOX.Archives"#,
                r#"() "." "INBOX.Deleted Items""#,
            ],
            FolderSettings::default(),
        );
        assert_eq!(role(&found, FolderRole::Archive), Some("INBOX.Archives"), "the highest one");
        assert_eq!(role(&found, FolderRole::Trash), Some("INBOX.Deleted Items"));
        assert_eq!(role(&found, FolderRole::Junk), None);
        assert_eq!(role(&found, FolderRole::Held), None);
    }

    #[test]
    fn where_all_mail_is_one_folder_it_is_the_archive() {
        let lines = [r#"(\HasChildren \Noselect) "/" "[Gmail]""#, r#"(\All) "/" "[Gmail]/All Mail""#];
        assert_eq!(role(&folders(&lines, FolderSettings::default()), FolderRole::Archive), Some("[Gmail]/All Mail"));
        let lines = [r#"(\All) "/" all"#, r#"() "/" Archive"#];
        assert_eq!(role(&folders(&lines, FolderSettings::default()), FolderRole::Archive), Some("Archive"));
    }

    #[test]
    fn a_configured_name_is_the_one_that_counts() {
        let lines = [r#"(\Archive) "." INBOX.Archive"#, r#"() "." INBOX.2026"#];
        let named = |name: &str| FolderSettings { archive: Some(name.to_owned()), ..FolderSettings::default() };
        assert_eq!(role(&folders(&lines, named("2026")), FolderRole::Archive), Some("INBOX.2026"));
        let found = folders(&lines, named("2025"));
        assert_eq!(role(&found, FolderRole::Archive), None, "no other one is taken");
        let (what, hint) = found.no_role(FolderRole::Archive);
        assert!(what.contains("2025") && hint.contains("archive = ") && hint.contains("done = "), "{what} {hint}");
        let (what, hint) = found.no_role(FolderRole::Trash);
        assert!(what.contains("trash") && hint.contains("trash = ") && !hint.contains("done"), "{what} {hint}");
    }
}
