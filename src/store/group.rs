//! The groups of a batch, as they were frozen with it, and what a row says of one.

use rusqlite::{Connection, OptionalExtension, Row};

use super::Store;
use super::batch::summaries;
use super::failure::StoreError;
use super::service_notice::settled;
use super::text::word;
use crate::domain::group::{BatchGroup, GroupKind, GroupSummary, Groups, settled_title};
use crate::domain::ids::{BatchId, Id, ThreadId};
use crate::domain::message::MessageSummary;
use crate::domain::positions::{Position, Positions};
use crate::domain::settled::Settled;

/// How a message stands in its batch, besides its heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceInBatch {
    /// Its group, with its name where it is a bundle.
    pub group: Option<(BatchGroup, String)>,
    pub settled: Option<Settled>,
}

/// Of a group, so many of its newest messages are asked who wrote them.
const ASKED: u32 = 12;
/// Two stretches of a batch with fewer positions than this between them are asked for as one.
const NEAR: u32 = 64;
/// The messages of a conversation are counted up to this number.
const COUNTED: u32 = 10_000;
/// So many held messages are few.
const FEW_HELD: usize = 64;

impl Store {
    /// The groups of a batch, in triage order; none where it was begun without.
    pub fn groups(&self, batch: BatchId) -> Result<Groups, StoreError> {
        self.read("reading the groups of a batch", |connection| groups(connection, batch))
    }

    /// The groups of a batch that reach into these positions, in triage order, with the names of those that are bundles.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn named_groups(
        &self,
        batch: BatchId,
        (first, last): (Position, Position),
    ) -> Result<Vec<(BatchGroup, String)>, StoreError> {
        self.read("reading the groups of a batch", |connection| named(connection, batch, (first, last)))
    }

    /// How a message stands in the last batch that had it; `None` of one that was in none.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn place_in_batch(&self, id: Id) -> Result<Option<PlaceInBatch>, StoreError> {
        self.read("looking for a message in its batch", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT b.id, i.position FROM batch AS b CROSS JOIN batch_item AS i
                 WHERE i.batch = b.id AND i.message = ?1 ORDER BY b.id DESC LIMIT 1",
            )?;
            let place =
                statement.query_row([id.0], |row| Ok((BatchId(row.get(0)?), Position(row.get(1)?)))).optional()?;
            let Some((batch, position)) = place else { return Ok(None) };
            let group = named(connection, batch, (position, position))?.pop();
            let settled = settled(connection, batch, &Positions::from(position))?.pop().map(|(_, settled)| settled);
            Ok(Some(PlaceInBatch { group, settled }))
        })
    }

    /// What the rows of these positions of a batch show. The cost grows with what is asked for.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn rows(&self, batch: BatchId, at: &Positions) -> Result<BatchRows, StoreError> {
        self.read("reading the rows of a batch", |connection| {
            let named = groups_at(connection, batch, at)?;
            // Each message is read once, for its own row and for that of its group.
            let mut read = at.clone();
            for (group, _) in &named {
                read.insert_run(first_asked(*group), group.last);
            }
            let (positions, messages): (Vec<Position>, Vec<MessageSummary>) =
                summaries(connection, batch, &read)?.into_iter().unzip();
            let of_conversation = named.iter().any(|(group, _)| group.kind == GroupKind::Conversation);
            let held = if of_conversation { threads_of_held(connection)? } else { None };
            let mut groups = Vec::with_capacity(named.len());
            for (group, name) in named {
                let from = positions.partition_point(|position| *position < first_asked(group));
                let to = positions.partition_point(|position| *position <= group.last);
                let newest = messages.get(from..to).unwrap_or_default();
                if let Some(summary) = group_summary(connection, batch, group, newest, (&name, held.as_deref()))? {
                    groups.push((group, summary));
                }
            }
            let settled = settled(connection, batch, at)?;
            let messages = positions.into_iter().zip(messages).filter(|(position, _)| at.contains(*position)).collect();
            Ok(BatchRows { messages, groups, settled })
        })
    }
}

/// What rows of a batch show, each part in triage order.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchRows {
    pub messages: Vec<(Position, MessageSummary)>,
    /// The groups that these are in.
    pub groups: Vec<(BatchGroup, GroupSummary)>,
    /// Those that had settled themselves when the batch was begun.
    pub settled: Vec<(Position, Settled)>,
}

pub(super) fn groups(connection: &Connection, batch: BatchId) -> Result<Groups, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT first, last, kind FROM batch_group WHERE batch = ?1 ORDER BY first")?;
    let rows = statement.query_map([batch.0], |row| group(batch, row))?;
    Ok(Groups::of(rows.collect::<Result<Vec<_>, _>>()?))
}

