//! What the person means to come back to (`follow_up`).

use chrono::{DateTime, Utc};
use rusqlite::types::Type;
use rusqlite::{Connection, Error, Row, Transaction};

use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::text::word_of;
use crate::domain::follow_up::{FollowUp, FollowUpKind};
use crate::domain::ids::Id;

/// Reads a column with both, `1790000000 to answer`. NULL means that there is nothing to come back to.
pub(super) fn read(row: &Row<'_>, column: usize, message: Id) -> rusqlite::Result<Option<FollowUp>> {
    let Some(text) = row.get_ref(column)?.as_str_or_null()? else { return Ok(None) };
    let (since, kind) = text.split_once(' ').unwrap_or_default();
    let kind = word_of(kind, column, "follow_up", message)?;
    let since: i64 =
        since.parse().map_err(|error| Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))?;
    Ok(Some(FollowUp { kind, since: instant(since) }))
}

/// Records why a message is to be looked at again. What was put off to be answered stays so since the first time.
pub(super) fn keep(tx: &Transaction<'_>, id: Id, kind: FollowUpKind, since: i64) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO follow_up (message, kind, since) VALUES (?1, ?2, ?3)
         ON CONFLICT (message) DO UPDATE SET kind = excluded.kind, since = excluded.since WHERE kind <> excluded.kind",
    )?
    .execute((id.0, kind, since))?;
    Ok(())
}

/// How many carried over messages are still to be answered.
pub(super) fn to_answer(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT count(*) FROM follow_up AS f CROSS JOIN message AS m
             WHERE f.kind = 'to answer' AND m.id = f.message AND m.stage = 'carried over'",
        )?
        .query_row([], |row| row.get(0))?)
}

/// The message is still to be answered, as another program or machine says.
pub(super) fn put_off(tx: &Transaction<'_>, id: Id, now: DateTime<Utc>) -> Result<(), StoreError> {
    keep(tx, id, FollowUpKind::ToAnswer, seconds(now))
}
