//! Instants as the store keeps them: whole Unix seconds.

use chrono::{DateTime, NaiveDateTime, Utc};
use rusqlite::Row;

pub(super) fn seconds(instant: DateTime<Utc>) -> i64 {
    instant.timestamp()
}

/// The first whole second that is not before the instant. Rows have whole seconds, so a row is before the instant
/// exactly when it is before this second.
pub(super) fn ceiling(instant: DateTime<Utc>) -> i64 {
    instant.timestamp() + i64::from(instant.timestamp_subsec_nanos() > 0)
}

/// SQL for the second that decides a message's place among others (`Message::placed`), from a row that has `date` and
/// `received`.
pub(super) fn placed(row: &str) -> String {
    format!("(CASE WHEN {row}.date BETWEEN 0 AND {row}.received THEN {row}.date ELSE {row}.received END)")
}

/// A number that is out of the calendar's range becomes the nearest instant in it.
pub(super) fn instant(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or(if seconds < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    })
}

/// A window's date and time by its check-in's clock: `2026-11-24T10:00:00`.
const WALL: &str = "%Y-%m-%dT%H:%M:%S";

pub(super) fn wall_text(wall: NaiveDateTime) -> String {
    wall.format(WALL).to_string()
}

/// Reads the same; `None` where an earlier version has stored none.
pub(super) fn wall(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<NaiveDateTime>> {
    let text = row.get_ref(column)?.as_str_or_null()?;
    Ok(text.and_then(|text| NaiveDateTime::parse_from_str(text, WALL).ok()))
}
