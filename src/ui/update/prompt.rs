//! Keys of the line at the bottom: a filter, which shows its effect while it is typed, or a pattern.

use crossterm::event::KeyCode;

use super::batch;
use crate::domain::positions::Positions;
use crate::ui::keymap::Key;
use crate::ui::request::{LetterRequest, StoreRequest};
use crate::ui::state::State;
use crate::ui::state::overlay::{Overlay, PromptKind};

pub fn key(state: &mut State, key: Key) {
    let Some(Overlay::Prompt(prompt)) = &mut state.overlay else { return };
    if prompt.field.key(key) {
        return edited(state);
    }
    match (key.code(), prompt.kind) {
        (KeyCode::Esc, kind) => {
            state.overlay = None;
            if let (PromptKind::Filter, Some(work)) = (kind, &mut state.work) {
                work.filter_by("");
            }
        }
        (KeyCode::Enter, PromptKind::Pause) if !prompt.field.is_blank() => {
            let text = prompt.field.text().trim().to_owned();
            state.ask(StoreRequest::Pause(text));
        }
        (KeyCode::Enter, PromptKind::Filter | PromptKind::Pause) => state.overlay = None,
        (KeyCode::Enter, PromptKind::Pattern) if prompt.field.is_blank() => state.overlay = None,
        (KeyCode::Enter, PromptKind::Pattern) => {
            let query = prompt.field.text().trim().to_owned();
            if let Some(work) = &state.work {
                let batch = work.triage.batch().id();
                state.ask(LetterRequest::Select { batch, query });
            }
        }
        _ => {}
    }
}

/// The text changed.
pub fn edited(state: &mut State) {
    let Some(Overlay::Prompt(prompt)) = &mut state.overlay else { return };
    prompt.problem = None;
    if let (PromptKind::Filter, Some(work)) = (prompt.kind, &mut state.work) {
        let text = prompt.field.text();
        work.filter_by(&text);
        if work.filter().is_some() {
            let batch = work.triage.batch().id();
            state.ask(LetterRequest::Filter { batch, text });
        }
    }
}

/// The pattern chose these.
pub fn selected(state: &mut State, found: &Positions) {
    if matches!(&state.overlay, Some(Overlay::Prompt(prompt)) if prompt.kind == PromptKind::Pattern) {
        state.overlay = None;
    }
    let Some(work) = &mut state.work else { return };
    let chosen = found.both(work.shown());
    if chosen.is_empty() {
        return state.say("The pattern fits nothing that is undecided here.");
    }
    work.chosen.positions.extend(&chosen);
    batch::tell_chosen(state);
}
