//! What can be wrong with the text of a query.

use std::ops::Range;

use crate::domain::printable::Printable;

/// What is wrong, where (byte offsets into the query's text), and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct QueryMistake {
    pub what: String,
    pub hint: Option<String>,
    pub span: Range<usize>,
    /// The view that has to be read before, where that is all that is wrong.
    pub waits_for: Option<String>,
}

impl QueryMistake {
    pub(super) fn at(span: Range<usize>, what: impl Into<String>) -> Self {
        Self { what: what.into(), hint: None, span, waits_for: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The query, and beneath it marks where it is wrong. Of a long one as much as has room around that place.
    #[must_use]
    pub fn marked(&self, text: &str) -> String {
        let part = |range: Range<usize>| Printable::from(text.get(range).unwrap_or_default());
        let (before, meant) = (part(0..self.span.start), part(self.span.clone()));
        let behind = part(self.span.end..text.len()).cut(ROOM);
        let mut skipped = before.as_str().chars().count().saturating_sub(ROOM);
        skipped = if skipped > 0 { skipped + 1 } else { 0 };
        let kept: String = before.as_str().chars().skip(skipped).collect();
        let before = Printable::from(if skipped > 0 { format!("…{kept}") } else { kept });
        let meant = meant.cut(ROOM);
        format!("{before}{meant}{behind}\n{}{}", " ".repeat(before.width()), "^".repeat(meant.width().max(1)))
    }
}

/// How many columns of a long query are shown before its mistake, of it, and behind it.
const ROOM: usize = 60;
