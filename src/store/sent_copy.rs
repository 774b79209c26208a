//! What follows once a message of the person's own was accepted: a copy of it among the sent mail, and the marks of what it answers.
//!
//! That it was accepted is written down with a row for its copy, in one transaction. The settings are asked afterwards, which say
//! what is wanted where; then the marks go into the journal. So no end of the program in between loses anything, and nothing is
//! done for a message that nobody has.

use chrono::{DateTime, Days, Utc};
use rusqlite::{OptionalExtension, Row, Transaction};

use super::attempt::{SENT_COPIES, is_due};
use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::journal_writer::JournalWriter;
use super::text::{word, word_or_null};
use super::{Store, attempt};
use crate::domain::attempt::{Attempt, AttemptState};
use crate::domain::ids::{Id, OutgoingId, SourceId};
use crate::domain::outbox::OutgoingRelation;
use crate::domain::sent_copy::{KeepingOutcome, KeepingTry, KeepingWay, KeptBy};
use crate::domain::verdict::ChangeReason;
use crate::domain::write_back::WriteBackPlan;

/// A copy of which the settings were not asked yet where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnplannedCopy {
    pub number: i64,
    /// The address that the message was sent as.
    pub sender: String,
}

/// Where a copy goes, as the settings say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyPlan {
    /// Into a mailbox; without a folder, into the one for sent mail.
    Into { source: SourceId, folder: Option<String>, way: KeepingWay },
    /// tidebox keeps none, for this reason.
    Nowhere { why: String },
}

/// A copy that is to be kept now. It is marked as tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueCopy {
    pub number: i64,
    pub message_id: String,
    /// As it left.
    pub bytes: Vec<u8>,
    /// The file that the person wrote.
    pub draft: String,
    pub date: DateTime<Utc>,
    pub folder: Option<String>,
    /// What this try does.
    pub keeping: KeepingTry,
}

/// How far the copy of a message has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyState {
    pub attempt: Attempt,
    pub kept_by: Option<KeptBy>,
    /// The folder in which it lies.
    pub folder: Option<String>,
}

/// A message of which nobody can say whether it left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoubtfulMessage {
    pub id: OutgoingId,
    pub sender: String,
    pub message_id: String,
}

/// What is told of a recipient of a message that was found among the sent mail.
const FOUND: &str = "a copy lies among the sent mail, so the server has taken it";

