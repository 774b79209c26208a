//! Keys at the door: beginning, and the few honest reasons to look elsewhere.

use super::queue;
use crate::ui::action::Action;
use crate::ui::request::{ShellRequest, Slot, StoreRequest};
use crate::ui::state::peek::{GateChoice, Peeking};
use crate::ui::state::{Screen, State};
use crate::ui::when;

pub fn act(state: &mut State, action: Action) {
    match action {
        Action::Open => begin(state),
        Action::Exceptions => queue::exceptions(state),
        Action::Deferred => queue::open_deferred(state),
        Action::Search => queue::search(state),
        Action::Peek => {
            if state.door.as_ref().is_some_and(|door| door.open.is_some()) {
                let key = state.keymap.shown(Action::Open).unwrap_or_default();
                state.say(format!("The window is open: {key} begins it."));
            } else {
                state.screen = Screen::Peek(Peeking::Gate { since: None, choice: GateChoice::default() });
            }
        }
        Action::Gather => {
            state.say("Reading the sources.");
            state.reading_asked = true;
            state.ask(ShellRequest::Gather);
        }
        Action::Quit => state.ask(ShellRequest::Quit),
        _ => {}
    }
}

fn begin(state: &mut State) {
    match &state.door {
        Some(door) if door.open.is_none() => {
            let text = closed(state);
            state.say(text);
        }
        _ if state.requests.waits_for(Slot::Batch) => {}
        _ => state.ask(StoreRequest::Begin),
    }
}

/// `Closed until tomorrow 10:00.`
pub fn closed(state: &State) -> String {
    match state.door.as_ref().and_then(|door| door.next.as_ref()) {
        Some(next) => format!("Closed until {}.", when::coming(next.opens, state.now, state.settings.zone)),
        None => "Closed: no check-in is set.".to_owned(),
    }
}
