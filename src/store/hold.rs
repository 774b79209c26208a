//! The hard hold: mail that waits in a folder of its own, so that no program shows it before its check-in. Here stands what
//! both directions need: the settings of a hold, its folders, and a copy that it may move. `put_aside` chooses what is moved
//! into the folder, `release` what comes back. Both write a change into the journal, like every other change of a mailbox.
//!
//! For each source a message is looked at once: it is put aside, or left where it is. What was given back is never put aside
//! again.

mod put_aside;
mod release;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction};

use super::Store;
use super::failure::StoreError;
use super::held::{self, IS_HELD};
use super::instant::{instant, seconds};
use super::journal_writer::JournalEntry;
use super::text::word;
use crate::domain::flags::Flags;
use crate::domain::ids::{Id, SourceId};
use crate::domain::keyword::Keyword;
use crate::domain::mailbox_change::{SeenChange, Target};
use crate::domain::message::Stage;
use crate::domain::verdict::ChangeReason;
use crate::domain::write_back::DesiredState;

pub use release::GiveBack;

/// Where mail goes whose folder is not known.
const INBOX: &str = "INBOX";
/// The name of the hold's folder where the settings give none.
const USUAL: &str = "Held";

/// A source with a hard hold.
#[derive(Debug, Clone)]
pub struct HardHold<'a> {
    pub source: SourceId,
    /// The folder in which its mail waits.
    pub folder: &'a str,
    /// Every configured lane by its name, with its schedule.
    pub lanes: &'a [(String, LaneSchedule)],
    /// The schedule of lanes that are no longer configured.
    pub others: LaneSchedule,
}

/// When the windows of a lane opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LaneSchedule {
    /// When the last window opened that releases the lane's mail.
    pub opened: Option<DateTime<Utc>>,
    /// Whether such a window is open and can still be begun.
    pub open: bool,
}

/// A copy that a hold may move, and what is known of its message.
struct MovableCopy {
    message: Id,
    stage: Stage,
    lane: String,
    received: DateTime<Utc>,
    folder: i64,
    folder_name: String,
    key: String,
    flags: Flags,
    /// `None` where this store has not put it aside.
    put_aside: Option<PutAsideRecord>,
}

/// What is recorded of a message that this store has put aside.
struct PutAsideRecord {
    /// The name of the folder that it came from.
    from: String,
    /// Whether it was given back since.
    released: bool,
}

impl Store {
    /// When the hard hold of a source was looked after last.
    pub fn hold_tended(&self, source: SourceId) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read("asking when a hold was looked after", |connection| {
            let tended: Option<i64> = connection
                .prepare_cached("SELECT value FROM fact WHERE name = ?1")?
                .query_row([tended(source)], |row| row.get(0))
                .optional()?;
            Ok(tended.map(instant))
        })
    }

    /// Records that the hard hold of a source is looked after now.
    pub fn note_hold_tended(&mut self, source: SourceId, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("noting that a hold is looked after", |tx| {
            tx.prepare_cached(
                "INSERT INTO fact (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            )?
            .execute((tended(source), seconds(now)))?;
            Ok(())
        })
    }
}

/// The name of the fact that tells when the hold of a source was looked after.
fn tended(source: SourceId) -> String {
    format!("hold tended {}", source.0)
}

impl LaneSchedule {
    fn has_opened_since(self, arrived: DateTime<Utc>) -> bool {
        self.opened.is_some_and(|opened| arrived <= opened)
    }
}

