//! Where messages come from. Each kind of source is one file or folder; reading changes nothing there.
//!
//! A source hands over messages one by one, as original bytes with the place where they were found, and keeps no more than one of them
//! in memory. What can't be read is counted as a problem and the rest goes on. Between two readings a source is told
//! the position that it gave last, and the keys that are known already, so that nothing new costs next to nothing.
//! Understanding a message, and deciding what becomes of it, is the work of others.
//!
//! Some sources are mailboxes, in which a commit makes changes (`Mailbox`). They make exactly the changes that they are
//! given, and say of each what came of it; remembering them until that is proved is the journal's work, in the store.

pub mod detect;
pub mod eml;
pub mod exec;
pub mod feed;
mod grown;
pub mod imap;
pub mod jsonl;
pub mod mailboxes;
pub mod maildir;
pub mod mbox;
mod read_outcome;
pub mod secret;
mod sync_context;
pub mod tree;

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::defect::Defect;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::found_copy::{FoundCopy, MailboxEvent};
use crate::domain::ids::{ChangeId, Id};
use crate::domain::limits::MESSAGE_BYTES;
use crate::domain::mailbox_change::{self, Change, Found, Lost};
use crate::net::http::HttpError;

pub use read_outcome::{Problems, ReadOutcome, ReadProblem, Withheld};
pub use sync_context::{KnownCopies, SkipCounter, SyncContext};

use secret::Trace;

/// One message as a source hands it over.
///
/// Of a message larger than `MESSAGE_BYTES` only the first so many bytes and one more are handed over; `mail::parse`
/// sees by that that it is to be read by its header.
#[derive(Debug, Clone, PartialEq)]
pub struct FetchedMessage {
    pub raw: Vec<u8>,
    pub copy: FoundCopy,
    /// What was wrong with what stood beside its bytes.
    pub defects: Vec<Defect>,
}

impl FetchedMessage {
    #[must_use]
    pub fn new(raw: Vec<u8>, copy: FoundCopy) -> Self {
        Self { raw, copy, defects: Vec::new() }
    }
}

/// What a source tells while it is read.
#[derive(Debug, Clone, PartialEq)]
pub enum SourceEvent {
    /// A message that was not known.
    Message(FetchedMessage),
    Mailbox(MailboxEvent),
}

impl From<FetchedMessage> for SourceEvent {
    fn from(message: FetchedMessage) -> Self {
        Self::Message(message)
    }
}

impl From<MailboxEvent> for SourceEvent {
    fn from(event: MailboxEvent) -> Self {
        Self::Mailbox(event)
    }
}

/// What takes what is brought. `Break` ends the reading early; what was handed over counts.
pub type EventSink<'a> = dyn FnMut(SourceEvent) -> ControlFlow<()> + 'a;

pub trait Source: Send {
    /// Hands over what is new.
    fn read(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError>;

    /// How to find out how much there is to read, for a progress bar. That may take a while, and goes beside the reading.
    fn gauge(&self) -> Gauge {
        Box::new(|| Extent::Unknown)
    }

    /// Lets the secret that was refused before not be sent again until the next word.
    fn shun(&mut self, _refused: Option<Trace>) {}

    /// Finds out soon whether a connection that was kept is still one, and gives it up where it is not.
    fn probe(&mut self) {}

    /// By what the secret is known again that was sent last and refused.
    fn refused(&self) -> Option<Trace> {
        None
    }

    /// The same as a mailbox, where changes can be made in it.
    fn mailbox(&mut self) -> Option<&mut dyn Mailbox> {
        None
    }
}

/// A source in which a commit makes changes.
pub trait Mailbox {
    /// Makes changes and tells of each what came of it, in any order, at the latest before it returns. Changes that it
    /// tells nothing of were not made, as far as it knows. Making one that is made already changes nothing.
    ///
    /// A copy that is not where it was has been moved by a try of ours only where the change was tried before and it lies in
    /// its target, with the keywords that it is to have; else somebody else was first. One that is there with the
    /// keywords that it is to have may have been changed by half, and is gone on with.
    ///
    /// # Errors
    /// Where nothing can be done at all for now: no connection, no login, no folder.
    fn make(
        &mut self,
        changes: &[Change],
        told: &mut dyn FnMut(ChangeId, mailbox_change::Outcome),
    ) -> Result<(), SourceError>;

