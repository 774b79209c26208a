//! Something that failed, as it is shown to a person.

use super::printable::Printable;

/// What did not work, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub what: Printable,
    pub hint: Option<Printable>,
}

impl Problem {
    /// A problem without a hint.
    pub fn new(what: impl Into<Printable>) -> Self {
        Self { what: what.into(), hint: None }
    }
}
