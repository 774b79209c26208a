//! Attempts: rows of what is to be done outside, each tried until it is proved to be done (`domain::attempt`).
//!
//! A row is marked as tried, durably, before anything of it is sent, and it is closed by proof alone. So whatever
//! happens in between, it is known what may have been done. A table of attempts has the columns `number`, `state`,
//! `tries`, `next_try`, `why` and `closed`, which belong to this file, and others that say what is to be done, which
//! do not.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, Transaction};

use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::text::word;
use crate::domain::attempt::{Attempt, AttemptState};
use crate::domain::retry::pause;

/// In seconds. A try that is due later than this was written down while the clock was wrong; it is due at once.
const TOO_FAR: i64 = 2 * 24 * 60 * 60;

/// A table of attempts.
#[derive(Clone, Copy)]
pub(super) struct Attempts {
    table: &'static str,
}

/// The changes of copies in mailboxes.
pub(super) const CHANGES: Attempts = Attempts { table: "journal" };

/// The requests to leave a list.
pub(super) const UNSUBSCRIPTIONS: Attempts = Attempts { table: "unsubscription" };

/// The copies of what was sent.
pub(super) const SENT_COPIES: Attempts = Attempts { table: "sent_copy" };

/// The columns of `row`, under the name `j`.
pub(super) const COLUMNS: &str = "j.state, j.tries, j.next_try, j.why, j.closed";

/// Reads `COLUMNS` from a row; `first` is the index of the first of them.
pub(super) fn row(of: Attempts, row: &Row<'_>, first: usize, number: i64) -> rusqlite::Result<Attempt> {
    Ok(Attempt {
        state: word(row, first, of.table, number)?,
        tries: row.get(first + 1)?,
        next_try: instant(row.get(first + 2)?),
        why: row.get(first + 3)?,
        closed: row.get::<_, Option<i64>>(first + 4)?.map(instant),
    })
}

/// The condition that an attempt is due at the second that the parameter `now` gives.
pub(super) fn is_due(now: &str) -> String {
    format!("closed IS NULL AND (next_try <= {now} OR next_try > {now} + {TOO_FAR})")
}

impl Attempts {
    /// Records that an attempt is made now, after `tries` earlier ones, and when the next one is due.
    pub fn begin(self, tx: &Transaction<'_>, number: i64, tries: u32, now: DateTime<Utc>) -> Result<(), StoreError> {
        let next = now + pause(tries.saturating_add(1), number);
        let sql = "state = ?3, tries = tries + 1, next_try = ?2 WHERE number = ?1";
        self.update(tx, sql, (number, seconds(next), AttemptState::Tried))
    }

    /// Makes a row due at once that was marked as tried and was not sent after all.
    pub fn put_back(self, tx: &Transaction<'_>, number: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.update(tx, "next_try = ?2 WHERE number = ?1 AND state = ?3", (number, seconds(now), AttemptState::Tried))
    }

    /// Makes a row due at once and open again, as it was before it was tried.
    pub fn reopen(self, tx: &Transaction<'_>, number: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.update(tx, "state = ?3, next_try = ?2 WHERE number = ?1", (number, seconds(now), AttemptState::Open))
    }

    /// Makes everything due at once that waits for another try or for a person; returns how many rows that are.
    pub fn retry_all(self, tx: &Transaction<'_>, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let sql = format!("UPDATE {} SET next_try = ?1 WHERE closed IS NULL AND tries > 0", self.table);
        Ok(tx.prepare_cached(&sql)?.execute([seconds(now)])?)
    }

    /// Leaves a row open and records what came of the last try. Without `next` the time of the next try stays as it
    /// is.
    pub fn put_off(
        self,
        tx: &Transaction<'_>,
        number: i64,
        (state, why): (AttemptState, &str),
        next: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let sql = "state = ?2, why = ?3, next_try = coalesce(?4, next_try) WHERE number = ?1";
        self.update(tx, sql, (number, state, why, next.map(seconds)))
    }

    /// Closes a row in the state that is proved.
    pub fn close(
        self,
        tx: &Transaction<'_>,
        number: i64,
        (state, why): (AttemptState, &str),
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.update(tx, "state = ?2, why = ?3, closed = ?4 WHERE number = ?1", (number, state, why, seconds(now)))
    }

    /// Closes a row that is no longer wanted and of which nothing was done.
    pub fn replace(self, tx: &Transaction<'_>, number: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "state = ?3, closed = ?2 WHERE number = ?1";
        self.update(tx, sql, (number, seconds(now), AttemptState::Replaced))
    }

    /// When the next row is due, of those that wait for another try.
    pub fn next(self, connection: &Connection, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
        let sql = format!(
            "SELECT min(next_try) FROM {} WHERE closed IS NULL AND next_try > ?1 AND next_try <= ?1 + {TOO_FAR}",
            self.table
        );
        let next: Option<i64> = connection.prepare_cached(&sql)?.query_row([seconds(now)], |row| row.get(0))?;
        Ok(next.map(instant))
    }

    /// How many rows are not closed.
    pub fn left(self, connection: &Connection) -> Result<u32, StoreError> {
        let sql = format!("SELECT count(*) FROM {} WHERE closed IS NULL", self.table);
        Ok(connection.prepare_cached(&sql)?.query_row([], |row| row.get(0))?)
    }

    fn update(self, tx: &Transaction<'_>, set: &str, values: impl rusqlite::Params) -> Result<(), StoreError> {
        tx.prepare_cached(&format!("UPDATE {} SET {set}", self.table))?.execute(values)?;
        Ok(())
    }
}
