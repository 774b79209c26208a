//! Deferred messages: listed, woken, or deferred to another window.

use chrono::{DateTime, Utc};
use rusqlite::{Row, Transaction};

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds, wall, wall_text};
use super::journal_writer::JournalWriter;
use super::marks::AUTOMATIC;
use super::read::{COLUMNS, COUNT, message};
use crate::domain::ids::Id;
use crate::domain::message::Message;
use crate::domain::schedule::Calendar;
use crate::domain::until::Until;
use crate::domain::verdict::ChangeReason;
use crate::domain::write_back::WriteBackPlan;

impl Store {
    /// The deferred messages and their windows as they were chosen, the soonest first, without those that were woken.
    pub fn deferred(&self) -> Result<Vec<(Message, Until)>, StoreError> {
        self.read("listing what is deferred", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS}, d.checkin, d.opens, d.wall, d.until_reply FROM deferred AS d CROSS JOIN visible AS v
                 WHERE v.id = d.message AND NOT d.woken ORDER BY d.opens, v.id"
            ))?;
            let rows = statement.query_map([], |row| Ok((message(row)?, until(row, COUNT)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Lets deferred messages lead the next batch of their lane; tells how many of these were deferred.
    pub fn wake(&mut self, ids: &[Id], plan: &WriteBackPlan, now: DateTime<Utc>) -> Result<usize, StoreError> {
        self.write("waking what is deferred", |tx| {
            let outside = JournalWriter::new(tx, plan, None, now)?;
            let mut wake = tx.prepare_cached("UPDATE deferred SET woken = 1 WHERE message = ?1 AND NOT woken")?;
            let mut woken = 0;
            for id in ids {
                if wake.execute([id.0])? > 0 {
                    outside.change(*id, ChangeReason::Wake, None)?;
                    woken += 1;
                }
            }
            Ok(woken)
        })
    }

    /// Defers deferred messages to another window. Returns how many of these were deferred.
    pub fn reschedule(
        &mut self,
        ids: &[Id],
        until: &Until,
        plan: &WriteBackPlan,
        now: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        self.write("deferring elsewhere", |tx| {
            let outside = JournalWriter::new(tx, plan, None, now)?;
            let mut defer = tx.prepare_cached(
                "UPDATE deferred SET checkin = ?2, opens = ?3, wall = ?4, woken = 0, until_reply = ?5,
                        since = coalesce(since, ?6) WHERE message = ?1",
            )?;
            let mut moved = 0;
            for id in ids {
                let wall = until.wall.map(wall_text);
                let row = (id.0, &until.checkin, seconds(until.opens), wall, until.or_reply, seconds(now));
                if defer.execute(row)? > 0 {
                    outside.change(*id, ChangeReason::Defer, Some(until.opens))?;
                    moved += 1;
                }
            }
            Ok(moved)
        })
    }
}

/// Reads a window from the columns `checkin`, `opens`, `wall` and `until_reply`; `first` is the index of the first of them.
fn until(row: &Row<'_>, first: usize) -> rusqlite::Result<Until> {
    let (opens, or_reply) = (instant(row.get(first + 1)?), row.get(first + 3)?);
    Ok(Until { checkin: row.get(first)?, opens, wall: wall(row, first + 2)?, or_reply })
}

/// Where an answer ends the deferral, whatever is taken in from `since` on counts.
pub(super) fn insert(tx: &Transaction<'_>, id: Id, until: &Until, since: DateTime<Utc>) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO deferred (message, checkin, opens, wall, until_reply, since) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute((
        id.0,
        &until.checkin,
        seconds(until.opens),
        until.wall.map(wall_text),
        until.or_reply,
        seconds(since),
    ))?;
    Ok(())
}

/// A message whose window has come.
pub(super) struct Due {
    pub message: i64,
    pub lane: i64,
    /// The check-in that it was deferred to.
    pub checkin: String,
}

/// A message whose window has not come, and which an answer in its thread brings back before that.
pub(super) struct AwaitsReply {
    pub message: i64,
    pub lane: i64,
    pub thread: i64,
    /// In Unix seconds: what was taken in before is no answer.
    pub since: i64,
}

impl AwaitsReply {
    /// When somebody else wrote last in its thread, of what can be seen already; in Unix seconds. What a program sent is no answer.
    pub fn seen(&self, tx: &Transaction<'_>) -> Result<Option<i64>, StoreError> {
        Ok(tx
            .prepare_cached(
                "SELECT max(m.received) FROM message AS m
                 WHERE m.thread = ?1 AND m.id <> ?2 AND m.admitted >= ?3 AND m.stage <> 'held'
                   AND m.fields & ?4 = 0 AND NOT EXISTS (SELECT 1 FROM sent_message WHERE message = m.id)",
            )?
            .query_row((self.thread, self.message, self.since, AUTOMATIC), |row| row.get(0))?)
    }
}

/// Forgets that a message is deferred, since it comes out.
pub(super) fn ends(tx: &Transaction<'_>, message: i64) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM deferred WHERE message = ?1")?.execute([message])?;
    Ok(())
}

/// What was woken, and what is due at an instant by this calendar; and what else waits for an answer. What older stores know as an instant alone gets its date
/// and hour here.
pub(super) fn due(
    tx: &Transaction<'_>,
    calendar: &Calendar,
    at: DateTime<Utc>,
) -> Result<(Vec<Due>, Vec<AwaitsReply>), StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT d.checkin, d.opens, d.wall, d.until_reply, d.message, d.woken, m.lane, m.thread, d.since
         FROM deferred AS d CROSS JOIN message AS m WHERE m.id = d.message",
    )?;
    let mut fill = tx.prepare_cached("UPDATE deferred SET wall = ?2 WHERE message = ?1")?;
    let (mut due, mut awaiting) = (Vec::new(), Vec::new());
    let rows = statement.query_map([], |row| {
        let until = until(row, 0)?;
        let one = Due { message: row.get(4)?, lane: row.get(6)?, checkin: until.checkin.clone() };
        Ok((until, one, row.get::<_, bool>(5)?, (row.get(7)?, row.get::<_, Option<i64>>(8)?)))
    })?;
    for row in rows.collect::<Result<Vec<_>, _>>()? {
        let (until, one, woken, (thread, since)) = row;
        if woken || until.due(calendar) <= at {
            due.push(one);
            continue;
        }
        if let Some(since) = since.filter(|_| until.or_reply) {
            awaiting.push(AwaitsReply { message: one.message, lane: one.lane, thread, since });
        }
        if until.wall.is_none() {
            fill.execute((one.message, until.with_wall(calendar).wall.map(wall_text)))?;
        }
    }
    Ok((due, awaiting))
}
