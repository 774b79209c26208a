//! Looking in a batch for what is like one of its messages.

use super::Store;
use super::failure::StoreError;
use crate::domain::alike::{Alike, Likeness};
use crate::domain::ids::BatchId;
use crate::domain::numberless;
use crate::domain::positions::{Position, Positions};
use crate::domain::printable::Printable;

/// Of a subject without its numbers, so many columns are told.
const TOLD: usize = 40;

/// What is compared of a message.
#[derive(Debug, PartialEq, Eq)]
struct Compared {
    thread: i64,
    list: Option<String>,
    address: String,
    subject: String,
}

impl Store {
    /// The messages of a batch that are like the one at a position. It reads the whole batch once, so it is nothing for a thread
    /// that somebody waits for.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn alike(&self, batch: BatchId, of: Position) -> Result<Option<Alike>, StoreError> {
        self.read("looking for what is alike in a batch", |connection| {
            const FACTS: &str =
                "SELECT v.thread, v.list, coalesce(v.from_key, lower(v.from_address)), v.subject, i.position
                                 FROM batch_item AS i CROSS JOIN visible AS v WHERE i.batch = ?1 AND v.id = i.message";
            let compared = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Compared> {
                let list: Option<String> = row.get(1)?;
                let list = list.filter(|list| !list.is_empty()).map(|list| list.to_lowercase());
                Ok(Compared { thread: row.get(0)?, list, address: row.get(2)?, subject: row.get(3)? })
            };
            let mut one = connection.prepare_cached(&format!("{FACTS} AND i.position = ?2"))?;
            let mut found = one.query((batch.0, of.0))?;
            let Some(this) = found.next()?.map(compared).transpose()? else { return Ok(None) };
            let subject = numberless::key(&this.subject);
            let (mut thread, mut origin, mut topic) = <(Positions, Positions, Positions)>::default();
            let mut all = connection.prepare_cached(&format!("{FACTS} ORDER BY i.position"))?;
            let mut rows = all.query([batch.0])?;
            while let Some(row) = rows.next()? {
                let (position, other) = (Position(row.get(4)?), compared(row)?);
                let same_origin = match &this.list {
                    Some(_) => other.list == this.list,
                    None => other.address == this.address,
                };
                if other.thread == this.thread {
                    thread.insert(position);
                }
                if same_origin {
                    origin.insert(position);
                }
                // Nothing is left of some subjects; those are not alike in anything.
                if position == of || !subject.is_empty() && numberless::key(&other.subject) == subject {
                    topic.insert(position);
                }
            }
            let subject = Likeness::Subject(Printable::from(numberless::shown(&this.subject)).cut(TOLD));
            let origin_of = match this.list {
                Some(list) => Likeness::List(Printable::from(list.split('.').next().unwrap_or_default())),
                None => Likeness::Sender(Printable::address(&this.address)),
            };
            let by = vec![(Likeness::Conversation, thread), (origin_of, origin), (subject, topic)];
            Ok(Some(Alike { of, by }))
        })
    }
}
