//! Which folder of a mailbox is the archive, the trash or the junk, as it was seen last: for the words of whoever asks what a
//! commit will do, without asking a server.
//!
//! It stands among the facts, one for each role of a source: the number of the folder, or 0 where there is none.

use rusqlite::{OptionalExtension, Transaction};

use chrono::{DateTime, Utc};

use super::failure::StoreError;
use super::instant::seconds;
use super::{Store, source};
use crate::domain::ids::SourceId;
use crate::domain::mailbox_change::{FolderRole, RoleFolders, Target};

impl Store {
    /// Notes which folder has which role in a mailbox. What was refused because there was none for its role is due at once
    /// where there is one now.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub fn note_roles(&mut self, source: SourceId, seen: &RoleFolders, now: DateTime<Utc>) -> Result<(), StoreError> {
        let known = self.role_folders(source)?;
        if seen.iter().all(|(role, folder)| known.get(role) == Some(folder)) {
            return Ok(());
        }
        self.write("noting which folder is for what", |tx| {
            for (role, name) in seen {
                let folder = name.as_deref().map_or(Ok(0), |name| source::folder(tx, source, name))?;
                tx.prepare_cached(
                    "INSERT INTO fact (name, value) VALUES (?1, ?2)
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                )?
                .execute((fact(source, *role), folder))?;
                let was_missing = known.get(role).is_none_or(Option::is_none);
                if folder != 0 && was_missing {
                    retry_refused(tx, source, *role, now)?;
                }
            }
            Ok(())
        })
    }

    /// Which folder had which role when the mailbox was read last.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn role_folders(&self, source: SourceId) -> Result<RoleFolders, StoreError> {
        self.read("asking which folder is for what", |connection| {
            let mut found = RoleFolders::new();
            for role in FolderRole::OF_DECISIONS {
                let noted: Option<RoleNote> = connection
                    .prepare_cached(
                        "SELECT f.name FROM fact LEFT JOIN folder AS f ON f.id = value WHERE fact.name = ?1",
                    )?
                    .query_row([fact(source, role)], |row| row.get(0).map(RoleNote))
                    .optional()?;
                found.extend(noted.map(|RoleNote(folder)| (role, folder)));
            }
            Ok(found)
        })
    }
}

/// The folder of a role that was noted, or that there was none.
struct RoleNote(Option<String>);

fn fact(source: SourceId, role: FolderRole) -> String {
    format!("{} of source {}", role.key(), source.0)
}

/// Lets what was refused be due that was to go to the folder of this role.
fn retry_refused(
    tx: &Transaction<'_>,
    source: SourceId,
    role: FolderRole,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE journal SET next_try = ?3 WHERE closed IS NULL AND state = 'refused' AND source = ?1 AND target = ?2",
    )?
    .execute((source.0, Target::Role(role).kind(), seconds(now)))?;
    Ok(())
}
