//! An account on an IMAP server.

use super::{Each, Outcome, Since, Source, SourceError};
use crate::config::{ImapConfig, SourceConfig};

#[derive(Debug)]
pub struct Imap {
    config: ImapConfig,
}

impl Imap {
    #[must_use]
    pub fn new(_source: &SourceConfig, account: &ImapConfig) -> Self {
        Self { config: account.clone() }
    }
}

impl Source for Imap {
    fn read(&mut self, _since: &Since<'_>, _each: &mut Each<'_>) -> Result<Outcome, SourceError> {
        Err(SourceError::Unclear { path: self.config.host.clone().into() })
    }
}
