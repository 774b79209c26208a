//! Reading one message: its original bytes, laid out as a letter. The store returns only messages that may be shown.

use chrono::{DateTime, Utc};

use super::JobError;
use crate::domain::ids::Id;
use crate::domain::letter::{Body, Letter};
use crate::domain::peek::Peek;
use crate::domain::printable::Printable;
use crate::mail;
use crate::store::{Store, StoreError};

/// Lays out a message that may be shown.
pub fn letter(store: &Store, id: Id, width: u16, body: Option<Body>) -> Result<Letter, JobError> {
    let mut letter = mail::letter(id, &store.original(id)?, width, body);
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
pub fn letter_or_peeked(
    store: &Store,
    id: Id,
    width: u16,
    body: Option<Body>,
    now: DateTime<Utc>,
) -> Result<Letter, JobError> {
    match letter(store, id, width, body) {
        Err(JobError::Store(held @ StoreError::Held(_))) => match store.current_peek(now)? {
            Some(peek) => peeked_letter(store, &peek, id, width, body, now),
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
    width: u16,
    body: Option<Body>,
    now: DateTime<Utc>,
) -> Result<Letter, JobError> {
    Ok(mail::letter(id, &store.peeked_original(peek, id, now)?, width, body))
}
