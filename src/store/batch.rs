//! Batches as they were begun: which messages, under which heading, and what was decided about them so far.
//!
//! A batch is read a page at a time: the cost of each method grows with what is asked for, not with the batch.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::read::{COLUMNS, COUNT, SUMMARY_COLUMNS, SUMMARY_COUNT, message, summary};
use super::text::word;
use crate::domain::batch::{Batch, BatchKind, BatchOccasion, BatchSection, Heading, HeadingKind};
use crate::domain::ids::{BatchId, Id};
use crate::domain::message::{Message, MessageSummary};
use crate::domain::positions::{Position, Positions};
use crate::domain::triage::{Act, ActState};

/// A batch with the acts that were made in it, in order: what `Triage::replay` takes.
pub type Triaged = (Batch, Vec<(Act, ActState)>);

impl Store {
    /// The batch of this kind that is begun and not committed; there is one at most.
    pub fn open_batch(&self, kind: BatchKind) -> Result<Option<Triaged>, StoreError> {
        self.read("looking for an open batch", |connection| match open(connection, kind)? {
            Some(id) => triaged(connection, id),
            None => Ok(None),
        })
    }

    /// A batch, whether it is committed or not.
    pub fn batch(&self, id: BatchId) -> Result<Option<Triaged>, StoreError> {
        self.read("reading a batch", |connection| triaged(connection, id))
    }

    /// The messages at these positions of a batch, in triage order.
    pub fn items(&self, id: BatchId, at: &Positions) -> Result<Vec<(Position, Message)>, StoreError> {
        self.read("reading the messages of a batch", |connection| items(connection, id, at))
    }

