//! Where messages come from. Each kind of source is one file or folder; reading changes nothing there.
//!
//! A source hands over messages one by one: the original bytes and the location where they were found. It keeps no more
//! than one of them in memory. What can't be read is counted as a problem, and reading goes on. Each time it is read, a
//! source gets the position that it returned last and the keys that are known, so that a reading that finds nothing new
//! costs almost nothing. Other rooms parse the messages and decide what becomes of them.
//!
//! Some sources are mailboxes, in which a commit makes changes (`Mailbox`). They make exactly the changes that they are
//! given, and report the outcome of each. The journal in the store remembers a change until it is proved to be made.

pub mod detect;
pub mod discovery;
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
use crate::domain::mailbox_change::{self, Change, Found, Lost, RoleFolders};
use crate::domain::sent_copy::{CopyToKeep, KeepingOutcome};
use crate::net::http::HttpError;

pub use read_outcome::{Problems, ReadOutcome, ReadProblem, Withheld};
pub use sync_context::{KnownCopies, SkipCounter, SyncContext};

use secret::Trace;

/// One message as a source hands it over.
///
/// Of a message larger than `MESSAGE_BYTES`, only the first `MESSAGE_BYTES + 1` bytes are handed over. The extra byte
/// tells `mail::parse` that the message is cut, and that only its header is to be read.
#[derive(Debug, Clone, PartialEq)]
pub struct FetchedMessage {
    pub raw: Vec<u8>,
    pub copy: FoundCopy,
    /// What was wrong with the data that came beside the bytes, such as a time that is none.
    pub defects: Vec<Defect>,
}

impl FetchedMessage {
    #[must_use]
    pub fn new(raw: Vec<u8>, copy: FoundCopy) -> Self {
        Self { raw, copy, defects: Vec::new() }
    }
}

/// What a source reports while it is read.
#[derive(Debug, Clone, PartialEq)]
pub enum SourceEvent {
    /// A message that was not known before.
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

/// Receives the events of a source. `Break` ends the reading early; what was handed over until then counts.
pub type EventSink<'a> = dyn FnMut(SourceEvent) -> ControlFlow<()> + 'a;

pub trait Source: Send {
    /// Hands over the messages that are new, and what has changed of the known ones.
    fn read(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError>;

    /// Returns a function that finds out how much there is to read, for a progress bar. It may take a while, and runs
    /// beside the reading.
    fn gauge(&self) -> Gauge {
        Box::new(|| Extent::Unknown)
    }

    /// Sets the secret that the server refused before: it is not sent again until this is called anew.
    fn block_secret(&mut self, _refused: Option<Trace>) {}

    /// Finds out soon whether a connection that was kept still works, and closes it if not.
    fn probe(&mut self) {}

    /// The trace of the secret that was sent last, if the server refused it.
    fn refused_secret(&self) -> Option<Trace> {
        None
    }

    /// This source as a mailbox, if changes can be made in it.
    fn mailbox(&mut self) -> Option<&mut dyn Mailbox> {
        None
    }
}

/// A source in which a commit makes changes.
pub trait Mailbox {
    /// Makes changes and reports the outcome of each through `told`, in any order, before it returns. A change that is
    /// not reported was not made, as far as the source knows. Making a change that is made already changes nothing.
    ///
    /// A copy may be missing from its location. If the change was tried before, and the copy lies in the target with
    /// the keywords that it is to have, then our own earlier try has moved it; otherwise somebody else did. A copy that
    /// is still there, with the keywords that it is to have, may be the result of a try that was interrupted, and the
    /// change is continued.
    ///
    /// # Errors
    /// Where nothing can be done at all for now: no connection, no login, no folder.
    fn make(
        &mut self,
        changes: &[Change],
        told: &mut dyn FnMut(ChangeId, mailbox_change::Outcome),
    ) -> Result<(), SourceError>;

    /// Looks for messages that are not where they were: first in the folders that are read, then in those with a role,
    /// then in all others. Messages that can't be looked for at present are not reported.
    ///
    /// # Errors
    /// As for `make`.
    fn find(&mut self, lost: &[Lost], told: &mut dyn FnMut(Id, Found)) -> Result<(), SourceError>;

    /// Makes sure that a copy of what was sent lies among the sent mail. It is looked for first, for as long as `patience`, so that
    /// doing it again adds none.
    ///
    /// # Errors
    /// As for `make`. Then it is not known whether it was put there.
    fn keep_sent(&mut self, copy: &CopyToKeep, patience: Duration) -> Result<KeepingOutcome, SourceError>;

    /// The folder for each role that a decision may need, as it was seen last; nobody is asked over the network. `None` where
    /// it was not seen yet.
    fn role_folders(&self) -> Option<RoleFolders> {
        None
    }

    /// Waits until something may have happened in the mailbox, at most for `most`, or until `stop` is set. A mailbox
    /// that can't report news only waits.
    ///
    /// # Errors
    /// Where the connection is lost.
    fn wait(&mut self, most: Duration, stop: &AtomicBool) -> Result<WaitEnd, SourceError>;
}

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitEnd {
    /// Something has happened in the mailbox.
    News,
    /// The time is over.
    Time,
    /// `stop` was set.
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
    #[error("can't make {}: {error}", path.display())]
    Make { path: PathBuf, error: io::Error },
    #[error("{} is not {expected}", path.display())]
    Not { path: PathBuf, expected: &'static str },
    #[error("can't tell the format of {}", path.display())]
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
    NoFeed { host: String, why: feed::NoFeed },
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
            Self::Make { .. } => Some("check who may write there"),
            Self::Unclear { .. } => Some("name it with --format: maildir, mbox, eml or jsonl"),
            Self::Not { .. } => Some("check its path and kind: `kind` in the settings, --format for `tidebox add`"),
            Self::Locked { .. } => Some("it is read when the lock is gone; remove NAME.lock if no program holds it"),
            Self::Start { .. } => Some(
                "the command is started without a shell; write its program and each argument as a string of its own",
            ),
            Self::Failed { .. } | Self::Slow { .. } | Self::Endless { .. } => Some(
                "run the command by hand to see what it prints; it is not shown here, because it might quote a held message",
            ),
            Self::Secret(error) => Some(error.hint()),
            Self::Http(error) => Some(error.hint()),
            Self::NoFeed { why, .. } => Some(why.hint()),
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

/// The key of a copy, made of its fingerprint: for sources whose copies have no lasting name.
fn key_of(fingerprint: Fingerprint) -> String {
    hex(fingerprint.0.get(..16).unwrap_or_default())
}

/// Bytes in hexadecimal.
fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Reads a file, up to the largest size that is kept of a message and one byte more.
fn read_message(path: &Path) -> io::Result<Vec<u8>> {
    use std::io::Read as _;
    let file = std::fs::File::open(path)?;
    let size = usize::try_from(file.metadata()?.len()).unwrap_or(MESSAGE_BYTES);
    let mut raw = Vec::with_capacity(size.min(MESSAGE_BYTES) + 1);
    file.take(MESSAGE_BYTES as u64 + 1).read_to_end(&mut raw)?;
    Ok(raw)
}

/// When a file was changed last, but never later than `now`.
fn changed(metadata: &std::fs::Metadata, now: DateTime<Utc>) -> DateTime<Utc> {
    metadata.modified().map_or(now, |time| DateTime::<Utc>::from(time).min(now))
}
