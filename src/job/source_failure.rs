//! Why a source could not be read or changed, in words for a person.

use chrono::{DateTime, Utc};

use crate::domain::concern::ConcernKind;
use crate::source::SourceError;
use crate::source::imap::ImapError;

/// Why a source could not be read, or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFailure {
    pub kind: ConcernKind,
    pub what: String,
    pub hint: String,
    /// When it is tried again by itself; `None` where that is not decided here.
    pub next: Option<DateTime<Utc>>,
}

impl SourceFailure {
    /// A mistake of this program.
    #[must_use]
    pub fn mistake(what: &str) -> Self {
        Self { kind: ConcernKind::Wrong, what: what.to_owned(), hint: "please report it".to_owned(), next: None }
    }

    /// What is wrong, and what to do about it.
    #[must_use]
    pub fn words(&self) -> String {
        if self.hint.is_empty() { self.what.clone() } else { format!("{} ({})", self.what, self.hint) }
    }

    #[must_use]
    pub fn of(error: &SourceError) -> Self {
        let kind = match error {
            SourceError::Imap(ImapError::Refused { .. } | ImapError::Known { .. }) => ConcernKind::Refused,
            SourceError::Secret(_) => ConcernKind::NoSecret,
            SourceError::Imap(error) if !error.is_transient() => ConcernKind::Wrong,
            _ => ConcernKind::Away,
        };
        Self { kind, what: error.to_string(), hint: error.hint().unwrap_or_default().to_owned(), next: None }
    }
}
