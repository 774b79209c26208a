//! Reopening: what was finished with leads the next batch of its lane, and its copies go back to the folder that they came
//! through. They go there by rows of the journal like any other change, so they are known as ours when they arrive.
//!
//! A copy comes back unread, unless it was read already before a commit marked it so: unread is how every other program,
//! and another machine with tidebox, sees that a message is to be decided about again.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};

use super::failure::StoreError;
use super::held::IS_HELD;
use super::instant::seconds;
use super::journal_writer::JournalWriter;
use super::text::word;
use super::{Store, sent, thread};
use crate::domain::flags::Flags;
use crate::domain::folder::{SpecialUse, is_aside, purpose};
use crate::domain::ids::{BatchId, Id};
use crate::domain::keyword::Keyword;
use crate::domain::mailbox_change::{SeenChange, Target};
use crate::domain::message::Stage;
use crate::domain::reopening::{CopiesBack, Reopened, Reopening};
use crate::domain::verdict::ChangeReason;
use crate::domain::write_back::{DesiredState, WriteBackPlan};

impl Store {
    /// Reopens messages: what was finished with or deferred leads the next batch of its lane. What is in the open batch is
    /// told as `Batched` and stays as it is. All of it or nothing.
    ///
    /// # Errors
    /// `Held`, `Unknown` or `Sent` where one of them cannot be reopened, or where the store cannot be written.
    pub fn reopen(&mut self, ids: &[Id], plan: &WriteBackPlan, now: DateTime<Utc>) -> Result<Reopened, StoreError> {
        self.write("reopening messages", |tx| {
            let outside = JournalWriter::new(tx, plan, None, now)?;
            let mut named = HashSet::new();
            let mut muted = HashSet::new();
            let mut reopened = Reopened::default();
            for id in ids.iter().filter(|id| named.insert(**id)) {
                let (stage, thread) = stage_of(tx, *id)?;
                let what = reopen_one(tx, &outside, *id, stage, now)?;
                if matches!(what, Reopening::Leads(_)) && thread::is_muted(tx, thread)? {
                    muted.insert(thread);
                }
                reopened.each.push((*id, what));
            }
            reopened.muted_threads = u32::try_from(muted.len()).unwrap_or(u32::MAX);
            Ok(reopened)
        })
    }

    /// The messages of a committed batch that are finished with still, in its order. What was deferred or carried over
    /// comes back by itself.
    ///
    /// # Errors
    /// `NoBatch` where it is not committed, or where the store cannot be read.
    pub fn finished_in(&self, batch: BatchId) -> Result<Vec<Id>, StoreError> {
        self.read("asking what a batch has finished", |connection| {
            let committed = connection
                .prepare_cached("SELECT 1 FROM batch WHERE id = ?1 AND committed IS NOT NULL")?
                .exists([batch.0])?;
            if !committed {
                return Err(StoreError::NoBatch(batch));
            }
            let mut statement = connection.prepare_cached(
                "SELECT m.id, m.stage FROM batch_item AS i CROSS JOIN message AS m
                 WHERE i.batch = ?1 AND m.id = i.message ORDER BY i.position",
            )?;
            let rows = statement.query_map([batch.0], |row| {
                let id = Id(row.get(0)?);
                Ok((id, word::<Stage>(row, 1, "message", id)?))
            })?;
            let rows: Vec<(Id, Stage)> = rows.collect::<Result<_, _>>()?;
            Ok(rows.into_iter().filter(|(_, stage)| stage.is_over()).map(|(id, _)| id).collect())
        })
    }
}

pub(super) fn stage_of(tx: &Transaction<'_>, id: Id) -> Result<(Stage, i64), StoreError> {
    tx.prepare_cached("SELECT stage, thread FROM message WHERE id = ?1")?
        .query_row([id.0], |row| Ok((word(row, 0, "message", id)?, row.get(1)?)))
        .optional()?
        .ok_or(StoreError::Unknown(id))
}

pub(super) fn reopen_one(
    tx: &Transaction<'_>,
    outside: &JournalWriter<'_>,
    id: Id,
    stage: Stage,
    now: DateTime<Utc>,
) -> Result<Reopening, StoreError> {
    let mark = |set: &str| -> Result<(), StoreError> {
        tx.prepare_cached(&format!("UPDATE message SET {set}reopened = ?2 WHERE id = ?1"))?
            .execute((id.0, seconds(now)))?;
        Ok(())
    };
    Ok(match stage {
        Stage::Held => return Err(StoreError::Held(id)),
        Stage::History if sent::lies_only_there(tx, id)? => return Err(StoreError::Sent(id)),
        Stage::Batched => Reopening::Batched,
        Stage::LetThrough => Reopening::LetThrough,
        Stage::CarriedOver => {
            mark("")?;
            Reopening::CarriedOver
        }
        Stage::Deferred => {
            mark("")?;
            let woken =
                tx.prepare_cached("UPDATE deferred SET woken = 1 WHERE message = ?1 AND NOT woken")?.execute([id.0])?;
            if woken > 0 {
                outside.change(id, ChangeReason::Wake, None)?;
            }
            Reopening::Awake
        }
        Stage::Done | Stage::Trash | Stage::Spam | Stage::Muted | Stage::History | Stage::Filed | Stage::Gone => {
            // How often it was carried over before is the past of a decision that is taken back.
            mark("stage = 'carried over', carried = 0, ")?;
            Reopening::Leads(outside.bring_back(id, stage)?)
        }
    })
}

