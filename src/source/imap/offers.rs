//! What an account offers, asked without reading any mail, for the report of `tidebox check`.

use super::Imap;
use super::failure::printable_text;
use super::folders::ImapFolders;
use super::refusal::is_transient;
use super::session::{Access, Selected, Session};
use crate::domain::mailbox_change::FolderRole;
use crate::source::SourceError;

/// How many folders are opened to see whether that is possible.
const OPENED: usize = 100;

/// What an account offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountOffers {
    /// The folders that are read.
    pub read: Vec<String>,
    /// Folders that are to be read and do not exist.
    pub missing: Vec<String>,
    /// Folders that are to be read and that the server does not open.
    pub closed: Vec<UnopenedFolder>,
    /// The folders with a role.
    pub archive: RoleFolder,
    pub trash: RoleFolder,
    pub junk: RoleFolder,
    /// The folder that is read as sent mail, where there is one.
    pub sent: Option<String>,
    /// Whether folders are labels: a message may have several, and is always in the folder of all mail.
    pub labels: bool,
    /// Whether the server keeps our keywords.
    pub keywords: bool,
    /// Whether it reports new mail without being asked (IDLE).
    pub reports_news: bool,
    /// Whether it can report what has changed since the last reading.
    pub reports_changes: bool,
}

/// A folder that the server does not open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnopenedFolder {
    pub name: String,
    /// The server's reason.
    pub said: String,
    /// Whether it may go away by itself.
    pub is_transient: bool,
}

/// The folder with a role; or, if there is none, why not and what to do.
pub type RoleFolder = Result<String, (String, String)>;

impl Imap {
    /// Asks the server. Nothing is changed there.
    ///
    /// # Errors
    /// If the server can't be reached or refuses the login.
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
        read.iter().take(OPENED).map(|folder| session.select_command(&folder.encoded, Access::Read)).collect();
    let replies = session.run(&commands)?;
    let closed = read.iter().zip(&replies).filter(|(_, reply)| !reply.status.is_ok());
    let closed = closed.map(|(folder, reply)| UnopenedFolder {
        name: folder.name.clone(),
        said: printable_text(&reply.status.text),
        is_transient: is_transient(&reply.status),
    });
    let closed: Vec<UnopenedFolder> = closed.collect();
    // Only SELECT, and not EXAMINE, says what can be changed in a folder.
    let keywords = match read.iter().find(|folder| closed.iter().all(|one| one.name != folder.name)) {
        Some(folder) => keeps_keywords(&session.select(&folder.encoded, Access::Write)?),
        None => true,
    };
    let leaving = session.unselect_commands();
    session.run(&leaving)?;
    Ok(AccountOffers {
        read: read.iter().map(|folder| folder.name.clone()).collect(),
        missing: folders.missing().into_iter().map(str::to_owned).collect(),
        closed,
        archive: place(FolderRole::Archive),
        trash: place(FolderRole::Trash),
        junk: place(FolderRole::Junk),
        sent: folders.sent().map(|folder| folder.name.clone()),
        labels: folders.role(FolderRole::Archive).is_some_and(|folder| folder.is("\\All")),
        keywords,
        reports_news: tells,
        reports_changes: changes,
    })
}

fn keeps_keywords(selected: &Selected) -> bool {
    selected.keywords || selected.permanent.is_none()
}
