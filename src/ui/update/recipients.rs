//! Keys of the line that asks who gets a message: Tab or Enter takes who is proposed, Enter behind the last one goes on to the
//! editor, and esc leaves without a draft.

use crossterm::event::KeyCode;

use super::intent;
use crate::domain::address::Address;
use crate::domain::answering::ComposeIntent;
use crate::domain::problem::Problem;
use crate::ui::keymap::Key;
use crate::ui::request::{OutgoingRequest, Slot, StoreRequest};
use crate::ui::state::State;
use crate::ui::state::overlay::Overlay;
use crate::ui::state::recipients::RecipientPrompt;

/// Asks who gets it. Of a passage only that goes into it.
pub fn open(state: &mut State, intent: ComposeIntent, passage: Option<String>) {
    state.overlay = Some(Overlay::Recipients(RecipientPrompt { passage, ..RecipientPrompt::of(intent) }));
    suggest(state, true);
}

fn suggest(state: &mut State, anew: bool) {
    let Some(Overlay::Recipients(prompt)) = &mut state.overlay else { return };
    (prompt.come, prompt.finished, prompt.at, prompt.problem) = (false, false, None, None);
    let typed = prompt.typed();
    state.ask(StoreRequest::Outgoing(OutgoingRequest::Suggest { typed, anew }));
}

/// Something else is typed.
pub fn edited(state: &mut State) {
    suggest(state, false);
}

pub fn key(state: &mut State, key: Key) {
    let Some(Overlay::Recipients(prompt)) = &mut state.overlay else { return };
    let last = prompt.suggested.len().saturating_sub(1);
    match (key.code(), key.controlled()) {
        (KeyCode::Esc, _) => {
            state.requests.forget(|slot| matches!(slot, Slot::Recipients | Slot::Draft));
            state.writing = None;
            state.overlay = None;
        }
        (KeyCode::Enter, _) => enter(state),
        (KeyCode::Tab, _) => {
            let place = prompt.at.unwrap_or(0);
            choose(state, place);
        }
        (KeyCode::Down, _) | (_, Some('n')) if !prompt.suggested.is_empty() => {
            prompt.at = Some(prompt.at.map_or(0, |at| (at + 1).min(last)));
        }
        (KeyCode::Up | KeyCode::BackTab, _) | (_, Some('p')) => {
            prompt.at = prompt.at.and_then(|at| at.checked_sub(1));
        }
        _ => {
            if prompt.field.key(key) {
                edited(state);
            }
        }
    }
}

/// Takes who stands at this place.
pub fn choose(state: &mut State, place: usize) {
    let Some(Overlay::Recipients(prompt)) = &mut state.overlay else { return };
    if place < prompt.suggested.len() {
        prompt.take(place);
        edited(state);
    }
}

/// Takes who is proposed; where nobody is, goes on to the editor.
fn enter(state: &mut State) {
    let Some(Overlay::Recipients(prompt)) = &mut state.overlay else { return };
    if let Some(place) = prompt.at {
        return choose(state, place);
    }
    // What was typed at once may still mean somebody.
    if !prompt.come && !prompt.typed().is_empty() {
        prompt.finished = true;
        return;
    }
    let passage = prompt.passage.clone();
    let (intent, to) = (prompt.intent.clone(), prompt.field.text().trim().trim_end_matches(',').to_owned());
    intent::intend(state, &intent, "The message".into(), None);
    state.ask(StoreRequest::Outgoing(OutgoingRequest::Begin { intent, to, passage }));
}

/// Who can be meant is known.
pub fn suggested(state: &mut State, people: Vec<Address>) {
    let Some(Overlay::Recipients(prompt)) = &mut state.overlay else { return };
    prompt.offer(people);
    if std::mem::take(&mut prompt.finished) {
        enter(state);
    }
}

/// It could not be begun: what was typed is no address. `false` where the line is not there.
pub fn failed(state: &mut State, problem: &Problem) -> bool {
    let Some(Overlay::Recipients(prompt)) = &mut state.overlay else { return false };
    (prompt.problem, prompt.finished) = (Some(problem.clone()), false);
    state.writing = None;
    true
}
