//! The batch: the messages that a window releases, fixed at the moment when it is begun.

use chrono::{DateTime, Utc};

use super::ids::{BatchId, Id};

/// A list of ids, made once. There is no way to add to it: what arrives later waits for the next one (rule 2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    id: BatchId,
    occasion: Occasion,
    begun: DateTime<Utc>,
    ids: Box<[Id]>,
    /// The same ids in ascending order, each with its place above, to be looked up.
    sorted: Box<[(Id, usize)]>,
}

/// The name of a batch of what exceptions let through.
pub const EXCEPTIONS: &str = "exceptions";

/// What a batch was begun for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occasion {
    /// A check-in's window. `closes` is when the time for it is over.
    Window { checkin: String, opens: DateTime<Utc>, closes: DateTime<Utc> },
    /// What exceptions let through, read at once and alone.
    Exceptions,
}

impl Batch {
    /// The only way to make a batch. The ids are in triage order.
    #[must_use]
    pub fn freeze(id: BatchId, occasion: Occasion, begun: DateTime<Utc>, ids: Vec<Id>) -> Self {
        let mut sorted: Box<[(Id, usize)]> = ids.iter().copied().zip(0..).collect();
        sorted.sort_unstable();
        Self { id, occasion, begun, ids: ids.into_boxed_slice(), sorted }
    }

    #[must_use]
    pub fn id(&self) -> BatchId {
        self.id
    }

    #[must_use]
    pub fn occasion(&self) -> &Occasion {
        &self.occasion
    }

    /// The check-in's name, or `exceptions`.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.occasion {
            Occasion::Window { checkin, .. } => checkin,
            Occasion::Exceptions => EXCEPTIONS,
        }
    }

    /// When its time is over; a batch of exceptions has no end.
    #[must_use]
    pub fn closes(&self) -> Option<DateTime<Utc>> {
        match &self.occasion {
            Occasion::Window { closes, .. } => Some(*closes),
            Occasion::Exceptions => None,
        }
    }

    #[must_use]
    pub fn begun(&self) -> DateTime<Utc> {
        self.begun
    }

    /// Its messages, in triage order.
    #[must_use]
    pub fn ids(&self) -> &[Id] {
        &self.ids
    }

    #[must_use]
    pub fn contains(&self, id: Id) -> bool {
        self.place(id).is_some()
    }

    /// The place of a message in triage order, from 0.
    #[must_use]
    pub fn place(&self, id: Id) -> Option<usize> {
        let found = self.sorted.binary_search_by_key(&id, |(known, _)| *known).ok()?;
        self.sorted.get(found).map(|(_, place)| *place)
    }
}

/// Under which heading a message stands in its batch, in triage order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Heading {
    CarriedOver,
    Deferred,
    /// A lane: its place in the configured order, and its name.
    Lane(usize, String),
}

impl Heading {
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::CarriedOver => "carried over",
            Self::Deferred => "deferred to now",
            Self::Lane(_, name) => name,
        }
    }
}
