//! Writing: the way of a draft from a key to the editor, and back.

use crate::domain::ids::OutgoingId;
use crate::domain::problem::Problem;
use crate::ui::action::{Action, Mode};
use crate::ui::request::{DraftOrigin, EditRequest, EditorInput, OutgoingRequest, StoreRequest};
use crate::ui::response::{DraftResponse, EditOutcome, EditResponse};
use crate::ui::state::State;
use crate::ui::state::writing::Writing;

/// Does what is about the messages that the person writes; `false` where the action is about something else.
pub fn act(state: &mut State, action: Action) -> bool {
    match action {
        Action::Drafts => state.open_drafts(),
        Action::Outbox => state.open_outbox(),
        Action::EditAnswer => match state.letter_key() {
            Some(key) => state.ask(StoreRequest::Outgoing(OutgoingRequest::EditAnswerTo(key.id))),
            None => state.say("There is no message here."),
        },
        _ => return false,
    }
    true
}

/// What is being written has come from the store.
pub fn respond(state: &mut State, response: DraftResponse) {
    match response {
        DraftResponse::File { id, text, name } => hand_over(state, id, text, name),
        DraftResponse::NoAnswer => {
            let key = state.keymap.shown(Action::Drafts).unwrap_or_default();
            state.say(format!("There is no draft of an answer to this message; {key} shows all drafts."));
        }
    }
}

/// The file of a draft has come: the editor gets it.
fn hand_over(state: &mut State, id: OutgoingId, text: String, name: String) {
    let origin = DraftOrigin::Kept(id);
    state.writing = Some(Writing { origin, name: name.clone(), decides: None });
    state.waiting.forget();
    state.ask(EditRequest { draft: origin, source: EditorInput::Text(text), name });
}

/// The editor has ended.
pub fn edited(state: &mut State, response: EditResponse) {
    let Some(mut writing) = state.writing.take() else { return };
    if let Some(id) = response.draft {
        writing.origin = DraftOrigin::Kept(id);
    }
    let keys = |action: Action| state.keymap.shown(action).unwrap_or_default();
    let (drafts, again) = (keys(Action::Drafts), keys(Action::EditAnswer));
    let kept = match response.draft {
        Some(_) => format!("The draft is as it was saved; {drafts} shows it, {again} goes on with it."),
        None => "Nothing was saved, so there is no draft.".to_owned(),
    };
    match response.outcome {
        EditOutcome::Written { left: None, .. } => state.say(format!("Kept as a draft; {drafts} shows it.")),
        EditOutcome::Written { left: Some(path), .. } => {
            let what = "What the editor saved is no text that can be kept";
            let hint = format!("it is left in {}", path.display());
            state.warn(&Problem { what: what.into(), hint: Some(hint.into()) });
        }
        EditOutcome::Unchanged { at_once: true } => {
            let what = "The editor returned at once, and nothing was changed";
            let hint = "a graphical editor needs its option that waits, as in `code --wait`";
            state.warn(&Problem { what: what.into(), hint: Some(hint.into()) });
        }
        EditOutcome::Unchanged { at_once: false } => state.say("Nothing was changed: there is no draft."),
        EditOutcome::Failed { how: why } | EditOutcome::Gone { why } => {
            state.warn(&Problem { what: why, hint: Some(kept.into()) });
        }
        EditOutcome::NotKept { problem, left } => {
            let hint = format!("what you wrote is left in {}", left.display());
            state.warn(&Problem { what: problem.what, hint: Some(hint.into()) });
        }
    }
    if matches!(state.mode(), Mode::Drafts | Mode::Outbox) {
        state.ask(StoreRequest::Outgoing(OutgoingRequest::List));
    }
}
