//! How long the person's answers take (`answer_time`).

use std::collections::HashMap;

use rusqlite::Transaction;

use super::failure::StoreError;
use super::{Store, group, reply_act};
use crate::domain::answer_pace::{AnswerPace, COUNTED, answer_times};
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

/// Records how long the answers of a batch took that is being committed.
pub(super) fn keep(tx: &Transaction<'_>, triage: &Triage, made: &HashMap<u32, i64>) -> Result<(), StoreError> {
    let groups = group::groups(tx, triage.batch().id())?;
    let written = reply_act::written(tx, triage.batch().id())?;
    let mut insert = tx.prepare_cached("INSERT INTO answer_time (took) VALUES (?1)")?;
    for took in answer_times(
        triage.batch(),
        triage.acts(),
        &groups,
        |act| made.get(&act).copied(),
        |act| written.contains(&act),
    ) {
        insert.execute([took])?;
    }
    Ok(())
}
