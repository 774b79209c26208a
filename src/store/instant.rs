//! Instants as the store keeps them: whole Unix seconds.

use chrono::{DateTime, Utc};

pub(super) fn seconds(instant: DateTime<Utc>) -> i64 {
    instant.timestamp()
}

/// The first whole second that is not before the instant: for a row of whole seconds, being before the one is being before the other.
pub(super) fn ceiling(instant: DateTime<Utc>) -> i64 {
    instant.timestamp() + i64::from(instant.timestamp_subsec_nanos() > 0)
}

/// A number outside the calendar becomes its nearer end.
pub(super) fn instant(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or(if seconds < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    })
}
