//! Reading one message: its original bytes, laid out as a letter. The store lets out only what may be shown.

use chrono::{DateTime, Utc};

use super::JobError;
use crate::domain::ids::Id;
use crate::domain::letter::{Body, Letter};
use crate::domain::peek::Peek;
use crate::domain::printable::Printable;
use crate::mail;
use crate::store::Store;

/// Lays out a message that may be shown.
pub fn letter(store: &Store, id: Id, width: u16, body: Option<Body>) -> Result<Letter, JobError> {
    let mut letter = mail::letter(id, &store.original(id)?, width, body);
    letter.notes.extend(store.comeback(id)?.map(|comeback| Printable::from(comeback.to_string())));
    Ok(letter)
}

/// Lays out a held message, under an open peek.
pub fn peeked_letter(
    store: &Store,
    peek: &Peek,
    id: Id,
    width: u16,
    body: Option<Body>,
    now: DateTime<Utc>,
) -> Result<Letter, JobError> {
    Ok(mail::letter(id, &store.peeked_original(peek, id, now)?, width, body))
}
