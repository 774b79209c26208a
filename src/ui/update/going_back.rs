//! Going back with the same key several times: a row of them that began at a prompt or on another screen stops before it
//! leaves the list, so that one key too many costs nothing.

use super::typing;
use crate::ui::action::{Action, Mode};
use crate::ui::geometry::Focus;
use crate::ui::keymap::Key;
use crate::ui::state::State;
use crate::ui::state::overlay::Overlay;

/// Whether the keys go into a line or a choice that Esc leaves step by step.
pub fn in_steps(state: &State) -> bool {
    match &state.overlay {
        Some(overlay) => matches!(overlay, Overlay::Defer(_) | Overlay::Prompt(_)),
        None => typing(state),
    }
}

/// Whether this key went back just before, and going back once more would leave what the row of keys came back to. It is
/// said, and not done.
pub fn stops(state: &mut State, action: Action, key: Key) -> bool {
    if state.went_back.take() != Some(key) || !leaves(state, action) {
        return false;
    }
    let where_to = if action == Action::Quit && state.screen.quit_leaves() { "leaves tidebox" } else { "goes back" };
    state.say(format!("This is the list: {key} again {where_to}."));
    true
}

/// Whether going back from here leaves the screen.
fn leaves(state: &State, action: Action) -> bool {
    if state.listed().is_some_and(|listed| listed.reading().focus == Focus::Letter) {
        return false;
    }
    match state.mode() {
        Mode::Batch => action == Action::Quit || state.work.as_ref().is_none_or(|work| !work.is_narrowed()),
        Mode::Deferred | Mode::Peek => true,
        _ => false,
    }
}
