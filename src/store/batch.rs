//! Batches as they were begun: which messages, under which heading, and what was said of them so far.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::read::{COLUMNS, message};
use crate::domain::batch::{Batch, Heading, Occasion};
use crate::domain::ids::{BatchId, Id};
use crate::domain::message::Message;
use crate::domain::triage::{Act, Standing};

/// A batch with the acts that were made in it, in order: what `Triage::replay` takes.
pub type Triaged = (Batch, Vec<(Act, Standing)>);

/// What a batch is begun for, without the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BatchKind {
    Window,
    Exceptions,
}

impl BatchKind {
    pub(super) fn of(occasion: &Occasion) -> Self {
        match occasion {
            Occasion::Window { .. } => Self::Window,
            Occasion::Exceptions => Self::Exceptions,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::Exceptions => "exceptions",
        }
    }
}

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

    /// The messages of a batch and their headings, in triage order.
    pub fn entries(&self, id: BatchId) -> Result<Vec<(Message, Heading)>, StoreError> {
        self.read("reading the messages of a batch", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS}, i.heading, i.lane_place, (SELECT name FROM lane WHERE id = i.lane)
                 FROM batch_item AS i CROSS JOIN visible AS v
                 WHERE i.batch = ?1 AND v.id = i.message ORDER BY i.position"
            ))?;
            let rows = statement.query_map([id.0], |row| {
                let heading = match row.get_ref("heading")?.as_str()? {
                    "carried over" => Heading::CarriedOver,
                    "deferred" => Heading::Deferred,
                    _ => Heading::Lane(usize::try_from(row.get::<_, i64>(19)?).unwrap_or(usize::MAX), row.get(20)?),
                };
                Ok((message(row)?, heading))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
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

pub(super) fn open(connection: &Connection, kind: BatchKind) -> Result<Option<BatchId>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT id FROM batch WHERE kind = ?1 AND committed IS NULL")?
        .query_row([kind.name()], |row| Ok(BatchId(row.get(0)?)))
        .optional()?)
}

pub(super) fn triaged(connection: &Connection, id: BatchId) -> Result<Option<Triaged>, StoreError> {
    let Some(batch) = batch(connection, id)? else { return Ok(None) };
    Ok(Some((batch, super::act::of(connection, id)?)))
}

pub(super) fn batch(connection: &Connection, id: BatchId) -> Result<Option<Batch>, StoreError> {
    let head = connection
        .prepare_cached("SELECT checkin, opens, closes, begun FROM batch WHERE id = ?1")?
        .query_row([id.0], |row| {
            let window: (Option<i64>, Option<i64>) = (row.get(1)?, row.get(2)?);
            let occasion = match window {
                (Some(opens), Some(closes)) => {
                    Occasion::Window { checkin: row.get(0)?, opens: instant(opens), closes: instant(closes) }
                }
                _ => Occasion::Exceptions,
            };
            Ok((occasion, instant(row.get(3)?)))
        })
        .optional()?;
    let Some((occasion, begun)) = head else { return Ok(None) };
    let mut statement =
        connection.prepare_cached("SELECT message FROM batch_item WHERE batch = ?1 ORDER BY position")?;
    let ids = statement.query_map([id.0], |row| Ok(Id(row.get(0)?)))?.collect::<Result<_, _>>()?;
    Ok(Some(Batch::freeze(id, occasion, begun, ids)))
}
