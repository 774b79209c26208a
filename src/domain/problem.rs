//! Something that did not work, as a person is told of it.

use super::printable::Printable;

/// What did not work, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub what: Printable,
    pub hint: Option<Printable>,
}

impl Problem {
    /// One without a hint.
    pub fn new(what: impl Into<Printable>) -> Self {
        Self { what: what.into(), hint: None }
    }
}