impl Store {
    /// The messages of which nobody can say whether they left, that were tried after an instant and not found yet.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn doubtful_messages(&self, since: DateTime<Utc>) -> Result<Vec<DoubtfulMessage>, StoreError> {
        self.read("asking what is unknown", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT o.id, coalesce(o.sender, ''), o.message_id FROM outgoing AS o
                 WHERE o.state = 'unknown' AND o.discarded IS NULL AND o.message_id IS NOT NULL AND o.changed >= ?1
                   AND EXISTS (SELECT 1 FROM outgoing_recipient WHERE outgoing = o.id AND state = 'unknown' AND words <> ?2)
                 ORDER BY o.id",
            )?;
            let rows = statement.query_map((seconds(since), FOUND), |row| {
                Ok(DoubtfulMessage { id: OutgoingId(row.get(0)?), sender: row.get(1)?, message_id: row.get(2)? })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Records that a message of which nobody can say whether it left was found among the sent mail. The person decides.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn note_found(&mut self, id: OutgoingId) -> Result<(), StoreError> {
        self.write("noting that a message was found", |tx| {
            tx.prepare_cached("UPDATE outgoing_recipient SET words = ?2 WHERE outgoing = ?1 AND state = 'unknown'")?
                .execute((id.0, FOUND))?;
            Ok(())
        })
    }
}

impl Store {
    /// The copies of which the settings have to say where they go.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn unplanned_copies(&self) -> Result<Vec<UnplannedCopy>, StoreError> {
        self.read("asking which copies are to be kept", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT c.number, coalesce(o.sender, '') FROM sent_copy AS c JOIN outgoing AS o ON o.id = c.outgoing
                 WHERE c.closed IS NULL AND c.source IS NULL ORDER BY c.number",
            )?;
            let rows = statement.query_map([], |row| Ok(UnplannedCopy { number: row.get(0)?, sender: row.get(1)? }))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Writes down where a copy goes, and that what its message answers is marked, as `marks` says, in one transaction. Doing it
    /// again changes nothing.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn plan_copy(
        &mut self,
        number: i64,
        copy: &CopyPlan,
        marks: &WriteBackPlan,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write("saying where a copy goes", |tx| {
            let answers: Option<(Option<i64>, OutgoingRelation)> = tx
                .prepare_cached(
                    "SELECT o.answers, o.relation FROM sent_copy AS c JOIN outgoing AS o ON o.id = c.outgoing
                     WHERE c.number = ?1 AND c.closed IS NULL AND c.source IS NULL",
                )?
                .query_row([number], |row| Ok((row.get(0)?, word(row, 1, "outgoing", number)?)))
                .optional()?;
            let Some((answers, relation)) = answers else { return Ok(()) };
            match copy {
                CopyPlan::Into { source, folder, way } => {
                    tx.prepare_cached("UPDATE sent_copy SET source = ?2, folder = ?3, way = ?4 WHERE number = ?1")?
                        .execute((number, source.0, folder, way))?;
                }
                CopyPlan::Nowhere { why } => SENT_COPIES.close(tx, number, (AttemptState::Overtaken, why), now)?,
            }
            let reason = match relation {
                OutgoingRelation::Reply => ChangeReason::Answered,
                OutgoingRelation::Forward => ChangeReason::Forwarded,
                OutgoingRelation::New => return Ok(()),
            };
            match answers {
                Some(message) => JournalWriter::new(tx, marks, None, now)?.mark(Id(message), reason),
                None => Ok(()),
            }
        })
    }

    /// The next copy that is to be kept in a source now. It is marked as tried, so that this survives even a loss of power, before it
    /// is handed out.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn next_copy(&mut self, source: SourceId, now: DateTime<Utc>) -> Result<Option<DueCopy>, StoreError> {
        let due = is_due("?2");
        let sql = format!(
            "SELECT c.number, c.folder, c.way, c.tries, o.message_id, o.bytes, o.draft, o.dated, k.by_server, c.written
             FROM sent_copy AS c JOIN outgoing AS o ON o.id = c.outgoing
             LEFT JOIN sent_copy_keeper AS k ON k.address = o.sender
             WHERE {due} AND c.source = ?1 ORDER BY c.number LIMIT 1"
        );
        // Most of the time there is none, and nothing is written then.
        let is_any = self.read("asking which copies are to be kept", |connection| {
            Ok(connection.prepare_cached(&sql)?.exists((source.0, seconds(now)))?)
        })?;
        if !is_any {
            return Ok(None);
        }
        self.write_for_good("marking a copy as tried", |tx| {
            let next =
                tx.prepare_cached(&sql)?.query_row((source.0, seconds(now)), |row| due_copy(row, now)).optional()?;
            let Some((copy, tries)) = next else { return Ok(None) };
            SENT_COPIES.begin(tx, copy.number, tries, now)?;
            Ok(Some(copy))
        })
    }

    /// Writes down, before it is done, that a copy may be put there by this try.
    ///
    /// # Errors
    /// Where the store cannot be written; then it must not be put there.
    pub fn note_appending(&mut self, number: i64) -> Result<(), StoreError> {
        self.write_for_good("noting that a copy is put into its folder", |tx| {
            tx.prepare_cached("UPDATE sent_copy SET appended = 1 WHERE number = ?1 AND closed IS NULL")?
                .execute([number])?;
            Ok(())
        })
    }

