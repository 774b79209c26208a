//! What an account offers, asked without reading any mail: for the report of `tidebox check`.

use super::Imap;
use super::failure::printable_text;
use super::folders::ImapFolders;
use super::refusal::passes;
use super::session::{Access, Selected, Session};
use crate::domain::mailbox_change::FolderRole;
use crate::source::SourceError;

/// So many folders are opened to see whether they can be.
const OPENED: usize = 100;

/// What an account offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountOffers {
    /// The folders that are read.
    pub read: Vec<String>,
    /// Folders that are to be read and are not there.
    pub missing: Vec<String>,
    /// Folders that are to be read and that the server does not open.
    pub closed: Vec<UnopenedFolder>,
    /// The folders by what they are for.
    pub archive: RoleFolder,
    pub trash: RoleFolder,
    pub junk: RoleFolder,
    /// Whether folders are labels, of which a message may have several, and all of it lies in the archive.
    pub labels: bool,
    /// Whether keywords of ours are kept.
    pub keywords: bool,
    /// Whether it tells by itself that something came.
    pub tells: bool,
    /// Whether it can tell what has changed since the last time.
    pub changes: bool,
}

/// A folder that the server does not open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnopenedFolder {
    pub name: String,
    /// What the server says to that.
    pub said: String,
    /// Whether that passes by itself.
    pub passes: bool,
}

/// A folder that is there, or why it is not and what to do.
pub type RoleFolder = Result<String, (String, String)>;

impl Imap {
    /// Asks the server. Nothing is changed there.
    ///
    /// # Errors
    /// Where it can't be reached or lets nobody in.
    pub fn ask(&mut self) -> Result<AccountOffers, SourceError> {
        let (session, folders) = self.ready()?;
        let asked = offers(session, &folders);
        self.checked(asked)
    }
}

fn offers(session: &mut Session, folders: &ImapFolders) -> Result<AccountOffers, super::ImapError> {
    let has = |name: &str| session.capabilities().has(name);
    let (tells, changes) = (has("IDLE"), has("QRESYNC") || has("CONDSTORE"));
    let place = |role| match folders.role(role) {
        Some(folder) => Ok(folder.name.clone()),
        None => Err(folders.no_role(role)),
    };
    let read = folders.read();
    let commands: Vec<_> =
        read.iter().take(OPENED).map(|folder| session.selecting(&folder.wire, Access::Read)).collect();
    let replies = session.run(&commands)?;
    let closed = read.iter().zip(&replies).filter(|(_, reply)| !reply.status.is_ok());
    let closed = closed.map(|(folder, reply)| UnopenedFolder {
        name: folder.name.clone(),
        said: printable_text(&reply.status.text),
        passes: passes(&reply.status),
    });
    let closed: Vec<UnopenedFolder> = closed.collect();
    // Only a folder that is opened to be changed says what can be changed in it.
    let keywords = match read.iter().find(|folder| closed.iter().all(|one| one.name != folder.name)) {
        Some(folder) => keeps_keywords(&session.select(&folder.wire, Access::Write)?),
        None => true,
    };
    let leaving = session.leaving();
    session.run(&leaving)?;
    Ok(AccountOffers {
        read: read.iter().map(|folder| folder.name.clone()).collect(),
        missing: folders.missing().into_iter().map(str::to_owned).collect(),
        closed,
        archive: place(FolderRole::Archive),
        trash: place(FolderRole::Trash),
        junk: place(FolderRole::Junk),
        labels: folders.role(FolderRole::Archive).is_some_and(|folder| folder.is("\\All")),
        keywords,
        tells,
        changes,
    })
}

fn keeps_keywords(selected: &Selected) -> bool {
    selected.keywords || selected.permanent.is_none()
}
