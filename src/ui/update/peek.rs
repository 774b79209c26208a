//! Keys of a peek. The way out is always the shortest: "not now" is chosen from the start.

use crossterm::event::KeyCode;

use super::moving;
use crate::ui::action::Action;
use crate::ui::keymap::Key;
use crate::ui::request::{Slot, StoreRequest};
use crate::ui::state::field::Field;
use crate::ui::state::peek::{GateChoice, Peeking, left};
use crate::ui::state::{Screen, State};

pub fn act(state: &mut State, action: Action) {
    if moving::act(state, action) {
        return;
    }
    let (delay, now) = (state.settings.peek_delay, state.now);
    let Screen::Peek(peeking) = &mut state.screen else { return };
    match (peeking, action) {
        (Peeking::Gate { choice, since }, Action::Down | Action::Up | Action::Top | Action::Bottom) => {
            let over = since.is_some() && left(*since, delay, now).is_none();
            *choice = match action {
                Action::Down | Action::Bottom if over => GateChoice::Look,
                _ => GateChoice::NotNow,
            };
        }
        (peeking @ Peeking::Gate { choice: GateChoice::Look, .. }, Action::Open) => {
            *peeking = Peeking::Reason { field: Field::default() }
        }
        (Peeking::Gate { .. } | Peeking::Opening, Action::Open | Action::Back | Action::Quit) => away(state),
        (Peeking::Open { .. }, Action::Back | Action::Quit) => {
            lock(state, "Locked again. That you looked is written down.");
        }
        _ => {}
    }
}

/// While the reason is typed.
pub fn typed(state: &mut State, key: Key) {
    let Screen::Peek(peeking) = &mut state.screen else { return };
    let Peeking::Reason { field } = peeking else { return };
    if field.key(key) {
        return;
    }
    match key.code() {
        KeyCode::Enter if field.is_blank() => state.say("Without a reason it stays closed."),
        KeyCode::Enter => {
            let reason = field.text().trim().to_owned();
            *peeking = Peeking::Opening;
            state.ask(StoreRequest::Peek { reason });
        }
        KeyCode::Esc => away(state),
        _ => {}
    }
}

fn away(state: &mut State) {
    // An answer that comes after all finds no question; the peek that it opened is ended.
    if state.requests.waits_for(Slot::Peek) {
        state.requests.forget(|question| question == Slot::Peek);
        state.ask(StoreRequest::EndPeek);
    }
    state.screen = Screen::Door;
}

/// Closes an open peek; nothing of what it showed stays.
pub fn lock(state: &mut State, said: &str) {
    state.letters.forget();
    state.requests.forget(|question| matches!(question, Slot::Letter(_)));
    state.overlay = None;
    state.screen = Screen::Door;
    state.say(said);
    state.ask(StoreRequest::EndPeek);
    state.ask(StoreRequest::Overview);
}
