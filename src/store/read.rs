//! Reading what rule 1 lets through: every row comes from the view `visible`.

use rusqlite::{Connection, OptionalExtension, Row};

use super::Store;
use super::failure::StoreError;
use super::follow_up;
use super::instant::instant;
use super::text::word;
use crate::domain::address::Address;
use crate::domain::ids::{Id, ThreadId};
use crate::domain::message::{Message, MessageSummary, SummaryFacts};

/// What `message` reads, of `visible` or, for a peek, of `facts`, under the name `v`. 512 is the bit of an invitation (`marks`).
pub(super) const COLUMNS: &str = "v.id, v.message_id, v.thread, v.source, v.lane, v.from_name, v.from_address, v.recipients, v.subject, \
                                  v.date, v.received, v.attachments, v.list, v.stage, v.carried, v.exception, v.size, v.defects, \
                                  v.returned, v.reopened IS NOT NULL, (v.fields & 512) <> 0, \
                                  (SELECT since || ' ' || kind FROM follow_up WHERE message = v.id)";

/// How many columns those are. Further columns of a statement come after them.
pub(super) const COUNT: usize = 22;

/// What `summary` reads, under the name `v`.
pub(super) const SUMMARY_COLUMNS: &str = "v.id, v.thread, v.source, v.from_name, v.from_address, v.subject, v.date, v.received, \
                                          v.attachments, v.list, v.stage, v.carried, v.exception, v.returned, \
                                          v.reopened IS NOT NULL, (v.fields & 512) <> 0, \
                                          (SELECT since || ' ' || kind FROM follow_up WHERE message = v.id)";

/// How many columns those are.
pub(super) const SUMMARY_COUNT: usize = 17;

impl Store {
    /// The facts of a visible message.
    ///
    /// # Errors
    /// `Held`, `Unknown`, or where the store cannot be read.
    pub fn message(&self, id: Id) -> Result<Message, StoreError> {
        self.read("reading a message", |connection| visible(connection, id))
    }
}

/// The message, if rule 1 lets it through.
pub(super) fn visible(connection: &Connection, id: Id) -> Result<Message, StoreError> {
    let row = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM visible AS v WHERE v.id = ?1"))?
        .query_row([id.0], message)
        .optional()?;
    match row {
        Some(message) => Ok(message),
        None if connection.prepare_cached("SELECT 1 FROM message WHERE id = ?1")?.exists([id.0])? => {
            Err(StoreError::Held(id))
        }
        None => Err(StoreError::Unknown(id)),
    }
}

/// A row of `COLUMNS`.
pub(super) fn message(row: &Row<'_>) -> rusqlite::Result<Message> {
    let id = Id(row.get(0)?);
    Ok(Message {
        id,
        message_id: row.get(1)?,
        thread: ThreadId(row.get(2)?),
        source: row.get(3)?,
        lane: row.get(4)?,
        from: Address { name: row.get(5)?, address: row.get(6)? },
        to: recipients(row.get_ref(7)?.as_str()?),
        subject: row.get(8)?,
        date: row.get::<_, Option<i64>>(9)?.map(instant),
        received: instant(row.get(10)?),
        attachments: count(row.get(11)?),
        list: row.get(12)?,
        stage: word(row, 13, "message", id)?,
        carried: count(row.get(14)?),
        exception: row.get(15)?,
        size: u64::try_from(row.get::<_, i64>(16)?).unwrap_or(0),
        defects: serde_json::from_str(row.get_ref(17)?.as_str()?).unwrap_or_default(),
        returned: count(row.get(18)?),
        reopened: row.get(19)?,
        invitation: row.get(20)?,
        follow_up: follow_up::read(row, 21, id)?,
    })
}

/// A row of `SUMMARY_COLUMNS`: what a list shows of a message, without what only the message itself shows.
pub(super) fn summary(row: &Row<'_>) -> rusqlite::Result<MessageSummary> {
    let id = Id(row.get(0)?);
    Ok(MessageSummary::from(SummaryFacts {
        id,
        thread: ThreadId(row.get(1)?),
        source: row.get_ref(2)?.as_str()?,
        from: &Address { name: row.get(3)?, address: row.get(4)? },
        subject: row.get_ref(5)?.as_str()?,
        date: row.get::<_, Option<i64>>(6)?.map(instant),
        received: instant(row.get(7)?),
        attachments: count(row.get(8)?),
        list: row.get_ref(9)?.as_str_or_null()?,
        stage: word(row, 10, "message", id)?,
        carried: count(row.get(11)?),
        exception: row.get_ref(12)?.as_str_or_null()?,
        returned: count(row.get(13)?),
        reopened: row.get(14)?,
        invitation: row.get(15)?,
        follow_up: follow_up::read(row, 16, id)?,
    }))
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn recipients(json: &str) -> Vec<Address> {
    #[derive(serde::Deserialize)]
    struct Recipient {
        name: String,
        address: String,
    }
    let all: Vec<Recipient> = serde_json::from_str(json).unwrap_or_default();
    all.into_iter().map(|one| Address { name: one.name, address: one.address }).collect()
}
