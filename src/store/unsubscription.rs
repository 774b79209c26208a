//! Lists that are left: how, as it was told to the person, and what came of the request that a commit has asked for.
//!
//! A request is marked as tried, durably, before it is sent. One that is marked and has no answer may have reached the list; it
//! is never sent again but by the person.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction};

use super::attempt::{COLUMNS, UNSUBSCRIPTIONS, is_due};
use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::journal::Listed;
use super::{Store, act, attempt};
use crate::domain::attempt::{Attempt, AttemptState};
use crate::domain::ids::{BatchId, Id, OutgoingId};
use crate::domain::outbox::OutgoingState;
use crate::domain::positions::Positions;
use crate::domain::unsubscribe::ListKey;

/// How the list of a message can be left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsubscribeWay {
    pub message: Id,
    pub list: ListKey,
    pub url: String,
    /// The domain whose signature covers the address; `None` where nobody vouches for it.
    pub vouched: Option<String>,
}

/// A request that is to be made now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueUnsubscription {
    pub number: i64,
    pub message: Id,
    pub list: ListKey,
    pub url: String,
    pub tries: u32,
    pub written: DateTime<Utc>,
}

/// A request, and what came of it so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsubscriptionRow {
    pub number: i64,
    pub message: Id,
    /// The list and the address, where rule 1 lets the message be shown.
    pub shown: Option<(ListKey, String)>,
    pub attempt: Attempt,
    /// The status code of the answer.
    pub answer: Option<u16>,
    pub written: DateTime<Utc>,
}

impl Store {
    /// Writes down how the lists of these messages are left, before it is said that they are.
    ///
    /// # Errors
    /// `Committed`, `NoBatch`, or where the store cannot be written.
    pub fn note_unsubscribe_ways(&mut self, batch: BatchId, ways: &[UnsubscribeWay]) -> Result<(), StoreError> {
        self.write("writing down how a list is left", |tx| {
            act::uncommitted(tx, batch)?;
            let mut insert = tx.prepare_cached(
                "INSERT OR REPLACE INTO unsubscribe_way (batch, message, list, url, vouched) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            for way in ways {
                insert.execute((batch.0, way.message.0, &way.list.0, &way.url, &way.vouched))?;
            }
            Ok(())
        })
    }