/// The groups that reach into these positions of a batch, with their names. They do not overlap, so that the first of them is the last
/// one that begins no later: those before it are not looked at.
fn named(
    connection: &Connection,
    batch: BatchId,
    (first, last): (Position, Position),
) -> Result<Vec<(BatchGroup, String)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT first, last, kind, name FROM batch_group
         WHERE batch = ?1 AND last >= ?2 AND first <= ?3 AND first >= coalesce(
             (SELECT first FROM batch_group WHERE batch = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1), ?2)
         ORDER BY first",
    )?;
    let rows = statement.query_map((batch.0, first.0, last.0), |row| Ok((group(batch, row)?, row.get(3)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The groups that have one of these positions, with their names.
fn groups_at(connection: &Connection, batch: BatchId, at: &Positions) -> Result<Vec<(BatchGroup, String)>, StoreError> {
    let mut found: Vec<(BatchGroup, String)> = Vec::new();
    let mut runs = at.runs().iter().copied().peekable();
    while let Some(mut run) = runs.next() {
        // Runs that lie near each other, as those of folded rows do, are one question.
        while let Some(next) = runs.next_if(|next| next.first - run.last <= NEAR) {
            run.last = next.last;
        }
        for (group, name) in named(connection, batch, (Position(run.first), Position(run.last)))? {
            let has_one = at.at_or_after(group.first).is_some_and(|position| position <= group.last);
            if has_one && found.last().is_none_or(|(last, _)| *last != group) {
                found.push((group, name));
            }
        }
    }
    Ok(found)
}

/// The first of the messages of a group that are asked: of a large one, the newest are.
fn first_asked(group: BatchGroup) -> Position {
    Position(group.last.0.saturating_sub(ASKED - 1)).max(group.first)
}

/// What a row says of a group, by those of its messages that are asked.
fn group_summary(
    connection: &Connection,
    batch: BatchId,
    group: BatchGroup,
    newest: &[MessageSummary],
    (name, held): (&str, Option<&[i64]>),
) -> Result<Option<GroupSummary>, StoreError> {
    let Some(thread) = newest.last().map(|message| message.thread) else { return Ok(None) };
    let in_all = if group.kind == GroupKind::Conversation { visible_of_thread(connection, thread, held)? } else { 0 };
    let summary = GroupSummary::of(group.kind, name, newest, in_all);
    if group.kind != GroupKind::Settled {
        return Ok(summary);
    }
    let asked = Positions::between(first_asked(group), group.last);
    let settled = settled(connection, batch, &asked)?.into_iter().map(|(_, settled)| settled);
    let told: Vec<_> = newest.iter().cloned().zip(settled).collect();
    Ok(summary.map(|summary| GroupSummary { title: Some(settled_title(&told)), ..summary }))
}

/// The conversations of what is held, one for each message; `None` where many are.
fn threads_of_held(connection: &Connection) -> Result<Option<Vec<i64>>, StoreError> {
    let sql = format!("SELECT thread FROM message INDEXED BY message_held WHERE stage = 'held' LIMIT {}", FEW_HELD + 1);
    let mut statement = connection.prepare_cached(&sql)?;
    let threads = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    Ok(Some(threads).filter(|threads| threads.len() <= FEW_HELD))
}

/// How many messages of a conversation can be seen. Where little is held the index of conversations tells, without their rows.
fn visible_of_thread(connection: &Connection, thread: ThreadId, held: Option<&[i64]>) -> Result<u32, StoreError> {
    let count = |sql: &str| -> rusqlite::Result<u32> {
        connection.prepare_cached(sql)?.query_row((thread.0, COUNTED), |row| row.get(0))
    };
    let Some(held) = held else {
        return Ok(count(
            "SELECT count(*) FROM (SELECT 1 FROM message WHERE thread = ?1 AND stage <> 'held' LIMIT ?2)",
        )?);
    };
    let all = count("SELECT count(*) FROM (SELECT 1 FROM message WHERE thread = ?1 LIMIT ?2)")?;
    let held = held.iter().filter(|held| **held == thread.0).count();
    Ok(all.saturating_sub(u32::try_from(held).unwrap_or(u32::MAX)))
}

fn group(batch: BatchId, row: &Row<'_>) -> rusqlite::Result<BatchGroup> {
    let (first, last) = (Position(row.get(0)?), Position(row.get(1)?));
    let kind = word(row, 2, "batch_group", format_args!("({batch}, {first})"))?;
    Ok(BatchGroup { kind, first, last })
}
