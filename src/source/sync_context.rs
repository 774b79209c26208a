//! What a source is told before it is read: which copies are known, and where to go on.

use std::collections::HashSet;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};

use crate::domain::flags::Flags;

/// What a source needs to know before it reads.
pub struct SyncContext<'a> {
    pub known: &'a dyn KnownCopies,
    /// Counts what is skipped because it is known.
    pub skipped: &'a SkipCounter,
    /// The position that the source returned when it was read last.
    pub position: Option<&'a str>,
    pub now: DateTime<Utc>,
}

impl fmt::Debug for SyncContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncContext").field("position", &self.position).field("now", &self.now).finish_non_exhaustive()
    }
}

/// Which copies of a source were taken in already. If that is not known, a copy counts as new: taking it in again
/// changes nothing.
pub trait KnownCopies {
    /// The keys of the known copies in a folder.
    fn all(&self, folder: &str) -> HashSet<String>;

    /// Whether each of these keys of a folder is known. The keys are sorted.
    fn which(&self, folder: &str, keys: &[&str]) -> Vec<bool> {
        let all = self.all(folder);
        keys.iter().map(|key| all.contains(*key)).collect()
    }

    /// The known copies of a folder whose keys lie between two keys, both included, sorted, at most `most` of them: the
    /// key, and the flags as far as they are known.
    fn between(&self, folder: &str, first: &str, last: &str, most: usize) -> Vec<(String, Option<Flags>)> {
        let mut keys: Vec<String> =
            self.all(folder).into_iter().filter(|key| first <= key.as_str() && key.as_str() <= last).collect();
        keys.sort_unstable();
        keys.truncate(most);
        keys.into_iter().map(|key| (key, None)).collect()
    }
}

impl<F: Fn(&str) -> HashSet<String>> KnownCopies for F {
    fn all(&self, folder: &str) -> HashSet<String> {
        self(folder)
    }
}

/// How much was skipped so far, for a progress bar.
#[derive(Debug, Default)]
pub struct SkipCounter {
    messages: AtomicU64,
    bytes: AtomicU64,
}

impl SkipCounter {
    pub fn add(&self, messages: u64, bytes: u64) {
        self.messages.fetch_add(messages, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    #[must_use]
    pub fn messages(&self) -> u64 {
        self.messages.load(Ordering::Relaxed)
    }

    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}
