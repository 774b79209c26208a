//! Reading one message: its original bytes, laid out as a letter. The store returns only messages that may be shown.

use chrono::{DateTime, Utc};

use super::unsubscribe::left_before;
use super::{JobError, invitation};
use crate::domain::ids::Id;
use crate::domain::invitation::card;
use crate::domain::letter::{Body, Letter};
use crate::domain::peek::Peek;
use crate::domain::printable::Printable;
use crate::domain::schedule::Zone;
use crate::mail;
use crate::store::{Store, StoreError};

/// For whom a message is laid out.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    pub now: DateTime<Utc>,
    /// The zone in which the times of events are told.
    pub zone: Zone,
    /// The columns of the text.
    pub width: u16,
}

/// Lays out a message that may be shown.
pub fn letter(store: &Store, id: Id, body: Option<Body>, reader: Reader) -> Result<Letter, JobError> {
    let mut letter = laid_out(store, id, &store.original(id)?, body, reader)?;
    if let Some(left) = left_before(store, &store.message(id)?)? {
        let day = left.with_timezone(&reader.zone).format("%-d %B %Y");
        letter.notes.push(Printable::from(format!("you left this list on {day}")));
    }
    letter.notes.extend(store.comeback(id)?.map(|comeback| Printable::from(comeback.to_string())));
    Ok(letter)
}

/// How the text of a message that may be shown begins, for one line.
///
/// # Errors
/// As the store's.
pub fn first_words(store: &Store, id: Id) -> Result<Printable, JobError> {
    Ok(Printable::from(mail::first_words(&mail::parse(&store.original(id)?).text)))
}

/// Lays out a message that may be shown, or that the open peek shows. Without a peek a held message stays closed (rule 1).
///
/// # Errors
/// `Held` where the message is held and no peek is open; else as the store's.
pub fn letter_or_peeked(store: &Store, id: Id, body: Option<Body>, reader: Reader) -> Result<Letter, JobError> {
    match letter(store, id, body, reader) {
        Err(JobError::Store(held @ StoreError::Held(_))) => match store.current_peek(reader.now)? {
            Some(peek) => peeked_letter(store, &peek, id, body, reader),
            None => Err(held.into()),
        },
        other => other,
    }
}

/// Lays out a held message, under an open peek.
pub fn peeked_letter(
    store: &Store,
    peek: &Peek,
    id: Id,
    body: Option<Body>,
    reader: Reader,
) -> Result<Letter, JobError> {
    let raw = store.peeked_original(peek, id, reader.now)?;
    laid_out(store, id, &raw, body, reader)
}

fn laid_out(store: &Store, id: Id, raw: &[u8], body: Option<Body>, reader: Reader) -> Result<Letter, JobError> {
    let Reader { now, zone, width } = reader;
    let mut letter = mail::letter(id, raw, width, body);
    if let Some(found) = &mut letter.invitation {
        found.context = invitation::context(store, id, &found.invitation, (now, zone))?;
        found.lines = card(&found.invitation, &found.context, now, zone, letter.width);
    }
    Ok(letter)
}
