//! Keys of the help: typing searches, moving scrolls.

use crossterm::event::KeyCode;

use crate::ui::keymap::Key;
use crate::ui::state::State;
use crate::ui::state::overlay::Overlay;
use crate::ui::state::page;

pub fn key(state: &mut State, key: Key) {
    let half = usize::from(state.size.1 / 2).max(1);
    let Some(Overlay::Help { field, top }) = &mut state.overlay else { return };
    let blank = field.is_blank();
    match (key.code(), key.controlled(), key.character()) {
        (KeyCode::Esc | KeyCode::Enter, ..) => state.overlay = None,
        (_, _, Some('?' | 'q')) if blank => state.overlay = None,
        (KeyCode::Down, ..) => *top += 1,
        (KeyCode::Up, ..) => *top = top.saturating_sub(1),
        (KeyCode::PageDown, ..) | (_, Some('d'), _) => *top += half,
        (_, _, Some(' ')) if blank => *top += half,
        (KeyCode::PageUp, ..) => *top = top.saturating_sub(half),
        (_, Some('u'), _) if blank => *top = top.saturating_sub(half),
        _ => {
            if field.key(key) {
                *top = 0;
            }
        }
    }
    let Some(Overlay::Help { field, .. }) = &state.overlay else { return };
    let lines = page::lines(state, &field.text()).len();
    let last = lines.saturating_sub(usize::from(page::body(state.size).height));
    if let Some(Overlay::Help { top, .. }) = &mut state.overlay {
        *top = (*top).min(last);
    }
}
