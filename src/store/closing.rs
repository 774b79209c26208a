//! What came of changes in mailboxes that were made or tried: each is closed by proof, put off, or given up because
//! somebody else was first.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Transaction};

use super::attempt::CHANGES;
use super::failure::StoreError;
use super::instant::seconds;
use super::remote_state::{apply_remote_state, is_over, lane};
use super::text::word;
use super::{Store, away, copy, held, thread};
use crate::domain::attempt::AttemptState;
use crate::domain::flags::Flags;
use crate::domain::ids::{ChangeId, Id, SourceId};
use crate::domain::lane::LaneCalendars;
use crate::domain::mailbox_change::{FolderRole, Found, Outcome};
use crate::domain::remote_state::RemoteState;
use crate::domain::verdict::ChangeReason;

/// A change that was refused is tried again after so many days.
const DAYS: i64 = 1;

impl Store {
    /// Records what came of changes: where the copies are now, and, where somebody else was first, what they decided
    /// about the message. Recording the same again changes nothing.
    pub fn close_changes(
        &mut self,
        told: &[(ChangeId, Outcome)],
        calendars: LaneCalendars<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write("noting what came of changes", |tx| {
            for (number, outcome) in told {
                if let Some(row) = Tried::open(tx, *number)? {
                    row.close(tx, outcome, calendars, now)?;
                }
            }
            Ok(())
        })
    }
}

/// A change that is not closed.
struct Tried {
    number: i64,
    message: Id,
    source: SourceId,
    folder: i64,
    key: String,
    reason: ChangeReason,
    expected: Flags,
}

impl Tried {
    fn open(tx: &Transaction<'_>, number: ChangeId) -> Result<Option<Self>, StoreError> {
        Ok(tx
            .prepare_cached(
                "SELECT message, source, folder, key, cause, expected FROM journal WHERE number = ?1 AND closed IS NULL AND tries > 0",
            )?
            .query_row([number.0], |row| {
                Ok(Self {
                    number: number.0,
                    message: Id(row.get(0)?),
                    source: SourceId(row.get(1)?),
                    folder: row.get(2)?,
                    key: row.get(3)?,
                    reason: word(row, 4, "journal", number.0)?,
                    expected: Flags::read(row.get_ref(5)?.as_str()?),
                })
            })
            .optional()?)
    }

    fn close(
        &self,
        tx: &Transaction<'_>,
        outcome: &Outcome,
        calendars: LaneCalendars<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        match outcome {
            Outcome::Overtaken(found) if self.reason.mark().is_some() => self.follow_mark(tx, found, now),
            Outcome::Made { at, flags } => {
                CHANGES.close(tx, self.number, (AttemptState::Made, ""), now)?;
                self.record_location(tx, at.as_ref(), flags, now)
            }
            Outcome::KeywordsNotKept { at, flags } => {
                let why = "this mailbox keeps no keywords: other machines do not see it";
                CHANGES.close(tx, self.number, (AttemptState::NotKept, why), now)?;
                self.record_location(tx, at.as_ref(), flags, now)
            }
            Outcome::Overtaken(found) => {
                if let Some((folder, key, flags)) = self.is_put_aside(found) {
                    return self.redirect(tx, (folder, key), flags, now);
                }
                let said = RemoteState::found(found, &calendars.of(&lane(tx, self.message)?), now);
                if let Some((folder, key, flags)) = self.is_finished_elsewhere(found, &said) {
                    return self.redirect(tx, (folder, key), flags, now);
                }
                if let (true, Found::At { folder, key, flags, .. }) = (said.agrees_with(self.reason), found) {
                    CHANGES.close(tx, self.number, (AttemptState::Made, ""), now)?;
                    return self.record_location(tx, Some(&(folder.clone(), key.clone())), flags, now);
                }
                if self.reason == ChangeReason::Reopen && matches!(said, RemoteState::Filed | RemoteState::Gone) {
                    let why = format!("meanwhile {said} elsewhere; it leads the next batch all the same");
                    CHANGES.close(tx, self.number, (AttemptState::Overtaken, &why), now)?;
                    copy::forget(tx, self.folder, &self.key)?;
                    return away::update(tx, self.message, now);
                }
                let why = format!("meanwhile {said} elsewhere, and that stands");
                CHANGES.close(tx, self.number, (AttemptState::Overtaken, &why), now)?;
                self.give_way(tx, found, &said, now)
            }
            Outcome::Refused { what, hint } => {
                let next = now + TimeDelta::days(DAYS);
                CHANGES.put_off(tx, self.number, (AttemptState::Refused, &format!("{what}; {hint}")), Some(next))
            }
            Outcome::Unproved { what } => CHANGES.put_off(tx, self.number, (AttemptState::Tried, what), None),
        }
    }

