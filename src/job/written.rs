//! What the person has written and what has not left whole: listed, taken up again, taken back, settled, thrown away.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::JobError;
use crate::domain::answering::AnsweredBy;
use crate::domain::ids::{Id, OutgoingId};
use crate::domain::outbox::{Outgoing, OutgoingRelation, OutgoingState};
use crate::domain::outgoing_summary::OutgoingSummary;
use crate::domain::until::Until;
use crate::mail::read_draft;
use crate::store::{Store, StoreError};

/// All of it, the oldest first.
///
/// # Errors
/// Where the store cannot be read.
pub fn unfinished(store: &Store) -> Result<Vec<OutgoingSummary>, JobError> {
    let reminders: HashMap<OutgoingId, Until> = store.reminders()?.into_iter().collect();
    let with = |one: &Outgoing| -> Result<OutgoingSummary, JobError> {
        let shown = if is_about_held(store, one)? { summary(one).without_message() } else { summary(one) };
        let elsewhere = answered_elsewhere(store, one)?;
        Ok(OutgoingSummary { reminder: reminders.get(&one.id).cloned(), elsewhere, ..shown })
    };
    store.unfinished_outgoing()?.iter().map(with).collect()
}

/// Whether it answers or forwards a message that is held: one that came back, or went on waiting. Then its subject and the people in it
/// are not shown.
fn is_about_held(store: &Store, one: &Outgoing) -> Result<bool, JobError> {
    match one.answers.map(|message| store.message(message)) {
        Some(Err(StoreError::Held(_))) => Ok(true),
        Some(Err(StoreError::Unknown(_)) | Ok(_)) | None => Ok(false),
        Some(Err(error)) => Err(error.into()),
    }
}

/// When the message was answered elsewhere to which this is an answer that has not left; `None` where it was not, or that is not known.
pub(super) fn answered_elsewhere(store: &Store, one: &Outgoing) -> Result<Option<DateTime<Utc>>, JobError> {
    let waits = matches!(one.state, OutgoingState::Draft | OutgoingState::Staged | OutgoingState::Later);
    let Some(message) = one.answers.filter(|_| waits && one.relation == OutgoingRelation::Reply) else {
        return Ok(None);
    };
    let answered = store.answered(message)?;
    Ok(answered.filter(|it| matches!(it.by, AnsweredBy::Elsewhere(_))).and_then(|it| it.at))
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
/// Where it is leaving, or somebody has it or may have it; `Wrong` where what it is about is held again.
pub fn take_up(store: &mut Store, id: OutgoingId, now: DateTime<Utc>) -> Result<Outgoing, JobError> {
    editable(store, id)?;
    if store.outgoing(id)?.state != OutgoingState::Draft {
        store.recall(id, now)?;
    }
    Ok(store.outgoing(id)?)
}

/// A message that may be shown in an editor: its file may have a quote of what it answers, which must not be shown while that is held.
///
/// # Errors
/// `Wrong` where what it is about is held again; where it is not there, or the store cannot be read.
pub fn editable(store: &Store, id: OutgoingId) -> Result<Outgoing, JobError> {
    let outgoing = store.outgoing(id)?;
    if is_about_held(store, &outgoing)? {
        return Err(JobError::Wrong {
            what: format!("what {id} is about is held again, so it is not shown"),
            hint: "edit it when that message has come out; nothing of it is lost until then".to_owned(),
        });
    }
    Ok(outgoing)
}

/// As a list shows it.
#[must_use]
pub fn summary(outgoing: &Outgoing) -> OutgoingSummary {
    OutgoingSummary::of(outgoing, read_draft(outgoing.draft.as_bytes()).ok().as_ref())
}
