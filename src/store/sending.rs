//! Tries at sending what is due: one at a time, each written down before it begins, before the dot that ends the message, and
//! when it is over. A try that nobody ended, because the program was killed, is told from these.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};

use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::outgoing::{in_state, recipients};
use super::{Store, sent_copy, unsubscription};
use crate::domain::ids::OutgoingId;
use crate::domain::outbox::{OutgoingState, RecipientState, state_of};

/// One try, from its beginning to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendAttempt {
    pub number: i64,
    pub id: OutgoingId,
    pub sender: String,
    /// Who does not have it yet: the place among all recipients, and the address.
    pub recipients: Vec<(u32, String)>,
    pub bytes: Vec<u8>,
    /// The how manieth try it is since it was staged, or since the person wanted it sent again.
    pub tries: u32,
    /// When the first of these tries began.
    pub first: DateTime<Utc>,
}

/// In seconds. A try that is due later than this was put off while the clock was wrong; it is due at once.
const TOO_FAR: i64 = 2 * 24 * 60 * 60;

/// The condition that what is staged or waits for another try is due at the second that the parameter `now` gives.
fn is_due(now: &str) -> String {
    format!("(due <= {now} OR state = 'later' AND due > {now} + {TOO_FAR})")
}

/// What the person says of a message of which nobody can say whether it left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownVerdict {
    Sent,
    Again,
}

