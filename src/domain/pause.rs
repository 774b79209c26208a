//! Pauses: the door stays shut for a while, or one window is left out. Each ends by itself.

use chrono::{DateTime, Utc};

/// A pause that the person made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    pub since: DateTime<Utc>,
    /// When it ends by itself: of a window that is left out, the window's close.
    pub until: DateTime<Utc>,
    pub what: PauseKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PauseKind {
    /// No window can be begun.
    Door,
    /// This window cannot be begun, neither while it is open nor late.
    Window { checkin: String, opens: DateTime<Utc> },
}

impl Pause {
    /// Whether no window can be begun at this instant because of it.
    #[must_use]
    pub fn shuts(&self, now: DateTime<Utc>) -> bool {
        self.what == PauseKind::Door && self.since <= now && now < self.until
    }
}
