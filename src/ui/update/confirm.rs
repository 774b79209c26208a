//! Keys of a question: `y` or Enter says yes, everything else no.

use crossterm::event::KeyCode;

use super::decide;
use crate::domain::triage::Decision;
use crate::ui::keymap::Key;
use crate::ui::state::State;
use crate::ui::state::overlay::Overlay;

pub fn key(state: &mut State, key: Key) {
    let Some(Overlay::Confirm(confirm)) = state.overlay.take() else { return };
    if key.character() == Some('y') || key.code() == KeyCode::Enter {
        decide::decide_on(state, Decision::Done, &confirm.on);
    } else {
        state.say("Left as it is.");
    }
}
