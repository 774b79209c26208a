//! What the person expects, and what came of it.

use chrono::{DateTime, Utc};
use rusqlite::{Row, Transaction};

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};
use crate::domain::expectation::{Expectation, ExpectationEnd};
use crate::domain::ids::Id;

const COLUMNS: &str = "number, query, since, until, ended, message";

impl Store {
    /// Writes down what is expected until an hour.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn expect(&mut self, query: &str, now: DateTime<Utc>, until: DateTime<Utc>) -> Result<Expectation, StoreError> {
        self.write("writing down what is expected", |tx| {
            tx.execute(
                "INSERT INTO expectation (query, since, until) VALUES (?1, ?2, ?3)",
                (query, seconds(now), seconds(until)),
            )?;
            Ok(Expectation {
                number: tx.last_insert_rowid(),
                query: query.to_owned(),
                since: instant(seconds(now)),
                until: instant(seconds(until)),
                end: ExpectationEnd::None,
            })
        })
    }

    /// What is expected now, the one that ends first before the others.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn expected(&self, now: DateTime<Utc>) -> Result<Vec<Expectation>, StoreError> {
        self.read("asking what is expected", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM expectation WHERE ended IS NULL AND until > ?1 AND since <= ?1 ORDER BY until, number"
            ))?;
            let rows = statement.query_map([seconds(now)], expectation)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Everything that was ever expected, the latest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn expectations(&self) -> Result<Vec<Expectation>, StoreError> {
        self.read("listing what was expected", |connection| {
            let mut statement =
                connection.prepare_cached(&format!("SELECT {COLUMNS} FROM expectation ORDER BY number DESC"))?;
            let rows = statement.query_map([], expectation)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Takes back what is expected; whether it was open.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn revoke_expectation(&mut self, number: i64, now: DateTime<Utc>) -> Result<bool, StoreError> {
        self.write("taking back what is expected", |tx| {
            let changed = tx.execute(
                "UPDATE expectation SET ended = ?2 WHERE number = ?1 AND ended IS NULL AND until > ?2",
                (number, seconds(now)),
            )?;
            Ok(changed > 0)
        })
    }
}

/// Whether it is open still, in the transaction that would let a message through.
pub(super) fn is_open(tx: &Transaction<'_>, number: i64, now: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(tx
        .prepare_cached("SELECT 1 FROM expectation WHERE number = ?1 AND ended IS NULL AND until > ?2 AND since <= ?2")?
        .exists((number, seconds(now)))?)
}

/// Closes it, since a message came through.
pub(super) fn close(tx: &Transaction<'_>, number: i64, message: Id, now: DateTime<Utc>) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE expectation SET ended = ?2, message = ?3 WHERE number = ?1")?.execute((
        number,
        seconds(now),
        message.0,
    ))?;
    Ok(())
}

fn expectation(row: &Row<'_>) -> rusqlite::Result<Expectation> {
    let (ended, message): (Option<i64>, Option<i64>) = (row.get(4)?, row.get(5)?);
    let end = match (ended.map(instant), message) {
        (None, _) => ExpectationEnd::None,
        (Some(at), Some(_)) => ExpectationEnd::Came(at),
        (Some(at), None) => ExpectationEnd::Revoked(at),
    };
    Ok(Expectation {
        number: row.get(0)?,
        query: row.get(1)?,
        since: instant(row.get(2)?),
        until: instant(row.get(3)?),
        end,
    })
}
