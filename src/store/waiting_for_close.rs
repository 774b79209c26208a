//! What is staged and leaves at the close of a check-in: where that has no batch, nobody commits, and it leaves all the same.

use chrono::{DateTime, Utc};

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::text::word;
use crate::domain::ids::OutgoingId;
use crate::domain::outbox::DepartureTimeKind;

/// That it waits for a close, and no batch of a check-in is open.
const WAITS_FOR_CLOSE: &str = "outgoing.state = 'staged' AND outgoing.due IS NULL AND outgoing.discarded IS NULL
    AND NOT EXISTS (SELECT 1 FROM batch WHERE kind = 'window' AND committed IS NULL)";

/// What is staged and leaves at a close, which has not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingForClose {
    pub id: OutgoingId,
    pub leaves: DepartureTimeKind,
    /// When it was staged, or the batch was committed in which that happened.
    pub since: DateTime<Utc>,
    /// The close of that batch, where it is one of a check-in.
    pub staged_in_until: Option<DateTime<Utc>>,
    /// The lane of the message that it is about.
    pub lane: Option<String>,
}

impl Store {
    /// What is staged and leaves at a close, and in no batch that is open; nothing while a batch of a check-in is open, since its
    /// commit says what leaves.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn waiting_for_a_close(&self) -> Result<Vec<WaitingForClose>, StoreError> {
        self.read("asking what waits for a close", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT outgoing.id, outgoing.leaves, max(outgoing.changed, coalesce(b.committed, 0)), b.closes, l.name
                 FROM outgoing LEFT JOIN batch AS b ON b.id = outgoing.staged_in
                 LEFT JOIN message AS m ON m.id = outgoing.answers LEFT JOIN lane AS l ON l.id = m.lane
                 WHERE {WAITS_FOR_CLOSE} AND (outgoing.staged_in IS NULL OR b.committed IS NOT NULL) ORDER BY outgoing.id"
            ))?;
            let rows = statement.query_map([], |row| {
                let id = OutgoingId(row.get(0)?);
                Ok(WaitingForClose {
                    id,
                    leaves: word(row, 1, "outgoing", id)?,
                    since: instant(row.get(2)?),
                    staged_in_until: row.get::<_, Option<i64>>(3)?.map(instant),
                    lane: row.get(4)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Makes one of these due: its check-in has closed, and there was no batch. Nothing where that has changed meanwhile.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn leaves_after_close(&mut self, id: OutgoingId, closed: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("letting a message leave after a close", |tx| {
            tx.prepare_cached(&format!("UPDATE outgoing SET due = ?2 WHERE id = ?1 AND {WAITS_FOR_CLOSE}"))?
                .execute((id.0, seconds(closed)))?;
            Ok(())
        })
    }
}
