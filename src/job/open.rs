//! Opening configured sources, and which of them may be read.

use std::path::Path;

use crate::config::{SourceConfig, SourceKind};
use crate::source::Source;
use crate::source::detect::{self, Format};
use crate::source::exec::Exec;
use crate::source::feed::Feed;
use crate::source::imap::Imap;
use crate::source::maildir::Maildir;

/// Which sources may be read, and in which changes may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Sources on this machine may be read. Another process makes the changes.
    Reading,
    /// Sources on this machine may be read and changed.
    Nearby,
    /// Sources on the network, too, may be read and changed.
    Everywhere,
}

impl Reach {
    /// Whether a source is within it.
    #[must_use]
    pub fn covers(self, source: &SourceConfig) -> bool {
        self == Self::Everywhere || !source.kind.is_remote()
    }
}

/// The path of a file or folder as it is kept in the store: without symbolic links, if it can be resolved.
#[must_use]
pub fn resolved_path(path: &Path) -> String {
    path.canonicalize().unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
}

/// A configured source, ready to be read. A caller that keeps it also keeps its connection.
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
