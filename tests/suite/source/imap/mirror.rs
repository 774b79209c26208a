//! The copies that a reading brings, kept in the simplest way: by folder and key. It takes the place of the store, so
//! that a test sees what was brought and nothing else.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;

use chrono::DateTime;
use tidebox::config::{Auth, ImapConfig, Secret, Security, SourceConfig, SourceKind};
use tidebox::domain::flags::Flags;
use tidebox::domain::found_copy::{CopyFlags, Location, MailboxEvent};
use tidebox::source::imap::Imap;
use tidebox::source::{
    FetchedMessage, KnownCopies, ReadOutcome, SkipCounter, Source, SourceError, SourceEvent, SyncContext,
};

use crate::support::servers::{Account, PASSWORD};

#[derive(Debug, Default)]
pub struct Mirror {
    pub folders: BTreeMap<String, BTreeMap<String, FetchedMessage>>,
    pub position: Option<String>,
    /// How many messages the last reading brought.
    pub messages: usize,
    pub flags: usize,
    pub gone: usize,
}

impl KnownCopies for Mirror {
    fn all(&self, folder: &str) -> HashSet<String> {
        self.folders.get(folder).map(|copies| copies.keys().cloned().collect()).unwrap_or_default()
    }

    fn between(&self, folder: &str, first: &str, last: &str, most: usize) -> Vec<(String, Option<Flags>)> {
        let Some(copies) = self.folders.get(folder).filter(|_| first <= last) else { return Vec::new() };
        let some = copies.range(first.to_owned()..=last.to_owned()).take(most);
        some.map(|(key, copy)| (key.clone(), copy.copy.flags.kept().cloned())).collect()
    }
}

impl Mirror {
    /// Reads to the end, or until `most` messages were handed over.
    pub fn read_some(&mut self, source: &mut dyn Source, most: usize) -> Result<ReadOutcome, SourceError> {
        let mut brought = Vec::new();
        let (passed, position) = (SkipCounter::default(), self.position.clone());
        let now = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let since = SyncContext { known: &*self, skipped: &passed, position: position.as_deref(), now };
        let outcome = source.read(&since, &mut |one| {
            if matches!(one, SourceEvent::Mailbox(MailboxEvent::Incoming(_) | MailboxEvent::Sent(_))) {
                return ControlFlow::Continue(());
            }
            brought.push(one);
            if brought.len() >= most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        (self.messages, self.flags, self.gone) = (0, 0, 0);
        for one in brought {
            match one {
                SourceEvent::Message(handed) => {
                    self.messages += 1;
                    let copies = self.folders.entry(handed.copy.location.folder.clone()).or_default();
                    copies.insert(handed.copy.location.key.clone(), handed);
                }
                SourceEvent::Mailbox(MailboxEvent::Flags { location: Location { folder, key }, flags }) => {
                    self.flags += 1;
                    self.folders.get_mut(&folder).unwrap().get_mut(&key).unwrap().copy.flags = CopyFlags::Kept(flags);
                }
                SourceEvent::Mailbox(MailboxEvent::Incoming(_) | MailboxEvent::Sent(_)) => {}
                SourceEvent::Mailbox(MailboxEvent::Gone { location: Location { folder, key }, .. }) => {
                    self.gone += 1;
                    assert!(self.folders.get_mut(&folder).unwrap().remove(&key).is_some(), "{folder} {key}");
                }
            }
        }
        let outcome = outcome?;
        self.position = outcome.position.clone().or(self.position.take());
        Ok(outcome)
    }

    #[track_caller]
    pub fn read(&mut self, source: &mut dyn Source) -> ReadOutcome {
        self.read_some(source, usize::MAX).unwrap_or_else(|error| panic!("{error} ({:?})", error.hint()))
    }

    /// How many messages, flags and copies that are gone the last reading brought.
    pub fn brought(&self) -> (usize, usize, usize) {
        (self.messages, self.flags, self.gone)
    }

    /// The Message-IDs of a folder, each with whether it was read, in the order of their keys.
    pub fn ids(&self, folder: &str) -> Vec<(String, bool)> {
        let Some(copies) = self.folders.get(folder) else { return Vec::new() };
        let seen = |copy: &FetchedMessage| copy.copy.flags.kept().is_some_and(|flags| flags.seen);
        copies.values().map(|copy| (message_id(&copy.raw), seen(copy))).collect()
    }
}

fn message_id(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let line = text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap_or_default();
    line.trim_matches(|c| matches!(c, '<' | '>')).to_owned()
}

/// An account without TLS, through a port of this machine.
pub fn config(port: u16, user: &str) -> ImapConfig {
    ImapConfig {
        host: "127.0.0.1".into(),
        port,
        security: Security::None,
        ca: None,
        user: user.into(),
        auth: Auth::Password,
        secret: Secret::Command(vec!["echo".into(), PASSWORD.into()]),
        folders: vec!["INBOX".into()],
        poll: std::time::Duration::from_mins(5),
        largest: 50 * 1024 * 1024,
    }
}

pub fn source(config: &ImapConfig) -> Imap {
    Imap::new(&SourceConfig::new("work".into(), SourceKind::Imap(Box::new(config.clone()))), config)
}

/// The account as a source, at the server itself.
pub fn of(account: &Account, folders: &[&str]) -> Imap {
    let folders = folders.iter().map(|&folder| folder.to_owned()).collect();
    source(&ImapConfig { folders, ..config(account.server.port, &account.user) })
}
