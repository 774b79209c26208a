//! The events that messages speak of: what else is said of one event, and what is at one time. What is said of them stays in the
//! originals. Nothing of a held message comes out of here (rule 1), but for reading older originals anew.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};

use super::Store;
use super::failure::StoreError;
use super::instant::seconds;
use super::meta::counter;
use super::original::bytes_of;
use super::text::word;
use crate::domain::ids::Id;
use crate::domain::invitation::{InvitationFacts, ParticipationStatus};

/// Events that are told of as being at one time are no longer than this, in seconds; those that repeat may be.
const LONGEST: i64 = 31 * 86_400;
/// So many rows of messages are looked at in one step for older invitations.
const ROWS_AT_ONCE: i64 = 20_000;

/// A message about an event that is at some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusyTime {
    pub id: Id,
    pub uid: String,
    /// As `InvitationFacts::recurrence`.
    pub recurrence: String,
    /// It may be at the time that was asked for, or between two of its times.
    pub repeats: bool,
}

/// Older messages whose invitations are not kept yet, each with its original bytes, which are for reading them anew alone; `None`
/// where they are damaged.
#[derive(Debug)]
pub struct UnreadInvitations {
    pub found: Vec<(Id, Option<Vec<u8>>)>,
    /// All from this id on are among them, or bring no invitation.
    pub down_to: Id,
}

/// Keeps the facts of a message's invitation. What a message says does not change, so what is kept already stays.
pub(super) fn keep(tx: &Transaction<'_>, id: Id, facts: &InvitationFacts) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT OR IGNORE INTO invitation (message, uid, recurrence, sequence, stamp, method, withdrawn, starts, ends, repeats, busy,
                                           attendee, answer)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?
    .execute(rusqlite::params![
        id.0,
        facts.uid,
        facts.recurrence,
        facts.sequence,
        facts.stamp.map_or(0, seconds),
        facts.method,
        facts.withdrawn,
        facts.span.map(|(starts, _)| seconds(starts)),
        facts.span.map(|(_, ends)| seconds(ends)),
        facts.repeats,
        facts.busy,
        facts.attendee,
        facts.answer,
    ])?;
    Ok(())
}

impl Store {
    /// The visible message that said last, before this one, how the event is: of this date of it, or of the event as a whole.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn invitation_before(&self, id: Id, facts: &InvitationFacts) -> Result<Option<Id>, StoreError> {
        self.read("looking up an event", |connection| {
            // An answer is about what was said last, whenever it was written.
            let answers = !facts.attendee.is_empty();
            let stamp = if answers { i64::MAX } else { facts.stamp.map_or(0, seconds) };
            let mut statement = connection.prepare_cached(BEFORE)?;
            let row = statement
                .query_row(rusqlite::params![id.0, facts.uid, facts.recurrence, facts.sequence, stamp], |row| {
                    Ok(Id(row.get(0)?))
                });
            Ok(row.optional()?)
        })
    }

    /// The visible message that says last how the event is, where it is later than this one; and whether the event is withdrawn by
    /// it.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn invitation_after(&self, id: Id, facts: &InvitationFacts) -> Result<Option<(Id, bool)>, StoreError> {
        self.read("looking up an event", |connection| {
            let mut statement = connection.prepare_cached(AFTER)?;
            let stamp = facts.stamp.map_or(0, seconds);
            let row = statement
                .query_row(rusqlite::params![id.0, facts.uid, facts.recurrence, facts.sequence, stamp], |row| {
                    Ok((Id(row.get(0)?), row.get(1)?))
                });
            Ok(row.optional()?)
        })
    }

    /// Visible messages about other events that are at this time, or may be: each the last one about its event, at most so many
    /// that happen once and so many that repeat.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn busy_times(
        &self,
        (starts, ends): (DateTime<Utc>, DateTime<Utc>),
        but: &str,
        most: usize,
    ) -> Result<Vec<BusyTime>, StoreError> {
        self.read("looking up events at one time", |connection| {
            // An event without a length is at one instant.
            let (starts, ends) = (seconds(starts), seconds(ends).max(seconds(starts) + 1));
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let mut found = Vec::new();
            for (repeats, since) in [(false, starts.saturating_sub(LONGEST)), (true, i64::MIN)] {
                let mut statement = connection.prepare_cached(AT_ONE_TIME)?;
                let rows = statement.query_map(rusqlite::params![repeats, since, starts, ends, but, most], |row| {
                    Ok(BusyTime { id: Id(row.get(0)?), uid: row.get(1)?, recurrence: row.get(2)?, repeats })
                })?;
                for row in rows {
                    found.push(row?);
                }
            }
            Ok(found)
        })
    }

    /// The dates of an event that repeats of which there are visible messages of their own, as `InvitationFacts::recurrence`.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn dates_told_apart(&self, uid: &str) -> Result<Vec<String>, StoreError> {
        self.read("looking up an event", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT DISTINCT i.recurrence FROM invitation AS i JOIN visible AS v ON v.id = i.message
                 WHERE i.uid = ?1 AND i.recurrence <> '' AND i.method IN ('publish', 'request', 'add', 'cancel') LIMIT 1000",
            )?;
            let rows = statement.query_map([uid], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// What somebody answered last about an event, or one date of it, in a visible message. The address is in small letters.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn answer(
        &self,
        uid: &str,
        recurrence: &str,
        attendee: &str,
    ) -> Result<Option<ParticipationStatus>, StoreError> {
        self.read("looking up an answer", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT i.answer FROM invitation AS i JOIN visible AS v ON v.id = i.message
                 WHERE i.uid = ?1 AND i.recurrence IN (?2, '') AND i.method = 'reply' AND i.attendee = ?3
                 ORDER BY i.recurrence = '', i.sequence DESC, i.stamp DESC, i.message DESC LIMIT 1",
            )?;
            let row = statement.query_row([uid, recurrence, attendee], |row| word(row, 0, "invitation", uid));
            Ok(row.optional()?)
        })
    }

    /// Whether the invitations of every message are known. Until then, those of older messages are missing.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn knows_invitations(&self) -> Result<bool, StoreError> {
        self.read("asking for invitations", |connection| Ok(counter(connection, "unread_invitations")? == 0))
    }

    /// The newest messages whose invitations are still to be read: at most so many, and none but the first one where their originals
    /// would have more bytes together than `bytes`.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn unread_invitations(&self, most: usize, bytes: u64) -> Result<UnreadInvitations, StoreError> {
        self.read("looking for older invitations", |connection| {
            let below = counter(connection, "unread_invitations")?;
            // 512 is the bit of an invitation (`marks`).
            let mut newest = connection
                .prepare_cached("SELECT id, size, fields & 512 FROM message WHERE id < ?1 ORDER BY id DESC LIMIT ?2")?;
            let mut rows = newest.query([below, ROWS_AT_ONCE])?;
            let mut unread = UnreadInvitations { found: Vec::new(), down_to: Id(0) };
            let (mut looked_at, mut sum) = (0, 0_u64);
            while let Some(row) = rows.next()? {
                let id = Id(row.get(0)?);
                if row.get(2)? {
                    sum = sum.saturating_add(row.get::<_, i64>(1)?.unsigned_abs());
                    if unread.found.len() >= most || sum > bytes && !unread.found.is_empty() {
                        return Ok(unread);
                    }
                    unread.found.push((id, bytes_of(connection, id).ok()));
                }
                looked_at += 1;
                unread.down_to = id;
            }
            if looked_at < ROWS_AT_ONCE {
                unread.down_to = Id(0);
            }
            Ok(unread)
        })
    }

    /// Keeps the facts of these messages' invitations, and says that from `down_to` on all are known. With `down_to` 0 all are.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn keep_invitations(&mut self, facts: &[(Id, InvitationFacts)], down_to: Id) -> Result<(), StoreError> {
        self.write("keeping invitations", |tx| {
            for (id, facts) in facts {
                keep(tx, *id, facts)?;
            }
            tx.prepare_cached("UPDATE fact SET value = min(value, ?1) WHERE name = 'unread_invitations'")?
                .execute([down_to.0])?;
            Ok(())
        })
    }
}

