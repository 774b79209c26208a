//! The folders of an account with what each is for, and making one that a person asked for, so that its role is known to every program: CREATE, with the special use where
//! the server takes that (RFC 6154 §3), and SUBSCRIBE.

use super::Imap;
use super::command::ImapCommand;
use super::failure::{ImapError, printable_text};
use super::folders::{self, ImapFolder, ImapFolders};
use super::session::Session;
use super::transport::ImapTransport;
use crate::domain::folder::SpecialUse;
use crate::domain::folder::pattern::INBOX;
use crate::domain::mailbox_change::{FolderRole, RoleFolders};
use crate::domain::utf7;
use crate::source::SourceError;

/// A folder of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFolder {
    pub name: String,
    /// What it is for, as far as that is known.
    pub purpose: Option<SpecialUse>,
}

const MAKING: &str = "making a folder";

impl Imap {
    /// Asks the server for its folders and what each is for, the inbox first.
    ///
    /// # Errors
    /// Where it can't be reached or lets nobody in.
    pub fn list_folders(&mut self) -> Result<Vec<AccountFolder>, SourceError> {
        let (_, folders) = self.ready()?;
        let (announced, decided) = (folders.announced(), folders.for_decisions());
        let of = |folder: &ImapFolder| {
            let has = |role: &FolderRole| decided.get(role).is_some_and(|name| name.as_ref() == Some(&folder.name));
            let role = FolderRole::OF_DECISIONS.into_iter().find(has).and_then(SpecialUse::of);
            let purpose = role.or_else(|| announced.get(&folder.name).copied()).or_else(|| folder.purpose());
            AccountFolder { name: folder.name.clone(), purpose }
        };
        Ok(folders.all.iter().filter(|folder| folder.selectable).map(of).collect())
    }

    /// Asks the server which folder is for what.
    ///
    /// # Errors
    /// Where it can't be reached or lets nobody in.
    pub fn ask_roles(&mut self) -> Result<RoleFolders, SourceError> {
        let (_, folders) = self.ready()?;
        Ok(folders.for_decisions())
    }

    /// Makes the folder for a role: under the name that the settings say, else under the usual one. Its name afterwards;
    /// where there is one already, its name.
    ///
    /// # Errors
    /// Where the account cannot be reached, or the server does not make it.
    pub fn make_folder(&mut self, role: FolderRole) -> Result<String, SourceError> {
        let (session, folders) = self.ready()?;
        let made = match folders.role(role) {
            Some(folder) => Ok((folder.name.clone(), folders.for_decisions())),
            None => make(session, &folders, role),
        };
        let (name, roles) = self.checked(made)?;
        self.roles = Some(roles);
        Ok(name)
    }
}

fn make(session: &mut Session, folders: &ImapFolders, role: FolderRole) -> Result<(String, RoleFolders), ImapError> {
    let name = folders.settings.named(role).unwrap_or(role.usual_name());
    // Where the folders of an account lie below its inbox, a server takes no other.
    let below = folders.delimiter().map(|delimiter| format!("{INBOX}{delimiter}{name}"));
    let mut refused = Vec::new();
    for name in std::iter::once(name.to_owned()).chain(below) {
        match create(session, &utf7::encode(&name), role)? {
            Ok(()) => {
                // That it is subscribed shows it in other programs; that it is not would do no harm.
                session.ask(&[ImapCommand::new("SUBSCRIBE", MAKING).string(&utf7::encode(&name))])?;
                let folders = folders::list(session, folders.settings.clone())?;
                let made = folders.role(role).map_or(name, |folder| folder.name.clone());
                return Ok((made, folders.for_decisions()));
            }
            Err(said) => refused = said,
        }
    }
    Err(ImapError::No { host: session.host().to_owned(), doing: MAKING, text: printable_text(&refused) })
}

/// Makes a folder, with its use where the server takes it; what the server says where it does not make it.
fn create(session: &mut Session, wire: &str, role: FolderRole) -> Result<Result<(), Vec<u8>>, ImapError> {
    let plain = ImapCommand::new("CREATE", MAKING).string(wire);
    let mut ways = vec![plain.clone()];
    if let Some(purpose) = SpecialUse::of(role).filter(|_| session.has_capability("CREATE-SPECIAL-USE")) {
        ways.insert(0, plain.word(&format!("(USE ({}))", purpose.attribute())));
    }
    let mut said = Vec::new();
    for command in ways {
        match session.ask(&[command])?.into_iter().next() {
            Some(reply) if reply.is_ok() || reply.has("ALREADYEXISTS") => return Ok(Ok(())),
            Some(reply) => said = reply.status.text,
            None => {}
        }
    }
    Ok(Err(said))
}
