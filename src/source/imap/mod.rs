//! An account on an IMAP server (RFC 9051, RFC 3501).
//!
//! `connection` and `login` lead to a `session`. `framing`, `untagged` and `pipeline` carry commands and responses.
//! `folders` knows the folders. `reading` hands over what is new, `change` makes changes, `account_search` and
//! `lost_hold_folder` look for messages that are lost, and `idle` waits for news.

mod account;
mod account_folders;
mod account_search;
mod attribution;
mod capabilities;
mod change;
mod command;
mod connection;
mod failure;
mod fetch_response;
mod folder_search;
mod folders;
mod framing;
mod header_only;
mod idle;
mod key;
mod list_response;
mod login;
mod lost_hold_folder;
#[cfg(test)]
mod model;
mod offers;
mod pipeline;
mod position;
mod reading;
mod refusal;
mod roles;
mod scanner;
mod sent_copy;
mod session;
mod status;
mod transport;
mod uids;
mod untagged;

pub use account_folders::AccountFolder;
pub use failure::ImapError;
pub use offers::{AccountOffers, RoleFolder, UnopenedFolder};

use std::collections::HashSet;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use self::account::AccountConnection;
use self::folders::{FolderSettings, ImapFolders};
use self::position::AccountPosition;
use self::reading::{AccountReading, Interruption};
use self::session::Session;
use super::secret::Trace;
use super::{EventSink, Extent, Gauge, Mailbox, ReadOutcome, Source, SourceError, SyncContext, WaitEnd};
use crate::config::{ImapConfig, SourceConfig};
use crate::domain::ids::{ChangeId, Id};
use crate::domain::mailbox_change::{self, Change, FolderRole, Found, Lost, RoleFolders};
use crate::domain::sent_copy::{CopyToKeep, KeepingOutcome};
use crate::net::ANSWER;

/// How many messages may be larger than their server said before the reading fails.
const OVERSIZED: usize = 20;
/// How long to wait for the number of messages that are to be read.
const GAUGE: Duration = Duration::from_mins(1);
/// How long the first response on a connection that was kept may take.
const SOON: Duration = Duration::from_secs(20);
/// The same when a check-in opens in a few seconds.
const AT_ONCE: Duration = Duration::from_secs(8);

#[derive(Debug)]
pub struct Imap {
    account: AccountConnection,
    settings: FolderSettings,
    /// The receiver of the number of messages that are to be read.
    gauge: Mutex<Option<Sender<Extent>>>,
    /// The folders for the roles, as they were listed last.
    roles: Option<RoleFolders>,
    /// Where the last reading ended.
    position: Option<AccountPosition>,
    /// Messages that are larger than their server said, by folder and UID: only their headers are fetched.
    oversized: HashSet<(String, u32)>,
}

impl Imap {
    #[must_use]
    pub fn new(source: &SourceConfig, account: &ImapConfig) -> Self {
        let settings = FolderSettings::of(&account.folders, &source.write_back, &source.hold);
        Self {
            account: AccountConnection::new(account),
            settings,
            gauge: Mutex::new(None),
            roles: None,
            position: None,
            oversized: HashSet::new(),
        }
    }

    /// A connection that works, and the folders of the account. If a connection that was kept is broken, a new one is
    /// opened.
    fn ready(&mut self) -> Result<(&mut Session, ImapFolders), SourceError> {
        let was_kept = self.account.is_kept();
        let session = self.account.session()?;
        let mut listed = if was_kept { listed_soon(session, &self.settings) } else { listed(session, &self.settings) };
        if listed.is_err() && was_kept {
            self.account.close();
            listed = self::listed(self.account.session()?, &self.settings);
        }
        if listed.is_err() {
            self.account.close();
        }
        let folders = listed?;
        self.roles = Some(folders.for_decisions());
        Ok((self.account.session()?, folders))
    }

