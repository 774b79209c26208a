//! Arrivals: which message came when, into which lane, and when it came out.
//!
//! A row's instant is either the `received` or the `admitted` of its message, so a message's row is found by its key.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction};

use super::Store;
use super::failure::StoreError;
use super::instant::{ceiling, instant, seconds};
use super::text::word_or_null;
use crate::domain::arrival::{Arrival, Mattered};
use crate::domain::exception::HitRating;
use crate::domain::found_copy::CopyOrigin;
use crate::domain::ids::{Id, SourceId};
use crate::domain::matter::MatterAnswer;
use crate::domain::message::Stage;

/// In seconds: so much the clock of a server may be behind.
const BEHIND: i64 = 300;

impl Store {
    /// What arrived from an instant up to another one, the oldest first. The cost grows with the number of these arrivals.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn arrivals(&self, range: &Range<DateTime<Utc>>) -> Result<Vec<Arrival>, StoreError> {
        self.read("listing arrivals", |connection| {
            let (sources, lanes) = (names(connection, "source")?, names(connection, "lane")?);
            let nameless: Arc<str> = Arc::from("");
            let name = |of: &HashMap<i64, Arc<str>>, id: i64| of.get(&id).unwrap_or(&nameless).clone();
            let mut statement = connection.prepare_cached(
                "SELECT a.message, a.at, a.source, a.lane, a.came_out, a.let_through, a.began,
                        a.came_out IS NULL AND (SELECT stage FROM message WHERE id = a.message) = 'held',
                        q.answer, q.weight, iif(a.let_through, (SELECT rating FROM hit WHERE message = a.message), NULL)
                 FROM arrival AS a LEFT JOIN matter AS q ON q.message = a.message AND q.answer <> 'skipped'
                 WHERE a.at >= ?1 AND a.at < ?2 ORDER BY a.at, a.message",
            )?;
            let mut rows = statement.query((ceiling(range.start), ceiling(range.end)))?;
            let mut arrivals = Vec::new();
            while let Some(row) = rows.next()? {
                let message = Id(row.get(0)?);
                let answer: Option<MatterAnswer> = word_or_null(row, 8, "matter", message)?;
                let rating: Option<HitRating> = word_or_null(row, 10, "hit", message)?;
                let mattered = match (rating, answer) {
                    (Some(rating), _) => Some(Mattered { yes: rating == HitRating::Useful, weight: 1.0 }),
                    (None, Some(answer)) => Some(Mattered { yes: answer == MatterAnswer::Yes, weight: row.get(9)? }),
                    (None, None) => None,
                };
                arrivals.push(Arrival {
                    message,
                    at: instant(row.get(1)?),
                    source: name(&sources, row.get(2)?),
                    lane: name(&lanes, row.get(3)?),
                    came_out: row.get::<_, Option<i64>>(4)?.map(instant),
                    let_through: row.get(5)?,
                    began_thread: row.get(6)?,
                    held: row.get(7)?,
                    mattered,
                });
            }
            Ok(arrivals)
        })
    }
}

fn names(connection: &Connection, table: &str) -> Result<HashMap<i64, Arc<str>>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("SELECT id, name FROM {table}"))?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, Arc::from(row.get_ref(1)?.as_str()?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// From which instant on what a source brings are arrivals; `None` where it is not followed yet, or never is.
pub(super) fn followed_from(tx: &Transaction<'_>, source: SourceId) -> Result<Option<i64>, StoreError> {
    let read: Option<(bool, Option<i64>)> = tx
        .prepare_cached("SELECT kind = 'incoming', iif(place = '', last_read, NULL) FROM source WHERE id = ?1")?
        .query_row([source.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match read {
        // Rows of `incoming` wait in the store and know when they were put there.
        Some((true, _)) => Some(i64::MIN),
        Some((false, last_read)) => last_read.map(|read| read.saturating_sub(BEHIND)),
        None => None,
    })
}

/// A message that was just taken in.
pub(super) struct ArrivedMessage {
    pub id: Id,
    pub source: SourceId,
    pub lane: i64,
    pub origin: CopyOrigin,
    pub stage: Stage,
    pub began: bool,
    pub received: i64,
}

/// Records that a message arrived, where it did. `from` is what `followed_from` said.
pub(super) fn note(
    tx: &Transaction<'_>,
    from: Option<i64>,
    new: &ArrivedMessage,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(from) = from.filter(|_| new.origin == CopyOrigin::New && new.stage != Stage::History) else {
        return Ok(());
    };
    let now = seconds(now);
    let at = if (from..=now).contains(&new.received) { new.received } else { now };
    let let_through = new.stage == Stage::LetThrough;
    tx.prepare_cached(
        "INSERT OR IGNORE INTO arrival (at, message, source, lane, let_through, began, came_out)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute((at, new.id.0, new.source.0, new.lane, let_through, new.began, let_through.then_some(now)))?;
    Ok(())
}

/// Records that messages are to be seen from now on, as a batch is frozen.
pub(super) fn come_out(
    tx: &Transaction<'_>,
    messages: impl Iterator<Item = i64>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut set = tx.prepare_cached(
        "UPDATE arrival SET came_out = ?2 FROM message AS m
         WHERE m.id = ?1 AND arrival.message = m.id AND arrival.at IN (m.received, m.admitted) AND came_out IS NULL",
    )?;
    for message in messages {
        set.execute((message, seconds(now)))?;
    }
    Ok(())
}
