//! Lanes: kinds of messages, each with its own check-ins and its place in a batch.

use super::query::{Query, Subject};

/// The lane of everything that no other lane asks for.
pub const REST: &str = "people";

/// One lane as configured. The order of lanes is the order of their messages in a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    pub name: String,
    /// What belongs to it; `None` for the lane of the rest.
    pub matches: Option<Query>,
    /// The check-ins at which it comes out; empty means every one.
    pub checkins: Vec<String>,
}

impl Lane {
    /// Whether a window of this check-in releases the lane.
    #[must_use]
    pub fn comes_out_at(&self, checkin: &str) -> bool {
        self.checkins.is_empty() || self.checkins.iter().any(|name| name == checkin)
    }
}

/// The lane that a message belongs to: the first whose query it matches, else the lane of the rest.
#[must_use]
pub fn lane_of<'a>(lanes: &'a [Lane], subject: &Subject<'_>) -> &'a str {
    lanes
        .iter()
        .find(|lane| lane.matches.as_ref().is_some_and(|query| query.holds(subject)))
        .map_or(REST, |lane| lane.name.as_str())
}
