//! What the person means to come back to (`follow_up`).

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, Transaction};

use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::text::word_or_null;
use crate::domain::follow_up::{FollowUp, FollowUpKind};
use crate::domain::ids::Id;

/// Reads the columns `kind` and `since`; `first` is the index of the first of them. NULL means that there is nothing to come back to.
pub(super) fn read(row: &Row<'_>, first: usize, message: Id) -> rusqlite::Result<Option<FollowUp>> {
    let Some(kind) = word_or_null(row, first, "follow_up", message)? else { return Ok(None) };
    Ok(Some(FollowUp { kind, since: instant(row.get(first + 1)?) }))
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
