//! Opening configured sources: which of them are within reach, and the source that each stands for.

use std::path::Path;

use crate::config::{SourceConfig, SourceKind};
use crate::source::Source;
use crate::source::detect::{self, Format};
use crate::source::exec::Exec;
use crate::source::feed::Feed;
use crate::source::imap::Imap;
use crate::source::maildir::Maildir;

/// Which sources are read, and which are written back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// What lies on this machine is read, and nothing is changed there: another process does that.
    Reading,
    /// What lies on this machine is read and written back to.
    Nearby,
    /// So is what is on the network.
    Everywhere,
}

impl Reach {
    /// Whether a source is within it.
    #[must_use]
    pub fn covers(self, source: &SourceConfig) -> bool {
        self == Self::Everywhere || !source.kind.is_remote()
    }
}

/// What a file or folder is called in the store: its path without links, where it can be resolved.
#[must_use]
pub fn resolved_path(path: &Path) -> String {
    path.canonicalize().unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
}

/// A configured source, ready to be read. One that is kept keeps its connection too.
#[must_use]
pub fn open(from: &SourceConfig) -> Box<dyn Source> {
    match &from.kind {
        SourceKind::Maildir { path, folders } => Box::new(Maildir::of(path, folders, &from.write_back)),
        SourceKind::Mbox { path } => detect::open(path, Format::Mbox, &from.name),
        SourceKind::Jsonl { path } => detect::open(path, Format::Jsonl, &from.name),
        SourceKind::Exec { command } => Box::new(Exec::new(command, &from.name)),
        SourceKind::Imap(account) => Box::new(Imap::new(from, account)),
        SourceKind::Feed { url, every } => Box::new(Feed::new(&from.name, url, *every)),
    }
}
