//! What is being written, from the key that begins it until its file comes from the store.

use crate::domain::answering::ComposeIntent;
use crate::domain::ids::BatchId;
use crate::domain::outbox::OutgoingRelation;
use crate::domain::positions::Positions;
use crate::domain::printable::Printable;
use crate::ui::request::DraftOrigin;
use crate::ui::state::State;
use crate::ui::state::writing::Writing;

/// Notes what is being written, until its file comes.
pub fn intend(state: &mut State, intent: &ComposeIntent, what: Printable, decides: Option<(BatchId, Positions)>) {
    let about = match intent {
        ComposeIntent::Answer { message, .. } => Some((OutgoingRelation::Reply, *message)),
        ComposeIntent::Forward { message, .. } => Some((OutgoingRelation::Forward, *message)),
        ComposeIntent::New { .. } => None,
    };
    let scope = if let ComposeIntent::Answer { scope, .. } = intent { Some(*scope) } else { None };
    state.writing = Some(Writing { decides, scope, ..Writing::of(DraftOrigin::New { about }, what) });
}
