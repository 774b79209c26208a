//! The facts that the month and the replays are counted from, as a whole: since when they are kept, and forgetting them.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::line_note::RECEIPT;
use crate::domain::moment::Moment;

const SINCE: &str = "facts since";

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ForgottenFacts {
    pub arrivals: u64,
    pub openings: u64,
    pub outages: u64,
    /// Messages of the samples, and how many of them were answered.
    pub questions: u64,
    pub answers: u64,
    pub line_notes: u64,
}

impl Store {
    /// Since when facts are kept; `None` in a store that nobody has used since they are.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn facts_since(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read("asking since when facts are kept", |connection| {
            let since: Option<i64> = connection
                .prepare_cached("SELECT value FROM fact WHERE name = ?1")?
                .query_row([SINCE], |row| row.get(0))
                .optional()?;
            Ok(since.map(instant))
        })
    }

    /// Removes every fact. They are kept anew from now on.
    ///
    /// # Errors
    /// Where the store cannot be written; then nothing was removed.
    pub fn forget_facts(&mut self, now: DateTime<Utc>) -> Result<ForgottenFacts, StoreError> {
        self.write("forgetting facts", |tx| {
            let answers: i64 =
                tx.query_row("SELECT count(*) FROM matter WHERE answer IS NOT NULL", [], |row| row.get(0))?;
            let removed = |table: &str| -> Result<u64, StoreError> {
                Ok(tx.execute(&format!("DELETE FROM {table}"), [])? as u64)
            };
            let forgotten = ForgottenFacts {
                arrivals: removed("arrival")?,
                openings: removed("opening")?,
                outages: removed("outage")?,
                questions: removed("matter")?,
                answers: answers.unsigned_abs(),
                line_notes: removed("line_note")?,
            };
            tx.execute("DELETE FROM fact WHERE name = ?1", [RECEIPT])?;
            begin_anew(tx, now)?;
            Ok(forgotten)
        })
    }

    /// Records since when facts are kept, where that is not known. Only an instant that lies in the future of both clocks is replaced.
    pub(super) fn keep_facts_since(&mut self, moment: Moment) -> Result<(), StoreError> {
        let Moment { now, wall } = moment;
        if self.facts_since()?.is_some_and(|since| since <= now || since <= wall) {
            return Ok(());
        }
        self.write("noting since when facts are kept", |tx| begin_anew(tx, now))
    }
}

fn begin_anew(tx: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO fact (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?
    .execute((SINCE, seconds(now)))?;
    Ok(())
}
