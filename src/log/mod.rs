//! The log of problems: what went wrong, when, while doing what, for whoever looks for the reason afterwards.
//!
//! It defines the form of a line and keeps the file. Nothing of a message, no address and no secret can get into it, because
//! a `LogEntry` takes no free text. If the log cannot be written, everything else goes on.

mod entry;
mod file;

use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use chrono::{DateTime, Utc};

pub use entry::{LogEntry, short};

/// The log of this process, once its path is known.
static LOG: OnceLock<Log> = OnceLock::new();

/// A log file, and what its lines need.
#[derive(Debug)]
struct Log {
    path: PathBuf,
    home: Option<PathBuf>,
    now: fn() -> DateTime<Utc>,
    /// One line at a time.
    turn: Mutex<()>,
}

/// Writes problems to this file from now on. The file is created with the first of them.
pub fn keep(path: PathBuf, home: Option<PathBuf>, now: fn() -> DateTime<Utc>) {
    let _ = LOG.set(Log { path, home, now, turn: Mutex::new(()) });
}

/// Writes a problem to the log.
pub fn note(entry: &LogEntry) {
    if let Some(log) = LOG.get() {
        log.note(entry);
    }
}

/// Writes where a panic happened, and nothing of its text, which may quote a message.
pub fn note_panic(info: &PanicHookInfo<'_>) {
    let entry = LogEntry::of("panic", "a mistake of tidebox");
    note(&match info.location() {
        // This is a path in the sources of this program or of a library, as on the machine that built it.
        Some(place) => entry.file(Path::new(place.file())).number("line", place.line()),
        None => entry,
    });
}

/// How many problems a log has since an instant; `None` where there is no log that can be read.
#[must_use]
pub fn count_since(path: &Path, since: DateTime<Utc>) -> Option<usize> {
    let text = file::latest(path);
    if text.is_empty() {
        return None;
    }
    let since = since.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    Some(text.lines().filter(|line| line.get(..since.len()).is_some_and(|at| at >= since.as_str())).count())
}

impl Log {
    fn note(&self, entry: &LogEntry) {
        let _turn = self.turn.lock();
        let _ = file::append(&self.path, &entry.line((self.now)(), self.home.as_deref()));
    }
}

#[cfg(test)]
mod tests {
    use super::{Log, LogEntry, count_since};
    use chrono::{DateTime, TimeDelta};
    use std::path::Path;
    use std::sync::Mutex;

    #[test]
    fn problems_are_counted_from_an_instant_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        assert_eq!(count_since(&path, DateTime::UNIX_EPOCH), None);
        let log = Log { path: path.clone(), home: None, now: || DateTime::UNIX_EPOCH, turn: Mutex::new(()) };
        log.note(&LogEntry::of("store", "opening it"));
        log.note(&LogEntry::of("store", "opening it"));
        assert_eq!(count_since(&path, DateTime::UNIX_EPOCH), Some(2));
        assert_eq!(count_since(&path, DateTime::UNIX_EPOCH + TimeDelta::seconds(1)), Some(0));
    }

    #[test]
    fn a_log_that_cannot_be_written_disturbs_nobody() {
        let nowhere = Path::new("/dev/null/log").to_owned();
        let log = Log { path: nowhere, home: None, now: || DateTime::UNIX_EPOCH, turn: Mutex::new(()) };
        log.note(&LogEntry::of("store", "opening it"));
    }
}
