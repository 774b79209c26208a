//! Taking over what was decided elsewhere, in another program or on another machine: all machines share the mailbox,
//! and whoever writes there first is right. Only messages that are still open here follow it: never one of an open
//! batch (rule 2), and never one with a change that is still to be made.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use super::failure::StoreError;
use super::held::{self, IS_HELD};
use super::remote_state::{apply_remote_state, is_over, lane};
use super::{Store, answered, away, copy, sent, source};
use crate::domain::answering::AnsweredHow;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::flags::Flags;
use crate::domain::found_copy::MailboxEvent;
use crate::domain::ids::{Id, SourceId};
use crate::domain::lane::LaneCalendars;
use crate::domain::mailbox_change::{FolderRole, Found, Lost};
use crate::domain::remote_state::RemoteState;

impl Store {
    /// Records what a source tells of known copies, and takes over what was decided about their messages. All of it
    /// or nothing; recording the same again changes nothing.
    pub fn reconcile(
        &mut self,
        from: SourceId,
        events: &[MailboxEvent],
        calendars: LaneCalendars<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write("noting what was said elsewhere", |tx| {
            for event in events {
                match event {
                    MailboxEvent::Flags { location, flags } => {
                        let Some(copy) = copy::at(tx, from, &location.folder, &location.key)? else { continue };
                        copy::set_flags(tx, &copy, flags)?;
                        if copy.is_sent {
                            continue;
                        }
                        // Of a copy whose flags were never known nobody can say when it was answered.
                        let newly = copy.flags.as_ref().is_some_and(|known| flags.answered && !known.answered);
                        let known = copy.flags.unwrap_or_default();
                        let may_return = known.seen && !flags.seen || known.keywords != flags.keywords;
                        if may_return && away::is_away(tx, copy.message)? {
                            away::update(tx, copy.message, now)?;
                        }
                        if newly {
                            answered::note(tx, copy.message, AnsweredHow::Marked, now)?;
                        }
                        if known.keywords != flags.keywords && follows(tx, copy.message)? {
                            let own = calendars.of(&lane(tx, copy.message)?);
                            apply_remote_state(tx, copy.message, &RemoteState::of(None, flags, &own, now), now)?;
                        }
                    }
                    MailboxEvent::Incoming(folders) => source::read_for_incoming(tx, from, folders)?,
                    MailboxEvent::Sent(folders) => sent::read_as_sent(tx, from, folders)?,
                    MailboxEvent::Gone { location, sure } => {
                        let Some(copy) = copy::at(tx, from, &location.folder, &location.key)? else { continue };
                        if copy.is_sent || !sure && is_over(tx, copy.message)? {
                            copy::forget(tx, copy.folder, &location.key)?;
                        } else {
                            copy::lose(tx, copy.folder, &location.key, now)?;
                        }
                    }
                }
            }
            Ok(())
        })
    }

