//! What other messages say that bears on an invitation. Nothing of a held message is among it (rule 1).

use super::Invitation;
use super::event_time::EventTime;
use super::own_answer::OwnInvitationAnswer;
use crate::domain::ids::Id;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvitationContext {
    /// What was said last of the same event before this.
    pub before: Option<Box<Invitation>>,
    pub overtaken: Option<Overtaking>,
    /// The dates of an event that repeats of which other messages tell, as `EventTime::key` writes them.
    pub dates_told_apart: Vec<String>,
    /// Other events at the same time, the earliest first.
    pub conflicts: Vec<OtherEvent>,
    /// What the person has answered to it here.
    pub answer: Option<OwnInvitationAnswer>,
    /// Whether older messages are still to be looked through, so that something may be missing.
    pub incomplete: bool,
}

/// A later message about the same event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overtaking {
    pub id: Id,
    pub withdrawn: bool,
    /// When the event is by that message.
    pub time: Option<(EventTime, Option<EventTime>)>,
}

/// Another event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherEvent {
    /// The message that tells of it.
    pub id: Id,
    pub summary: String,
    pub start: EventTime,
    pub end: Option<EventTime>,
}
