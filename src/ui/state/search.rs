//! Searching what is visible: the line that is typed, and what was found.

use super::field::Field;
use super::message_list::MessageList;
use crate::domain::problem::Problem;
use crate::domain::query::QueryMistake;

/// How many are shown at most; a narrower query finds the rest.
pub const LIMIT: usize = 500;

#[derive(Debug, Clone, Default)]
pub struct Search {
    pub field: Field,
    pub stage: SearchStage,
    /// What was found last. It stays while the next answer is on its way, and while the line is no query.
    pub shelf: MessageList,
    /// What was asked last.
    pub query: String,
    pub outcome: SearchOutcome,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SearchStage {
    #[default]
    Typing,
    /// The line is finished, and its answer is on its way.
    Looking,
    /// The list.
    Found,
}

/// What came of the line that was asked last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SearchOutcome {
    /// Nothing was asked, or no answer has come.
    #[default]
    None,
    Found,
    /// It is no query.
    Mistaken(QueryMistake),
    Failed(Problem),
}
