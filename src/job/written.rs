//! What the person has written and what has not left whole: listed, taken up again, taken back, settled, thrown away.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::JobError;
use crate::domain::ids::{Id, OutgoingId};
use crate::domain::outbox::{Outgoing, OutgoingState};
use crate::domain::outgoing_summary::OutgoingSummary;
use crate::domain::until::Until;
use crate::mail::read_draft;
use crate::store::Store;

/// All of it, the oldest first.
///
/// # Errors
/// Where the store cannot be read.
pub fn unfinished(store: &Store) -> Result<Vec<OutgoingSummary>, JobError> {
    let reminders: HashMap<OutgoingId, Until> = store.reminders()?.into_iter().collect();
    let with = |one: &Outgoing| OutgoingSummary { reminder: reminders.get(&one.id).cloned(), ..summary(one) };
    Ok(store.unfinished_outgoing()?.iter().map(with).collect())
}

/// What stands of an answer to this message: the one that was changed last.
///
/// # Errors
/// Where the store cannot be read.
pub fn answer_to(store: &Store, id: Id) -> Result<Option<OutgoingSummary>, JobError> {
    let all = store.unfinished_outgoing()?;
    let of_it = all.iter().filter(|one| one.answers == Some(id) && one.state != OutgoingState::Sent);
    Ok(of_it.max_by_key(|one| (one.changed, one.id)).map(summary))
}

/// The file of a message that is to be edited. One that is staged is a draft from then on, so that it cannot leave
/// while it is being edited.
///
/// # Errors
/// Where it is leaving, or somebody has it or may have it.
pub fn take_up(store: &mut Store, id: OutgoingId, now: DateTime<Utc>) -> Result<Outgoing, JobError> {
    if store.outgoing(id)?.state != OutgoingState::Draft {
        store.recall(id, now)?;
    }
    Ok(store.outgoing(id)?)
}

/// As a list shows it.
#[must_use]
pub fn summary(outgoing: &Outgoing) -> OutgoingSummary {
    OutgoingSummary::of(outgoing, read_draft(outgoing.draft.as_bytes()).ok().as_ref())
}
