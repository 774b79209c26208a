//! Which messages a hard hold moves into its folder.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use super::{HardHold, INBOX, MovableCopy, movable_copy, record, record_folders};
use crate::domain::folder::is_aside;
use crate::domain::ids::Id;
use crate::domain::mailbox_change::{FolderRole, Target};
use crate::domain::verdict::ChangeReason;
use crate::store::Store;
use crate::store::failure::StoreError;

impl Store {
    /// Writes down that messages which wait for their check-in are to be moved into the folder of the hold, as far as they
    /// were not looked at before; returns how many messages that are. A message that came back to its folder stays there:
    /// somebody has just put it there.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn hold_remote(&mut self, hold: &HardHold<'_>, now: DateTime<Utc>) -> Result<u32, StoreError> {
        self.write("keeping messages back", |tx| {
            let mut moved = 0;
            record_folders(tx, hold)?;
            for copy in hold.to_look_at(tx)? {
                let schedule = hold.schedule(&copy.lane);
                let waits = !schedule.open && !schedule.has_opened_since(copy.received);
                let first = record(tx, &copy, hold.source, copy.folder, (!waits).then_some(now), now)?;
                if waits {
                    copy.change(tx, hold.source, ChangeReason::Hold, Target::Role(FolderRole::Held), now)?;
                    moved += u32::from(first);
                }
            }
            Ok(moved)
        })
    }
}

impl HardHold<'_> {
    /// The copies of held messages that were not looked at yet. Of several copies of a message only those of the folder
    /// through which it came are among them: in other folders somebody has filed it, and there it stays.
    fn to_look_at(&self, tx: &Transaction<'_>) -> Result<Vec<MovableCopy>, StoreError> {
        let mut statement = tx.prepare_cached(
            "SELECT m.id, m.stage, l.name, m.received, c.folder, f.name, c.key, coalesce(c.flags, ''), NULL, NULL
             FROM message AS m JOIN lane AS l ON l.id = m.lane JOIN copy AS c ON c.message = m.id
             JOIN folder AS f ON f.id = c.folder
             WHERE m.stage = 'held' AND f.source = ?1 AND c.gone IS NULL
               AND NOT EXISTS (SELECT 1 FROM kept_back AS k WHERE k.message = m.id AND k.source = ?1)
               AND m.returned = 0 AND NOT f.sent
               AND NOT EXISTS (SELECT 1 FROM journal AS j WHERE j.message = m.id AND j.closed IS NULL)
             ORDER BY m.id, f.id, c.key",
        )?;
        let mut copies: Vec<MovableCopy> =
            statement.query_map([self.source.0], movable_copy)?.collect::<Result<_, _>>()?;
        let hold_folders = self.folders(tx)?;
        copies.retain(|copy| !hold_folders.contains(&copy.folder) && !is_aside(&copy.folder_name));
        let mut came_through: HashMap<Id, i64> = HashMap::new();
        for copy in &copies {
            let folder = came_through.entry(copy.message).or_insert(copy.folder);
            if is_inbox(&copy.folder_name) {
                *folder = copy.folder;
            }
        }
        copies.retain(|copy| came_through.get(&copy.message) == Some(&copy.folder));
        Ok(copies)
    }
}

fn is_inbox(name: &str) -> bool {
    name.is_empty() || name == INBOX
}
