//! Giving older messages the marks that newer ones get when they are taken in (see `marks`): from the newest to the oldest,
//! some at a time. What is not done yet is the fact `unmarked`, an id: messages below it have no marks. The fact `unbegun` says the
//! same of the beginnings of words (see `beginning`), which came with a later version.

use rusqlite::Connection;

use super::Store;
use super::admit::{index, recipients};
use super::beginning::{self, BeginningSet};
use super::failure::StoreError;
use super::marks;
use super::meta::counter;
use super::original::bytes_of;
use crate::domain::envelope::Envelope;
use crate::domain::ids::Id;
use crate::domain::query::{Indexed, Thing};

/// A message that waits for its marks, with its original bytes: for reading it anew alone, nothing of it is for a person to
/// see. `None` where the original is damaged; then it stays as it is.
pub type UnmarkedMessage = (Id, Option<Vec<u8>>);

impl Store {
    /// Whether every message has its marks. Until then, a search for a link, a picture, an invitation, a file's name or a copy
    /// finds newer messages alone.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn is_marked(&self) -> Result<bool, StoreError> {
        self.read("asking for marks", |connection| Ok(counter(connection, "unmarked")? == 0))
    }

    /// Whether every message has both its marks and its beginnings.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn is_read_anew(&self) -> Result<bool, StoreError> {
        self.read("asking for marks", |connection| Ok(below(connection)? == 0))
    }

    /// The newest messages that wait for their marks or their beginnings, newest first: at most so many, and none but the first
    /// one where their originals would have more bytes together than `bytes`.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn unmarked(&self, most: usize, bytes: u64) -> Result<Vec<UnmarkedMessage>, StoreError> {
        self.read("looking for messages without marks", |connection| {
            let below = below(connection)?;
            let mut newest =
                connection.prepare_cached("SELECT id, size FROM message WHERE id < ?1 ORDER BY id DESC LIMIT ?2")?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let rows = newest.query_map([below, most], |row| Ok((Id(row.get(0)?), row.get::<_, i64>(1)?)))?;
            let (mut found, mut sum) = (Vec::new(), 0_u64);
            for row in rows {
                let (id, size) = row?;
                sum = sum.saturating_add(size.unsigned_abs());
                if sum > bytes && !found.is_empty() {
                    break;
                }
                found.push((id, bytes_of(connection, id).ok()));
            }
            Ok(found)
        })
    }

    /// Gives these messages the marks and the beginnings that they lack, and says that everything from `down_to` on has them. With
    /// `down_to` 0 all have. Of a damaged message nothing can be read, and it is found by no short beginning.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn mark(&mut self, read_anew: &[(Id, Option<(Envelope, Indexed)>)], down_to: Id) -> Result<(), StoreError> {
        self.write("marking messages", |tx| {
            let (unmarked, mut beginnings, nothing) =
                (counter(tx, "unmarked")?, BeginningSet::default(), Indexed::default());
            for (id, read) in read_anew {
                let words = read.as_ref().map_or(&nothing, |(_, words)| words);
                beginning::replace(tx, &mut beginnings, *id, words)?;
                let Some((envelope, words)) = read.as_ref().filter(|_| id.0 < unmarked) else { continue };
                let things = Thing::of(envelope);
                tx.prepare_cached("UPDATE message SET fields = ?2 | (fields & ?4), recipients = ?3 WHERE id = ?1")?
                    .execute((
                        id.0,
                        marks::fields(words, &things, &envelope.kinds, envelope.automatic),
                        recipients(envelope),
                        marks::by_sent_mail(),
                    ))?;
                tx.prepare_cached("DELETE FROM words WHERE rowid = ?1")?.execute([id.0])?;
                index(tx, *id, words, &things)?;
            }
            tx.prepare_cached("UPDATE fact SET value = min(value, ?1) WHERE name IN ('unmarked', 'unbegun')")?
                .execute([down_to.0])?;
            Ok(())
        })
    }
}

/// Messages from this id on have all that newer ones get.
fn below(connection: &Connection) -> Result<i64, StoreError> {
    Ok(counter(connection, "unmarked")?.max(counter(connection, "unbegun")?))
}
