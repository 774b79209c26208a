//! Deferring: finding the window that a text names, and the list of deferred messages.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{JobError, close};
use crate::config::Config;
use crate::domain::defer_choices::{DeferScope, DeferSubject, DeferTarget};
use crate::domain::ids::Id;
use crate::domain::lane::common_calendar;
use crate::domain::message::{Deferred, Message, MessageSummary};
use crate::domain::until::Until;
use crate::store::Store;

/// The lanes of these messages, and where deferrals of them can lead.
///
/// # Errors
/// Where the store cannot be read.
pub fn scope<'c>(store: &Store, config: &'c Config, of: &DeferSubject) -> Result<DeferScope<'c>, JobError> {
    let lanes = match of {
        DeferSubject::Positions(batch, at) => store.lanes_at(*batch, at)?,
        DeferSubject::Messages(ids) => store.lanes_of(ids)?,
    };
    Ok(DeferScope::new(&config.calendar, &config.lanes, lanes))
}

/// Where the name of a window leads, as in `DeferScope::named`.
///
/// # Errors
/// `Wrong` where the text names none, with examples of what does.
pub fn named(scope: &DeferScope<'_>, text: &str, now: DateTime<Utc>) -> Result<DeferTarget, JobError> {
    scope.named(text, now).map_err(|mistake| JobError::Wrong {
        what: mistake.to_string(),
        hint: "for example fri, 1 dec, 2026-12-01, 2w, or the name of a check-in".to_owned(),
    })
}

/// What is deferred, the soonest first, with its windows as the calendar has them now.
pub fn listed(store: &Store, config: &Config) -> Result<Vec<(Message, Until)>, JobError> {
    let listed = store.deferred()?.into_iter();
    Ok(listed
        .map(|(message, until)| {
            let own = common_calendar(&config.lanes, std::slice::from_ref(&message.lane), &config.calendar);
            let until = until.in_calendar(&config.calendar, &own);
            (message, until)
        })
        .collect())
}

/// The same as rows of a screen.
pub fn deferred(store: &Store, config: &Config) -> Result<Vec<Deferred>, JobError> {
    let listed = listed(store, config)?.into_iter();
    Ok(listed.map(|(message, until)| Deferred { entry: MessageSummary::of(&message), until }).collect())
}

/// That all of these are deferred.
///
/// # Errors
/// `Wrong` with the first that is not; of a message that is held, no more is said than of one that does not exist.
pub fn all_deferred(store: &Store, ids: &[Id]) -> Result<(), JobError> {
    let deferred: BTreeSet<Id> = store.deferred()?.into_iter().map(|(message, _)| message.id).collect();
    match ids.iter().find(|id| !deferred.contains(id)) {
        None => Ok(()),
        Some(id) => Err(JobError::Wrong {
            what: format!("{id} is not deferred; nothing was changed"),
            hint: "`tidebox deferred` lists what is, with ids".to_owned(),
        }),
    }
}

/// Lets deferred messages lead the next batch of their lane; tells how many of these were deferred.
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
    deferred(store, config)
}
