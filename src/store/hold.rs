//! The hard hold: mail that waits in a folder of its own, so that no program shows it before its check-in. What is to be
//! moved there and back is written into the journal like every other change.
//!
//! Each message is decided upon once for each source: kept back, or let be. What was given back is never kept back again.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction};

use super::Store;
use super::attempt::CHANGES;
use super::failure::StoreError;
use super::held::{self, IS_HELD};
use super::instant::{instant, seconds};
use super::journal_writer::JournalEntry;
use super::source;
use super::text::word;
use crate::domain::attempt::AttemptState;
use crate::domain::flags::Flags;
use crate::domain::folder::is_aside;
use crate::domain::ids::{Id, SourceId};
use crate::domain::keyword::Keyword;
use crate::domain::mailbox_change::{FolderRole, Target};
use crate::domain::message::Stage;
use crate::domain::verdict::ChangeReason;
use crate::domain::write_back::DesiredState;

/// Where mail goes of which is not known where it came from.
const INBOX: &str = "INBOX";
/// The folder of a hard hold of which the settings say no name.
const USUAL: &str = "Held";

/// A source whose mail waits for every program.
#[derive(Debug, Clone)]
pub struct HardHold<'a> {
    pub source: SourceId,
    /// The folder in which it waits.
    pub folder: &'a str,
    /// Every configured lane by its name, and what time says of it.
    pub lanes: &'a [(String, LaneSchedule)],
    /// What time says of lanes that are configured no longer.
    pub others: LaneSchedule,
}

/// What time says of a lane.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LaneSchedule {
    /// When the window opened last at which it comes out.
    pub opened: Option<DateTime<Utc>>,
    /// Whether such a window is open and can still be begun.
    pub open: bool,
}

/// What is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GiveBack {
    /// What has had its check-in, or waits for none.
    Due,
    /// Everything in the folder.
    All,
    /// Everything that this store has put there: the hold is a soft one now.
    Ours,
}

/// A change of a copy that is not closed.
struct OpenChange {
    number: i64,
    reason: ChangeReason,
    state: AttemptState,
    target: Target,
}

/// A copy, and what is known of its message.
struct Place {
    message: Id,
    stage: Stage,
    lane: String,
    received: DateTime<Utc>,
    folder: i64,
    name: String,
    key: String,
    flags: Flags,
    /// Where it came from, and whether it was given back, where this store has put it there.
    kept: Option<(String, bool)>,
}

impl Store {
    /// Keeps back what waits for its check-in and was not decided upon yet; tells how many messages that are. What came back
    /// to its folder stays there: somebody has just put it there.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn hold_remote(&mut self, hold: &HardHold<'_>, now: DateTime<Utc>) -> Result<u32, StoreError> {
        let waiting = |tx: &Transaction<'_>| -> Result<Vec<Place>, StoreError> {
            let mut statement = tx.prepare_cached(
                "SELECT m.id, m.stage, l.name, m.received, c.folder, f.name, c.key, coalesce(c.flags, ''), NULL, NULL
                 FROM message AS m JOIN lane AS l ON l.id = m.lane JOIN copy AS c ON c.message = m.id
                 JOIN folder AS f ON f.id = c.folder
                 WHERE m.stage = 'held' AND f.source = ?1 AND c.gone IS NULL
                   AND NOT EXISTS (SELECT 1 FROM kept_back AS k WHERE k.message = m.id AND k.source = ?1)
                   AND m.returned = 0
                   AND NOT EXISTS (SELECT 1 FROM journal AS j WHERE j.message = m.id AND j.closed IS NULL)
                 ORDER BY m.id, f.id, c.key",
            )?;
            let places = statement.query_map([hold.source.0], place)?;
            Ok(places.collect::<Result<_, _>>()?)
        };
        self.write("keeping mail back", |tx| {
            let mut kept = 0;
            note_folder(tx, hold)?;
            let apart = hold.folders(tx)?;
            let mut waiting = waiting(tx)?;
            waiting.retain(|place| !apart.contains(&place.folder) && !is_aside(&place.name));
            // Of several copies only that is touched through which it came: elsewhere it was filed, and stays.
            let mut through: HashMap<Id, i64> = HashMap::new();
            for place in &waiting {
                let folder = through.entry(place.message).or_insert(place.folder);
                if is_inbox(&place.name) {
                    *folder = place.folder;
                }
            }
            for place in waiting {
                if through.get(&place.message) != Some(&place.folder) {
                    continue;
                }
                let gate = hold.gate(&place.lane);
                let waits = !gate.open && !gate.has_opened_since(place.received);
                let first = note(tx, &place, hold.source, place.folder, (!waits).then_some(now), now)?;
                if waits {
                    place.change(tx, hold.source, ChangeReason::Hold, Target::Role(FolderRole::Held), now)?;
                    kept += u32::from(first);
                }
            }
            Ok(kept)
        })
    }

    /// Gives back to their folders what is due of that which waits; tells how many copies that are.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn release_remote(
        &mut self,
        hold: &HardHold<'_>,
        which: GiveBack,
        now: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        self.write("giving mail back", |tx| {
            let mut given = 0;
            note_folder(tx, hold)?;
            for place in hold.in_folder(tx)? {
                if hold.goes_back(&place, which) {
                    given += u32::from(place.release_remote(tx, hold, now)?);
                }
            }
            Ok(given)
        })
    }

    /// How many copies are still to go back.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn releases_left(&self) -> Result<u32, StoreError> {
        self.read("counting what is to go back", |connection| {
            Ok(connection
                .prepare_cached("SELECT count(*) FROM journal WHERE closed IS NULL AND cause = 'release'")?
                .query_row([], |row| row.get(0))?)
        })
    }

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

    /// Notes that the hard hold of a source is looked after now.
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

