//! Which thread a Message-ID (here: a name) leads to, for a message that has it or refers to it.
//!
//! A Message-ID that one message here has joins whatever refers to it. A name that no message has (it may be one that is not
//! here, the fixed id of a ticket system, an address that stands where an id should) or that several have joins only what is
//! about the same, or came through the same mailing list: its other users get threads apart, each under the name and its topic. When the message with that
//! id comes after all, they become one. Under a name that was quiet for long, what a machine sends begins anew.

use rusqlite::{OptionalExtension, Transaction};

use super::{Newcomer, hash, stays, thread_of};
use crate::domain::topic::Topic;
use crate::store::failure::StoreError;

/// After so many seconds without a message a thread is over for machines: 90 days.
const QUIET: i64 = 90 * 86_400;
/// So many of a thread's latest messages, and so many of its first ones, are compared by their topic.
const LATEST: i64 = 16;
const FIRST: i64 = 4;
/// In a store of an earlier version, the Message-IDs of so many messages of a thread are looked at.
const ASKED: i64 = 1_000;
/// A name that more threads share than this joins nothing.
const SHARED: usize = 50;

/// In how many conversations a message has a name as its Message-ID.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bearers {
    None,
    One,
    Several,
}

/// The thread that a name leads to, and what is to be recorded once the message's thread is known.
#[derive(Default)]
pub(super) struct Link {
    pub(super) threads: Vec<i64>,
    /// Hashes of names that are to lead to the thread.
    names: Vec<i64>,
    /// The name's own number, where the thread stands apart from others that use it.
    apart: Option<i64>,
    /// What is known of the bearers of this name from now on.
    bearers: Option<(i64, Bearers)>,
    /// The message has the same Message-ID as another one.
    namesake: Option<(i64, i64)>,
}

impl Link {
    fn to(thread: i64) -> Self {
        Self { threads: vec![thread], ..Self::default() }
    }

    pub(super) fn keep(self, tx: &Transaction<'_>, thread: i64) -> Result<(), StoreError> {
        for name in &self.names {
            let bearers = self.bearers.filter(|(own, _)| own == name).map_or(Bearers::None, |(_, bearers)| bearers);
            tx.prepare_cached("INSERT OR IGNORE INTO thread_name (hash, thread, bearers) VALUES (?1, ?2, ?3)")?
                .execute((name, thread, bearers.number()))?;
        }
        if let Some((name, bearers)) = self.bearers.filter(|(name, _)| !self.names.contains(name)) {
            tx.prepare_cached("UPDATE thread_name SET bearers = ?2 WHERE hash = ?1")?
                .execute((name, bearers.number()))?;
        }
        if let Some(name) = self.apart {
            tx.prepare_cached("INSERT OR IGNORE INTO thread_apart (hash, thread) VALUES (?1, ?2)")?
                .execute((name, thread))?;
        }
        if let Some(namesake) = self.namesake {
            tx.prepare_cached("INSERT OR IGNORE INTO namesake (hash, message) VALUES (?1, ?2)")?.execute(namesake)?;
        }
        Ok(())
    }
}

impl Bearers {
    fn number(self) -> i64 {
        match self {
            Self::None => 0,
            Self::One => 1,
            Self::Several => 2,
        }
    }

    /// Those of a name that leads to a thread.
    fn of(tx: &Transaction<'_>, name: i64, text: &str, thread: i64) -> Result<Self, StoreError> {
        let known: Option<i64> = tx
            .prepare_cached("SELECT bearers FROM thread_name WHERE hash = ?1")?
            .query_row([name], |row| row.get(0))
            .optional()?
            .flatten();
        let number = match known {
            Some(number) => number,
            None => tx
                .prepare_cached(
                    "SELECT count(*) > 0 FROM
                        (SELECT message_id FROM message WHERE thread = ?1 ORDER BY id DESC LIMIT ?2)
                     WHERE message_id = ?3",
                )?
                .query_row((thread, ASKED, text), |row| row.get(0))?,
        };
        Ok(match number {
            0 => Self::None,
            1 => Self::One,
            _ => Self::Several,
        })
    }
}

/// The link of a name that the newcomer refers to.
pub(super) fn referred(tx: &Transaction<'_>, new: &Newcomer<'_>, text: &str) -> Result<Link, StoreError> {
    let name = hash(text);
    let Some(thread) = thread_of(tx, name)? else { return Ok(Link { names: vec![name], ..Link::default() }) };
    if Bearers::of(tx, name, text, thread)? == Bearers::One || is_kin(tx, thread, new)? {
        return in_time(tx, new, text, thread);
    }
    apart(tx, new, text)
}

