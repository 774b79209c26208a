//! The batch: the messages that a window releases, fixed at the moment when it is begun.

use chrono::{DateTime, TimeDelta, Utc};

use super::ids::BatchId;
use super::positions::{Position, Positions};
use super::settled::SettledRules;
use super::text_enum::text_enum;

/// A list of messages, made once. What is in it is known by its position, from 1 to the batch's size: there is no way to
/// add to it, and no way to name in it what is not there. What arrives later waits for the next one (rule 2).
///
/// Which message stands at a position is known only to the store, so a batch of any size takes the same memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    id: BatchId,
    occasion: BatchOccasion,
    begun: DateTime<Utc>,
    size: u32,
    carry_limit: Option<u32>,
    extended: Option<DateTime<Utc>>,
}

/// The name of a batch of what exceptions let through.
pub const EXCEPTIONS: &str = "exceptions";

/// The name of the batch that a person can begin at any hour, while no window of this store was ever committed.
pub const FIRST_BATCH: &str = "first batch";

/// A check-in as a sentence calls it: `the morning check-in`, `the first batch`.
#[must_use]
pub fn called(checkin: &str) -> String {
    match checkin {
        FIRST_BATCH => format!("the {FIRST_BATCH}"),
        name => format!("the {name} check-in"),
    }
}

/// How long the window of the first batch is, in minutes.
pub const FIRST_MINUTES: i64 = 45;

/// How a batch lays out what is new in each lane. What was deferred to now, reopened or carried over stands before it, and of
/// that always the oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BatchOrder {
    #[default]
    OldestFirst,
    NewestFirst,
}

/// How a batch is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLayout {
    pub order: BatchOrder,
    /// Whether the messages of a thread stand together, as one row; `false` is the flat list, in which bundles are not made either.
    pub threads: bool,
    /// Whether lanes are bundled that name what by.
    pub bundles: bool,
    /// Which messages count as settled; they stand last.
    pub settled: SettledRules,
}

impl Default for BatchLayout {
    fn default() -> Self {
        Self { order: BatchOrder::default(), threads: true, bundles: true, settled: SettledRules::default() }
    }
}

/// What a batch was begun for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchOccasion {
    /// A check-in's window. `closes` is when the time for it is over.
    Window { checkin: String, opens: DateTime<Utc>, closes: DateTime<Utc> },
    /// What exceptions let through, read at once and alone.
    Exceptions,
}

text_enum! {
    /// What a batch was begun for, without the window.
    pub enum BatchKind {
        Window = "window",
        Exceptions = "exceptions",
    }
}

impl BatchOccasion {
    /// The window of the first batch: it opens at the instant when it is begun.
    #[must_use]
    pub fn first(now: DateTime<Utc>) -> Self {
        Self::Window { checkin: FIRST_BATCH.to_owned(), opens: now, closes: now + TimeDelta::minutes(FIRST_MINUTES) }
    }

    /// Whether it is the first batch, which no check-in has opened.
    #[must_use]
    pub fn is_first(&self) -> bool {
        matches!(self, Self::Window { checkin, .. } if checkin == FIRST_BATCH)
    }

    #[must_use]
    pub fn kind(&self) -> BatchKind {
        match self {
            Self::Window { .. } => BatchKind::Window,
            Self::Exceptions => BatchKind::Exceptions,
        }
    }
}

impl Batch {
    /// The only way to make a batch. `size` is how many messages it has.
    #[must_use]
    pub fn freeze(id: BatchId, occasion: BatchOccasion, begun: DateTime<Utc>, size: u32) -> Self {
        Self { id, occasion, begun, size, carry_limit: None, extended: None }
    }

    /// The same batch, which asks for a decision about what was carried over so many times or more.
    #[must_use]
    pub fn with_carry_limit(self, carry_limit: Option<u32>) -> Self {
        Self { carry_limit, ..self }
    }

    /// The same batch, to which the person has given time up to this instant.
    #[must_use]
    pub fn with_more_time(self, extended: Option<DateTime<Utc>>) -> Self {
        Self { extended, ..self }
    }

    /// Whether it asks for a decision about a message that was carried over so often.
    #[must_use]
    pub fn asks_about(&self, carried: u32) -> bool {
        self.carry_limit.is_some_and(|limit| limit <= carried)
    }

    /// From so many times on that a message was carried over, it asks for a decision.
    #[must_use]
    pub fn carry_limit(&self) -> Option<u32> {
        self.carry_limit
    }

    #[must_use]
    pub fn id(&self) -> BatchId {
        self.id
    }

    #[must_use]
    pub fn occasion(&self) -> &BatchOccasion {
        &self.occasion
    }

    /// The check-in's name, or `exceptions`.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.occasion {
            BatchOccasion::Window { checkin, .. } => checkin,
            BatchOccasion::Exceptions => EXCEPTIONS,
        }
    }

    /// When its time is over: with its window, or later, where the person has given it more. `None` for a batch of exceptions.
    #[must_use]
    pub fn closes(&self) -> Option<DateTime<Utc>> {
        let closes = self.window_closes()?;
        Some(self.extended.map_or(closes, |extended| extended.max(closes)))
    }

    /// When its window closes, whatever time the person has given it; `None` for a batch of exceptions.
    #[must_use]
    pub fn window_closes(&self) -> Option<DateTime<Utc>> {
        match &self.occasion {
            BatchOccasion::Window { closes, .. } => Some(*closes),
            BatchOccasion::Exceptions => None,
        }
    }

    /// Whether its time is over.
    #[must_use]
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.closes().is_some_and(|closes| closes <= now)
    }

    #[must_use]
    pub fn begun(&self) -> DateTime<Utc> {
        self.begun
    }

    /// How many messages it has.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size as usize
    }

    /// All its positions, in triage order.
    #[must_use]
    pub fn positions(&self) -> Positions {
        Positions::between(Position(1), Position(self.size))
    }
}

/// Under which heading a message stands in its batch, in triage order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Heading {
    /// Of batches that an earlier version began: what was carried over stands in its lane now.
    CarriedOver,
    Deferred,
    /// A lane: its place in the configured order, and its name.
    Lane(usize, String),
    /// What settled itself while it waited, of whatever lane.
    Settled,
}

text_enum! {
    /// A heading without its lane, in triage order.
    #[derive(PartialOrd, Ord)]
    pub enum HeadingKind {
        /// Of batches that an earlier version began.
        CarriedOver = "carried over",
        Deferred = "deferred",
        Lane = "lane",
    }
}

impl Heading {
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::CarriedOver => "carried over",
            Self::Deferred => "deferred to now",
            Self::Lane(_, name) => name,
            Self::Settled => "settled while you waited",
        }
    }
}

/// The part of a batch that stands under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchSection {
    pub heading: Heading,
    pub first: Position,
    pub last: Position,
}