impl Store {
    /// What may leave now, the longest due first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn due_outgoing(&self, now: DateTime<Utc>) -> Result<Vec<OutgoingId>, StoreError> {
        self.read("asking what leaves", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT id FROM outgoing WHERE state IN ('staged', 'later') AND discarded IS NULL AND {}
                 ORDER BY due, id",
                is_due("?1")
            ))?;
            let rows = statement.query_map([seconds(now)], |row| Ok(OutgoingId(row.get(0)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// The message of the try that has begun and was not ended: it is under way, or whoever made it was killed.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn leaving(&self) -> Result<Option<OutgoingId>, StoreError> {
        self.read("asking whether something leaves", |connection| {
            Ok(connection
                .prepare_cached("SELECT id FROM outgoing WHERE state = 'leaving'")?
                .query_row([], |row| Ok(OutgoingId(row.get(0)?)))
                .optional()?)
        })
    }

    /// The address that failures of a message come back to; `None` where it was never staged.
    ///
    /// # Errors
    /// `NoOutgoing`, or where the store cannot be read.
    pub fn sender_of(&self, id: OutgoingId) -> Result<Option<String>, StoreError> {
        self.read("asking who sends a message", |connection| {
            connection
                .prepare_cached("SELECT sender FROM outgoing WHERE id = ?1")?
                .query_row([id.0], |row| row.get(0))
                .optional()?
                .ok_or(StoreError::NoOutgoing(id))
        })
    }

    /// When the next message may leave that waits for its time; `None` where none does.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn next_departure(&self, after: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read("asking when something leaves", |connection| {
            let next: Option<i64> = connection
                .prepare_cached(&format!(
                    "SELECT min(due) FROM outgoing WHERE state IN ('staged', 'later') AND discarded IS NULL AND NOT {}",
                    is_due("?1")
                ))?
                .query_row([seconds(after)], |row| row.get(0))?;
            Ok(next.map(instant))
        })
    }

    /// Begins a try. At the first one `dated` writes the Date into the bytes, which stay as they are from then on.
    ///
    /// # Errors
    /// `NoOutgoing`, `OutgoingState` where it is not due, or another one is leaving, or where the store cannot be written.
    pub fn begin_attempt(
        &mut self,
        id: OutgoingId,
        now: DateTime<Utc>,
        dated: impl FnOnce(&[u8]) -> Vec<u8>,
    ) -> Result<SendAttempt, StoreError> {
        self.write("beginning to send a message", |tx| {
            let state = in_state(tx, id, |state| matches!(state, OutgoingState::Staged | OutgoingState::Later))?;
            let (sender, bytes, has_date, due): (String, Vec<u8>, bool, bool) = tx
                .prepare_cached(&format!(
                    "SELECT sender, bytes, dated IS NOT NULL, {} FROM outgoing WHERE id = ?1",
                    is_due("?2")
                ))?
                .query_row((id.0, seconds(now)), |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, Option<bool>>(3)?.unwrap_or(false)))
                })?;
            let another = tx.prepare_cached("SELECT 1 FROM outgoing WHERE state = 'leaving'")?.exists([])?;
            if !due || another {
                return Err(StoreError::OutgoingState { id, state });
            }
            let bytes = if has_date { bytes } else { dated(&bytes) };
            if !has_date {
                tx.execute("UPDATE outgoing SET bytes = ?2, dated = ?3 WHERE id = ?1", (id.0, &bytes, seconds(now)))?;
            }
            tx.execute("UPDATE outgoing SET state = 'leaving', tries = tries + 1 WHERE id = ?1", [id.0])?;
            tx.execute("INSERT INTO outgoing_attempt (outgoing, began) VALUES (?1, ?2)", (id.0, seconds(now)))?;
            let number = tx.last_insert_rowid();
            let tries: u32 = tx.query_row("SELECT tries FROM outgoing WHERE id = ?1", [id.0], |row| row.get(0))?;
            let first = tx
                .prepare_cached(
                    "SELECT min(began) FROM (SELECT began FROM outgoing_attempt WHERE outgoing = ?1
                                             ORDER BY id DESC LIMIT ?2)",
                )?
                .query_row((id.0, tries), |row| row.get(0).map(instant))?;
            let open = |state| matches!(state, RecipientState::Waiting | RecipientState::Deferred);
            let all = (0_u32..).zip(recipients(tx, id)?);
            let recipients = all.filter(|(_, it)| open(it.state)).map(|(place, it)| (place, it.address)).collect();
            Ok(SendAttempt { number, id, sender, recipients, bytes, tries, first })
        })
    }

    /// The dot that ends the message is about to be written: from now on it may have been taken by these recipients' server.
    ///
    /// # Errors
    /// Where it could not be written down; then the dot must not be written.
    pub fn note_dot(&mut self, attempt: &SendAttempt, places: &[u32], now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("noting that a message is about to be finished", |tx| {
            tx.execute("UPDATE outgoing_attempt SET dot = ?2 WHERE id = ?1", (attempt.number, seconds(now)))?;
            // Should nobody end this try, this is what is known of them.
            for place in places {
                set(tx, attempt.id, *place, RecipientState::Unknown, "the connection ended before the answer")?;
            }
            Ok(())
        })
    }

    /// What is known already of some recipients, before the try is over.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn note_outcomes(
        &mut self,
        attempt: &SendAttempt,
        outcomes: &[(u32, RecipientState, String)],
    ) -> Result<(), StoreError> {
        self.write("noting what became of a message", |tx| {
            outcomes.iter().try_for_each(|(place, state, words)| set(tx, attempt.id, *place, *state, words))
        })
    }

    /// Ends a try with what became of it for each of its recipients; of those that are not named nothing is known but what
    /// was known before. `again` is when to try once more, if somebody's server deferred it.
    ///
    /// # Errors
    /// `OutgoingState` where it was ended already, or where the store cannot be written.
    pub fn end_attempt(
        &mut self,
        attempt: &SendAttempt,
        outcomes: &[(u32, RecipientState, String)],
        again: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<OutgoingState, StoreError> {
        self.write("ending a try at sending", |tx| {
            let ended = tx.execute(
                "UPDATE outgoing_attempt SET ended = ?2 WHERE id = ?1 AND ended IS NULL",
                (attempt.number, seconds(now)),
            )?;
            if ended == 0 {
                let state = in_state(tx, attempt.id, |_| true)?;
                return Err(StoreError::OutgoingState { id: attempt.id, state });
            }
            for (place, state, words) in outcomes {
                set(tx, attempt.id, *place, *state, words)?;
            }
            settle(tx, attempt.id, again, now)
        })
    }

    /// Ends tries that were cut off, since the program was killed. To be called by the one process that sends, before its
    /// first try: what had not come to its dot is due again, all else is unknown. What each of them is now.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn end_abandoned_attempts(&mut self, now: DateTime<Utc>) -> Result<Vec<OutgoingState>, StoreError> {
        self.write("ending tries that were cut off", |tx| {
            let mut open = tx.prepare("SELECT id, outgoing FROM outgoing_attempt WHERE ended IS NULL")?;
            let open: Vec<(i64, i64)> =
                open.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
            let end = |(number, id): &(i64, i64)| {
                tx.execute("UPDATE outgoing_attempt SET ended = ?2 WHERE id = ?1", (number, seconds(now)))?;
                settle(tx, OutgoingId(*id), now, now)
            };
            open.iter().map(end).collect()
        })
    }

    /// What the person says of a message of which nobody can say whether it left. Where it is to be sent again, only those get
    /// it of whom that is so.
    ///
    /// # Errors
    /// `NoOutgoing`, `OutgoingState` where it is not unknown, or where the store cannot be written.
    pub fn settle_unknown(
        &mut self,
        id: OutgoingId,
        verdict: UnknownVerdict,
        now: DateTime<Utc>,
    ) -> Result<OutgoingState, StoreError> {
        self.write("settling what is unknown", |tx| {
            in_state(tx, id, |state| state == OutgoingState::Unknown)?;
            let (state, words) = match verdict {
                UnknownVerdict::Sent => (RecipientState::Accepted, "you called it sent"),
                UnknownVerdict::Again => (RecipientState::Waiting, ""),
            };
            tx.execute(
                "UPDATE outgoing_recipient SET state = ?2, words = ?3 WHERE outgoing = ?1 AND state = 'unknown'",
                (id.0, state, words),
            )?;
            tx.execute("UPDATE outgoing SET tries = 0 WHERE id = ?1", [id.0])?;
            settle(tx, id, now, now)
        })
    }

    /// Sends a message once more to those who were refused, or at once what waits for another try, as the person says.
    /// Whatever was in the way of sending as its sender is tried again too.
    ///
    /// # Errors
    /// `NoOutgoing`, `OutgoingState` where nobody was refused and it waits for no try, or where the store cannot be written.
    pub fn send_again(&mut self, id: OutgoingId, now: DateTime<Utc>) -> Result<OutgoingState, StoreError> {
        self.write("sending a message again", |tx| {
            use OutgoingState::{Later, PartlySent, Refused, Staged};
            let state = in_state(tx, id, |state| matches!(state, PartlySent | Refused | Later | Staged))?;
            let due: bool = tx
                .prepare_cached("SELECT coalesce(due <= ?2, 0) FROM outgoing WHERE id = ?1")?
                .query_row((id.0, seconds(now)), |row| row.get(0))?;
            // What waits for its commit leaves then, and not before.
            if state == Staged && !due {
                return Err(StoreError::OutgoingState { id, state });
            }
            tx.execute("DELETE FROM sending_block WHERE sender = (SELECT sender FROM outgoing WHERE id = ?1)", [id.0])?;
            if state == Staged {
                return Ok(state);
            }
            tx.execute(
                "UPDATE outgoing_recipient SET state = 'waiting', words = '' WHERE outgoing = ?1 AND state = 'refused'",
                [id.0],
            )?;
            tx.execute("UPDATE outgoing SET tries = 0 WHERE id = ?1", [id.0])?;
            settle(tx, id, now, now)
        })
    }
}

fn set(tx: &Transaction<'_>, id: OutgoingId, place: u32, state: RecipientState, words: &str) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE outgoing_recipient SET state = ?3, words = ?4 WHERE outgoing = ?1 AND place = ?2")?
        .execute((id.0, place, state, words))?;
    Ok(())
}

/// Gives a message the state that follows from what became of it for its recipients.
fn settle(
    tx: &Transaction<'_>,
    id: OutgoingId,
    again: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<OutgoingState, StoreError> {
    let everybody = recipients(tx, id)?;
    let states: Vec<RecipientState> = everybody.iter().map(|it| it.state).collect();
    let state = state_of(&states);
    let due = (state == OutgoingState::Later).then(|| seconds(again));
    tx.execute(
        "UPDATE outgoing SET state = ?2, due = ?3, changed = ?4 WHERE id = ?1",
        (id.0, state, due, seconds(now)),
    )?;
    if matches!(state, OutgoingState::Sent | OutgoingState::PartlySent) {
        sent_copy::note_accepted(tx, id, now)?;
    }
    let words = everybody.iter().map(|it| it.words.as_str()).find(|words| !words.is_empty()).unwrap_or_default();
    unsubscription::follow(tx, id, (state, words), now)?;
    Ok(state)
}
