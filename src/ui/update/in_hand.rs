//! What is in hand: the message that is answered, and the row that is decided with it.

use crate::domain::group::GroupKind;
use crate::domain::ids::{BatchId, Id};
use crate::domain::positions::Positions;
use crate::domain::printable::Printable;
use crate::ui::action::Mode;
use crate::ui::state::State;

/// The message that is read, or that of the row, and who sent it.
pub fn message(state: &State) -> Option<(Id, Printable)> {
    let id = state.letter_key()?.id;
    let of_conversation = state.read_conversation().and_then(|view| view.message(view.in_hand()));
    let sender = match of_conversation {
        Some(message) => message.sender.clone(),
        None => state.listed()?.current()?.sender.clone(),
    };
    Some((id, sender))
}

/// The messages of the batch in hand that the row stands for.
pub fn row(state: &State) -> Option<(BatchId, Positions)> {
    let work = state.work.as_ref()?;
    let batch = work.triage.batch().id();
    if state.mode() == Mode::Batch {
        let here = work.here()?;
        // Who answers one message of a bundle has answered no other one.
        let beneath = work.beneath(here);
        let is_bundle = work.group_of(&beneath).is_some_and(|group| group.kind != GroupKind::Conversation);
        return Some((batch, if is_bundle { Positions::from(here) } else { beneath }));
    }
    let (of, position) = state.screen.place_in_batch()?;
    (of == batch).then(|| (batch, Positions::from(position)))
}
