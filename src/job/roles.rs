//! Which folders a commit needs, and whether they are there: what is known without asking a server, and making one that is
//! missing, because a person asked for it.

use chrono::{DateTime, Utc};

use super::JobError;
use crate::config::{Config, DoneMeans, SourceConfig, SourceKind};
use crate::domain::ids::SourceId;
use crate::domain::mailbox_change::{FolderRole, RoleFolders};
use crate::source::imap::Imap;
use crate::source::maildir::Maildir;
use crate::source::{Mailbox, SourceError};
use crate::store::Store;

/// The folders of one mailbox in which commits change something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxRoles {
    /// The source's name.
    pub source: String,
    /// What is known; empty where the mailbox was not read yet.
    pub folders: RoleFolders,
    /// The roles that decisions need as the settings are.
    pub needed: Vec<FolderRole>,
}

impl MailboxRoles {
    /// The roles that decisions need and no folder has.
    pub fn missing(&self) -> impl Iterator<Item = FolderRole> + '_ {
        self.needed.iter().copied().filter(|role| self.folders.get(role).is_some_and(Option::is_none))
    }

    /// What goes where: `done goes to Archive, trash goes to Trash`; what is missing is left out.
    #[must_use]
    pub fn words(&self) -> String {
        let goes = |role: &FolderRole| {
            let folder = self.folders.get(role)?.as_deref()?;
            Some(format!("{} goes to {folder}", decided(*role)))
        };
        self.needed.iter().filter_map(goes).collect::<Vec<_>>().join(", ")
    }
}

/// What a person decides that needs the folder of a role.
#[must_use]
pub fn decided(role: FolderRole) -> &'static str {
    match role {
        FolderRole::Archive => "done",
        FolderRole::Trash => "trash",
        FolderRole::Junk => "spam",
        FolderRole::Held => "what is held",
    }
}

/// What becomes of what is decided while the folder for a role is missing, and what to do, as two sentences.
#[must_use]
pub fn without(role: FolderRole) -> (String, String) {
    let what = match role {
        FolderRole::Archive => "There is no archive folder: what is done stays where it is.",
        FolderRole::Trash => "There is no trash folder: what is trash stays where it is.",
        FolderRole::Junk => "There is no folder for spam: what is spam stays where it is.",
        FolderRole::Held => "There is no folder for what is held.",
    };
    let or = if role == FolderRole::Archive { ", or say `done = \"read\"` in the settings" } else { "" };
    let hint = format!(
        "Make it with `tidebox account folders --make`, name yours with `{} = \"...\"`{or}; the changes wait until then.",
        role.key()
    );
    (what.to_owned(), hint)
}

/// What is known of every mailbox in which commits change something. A Maildir is looked at; of an account it is what was
/// seen at the last reading, so nothing waits for a server.
///
/// # Errors
/// Where the store cannot be read.
pub fn known(store: &Store, config: &Config) -> Result<Vec<MailboxRoles>, JobError> {
    let rows = store.sources()?;
    let mut all = Vec::new();
    for source in config.sources.iter().filter(|source| source.is_written_to()) {
        let folders = match &source.kind {
            SourceKind::Maildir { path, folders } => {
                Maildir::of(path, folders, &source.write_back).role_folders().unwrap_or_default()
            }
            _ => match rows.iter().find(|row| row.name == source.name) {
                Some(row) => store.role_folders(row.id)?,
                None => RoleFolders::new(),
            },
        };
        all.push(MailboxRoles { source: source.name.clone(), folders, needed: needed(source) });
    }
    Ok(all)
}

/// The roles that decisions need in a source as its settings are.
#[must_use]
pub fn needed(source: &SourceConfig) -> Vec<FolderRole> {
    let done = &source.write_back;
    let archives = done.done_in.iter().map(|(_, means)| *means).chain([done.done]).any(|it| it == DoneMeans::Archive);
    FolderRole::OF_DECISIONS.into_iter().filter(|role| archives || *role != FolderRole::Archive).collect()
}

/// Asks a mailbox which folder has which role.
///
/// # Errors
/// Where it cannot be reached or read.
pub fn ask(source: &SourceConfig) -> Result<MailboxRoles, SourceError> {
    let folders = match &source.kind {
        SourceKind::Maildir { path, folders } => Maildir::of(path, folders, &source.write_back).role_folders()?,
        SourceKind::Imap(account) => Imap::new(source, account).ask_roles()?,
        _ => RoleFolders::new(),
    };
    Ok(MailboxRoles { source: source.name.clone(), folders, needed: needed(source) })
}

/// Makes the folder for a role in a mailbox; its name.
///
/// # Errors
/// Where it cannot be made.
pub fn make(source: &SourceConfig, role: FolderRole) -> Result<String, SourceError> {
    match &source.kind {
        SourceKind::Imap(account) => Imap::new(source, account).make_folder(role),
        SourceKind::Maildir { path, folders } => Maildir::of(path, folders, &source.write_back).make_folder(role),
        _ => Ok(String::new()),
    }
}

/// Notes what a mailbox has shown of its folders, so that what waited for one of them is done.
pub(super) fn note(
    store: &mut Store,
    id: SourceId,
    mailbox: Option<&mut dyn Mailbox>,
    now: DateTime<Utc>,
) -> Result<(), JobError> {
    if let Some(seen) = mailbox.and_then(|mailbox| mailbox.role_folders()).filter(|_| !store.is_read_only()) {
        store.note_roles(id, &seen, now)?;
    }
    Ok(())
}