    /// Messages of a source that are still open here and have a copy that is no longer where it was; those with an id
    /// above `after`, in the order of ids.
    pub fn lost(&self, source: SourceId, after: Id, most: usize) -> Result<Vec<Lost>, StoreError> {
        self.read("asking what is lost", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT m.id, m.message_id, m.size, i.sha256, max({IS_HELD}), f.name, c.key
                 FROM copy AS c JOIN folder AS f ON f.id = c.folder JOIN message AS m ON m.id = c.message
                 JOIN identity AS i ON i.message = m.id
                 WHERE c.gone IS NOT NULL AND f.source = ?1 AND m.id > ?2 AND {FOLLOWS}
                 GROUP BY m.id ORDER BY m.id LIMIT ?3"
            ))?;
            let rows = statement.query_map((source.0, after.0, i64::try_from(most).unwrap_or(i64::MAX)), |row| {
                Ok(Lost {
                    id: Id(row.get(0)?),
                    message_id: row.get(1)?,
                    size: row.get::<_, i64>(2)?.unsigned_abs(),
                    fingerprint: Fingerprint(row.get(3)?),
                    aside: if row.get(4)? { Some((row.get(5)?, row.get(6)?)) } else { None },
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Takes over where lost messages were found, and what that says about them.
    pub fn found(
        &mut self,
        from: SourceId,
        found: &[(Id, Found)],
        calendars: LaneCalendars<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write("noting what was found", |tx| {
            for (id, found) in found {
                if !follows(tx, *id)? {
                    continue;
                }
                let known = forget_lost(tx, from, *id)?;
                // Some servers show a message in the archive and also in the folders that it is still in.
                if elsewhere_in(tx, from, *id, found)? {
                    continue;
                }
                let mut said = true;
                if let Found::At { folder, role: Some(FolderRole::Held), .. } = found
                    && held::put_by_us(tx, from, *id)?
                {
                    held::note(tx, from, folder)?;
                }
                if let Found::At { folder, key, role, flags } = found {
                    let folder = source::folder(tx, from, folder)?;
                    copy::keep(tx, (folder, key), *id, Some(flags))?;
                    said = role.is_some() || flags.keywords != known.keywords;
                }
                if said {
                    let own = calendars.of(&lane(tx, *id)?);
                    apply_remote_state(tx, *id, &RemoteState::found(found, &own, now), now)?;
                }
                if !matches!(found, Found::At { role: Some(FolderRole::Held), .. }) {
                    away::update(tx, *id, now)?;
                }
            }
            Ok(())
        })
    }
}

/// Whether a message of `message AS m` follows what was decided elsewhere.
const FOLLOWS: &str = "m.stage IN ('held', 'let through', 'deferred', 'carried over')
                       AND NOT EXISTS (SELECT 1 FROM journal WHERE message = m.id AND closed IS NULL)";

pub(super) fn follows(tx: &Transaction<'_>, id: Id) -> Result<bool, StoreError> {
    Ok(tx.prepare_cached(&format!("SELECT 1 FROM message AS m WHERE m.id = ?1 AND {FOLLOWS}"))?.exists([id.0])?)
}

/// Forgets the copies of a message that are no longer where they were. Returns the flags of one of them.
fn forget_lost(tx: &Transaction<'_>, source: SourceId, id: Id) -> Result<Flags, StoreError> {
    let mut lost = tx.prepare_cached(
        "DELETE FROM copy WHERE message = ?2 AND gone IS NOT NULL
         AND folder IN (SELECT id FROM folder WHERE source = ?1) RETURNING coalesce(flags, '')",
    )?;
    let mut known = Flags::default();
    for flags in lost.query_map((source.0, id.0), |row| Ok(Flags::read(row.get_ref(0)?.as_str()?)))? {
        known = flags?;
    }
    Ok(known)
}

/// Whether a message lies in folders for incoming mail of a source, and the copy that was found is none of these.
/// Copies in other folders, such as the archive, do not count: these folders are not read, so a copy may have left
/// them unnoticed.
fn elsewhere_in(tx: &Transaction<'_>, source: SourceId, id: Id, found: &Found) -> Result<bool, StoreError> {
    let (folder, key) = match found {
        Found::At { folder, key, .. } => (folder.as_str(), key.as_str()),
        Found::Filed { .. } | Found::Nowhere => ("", ""),
    };
    let mut others = tx.prepare_cached(
        "SELECT f.name, c.key FROM copy AS c JOIN folder AS f ON f.id = c.folder
         WHERE c.message = ?2 AND f.source = ?1 AND c.gone IS NULL AND f.incoming",
    )?;
    let places = others.query_map((source.0, id.0), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let places: Vec<(String, String)> = places.collect::<Result<_, _>>()?;
    let here = |(its_folder, its_key): &(String, String)| its_folder == folder && its_key == key;
    Ok(!places.is_empty() && !places.iter().any(here))
}

#[cfg(test)]
mod tests;
