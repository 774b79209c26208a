//! The journal: what is still to be done outside, what came of each try, and what could not be done.
//!
//! A change is marked as tried, durably, before anything of it is sent; it is closed by proof alone. So whatever happens
//! in between, it is known which changes may have been made, and each of them is looked for before it is made again.

use chrono::{DateTime, Utc};
use rusqlite::{Row, Transaction};

use super::failure::StoreError;
use super::held::IS_HELD;
use super::instant::{instant, seconds};
use super::{Durability, Store, journal_writer};
use crate::domain::deferral;
use crate::domain::door::Outside;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::flags::Flags;
use crate::domain::ids::{ChangeId, Id, SourceId};
use crate::domain::outside::Change;
use crate::domain::retry::pause;

/// A next try that is further away was noted by a clock that was wrong, in seconds.
const TOO_FAR: i64 = 2 * 24 * 60 * 60;

/// One change with what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRow {
    pub number: ChangeId,
    pub message: Id,
    /// The sender's name or address, and the subject, where rule 1 lets them be shown.
    pub shown: Option<(String, String)>,
    pub source: String,
    pub folder: String,
    /// Why it is to be made: `done`, `trash`, `defer` …
    pub cause: String,
    /// What became of it so far: `open`, `tried`, `refused`, `made`, `overtaken`, `not kept`, `replaced`.
    pub state: String,
    pub tries: u32,
    pub next_try: DateTime<Utc>,
    /// What came of the last try, in words.
    pub why: String,
    pub written: DateTime<Utc>,
    pub closed: Option<DateTime<Utc>>,
}

