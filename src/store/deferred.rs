//! Deferred messages: listed, woken, or deferred to another window.

use chrono::{DateTime, Utc};
use rusqlite::{Row, Transaction};

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds, wall, wall_text};
use super::journal_writer::JournalWriter;
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
                "SELECT {COLUMNS}, d.checkin, d.opens, d.wall FROM deferred AS d CROSS JOIN visible AS v
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
                "UPDATE deferred SET checkin = ?2, opens = ?3, wall = ?4, woken = 0 WHERE message = ?1",
            )?;
            let mut moved = 0;
            for id in ids {
                let wall = until.wall.map(wall_text);
                if defer.execute((id.0, &until.checkin, seconds(until.opens), wall))? > 0 {
                    outside.change(*id, ChangeReason::Defer, Some(until.opens))?;
                    moved += 1;
                }
            }
            Ok(moved)
        })
    }
}

/// Reads a window from the columns `checkin`, `opens` and `wall`; `first` is the index of the first of them.
fn until(row: &Row<'_>, first: usize) -> rusqlite::Result<Until> {
    Ok(Until { checkin: row.get(first)?, opens: instant(row.get(first + 1)?), wall: wall(row, first + 2)? })
}

pub(super) fn insert(tx: &Transaction<'_>, id: Id, until: &Until) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT INTO deferred (message, checkin, opens, wall) VALUES (?1, ?2, ?3, ?4)")?.execute((
        id.0,
        &until.checkin,
        seconds(until.opens),
        until.wall.map(wall_text),
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

/// What was woken, and what is due at an instant by this calendar. What older stores know as an instant alone gets its date
/// and hour here.
pub(super) fn due(tx: &Transaction<'_>, calendar: &Calendar, at: DateTime<Utc>) -> Result<Vec<Due>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT d.checkin, d.opens, d.wall, d.message, d.woken, m.lane
         FROM deferred AS d CROSS JOIN message AS m WHERE m.id = d.message",
    )?;
    let mut fill = tx.prepare_cached("UPDATE deferred SET wall = ?2 WHERE message = ?1")?;
    let mut due = Vec::new();
    let rows = statement.query_map([], |row| {
        let until = until(row, 0)?;
        let one = Due { message: row.get(3)?, lane: row.get(5)?, checkin: until.checkin.clone() };
        Ok((until, one, row.get::<_, bool>(4)?))
    })?;
    for row in rows.collect::<Result<Vec<_>, _>>()? {
        let (until, one, woken) = row;
        if woken || until.due(calendar) <= at {
            due.push(one);
        } else if until.wall.is_none() {
            fill.execute((one.message, until.with_wall(calendar).wall.map(wall_text)))?;
        }
    }
    Ok(due)
}