    /// What exceptions let through and no batch has yet, the oldest first.
    pub fn let_through(&self) -> Result<Vec<Message>, StoreError> {
        self.read("listing what came through", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM message AS m CROSS JOIN visible AS v
                 WHERE m.stage = 'let through' AND v.id = m.id ORDER BY m.id"
            ))?;
            let rows = statement.query_map([], message)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Which messages these positions are, in triage order.
    pub fn members(&self, id: BatchId, at: &Positions) -> Result<Vec<Id>, StoreError> {
        self.read("naming messages of a batch", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT message FROM batch_item WHERE batch = ?1 AND position BETWEEN ?2 AND ?3 ORDER BY position",
            )?;
            let mut members = Vec::new();
            for run in at.runs() {
                for member in statement.query_map((id.0, run.first, run.last), |row| Ok(Id(row.get(0)?)))? {
                    members.push(member?);
                }
            }
            Ok(members)
        })
    }

    /// Where a message stands in a batch; `None` where it is not in it.
    pub fn position(&self, batch: BatchId, id: Id) -> Result<Option<Position>, StoreError> {
        self.read("looking for a message in a batch", |connection| {
            Ok(connection
                .prepare_cached("SELECT position FROM batch_item WHERE batch = ?1 AND message = ?2")?
                .query_row((batch.0, id.0), |row| Ok(Position(row.get(0)?)))
                .optional()?)
        })
    }

    /// The lanes of the messages at these positions of a batch, each once.
    pub fn lanes_at(&self, batch: BatchId, at: &Positions) -> Result<Vec<String>, StoreError> {
        self.read("asking for the lanes of a batch", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT l.name FROM (SELECT DISTINCT lane FROM batch_item WHERE batch = ?1 AND position BETWEEN ?2 AND ?3) AS i
                 JOIN lane AS l ON l.id = i.lane",
            )?;
            let mut lanes = BTreeSet::new();
            for run in at.runs() {
                for lane in statement.query_map((batch.0, run.first, run.last), |row| row.get(0))? {
                    lanes.insert(lane?);
                }
            }
            Ok(lanes.into_iter().collect())
        })
    }

    /// Those of these positions about which the batch asks for a decision.
    pub fn past_limit(&self, batch: BatchId, at: &Positions) -> Result<Positions, StoreError> {
        self.read("asking what was carried over too often", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT i.position FROM batch AS b CROSS JOIN batch_item AS i CROSS JOIN message AS m
                 WHERE b.id = ?1 AND i.batch = b.id AND i.position BETWEEN ?2 AND ?3 AND m.id = i.message
                   AND m.carried >= b.carry_limit",
            )?;
            let mut found = Positions::default();
            for run in at.runs() {
                for position in statement.query_map((batch.0, run.first, run.last), |row| row.get(0))? {
                    found.insert(Position(position?));
                }
            }
            Ok(found)
        })
    }

    /// The lanes of these messages, each once; of what is held nothing is said.
    pub fn lanes_of(&self, ids: &[Id]) -> Result<Vec<String>, StoreError> {
        self.read("asking for the lanes of messages", |connection| {
            let mut statement = connection.prepare_cached("SELECT lane FROM visible WHERE id = ?1")?;
            let mut lanes = BTreeSet::new();
            for id in ids {
                lanes.extend(statement.query_row([id.0], |row| row.get::<_, String>(0)).optional()?);
            }
            Ok(lanes.into_iter().collect())
        })
    }

    /// The positions in a batch of all messages of the threads that these messages belong to.
    pub fn threads_in(&self, batch: BatchId, of: &Positions) -> Result<Positions, StoreError> {
        self.read("reading threads of a batch", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT i.position FROM message AS m CROSS JOIN batch_item AS i
                 WHERE m.thread IN (SELECT one.thread FROM batch_item AS named CROSS JOIN message AS one
                                    WHERE named.batch = ?1 AND named.position BETWEEN ?2 AND ?3 AND one.id = named.message)
                   AND i.batch = ?1 AND i.message = m.id",
            )?;
            let mut all = Positions::default();
            for run in of.runs() {
                for position in statement.query_map((batch.0, run.first, run.last), |row| row.get(0))? {
                    all.insert(Position(position?));
                }
            }
            Ok(all)
        })
    }

    /// The headings of a batch in triage order, and what stands under each.
    pub fn sections(&self, id: BatchId) -> Result<Vec<BatchSection>, StoreError> {
        self.read("reading the headings of a batch", |connection| {
            let all = size(connection, id)?;
            let settled: Option<u32> = connection
                .prepare_cached("SELECT min(position) FROM settled WHERE batch = ?1")?
                .query_row([id.0], |row| row.get(0))?;
            let size = settled.map_or(all, |first| first - 1);
            let mut statement = connection.prepare_cached(
                "SELECT heading, lane_place, lane FROM batch_item WHERE batch = ?1 AND position = ?2",
            )?;
            // The kind of the heading, and of a lane its place and which one it is.
            let mut heading_at = |position: u32| {
                statement.query_row((id.0, position), |row| {
                    let lane = (row.get::<_, i64>(1)?, row.get::<_, i64>(2)?);
                    let kind = word(row, 0, "batch_item", format_args!("({id}, {position})"))?;
                    Ok((kind, if kind == HeadingKind::Lane { lane } else { (0, 0) }))
                })
            };
            let mut name = connection.prepare_cached("SELECT name FROM lane WHERE id = ?1")?;
            // Headings follow each other in order, so the end of each is found by bisection.
            let mut sections = Vec::new();
            let mut first = 1;
            while first <= size {
                let this = heading_at(first)?;
                let (mut last, mut beyond) = (first, size + 1);
                while beyond - last > 1 {
                    let middle = last + (beyond - last) / 2;
                    if heading_at(middle)? == this {
                        last = middle;
                    } else {
                        beyond = middle;
                    }
                }
                let heading = match this {
                    (HeadingKind::CarriedOver, _) => Heading::CarriedOver,
                    (HeadingKind::Deferred, _) => Heading::Deferred,
                    (HeadingKind::Lane, (place, lane)) => {
                        let name = name.query_row([lane], |row| row.get(0))?;
                        Heading::Lane(usize::try_from(place).unwrap_or(usize::MAX), name)
                    }
                };
                sections.push(BatchSection { heading, first: Position(first), last: Position(last) });
                first = beyond;
            }
            let settled = settled.map(|first| (Position(first), Position(all)));
            sections.extend(settled.map(|(first, last)| BatchSection { heading: Heading::Settled, first, last }));
            Ok(sections)
        })
    }

    /// Gives the batch of a window time up to an instant. An earlier one than it has changes nothing, nor does it where the
    /// batch is committed.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn give_more_time(&mut self, id: BatchId, until: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("giving a batch more time", |tx| {
            tx.execute(
                "UPDATE batch SET extended = ?2
                 WHERE id = ?1 AND committed IS NULL AND coalesce(extended, closes) < ?2",
                (id.0, seconds(until)),
            )?;
            Ok(())
        })
    }

    /// The windows with `from <= opens < to` whose batch was begun, oldest first.
    pub fn read_windows(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Vec<(String, DateTime<Utc>)>, StoreError> {
        self.read("listing the windows that were begun", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT checkin, opens FROM batch WHERE kind = 'window' AND opens >= ?1 AND opens < ?2 ORDER BY opens, id",
            )?;
            let rows =
                statement.query_map((seconds(from), seconds(to)), |row| Ok((row.get(0)?, instant(row.get(1)?))))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

pub(super) fn items(
    connection: &Connection,
    id: BatchId,
    at: &Positions,
) -> Result<Vec<(Position, Message)>, StoreError> {
    let read = |row: &Row<'_>| Ok((Position(row.get(COUNT)?), message(row)?));
    in_order(connection, id, at, COLUMNS, read)
}

/// What a list shows of the messages at these positions of a batch.
pub(super) fn summaries(
    connection: &Connection,
    id: BatchId,
    at: &Positions,
) -> Result<Vec<(Position, MessageSummary)>, StoreError> {
    let read = |row: &Row<'_>| Ok((Position(row.get(SUMMARY_COUNT)?), summary(row)?));
    in_order(connection, id, at, SUMMARY_COLUMNS, read)
}

/// These columns of the messages at these positions of a batch, and behind them the position, in triage order.
fn in_order<T>(
    connection: &Connection,
    id: BatchId,
    at: &Positions,
    columns: &str,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {columns}, i.position FROM batch_item AS i CROSS JOIN visible AS v
         WHERE i.batch = ?1 AND i.position BETWEEN ?2 AND ?3 AND v.id = i.message ORDER BY i.position"
    ))?;
    let mut items = Vec::new();
    for run in at.runs() {
        for row in statement.query_map((id.0, run.first, run.last), &read)? {
            items.push(row?);
        }
    }
    Ok(items)
}

