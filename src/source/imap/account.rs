//! The connection of an account: made when it is needed, and kept for the next time.

use secrecy::{ExposeSecret as _, SecretString};

use super::failure::ImapError;
use super::session::Session;
use crate::config::ImapConfig;
use crate::net::Trust;
use crate::source::{SourceError, secret};

/// So often is one and the same password tried. Servers lock accounts for more.
const TRIES: u32 = 3;

#[derive(Debug)]
pub(super) struct Account {
    pub(super) config: ImapConfig,
    trust: Option<Trust>,
    session: Option<Session>,
    refused: Refused,
}

/// The password that was refused last, and how often.
#[derive(Debug, Default)]
struct Refused {
    secret: Option<SecretString>,
    times: u32,
}

impl Refused {
    /// Whether this password may be tried.
    fn allows(&self, secret: &SecretString) -> bool {
        self.times < TRIES || !self.is(secret)
    }

    fn is(&self, secret: &SecretString) -> bool {
        self.secret.as_ref().is_some_and(|refused| refused.expose_secret() == secret.expose_secret())
    }

    fn count(&mut self, secret: SecretString) {
        self.times = if self.is(&secret) { self.times + 1 } else { 1 };
        self.secret = Some(secret);
    }
}

impl Account {
    pub(super) fn new(config: &ImapConfig) -> Self {
        Self { config: config.clone(), trust: None, session: None, refused: Refused::default() }
    }

    /// Whether a connection was kept, which may be none any more.
    pub(super) fn is_kept(&self) -> bool {
        self.session.is_some()
    }

    /// Gives the connection up.
    pub(super) fn give_up(&mut self) {
        self.session = None;
    }

    /// The connection, made anew where there is none.
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
            None => Trust::new(self.config.ca.as_deref()).map_err(ImapError::from)?,
        };
        let secret = secret::fetch(&self.config.secret)?;
        if !self.refused.allows(&secret) {
            return Err(ImapError::GivenUp { host: self.config.host.clone(), tries: TRIES }.into());
        }
        let connected = Session::connect(&self.config, &trust, &secret);
        match &connected {
            Ok(_) => self.refused = Refused::default(),
            Err(ImapError::Refused { .. }) => self.refused.count(secret),
            Err(_) => {}
        }
        self.trust = Some(trust);
        Ok(connected?)
    }
}

#[cfg(test)]
mod tests {
    use super::{Refused, TRIES};

    #[test]
    fn one_password_is_tried_three_times_and_another_one_again() {
        let mut refused = Refused::default();
        for _ in 0..TRIES {
            assert!(refused.allows(&"wrong".into()));
            refused.count("wrong".into());
        }
        assert!(!refused.allows(&"wrong".into()));
        assert!(refused.allows(&"right".into()));
        refused.count("right".into());
        assert!(refused.allows(&"right".into()));
    }
}