fn tended(source: SourceId) -> String {
    format!("hold tended {}", source.0)
}

impl LaneSchedule {
    fn has_opened_since(self, arrived: DateTime<Utc>) -> bool {
        self.opened.is_some_and(|opened| arrived <= opened)
    }
}

impl HardHold<'_> {
    fn gate(&self, lane: &str) -> LaneSchedule {
        self.lanes.iter().find(|(name, _)| name == lane).map_or(self.others, |(_, gate)| *gate)
    }

    /// Whether a folder is the one in which mail waits; some servers have every folder below the inbox.
    fn is_folder(&self, name: &str) -> bool {
        let below = name.strip_prefix(INBOX).and_then(|rest| rest.strip_prefix(['.', '/']));
        name == self.folder || below == Some(self.folder)
    }

    /// The folders into which mail is put, or was at any time.
    fn folders(&self, tx: &Transaction<'_>) -> Result<Vec<i64>, StoreError> {
        let mut statement =
            tx.prepare_cached(&format!("SELECT f.id FROM folder AS f WHERE f.source = ?1 AND {IS_HELD}"))?;
        let rows = statement.query_map([self.source.0], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What lies in those folders, or may be on its way there.
    fn in_folder(&self, tx: &Transaction<'_>) -> Result<Vec<Place>, StoreError> {
        let columns = "m.id, m.stage, l.name, m.received, c.folder, f.name, c.key, coalesce(c.flags, ''), o.name,
                       k.released IS NOT NULL";
        let joined = "JOIN message AS m ON m.id = c.message JOIN lane AS l ON l.id = m.lane
                      JOIN folder AS f ON f.id = c.folder
                      LEFT JOIN kept_back AS k ON k.message = m.id AND k.source = f.source
                      LEFT JOIN folder AS o ON o.id = k.folder";
        let mut places = Vec::new();
        let mut there = tx.prepare_cached(&format!(
            "SELECT {columns} FROM copy AS c {joined} WHERE c.folder = ?1 AND c.gone IS NULL ORDER BY c.key"
        ))?;
        for folder in self.folders(tx)? {
            for row in there.query_map([folder], place)? {
                places.push(row?);
            }
        }
        // In a folder of before there is mail of others.
        places.retain(|place| place.kept.is_some() || self.is_folder(&place.name));
        let mut coming = tx.prepare_cached(&format!(
            "SELECT {columns} FROM journal AS j JOIN copy AS c ON c.folder = j.folder AND c.key = j.key {joined}
             WHERE j.source = ?1 AND j.closed IS NULL AND j.cause = 'hold' ORDER BY j.number"
        ))?;
        for row in coming.query_map([self.source.0], place)? {
            let one = row?;
            if places.iter().all(|known: &Place| (known.folder, &known.key) != (one.folder, &one.key)) {
                places.push(one);
            }
        }
        Ok(places)
    }

    fn goes_back(&self, place: &Place, which: GiveBack) -> bool {
        match which {
            GiveBack::All => true,
            GiveBack::Ours => place.kept.is_some(),
            GiveBack::Due => {
                let released = place.kept.as_ref().is_some_and(|(_, released)| *released);
                released || place.stage != Stage::Held || self.gate(&place.lane).has_opened_since(place.received)
            }
        }
    }
}

impl Place {
    /// Whether anything is written down: what is on its way elsewhere goes there.
    fn release_remote(
        &self,
        tx: &Transaction<'_>,
        hold: &HardHold<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        // One that was decided upon elsewhere, before it was put aside, goes where the decision takes it.
        let decided = tx
            .prepare_cached(
                "SELECT 1 FROM journal WHERE message = ?1 AND source = ?2 AND closed IS NULL AND state <> 'refused'
                 AND cause NOT IN ('hold', 'release') AND target <> 'stay'",
            )?
            .exists((self.message.0, hold.source.0))?;
        if decided {
            return Ok(false);
        }
        let from = self.kept.as_ref().map_or(INBOX, |(name, _)| name.as_str());
        let mut home = if hold.is_folder(from) { INBOX } else { from };
        for row in self.open_rows(tx)? {
            match row.reason {
                ChangeReason::Hold if row.state == AttemptState::Tried => {}
                ChangeReason::Hold => CHANGES.replace(tx, row.number, now)?,
                // Its folder is no longer there, or cannot be written to.
                ChangeReason::Release if row.state == AttemptState::Refused && row.target.folder() != Some(INBOX) => {
                    CHANGES.replace(tx, row.number, now)?;
                    home = INBOX;
                }
                ChangeReason::Release => return Ok(false),
                _ if row.target == Target::Stay => {}
                _ => return Ok(false),
            }
        }
        let folder = source::folder(tx, hold.source, home)?;
        note(tx, self, hold.source, folder, Some(now), now)?;
        // One that never went there is at home.
        let away = hold.folders(tx)?.contains(&self.folder)
            || self.open_rows(tx)?.iter().any(|row| row.reason == ChangeReason::Hold);
        if away {
            self.change(tx, hold.source, ChangeReason::Release, Target::Folder(home.to_owned()), now)?;
        }
        Ok(true)
    }

    fn open_rows(&self, tx: &Transaction<'_>) -> Result<Vec<OpenChange>, StoreError> {
        let mut statement = tx.prepare_cached(
            "SELECT number, cause, state, target, target_folder FROM journal
             WHERE folder = ?1 AND key = ?2 AND closed IS NULL ORDER BY number",
        )?;
        let rows = statement.query_map((self.folder, &self.key), |row| {
            let number = row.get(0)?;
            Ok(OpenChange {
                number,
                reason: word(row, 1, "journal", number)?,
                state: word(row, 2, "journal", number)?,
                target: Target::of(word(row, 3, "journal", number)?, || row.get(4))?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Our keywords that it has, or will have when what is to be done before is done.
    fn keywords(&self, tx: &Transaction<'_>) -> Result<BTreeSet<Keyword>, StoreError> {
        let last: Option<String> = tx
            .prepare_cached(
                "SELECT keywords FROM journal WHERE folder = ?1 AND key = ?2 AND closed IS NULL ORDER BY number DESC LIMIT 1",
            )?
            .query_row((self.folder, &self.key), |row| row.get(0))
            .optional()?;
        Ok(last.map_or_else(|| self.flags.keywords.clone(), |last| Flags::read(&last).keywords))
    }

    fn change(
        &self,
        tx: &Transaction<'_>,
        source: SourceId,
        reason: ChangeReason,
        target: Target,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let desired = DesiredState { target, seen: false, keywords: self.keywords(tx)? };
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

fn is_inbox(name: &str) -> bool {
    name.is_empty() || name == INBOX
}

/// Notes the folder that the settings name, and the usual one where mail was put into it before they named another.
fn note_folder(tx: &Transaction<'_>, hold: &HardHold<'_>) -> Result<(), StoreError> {
    let usual = HardHold { folder: USUAL, ..hold.clone() };
    let mut unnoted =
        tx.prepare_cached(&format!("SELECT f.id, f.name FROM folder AS f WHERE f.source = ?1 AND NOT {IS_HELD}"))?;
    let rows = unnoted.query_map([hold.source.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
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

/// Notes what was decided of a message; whether it was noted for the first time.
fn note(
    tx: &Transaction<'_>,
    place: &Place,
    source: SourceId,
    folder: i64,
    released: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let first = !tx
        .prepare_cached("SELECT 1 FROM kept_back WHERE message = ?1 AND source = ?2")?
        .exists((place.message.0, source.0))?;
    tx.prepare_cached(
        "INSERT INTO kept_back (message, source, folder, since, released) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (message, source) DO UPDATE SET released = coalesce(released, excluded.released)",
    )?
    .execute((place.message.0, source.0, folder, seconds(now), released.map(seconds)))?;
    Ok(first)
}

fn place(row: &Row<'_>) -> rusqlite::Result<Place> {
    let came_from: Option<String> = row.get(8)?;
    let released: Option<bool> = row.get(9)?;
    let message = Id(row.get(0)?);
    Ok(Place {
        message,
        stage: word(row, 1, "message", message)?,
        lane: row.get(2)?,
        received: instant(row.get(3)?),
        folder: row.get(4)?,
        name: row.get(5)?,
        key: row.get(6)?,
        flags: Flags::read(row.get_ref(7)?.as_str()?),
        kept: came_from.zip(released),
    })
}

#[cfg(test)]
mod tests;
