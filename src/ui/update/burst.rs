//! Keys that came all at once: text that was pasted into a terminal that does not mark it as pasted (no bracketed paste), and
//! that this program takes for keys. Letters decide, and that can be taken back; what cannot be taken back is left out.

use crossterm::event::{KeyCode, KeyEvent};

use super::{leaves, pressed, typing};
use crate::ui::action::Action;
use crate::ui::event::Event;
use crate::ui::keymap::{Key, KeyMatch};
use crate::ui::state::State;
use crate::ui::state::overlay::Overlay;

/// Takes the keys one after the other, each as soon as nothing holds them up.
pub(super) fn burst(state: &mut State, keys: Vec<KeyEvent>) {
    let count = keys.len();
    for (number, key) in (1..).zip(keys) {
        if leaves(state, &Event::Key(key)) && !refused(state, &key) {
            pressed(state, &key);
        } else {
            state.waiting.push(Event::InBurst { key, last: number == count });
        }
    }
}

pub(super) fn one(state: &mut State, key: &KeyEvent, last: bool) {
    if refused(state, key) {
        state.left_out = true;
    } else {
        pressed(state, key);
    }
    if (last || state.keys_waiting() == 0) && std::mem::take(&mut state.left_out) {
        state.say(
            "Many keys came at once, as if they were pasted: enter, and keys that review or leave, were left out.",
        );
    }
}

/// Whether a key reviews, leaves, begins, commits or confirms here.
fn refused(state: &State, event: &KeyEvent) -> bool {
    let key = Key::pressed(event);
    if typing(state) {
        let asks = match &state.overlay {
            Some(overlay) => matches!(overlay, Overlay::Palette(_) | Overlay::Pick(_) | Overlay::Confirm(_)),
            None => state.screen.enter_is_final(),
        };
        return asks && key.code() == KeyCode::Enter;
    }
    let mode = state.mode();
    let found = |key: Key| state.keymap.find(mode, &[state.pressed.as_slice(), &[key]].concat());
    let alone = |key: Key| state.keymap.find(mode, &[key]);
    // Esc and a key right after it reach us as one.
    [Some(key), key.behind_esc()].into_iter().flatten().flat_map(|key| [found(key), alone(key)]).any(
        |found| match found {
            KeyMatch::Action(Action::Review | Action::Quit) => true,
            KeyMatch::Action(Action::Open) => state.screen.enter_is_final(),
            _ => false,
        },
    )
}
