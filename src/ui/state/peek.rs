//! Looking before the window: the gate that takes its time, the reason, and the list that locks itself again.

use chrono::{DateTime, Duration, Utc};

use super::field::Field;
use super::message_list::MessageList;
use crate::domain::peek::Peek;

#[derive(Debug)]
pub enum Peeking {
    /// The delay. It counts from the first tick after the key, since the clock on the screen may be a minute old.
    Gate {
        since: Option<DateTime<Utc>>,
        choice: GateChoice,
    },
    /// Why, in the person's own words; written down.
    Reason {
        field: Field,
    },
    /// The wish is on its way.
    Opening,
    Open {
        peek: Peek,
        shelf: Box<MessageList>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GateChoice {
    #[default]
    NotNow,
    Look,
}

/// How much of the delay is left; nothing once it is over.
#[must_use]
pub fn left(since: Option<DateTime<Utc>>, delay: Duration, now: DateTime<Utc>) -> Option<Duration> {
    let left = since.map_or(delay, |since| since + delay - now);
    (left > Duration::zero()).then_some(left)
}