/// The link of the newcomer's own name.
pub(super) fn borne(tx: &Transaction<'_>, new: &Newcomer<'_>, text: &str) -> Result<Link, StoreError> {
    let name = hash(text);
    let Some(thread) = thread_of(tx, name)? else {
        return Ok(Link { names: vec![name], bearers: Some((name, Bearers::One)), ..Link::default() });
    };
    if Bearers::of(tx, name, text, thread)? == Bearers::None {
        // The others refer to it, and it has come after them.
        let mut threads = vec![thread];
        threads.extend(waiting(tx, name)?);
        return Ok(Link { threads, bearers: Some((name, Bearers::One)), ..Link::default() });
    }
    // The same letter, if it comes by another way, has the same date.
    if same_date(tx, new, text, thread)? {
        return Ok(Link { namesake: Some((name, new.id.0)), ..Link::to(thread) });
    }
    let kin = is_kin(tx, thread, new)?;
    let mut link = if kin { in_time(tx, new, text, thread)? } else { apart(tx, new, text)? };
    link.bearers = (!kin).then_some((name, Bearers::Several));
    link.namesake = Some((name, new.id.0));
    Ok(link)
}

/// The thread of those who use a name and are about the same as the newcomer.
fn apart(tx: &Transaction<'_>, new: &Newcomer<'_>, text: &str) -> Result<Link, StoreError> {
    let own = format!("{text}\0{}", new.topic.words());
    match thread_of(tx, hash(&own))? {
        Some(thread) => in_time(tx, new, &own, thread),
        None => Ok(Link { names: vec![hash(&own)], apart: Some(hash(text)), ..Link::default() }),
    }
}

/// The thread, unless a machine writes and the thread was quiet for long: then that of the same name and time.
fn in_time(tx: &Transaction<'_>, new: &Newcomer<'_>, text: &str, thread: i64) -> Result<Link, StoreError> {
    if !new.automatic || !quiet(tx, thread, new.id.0)? {
        return Ok(Link::to(thread));
    }
    let stretch = new.id.0.div_euclid(QUIET);
    let named = |stretch: i64| hash(&format!("{text}\0\0{stretch}"));
    let names = vec![named(stretch)];
    for near in [stretch, stretch - 1, stretch + 1] {
        if let Some(thread) = thread_of(tx, named(near))?
            && !quiet(tx, thread, new.id.0)?
        {
            return Ok(Link { names, ..Link::to(thread) });
        }
    }
    Ok(Link { names, ..Link::default() })
}

/// Whether a thread has no message within the time before and after an instant; ids are instants, or close to them.
fn quiet(tx: &Transaction<'_>, thread: i64, at: i64) -> Result<bool, StoreError> {
    let near = "SELECT 1 FROM message WHERE thread = ?1 AND id BETWEEN ?2 AND ?3 LIMIT 1";
    Ok(!tx.prepare_cached(near)?.exists((thread, at.saturating_sub(QUIET), at.saturating_add(QUIET)))?)
}

/// Whether one of a thread's latest or first messages is about the same, or came through the same mailing list, where
/// everybody sees what is answered.
fn is_kin(tx: &Transaction<'_>, thread: i64, new: &Newcomer<'_>) -> Result<bool, StoreError> {
    for (order, limit) in [("DESC", LATEST), ("ASC", FIRST)] {
        let sql = format!("SELECT subject, list FROM message WHERE thread = ?1 ORDER BY id {order} LIMIT ?2");
        let mut statement = tx.prepare_cached(&sql)?;
        let mut rows = statement.query((thread, limit))?;
        while let Some(row) = rows.next()? {
            let (subject, list): (String, Option<String>) = (row.get(0)?, row.get(1)?);
            if Topic::of(&subject).meets(&new.topic) || list.is_some() && list.as_deref() == new.list {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn same_date(tx: &Transaction<'_>, new: &Newcomer<'_>, text: &str, thread: i64) -> Result<bool, StoreError> {
    let same = "SELECT 1 FROM (SELECT message_id, date FROM message WHERE thread = ?1 ORDER BY id DESC LIMIT ?2)
                WHERE message_id = ?3 AND date IS ?4";
    Ok(new.date.is_some() && tx.prepare_cached(same)?.exists((thread, ASKED, text, new.date))?)
}

/// The separate threads that use a name; none where there are too many of them to be one conversation.
fn waiting(tx: &Transaction<'_>, name: i64) -> Result<Vec<i64>, StoreError> {
    let mut statement = tx.prepare_cached("SELECT thread FROM thread_apart WHERE hash = ?1 LIMIT ?2")?;
    let limit = i64::try_from(SHARED + 1).unwrap_or(i64::MAX);
    let threads = statement.query_map((name, limit), |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    if threads.len() > SHARED {
        return Ok(Vec::new());
    }
    threads.into_iter().map(|thread| stays(tx, thread)).collect()
}
