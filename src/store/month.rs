//! What a month is counted from, beside the facts: looks at what is held, batches that were closed, what exceptions did, and what passed
//! between the person and correspondents.

use std::collections::HashMap;
use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;

use super::failure::StoreError;
use super::instant::{ceiling, instant, placed};
use super::marks::AUTOMATIC;
use super::text::word;
use super::{Store, meta, thread};
use crate::domain::month::facts::{ClosedBatch, Exchange, Exchanged, RatedRule};
use crate::domain::peek::PeekKind;

/// From opening to close.
type Times = (DateTime<Utc>, DateTime<Utc>);

impl Store {
    /// The looks at what is held that were begun within a range, of whatever kind.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn looks(&self, range: &Range<DateTime<Utc>>) -> Result<Vec<(DateTime<Utc>, PeekKind)>, StoreError> {
        self.read("listing looks", |connection| {
            let mut statement =
                connection.prepare_cached("SELECT number, since, kind FROM peek WHERE since >= ?1 AND since < ?2")?;
            let rows = statement.query_map(seconds(range), |row| {
                let number: i64 = row.get(0)?;
                Ok((instant(row.get(1)?), word(row, 2, "peek", number)?))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// The windows in which batches were begun, of those that opened within a range.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn begun_windows(&self, range: &Range<DateTime<Utc>>) -> Result<Vec<Times>, StoreError> {
        self.read("listing the windows of batches", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT opens, closes FROM batch WHERE kind = 'window' AND opens >= ?1 AND opens < ?2 ORDER BY opens",
            )?;
            let rows = statement.query_map(seconds(range), |row| Ok((instant(row.get(0)?), instant(row.get(1)?))))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// The batches of windows that were committed within a range.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn closed_batches(&self, range: &Range<DateTime<Utc>>) -> Result<Vec<ClosedBatch>, StoreError> {
        self.read("listing batches that were closed", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT b.committed, max(b.closes, coalesce(b.extended, 0)), r.carried_over,
                        (SELECT max(waited) FROM decision WHERE batch = b.id AND verb = 'carry')
                 FROM batch AS b JOIN receipt AS r ON r.batch = b.id
                 WHERE b.kind = 'window' AND b.committed >= ?1 AND b.committed < ?2 ORDER BY b.committed",
            )?;
            let rows = statement.query_map(seconds(range), |row| {
                Ok(ClosedBatch {
                    committed: instant(row.get(0)?),
                    closes: instant(row.get(1)?),
                    carried_over: row.get(2)?,
                    oldest: row.get::<_, Option<i64>>(3)?.and_then(TimeDelta::try_seconds),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// What each exception let through within a range, and how that was rated.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn exceptions_within(&self, range: &Range<DateTime<Utc>>) -> Result<Vec<RatedRule>, StoreError> {
        self.read("counting what exceptions let through", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT exception, count(*), sum(rating IS 'useful'), sum(rating IS 'false alarm') FROM hit
                 WHERE at >= ?1 AND at < ?2 GROUP BY exception ORDER BY count(*) DESC, exception",
            )?;
            let rows = statement.query_map(seconds(range), |row| {
                let (let_through, useful, false_alarms) = (row.get(1)?, row.get(2)?, row.get(3)?);
                Ok(RatedRule { name: row.get(0)?, let_through, useful, false_alarms })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// When the last batch of a window was begun: what came after that may be held. `None` where none was.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn last_begun(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read("asking for the last batch", |connection| {
            let begun: Option<i64> = connection
                .prepare_cached("SELECT max(begun) FROM batch WHERE kind = 'window'")?
                .query_row([], |row| row.get(0))?;
            Ok(begun.map(instant))
        })
    }

    /// What passed within a range between the person and those to whom they have ever written, as far as it may be shown: without what
    /// is held, without mailing lists, and without what programs sent by themselves (RFC 3834). The cost grows with the messages of the range.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn exchanged(&self, range: &Range<DateTime<Utc>>) -> Result<Exchange, StoreError> {
        self.read("listing what was written both ways", |connection| {
            let mut all = Exchange::default();
            theirs(connection, range, &mut all)?;
            sent(connection, range, &mut all.messages)?;
            left_from_here(connection, range, &mut all.messages)?;
            Ok(all)
        })
    }
}

fn seconds(range: &Range<DateTime<Utc>>) -> (i64, i64) {
    (ceiling(range.start), ceiling(range.end))
}

/// A message's id is the second that places it, or a little more: `drift` is the most by which one was moved up.
pub(super) fn ids(connection: &Connection, range: &Range<DateTime<Utc>>) -> Result<(i64, i64), StoreError> {
    let (from, to) = seconds(range);
    Ok((from, to.saturating_add(meta::counter(connection, "drift")?)))
}

/// What others wrote. Of the person's own messages in a thread only those that went to them count, which `domain::month` sees to.
fn theirs(connection: &Connection, range: &Range<DateTime<Utc>>, all: &mut Exchange) -> Result<(), StoreError> {
    let (first, last) = ids(connection, range)?;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT m.thread, {}, c.address, m.from_name FROM message AS m
         CROSS JOIN correspondent AS c ON c.address = coalesce(m.from_key, lower(m.from_address))
         WHERE m.id >= ?1 AND m.id < ?2 AND m.stage <> 'held' AND m.list IS NULL AND m.fields & {AUTOMATIC} = 0
           AND NOT EXISTS (SELECT 1 FROM sent_message WHERE message = m.id)
         ORDER BY m.id",
        placed("m")
    ))?;
    let mut rows = statement.query((first, last))?;
    while let Some(row) = rows.next()? {
        let at = instant(row.get(1)?);
        if !range.contains(&at) {
            continue;
        }
        let (address, name): (String, &str) = (row.get(2)?, row.get_ref(3)?.as_str().map_err(rusqlite::Error::from)?);
        if !name.is_empty() && all.names.get(&address).is_none_or(|known| known != name) {
            all.names.insert(address.clone(), name.to_owned());
        }
        all.messages.push(Exchanged { thread: row.get(0)?, at, own: false, with: vec![address] });
    }
    Ok(())
}

/// What lies among the sent mail.
fn sent(connection: &Connection, range: &Range<DateTime<Utc>>, all: &mut Vec<Exchanged>) -> Result<(), StoreError> {
    let (first, last) = ids(connection, range)?;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT m.thread, {}, m.recipients, m.from_address FROM sent_message AS s JOIN message AS m ON m.id = s.message
         WHERE s.message >= ?1 AND s.message < ?2 AND m.fields & {AUTOMATIC} = 0",
        placed("m")
    ))?;
    let mut rows = statement.query((first, last))?;
    while let Some(row) = rows.next()? {
        let at = instant(row.get(1)?);
        if !range.contains(&at) {
            continue;
        }
        let own = row.get::<_, String>(3)?.to_lowercase();
        let with = recipients(row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?, &own);
        all.push(Exchanged { thread: row.get(0)?, at, own: true, with });
    }
    Ok(())
}

/// The addresses of a column `recipients`, in lower case, without the one that wrote. What is no list of recipients was damaged, which a
/// check of the store tells.
pub(super) fn recipients(column: &str, own: &str) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Recipient {
        address: String,
    }
    let to: Vec<Recipient> = serde_json::from_str(column).unwrap_or_default();
    to.into_iter().map(|one| one.address.to_lowercase()).filter(|address| address != own).collect()
}

/// What has left from here. Where its copy was read among the sent mail, it stands there twice, in the same thread and at the same time, which
/// makes no turn more.
pub(super) fn left_from_here(
    connection: &Connection,
    range: &Range<DateTime<Utc>>,
    all: &mut Vec<Exchanged>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT o.id, o.dated, o.message_id, m.thread, lower(r.address), lower(coalesce(o.sender, ''))
         FROM outgoing AS o JOIN outgoing_recipient AS r ON r.outgoing = o.id AND r.state = 'accepted'
         LEFT JOIN message AS m ON m.id = o.answers AND o.relation = 'reply'
         WHERE o.state IN ('sent', 'partly sent') AND o.dated >= ?1 AND o.dated < ?2 ORDER BY o.id",
    )?;
    let mut found: HashMap<i64, Exchanged> = HashMap::new();
    let mut rows = statement.query(seconds(range))?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let (to, own): (String, String) = (row.get(4)?, row.get(5)?);
        if to == own {
            continue;
        }
        if let Some(known) = found.get_mut(&id) {
            known.with.push(to);
            continue;
        }
        let named = match row.get::<_, Option<String>>(2)? {
            Some(name) => thread::thread_of(connection, thread::hash(&name))?,
            None => None,
        };
        // One that nobody answered yet is a thread by itself.
        let thread = row.get::<_, Option<i64>>(3)?.or(named).unwrap_or(-id);
        found.insert(id, Exchanged { thread, at: instant(row.get(1)?), own: true, with: vec![to] });
    }
    all.extend(found.into_values());
    Ok(())
}
