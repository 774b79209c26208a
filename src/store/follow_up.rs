//! What the person means to come back to (`follow_up`), and how long their answers take (`answer_time`).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, Transaction};

use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::text::word_or_null;
use super::{Store, group};
use crate::domain::answering::{AnswerPace, COUNTED, answer_times};
use crate::domain::follow_up::{FollowUp, FollowUpKind};
use crate::domain::ids::Id;
use crate::domain::triage::Triage;

impl Store {
    /// How long one answer takes, by the person's newest ones; `None` while there are too few. The cost is bounded.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn answer_pace(&self) -> Result<Option<AnswerPace>, StoreError> {
        self.read("asking how long answers take", |connection| {
            let mut statement =
                connection.prepare_cached("SELECT took FROM answer_time ORDER BY number DESC LIMIT ?1")?;
            let times: Vec<i64> = statement.query_map([COUNTED], |row| row.get(0))?.collect::<Result<_, _>>()?;
            Ok(AnswerPace::of(times))
        })
    }
}

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

/// Records how long the answers of a batch took that is being committed.
pub(super) fn keep_answer_times(
    tx: &Transaction<'_>,
    triage: &Triage,
    made: &HashMap<u32, i64>,
) -> Result<(), StoreError> {
    let groups = group::groups(tx, triage.batch().id())?;
    let mut insert = tx.prepare_cached("INSERT INTO answer_time (took) VALUES (?1)")?;
    for took in answer_times(triage.batch(), triage.acts(), &groups, |act| made.get(&act).copied()) {
        insert.execute([took])?;
    }
    Ok(())
}

/// The message is still to be answered, as another program or machine says.
pub(super) fn put_off(tx: &Transaction<'_>, id: Id, now: DateTime<Utc>) -> Result<(), StoreError> {
    keep(tx, id, FollowUpKind::ToAnswer, seconds(now))
}