pub(super) fn open(connection: &Connection, kind: BatchKind) -> Result<Option<BatchId>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT id FROM batch WHERE kind = ?1 AND committed IS NULL")?
        .query_row([kind], |row| Ok(BatchId(row.get(0)?)))
        .optional()?)
}

pub(super) fn is_committed(connection: &Connection, id: BatchId) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached("SELECT 1 FROM batch WHERE id = ?1 AND committed IS NOT NULL")?.exists([id.0])?)
}

pub(super) fn triaged(connection: &Connection, id: BatchId) -> Result<Option<Triaged>, StoreError> {
    let Some(batch) = batch(connection, id)? else { return Ok(None) };
    Ok(Some((batch, super::act::of(connection, id)?)))
}

pub(super) fn batch(connection: &Connection, id: BatchId) -> Result<Option<Batch>, StoreError> {
    let head = connection
        .prepare_cached("SELECT checkin, opens, closes, begun, carry_limit, extended FROM batch WHERE id = ?1")?
        .query_row([id.0], |row| {
            let window: (Option<i64>, Option<i64>) = (row.get(1)?, row.get(2)?);
            let occasion = match window {
                (Some(opens), Some(closes)) => {
                    BatchOccasion::Window { checkin: row.get(0)?, opens: instant(opens), closes: instant(closes) }
                }
                _ => BatchOccasion::Exceptions,
            };
            Ok((occasion, instant(row.get(3)?), row.get(4)?, row.get::<_, Option<i64>>(5)?.map(instant)))
        })
        .optional()?;
    let Some((occasion, begun, carry_limit, extended)) = head else { return Ok(None) };
    let batch = Batch::freeze(id, occasion, begun, size(connection, id)?);
    Ok(Some(batch.with_carry_limit(carry_limit).with_more_time(extended)))
}

/// Positions count from 1 without a gap, so the last one is the number of messages.
fn size(connection: &Connection, id: BatchId) -> Result<u32, StoreError> {
    Ok(connection
        .prepare_cached("SELECT coalesce(max(position), 0) FROM batch_item WHERE batch = ?1")?
        .query_row([id.0], |row| row.get(0))?)
}
