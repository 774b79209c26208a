//! Messages that left the folders that are read, and what comes back to them: a phone's "undo archive", the end of a snooze
//! elsewhere, a move back by hand. Such a message is held again, once for each time.
//!
//! What is away is written down: no copy lies in such a folder any more, and somebody took it away, or we did. Only of that
//! can a copy come back; what was never seen to leave does not, whatever becomes of its flags. A folder that was made anew,
//! or got another UIDVALIDITY, brings nothing back but what nobody had decided upon.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction};

use super::failure::StoreError;
use super::instant::seconds;
use super::remote_state::{apply_remote_state, is_over};
use super::text::word;
use super::{Store, thread};
use crate::domain::flags::Flags;
use crate::domain::ids::{Id, SourceId, ThreadId};
use crate::domain::message::{Comeback, Stage};
use crate::domain::remote_state::RemoteState;
use crate::domain::schedule::Calendar;

/// Of more messages that come back in one round none is held before the person says so.
pub const MOST_RETURNED: usize = 50;

/// What came back in one round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Returned {
    /// So many are held again.
    pub held: u32,
    /// So many wait for the person to say whether they are to be.
    pub waiting: u32,
}

/// A message of which a copy lies again where it is read.
struct Back {
    id: Id,
    stage: Stage,
    thread: ThreadId,
    since: i64,
    asked: bool,
}

/// What becomes of it.
enum Judged {
    /// Nothing: it is here, and not away.
    Here,
    /// Nothing as long as the copy is marked read: it counts as away.
    Read,
    /// It is not known yet.
    Later,
    Returns(RemoteState),
}

impl Store {
    /// Notes at the end of a reading which messages have left the folders that are read, and holds again what came back.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn end_round(
        &mut self,
        source: SourceId,
        calendar: &Calendar,
        now: DateTime<Utc>,
    ) -> Result<Returned, StoreError> {
        self.write("noting what left and what came back", |tx| {
            for id in lost(tx, source)? {
                look(tx, id, now)?;
                if is_over(tx, id)? {
                    forget_gone(tx, source, id)?;
                }
            }
            let mut returning = Vec::new();
            for back in all_back(tx)? {
                match judge(tx, &back, Some(source), calendar, now)? {
                    Judged::Here => forget(tx, back.id)?,
                    Judged::Read => still(tx, back.id)?,
                    Judged::Returns(said) if !back.asked => returning.push((back, said)),
                    Judged::Returns(_) | Judged::Later => {}
                }
            }
            if returning.len() > MOST_RETURNED {
                for (back, _) in &returning {
                    tx.prepare_cached("UPDATE away SET asked = 1 WHERE message = ?1")?.execute([back.id.0])?;
                }
                returning.clear();
            }
            for (back, said) in &returning {
                again(tx, back, said, now)?;
            }
            Ok(Returned { held: u32::try_from(returning.len()).unwrap_or(u32::MAX), waiting: waiting(tx)? })
        })
    }

    /// Holds again what waits for the person to say so; tells how many that are.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn hold_returned(&mut self, calendar: &Calendar, now: DateTime<Utc>) -> Result<u32, StoreError> {
        self.write("holding what came back", |tx| {
            let mut held = 0;
            for back in all_back(tx)?.into_iter().filter(|back| back.asked) {
                match judge(tx, &back, None, calendar, now)? {
                    Judged::Returns(said) => {
                        again(tx, &back, &said, now)?;
                        held += 1;
                    }
                    Judged::Here => forget(tx, back.id)?,
                    Judged::Read => still(tx, back.id)?,
                    Judged::Later => {}
                }
            }
            Ok(held)
        })
    }

    /// Leaves what waits for the person as it is: it lies in its mailbox, and is held no more; tells how many that are.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn leave_returned(&mut self) -> Result<usize, StoreError> {
        self.write("leaving what came back", |tx| {
            Ok(tx.execute("DELETE FROM away WHERE back IS NOT NULL AND asked", [])?)
        })
    }
}

impl Store {
    /// Whether a message came back, and as what it was finished with before that.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn comeback(&self, id: Id) -> Result<Option<Comeback>, StoreError> {
        self.read("asking whether a message came back", |connection| {
            Ok(connection
                .prepare_cached("SELECT stage, number FROM came_back WHERE message = ?1 ORDER BY number DESC LIMIT 1")?
                .query_row([id.0], |row| {
                    let times = row.get(1)?;
                    let was = word(row, 0, "came_back", format_args!("({id}, {times})"))?;
                    Ok(Comeback { was, times })
                })
                .optional()?)
        })
    }
}

/// Notes of a message whether a copy of it lies where it is read, after something happened to its copies.
pub(super) fn look(tx: &Transaction<'_>, id: Id, now: DateTime<Utc>) -> Result<(), StoreError> {
    let here = tx
        .prepare_cached(
            "SELECT 1 FROM copy AS c JOIN folder AS f ON f.id = c.folder
             WHERE c.message = ?1 AND c.gone IS NULL AND f.incoming",
        )?
        .exists([id.0])?;
    let noted = if here {
        "UPDATE away SET back = coalesce(back, ?2) WHERE message = ?1"
    } else {
        "INSERT INTO away (message, since) VALUES (?1, ?2) ON CONFLICT (message) DO UPDATE SET back = NULL, asked = 0"
    };
    tx.prepare_cached(noted)?.execute((id.0, seconds(now)))?;
    Ok(())
}

