//! What the programs of forges, of CI servers and of monitors say of a thing in their messages: of which repository it is, whether it
//! is meant for the person, and the state of the thing.

use super::text_enum::text_enum;

text_enum! {
    /// The state in which a message says that a thing is.
    #[derive(PartialOrd, Ord)]
    pub enum NoticeState {
        /// A job failed, an alert is on.
        Failing = "failing",
        /// A job passed, an alert is over.
        Passing = "passing",
        /// An issue or a review is closed.
        Closed = "closed",
        /// A review is closed, and what was reviewed was taken in.
        Merged = "merged",
    }
}

/// Only messages of programs have one, and only those that say something of this.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct ServiceNotice {
    /// `owner/name`, where a forge sent it.
    pub repository: Option<String>,
    /// Whether the forge sent it because it is about the person: a mention, a review that is asked for, an issue of theirs.
    pub personal: bool,
    /// `None` where it says nothing of a state, or says that the thing is open.
    pub state: Option<NoticeState>,
}

impl ServiceNotice {
    /// Whether it says anything at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