    fn read_once(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError> {
        let largest = self.account.config.largest;
        let gauge = self.gauge.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        let oversized = self.oversized.clone();
        let (session, folders) = self.ready()?;
        let read = folders.with_contents();
        let held = folders.role(FolderRole::Held).map(|folder| folder.name.as_str());
        let missing = folders.missing();
        let tell = |extent| {
            if let Some(gauge) = gauge {
                // The receiver may be gone.
                let _ = gauge.send(extent);
            }
        };
        match AccountReading::new(session, since, each, (largest, &oversized), held).read(&read, &missing, tell) {
            Ok((outcome, position)) => {
                self.position = Some(position);
                Ok(outcome)
            }
            Err(Interruption::Stopped) => {
                self.account.close();
                Ok(ReadOutcome::default())
            }
            Err(Interruption::TooLarge { folder, uid, error }) => {
                self.account.close();
                // One such message must not stop the others: next time only its header is fetched.
                if self.oversized.len() < OVERSIZED && self.oversized.insert((folder, uid)) {
                    return self.read_once(since, each);
                }
                Err(error.into())
            }
            Err(Interruption::Failed(error)) => self.checked(Err(error)),
        }
    }

    /// Closes the connection after an error, because responses to earlier commands may still come.
    fn checked<T>(&mut self, done: Result<T, ImapError>) -> Result<T, SourceError> {
        if done.is_err() {
            self.account.close();
        }
        Ok(done?)
    }
}

fn listed(session: &mut Session, settings: &FolderSettings) -> Result<ImapFolders, ImapError> {
    folders::list(session, settings.clone())
}

/// Lists the folders on a connection that was kept. If it is broken, that is to be noticed soon.
fn listed_soon(session: &mut Session, settings: &FolderSettings) -> Result<ImapFolders, ImapError> {
    session.pipeline().stream().set_timeout(SOON)?;
    let listed = listed(session, settings);
    session.pipeline().stream().set_timeout(ANSWER)?;
    listed
}

impl Source for Imap {
    fn read(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError> {
        let was_kept = self.account.is_kept();
        match self.read_once(since, each) {
            // A connection that was kept may be broken. Reading twice brings no message twice.
            Err(SourceError::Imap(ImapError::Lost { .. } | ImapError::Bye { .. })) if was_kept => {
                self.read_once(since, each)
            }
            read => read,
        }
    }

    fn gauge(&self) -> Gauge {
        let (told, tells) = channel();
        *self.gauge.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
        Box::new(move || tells.recv_timeout(GAUGE).unwrap_or(Extent::Unknown))
    }

    fn block_secret(&mut self, refused: Option<Trace>) {
        self.account.block_secret(refused);
    }

    fn refused_secret(&self) -> Option<Trace> {
        self.account.refused_secret()
    }

    fn probe(&mut self) {
        if self.account.is_kept() && self.account.session().is_ok_and(|session| session.probe(AT_ONCE).is_err()) {
            self.account.close();
        }
    }

    fn mailbox(&mut self) -> Option<&mut dyn Mailbox> {
        Some(self)
    }
}

impl Mailbox for Imap {
    fn make(
        &mut self,
        changes: &[Change],
        told: &mut dyn FnMut(ChangeId, mailbox_change::Outcome),
    ) -> Result<(), SourceError> {
        let (session, folders) = self.ready()?;
        let made = change::make(session, folders, changes, told);
        self.checked(made)
    }

    fn find(&mut self, lost: &[Lost], told: &mut dyn FnMut(Id, Found)) -> Result<(), SourceError> {
        let (session, folders) = self.ready()?;
        let mut astray = Vec::new();
        let found = account_search::find(session, &folders, lost, &mut |id, found| {
            let of = lost.iter().find(|lost| lost.id == id && lost.aside.is_some());
            match of.filter(|_| !lost_hold_folder::tells(&folders, &found)) {
                Some(lost) => astray.push((lost, found)),
                None => told(id, found),
            }
        });
        let found = found.and_then(|()| lost_hold_folder::find(session, &folders, &astray, told));
        self.checked(found)
    }

    fn keep_sent(&mut self, copy: &CopyToKeep, patience: Duration) -> Result<KeepingOutcome, SourceError> {
        let (session, folders) = self.ready()?;
        let kept = sent_copy::keep(session, &folders, copy, patience);
        self.checked(kept)
    }

    fn role_folders(&self) -> Option<RoleFolders> {
        self.roles.clone()
    }

    fn wait(&mut self, most: Duration, stop: &AtomicBool) -> Result<WaitEnd, SourceError> {
        // Without an earlier reading, news can't be recognised.
        let Some(position) = self.position.clone() else { return Ok(idle::just_wait(most, stop)) };
        let (session, folders) = self.ready()?;
        let waited = match folders.read().first() {
            Some(folder) => idle::wait(session, folder, position.folders.get(&folder.name), most, stop),
            None => Ok(idle::just_wait(most, stop)),
        };
        self.checked(waited)
    }
}
