//! An account on an IMAP server.

mod account;
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

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use self::account::Account;
use self::folders::Settings;
use super::{Each, Mailbox, Outcome, Since, Source, SourceError, Woken};
use crate::config::{ImapConfig, SourceConfig};
use crate::domain::ids::{ChangeId, Id};
use crate::domain::outside::{self, Change, Found, Lost};

#[derive(Debug)]
pub struct Imap {
    account: Account,
}

impl Imap {
    #[must_use]
    pub fn new(source: &SourceConfig, account: &ImapConfig) -> Self {
        let settings = Settings::of(&account.folders, &source.write_back, &source.hold);
        Self { account: Account::new(account.clone(), settings) }
    }
}

impl Source for Imap {
    fn read(&mut self, _since: &Since<'_>, _each: &mut Each<'_>) -> Result<Outcome, SourceError> {
        Err(SourceError::Unclear { path: self.account.config.host.clone().into() })
    }

    fn mailbox(&mut self) -> Option<&mut dyn Mailbox> {
        Some(self)
    }
}

impl Mailbox for Imap {
    fn make(
        &mut self,
        changes: &[Change],
        told: &mut dyn FnMut(ChangeId, outside::Outcome),
    ) -> Result<(), SourceError> {
        if changes.is_empty() {
            return Ok(());
        }
        self.account.with_folders(|session, folders| change::make(session, folders, changes, told))
    }

    fn find(&mut self, lost: &[Lost], told: &mut dyn FnMut(Id, Found)) -> Result<(), SourceError> {
        if lost.is_empty() {
            return Ok(());
        }
        self.account.with_folders(|session, folders| find::find(session, &folders, lost, told))
    }

    fn wait(&mut self, most: Duration, stop: &AtomicBool) -> Result<Woken, SourceError> {
        const STEP: Duration = Duration::from_millis(250);
        let mut left = most;
        while left > Duration::ZERO {
            if stop.load(Ordering::Relaxed) {
                return Ok(Woken::Stopped);
            }
            let step = left.min(STEP);
            thread::sleep(step);
            left -= step;
        }
        Ok(Woken::Time)
    }
}
