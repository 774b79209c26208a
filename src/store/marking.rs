//! Giving older messages the marks that newer ones get when they are taken in (see `marks`): from the newest to the oldest,
//! some at a time. What is not done yet is the fact `unmarked`, an id: messages below it have no marks.

use super::Store;
use super::admit::{index, recipients};
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

    /// The newest messages that wait for their marks, newest first: at most so many, and none but the first one where their
    /// originals would have more bytes together than `bytes`.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn unmarked(&self, most: usize, bytes: u64) -> Result<Vec<UnmarkedMessage>, StoreError> {
        self.read("looking for messages without marks", |connection| {
            let below = counter(connection, "unmarked")?;
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

    /// Gives these messages their marks, and says that everything from `down_to` on has them. With `down_to` 0 all have.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn mark(&mut self, read_anew: &[(Id, Envelope, Indexed)], down_to: Id) -> Result<(), StoreError> {
        self.write("marking messages", |tx| {
            for (id, envelope, words) in read_anew {
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
            tx.prepare_cached("UPDATE fact SET value = min(value, ?1) WHERE name = 'unmarked'")?
                .execute([down_to.0])?;
            Ok(())
        })
    }
}
