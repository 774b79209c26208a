//! The connection to an account: made when it is needed, kept while it serves, and made anew when it was lost.

use super::failure::ImapError;
use super::folders::{self, Folders, Settings};
use super::session::Session;
use crate::config::ImapConfig;
use crate::net::Trust;
use crate::source::{SourceError, secret};

/// A password that was refused so often is wrong; trying on would lock the account.
const TRIES: u32 = 3;

#[derive(Debug)]
pub(super) struct Account {
    pub(super) config: ImapConfig,
    settings: Settings,
    trust: Option<Trust>,
    session: Option<Session>,
    /// How often the password was refused, one time after the other.
    refused: u32,
}

impl Account {
    pub(super) fn new(config: ImapConfig, settings: Settings) -> Self {
        Self { config, settings, trust: None, session: None, refused: 0 }
    }

    /// Does something over the connection. One over which something failed is not used again: nobody knows what is still
    /// under way on it.
    pub(super) fn with<T>(&mut self, act: impl FnOnce(&mut Session) -> Result<T, ImapError>) -> Result<T, SourceError> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => self.connect()?,
        };
        let done = act(&mut session)?;
        self.session = Some(session);
        Ok(done)
    }

    /// Does something with the folders as they are now. A connection that was kept may have been lost meanwhile without our
    /// knowing; then another one is made, since asking for folders changes nothing.
    pub(super) fn with_folders<T>(
        &mut self,
        act: impl FnOnce(&mut Session, Folders) -> Result<T, ImapError>,
    ) -> Result<T, SourceError> {
        let kept = self.session.is_some();
        let settings = self.settings.clone();
        let list = |session: &mut Session| folders::list(session, settings.clone());
        let folders = match self.with(list) {
            Err(SourceError::Imap(error)) if kept && error.passes() => self.with(list)?,
            folders => folders?,
        };
        self.with(|session| act(session, folders))
    }

    fn connect(&mut self) -> Result<Session, SourceError> {
        if self.refused >= TRIES {
            return Err(ImapError::GivenUp { host: self.config.host.clone(), tries: self.refused }.into());
        }
        let trust = match &self.trust {
            Some(trust) => trust.clone(),
            None => Trust::new(self.config.ca.as_deref()).map_err(ImapError::from)?,
        };
        let secret = secret::fetch(&self.config.secret)?;
        let session = Session::connect(&self.config, &trust, &secret);
        self.trust = Some(trust);
        match &session {
            Err(ImapError::Refused { .. }) => self.refused += 1,
            Ok(_) => self.refused = 0,
            Err(_) => {}
        }
        Ok(session?)
    }
}