/// A copy that may go back.
struct FiledCopy {
    source: i64,
    folder: i64,
    name: String,
    key: String,
    flags: Flags,
    is_there: bool,
    /// Whether it lies in a folder for incoming mail.
    is_incoming: bool,
    /// Whether it waits in the folder of a hard hold, which gives it back.
    is_held: bool,
}

impl JournalWriter<'_> {
    /// Writes down that the copies of a message go back to where they came from.
    fn bring_back(&self, id: Id, stage: Stage) -> Result<CopiesBack, StoreError> {
        let copies = self.filed_copies(id)?;
        let mut written = false;
        for of_source in copies.chunk_by(|one, next| one.source == next.source) {
            let from = match of_source.first() {
                Some(copy) => self.came_from(id, copy.source)?,
                None => None,
            };
            for copy in chosen(of_source, stage, from.as_deref()) {
                written |= self.bring_back_one(id, copy)?;
            }
        }
        let own: i64 =
            self.tx.prepare_cached("SELECT source FROM message WHERE id = ?1")?.query_row([id.0], |row| row.get(0))?;
        Ok(match written {
            true => CopiesBack::OnTheWay,
            false if copies.is_empty() && self.sources.contains_key(&own) => CopiesBack::Gone,
            false => CopiesBack::Unchanged,
        })
    }

    /// The copies of a message in the mailboxes that are written to, without what was sent or is a draft.
    fn filed_copies(&self, id: Id) -> Result<Vec<FiledCopy>, StoreError> {
        let mut statement = self.tx.prepare_cached(&format!(
            "SELECT f.source, f.id, f.name, c.key, coalesce(c.flags, ''), c.gone IS NULL, f.incoming, {IS_HELD}
             FROM copy AS c JOIN folder AS f ON f.id = c.folder WHERE c.message = ?1 AND NOT f.sent
             ORDER BY f.source, f.id, c.key"
        ))?;
        let rows = statement.query_map([id.0], |row| {
            Ok(FiledCopy {
                source: row.get(0)?,
                folder: row.get(1)?,
                name: row.get(2)?,
                key: row.get(3)?,
                flags: Flags::read(row.get_ref(4)?.as_str()?),
                is_there: row.get(5)?,
                is_incoming: row.get(6)?,
                is_held: row.get(7)?,
            })
        })?;
        let mut all: Vec<FiledCopy> = rows.collect::<Result<_, _>>()?;
        let own = |copy: &FiledCopy| matches!(purpose(&copy.name), Some(SpecialUse::Sent | SpecialUse::Drafts));
        all.retain(|copy| self.sources.contains_key(&copy.source) && !own(copy));
        Ok(all)
    }

    /// Writes down the way back of one copy; returns whether anything has to be changed.
    fn bring_back_one(&self, id: Id, copy: &FiledCopy) -> Result<bool, StoreError> {
        let untried = self.replace_untried(copy.folder, &copy.key)?;
        let known = untried.map_or_else(|| copy.flags.clone(), |expected| Flags::read(&expected));
        // A change that was tried may have been made: then the copy is where that has brought it.
        let tried: Option<String> = self
            .tx
            .prepare_cached(
                "SELECT expected FROM journal WHERE folder = ?1 AND key = ?2 AND closed IS NULL
                   AND cause NOT IN ('answered', 'forwarded')",
            )?
            .query_row((copy.folder, &copy.key), |row| row.get(0))
            .optional()?;
        let (target, clears) = match &tried {
            Some(expected) if copy.is_back() => (Target::Folder(copy.name.clone()), !Flags::read(expected).seen),
            Some(expected) => (Target::Folder(self.came_through(id, copy.source)?), !Flags::read(expected).seen),
            None if copy.is_back() && copy.is_there => (Target::Stay, self.was_unread(id, copy, false)?),
            None => (Target::Folder(self.came_through(id, copy.source)?), self.was_unread(id, copy, true)?),
        };
        let seen = if clears && (known.seen || tried.is_some()) { SeenChange::Clear } else { SeenChange::Keep };
        let desired = DesiredState { target, seen, keywords: std::collections::BTreeSet::new() };
        if tried.is_none() && desired.is_met_by(&known) {
            return Ok(false);
        }
        self.entry((id, copy.source), (copy.folder, &copy.key), (ChangeReason::Reopen, &desired), &known)?;
        Ok(true)
    }

    /// The folder that a message came through in a source; where nothing is known of that, the inbox.
    fn came_through(&self, id: Id, source: i64) -> Result<String, StoreError> {
        if let Some(known) = self.came_from(id, source)? {
            return Ok(known);
        }
        Ok(self
            .tx
            .prepare_cached("SELECT CASE kind WHEN 'maildir' THEN '' ELSE 'INBOX' END FROM source WHERE id = ?1")?
            .query_row([source], |row| row.get(0))?)
    }

    /// The folder from which a hard hold or a decision has moved a message in a source.
    fn came_from(&self, id: Id, source: i64) -> Result<Option<String>, StoreError> {
        Ok(self
            .tx
            .prepare_cached(
                "SELECT name FROM (
                     SELECT f.name, 0 AS turn, 0 AS number FROM kept_back AS k JOIN folder AS f ON f.id = k.folder
                     WHERE k.message = ?1 AND k.source = ?2 AND f.incoming
                     UNION ALL
                     SELECT f.name, 1, -j.number FROM journal AS j JOIN folder AS f ON f.id = j.folder
                     WHERE j.message = ?1 AND j.source = ?2 AND j.state IN ('made', 'not kept') AND j.target <> 'stay'
                       AND j.cause NOT IN ('hold', 'release', 'reopen') AND f.incoming)
                 ORDER BY turn, number LIMIT 1",
            )?
            .query_row((id.0, source), |row| row.get(0))
            .optional()?)
    }

    /// Whether a copy that is marked read was unread before a commit marked it. Where it stays, only a commit that marked this
    /// very copy counts. Where no commit of this store did, it was, if it is moved back or has a keyword of ours.
    fn was_unread(&self, id: Id, copy: &FiledCopy, moves: bool) -> Result<bool, StoreError> {
        let before: Option<String> = self
            .tx
            .prepare_cached(
                "SELECT expected FROM journal WHERE message = ?1 AND source = ?2 AND state IN ('made', 'not kept') AND seen
                   AND (?3 OR (folder = ?4 AND key = ?5))
                 ORDER BY number DESC LIMIT 1",
            )?
            .query_row((id.0, copy.source, moves, copy.folder, &copy.key), |row| row.get(0))
            .optional()?;
        let ours = [Keyword::Done, Keyword::Muted].iter().any(|keyword| copy.flags.keywords.contains(keyword));
        Ok(before.map_or(moves || ours, |expected| !Flags::read(&expected).seen))
    }

    /// Takes the keyword of a muted thread off the copies of a message, or, where its mute is not written into the mailbox
    /// yet, files it as done instead.
    pub(super) fn unmute(&self, id: Id) -> Result<(), StoreError> {
        let waits = self
            .tx
            .prepare_cached("SELECT 1 FROM journal WHERE message = ?1 AND closed IS NULL AND cause = 'mute'")?
            .exists([id.0])?;
        if waits {
            return self.change(id, ChangeReason::Done, None);
        }
        for copy in self.filed_copies(id)?.iter().filter(|copy| copy.flags.keywords.contains(&Keyword::Muted)) {
            let mut keywords = copy.flags.keywords.clone();
            keywords.remove(&Keyword::Muted);
            let desired = DesiredState { target: Target::Stay, seen: SeenChange::Keep, keywords };
            self.entry((id, copy.source), (copy.folder, &copy.key), (ChangeReason::Unmute, &desired), &copy.flags)?;
        }
        Ok(())
    }
}