    /// Which lists a commit of this batch would leave, of these messages, each once.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn lists_at(&self, batch: BatchId, at: &Positions) -> Result<Vec<ListKey>, StoreError> {
        self.read("asking which lists are left", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT DISTINCT w.list FROM batch_item AS i CROSS JOIN unsubscribe_way AS w
                 WHERE i.batch = ?1 AND i.position BETWEEN ?2 AND ?3 AND w.batch = i.batch AND w.message = i.message",
            )?;
            let mut lists = std::collections::BTreeSet::new();
            for run in at.runs() {
                for list in statement.query_map((batch.0, run.first, run.last), |row| row.get(0))? {
                    lists.insert(ListKey(list?));
                }
            }
            Ok(lists.into_iter().collect())
        })
    }

    /// The requests that are to be made now.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn due_unsubscriptions(&self, now: DateTime<Utc>) -> Result<Vec<DueUnsubscription>, StoreError> {
        self.read("asking which lists are to be left", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT number, list, url, tries, written, message FROM unsubscription WHERE {} AND state = 'open' ORDER BY number",
                is_due("?1")
            ))?;
            let rows = statement.query_map([seconds(now)], |row| {
                Ok(DueUnsubscription {
                    number: row.get(0)?,
                    message: Id(row.get(5)?),
                    list: ListKey(row.get(1)?),
                    url: row.get(2)?,
                    tries: row.get(3)?,
                    written: instant(row.get(4)?),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// When the next request is due, of those that wait for another try.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn next_unsubscription(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read("asking when a list is to be left", |connection| {
            let next: Option<i64> = connection
                .prepare_cached(
                    "SELECT min(next_try) FROM unsubscription WHERE closed IS NULL AND state = 'open' AND next_try > ?1",
                )?
                .query_row([seconds(now)], |row| row.get(0))?;
            Ok(next.map(instant))
        })
    }

    /// Marks a request as sent, so that this survives even a loss of power; whether it was still to be sent: another process may
    /// have sent it.
    ///
    /// # Errors
    /// Where the store cannot be written; then nothing may be sent.
    pub fn begin_unsubscription(&mut self, number: i64, now: DateTime<Utc>) -> Result<bool, StoreError> {
        self.write_for_good("marking a request as sent", |tx| {
            let Some(tries) = open_tries(tx, number)? else { return Ok(false) };
            UNSUBSCRIPTIONS.begin(tx, number, tries, now)?;
            Ok(true)
        })
    }

    /// Notes that nothing could be sent, and why. It is tried again later.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn put_off_unsubscription(&mut self, number: i64, why: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("noting why a list is not left yet", |tx| {
            let Some(tries) = open_tries(tx, number)? else { return Ok(()) };
            UNSUBSCRIPTIONS.begin(tx, number, tries, now)?;
            UNSUBSCRIPTIONS.put_off(tx, number, (AttemptState::Open, why), None)
        })
    }

    /// Notes what came of a request: `Made` where the list is left, `Refused` where it needs a person, `Tried` where it is not
    /// known; and the status code of the answer.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn end_unsubscription(
        &mut self,
        number: i64,
        (state, why): (AttemptState, &str),
        answer: Option<u16>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write("noting what came of leaving a list", |tx| {
            if let Some(tries) = open_tries(tx, number)? {
                UNSUBSCRIPTIONS.begin(tx, number, tries, now)?;
            }
            tx.prepare_cached("UPDATE unsubscription SET answer = ?2 WHERE number = ?1")?.execute((number, answer))?;
            match state {
                AttemptState::Made => UNSUBSCRIPTIONS.close(tx, number, (state, why), now),
                _ => UNSUBSCRIPTIONS.put_off(tx, number, (state, why), None),
            }
        })
    }

    /// Makes every request due at once that waits, or whose outcome is not known, or that was refused; a redirect would be
    /// the same answer again, and is left, and a message is sent again from the outbox. Returns how many that are.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn retry_unsubscriptions(&mut self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        self.write("asking for another try", |tx| {
            let sql = "SELECT number FROM unsubscription
                       WHERE closed IS NULL AND outgoing IS NULL AND coalesce(answer, 0) NOT BETWEEN 300 AND 399";
            let numbers: Vec<i64> =
                tx.prepare_cached(sql)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            for number in &numbers {
                UNSUBSCRIPTIONS.reopen(tx, *number, now)?;
            }
            Ok(numbers.len())
        })
    }

    /// The requests to leave a list, in the order in which they were written: those that are open, and those that are over since
    /// an instant; or the latest.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn unsubscriptions(&self, listed: Listed) -> Result<Vec<UnsubscriptionRow>, StoreError> {
        let (since, most) = match listed {
            Listed::Since(since) => (seconds(since), i64::MAX),
            Listed::Latest(most) => (i64::MIN, i64::from(most)),
        };
        self.read("listing the lists that are left", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT j.number, j.message, j.list, j.url, v.id IS NOT NULL, j.answer, j.written, {COLUMNS}
                 FROM unsubscription AS j LEFT JOIN visible AS v ON v.id = j.message
                 WHERE j.closed IS NULL OR j.closed >= ?1 ORDER BY j.number DESC LIMIT ?2"
            ))?;
            let rows = statement.query_map((since, most), unsubscription)?;
            let mut rows: Vec<UnsubscriptionRow> = rows.collect::<Result<_, _>>()?;
            rows.reverse();
            Ok(rows)
        })
    }

    /// When the person has left a list last; `None` where they have not.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn left_list_at(&self, list: &ListKey) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read("asking whether a list was left", |connection| {
            let at: Option<i64> = connection
                .prepare_cached("SELECT max(closed) FROM unsubscription WHERE list = ?1 AND state = 'made'")?
                .query_row([&list.0], |row| row.get(0))?;
            Ok(at.map(instant))
        })
    }
}

