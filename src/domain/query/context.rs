//! What the meaning of a query depends on, besides its text.

use chrono::{DateTime, Utc};

use super::Query;
use crate::domain::schedule::Zone;

/// A query that the settings have a name for: `view:name` stands for it.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedView {
    pub name: String,
    pub query: Query,
}

/// Whether `is:held` may be asked for. Nothing that shows messages allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HeldTerm {
    #[default]
    Refused,
    Allowed,
}

#[derive(Debug, Clone, Copy)]
pub struct QueryContext<'v> {
    /// Where days begin and end.
    pub zone: Zone,
    /// What `today` and lengths of time count from.
    pub now: DateTime<Utc>,
    pub views: &'v [SavedView],
    /// Names of views that are being read themselves.
    pub unread_views: &'v [String],
    pub held: HeldTerm,
}

impl<'v> QueryContext<'v> {
    #[must_use]
    pub fn new(zone: impl Into<Zone>, now: DateTime<Utc>) -> Self {
        Self { zone: zone.into(), now, views: &[], unread_views: &[], held: HeldTerm::Refused }
    }

    #[must_use]
    pub fn with_views(self, views: &'v [SavedView]) -> Self {
        Self { views, ..self }
    }
}