/// Whether a message is noted as away.
pub(super) fn is_away(tx: &Transaction<'_>, id: Id) -> Result<bool, StoreError> {
    Ok(tx.prepare_cached("SELECT 1 FROM away WHERE message = ?1")?.exists([id.0])?)
}

/// Notes that a message is not away.
pub(super) fn forget(tx: &Transaction<'_>, id: Id) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM away WHERE message = ?1")?.execute([id.0])?;
    Ok(())
}

/// Notes that nothing came back of a message.
fn still(tx: &Transaction<'_>, id: Id) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE away SET back = NULL, asked = 0 WHERE message = ?1")?.execute([id.0])?;
    Ok(())
}

/// Messages of a source with copies that are not where they were.
fn lost(tx: &Transaction<'_>, source: SourceId) -> Result<Vec<Id>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT DISTINCT c.message FROM copy AS c JOIN folder AS f ON f.id = c.folder
         WHERE c.gone IS NOT NULL AND f.source = ?1 ORDER BY c.message",
    )?;
    let rows = statement.query_map([source.0], |row| Ok(Id(row.get(0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Forgets the copies of a message that are not where they were.
fn forget_gone(tx: &Transaction<'_>, source: SourceId, id: Id) -> Result<(), StoreError> {
    tx.prepare_cached(
        "DELETE FROM copy WHERE message = ?2 AND gone IS NOT NULL
         AND folder IN (SELECT id FROM folder WHERE source = ?1)",
    )?
    .execute((source.0, id.0))?;
    Ok(())
}

fn all_back(tx: &Transaction<'_>) -> Result<Vec<Back>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT a.message, m.stage, m.thread, a.since, a.asked FROM away AS a JOIN message AS m ON m.id = a.message
         WHERE a.back IS NOT NULL ORDER BY a.message",
    )?;
    let rows = statement.query_map([], |row| {
        let id = Id(row.get(0)?);
        Ok(Back {
            id,
            stage: word(row, 1, "message", id)?,
            thread: ThreadId(row.get(2)?),
            since: row.get(3)?,
            asked: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many messages wait for the person to say whether they are held again.
pub(super) fn waiting(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM away WHERE back IS NOT NULL AND asked")?
        .query_row([], |row| row.get(0))?)
}

/// What becomes of a message that is back in the folders of a source, or of any.
fn judge(
    tx: &Transaction<'_>,
    back: &Back,
    source: Option<SourceId>,
    calendar: &Calendar,
    now: DateTime<Utc>,
) -> Result<Judged, StoreError> {
    if !back.stage.is_over() {
        return Ok(Judged::Here);
    }
    // A decision that is still to be written there comes first.
    if !is_over(tx, back.id)? {
        return Ok(Judged::Later);
    }
    let mut statement = tx.prepare_cached(
        "SELECT f.source, coalesce(c.flags, '') FROM copy AS c JOIN folder AS f ON f.id = c.folder
         WHERE c.message = ?1 AND c.gone IS NULL AND f.incoming ORDER BY f.id, c.key",
    )?;
    let rows = statement.query_map([back.id.0], |row| Ok((row.get(0)?, Flags::read(row.get_ref(1)?.as_str()?))))?;
    let copies: Vec<(i64, Flags)> = rows.collect::<Result<_, _>>()?;
    if source.is_some_and(|source| copies.iter().all(|(of, _)| *of != source.0)) {
        return Ok(Judged::Later);
    }
    let unread = |flags: &&Flags| !flags.seen && !flags.deleted && !flags.draft;
    // Of one that nobody decided upon, having been read is no verdict.
    let undecided = copies.iter().map(|(_, flags)| flags).next().filter(|_| back.stage == Stage::Gone);
    let Some(flags) = copies.iter().map(|(_, flags)| flags).find(unread).or(undecided) else {
        return Ok(Judged::Read);
    };
    if thread::is_muted(tx, back.thread.0)? {
        return Ok(Judged::Here);
    }
    Ok(match RemoteState::of(None, flags, calendar, now) {
        RemoteState::Done | RemoteState::Muted => Judged::Here,
        said => Judged::Returns(said),
    })
}

/// Holds a message again, or leaves it to its window where its keyword names one.
fn again(tx: &Transaction<'_>, back: &Back, said: &RemoteState, now: DateTime<Utc>) -> Result<(), StoreError> {
    let id = back.id.0;
    tx.prepare_cached(
        "INSERT INTO came_back (message, number, stage, since, at)
         SELECT id, returned + 1, stage, ?2, ?3 FROM message WHERE id = ?1",
    )?
    .execute((id, back.since, seconds(now)))?;
    let held = matches!(said, RemoteState::Open | RemoteState::Held);
    tx.prepare_cached(
        "UPDATE message SET returned = returned + 1, stage = CASE WHEN ?2 THEN 'held' ELSE stage END WHERE id = ?1",
    )?
    .execute((id, held))?;
    if held {
        tx.prepare_cached("UPDATE fact SET value = value + 1 WHERE name = 'held'")?.execute([])?;
    } else {
        apply_remote_state(tx, back.id, said, now)?;
    }
    forget(tx, back.id)
}