/// Writes the requests of a commit: one for each list. Returns how many that are.
pub(super) fn stage(
    tx: &Transaction<'_>,
    batch: BatchId,
    on: &Positions,
    now: DateTime<Utc>,
) -> Result<u32, StoreError> {
    let mut ways = tx.prepare_cached(
        "SELECT w.message, w.list, w.url, w.vouched FROM batch_item AS i CROSS JOIN unsubscribe_way AS w
         WHERE i.batch = ?1 AND i.position BETWEEN ?2 AND ?3 AND w.batch = i.batch AND w.message = i.message",
    )?;
    // Of several messages of one list the newest one's address counts.
    let mut lists = std::collections::BTreeMap::new();
    for run in on.runs() {
        let rows = ways.query_map((batch.0, run.first, run.last), |row| {
            let (message, list): (i64, String) = (row.get(0)?, row.get(1)?);
            Ok((list, (message, row.get::<_, String>(2)?, row.get::<_, Option<String>>(3)?)))
        })?;
        for row in rows {
            let (list, way) = row?;
            let known = lists.entry(list).or_insert_with(|| way.clone());
            if known.0 < way.0 {
                *known = way;
            }
        }
    }
    let mut earlier = tx.prepare_cached("SELECT number FROM unsubscription WHERE closed IS NULL AND list = ?1")?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO unsubscription (batch, message, list, url, vouched, next_try, written)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
    )?;
    for (list, (message, url, vouched)) in &lists {
        for number in earlier.query_map([list], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()? {
            UNSUBSCRIPTIONS.replace(tx, number, now)?;
        }
        insert.execute((batch.0, message, list, url, vouched, seconds(now)))?;
    }
    Ok(u32::try_from(lists.len()).unwrap_or(u32::MAX))
}

/// The message by which a list is left has come to this state: the request is over where it was accepted. `words` are the server's.
pub(super) fn follow(
    tx: &Transaction<'_>,
    id: OutgoingId,
    (state, words): (OutgoingState, &str),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let number: Option<i64> = tx
        .prepare_cached("SELECT number FROM unsubscription WHERE outgoing = ?1 AND closed IS NULL")?
        .query_row([id.0], |row| row.get(0))
        .optional()?;
    let Some(number) = number else { return Ok(()) };
    let (outcome, why) = match state {
        OutgoingState::Sent | OutgoingState::PartlySent => {
            return UNSUBSCRIPTIONS.close(tx, number, (AttemptState::Made, ""), now);
        }
        OutgoingState::Draft => (AttemptState::Refused, "you took its message back: it is among the drafts".to_owned()),
        OutgoingState::Refused => (AttemptState::Refused, format!("its message was refused: {words}")),
        OutgoingState::Later => (AttemptState::Tried, format!("its message was not taken yet: {words}")),
        OutgoingState::Unknown => {
            (AttemptState::Tried, "nobody can say whether its message left: the outbox asks you".to_owned())
        }
        OutgoingState::Staged | OutgoingState::Leaving => (AttemptState::Tried, String::new()),
    };
    UNSUBSCRIPTIONS.put_off(tx, number, (outcome, &why), None)
}

/// How often a request was tried that is still to be sent; `None` where it is not.
pub(super) fn open_tries(tx: &Transaction<'_>, number: i64) -> Result<Option<u32>, StoreError> {
    Ok(tx
        .prepare_cached("SELECT tries FROM unsubscription WHERE number = ?1 AND state = 'open'")?
        .query_row([number], |row| row.get(0))
        .optional()?)
}

fn unsubscription(row: &Row<'_>) -> rusqlite::Result<UnsubscriptionRow> {
    let number = row.get(0)?;
    let shown = if row.get(4)? { Some((ListKey(row.get(2)?), row.get(3)?)) } else { None };
    Ok(UnsubscriptionRow {
        number,
        message: Id(row.get(1)?),
        shown,
        answer: row.get(5)?,
        written: instant(row.get(6)?),
        attempt: attempt::row(UNSUBSCRIPTIONS, row, 7, number)?,
    })
}
