//! What can be wrong with the text of a query.

use std::ops::Range;

/// What is wrong, where (byte offsets into the query's text), and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct QueryMistake {
    pub what: String,
    pub hint: Option<String>,
    pub span: Range<usize>,
}

impl QueryMistake {
    pub(super) fn at(span: Range<usize>, what: impl Into<String>) -> Self {
        Self { what: what.into(), hint: None, span }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
