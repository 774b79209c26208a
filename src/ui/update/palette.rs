//! Keys of the palette: typing narrows it, Enter does what the key of the row would have done.

use crossterm::event::KeyCode;

use super::go_to;
use crate::ui::keymap::Key;
use crate::ui::state::State;
use crate::ui::state::message_list::follow;
use crate::ui::state::overlay::Overlay;
use crate::ui::state::palette::{CommandPalette, fitting};
use crate::ui::state::panel::fitting_rows;

pub fn open(state: &mut State) {
    state.overlay = Some(Overlay::Palette(CommandPalette::default()));
}

pub fn key(state: &mut State, key: Key) {
    let page = fitting_rows(state);
    let Some(Overlay::Palette(palette)) = &mut state.overlay else { return };
    match (key.code(), key.controlled()) {
        (KeyCode::Esc, _) => return state.overlay = None,
        (KeyCode::Backspace, None) if palette.field.text().is_empty() => return state.overlay = None,
        (KeyCode::Enter, _) => {
            let at = palette.at;
            return choose(state, at);
        }
        (KeyCode::Down | KeyCode::Tab, _) | (_, Some('n')) => palette.at += 1,
        (KeyCode::Up | KeyCode::BackTab, _) | (_, Some('p')) => palette.at = palette.at.saturating_sub(1),
        (KeyCode::PageDown, _) => palette.at += page,
        (KeyCode::PageUp, _) => palette.at = palette.at.saturating_sub(page),
        _ => {
            if palette.field.key(key) {
                return edited(state);
            }
        }
    }
    keep_in_sight(state);
}

/// Something else is typed: the best one is at the top.
pub fn edited(state: &mut State) {
    if let Some(Overlay::Palette(palette)) = &mut state.overlay {
        (palette.at, palette.top) = (0, 0);
    }
}

/// Does what stands at this place of the list.
pub fn choose(state: &mut State, place: usize) {
    let Some(Overlay::Palette(palette)) = &state.overlay else { return };
    let Some(chosen) = fitting(state, &palette.field.text()).get(place).map(|fitting| fitting.target) else { return };
    state.overlay = None;
    go_to(state, chosen);
}

/// Brings the cursor among the rows that are shown.
pub fn keep_in_sight(state: &mut State) {
    let Some(Overlay::Palette(palette)) = &state.overlay else { return };
    let (found, rows) = (fitting(state, &palette.field.text()).len(), fitting_rows(state));
    if let Some(Overlay::Palette(palette)) = &mut state.overlay {
        palette.at = palette.at.min(found.saturating_sub(1));
        palette.top = follow(palette.top.min(found.saturating_sub(rows)), palette.at, found, rows);
    }
}
