//! Deferring: finding the window that a text names, and the list of deferred messages.

use chrono::{DateTime, Utc};

use super::{JobError, close};
use crate::config::Config;
use crate::domain::ids::Id;
use crate::domain::message::{Deferred, MessageSummary};
use crate::domain::schedule::Calendar;
use crate::domain::until::Until;
use crate::store::Store;

/// The window that a person names, as in `Until::named`.
///
/// # Errors
/// `Wrong` where the text names none, with examples of what does.
pub fn named(calendar: &Calendar, text: &str, now: DateTime<Utc>) -> Result<Until, JobError> {
    Until::named(calendar, text, now).map_err(|mistake| JobError::Wrong {
        what: mistake.to_string(),
        hint: "for example fri, 1 dec, 2026-12-01, 2w, or the name of a check-in".to_owned(),
    })
}

/// The deferred messages, the soonest first, with their windows as the calendar has them now.
pub fn deferred(store: &Store, calendar: &Calendar) -> Result<Vec<Deferred>, JobError> {
    let listed = store.deferred()?.into_iter();
    Ok(listed
        .map(|(message, until)| Deferred { entry: MessageSummary::of(&message), until: until.in_calendar(calendar) })
        .collect())
}

/// Wakes messages: they lead the next batch. Returns how many of these were deferred.
pub fn wake(store: &mut Store, config: &Config, ids: &[Id], now: DateTime<Utc>) -> Result<usize, JobError> {
    Ok(store.wake(ids, &close::plan(config), now)?)
}

/// Defers deferred messages to another window, and returns the new list of deferred messages.
pub fn reschedule(
    store: &mut Store,
    config: &Config,
    ids: &[Id],
    until: &Until,
    now: DateTime<Utc>,
) -> Result<Vec<Deferred>, JobError> {
    store.reschedule(ids, until, &close::plan(config), now)?;
    deferred(store, &config.calendar)
}
