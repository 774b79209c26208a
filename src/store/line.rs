//! What the line between mail and chat is drawn from: threads in which the person wrote, and what is known of one correspondent.
//!
//! The work is bounded by what the person has written, never by the size of the store.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::Store;
use super::failure::StoreError;
use super::instant::{ceiling, instant, placed};
use super::marks::AUTOMATIC;
use super::month::{ids, left_from_here, recipients};
use crate::domain::line::LineCases;
use crate::domain::month::facts::{Exchange, Exchanged};

/// At most so many threads are looked at, the newest; and none with more messages.
const MOST_THREADS: usize = 2_000;
const LONGEST_THREAD: usize = 500;

impl Store {
    /// All that passed in the threads in which the person has written within a range, as far as it may be shown: without what is held, spam,
    /// and what programs sent by themselves (RFC 3834). Threads with a message of a mailing list are left out.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn conversed(&self, range: &Range<DateTime<Utc>>) -> Result<Exchange, StoreError> {
        self.read("listing threads in which one wrote", |connection| {
            let mut left = Vec::new();
            left_from_here(connection, range, &mut left)?;
            let mut threads = written_in(connection, range)?;
            threads.extend(left.iter().rev().map(|one| one.thread).take(MOST_THREADS));
            let (mut all, mut names) = (Exchange::default(), HashMap::new());
            let mut known = BTreeSet::new();
            for thread in threads {
                if let Some(messages) = thread_of_people(connection, thread, &mut names)? {
                    all.messages.extend(messages);
                    known.insert(thread);
                }
            }
            all.messages.extend(left.into_iter().filter(|one| known.contains(&one.thread)));
            all.names = names.into_iter().map(|(address, (_, name))| (address, name)).collect();
            Ok(all)
        })
    }

    /// What is known within a range of the visible messages of one correspondent, whose address is in lower case.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn line_cases(&self, address: &str, range: &Range<DateTime<Utc>>) -> Result<LineCases, StoreError> {
        self.read("asking what is known of a correspondent", |connection| {
            let counted = |what: &str| -> Result<u32, StoreError> {
                let sql = format!(
                    "SELECT count(*) FROM {what} AND m.stage <> 'held' AND coalesce(m.from_key, lower(m.from_address)) = ?3"
                );
                let (from, until) = (ceiling(range.start), ceiling(range.end));
                Ok(connection.prepare_cached(&sql)?.query_row((from, until, address), |row| row.get(0))?)
            };
            Ok(LineCases {
                mattered: counted(
                    "matter AS x JOIN message AS m ON m.id = x.message WHERE x.answer = 'yes' AND x.asked >= ?1 AND x.asked < ?2",
                )?,
                let_through: counted("hit AS x JOIN message AS m ON m.id = x.message WHERE x.at >= ?1 AND x.at < ?2")?,
            })
        })
    }
}

/// The threads in which lie the newest messages of the person, as far as they were read among the sent mail.
fn written_in(connection: &Connection, range: &Range<DateTime<Utc>>) -> Result<BTreeSet<i64>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT m.thread FROM sent_message AS s JOIN message AS m ON m.id = s.message
         WHERE s.message >= ?1 AND s.message < ?2 ORDER BY s.message DESC",
    )?;
    let mut rows = statement.query(ids(connection, range)?)?;
    let mut threads = BTreeSet::new();
    while threads.len() < MOST_THREADS
        && let Some(row) = rows.next()?
    {
        threads.insert(row.get(0)?);
    }
    Ok(threads)
}

/// The name with which an address wrote last, and when.
type LastNames = HashMap<String, (DateTime<Utc>, String)>;

/// The messages of a thread; `None` of one with a mailing list, or a longer one than people write.
fn thread_of_people(
    connection: &Connection,
    thread: i64,
    names: &mut LastNames,
) -> Result<Option<Vec<Exchanged>>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {}, m.list IS NOT NULL, coalesce(m.from_key, lower(m.from_address)), m.from_name, m.recipients,
                EXISTS (SELECT 1 FROM sent_message WHERE message = m.id)
         FROM message AS m WHERE m.thread = ?1 AND m.stage NOT IN ('held', 'spam') AND m.fields & {AUTOMATIC} = 0",
        placed("m")
    ))?;
    let mut rows = statement.query([thread])?;
    let mut messages = Vec::new();
    while let Some(row) = rows.next()? {
        if row.get(1)? || messages.len() == LONGEST_THREAD {
            return Ok(None);
        }
        let (at, address, own) = (instant(row.get(0)?), row.get::<_, String>(2)?, row.get(5)?);
        let with = if own {
            recipients(row.get_ref(4)?.as_str().map_err(rusqlite::Error::from)?, &address)
        } else {
            let name: String = row.get(3)?;
            if !name.is_empty() && names.get(&address).is_none_or(|(last, _)| *last <= at) {
                names.insert(address.clone(), (at, name));
            }
            vec![address]
        };
        messages.push(Exchanged { thread, at, own, with });
    }
    Ok(Some(messages))
}