impl HardHold<'_> {
    fn schedule(&self, lane: &str) -> LaneSchedule {
        self.lanes.iter().find(|(name, _)| name == lane).map_or(self.others, |(_, schedule)| *schedule)
    }

    /// Whether a folder is the one in which mail waits. Some servers keep every folder below the inbox, so `INBOX.Held` is
    /// `Held` too.
    fn is_folder(&self, name: &str) -> bool {
        let below = name.strip_prefix(INBOX).and_then(|rest| rest.strip_prefix(['.', '/']));
        name == self.folder || below == Some(self.folder)
    }

    /// The folders into which mail is put, or was put at any time.
    fn folders(&self, tx: &Transaction<'_>) -> Result<Vec<i64>, StoreError> {
        let mut statement =
            tx.prepare_cached(&format!("SELECT f.id FROM folder AS f WHERE f.source = ?1 AND {IS_HELD}"))?;
        let rows = statement.query_map([self.source.0], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl MovableCopy {
    /// The keywords of ours that it has, or will have once the changes before this one are made.
    fn keywords(&self, tx: &Transaction<'_>) -> Result<BTreeSet<Keyword>, StoreError> {
        let last: Option<String> = tx
            .prepare_cached(
                "SELECT keywords FROM journal WHERE folder = ?1 AND key = ?2 AND closed IS NULL ORDER BY number DESC LIMIT 1",
            )?
            .query_row((self.folder, &self.key), |row| row.get(0))
            .optional()?;
        Ok(last.map_or_else(|| self.flags.keywords.clone(), |last| Flags::read(&last).keywords))
    }

    /// Writes a move of the copy into the journal.
    fn change(
        &self,
        tx: &Transaction<'_>,
        source: SourceId,
        reason: ChangeReason,
        target: Target,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let desired = DesiredState { target, seen: SeenChange::Keep, keywords: self.keywords(tx)? };
        JournalEntry {
            batch: None,
            message: self.message,
            source: source.0,
            folder: self.folder,
            key: &self.key,
            reason,
            desired: &desired,
            expected: &self.flags,
            now: seconds(now),
        }
        .write(tx)
    }
}

/// Records that the folder which the settings name is a hold's; and the folder of the usual name too, where mail was put into
/// it before the settings named another one.
fn record_folders(tx: &Transaction<'_>, hold: &HardHold<'_>) -> Result<(), StoreError> {
    let usual = HardHold { folder: USUAL, ..hold.clone() };
    let mut unrecorded =
        tx.prepare_cached(&format!("SELECT f.id, f.name FROM folder AS f WHERE f.source = ?1 AND NOT {IS_HELD}"))?;
    let rows = unrecorded.query_map([hold.source.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    let mut used = tx.prepare_cached(
        "SELECT 1 FROM copy AS c JOIN kept_back AS k ON k.message = c.message
         WHERE c.folder = ?1 AND k.source = ?2 AND k.folder <> ?1",
    )?;
    for row in rows {
        let (id, name) = row?;
        if hold.is_folder(&name) || (usual.is_folder(&name) && used.exists((id, hold.source.0))?) {
            held::note(tx, hold.source, &name)?;
        }
    }
    Ok(())
}

/// Records that a message was looked at: the folder that it came from, and since when it is given back, if it is. Returns
/// whether this is the first record of it.
fn record(
    tx: &Transaction<'_>,
    copy: &MovableCopy,
    source: SourceId,
    folder: i64,
    released: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let first = !tx
        .prepare_cached("SELECT 1 FROM kept_back WHERE message = ?1 AND source = ?2")?
        .exists((copy.message.0, source.0))?;
    tx.prepare_cached(
        "INSERT INTO kept_back (message, source, folder, since, released) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (message, source) DO UPDATE SET released = coalesce(released, excluded.released)",
    )?
    .execute((copy.message.0, source.0, folder, seconds(now), released.map(seconds)))?;
    Ok(first)
}

fn movable_copy(row: &Row<'_>) -> rusqlite::Result<MovableCopy> {
    let from: Option<String> = row.get(8)?;
    let released: Option<bool> = row.get(9)?;
    let message = Id(row.get(0)?);
    Ok(MovableCopy {
        message,
        stage: word(row, 1, "message", message)?,
        lane: row.get(2)?,
        received: instant(row.get(3)?),
        folder: row.get(4)?,
        folder_name: row.get(5)?,
        key: row.get(6)?,
        flags: Flags::read(row.get_ref(7)?.as_str()?),
        put_aside: from.zip(released).map(|(from, released)| PutAsideRecord { from, released }),
    })
}

#[cfg(test)]
mod tests;
