//! How mailboxes follow a commit, by the configuration: for the words of the review.

use crate::config::{Config, DoneMeans};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WriteBackWords {
    /// Whether there are mailboxes in which what is done goes to the archive.
    pub archives: bool,
    /// Whether there are mailboxes in which it stays and is marked read.
    pub marks: bool,
}

impl WriteBackWords {
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let mut follow = Self::default();
        for source in config.sources.iter().filter(|source| source.is_written_to()) {
            let done = &source.write_back;
            for means in done.done_in.iter().map(|(_, means)| means).chain([&done.done]) {
                match means {
                    DoneMeans::Archive => follow.archives = true,
                    DoneMeans::Read => follow.marks = true,
                }
            }
        }
        follow
    }

    /// Whether a commit changes anything in mailboxes.
    #[must_use]
    pub fn is_any(self) -> bool {
        self.archives || self.marks
    }
}