    /// Looks for messages that are not where they were: in the folders that are read, in those that have a role, and in
    /// all others. Of one of which that cannot be told for now, nothing is told.
    ///
    /// # Errors
    /// As for `make`.
    fn find(&mut self, lost: &[Lost], told: &mut dyn FnMut(Id, Found)) -> Result<(), SourceError>;

    /// Waits until something may have happened there, as far as that can be told, for `most` at the longest, or until
    /// `stop` is set. Without such a way it just waits.
    ///
    /// # Errors
    /// Where the connection is lost.
    fn wait(&mut self, most: Duration, stop: &AtomicBool) -> Result<Woken, SourceError>;
}

/// Why a waiting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// Something has happened there.
    News,
    /// The time is over.
    Time,
    /// It was told to stop.
    Stopped,
}

/// Finds out how much there is to read.
pub type Gauge = Box<dyn FnOnce() -> Extent + Send>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    Messages(u64),
    Bytes(u64),
    Unknown,
}

#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("can't open {}: {error}", path.display())]
    Open { path: PathBuf, error: io::Error },
    #[error("can't read {}: {error}", path.display())]
    Read { path: PathBuf, error: io::Error },
    #[error("{} is no {expected}", path.display())]
    Not { path: PathBuf, expected: &'static str },
    #[error("can't tell what {} holds", path.display())]
    Unclear { path: PathBuf },
    #[error("{} is locked by another program", path.display())]
    Locked { path: PathBuf },
    #[error("can't start {command}: {error}")]
    Start { command: String, error: io::Error },
    #[error("{command} failed ({status})")]
    Failed { command: String, status: String },
    #[error("{command} took more than {seconds} s and was stopped")]
    Slow { command: String, seconds: u64 },
    #[error("{command} printed more than {bytes} bytes and was stopped")]
    Endless { command: String, bytes: usize },
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error("what {host} sends {why}")]
    NoFeed { host: String, why: &'static str },
    #[error(transparent)]
    Secret(#[from] secret::SecretError),
    #[error(transparent)]
    Imap(#[from] imap::ImapError),
}

impl SourceError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Imap(error) => Some(error.hint()),
            Self::Open { error, .. } if error.kind() == io::ErrorKind::NotFound => Some("check the path"),
            Self::Open { error, .. } | Self::Read { error, .. } if error.kind() == io::ErrorKind::PermissionDenied => {
                Some("check who may read it")
            }
            Self::Unclear { .. } => Some("name it with --format: maildir, mbox, eml or jsonl"),
            Self::Not { .. } => Some("check its path and kind: `kind` in the settings, --format for `tidebox add`"),
            Self::Locked { .. } => Some("it is read when the lock is gone; remove NAME.lock if no program holds it"),
            Self::Start { .. } => Some("the command is started without a shell; give its program and arguments apart"),
            Self::Failed { .. } | Self::Slow { .. } | Self::Endless { .. } => {
                Some("run the command by hand to see what it prints; here it might quote what is held")
            }
            Self::Secret(error) => Some(error.hint()),
            Self::Http(error) => Some(error.hint()),
            Self::NoFeed { .. } => {
                Some("open the address in a browser: a feed has one of its own, often linked as RSS")
            }
            _ => None,
        }
    }

    fn open(path: &Path, error: io::Error) -> Self {
        Self::Open { path: path.to_owned(), error }
    }

    fn read(path: &Path, error: io::Error) -> Self {
        Self::Read { path: path.to_owned(), error }
    }
}

/// A message's fingerprint as a key, for sources whose copies have no name that stays.
fn key_of(fingerprint: Fingerprint) -> String {
    hex(fingerprint.0.get(..16).unwrap_or_default())
}

/// Bytes in hexadecimal.
fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Reads a file as far as a message is kept.
fn read_message(path: &Path) -> io::Result<Vec<u8>> {
    use std::io::Read as _;
    let file = std::fs::File::open(path)?;
    let size = usize::try_from(file.metadata()?.len()).unwrap_or(MESSAGE_BYTES);
    let mut raw = Vec::with_capacity(size.min(MESSAGE_BYTES) + 1);
    file.take(MESSAGE_BYTES as u64 + 1).read_to_end(&mut raw)?;
    Ok(raw)
}

/// When a file was changed last, but never after `now`.
fn changed(metadata: &std::fs::Metadata, now: DateTime<Utc>) -> DateTime<Utc> {
    metadata.modified().map_or(now, |time| DateTime::<Utc>::from(time).min(now))
}
