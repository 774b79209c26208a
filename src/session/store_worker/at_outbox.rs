//! Requests about what the person writes: drafts, and what leaves.

use chrono::{DateTime, Utc};

use crate::domain::ids::OutgoingId;
use crate::domain::outbox::{Outgoing, OutgoingState};
use crate::job::{JobError, written};
use crate::store::{Store, UnknownVerdict};
use crate::ui::request::{DraftOrigin, OutgoingRequest};
use crate::ui::response::{DraftResponse, OutgoingDeed, StoreResponse};

pub fn grant(store: &mut Store, request: &OutgoingRequest, now: DateTime<Utc>) -> Result<StoreResponse, JobError> {
    let done = match request {
        OutgoingRequest::List => None,
        OutgoingRequest::Edit(id) => return Ok(file_of(written::take_up(store, *id, now)?)),
        OutgoingRequest::EditAnswerTo(message) => {
            return Ok(match written::answer_to(store, *message)? {
                Some(answer) => file_of(written::take_up(store, answer.id, now)?),
                None => StoreResponse::Draft(DraftResponse::NoAnswer),
            });
        }
        OutgoingRequest::Recall(id) => {
            store.recall(*id, now)?;
            Some(OutgoingDeed::Recalled)
        }
        OutgoingRequest::SendAgain(id) => {
            store.settle_unknown(*id, UnknownVerdict::Again, now)?;
            Some(OutgoingDeed::SentAgain)
        }
        OutgoingRequest::CallSent(id) => {
            store.settle_unknown(*id, UnknownVerdict::Sent, now)?;
            Some(OutgoingDeed::CalledSent)
        }
        OutgoingRequest::Discard(id) => {
            if store.outgoing(*id)?.state != OutgoingState::Draft {
                store.recall(*id, now)?;
            }
            store.discard_draft(*id, true, now)?;
            Some(OutgoingDeed::Discarded)
        }
    };
    Ok(StoreResponse::Outgoing { list: written::unfinished(store)?, done })
}

/// Keeps what was saved in the editor.
pub fn keep(store: &mut Store, origin: DraftOrigin, text: &str, now: DateTime<Utc>) -> Result<OutgoingId, JobError> {
    let (known, answers) = match origin {
        DraftOrigin::Kept(id) => (Some(id), None),
        DraftOrigin::New { answers } => (None, answers),
    };
    Ok(store.save_draft(known, answers, text, now)?)
}

fn file_of(outgoing: Outgoing) -> StoreResponse {
    let subject = written::summary(&outgoing).subject;
    let what = if outgoing.answers.is_some() { "reply" } else { "message" };
    StoreResponse::Draft(DraftResponse::File {
        id: outgoing.id,
        text: outgoing.draft,
        name: format!("{what} {subject}"),
    })
}