/// Which changes are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Those that are still to be made, and those in which somebody else was first since this instant.
    Since(DateTime<Utc>),
    /// At most so many of all that there ever were, the latest.
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
            let mut due = tx.prepare_cached(&format!(
                "SELECT j.number, f.name, j.key, m.message_id, i.sha256, m.size, j.expected, j.target, j.target_folder, j.seen,
                        j.answered, j.keywords, j.tries, {IS_HELD}
                 FROM journal AS j JOIN folder AS f ON f.id = j.folder JOIN message AS m ON m.id = j.message
                 JOIN identity AS i ON i.message = m.id
                 WHERE j.closed IS NULL AND j.source = ?1 AND (j.next_try <= ?2 OR j.next_try > ?2 + ?4)
                   AND NOT EXISTS (SELECT 1 FROM journal AS e WHERE e.closed IS NULL AND e.folder = j.folder
                                   AND e.key = j.key AND e.number < j.number)
                 ORDER BY j.number LIMIT ?3"
            ))?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let rows = due.query_map((source.0, seconds(now), most, TOO_FAR), |row| Ok((change(row, now)?, row.get(12)?)))?;
            let rows: Vec<(Change, u32)> = rows.collect::<Result<_, _>>()?;
            let mut mark = tx.prepare_cached(
                "UPDATE journal SET state = 'tried', tries = tries + 1, next_try = ?2 WHERE number = ?1",
            )?;
            let mut changes = Vec::with_capacity(rows.len());
            for (change, tries) in rows {
                let next = now + pause(tries.saturating_add(1), change.number.0);
                mark.execute((change.number.0, seconds(next)))?;
                changes.push(change);
            }
            Ok(changes)
        })
    }

    /// Lets changes that were marked as tried be due at once: nobody got to them.
    pub fn put_back(&mut self, numbers: &[ChangeId], now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("putting changes back", |tx| {
            let mut back =
                tx.prepare_cached("UPDATE journal SET next_try = ?2 WHERE number = ?1 AND state = 'tried'")?;
            for number in numbers {
                back.execute((number.0, seconds(now)))?;
            }
            Ok(())
        })
    }

    /// Lets everything that waits for another try, or for a person, be due at once; tells how many that are.
    pub fn retry_changes(&mut self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        self.write("asking for another try", |tx| {
            Ok(tx.execute("UPDATE journal SET next_try = ?1 WHERE closed IS NULL AND tries > 0", [seconds(now)])?)
        })
    }

    /// The sources in which changes are to be made now, by their names.
    pub fn sources_due(&self, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        self.read("asking where changes are due", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT name FROM source AS s WHERE EXISTS (
                     SELECT 1 FROM journal WHERE closed IS NULL AND source = s.id
                     AND (next_try <= ?1 OR next_try > ?1 + ?2))",
            )?;
            let names = statement.query_map((seconds(now), TOO_FAR), |row| row.get(0))?;
            Ok(names.collect::<Result<_, _>>()?)
        })
    }

    /// When the next change is due of those that wait for another try.
    pub fn next_change(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read("asking when a change is due", |connection| {
            let next: Option<i64> = connection
                .prepare_cached(
                    "SELECT min(next_try) FROM journal WHERE closed IS NULL AND next_try > ?1 AND next_try <= ?1 + ?2",
                )?
                .query_row((seconds(now), TOO_FAR), |row| row.get(0))?;
            Ok(next.map(instant))
        })
    }

    /// How the changes stand; of those in which somebody else was first, the ones since the last commit.
    pub fn outside(&self) -> Result<Outside, StoreError> {
        self.read("counting changes", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT (SELECT count(*) FROM journal WHERE closed IS NULL AND state <> 'refused'),
                        (SELECT count(*) FROM journal WHERE closed IS NULL AND state = 'refused'),
                        (SELECT count(*) FROM journal WHERE state = 'overtaken'
                         AND closed >= coalesce((SELECT max(committed) FROM batch WHERE kind = 'window'), 0)),
                        (SELECT count(*) FROM away WHERE back IS NOT NULL AND asked)",
            )?;
            Ok(statement.query_row([], |row| {
                Ok(Outside {
                    waiting: row.get(0)?,
                    refused: row.get(1)?,
                    overtaken: row.get(2)?,
                    returned: row.get(3)?,
                })
            })?)
        })
    }

    /// How many changes are still to be made.
    pub fn changes_left(&self) -> Result<u32, StoreError> {
        self.read("counting changes", |connection| {
            Ok(connection
                .prepare_cached("SELECT count(*) FROM journal WHERE closed IS NULL")?
                .query_row([], |row| row.get(0))?)
        })
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
                "SELECT j.number, j.message, v.from_name, v.from_address, v.subject, s.name, f.name, j.cause, j.state, j.tries,
                        j.next_try, j.why, j.written, j.closed
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

    /// A write that survives a loss of power, whatever this connection is for otherwise.
    fn write_for_good<T>(
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
    Ok(Change {
        number: ChangeId(row.get(0)?),
        folder: row.get(1)?,
        key: row.get(2)?,
        message_id: row.get(3)?,
        fingerprint: Fingerprint(row.get(4)?),
        size: row.get::<_, i64>(5)?.unsigned_abs(),
        expected: Flags::read(row.get_ref(6)?.as_str()?),
        target: journal_writer::target(row.get_ref(7)?.as_str()?, row.get(8)?),
        seen: row.get(9)?,
        answered: row.get(10)?,
        keywords: deferral::renewed(Flags::read(row.get_ref(11)?.as_str()?).keywords, now),
        tried: row.get::<_, u32>(12)? > 0,
        aside: row.get(13)?,
    })
}

fn listed_row(row: &Row<'_>) -> rusqlite::Result<JournalRow> {
    let (name, address): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
    let from = name.filter(|name| !name.is_empty()).or(address);
    Ok(JournalRow {
        number: ChangeId(row.get(0)?),
        message: Id(row.get(1)?),
        shown: from.zip(row.get(4)?),
        source: row.get(5)?,
        folder: row.get(6)?,
        cause: row.get(7)?,
        state: row.get(8)?,
        tries: row.get(9)?,
        next_try: instant(row.get(10)?),
        why: row.get(11)?,
        written: instant(row.get(12)?),
        closed: row.get::<_, Option<i64>>(13)?.map(instant),
    })
}
