//! What can go wrong with the store, in words that say the operation, the thing, and what to do next.

use std::path::PathBuf;

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;

use super::text::UnknownWord;
use crate::domain::ids::{BatchId, Id, OutgoingId};
use crate::domain::outbox::OutgoingState;
use crate::domain::positions::Position;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("cannot {doing} {}: {source}", path.display())]
    File { doing: &'static str, path: PathBuf, source: std::io::Error },
    #[error("{} is not a store of tidebox: {what}", path.display())]
    NotAStore { path: PathBuf, what: &'static str },
    #[error("the store {} is truncated: it has {has} bytes and should have {should}", path.display())]
    Truncated { path: PathBuf, has: u64, should: u64 },
    #[error("the store {} was made by a newer tidebox: its version is {theirs}, this program knows up to {ours}", path.display())]
    Newer { path: PathBuf, theirs: i64, ours: i64 },
    #[error("{doing}: {} ({})", plainly(source), path.display())]
    Sql { doing: &'static str, path: PathBuf, source: rusqlite::Error },
    #[error("{doing}: {what}")]
    Unreadable { doing: &'static str, what: String },
    /// A text column has a word that its enum does not know.
    #[error("{doing}: row {row} of the table {table} says {text:?}, which means nothing ({})", path.display())]
    UnknownWord { doing: &'static str, path: PathBuf, table: &'static str, row: String, text: String },
    /// Rule 1: the error says nothing of the message.
    #[error("message {0} is held: its check-in has not come")]
    Held(Id),
    #[error("there is no message {0}")]
    Unknown(Id),
    /// It is history for good, unless it arrives.
    #[error("message {0} is one that you sent; it is history, and there is nothing to decide about it")]
    Sent(Id),
    #[error("there is no message {0} in the outbox")]
    NoOutgoing(OutgoingId),
    /// What was asked for cannot be done in its state.
    #[error("message {id} of the outbox is {state}, so this cannot be done to it")]
    OutgoingState { id: OutgoingId, state: OutgoingState },
    #[error("there is no batch {0}")]
    NoBatch(BatchId),
    #[error("this batch is closed already (number {0}); nothing in it can be decided any more")]
    Committed(BatchId),
    #[error("the batch of {name} is begun and not committed")]
    StillOpen { batch: BatchId, name: String },
    /// The hold has no such hole once a check-in was held.
    #[error("a first batch can only be begun while no check-in of this store was ever closed")]
    NotFirst,
    /// Rule 2: a batch is frozen.
    #[error("batch {batch} has no message at position {position}")]
    NotInBatch { batch: BatchId, position: Position },
    #[error("act {act} of batch {batch} does not fit what is written: {what}")]
    OutOfTurn { batch: BatchId, act: u32, what: &'static str },
    #[error("the peek is over")]
    PeekOver,
    /// See `Store::give_up_when`.
    #[error("nobody waits for the answer any longer")]
    GivenUp,
}

/// Who can do something about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The message is held, and its check-in has not come.
    Held,
    /// What was asked for does not exist, or cannot be done to it.
    Request,
    /// The file, the disk or its rights.
    File,
    /// A mistake of this program.
    Ours,
}

impl StoreError {
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Held(_) | Self::PeekOver | Self::NotFirst => FailureKind::Held,
            Self::Unknown(_)
            | Self::Sent(_)
            | Self::NoBatch(_)
            | Self::NoOutgoing(_)
            | Self::OutgoingState { .. }
            | Self::Committed(_)
            | Self::StillOpen { .. }
            | Self::NotInBatch { .. }
            | Self::OutOfTurn { .. }
            | Self::GivenUp => FailureKind::Request,
            Self::File { .. }
            | Self::NotAStore { .. }
            | Self::Truncated { .. }
            | Self::Newer { .. }
            | Self::UnknownWord { .. }
            | Self::Unreadable { .. } => FailureKind::File,
            Self::Sql { source, .. } => match code_of(source) {
                Some(
                    ErrorCode::DiskFull
                    | ErrorCode::ReadOnly
                    | ErrorCode::PermissionDenied
                    | ErrorCode::CannotOpen
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::DatabaseCorrupt
                    | ErrorCode::NotADatabase
                    | ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked,
                ) => FailureKind::File,
                _ => FailureKind::Ours,
            },
        }
    }

    /// What was being done, and SQLite's extended result code where there is one.
    #[must_use]
    pub fn operation(&self) -> (&'static str, Option<i32>) {
        match self {
            Self::File { doing, .. } | Self::Unreadable { doing, .. } | Self::UnknownWord { doing, .. } => {
                (doing, None)
            }
            Self::Sql { doing, source, .. } => (doing, source.sqlite_error().map(|error| error.extended_code)),
            Self::NotAStore { .. } => ("opening what is no store", None),
            Self::Truncated { .. } => ("opening a truncated store", None),
            Self::Newer { .. } => ("opening a newer store", None),
            _ => ("refusing", None),
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Held(_) => {
                "it comes out at its check-in; `tidebox checkins` lists them, and `tidebox peek` looks earlier"
            }
            Self::NotFirst => "what came since waits for its check-in; `tidebox checkins` lists them",
            Self::PeekOver => "a peek ends by itself; start another with `tidebox peek`",
            Self::NotAStore { .. } => "nothing was changed; give another path with --store, or move that file away",
            Self::Truncated { .. } | Self::Unreadable { .. } | Self::UnknownWord { .. } => DAMAGED,
            Self::Newer { .. } => "nothing was changed; use the newer tidebox, or another path with --store",
            Self::File { source, .. } if source.kind() == std::io::ErrorKind::AlreadyExists => {
                "what is there was left as it is; name a file that does not exist yet"
            }
            Self::File { .. } => "check that the folder is there and that it is yours; give another path with --store",
            Self::Committed(_) => "what was left undecided leads the next batch",
            Self::StillOpen { .. } => "commit it first: C in the queue, or `tidebox commit`",
            Self::Sql { source, .. } => match code_of(source) {
                Some(ErrorCode::DiskFull) => "nothing was lost; free some space and do it again",
                Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                    "check that the store and its folder can be written to by you"
                }
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => DAMAGED,
                Some(ErrorCode::SystemIoFailure) => "the disk did not do as it was told; look at it before going on",
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                    "another program keeps the store to itself; close it and do it again"
                }
                _ => return None,
            },
            _ => return None,
        })
    }
}

