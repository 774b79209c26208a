//! Conversations, by References, In-Reply-To and Message-ID alone: a shared subject joins nothing.
//!
//! A thread's number is the id of the message that began it. Every Message-ID that was seen or referred to names a
//! thread, so that a reply which comes before its question still finds it. When a message refers to two threads, they
//! become one: the smaller goes over to the larger, and names of the former lead there.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};
use sha2::{Digest, Sha256};

use super::failure::StoreError;
use super::instant::seconds;
use crate::domain::ids::{Id, ThreadId};

/// Beyond this, two threads count as equally large.
const COUNTED: i64 = 10_000;

pub(super) struct Placed {
    pub thread: ThreadId,
    pub muted: bool,
}

/// Finds the thread of a new message, and makes or joins threads as its references ask for.
///
/// Muting does not spread: where a message refers to a muted thread and to one that is not, they stay two, and it
/// belongs to that of the nearest message it refers to.
pub(super) fn place(
    tx: &Transaction<'_>,
    id: Id,
    own: Option<&str>,
    references: &[String],
) -> Result<Placed, StoreError> {
    let mut names: Vec<i64> = Vec::with_capacity(references.len() + 1);
    // Nearest first: the last reference is the message answered, and what refers to this one comes after those.
    for name in references.iter().rev().map(String::as_str).chain(own).filter(|name| !name.is_empty()) {
        let name = hash(name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut unnamed = Vec::new();
    let mut found: Vec<(i64, bool)> = Vec::new();
    for name in names {
        match thread_of(tx, name)? {
            Some(thread) if found.iter().all(|(known, _)| *known != thread) => {
                found.push((thread, is_muted(tx, thread)?));
            }
            Some(_) => {}
            None => unnamed.push(name),
        }
    }
    let (thread, muted) = match found.first() {
        None => (id.0, false),
        Some(&(_, muted)) => (join(tx, found.iter().filter(|(_, m)| *m == muted).map(|(thread, _)| *thread))?, muted),
    };
    let mut insert = tx.prepare_cached("INSERT INTO thread_name (hash, thread) VALUES (?1, ?2)")?;
    for name in unnamed {
        insert.execute((name, thread))?;
    }
    Ok(Placed { thread: ThreadId(thread), muted })
}

/// Mutes a thread for ever.
pub(super) fn mute(tx: &Transaction<'_>, thread: ThreadId, now: DateTime<Utc>) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT OR IGNORE INTO muted_thread (thread, since) VALUES (?1, ?2)")?
        .execute((thread.0, seconds(now)))?;
    Ok(())
}

/// The number by which a Message-ID is looked up.
pub(super) fn hash(name: &str) -> i64 {
    let digest = Sha256::digest(name.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(first)
}

fn thread_of(tx: &Transaction<'_>, name: i64) -> Result<Option<i64>, StoreError> {
    let named: Option<i64> = tx
        .prepare_cached("SELECT thread FROM thread_name WHERE hash = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    let Some(mut thread) = named else { return Ok(None) };
    let mut joined = tx.prepare_cached("SELECT into_thread FROM thread_joined WHERE thread = ?1")?;
    while let Some(into) = joined.query_row([thread], |row| row.get(0)).optional()? {
        thread = into;
    }
    Ok(Some(thread))
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
