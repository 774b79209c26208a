//! An account on an IMAP server.

#[allow(dead_code, reason = "reading and changing come")]
mod capabilities;
#[allow(dead_code, reason = "reading and changing come")]
mod change;
#[allow(dead_code, reason = "reading and changing come")]
mod command;
#[allow(dead_code, reason = "reading and changing come")]
mod connection;
#[allow(dead_code, reason = "reading and changing come")]
mod exchange;
mod failure;
#[allow(dead_code, reason = "reading and changing come")]
mod fetched;
#[allow(dead_code, reason = "reading and changing come")]
mod find;
#[allow(dead_code, reason = "reading and changing come")]
mod folders;
#[allow(dead_code, reason = "reading and changing come")]
mod key;
#[allow(dead_code, reason = "reading and changing come")]
mod listed;
#[allow(dead_code, reason = "reading and changing come")]
mod login;
#[cfg(test)]
mod model;
#[allow(dead_code, reason = "reading and changing come")]
mod pattern;
#[allow(dead_code, reason = "reading and changing come")]
mod scan;
#[allow(dead_code, reason = "reading and changing come")]
mod seek;
#[allow(dead_code, reason = "reading and changing come")]
mod session;
#[allow(dead_code, reason = "reading and changing come")]
mod status;
#[allow(dead_code, reason = "reading and changing come")]
mod talk;
#[allow(dead_code, reason = "reading and changing come")]
mod uids;
#[allow(dead_code, reason = "reading and changing come")]
mod untagged;
#[allow(dead_code, reason = "reading and changing come")]
mod utf7;
#[allow(dead_code, reason = "reading and changing come")]
mod wire;

pub use failure::ImapError;

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
