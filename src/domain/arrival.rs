//! When messages arrived and when they came out: what the month and the replays are counted from.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::ids::Id;

/// A message that came while its source was being followed: neither history nor part of a first reading, and not taken from a file by
/// hand. It may be held, so nothing of it but these facts may be counted, and its sender only asked for by what rule 1 lets through.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    pub message: Id,
    /// When it came to its mailbox, as far as that is known; else when it was taken in.
    pub at: DateTime<Utc>,
    /// The names of its source and its lane. Arrivals of one list share them.
    pub source: Arc<str>,
    pub lane: Arc<str>,
    /// When it was first to be seen. `None` while it is held, and where it never waited for anybody here: in a muted thread, or decided
    /// about on another machine.
    pub came_out: Option<DateTime<Utc>>,
    pub held: bool,
    /// An exception let it through the hold, so it came out as it was taken in.
    pub let_through: bool,
    /// It began its conversation: it refers to no other message, and nobody had written in it before. Only such arrivals do not depend
    /// on when the person answers.
    pub began_thread: bool,
    pub mattered: Option<Mattered>,
}

/// Whether it mattered when a message came out, as the person says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mattered {
    /// Of a held message: coming out earlier would have changed something. Of one that an exception let through: that was useful.
    pub yes: bool,
    /// How many messages of its batch it stands for, at least 1: held ones are asked about by a sample. 1 for what was let through.
    pub weight: f64,
}
