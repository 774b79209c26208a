//! Conversations, by References, In-Reply-To and Message-ID alone: a shared subject joins nothing.
//!
//! A thread's number is the id of the message that began it. Every Message-ID that was seen or referred to names a
//! thread, so that a reply which comes before its question still finds it. When a message refers to two threads, they
//! become one: the smaller goes over to the larger, and names of the former lead there.
//!
//! `kin` keeps messages apart that use the same Message-ID by accident.

mod kin;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction};
use sha2::{Digest, Sha256};

use super::failure::StoreError;
use super::instant::seconds;
use super::marks::kind_bit;
use crate::domain::envelope::Envelope;
use crate::domain::flags::Flags;
use crate::domain::ids::{Id, ThreadId};
use crate::domain::keyword::Keyword;
use crate::domain::message_kind::MessageKind;
use crate::domain::topic::Topic;

/// Beyond this, two threads count as equally large.
const COUNTED: i64 = 10_000;

pub(super) struct Placed {
    pub thread: ThreadId,
    pub muted: bool,
}

/// A new message, with what decides which thread it belongs to.
pub(super) struct Newcomer<'a> {
    id: Id,
    own: Option<&'a str>,
    references: &'a [String],
    topic: Topic,
    list: Option<&'a str>,
    date: Option<i64>,
    automatic: bool,
}

impl<'a> Newcomer<'a> {
    pub(super) fn of(id: Id, envelope: &'a Envelope) -> Self {
        Self {
            id,
            own: envelope.message_id.as_deref().filter(|own| !own.is_empty()),
            references: &envelope.references,
            topic: Topic::of(&envelope.subject),
            list: envelope.list.as_deref(),
            date: envelope.date.map(seconds),
            automatic: envelope.automatic,
        }
    }
}

/// Finds the thread of a new message, and makes or joins threads as its references ask for.
///
/// Muting does not spread: if a message refers to a muted thread and to another one, these stay two, and the message
/// belongs to the thread of the nearest message that it refers to.
pub(super) fn place(tx: &Transaction<'_>, new: &Newcomer<'_>) -> Result<Placed, StoreError> {
    let mut links = Vec::with_capacity(new.references.len() + 1);
    // Nearest first: the last reference is the message answered, and what refers to this one comes after those.
    for name in new.references.iter().rev().filter(|name| !name.is_empty() && Some(name.as_str()) != new.own) {
        links.push(kin::referred(tx, new, name)?);
    }
    if let Some(own) = new.own {
        links.push(kin::borne(tx, new, own)?);
    }
    let mut found: Vec<(i64, bool)> = Vec::new();
    for thread in links.iter().flat_map(|link| &link.threads) {
        if found.iter().all(|(known, _)| known != thread) {
            found.push((*thread, is_muted(tx, *thread)?));
        }
    }
    let (thread, muted) = match found.first() {
        None => (new.id.0, false),
        Some(&(_, muted)) => (join(tx, found.iter().filter(|(_, m)| *m == muted).map(|(thread, _)| *thread))?, muted),
    };
    for link in links {
        link.keep(tx, thread)?;
    }
    Ok(Placed { thread: ThreadId(thread), muted })
}

/// Mutes a thread for ever.
pub(super) fn mute(tx: &Transaction<'_>, thread: ThreadId, now: DateTime<Utc>) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT OR IGNORE INTO muted_thread (thread, since) VALUES (?1, ?2)")?
        .execute((thread.0, seconds(now)))?;
    Ok(())
}

/// Files as muted what came into a muted thread and waits, and was taken in at this instant or after it: while the batch in which it
/// was muted was open. What is older was not frozen, and what was shown is not filed unasked. What tells that a message of the person's
/// did not arrive is never muted.
pub(super) fn mute_since(tx: &Transaction<'_>, thread: ThreadId, since: DateTime<Utc>) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE message SET stage = 'muted' WHERE thread = ?1 AND stage = 'held' AND admitted >= ?2 AND fields & ?3 = 0",
    )?
    .execute((thread.0, seconds(since), kind_bit(MessageKind::Bounce)))?;
    Ok(())
}

