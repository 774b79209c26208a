//! What setting up an account does by itself: looking up, logging in, making folders, writing.

use super::{AccountEnd, AccountSetup, AccountWork, Login, LookingUp, RoleAnswer};
use crate::config::{DraftSource, SourceKind, write_source};
use crate::domain::folder::SpecialUse;
use crate::domain::mailbox_change::FolderRole;
use crate::job::roles;
use crate::source::SourceError;
use crate::source::discovery::{LookUp, LookUpReach};
use crate::source::imap::{AccountFolder, Imap};

/// Folders that are told by their names.
const NAMED: usize = 12;

/// Where to look for the server of a domain.
pub type LookUpPlaces<'a> = &'a dyn Fn(&str, LookUpReach) -> LookUp;

impl AccountSetup {
    /// Does what is to be done now. That may take a minute where nobody answers.
    pub fn perform(&mut self, work: AccountWork) {
        self.perform_in(work, &|domain, reach| LookUp::of(domain, reach));
    }

    /// The same, looking for servers in other places.
    pub fn perform_in(&mut self, work: AccountWork, places: LookUpPlaces<'_>) {
        match work {
            AccountWork::LookUp(reach) => self.look_up(reach, places),
            AccountWork::LogIn => self.log_in(),
            AccountWork::MakeFolder(role) => self.make_folder(role),
            AccountWork::Write => self.write(),
        }
    }

    fn look_up(&mut self, reach: LookUpReach, places: LookUpPlaces<'_>) {
        let (local, domain) = self.address.clone().unwrap_or_default();
        let found = places(&domain, reach).find(&local, &domain);
        if found.is_none() {
            self.said.push(format!("Nothing was found about the server of {domain}."));
        }
        self.look_up = found.map_or(LookingUp::ByHand, |found| LookingUp::Found(Box::new(found)));
    }

    fn log_in(&mut self) {
        let Some(draft) = self.tried_draft() else { return };
        let SourceKind::Imap(account) = &draft.source.kind else { return };
        match Imap::new(&draft.source, account).list_folders() {
            Ok(folders) => {
                self.said.extend(folder_sentences(&folders));
                self.login = Some(Login::Worked(folders));
            }
            Err(error) => self.login = Some(failed(&error)),
        }
    }

    /// The source as it would be written; where the settings do not take it, the login counts as failed.
    fn tried_draft(&mut self) -> Option<DraftSource> {
        match self.draft()? {
            Ok(draft) => Some(draft),
            Err(error) => {
                let hint = error.hint().unwrap_or_default();
                self.login = Some(Login::Failed { what: error.to_string(), hint });
                None
            }
        }
    }

    fn make_folder(&mut self, role: FolderRole) {
        let Some(draft) = self.tried_draft() else { return };
        match roles::make(&draft.source, role) {
            Ok(name) => {
                self.said.push(format!("Made the folder {name}."));
                let made = AccountFolder { name, purpose: SpecialUse::of(role) };
                if let Some(Login::Worked(folders)) = &mut self.login {
                    folders.push(made);
                }
            }
            Err(error) => {
                self.said.push(format!("The folder was not made: {error}."));
                self.roles.insert(role, RoleAnswer::Leave);
            }
        }
    }

    fn write(&mut self) {
        let Some(draft) = self.draft() else { return };
        let written = draft.and_then(|draft| write_source(&self.path, &draft).map(|()| draft));
        self.end = Some(match written {
            Ok(draft) => AccountEnd::Written(Box::new(draft)),
            Err(error) => AccountEnd::Impossible { what: error.to_string(), hint: error.hint().unwrap_or_default() },
        });
    }
}

fn failed(error: &SourceError) -> Login {
    Login::Failed { what: error.to_string(), hint: error.hint().unwrap_or_default().to_owned() }
}

/// What an account has: its folders, and what each is for.
fn folder_sentences(folders: &[AccountFolder]) -> Vec<String> {
    let mut names: Vec<&str> = folders.iter().map(|folder| folder.name.as_str()).take(NAMED).collect();
    let more = format!("and {} more", folders.len().saturating_sub(NAMED));
    if folders.len() > NAMED {
        names.push(&more);
    }
    let role = |(word, wanted): (&str, SpecialUse)| {
        let found = folders.iter().find(|folder| folder.purpose == Some(wanted));
        format!("{word}: {}", found.map_or("none", |folder| folder.name.as_str()))
    };
    let roles = [
        ("archive", SpecialUse::Archive),
        ("trash", SpecialUse::Trash),
        ("junk", SpecialUse::Junk),
        ("drafts", SpecialUse::Drafts),
        ("sent", SpecialUse::Sent),
    ];
    vec![format!("Logged in. Folders: {}.", names.join(", ")), format!("Of these, {}.", roles.map(role).join(", "))]
}
