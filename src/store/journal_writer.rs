//! Writing changes of mailboxes into the journal, in the transaction of the decision that they follow from.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};

use super::failure::StoreError;
use super::held::IS_HELD;
use super::instant::{instant, seconds};
use crate::domain::flags::Flags;
use crate::domain::folder::is_aside;
use crate::domain::ids::{BatchId, Id};
use crate::domain::mailbox_change::{SeenChange, Target};
use crate::domain::verdict::ChangeReason;
use crate::domain::write_back::{DesiredState, MailboxCaps, WriteBackPlan, WriteBackPolicy};

/// Writes changes for the sources that are mailboxes.
pub(super) struct JournalWriter<'tx> {
    pub(super) tx: &'tx Connection,
    pub(super) sources: HashMap<i64, WriteBackPolicy>,
    batch: Option<BatchId>,
    now: i64,
}

/// A copy that is to be changed.
#[derive(Clone)]
struct KnownCopy {
    source: i64,
    folder: i64,
    name: String,
    /// The folder from which a hard hold has moved it, else the folder in which it lies.
    came_through: String,
    /// Whether it lies in the folder of a hard hold: ours, or that of another machine.
    is_held: bool,
    key: String,
    /// The flags that it had when its batch was begun.
    known: Flags,
    /// Whether its flags are still the same, as far as is known.
    certain: bool,
    /// Whether it is there, as far as is known. A copy in a folder that is not read does not count, since it may have
    /// left the folder unnoticed.
    is_there: bool,
}

impl<'tx> JournalWriter<'tx> {
    pub(super) fn new(
        tx: &'tx Connection,
        plan: &WriteBackPlan,
        batch: Option<BatchId>,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let mut sources = HashMap::new();
        for (name, policy) in &plan.sources {
            let id = tx
                .prepare_cached("SELECT id FROM source WHERE name = ?1 AND place = ''")?
                .query_row([name], |row| row.get(0))
                .optional()?;
            sources.extend(id.map(|id: i64| (id, policy.clone())));
        }
        Ok(Self { tx, sources, batch, now: seconds(now) })
    }

    /// Writes down the changes of a message's copies that follow from a reason. `until` is when the window opens to
    /// which it is deferred. The flags that the copies had when the batch was begun count.
    pub(super) fn change(
        &self,
        message: Id,
        reason: ChangeReason,
        until: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        if self.sources.is_empty() {
            return Ok(());
        }
        for place in self.places(message, reason)? {
            let Some(policy) = self.sources.get(&place.source) else { continue };
            self.change_one(message, &place, (reason, until), policy.caps(&place.came_through))?;
        }
        Ok(())
    }

    /// What a change for this reason, which is no deferral, would make of a message's copies, with the number of the source
    /// of each. Nothing is written.
    pub(super) fn foresee(&self, message: Id, reason: ChangeReason) -> Result<Vec<(i64, DesiredState)>, StoreError> {
        let mut foreseen = Vec::new();
        for place in self.places(message, reason)? {
            let Some(policy) = self.sources.get(&place.source) else { continue };
            let caps = policy.caps(&place.came_through);
            let desired = DesiredState::of(reason, None, caps, None, instant(self.now));
            foreseen.extend(desired.map(|desired| (place.source, desired)));
        }
        Ok(foreseen)
    }

    /// The copies that are to be changed. For each source these are the copies in the folder through which the
    /// message came: copies in other folders were filed there, or are other labels of the same message, and stay.
    /// Where none of them is there any more, it is a copy in another folder, or else one that is gone; what became of
    /// that is found out when the change is made. Copies among the sent mail, in the drafts, junk or trash are never
    /// changed.
    fn places(&self, message: Id, reason: ChangeReason) -> Result<Vec<KnownCopy>, StoreError> {
        let mut statement = self.tx.prepare_cached(&format!(
            "SELECT f.source, f.id, f.name, c.key, coalesce(c.at_begin, c.flags, ''), c.at_begin IS NULL,
                    c.gone IS NULL AND (f.incoming OR {IS_HELD}),
                    CASE WHEN {IS_HELD} THEN (SELECT o.name FROM kept_back AS k JOIN folder AS o ON o.id = k.folder
                                              WHERE k.message = ?1 AND k.source = f.source) END,
                    {IS_HELD}
             FROM copy AS c JOIN folder AS f ON f.id = c.folder WHERE c.message = ?1 AND NOT f.sent
             ORDER BY f.source, CASE WHEN {IS_HELD} AND EXISTS (SELECT 1 FROM kept_back AS k WHERE k.message = ?1 AND k.source = f.source)
                           THEN 0 WHEN f.name IN ('', 'INBOX') THEN 1 ELSE 2 END, f.id, c.key"
        ))?;
        let rows = statement.query_map([message.0], |row| {
            let name: String = row.get(2)?;
            Ok(KnownCopy {
                source: row.get(0)?,
                folder: row.get(1)?,
                came_through: row.get::<_, Option<String>>(7)?.unwrap_or_else(|| name.clone()),
                name,
                key: row.get(3)?,
                known: Flags::read(row.get_ref(4)?.as_str()?),
                certain: row.get(5)?,
                is_there: row.get(6)?,
                is_held: row.get(8)?,
            })
        })?;
        let mut all: Vec<KnownCopy> = rows.collect::<Result<_, _>>()?;
        all.retain(|place| !is_aside(&place.name));
        let mut chosen = Vec::new();
        for copies in all.chunk_by(|one, next| one.source == next.source) {
            chosen.extend(of_source(copies, reason));
        }
        Ok(chosen)
    }