    /// A mark follows its copy to wherever somebody has moved it; a copy that is gone needs none.
    fn follow_mark(&self, tx: &Transaction<'_>, found: &Found, now: DateTime<Utc>) -> Result<(), StoreError> {
        match found {
            Found::At { folder, key, flags, .. } => self.redirect(tx, (folder, key), flags, now),
            Found::Filed { .. } | Found::Nowhere => {
                let why = "meanwhile it was moved elsewhere or removed";
                CHANGES.close(tx, self.number, (AttemptState::Overtaken, why), now)
            }
        }
    }

    /// Where the copy is, if only a hard hold has moved it meanwhile. That is no decision about the message.
    fn is_put_aside<'f>(&self, found: &'f Found) -> Option<(&'f str, &'f str, &'f Flags)> {
        match found {
            Found::At { folder, key, role: Some(FolderRole::Held), flags } => {
                (!self.reason.is_of_hold() && !flags.contradicts(&self.expected)).then_some((folder, key, flags))
            }
            _ => None,
        }
    }

    /// Where the copy of a reopened message is, if it lies in another folder for what is finished with than it did. The folders
    /// of those are not read, so when it came there is not known, and the person has asked for it by now.
    fn is_finished_elsewhere<'f>(&self, found: &'f Found, said: &RemoteState) -> Option<(&'f str, &'f str, &'f Flags)> {
        use RemoteState as Said;
        let finished = matches!(said, Said::Done | Said::Muted | Said::Trash | Said::Spam);
        match found {
            Found::At { folder, key, flags, .. } if self.reason == ChangeReason::Reopen && finished => {
                (*key != self.key || flags.contradicts(&self.expected)).then_some((folder, key, flags))
            }
            _ => None,
        }
    }

    /// Reopens the change for the place where the copy is now. A release of the hold that waits for the same copy is
    /// dropped, unless the change would leave the copy where it is.
    fn redirect(
        &self,
        tx: &Transaction<'_>,
        (folder, key): (&str, &str),
        flags: &Flags,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (from, source) = ((self.folder, self.key.as_str()), self.source);
        copy::moved(tx, source, self.message, from, (folder, key), flags)?;
        let to = super::source::folder(tx, source, folder)?;
        tx.prepare_cached(
            "UPDATE journal SET state = 'replaced', closed = ?3
             WHERE folder = ?1 AND key = ?2 AND closed IS NULL AND cause IN ('hold', 'release') AND state <> 'tried'
             AND EXISTS (SELECT 1 FROM journal WHERE number = ?4 AND target <> 'stay')",
        )?
        .execute((to, key, seconds(now), self.number))?;
        tx.prepare_cached("UPDATE journal SET folder = ?2, key = ?3, expected = ?4 WHERE number = ?1")?.execute((
            self.number,
            to,
            key,
            flags.to_string(),
        ))?;
        CHANGES.reopen(tx, self.number, now)
    }

    /// Records where the change has brought the copy. Later changes of the same copy start from there.
    fn record_location(
        &self,
        tx: &Transaction<'_>,
        at: Option<&(String, String)>,
        flags: &Flags,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let here = (self.folder, self.key.as_str());
        let Some((folder, key)) = at else {
            return if is_over(tx, self.message)? {
                copy::forget(tx, self.folder, &self.key)
            } else {
                copy::lose(tx, self.folder, &self.key, now)
            };
        };
        copy::moved(tx, self.source, self.message, here, (folder, key), flags)?;
        if self.reason == ChangeReason::Hold {
            held::note(tx, self.source, folder)?;
        } else {
            away::update(tx, self.message, now)?;
        }
        tx.prepare_cached(
            "UPDATE journal SET folder = (SELECT id FROM folder WHERE source = ?1 AND name = ?4), key = ?5, expected = ?6
             WHERE folder = ?2 AND key = ?3 AND closed IS NULL",
        )?
        .execute((self.source.0, self.folder, &self.key, folder, key, flags.to_string()))?;
        Ok(())
    }

    /// Somebody else was first: the message takes over what they decided, unless a newer decision was made here.
    fn give_way(
        &self,
        tx: &Transaction<'_>,
        found: &Found,
        said: &RemoteState,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let newer = tx
            .prepare_cached("SELECT 1 FROM journal WHERE message = ?1 AND closed IS NULL")?
            .exists([self.message.0])?;
        let batched = tx
            .prepare_cached("SELECT 1 FROM message WHERE id = ?1 AND stage = 'in batch'")?
            .exists([self.message.0])?;
        if newer || batched {
            // What was found is about the copy as it was before. The next change looks at it anew.
            return Ok(());
        }
        let here = (self.folder, self.key.as_str());
        match found {
            Found::At { folder, key, flags, .. } => {
                copy::moved(tx, self.source, self.message, here, (folder, key), flags)?;
            }
            Found::Filed { .. } | Found::Nowhere => copy::forget(tx, self.folder, &self.key)?,
        }
        apply_remote_state(tx, self.message, said, now)?;
        if self.reason == ChangeReason::Mute {
            thread::unmute_if_nothing_muted(tx, self.message)?;
        }
        away::update(tx, self.message, now)
    }
}
