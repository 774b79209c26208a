//! Keys of a question: `y` or Enter says yes, everything else no; of a careful question only `y` does.

use crossterm::event::KeyCode;

use super::{decide, invitation, unsubscribe, writing};
use crate::ui::keymap::Key;
use crate::ui::request::{LetterRequest, OutgoingRequest, SetupRequest, StoreRequest};
use crate::ui::state::State;
use crate::ui::state::overlay::{Confirmed, Overlay};

pub fn key(state: &mut State, key: Key) {
    let Some(Overlay::Confirm(confirm)) = state.overlay.take() else { return };
    if key.character() == Some('y') || key.code() == KeyCode::Enter && !confirm.yes.is_careful() {
        match confirm.yes {
            Confirmed::Sweep { title, on } => decide::sweep(state, &title, &on),
            yes @ (Confirmed::Unsubscribe { .. } | Confirmed::UnsubscribeUnvouched(_)) => {
                unsubscribe::confirmed(state, yes);
            }
            Confirmed::AnswerInvitation(answer) => invitation::stage(state, answer),
            Confirmed::Try(schedule) => state.ask(SetupRequest::BeginTrial(schedule)),
            Confirmed::KeepTrial => state.ask(SetupRequest::KeepTrial),
            Confirmed::EndTrial => state.ask(SetupRequest::EndTrial),
            Confirmed::BeginFirst => state.ask(StoreRequest::BeginFirst),
            Confirmed::SendAgain(id) => state.ask(StoreRequest::Outgoing(OutgoingRequest::SendAgain(id))),
            Confirmed::Discard { draft, left } => writing::thrown_away(state, draft, left),
            Confirmed::OpenFile { id, place } => state.ask(LetterRequest::OpenAttachment { id, index: place }),
        }
    } else if state.writing.is_some() {
        writing::keep(state);
    } else {
        state.say("Left as it is.");
    }
}
