//! What is written into the log of problems: the kind of each failure, the operation and the reason, but never its
//! message.
//!
//! A request of a person that is not possible, or too early, is no problem and is not logged.

use std::error::Error;
use std::io;

use super::JobError;
use crate::config::ConfigError;
use crate::log::{LogEntry, note};
use crate::source::SourceError;
use crate::store::{FailureKind, StoreError};

/// Logs a failed job.
pub fn log_error(error: &JobError) {
    match error {
        JobError::Store(error) => store(error),
        JobError::Source(error) => source(error),
        JobError::Closed { .. } | JobError::Wrong { .. } => {}
    }
}

/// Logs a failure of the store.
pub fn store(error: &StoreError) {
    let what = match error.kind() {
        FailureKind::Held | FailureKind::Request => return,
        FailureKind::File => "file",
        FailureKind::Ours => "ours",
    };
    let (doing, code) = error.operation();
    let entry = because(LogEntry::of("store", doing).word("kind", what), error);
    let entry = code.map_or(entry.clone(), |code| entry.number("code", code));
    note(&match error {
        StoreError::File { path, .. }
        | StoreError::NotAStore { path, .. }
        | StoreError::Truncated { path, .. }
        | StoreError::Newer { path, .. }
        | StoreError::Sql { path, .. } => entry.file(path),
        _ => entry,
    });
}

/// Logs a failure of a source, without its name: where mail lies, and the names of commands, are private.
pub fn source(error: &SourceError) {
    let doing = match error {
        SourceError::Open { .. } => "opening it",
        SourceError::Read { .. } => "reading it",
        SourceError::Make { .. } => "making a folder",
        SourceError::Not { .. } => "it is of another kind",
        SourceError::Unclear { .. } => "finding out what it is",
        SourceError::Locked { .. } => "it is locked",
        SourceError::Start { .. } => "starting its command",
        SourceError::Failed { .. } => "its command failed",
        SourceError::Slow { .. } => "its command took too long",
        SourceError::Endless { .. } => "its command printed too much",
        SourceError::Http(_) => "its server was not reached",
        SourceError::NoFeed { .. } => "what its server sends is no feed",
        SourceError::Secret(_) => "its password could not be fetched",
        SourceError::Imap(error) => error.doing(),
    };
    let entry = LogEntry::of("source", doing);
    note(&match error {
        SourceError::Open { error, .. }
        | SourceError::Read { error, .. }
        | SourceError::Make { error, .. }
        | SourceError::Start { error, .. } => entry.refused(error),
        SourceError::Imap(error) => match error.system() {
            Some(error) => entry.refused(error),
            None => entry,
        },
        _ => entry,
    });
}

/// Logs how many things in the sources could not be read.
pub fn unread(count: u64) {
    note(&LogEntry::of("source", "reading").number("failed", i64::try_from(count).unwrap_or(i64::MAX)));
}

/// Logs a configuration that cannot be used: where its first mistake is, and how many there are.
pub fn config(error: &ConfigError) {
    let entry = because(LogEntry::of("config", "reading the file").file(error.path()), error);
    note(&match error {
        ConfigError::Mistaken(mistakes) => match mistakes.each().next() {
            Some((place, _)) => {
                let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
                entry.number("mistakes", number(mistakes.count())).number("line", number(place.line))
            }
            None => entry,
        },
        _ => entry,
    });
}

/// Logs a failure of the terminal, a pipe, or a file that was named on the command line.
pub fn io(error: &io::Error) {
    note(&LogEntry::of("io", "reading or writing").refused(error));
}

/// Adds the system's error, if that is the cause.
fn because(entry: LogEntry, error: &(dyn Error + 'static)) -> LogEntry {
    let mut behind = Some(error);
    while let Some(error) = behind {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return entry.refused(error);
        }
        behind = error.source();
    }
    entry
}