const DAMAGED: &str = "nothing was changed; copy the file away, then bring back a backup (`tidebox backup` makes them) or try `sqlite3 FILE .recover`";

/// The kind of an error. That the shared memory beside the store cannot grow means a full disk.
fn code_of(error: &rusqlite::Error) -> Option<ErrorCode> {
    match error {
        rusqlite::Error::SqliteFailure(failure, _) if failure.extended_code == SQLITE_IOERR_SHMSIZE => {
            Some(ErrorCode::DiskFull)
        }
        error => error.sqlite_error_code(),
    }
}

fn plainly(error: &rusqlite::Error) -> String {
    let said = match code_of(error) {
        Some(ErrorCode::DiskFull) => "the disk is full",
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => "the store cannot be written to",
        Some(ErrorCode::CannotOpen) => "the store cannot be opened",
        Some(ErrorCode::DatabaseCorrupt) => "the store is damaged",
        Some(ErrorCode::NotADatabase) => "this is not a store",
        Some(ErrorCode::SystemIoFailure) => "the disk failed",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "another program keeps the store to itself",
        _ => return error.to_string(),
    };
    said.to_owned()
}

impl From<rusqlite::Error> for StoreError {
    /// The intention that failed and the path are filled in where a `Store` method ends.
    fn from(source: rusqlite::Error) -> Self {
        if source.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) {
            return Self::GivenUp;
        }
        if let Some(UnknownWord { table, row, text }) = UnknownWord::behind(&source).cloned() {
            return Self::UnknownWord { doing: "", path: PathBuf::new(), table, row, text };
        }
        Self::Sql { doing: "", path: PathBuf::new(), source }
    }
}

