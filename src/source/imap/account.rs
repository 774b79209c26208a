//! The connection of an account: it is opened when it is needed, and kept for the next time.

use super::failure::ImapError;
use super::login::LoginMethod;
use super::session::Session;
use crate::config::ImapConfig;
use crate::net::RootCertificates;
use crate::source::SourceError;
use crate::source::secret::{self, Trace};

#[derive(Debug)]
pub(super) struct AccountConnection {
    pub(super) config: ImapConfig,
    trust: Option<RootCertificates>,
    session: Option<Session>,
    /// A secret that is not to be sent again for now.
    blocked: Option<Trace>,
    /// The secret that was sent last, if the server refused it.
    refused: Option<Trace>,
    /// The method of the last login that succeeded.
    method: Option<LoginMethod>,
}

impl AccountConnection {
    pub(super) fn new(config: &ImapConfig) -> Self {
        Self { config: config.clone(), trust: None, session: None, blocked: None, refused: None, method: None }
    }

    /// Whether a connection was kept. It may be broken by now.
    pub(super) fn is_kept(&self) -> bool {
        self.session.is_some()
    }

    /// Closes the connection.
    pub(super) fn close(&mut self) {
        self.session = None;
    }

    /// The connection; it is opened if there is none.
    pub(super) fn session(&mut self) -> Result<&mut Session, SourceError> {
        let session = match self.session.take() {
            Some(session) => session,
            None => self.connect()?,
        };
        Ok(self.session.insert(session))
    }

    fn connect(&mut self) -> Result<Session, SourceError> {
        let trust = match &self.trust {
            Some(trust) => trust.clone(),
            None => RootCertificates::new(self.config.ca.as_deref()).map_err(ImapError::from)?,
        };
        let secret = secret::fetch(&self.config.secret)?;
        let ImapConfig { host, auth, .. } = &self.config;
        let login = format!("{}@{host}", self.config.user);
        if self.blocked.as_ref().is_some_and(|trace| trace.fits(&login, &secret)) {
            return Err(ImapError::Known { host: host.clone(), token: auth.secret() == "token" }.into());
        }
        let connected = Session::connect(&self.config, &trust, &secret, self.method);
        match &connected {
            Ok((_, method)) => (self.blocked, self.refused, self.method) = (None, None, Some(*method)),
            Err(ImapError::Refused { .. }) => {
                self.method = None;
                self.refused = Trace::of(&login, &secret);
                // Nothing else that runs in this round sends it again.
                self.blocked.clone_from(&self.refused);
            }
            Err(_) => {}
        }
        self.trust = Some(trust);
        Ok(connected?.0)
    }

    /// Sets the secret that is not to be sent, until this is called anew.
    pub(super) fn block_secret(&mut self, refused: Option<Trace>) {
        (self.blocked, self.refused) = (refused, None);
    }

    pub(super) fn refused_secret(&self) -> Option<Trace> {
        self.refused.clone()
    }
}
