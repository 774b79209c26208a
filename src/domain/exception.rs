//! Exceptions: rules, chosen beforehand, that let an urgent message through the hold at once.

use std::time::Duration;

use super::query::{Query, Subject};

#[derive(Debug, Clone, PartialEq)]
pub struct Exception {
    pub name: String,
    pub matches: Query,
    /// How many it may let through; beyond that, messages are held like any other.
    pub limit: Option<Limit>,
}

/// `3 per day`: so many in any stretch of that length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub count: u32,
    pub per: Duration,
}

/// The first exception that wants this message through and has not used up its limit.
/// `used` tells how many a rule has let through in the stretch that ends now.
#[must_use]
pub fn exception_for<'a>(
    exceptions: &'a [Exception],
    subject: &Subject<'_>,
    mut used: impl FnMut(&Exception) -> u32,
) -> Option<&'a Exception> {
    exceptions.iter().find(|exception| {
        exception.matches.holds(subject) && exception.limit.is_none_or(|limit| used(exception) < limit.count)
    })
}
