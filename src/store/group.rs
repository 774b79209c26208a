//! The groups of a batch, as they were frozen with it, and what a row says of one.

use super::Store;
use super::failure::StoreError;
use super::text::word;
use crate::domain::group::{BatchGroup, GroupSummary, Groups};
use crate::domain::ids::BatchId;
use crate::domain::message::MessageSummary;
use crate::domain::positions::{Position, Positions};
use crate::domain::printable::Printable;

/// Of a group, so many of its newest messages are asked who wrote them.
const ASKED: u32 = 20;
/// The messages of a conversation are counted up to this number.
const COUNTED: u32 = 10_000;

impl Store {
    /// The groups of a batch, in triage order; none where it was begun without.
    pub fn groups(&self, batch: BatchId) -> Result<Groups, StoreError> {
        self.read("reading the groups of a batch", |connection| {
            let mut statement = connection
                .prepare_cached("SELECT first, last, kind FROM batch_group WHERE batch = ?1 ORDER BY first")?;
            let rows = statement.query_map([batch.0], |row| {
                let (first, last) = (Position(row.get(0)?), Position(row.get(1)?));
                let kind = word(row, 2, "batch_group", format_args!("({batch}, {first})"))?;
                Ok(BatchGroup { kind, first, last })
            })?;
            Ok(Groups::of(rows.collect::<Result<Vec<_>, _>>()?))
        })
    }

    /// What a row says of a group. Its cost does not grow with the group: of a large one, the newest messages are asked.
    pub fn group_summary(&self, batch: BatchId, group: BatchGroup) -> Result<GroupSummary, StoreError> {
        let asked = Position(group.last.0.saturating_sub(ASKED - 1)).max(group.first);
        let newest = self.items(batch, &Positions::between(asked, group.last))?;
        let mut people: Vec<Printable> = Vec::new();
        for (_, message) in newest.iter().rev() {
            let sender = MessageSummary::of(message).sender;
            if !people.contains(&sender) {
                people.push(sender);
            }
        }
        let in_all = match newest.last() {
            Some((_, message)) => self.read("counting a conversation", |connection| {
                let mut count = connection.prepare_cached(
                    "SELECT count(*) FROM (SELECT 1 FROM message WHERE thread = ?1 AND stage <> 'held' LIMIT ?2)",
                )?;
                Ok(count.query_row((message.thread.0, COUNTED), |row| row.get(0))?)
            })?,
            None => 0,
        };
        Ok(GroupSummary { people, in_all })
    }
}
