//! Messages that left the folders which are read for incoming mail, and came back: by a phone's "undo archive", at
//! the end of a snooze in another program, or moved by hand. Such a message is held again, each time once.
//!
//! The table `away` has the messages of which no copy lies in such a folder any more, because somebody took it away
//! or a commit did. Only these can come back. A message that was never seen to leave cannot, whatever happens to its
//! flags. A folder that was made anew, or got another UIDVALIDITY, brings back only messages that nobody has decided
//! about.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction};

use super::failure::StoreError;
use super::instant::seconds;
use super::remote_state::{apply_remote_state, is_over, lane};
use super::text::word;
use super::{Store, thread};
use crate::domain::flags::Flags;
use crate::domain::ids::{Id, SourceId, ThreadId};
use crate::domain::lane::LaneCalendars;
use crate::domain::message::{Comeback, Stage};
use crate::domain::remote_state::RemoteState;

/// If more messages than this come back in one round, none of them is held again before the person agrees.
pub const MOST_RETURNED: usize = 50;

/// How many messages came back in one round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Returned {
    /// Messages that are held again.
    pub held: u32,
    /// Messages for which the person has to say whether they are to be held again.
    pub waiting: u32,
}

/// A message that was away and has a copy in a folder for incoming mail again.
struct Back {
    id: Id,
    stage: Stage,
    thread: ThreadId,
    since: i64,
    asked: bool,
}

/// What becomes of a message that is back.
enum Judged {
    /// It counts as present, and is not held again.
    Here,
    /// All its copies are marked read, or a keyword says that it is finished with: it still counts as away, until that changes.
    StillAway,
    /// It cannot be decided yet.
    Later,
    Returns(RemoteState),
}

impl Store {
    /// At the end of a reading of a source: records which messages have left the folders for incoming mail, and holds
    /// again those that came back.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn end_round(
        &mut self,
        source: SourceId,
        calendars: LaneCalendars<'_>,
        now: DateTime<Utc>,
    ) -> Result<Returned, StoreError> {
        self.write("noting what left and what came back", |tx| {
            for id in lost(tx, source)? {
                update(tx, id, now)?;
                if is_over(tx, id)? {
                    forget_gone(tx, source, id)?;
                }
            }
            let mut returning = Vec::new();
            for back in all_back(tx)? {
                match judge(tx, &back, Some(source), calendars, now)? {
                    Judged::Here => forget(tx, back.id)?,
                    Judged::StillAway => still_away(tx, back.id)?,
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
                hold_again(tx, back, said, now)?;
            }
            Ok(Returned { held: u32::try_from(returning.len()).unwrap_or(u32::MAX), waiting: waiting(tx)? })
        })
    }

    /// Holds the messages again that wait for the person to agree; returns how many that are.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn hold_returned(&mut self, calendars: LaneCalendars<'_>, now: DateTime<Utc>) -> Result<u32, StoreError> {
        self.write("holding what came back", |tx| {
            let mut held = 0;
            for back in all_back(tx)?.into_iter().filter(|back| back.asked) {
                match judge(tx, &back, None, calendars, now)? {
                    Judged::Returns(said) => {
                        hold_again(tx, &back, &said, now)?;
                        held += 1;
                    }
                    Judged::Here => forget(tx, back.id)?,
                    Judged::StillAway => still_away(tx, back.id)?,
                    Judged::Later => {}
                }
            }
            Ok(held)
        })
    }

    /// Leaves the messages in their mailbox that wait for the person to agree: they are not held again. Returns how
    /// many that are.
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
    /// How a message came back last; `None` where it never did.
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

/// Records whether a message is away, after something happened to its copies: it is, where no copy lies in a folder
/// for incoming mail.
pub(super) fn update(tx: &Transaction<'_>, id: Id, now: DateTime<Utc>) -> Result<(), StoreError> {
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

/// Whether a message is recorded as away.
pub(super) fn is_away(tx: &Transaction<'_>, id: Id) -> Result<bool, StoreError> {
    Ok(tx.prepare_cached("SELECT 1 FROM away WHERE message = ?1")?.exists([id.0])?)
}

/// Records that a message is not away.
pub(super) fn forget(tx: &Transaction<'_>, id: Id) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM away WHERE message = ?1")?.execute([id.0])?;
    Ok(())
}

/// Records that a message is still away.
fn still_away(tx: &Transaction<'_>, id: Id) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE away SET back = NULL, asked = 0 WHERE message = ?1")?.execute([id.0])?;
    Ok(())
}

/// The messages of a source with copies that are no longer where they were.
fn lost(tx: &Transaction<'_>, source: SourceId) -> Result<Vec<Id>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT DISTINCT c.message FROM copy AS c JOIN folder AS f ON f.id = c.folder
         WHERE c.gone IS NOT NULL AND f.source = ?1 ORDER BY c.message",
    )?;
    let rows = statement.query_map([source.0], |row| Ok(Id(row.get(0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Forgets the copies of a message that are no longer where they were.
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

/// What becomes of a message that is back. With `source`, only if one of its copies lies in that source.
fn judge(
    tx: &Transaction<'_>,
    back: &Back,
    source: Option<SourceId>,
    calendars: LaneCalendars<'_>,
    now: DateTime<Utc>,
) -> Result<Judged, StoreError> {
    if !back.stage.is_over() {
        return Ok(Judged::Here);
    }
    // A decision that is still to be written into the mailbox comes first.
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
    // A message that nobody has decided about comes back even if it was read: reading is no decision.
    let undecided = copies.iter().map(|(_, flags)| flags).next().filter(|_| back.stage == Stage::Gone);
    let Some(flags) = copies.iter().map(|(_, flags)| flags).find(unread).or(undecided) else {
        return Ok(Judged::StillAway);
    };
    // What was muted itself and comes back without the keyword of the mute was brought back on purpose.
    if back.stage != Stage::Muted && thread::is_muted(tx, back.thread.0)? {
        return Ok(Judged::Here);
    }
    Ok(match RemoteState::of(None, flags, &calendars.of(&lane(tx, back.id)?), now) {
        RemoteState::Done | RemoteState::Muted => Judged::StillAway,
        said => Judged::Returns(said),
    })
}

/// Holds a message again, or defers it to the window that its keyword names.
fn hold_again(tx: &Transaction<'_>, back: &Back, said: &RemoteState, now: DateTime<Utc>) -> Result<(), StoreError> {
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
    if back.stage == Stage::Muted {
        thread::unmute_if_nothing_muted(tx, back.id)?;
    }
    forget(tx, back.id)
}

#[cfg(test)]
mod tests;
