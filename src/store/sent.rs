//! What the person has sent: the messages in folders for sent mail, whom they were written to, and the Message-IDs by which
//! answers name them.
//!
//! Each fact is a row that is found by its key, so that asking while a message is taken in costs the same with any amount of
//! sent mail. A fact stays when the folder is not read any more: it is true all the same.

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::failure::StoreError;
use super::{Store, marks, source, thread};
use crate::domain::correspondence::Correspondence;
use crate::domain::envelope::Envelope;
use crate::domain::ids::{Id, SourceId};
use crate::domain::message_kind::MessageKind;

impl Store {
    /// What the sent mail says of a message that comes in.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn correspondence(&self, envelope: &Envelope) -> Result<Correspondence, StoreError> {
        self.read("asking what was sent", |connection| {
            let author = envelope.from.address.to_lowercase();
            let wrote_to_author = !author.is_empty()
                && connection.prepare_cached("SELECT 1 FROM correspondent WHERE address = ?1")?.exists([author])?;
            let mut is_own = connection.prepare_cached(IS_OWN)?;
            let own: Vec<bool> = envelope
                .references
                .iter()
                .map(|name| is_own.exists((thread::hash(name), name)))
                .collect::<Result<_, _>>()?;
            // Of several, the first one began the thread. One alone may be any message of it.
            let in_own_thread = match envelope.references.as_slice() {
                [only] => own.contains(&true) || began_thread_of(connection, only)?,
                _ => own.first() == Some(&true),
            };
            Ok(Correspondence { wrote_to_author, answers_own: own.contains(&true), in_own_thread })
        })
    }

    /// The kinds of a message that were known from the sent mail when it was taken in.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn correspondence_of(&self, id: Id) -> Result<Correspondence, StoreError> {
        self.read("asking what was sent", |connection| {
            let fields: i64 = connection
                .prepare_cached("SELECT fields FROM message WHERE id = ?1")?
                .query_row([id.0], |row| row.get(0))
                .optional()?
                .ok_or(StoreError::Unknown(id))?;
            let has = |kind| fields & marks::kind_bit(kind) != 0;
            Ok(Correspondence {
                wrote_to_author: has(MessageKind::Correspondent),
                answers_own: has(MessageKind::Answer),
                in_own_thread: has(MessageKind::Mine),
            })
        })
    }
}

/// Whether a Message-ID, by its hash and by itself, is that of a message of the person's own: one that was found among the sent
/// mail, or one that has left from here, before its copy was read there.
const IS_OWN: &str = "SELECT 1 FROM sent_message WHERE hash = ?1
     UNION ALL SELECT 1 FROM outgoing WHERE message_id = ?2 AND state IN ('sent', 'partly sent')";

/// Whether the oldest message of the thread that this Message-ID belongs to was sent by the person.
fn began_thread_of(connection: &Connection, name: &str) -> Result<bool, StoreError> {
    let Some(thread) = thread::thread_of(connection, thread::hash(name))? else { return Ok(false) };
    Ok(connection
        .prepare_cached("SELECT 1 FROM sent_message WHERE message = (SELECT min(id) FROM message WHERE thread = ?1)")?
        .exists([thread])?)
}

/// A message that lies among the sent mail.
struct SentMessage<'m> {
    id: Id,
    message_id: Option<&'m str>,
    from: &'m str,
}

/// Records that a message was sent by the person; whether that was not known before.
pub(super) fn note(tx: &Transaction<'_>, id: Id, envelope: &Envelope) -> Result<bool, StoreError> {
    let sent = SentMessage { id, message_id: envelope.message_id.as_deref(), from: &envelope.from.address };
    // Whom a program answers for the person, the person has not written to.
    let to = if envelope.automatic { &[][..] } else { &envelope.to[..] };
    keep(tx, &sent, to.iter().map(|to| to.address.as_str()))
}

fn keep<'a>(
    tx: &Transaction<'_>,
    sent: &SentMessage<'_>,
    to: impl Iterator<Item = &'a str>,
) -> Result<bool, StoreError> {
    let hash = sent.message_id.filter(|name| !name.is_empty()).map(thread::hash);
    let new = tx
        .prepare_cached("INSERT OR IGNORE INTO sent_message (message, hash) VALUES (?1, ?2)")?
        .execute((sent.id.0, hash))?;
    if new == 0 {
        return Ok(false);
    }
    let own = sent.from.to_lowercase();
    let mut insert = tx.prepare_cached("INSERT OR IGNORE INTO correspondent (address) VALUES (?1)")?;
    for address in to.map(str::to_lowercase).filter(|address| !address.is_empty() && *address != own) {
        insert.execute([address])?;
    }
    Ok(true)
}

/// Whether a message lies among the sent mail and was never found anywhere else.
pub(super) fn lies_only_there(tx: &Transaction<'_>, id: Id) -> Result<bool, StoreError> {
    Ok(tx
        .prepare_cached(
            "SELECT 1 FROM sent_message WHERE message = ?1
             AND NOT EXISTS (SELECT 1 FROM copy AS c JOIN folder AS f ON f.id = c.folder WHERE c.message = ?1 AND NOT f.sent)",
        )?
        .exists([id.0])?)
}

/// Records that a folder is read as sent mail, because a message was found in it as such.
pub(super) fn mark(tx: &Transaction<'_>, folder: i64) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE folder SET sent = 1 WHERE id = ?1 AND NOT sent")?.execute([folder])?;
    Ok(())
}

/// Records which folders of a source are read as sent mail. What is known of a folder that was not read as such before becomes
/// sent mail too: once, in time that grows with its messages.
pub(super) fn read_as_sent(tx: &Transaction<'_>, from: SourceId, folders: &[String]) -> Result<(), StoreError> {
    let names = serde_json::Value::from(folders).to_string();
    tx.prepare_cached(
        "UPDATE folder SET sent = 0 WHERE source = ?1 AND sent AND name NOT IN (SELECT value FROM json_each(?2))",
    )?
    .execute((from.0, names))?;
    for name in folders {
        let folder = source::folder(tx, from, name)?;
        let known = tx.prepare_cached("SELECT 1 FROM folder WHERE id = ?1 AND sent")?.exists([folder])?;
        if !known {
            mark(tx, folder)?;
            keep_all_of(tx, folder)?;
        }
    }
    Ok(())
}

/// Records that every known message of a folder was sent by the person.
fn keep_all_of(tx: &Transaction<'_>, folder: i64) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT m.id, m.message_id, m.from_address, iif(m.fields & ?2, '[]', m.recipients) FROM copy AS c JOIN message AS m ON m.id = c.message
         WHERE c.folder = ?1",
    )?;
    let mut rows = statement.query([folder, marks::AUTOMATIC])?;
    while let Some(row) = rows.next()? {
        let message_id: Option<String> = row.get(1)?;
        let from: String = row.get(2)?;
        // What is no list of recipients was damaged, which `tidebox store verify` tells.
        let to: Vec<Recipient> = serde_json::from_str(&row.get::<_, String>(3)?).unwrap_or_default();
        let sent = SentMessage { id: Id(row.get(0)?), message_id: message_id.as_deref(), from: &from };
        keep(tx, &sent, to.iter().map(|to| to.address.as_str()))?;
    }
    Ok(())
}

/// A recipient, as the column `recipients` has it.
#[derive(serde::Deserialize)]
struct Recipient {
    address: String,
}
