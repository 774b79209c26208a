//! What programs say in their messages, and what of a batch it has settled.

use rusqlite::{Connection, Row, Transaction};

use super::Store;
use super::failure::StoreError;
use super::text::{word, word_or_null};
use crate::domain::ids::{BatchId, Id};
use crate::domain::positions::{Position, Positions};
use crate::domain::service_notice::ServiceNotice;
use crate::domain::settled::Settled;

impl Store {
    /// Those of these positions of a batch that had settled themselves when it was begun, each with why.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn settled(&self, batch: BatchId, at: &Positions) -> Result<Vec<(Position, Settled)>, StoreError> {
        self.read("asking what has settled itself", |connection| settled(connection, batch, at))
    }
}

/// Which of these positions of a batch have settled themselves.
pub(super) fn settled(
    connection: &Connection,
    batch: BatchId,
    at: &Positions,
) -> Result<Vec<(Position, Settled)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT position, reason, settler FROM settled WHERE batch = ?1 AND position BETWEEN ?2 AND ?3 ORDER BY position",
    )?;
    let mut found = Vec::new();
    for run in at.runs() {
        let rows = statement.query_map((batch.0, run.first, run.last), |row| {
            let position = Position(row.get(0)?);
            let reason = word(row, 1, "settled", format_args!("({batch}, {position})"))?;
            Ok((position, Settled { reason, by: Id(row.get(2)?) }))
        })?;
        for row in rows {
            found.push(row?);
        }
    }
    Ok(found)
}

/// Writes down what a message of a program says.
pub(super) fn insert(tx: &Transaction<'_>, id: Id, notice: &ServiceNotice) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT INTO service_notice (message, repository, personal, state) VALUES (?1, ?2, ?3, ?4)")?
        .execute((id.0, &notice.repository, notice.personal, notice.state))?;
    Ok(())
}

/// Reads it from three columns of a row that is joined from the left, of which `personal` is the second.
pub(super) fn read(row: &Row<'_>, first: usize, id: i64) -> rusqlite::Result<Option<ServiceNotice>> {
    let Some(personal) = row.get(first + 1)? else { return Ok(None) };
    let state = word_or_null(row, first + 2, "service_notice", id)?;
    Ok(Some(ServiceNotice { repository: row.get(first)?, personal, state }))
}
