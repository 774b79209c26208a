//! Which messages come back from the folder of a hard hold, and where to.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use super::{HardHold, INBOX, MovableCopy, movable_copy, record, record_folders};
use crate::domain::attempt::AttemptState;
use crate::domain::mailbox_change::Target;
use crate::domain::message::Stage;
use crate::domain::verdict::ChangeReason;
use crate::store::attempt::CHANGES;
use crate::store::failure::StoreError;
use crate::store::text::word;
use crate::store::{Store, source};

/// Which of the messages in the folder are given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GiveBack {
    /// Those whose check-in has come, and those that wait for none.
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

impl Store {
    /// Writes down that messages in the folder of the hold are to go back to their folders; returns how many copies that are.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn release_remote(
        &mut self,
        hold: &HardHold<'_>,
        which: GiveBack,
        now: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        self.write("giving messages back", |tx| {
            let mut given = 0;
            record_folders(tx, hold)?;
            for copy in hold.in_folder(tx)? {
                if hold.goes_back(&copy, which) {
                    given += u32::from(copy.release(tx, hold, now)?);
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
}

impl HardHold<'_> {
    /// The copies that lie in the folders of the hold, or may be on their way there.
    fn in_folder(&self, tx: &Transaction<'_>) -> Result<Vec<MovableCopy>, StoreError> {
        let columns = "m.id, m.stage, l.name, m.received, c.folder, f.name, c.key, coalesce(c.flags, ''), o.name,
                       k.released IS NOT NULL";
        let joined = "JOIN message AS m ON m.id = c.message JOIN lane AS l ON l.id = m.lane
                      JOIN folder AS f ON f.id = c.folder
                      LEFT JOIN kept_back AS k ON k.message = m.id AND k.source = f.source
                      LEFT JOIN folder AS o ON o.id = k.folder";
        let mut copies = Vec::new();
        let mut there = tx.prepare_cached(&format!(
            "SELECT {columns} FROM copy AS c {joined} WHERE c.folder = ?1 AND c.gone IS NULL ORDER BY c.key"
        ))?;
        for folder in self.folders(tx)? {
            for row in there.query_map([folder], movable_copy)? {
                copies.push(row?);
            }
        }
        // A folder that the hold used under an earlier setting may also have mail that a person has filed there.
        copies.retain(|copy| copy.put_aside.is_some() || self.is_folder(&copy.folder_name));
        let mut on_the_way = tx.prepare_cached(&format!(
            "SELECT {columns} FROM journal AS j JOIN copy AS c ON c.folder = j.folder AND c.key = j.key {joined}
             WHERE j.source = ?1 AND j.closed IS NULL AND j.cause = 'hold' ORDER BY j.number"
        ))?;
        for row in on_the_way.query_map([self.source.0], movable_copy)? {
            let copy = row?;
            if copies.iter().all(|known: &MovableCopy| (known.folder, &known.key) != (copy.folder, &copy.key)) {
                copies.push(copy);
            }
        }
        Ok(copies)
    }

    pub(super) fn goes_back(&self, copy: &MovableCopy, which: GiveBack) -> bool {
        match which {
            GiveBack::All => true,
            GiveBack::Ours => copy.put_aside.is_some(),
            GiveBack::Due => {
                let released = copy.put_aside.as_ref().is_some_and(|put_aside| put_aside.released);
                released || copy.stage != Stage::Held || self.schedule(&copy.lane).has_opened_since(copy.received)
            }
        }
    }
}

impl MovableCopy {
    /// Writes down that the copy goes back. Returns whether anything was written: a copy that is already on its way to
    /// another folder goes there.
    fn release(&self, tx: &Transaction<'_>, hold: &HardHold<'_>, now: DateTime<Utc>) -> Result<bool, StoreError> {
        // A person may have decided about the message before it was put aside, on another machine. It goes where that
        // decision takes it.
        let decided = tx
            .prepare_cached(
                "SELECT 1 FROM journal WHERE message = ?1 AND source = ?2 AND closed IS NULL AND state <> 'refused'
                 AND cause NOT IN ('hold', 'release') AND target <> 'stay'",
            )?
            .exists((self.message.0, hold.source.0))?;
        if decided {
            return Ok(false);
        }
        let from = self.put_aside.as_ref().map_or(INBOX, |put_aside| put_aside.from.as_str());
        let mut back_to = if hold.is_folder(from) { INBOX } else { from };
        for change in self.open_changes(tx)? {
            match change.reason {
                ChangeReason::Hold if change.state == AttemptState::Tried => {}
                ChangeReason::Hold => CHANGES.replace(tx, change.number, now)?,
                // The folder that it came from is no longer there, or cannot be written to.
                ChangeReason::Release
                    if change.state == AttemptState::Refused && change.target.folder() != Some(INBOX) =>
                {
                    CHANGES.replace(tx, change.number, now)?;
                    back_to = INBOX;
                }
                ChangeReason::Release => return Ok(false),
                _ if change.target == Target::Stay => {}
                _ => return Ok(false),
            }
        }
        let folder = source::folder(tx, hold.source, back_to)?;
        record(tx, self, hold.source, folder, Some(now), now)?;
        // A copy that was never moved into the folder of the hold has nothing to come back from.
        let was_moved = hold.folders(tx)?.contains(&self.folder)
            || self.open_changes(tx)?.iter().any(|change| change.reason == ChangeReason::Hold);
        if was_moved {
            self.change(tx, hold.source, ChangeReason::Release, Target::Folder(back_to.to_owned()), now)?;
        }
        Ok(true)
    }

    fn open_changes(&self, tx: &Transaction<'_>) -> Result<Vec<OpenChange>, StoreError> {
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
}
