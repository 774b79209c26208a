//! The state of something that is to be done outside (in a mailbox, say) and is tried until it is proved to be done.

use chrono::{DateTime, Utc};

use super::text_enum::text_enum;

text_enum! {
    /// How far it has come.
    pub enum AttemptState {
        /// It was not tried yet.
        Open = "open",
        /// It was recorded, durably, that it is tried, and nothing was proved since: it may have been done.
        Tried = "tried",
        /// It cannot be done until a person does something about it.
        Refused = "refused",
        /// It is proved to be done.
        Made = "made",
        /// Somebody else was first, and it was left undone.
        Overtaken = "overtaken",
        /// It is done, except for the keywords, which its mailbox does not keep.
        NotKept = "not kept",
        /// A later one took its place before it was tried.
        Replaced = "replaced",
    }
}

impl AttemptState {
    /// Whether it is over: nothing more will be done.
    #[must_use]
    pub fn is_closed(self) -> bool {
        match self {
            Self::Open | Self::Tried | Self::Refused => false,
            Self::Made | Self::Overtaken | Self::NotKept | Self::Replaced => true,
        }
    }
}

/// One thing that is to be done, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub state: AttemptState,
    /// How often it was tried.
    pub tries: u32,
    /// When it is tried again at the earliest, as long as it is not closed.
    pub next_try: DateTime<Utc>,
    /// What came of the last try, in words for a person; empty where there is nothing to say.
    pub why: String,
    pub closed: Option<DateTime<Utc>>,
}
