//! The journal: the changes that are still to be made in mailboxes, what came of each try, and what could not be
//! done.
//!
//! A change is marked as tried, durably, before anything of it is sent, and it is closed only by proof. So after a
//! crash in between it is known which changes may have been made, and each of them is looked for before it is made
//! again.

use chrono::{DateTime, Utc};
use rusqlite::{Row, Transaction};

use super::attempt::{CHANGES, COLUMNS, SENT_COPIES, is_due};
use super::failure::StoreError;
use super::held::IS_HELD;
use super::instant::{instant, seconds};
use super::text::word;
use super::{Durability, Store, attempt};
use crate::domain::attempt::Attempt;
use crate::domain::deferral;
use crate::domain::door::{RefusedChanges, WriteBackState};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::flags::Flags;
use crate::domain::ids::{ChangeId, Id, SourceId};
use crate::domain::mailbox_change::{Change, SeenChange, Target};
use crate::domain::verdict::ChangeReason;

/// One change, and what came of it so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRow {
    pub number: ChangeId,
    pub message: Id,
    /// The sender's name or address, and the subject, where rule 1 lets them be shown.
    pub shown: Option<(String, String)>,
    pub source: String,
    pub folder: String,
    pub reason: ChangeReason,
    pub attempt: Attempt,
    pub written: DateTime<Utc>,
}

/// Which changes are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Those that are still to be made, and those in which somebody else was first since this instant.
    Since(DateTime<Utc>),
    /// The latest of all changes that there ever were, at most so many.
    Latest(u32),
}

impl Store {
    /// The changes of a source that are to be made now, at most `most` of them, in the order in which they were decided.
    /// They are marked as tried, so that this survives even a loss of power, before they are handed out. Of changes of one
    /// copy each waits for the one before it.
    pub fn due_changes(
        &mut self,
        source: SourceId,
        now: DateTime<Utc>,
        most: usize,
    ) -> Result<Vec<Change>, StoreError> {
        self.write_for_good("marking changes as tried", |tx| {
            let due = is_due("?2");
            let mut due = tx.prepare_cached(&format!(
                "SELECT j.number, f.name, j.key, m.message_id, i.sha256, m.size, j.expected, j.target, j.target_folder, j.seen,
                        j.keywords, j.tries, {IS_HELD}, j.unseen, j.cause
                 FROM journal AS j JOIN folder AS f ON f.id = j.folder JOIN message AS m ON m.id = j.message
                 JOIN identity AS i ON i.message = m.id
                 WHERE {due} AND j.source = ?1
                   AND NOT EXISTS (SELECT 1 FROM journal AS e WHERE e.closed IS NULL AND e.folder = j.folder
                                   AND e.key = j.key AND e.number < j.number)
                 ORDER BY j.number LIMIT ?3"
            ))?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let rows = due.query_map((source.0, seconds(now), most), |row| Ok((change(row, now)?, row.get(11)?)))?;
            let rows: Vec<(Change, u32)> = rows.collect::<Result<_, _>>()?;
            let mut changes = Vec::with_capacity(rows.len());
            for (change, tries) in rows {
                CHANGES.begin(tx, change.number.0, tries, now)?;
                changes.push(change);
            }
            Ok(changes)
        })
    }

    /// Makes changes due at once that were marked as tried and were not sent after all.
    pub fn put_back(&mut self, numbers: &[ChangeId], now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("putting changes back", |tx| {
            for number in numbers {
                CHANGES.put_back(tx, number.0, now)?;
            }
            Ok(())
        })
    }

    /// Makes every change due at once that waits for another try or for a person; returns how many that are.
    pub fn retry_changes(&mut self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        self.write("asking for another try", |tx| Ok(CHANGES.retry_all(tx, now)? + SENT_COPIES.retry_all(tx, now)?))
    }

    /// The sources in which changes are to be made now, or copies of what was sent are to be kept, by their names.
    pub fn sources_due(&self, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        self.read("asking where changes are due", |connection| {
            let due = is_due("?1");
            let mut statement = connection.prepare_cached(&format!(
                "SELECT name FROM source AS s WHERE EXISTS (SELECT 1 FROM journal WHERE {due} AND source = s.id)
                    OR EXISTS (SELECT 1 FROM sent_copy WHERE {due} AND source = s.id)"
            ))?;
            let names = statement.query_map([seconds(now)], |row| row.get(0))?;
            Ok(names.collect::<Result<_, _>>()?)
        })
    }

    /// When the next change, or the next copy of what was sent, is due of those that wait for another try.
    pub fn next_change(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read("asking when a change is due", |connection| {
            let both = [CHANGES.next(connection, now)?, SENT_COPIES.next(connection, now)?];
            Ok(both.into_iter().flatten().min())
        })
    }