/// Unmutes a message's thread, if none of its messages is muted by a decision that counts or by a keyword in a
/// mailbox. Messages that joined the thread meanwhile and lie in folders for incoming mail are open again. They were
/// visible while they were muted, so they are not held again but lead the next batch.
pub(super) fn unmute_if_nothing_muted(tx: &Transaction<'_>, id: Id) -> Result<(), StoreError> {
    let thread: i64 =
        tx.prepare_cached("SELECT thread FROM message WHERE id = ?1")?.query_row([id.0], |row| row.get(0))?;
    let decided = tx
        .prepare_cached(
            "SELECT 1 FROM message AS m CROSS JOIN batch AS b JOIN decision AS d ON d.batch = b.id AND d.message = m.id
             WHERE m.thread = ?1 AND m.stage = 'muted' AND d.verb = 'mute'",
        )?
        .exists([thread])?;
    if decided || has_muted_copy(tx, thread)? {
        return Ok(());
    }
    tx.prepare_cached("DELETE FROM muted_thread WHERE thread = ?1")?.execute([thread])?;
    tx.prepare_cached(
        "UPDATE message SET stage = 'carried over' WHERE thread = ?1 AND stage = 'muted'
         AND EXISTS (SELECT 1 FROM copy AS c JOIN folder AS f ON f.id = c.folder
                     WHERE c.message = message.id AND c.gone IS NULL AND f.incoming)",
    )?
    .execute([thread])?;
    Ok(())
}

/// Whether a message of a thread has the keyword for a muted thread in a mailbox.
fn has_muted_copy(tx: &Transaction<'_>, thread: i64) -> Result<bool, StoreError> {
    let mut copies = tx.prepare_cached(
        "SELECT c.flags FROM copy AS c JOIN message AS m ON m.id = c.message
         WHERE m.thread = ?1 AND c.gone IS NULL AND c.flags IS NOT NULL",
    )?;
    for flags in copies.query_map([thread], |row| Ok(Flags::read(row.get_ref(0)?.as_str()?)))? {
        if flags?.keywords.contains(&Keyword::Muted) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The number by which a Message-ID is looked up.
pub(super) fn hash(name: &str) -> i64 {
    let digest = Sha256::digest(name.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(first)
}

pub(super) fn thread_of(connection: &Connection, name: i64) -> Result<Option<i64>, StoreError> {
    let named: Option<i64> = connection
        .prepare_cached("SELECT thread FROM thread_name WHERE hash = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    named.map(|thread| stays(connection, thread)).transpose()
}

/// The thread that this one became.
fn stays(connection: &Connection, mut thread: i64) -> Result<i64, StoreError> {
    let mut joined = connection.prepare_cached("SELECT into_thread FROM thread_joined WHERE thread = ?1")?;
    while let Some(into) = joined.query_row([thread], |row| row.get(0)).optional()? {
        thread = into;
    }
    Ok(thread)
}

pub(super) fn is_muted(tx: &Transaction<'_>, thread: i64) -> Result<bool, StoreError> {
    Ok(tx.prepare_cached("SELECT 1 FROM muted_thread WHERE thread = ?1")?.exists([thread])?)
}

/// Makes one thread of several; the largest stays and, of equally large ones, the oldest.
fn join(tx: &Transaction<'_>, threads: impl Iterator<Item = i64>) -> Result<i64, StoreError> {
    let mut threads: Vec<i64> = threads.collect();
    if let [only] = threads[..] {
        return Ok(only);
    }
    let mut sizes = Vec::with_capacity(threads.len());
    let mut count = tx.prepare_cached("SELECT count(*) FROM (SELECT 1 FROM message WHERE thread = ?1 LIMIT ?2)")?;
    for thread in threads.drain(..) {
        let size: i64 = count.query_row((thread, COUNTED), |row| row.get(0))?;
        sizes.push((-size, thread));
    }
    sizes.sort_unstable();
    let mut rest = sizes.into_iter().map(|(_, thread)| thread);
    let stays = rest.next().unwrap_or_default();
    for goes in rest {
        tx.prepare_cached("UPDATE message SET thread = ?1 WHERE thread = ?2")?.execute((stays, goes))?;
        tx.prepare_cached("INSERT INTO thread_joined (thread, into_thread) VALUES (?1, ?2)")?.execute((goes, stays))?;
    }
    Ok(stays)
}