    fn change_one(
        &self,
        message: Id,
        place: &KnownCopy,
        (reason, until): (ChangeReason, Option<DateTime<Utc>>),
        caps: MailboxCaps,
    ) -> Result<(), StoreError> {
        let untried = self.replace_untried(place.folder, &place.key)?;
        let known = untried.as_deref().map_or_else(|| place.known.clone(), Flags::read);
        let tried = self
            .tx
            .prepare_cached("SELECT 1 FROM journal WHERE folder = ?1 AND key = ?2 AND closed IS NULL")?
            .exists((place.folder, &place.key))?;
        // Known flags can make a change needless only if they are certain: not after a change whose result is not
        // known, and not if somebody has changed them since the batch was begun.
        let Some(desired) =
            DesiredState::of(reason, until, caps, (place.certain && !tried).then_some(&known), instant(self.now))
        else {
            return Ok(());
        };
        self.entry((message, place.source), (place.folder, &place.key), (reason, &desired), &known)
    }

    /// Writes down that a message's copies get the mark of a reason, where they do not have it. They stay as they are otherwise.
    pub(super) fn mark(&self, message: Id, reason: ChangeReason) -> Result<(), StoreError> {
        let Some(mark) = reason.mark().filter(|_| !self.sources.is_empty()) else { return Ok(()) };
        for place in self.places(message, reason)? {
            if !self.sources.contains_key(&place.source) || mark.is_on(&place.known) {
                continue;
            }
            let keywords = place.known.keywords.clone();
            let desired = DesiredState { target: Target::Stay, seen: SeenChange::Keep, keywords };
            self.entry((message, place.source), (place.folder, &place.key), (reason, &desired), &place.known)?;
        }
        Ok(())
    }

    /// Replaces an earlier change of a copy that was not tried yet; that it was answered or forwarded stays true. Nothing of it was done, so the flags that it expected,
    /// which are returned, are expected still.
    pub(super) fn replace_untried(&self, folder: i64, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self
            .tx
            .prepare_cached(
                "UPDATE journal SET state = 'replaced', closed = ?3
                 WHERE folder = ?1 AND key = ?2 AND closed IS NULL AND state IN ('open', 'refused')
                   AND cause NOT IN ('answered', 'forwarded') RETURNING expected",
            )?
            .query_row((folder, key, self.now), |row| row.get(0))
            .optional()?)
    }

    /// Writes down the change of a copy.
    pub(super) fn entry(
        &self,
        (message, source): (Id, i64),
        (folder, key): (i64, &str),
        (reason, desired): (ChangeReason, &DesiredState),
        expected: &Flags,
    ) -> Result<(), StoreError> {
        let (batch, now) = (self.batch, self.now);
        JournalEntry { batch, message, source, folder, key, reason, desired, expected, now }.write(self.tx)
    }
}

/// Chooses the copies of one source that are changed. The first copy is in the folder through which the message came.
/// A copy that a hard hold has put aside, or brought back, counts as being in that folder.
fn of_source(copies: &[KnownCopy], reason: ChangeReason) -> Vec<KnownCopy> {
    let Some(first) = copies.first() else { return Vec::new() };
    let there =
        |folder: i64| copies.iter().filter(move |place| place.folder == folder && place.is_there).cloned().collect();
    let mut live = copies.iter().filter(|place| place.is_there);
    let through = |place: &&KnownCopy| place.is_held || place.came_through == first.came_through;
    match (live.clone().find(through), live.next()) {
        (Some(here), _) => there(here.folder),
        // Somebody has moved it out of that folder meanwhile. Where else it is filed, it stays.
        (None, Some(_)) if matches!(reason, ChangeReason::Done | ChangeReason::Mute) => Vec::new(),
        (None, Some(other)) => there(other.folder),
        (None, None) => vec![first.clone()],
    }
}

/// A change of one copy, as a row of the journal.
pub(super) struct JournalEntry<'e> {
    pub batch: Option<BatchId>,
    pub message: Id,
    pub source: i64,
    pub folder: i64,
    pub key: &'e str,
    pub reason: ChangeReason,
    pub desired: &'e DesiredState,
    pub expected: &'e Flags,
    /// In Unix seconds.
    pub now: i64,
}

impl JournalEntry<'_> {
    pub(super) fn write(&self, tx: &Connection) -> Result<(), StoreError> {
        let keywords = Flags { keywords: self.desired.keywords.clone(), ..Flags::default() };
        tx.prepare_cached(
            "INSERT INTO journal (batch, message, source, folder, key, cause, target, target_folder, seen, answered,
                                  keywords, expected, next_try, written, unseen)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?14, ?10, ?11, ?12, ?12, ?13)",
        )?
        .execute(rusqlite::params![
            self.batch.map(|batch| batch.0),
            self.message.0,
            self.source,
            self.folder,
            self.key,
            self.reason,
            self.desired.target.kind(),
            self.desired.target.folder(),
            self.desired.seen == SeenChange::Set,
            keywords.to_string(),
            self.expected.to_string(),
            self.now,
            self.desired.seen == SeenChange::Clear,
            self.reason == ChangeReason::Answered
        ])?;
        Ok(())
    }
}