    /// How many changes are in which state. Those in which somebody else was first count since the last commit.
    pub fn write_back_state(&self) -> Result<WriteBackState, StoreError> {
        self.read("counting changes", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT (SELECT count(*) FROM journal WHERE closed IS NULL AND state <> 'refused'),
                        (SELECT count(*) FROM journal WHERE closed IS NULL AND state = 'refused'),
                        (SELECT count(*) FROM journal WHERE state = 'overtaken'
                         AND closed >= coalesce((SELECT max(committed) FROM batch WHERE kind = 'window'), 0)),
                        (SELECT count(*) FROM away WHERE back IS NOT NULL AND asked)",
            )?;
            Ok(statement.query_row([], |row| {
                Ok(WriteBackState {
                    waiting: row.get(0)?,
                    refused: row.get(1)?,
                    overtaken: row.get(2)?,
                    returned: row.get(3)?,
                })
            })?)
        })
    }

    /// The changes that wait for a person, those of a source that have one reason together; the most messages first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn refused_changes(&self) -> Result<Vec<RefusedChanges>, StoreError> {
        self.read("asking which changes wait for a person", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT s.name, count(DISTINCT j.message) AS messages, j.target <> 'stay' AS moves, j.why
                 FROM journal AS j JOIN source AS s ON s.id = j.source
                 WHERE j.closed IS NULL AND j.state = 'refused'
                 GROUP BY s.id, moves, j.why ORDER BY messages DESC, s.name",
            )?;
            let rows = statement.query_map([], |row| {
                Ok(RefusedChanges { source: row.get(0)?, messages: row.get(1)?, moves: row.get(2)?, why: row.get(3)? })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// How many changes are still to be made.
    pub fn changes_left(&self) -> Result<u32, StoreError> {
        self.read("counting changes", |connection| CHANGES.left(connection))
    }

    /// The journal, in the order in which it was written.
    pub fn journal(&self, listed: Listed) -> Result<Vec<JournalRow>, StoreError> {
        let (since, most) = match listed {
            Listed::Since(since) => (seconds(since), i64::MAX),
            Listed::Latest(most) => (i64::MIN, i64::from(most)),
        };
        self.read("reading the journal", |connection| {
            let which = match listed {
                Listed::Since(_) => "j.closed IS NULL OR (j.closed >= ?1 AND j.state = 'overtaken')",
                Listed::Latest(_) => "?1 IS NOT NULL",
            };
            let mut statement = connection.prepare_cached(&format!(
                "SELECT j.number, j.message, v.from_name, v.from_address, v.subject, s.name, f.name, j.cause, j.written, {COLUMNS}
                 FROM journal AS j JOIN source AS s ON s.id = j.source JOIN folder AS f ON f.id = j.folder
                 LEFT JOIN visible AS v ON v.id = j.message
                 WHERE {which} ORDER BY j.number DESC LIMIT ?2"
            ))?;
            let rows = statement.query_map((since, most), listed_row)?;
            let mut rows: Vec<JournalRow> = rows.collect::<Result<_, _>>()?;
            rows.reverse();
            Ok(rows)
        })
    }

    /// A write that survives a power loss, whatever the durability of this connection is.
    pub(super) fn write_for_good<T>(
        &mut self,
        doing: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let set = |store: &Self, how: &str| -> Result<(), StoreError> {
            if store.durability == Durability::Full {
                return Ok(());
            }
            let set = store.connection.execute_batch(&format!("PRAGMA synchronous = {how};"));
            set.map_err(|error| StoreError::from(error).during(doing, &store.path))
        };
        set(self, "FULL")?;
        let done = self.write(doing, work);
        set(self, "NORMAL")?;
        done
    }
}

fn change(row: &Row<'_>, now: DateTime<Utc>) -> rusqlite::Result<Change> {
    let number = ChangeId(row.get(0)?);
    Ok(Change {
        number,
        folder: row.get(1)?,
        key: row.get(2)?,
        message_id: row.get(3)?,
        fingerprint: Fingerprint(row.get(4)?),
        size: row.get::<_, i64>(5)?.unsigned_abs(),
        expected: Flags::read(row.get_ref(6)?.as_str()?),
        target: Target::of(word(row, 7, "journal", number)?, || row.get(8))?,
        seen: match (row.get(9)?, row.get(13)?) {
            (_, true) => SeenChange::Clear,
            (true, false) => SeenChange::Set,
            (false, false) => SeenChange::Keep,
        },
        mark: word::<ChangeReason>(row, 14, "journal", number)?.mark(),
        keywords: deferral::renewed(Flags::read(row.get_ref(10)?.as_str()?).keywords, now),
        tried: row.get::<_, u32>(11)? > 0,
        aside: row.get(12)?,
    })
}

fn listed_row(row: &Row<'_>) -> rusqlite::Result<JournalRow> {
    let (name, address): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
    let from = name.filter(|name| !name.is_empty()).or(address);
    let number = ChangeId(row.get(0)?);
    Ok(JournalRow {
        number,
        message: Id(row.get(1)?),
        shown: from.zip(row.get(4)?),
        source: row.get(5)?,
        folder: row.get(6)?,
        reason: word(row, 7, "journal", number)?,
        written: instant(row.get(8)?),
        attempt: attempt::row(CHANGES, row, 9, number.0)?,
    })
}
