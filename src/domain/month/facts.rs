//! What a month is counted from: lists of values, as the store has them.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::CalendarMonth;
use crate::domain::arrival::Arrival;
use crate::domain::ids::Id;
use crate::domain::opening::Opening;
use crate::domain::outage::Outage;
use crate::domain::peek::PeekKind;
use crate::domain::schedule::Zone;

/// Everything that one month is counted from. Lists may be in any order, and may reach beyond the month: what lies outside
/// of it is left out. The clock of the person may have jumped: an instant may lie before another one that caused it.
#[derive(Debug, Clone)]
pub struct MonthFacts {
    pub month: CalendarMonth,
    /// The zone in which the person lives: it says which instants are of this month, and which hour and weekday each has.
    pub zone: Zone,
    pub now: DateTime<Utc>,
    /// Since when facts are kept; `None` where none were ever.
    pub since: Option<DateTime<Utc>>,
    /// The lanes of the settings, in their order. Others that have arrivals come behind them.
    pub lanes: Vec<String>,
    pub arrivals: Vec<Arrival>,
    /// The windows of check-ins, from opening to close.
    pub windows: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    /// Looks at what is held, of whatever kind, that were written down.
    pub looks: Vec<(DateTime<Utc>, PeekKind)>,
    /// Batches of windows that were committed: when.
    pub closed: Vec<ClosedBatch>,
    pub openings: Vec<Opening>,
    pub exceptions: Vec<RatedRule>,
    pub matter: MatterAnswers,
    pub outages: Vec<Outage>,
    /// What passed between the person and correspondents, and may be shown: from some time before the month, so that a turn that began before
    /// it is known to, until answers are watched for.
    pub exchange: Exchange,
    /// Until when mail of others that came in may be shown, as far as it is answers: what came later is held.
    pub seen_until: DateTime<Utc>,
}

/// A batch that was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosedBatch {
    pub committed: DateTime<Utc>,
    /// When its window was to close.
    pub closes: DateTime<Utc>,
    /// How many messages were carried over.
    pub carried_over: u32,
    /// How long the oldest of them had waited since it arrived.
    pub oldest: Option<TimeDelta>,
}

/// An exception, with what it let through in the month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatedRule {
    pub name: String,
    pub let_through: u32,
    pub useful: u32,
    pub false_alarms: u32,
}

/// What was answered, in the month, to the question whether earlier would have changed anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MatterAnswers {
    pub yes: u32,
    pub no: u32,
    pub skipped: u32,
    /// Those to which the answer was yes and that may be shown, the newest first.
    pub cases: Vec<MatterCase>,
}

/// A message for which earlier would have changed something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterCase {
    pub message: Id,
    pub sender: String,
    pub subject: String,
    pub lane: String,
}

/// A message between the person and somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchanged {
    /// The same for all messages of a conversation.
    pub thread: i64,
    pub at: DateTime<Utc>,
    /// Whether the person wrote it.
    pub own: bool,
    /// With whom: who wrote it, or who got it from the person. Addresses in lower case.
    pub with: Vec<String>,
}

/// What passed between the person and others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exchange {
    pub messages: Vec<Exchanged>,
    /// The names with which addresses wrote last, of those that gave one.
    pub names: HashMap<String, String>,
}

/// Dates on which a source could not be read, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceGap {
    pub source: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
}