impl FiledCopy {
    /// Whether it is where a reopened message has to be, or comes there by itself.
    fn is_back(&self) -> bool {
        self.is_incoming || self.is_held
    }
}

/// The copies of one source that are brought back: those that lie in folders for incoming mail already, of which only the marks
/// are changed, and those of one other folder, the one that the message's stage speaks for. These stay where a copy is back, unless
/// it was moved `from` a folder in which none lies now: else they are labels of the same message, or were filed by somebody. What
/// was seen to leave its folder is looked for last.
fn chosen<'c>(copies: &'c [FiledCopy], stage: Stage, from: Option<&str>) -> Vec<&'c FiledCopy> {
    let (mut back, rest): (Vec<&FiledCopy>, Vec<&FiledCopy>) =
        copies.iter().partition(|copy| copy.is_there && copy.is_back());
    let moved_away = from.is_some_and(|from| back.iter().all(|copy| copy.name != from && !copy.is_held));
    if back.is_empty() || moved_away {
        back.extend(filed(&rest, stage));
    }
    back
}

/// The copies of the folder in which a message of this stage was filed.
fn filed<'c>(copies: &[&'c FiledCopy], stage: Stage) -> Vec<&'c FiledCopy> {
    let thrown_away = matches!(stage, Stage::Trash | Stage::Spam);
    let fit = |copy: &&&FiledCopy| (!copy.is_there, is_aside(&copy.name) != thrown_away, copy.folder);
    let Some(first) = copies.iter().min_by_key(fit) else { return Vec::new() };
    copies.iter().copied().filter(|copy| copy.folder == first.folder && copy.is_there == first.is_there).collect()
}
