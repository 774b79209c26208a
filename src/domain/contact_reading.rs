//! When a correspondent reads mail, as they publish it.

use chrono::{DateTime, Utc};

/// What is known of when somebody reads mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactReading {
    /// What they are called; their address where they have no name.
    pub name: String,
    /// When the coming times begin, in order.
    pub opens: Vec<DateTime<Utc>>,
}

impl ContactReading {
    /// When they read what is written at this instant.
    #[must_use]
    pub fn next_after(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.opens.iter().copied().find(|opens| *opens >= at)
    }
}