/// Of two messages the one with the higher SEQUENCE counts, then the one with the later DTSTAMP (RFC 5546 §2.1.5), then the later
/// message.
const BEFORE: &str = "SELECT i.message FROM invitation AS i JOIN visible AS v ON v.id = i.message
 WHERE i.uid = ?2 AND i.recurrence IN (?3, '') AND i.message <> ?1 AND NOT i.withdrawn
   AND i.method IN ('publish', 'request', 'add') AND (i.sequence, i.stamp, i.message) < (?4, ?5, ?1)
 ORDER BY i.recurrence = ?3 DESC, i.sequence DESC, i.stamp DESC, i.message DESC LIMIT 1";

/// Two messages of one SEQUENCE and DTSTAMP are copies of one, but that one may withdraw what the other says. What withdraws the
/// event as a whole withdraws each date of it.
const AFTER: &str = "SELECT i.message, i.withdrawn FROM invitation AS i JOIN visible AS v ON v.id = i.message
 WHERE i.uid = ?2 AND (i.recurrence = ?3 OR i.recurrence = '' AND i.withdrawn) AND i.message <> ?1
   AND i.method IN ('publish', 'request', 'add', 'cancel')
   AND ((i.sequence, i.stamp) > (?4, ?5) OR i.withdrawn AND i.sequence >= ?4 AND i.message > ?1)
 ORDER BY i.sequence DESC, i.stamp DESC, i.withdrawn DESC, i.message DESC LIMIT 1";

const AT_ONE_TIME: &str = "SELECT i.message, i.uid, i.recurrence FROM invitation AS i JOIN visible AS v ON v.id = i.message
 WHERE i.busy AND i.starts IS NOT NULL AND i.repeats = ?1 AND i.starts >= ?2 AND i.starts < ?4
   AND max(i.ends, i.starts + 1) > ?3 AND i.uid <> ?5 AND v.stage NOT IN ('trash', 'spam')
   AND NOT EXISTS (SELECT 1 FROM invitation AS n JOIN visible AS o ON o.id = n.message
                   WHERE n.uid = i.uid AND n.message <> i.message AND n.method IN ('publish', 'request', 'add', 'cancel')
                     AND (n.recurrence = i.recurrence OR n.recurrence = '' AND n.withdrawn)
                     AND ((n.sequence, n.stamp, n.message) > (i.sequence, i.stamp, i.message)
                          OR n.withdrawn AND n.sequence >= i.sequence AND n.message > i.message))
 ORDER BY i.starts DESC, i.message LIMIT ?6";