impl StoreError {
    /// Whether only what was read is damaged, so that the rest of the store may still be readable.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Unreadable { .. } | Self::UnknownWord { .. } => true,
            Self::Sql { source, .. } => code_of(source) == Some(ErrorCode::DatabaseCorrupt),
            _ => false,
        }
    }

    /// Whether it failed because the file may not be written to.
    pub(super) fn needs_writing(&self) -> bool {
        let Self::Sql { source, .. } = self else { return false };
        matches!(
            source.sqlite_error_code(),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen)
        )
    }

    pub(super) fn during(self, what: &'static str, at: &std::path::Path) -> Self {
        match self {
            Self::Sql { doing: "", source, .. } => Self::Sql { doing: what, path: at.to_owned(), source },
            Self::UnknownWord { doing: "", table, row, text, .. } => {
                Self::UnknownWord { doing: what, path: at.to_owned(), table, row, text }
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rusqlite::ffi;

    use super::{FailureKind, StoreError};

    fn of(code: i32) -> StoreError {
        StoreError::from(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None))
    }

    #[test]
    fn what_sqlite_says_is_told_in_words_with_what_to_do_next() {
        for (code, words, hint) in [
            (ffi::SQLITE_FULL, "the disk is full", "free some space"),
            (ffi::SQLITE_IOERR_SHMSIZE, "the disk is full", "free some space"),
            (ffi::SQLITE_READONLY_DIRECTORY, "the store cannot be written to", "can be written to by you"),
            (ffi::SQLITE_CANTOPEN, "the store cannot be opened", "can be written to by you"),
            (ffi::SQLITE_CORRUPT_VTAB, "the store is damaged", "bring back a backup"),
            (ffi::SQLITE_IOERR_FSYNC, "the disk failed", "the disk did not do as it was told"),
            (ffi::SQLITE_BUSY, "another program keeps the store to itself", "close it and do it again"),
        ] {
            let error = of(code).during("deciding", Path::new("tidebox.db"));
            assert_eq!(error.to_string(), format!("deciding: {words} (tidebox.db)"), "{code}");
            assert!(error.hint().is_some_and(|said| said.contains(hint)), "{code}: {:?}", error.hint());
            assert_eq!(error.kind(), FailureKind::File, "{code}");
            assert_eq!(error.operation(), ("deciding", Some(code)));
        }
        let ours = of(ffi::SQLITE_CONSTRAINT_TRIGGER);
        assert_eq!(
            (ours.kind(), ours.hint()),
            (FailureKind::Ours, None),
            "a rule that the schema holds is broken by us alone"
        );
    }

    #[test]
    fn only_damage_is_damage_and_only_missing_rights_are_missing_rights() {
        let told = |code| (of(code).is_damage(), of(code).needs_writing());
        assert_eq!(told(ffi::SQLITE_CORRUPT), (true, false));
        assert_eq!(told(ffi::SQLITE_READONLY), (false, true));
        assert_eq!(told(ffi::SQLITE_FULL), (false, false));
        assert_eq!(told(ffi::SQLITE_IOERR), (false, false));
    }

    #[test]
    fn what_was_given_up_is_no_failure_of_the_store() {
        assert!(matches!(of(ffi::SQLITE_INTERRUPT), StoreError::GivenUp));
        assert_eq!(of(ffi::SQLITE_INTERRUPT).kind(), FailureKind::Request);
    }

    #[test]
    fn the_innermost_operation_keeps_its_name() {
        let error = of(ffi::SQLITE_FULL).during("deciding", Path::new("a.db")).during("closing", Path::new("b.db"));
        assert_eq!(error.to_string(), "deciding: the disk is full (a.db)");
    }
}