    /// Records what came of a try, and what it says of the server.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn close_copy(&mut self, number: i64, outcome: &KeepingOutcome, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("noting what came of a copy", |tx| {
            let known: Option<(bool, Option<KeepingWay>, Option<String>)> = tx
                .prepare_cached(
                    "SELECT c.appended, c.way, o.sender FROM sent_copy AS c JOIN outgoing AS o ON o.id = c.outgoing
                     WHERE c.number = ?1 AND c.closed IS NULL",
                )?
                .query_row([number], |row| Ok((row.get(0)?, word_or_null(row, 1, "sent_copy", number)?, row.get(2)?)))
                .optional()?;
            let Some((appended, way, sender)) = known else { return Ok(()) };
            let (by, place) = match outcome {
                KeepingOutcome::Found { folder, key } if appended => (KeptBy::Tidebox, (folder, key)),
                KeepingOutcome::Found { folder, key } => (KeptBy::Server, (folder, key)),
                KeepingOutcome::Kept { folder, key } => (KeptBy::Tidebox, (folder, key)),
                KeepingOutcome::NotFound => {
                    let why = "it does not lie among the sent mail yet; it is looked for again, and then put there";
                    return SENT_COPIES.put_off(tx, number, (AttemptState::Tried, why), None);
                }
                KeepingOutcome::Refused { what, hint } => {
                    let why = format!("{what}; {hint}");
                    let tomorrow = now.checked_add_days(Days::new(1));
                    return SENT_COPIES.put_off(tx, number, (AttemptState::Refused, &why), tomorrow);
                }
                KeepingOutcome::Unproved { what } => {
                    return SENT_COPIES.put_off(tx, number, (AttemptState::Tried, what), None);
                }
            };
            tx.prepare_cached(
                "UPDATE sent_copy SET state = 'made', why = '', closed = ?2, kept_by = ?3, place = ?4, key = ?5 WHERE number = ?1",
            )?
            .execute((number, seconds(now), by, place.0, place.1))?;
            if way == Some(KeepingWay::Auto) {
                note_keeper(tx, &sender.unwrap_or_default(), by, now)?;
            }
            Ok(())
        })
    }

    /// How far the copy of a message has come; `None` where the message was not accepted yet.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn copy_state(&self, id: OutgoingId) -> Result<Option<CopyState>, StoreError> {
        self.read("asking for the copy of a message", |connection| {
            let sql =
                format!("SELECT j.kept_by, j.place, {} FROM sent_copy AS j WHERE j.outgoing = ?1", attempt::COLUMNS);
            Ok(connection
                .prepare_cached(&sql)?
                .query_row([id.0], |row| {
                    let kept_by = word_or_null(row, 0, "sent_copy", id)?;
                    let attempt = attempt::row(SENT_COPIES, row, 2, id.0)?;
                    Ok(CopyState { attempt, kept_by, folder: row.get(1)? })
                })
                .optional()?)
        })
    }
}

/// A message of the person's own was accepted: its copy is to be kept, and whom it went to is known from now on.
pub(super) fn note_accepted(tx: &Transaction<'_>, id: OutgoingId, now: DateTime<Utc>) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT OR IGNORE INTO sent_copy (outgoing, next_try, written) VALUES (?1, ?2, ?2)")?
        .execute((id.0, seconds(now)))?;
    // Others may have been added since: who was refused at first, and got it when it was sent again.
    let mut statement =
        tx.prepare_cached("SELECT address FROM outgoing_recipient WHERE outgoing = ?1 AND state = 'accepted'")?;
    let mut insert = tx.prepare_cached("INSERT OR IGNORE INTO correspondent (address) VALUES (?1)")?;
    for address in statement.query_map([id.0], |row| row.get::<_, String>(0))? {
        insert.execute([address?.to_lowercase()])?;
    }
    Ok(())
}

fn note_keeper(tx: &Transaction<'_>, address: &str, by: KeptBy, now: DateTime<Utc>) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO sent_copy_keeper (address, by_server, seen) VALUES (?1, ?2, ?3)
         ON CONFLICT (address) DO UPDATE SET by_server = excluded.by_server, seen = excluded.seen",
    )?
    .execute((address, by == KeptBy::Server, seconds(now)))?;
    Ok(())
}

/// A copy that is due, and how often it was tried.
fn due_copy(row: &Row<'_>, now: DateTime<Utc>) -> rusqlite::Result<(DueCopy, u32)> {
    let (number, tries) = (row.get(0)?, row.get(3)?);
    let way = word_or_null(row, 2, "sent_copy", number)?.unwrap_or(KeepingWay::Append);
    let copy = DueCopy {
        number,
        message_id: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
        bytes: row.get::<_, Option<Vec<u8>>>(5)?.unwrap_or_default(),
        draft: row.get(6)?,
        date: row.get::<_, Option<i64>>(7)?.map_or(now, instant),
        folder: row.get(1)?,
        keeping: KeepingTry::next(way, row.get(8)?, tries, now - instant(row.get(9)?)),
    };
    Ok((copy, tries))
}
