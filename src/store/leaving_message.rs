//! Lists that are left by a message: it is in the outbox and its request is marked as tried, both or neither.

use chrono::{DateTime, Utc};

use super::attempt::UNSUBSCRIPTIONS;
use super::failure::StoreError;
use super::instant::seconds;
use super::outgoing::{StagedRevision, stage};
use super::{Store, unsubscription};
use crate::domain::ids::OutgoingId;
use crate::domain::outbox::DepartureTime;

impl Store {
    /// Stages the message that a request to leave a list asks for, so that it leaves at once. What becomes of it is the outcome of the
    /// request. `None` where the request is not to be made any more: another process may have done it.
    ///
    /// # Errors
    /// Where the store cannot be written; then nothing of it happened.
    pub fn stage_leaving_message(
        &mut self,
        number: i64,
        draft: &str,
        revision: &StagedRevision,
        now: DateTime<Utc>,
    ) -> Result<Option<OutgoingId>, StoreError> {
        self.write("staging a message that leaves a list", |tx| {
            let Some(tries) = unsubscription::open_tries(tx, number)? else { return Ok(None) };
            tx.execute(
                "INSERT INTO outgoing (state, relation, draft, created, changed) VALUES ('draft', 'new', ?1, ?2, ?2)",
                (draft, seconds(now)),
            )?;
            let id = OutgoingId(tx.last_insert_rowid());
            stage(tx, id, revision, DepartureTime::At(now), None, now)?;
            UNSUBSCRIPTIONS.begin(tx, number, tries, now)?;
            tx.execute("UPDATE unsubscription SET outgoing = ?2 WHERE number = ?1", (number, id.0))?;
            Ok(Some(id))
        })
    }
}
