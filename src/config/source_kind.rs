//! The kinds of sources and what each kind can do, and how much of a source is held.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::imap::ImapConfig;
use crate::domain::source_type::SourceType;
use crate::domain::url::{UrlAuthority, UrlSyntax};

/// How often a feed is read by default.
pub(super) const FEED_INTERVAL: Duration = Duration::from_hours(1);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceKind {
    Maildir {
        path: PathBuf,
        /// The folders that are read, as of an account; all of them where nothing is said.
        folders: Vec<String>,
    },
    Mbox {
        path: PathBuf,
    },
    Jsonl {
        path: PathBuf,
    },
    /// A command and its arguments, run without a shell; what it prints is read.
    Exec {
        command: Vec<String>,
    },
    Imap(Box<ImapConfig>),
    /// RSS, Atom or JSON Feed, read from the web this often at most.
    Feed {
        url: String,
        every: Duration,
    },
}

/// The pattern that means every folder.
pub(super) fn everything() -> Vec<String> {
    vec!["*".to_owned()]
}

impl SourceKind {
    /// A Maildir with all its folders.
    #[must_use]
    pub fn maildir(path: PathBuf) -> Self {
        Self::Maildir { path, folders: everything() }
    }

    /// The kind without its settings; its word is what the file calls it.
    #[must_use]
    pub fn source_type(&self) -> SourceType {
        match self {
            Self::Maildir { .. } => SourceType::Maildir,
            Self::Mbox { .. } => SourceType::Mbox,
            Self::Jsonl { .. } => SourceType::Jsonl,
            Self::Exec { .. } => SourceType::Exec,
            Self::Imap(_) => SourceType::Imap,
            Self::Feed { .. } => SourceType::Feed,
        }
    }

    /// Whether it is a mailbox, in which a commit can change something.
    #[must_use]
    pub fn is_mailbox(&self) -> bool {
        matches!(self, Self::Imap(_) | Self::Maildir { .. })
    }

    /// Whether it keeps keywords (RFC 9051 §2.3.2), so that also decisions without a folder, such as a deferral, can be written
    /// there.
    #[must_use]
    pub fn keeps_keywords(&self) -> bool {
        matches!(self, Self::Imap(_))
    }

    /// Whether its mail can be held in a separate folder.
    #[must_use]
    pub fn can_hold(&self) -> bool {
        matches!(self, Self::Imap(_))
    }

    /// How often it is read if nothing announces news; `None` for the sources that are read together on this machine.
    #[must_use]
    pub fn interval(&self) -> Option<Duration> {
        match self {
            Self::Imap(account) => Some(account.poll),
            Self::Feed { every, .. } => Some(*every),
            Self::Maildir { .. } | Self::Mbox { .. } | Self::Jsonl { .. } | Self::Exec { .. } => None,
        }
    }

    /// Whether it is read over the network by tidebox itself.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        matches!(self, Self::Imap(_) | Self::Feed { .. })
    }

    /// A name for such a source: that of its folder, file or program.
    pub(super) fn suggested_name(&self) -> String {
        let path = match self {
            Self::Exec { command } => command.first().map(Path::new),
            Self::Imap(account) => Some(Path::new(&account.user)),
            Self::Feed { url, .. } => {
                Some(Path::new(UrlAuthority::of(url, UrlSyntax::Strict).map_or("", UrlAuthority::host)))
            }
            Self::Maildir { path, .. } | Self::Mbox { path } | Self::Jsonl { path } => Some(path.as_path()),
        };
        let name = path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        name.unwrap_or_default().trim_start_matches('.').to_owned()
    }

    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Maildir { path, .. } | Self::Mbox { path } | Self::Jsonl { path } => Some(path),
            Self::Exec { .. } | Self::Imap(_) | Self::Feed { .. } => None,
        }
    }
}

/// What happens to the unread mail that a source has when it is read for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backlog {
    /// All of it is held.
    All,
    /// All of it is history.
    None,
    /// Mail that is older than this many days is history.
    Days(u32),
}

impl Default for Backlog {
    fn default() -> Self {
        Self::Days(14)
    }
}

/// What happens to mail that arrives after the first reading, and that another program marked as read before tidebox read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Seen {
    /// It is held like any other mail, because reading is no decision.
    #[default]
    Hold,
    /// It is history.
    History,
}
