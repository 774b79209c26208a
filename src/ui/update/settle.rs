//! What every event ends with: cursor and scrolling brought into bounds, and the letters that are wanted asked for.

use super::{defer, palette, rows, viewer, window_end};
use crate::ui::geometry;
use crate::ui::state::panel::Panel;
use crate::ui::state::screen::BatchUse;
use crate::ui::state::{DoorScreen, State, letter_rows};

pub fn settle(state: &mut State) {
    if state.screen.batch() != BatchUse::None && state.work.is_none() {
        state.show(DoorScreen);
    }
    window_end::watch(state);
    (state.screen.handlers().settle)(state);
    if let Some(listed) = state.listed_mut() {
        let current = listed.current().map(|entry| entry.id);
        listed.reading_mut().turn_to(current);
    }
    scroll(state);
    rows::ask(state);
    palette::keep_in_sight(state);
    letters(state);
    defer::keep_current(state);
    viewer::keep_current(state);
}

fn scroll(state: &mut State) {
    let Some(listed) = state.listed() else { return };
    let reading = *listed.reading();
    let panes = state.panes();
    let rows = state.letter().and_then(Result::ok).map_or(0, |letter| letter_rows::rows(letter, reading.quotes).len());
    let height = panes.letter.map_or(0, |letter| usize::from(letter.height));
    // A panel lies over the lowest rows of the list; the row in hand stays above it.
    let panel = Panel::of(state).map_or(u16::MAX, |panel| panel.area.y);
    let Some(listed) = state.listed_mut() else { return };
    let reading = listed.reading_mut();
    reading.scroll = reading.scroll.min(rows.saturating_sub(height));
    if let Some(list) = panes.list {
        listed.keep_in_sight(list.height, list.bottom().min(panel).saturating_sub(list.y).max(1));
    }
}

/// The letter under the cursor, and the one that comes after it.
fn letters(state: &mut State) {
    if !geometry::enough(state.size) {
        return;
    }
    let Some(key) = state.letter_key() else { return };
    let next = state.listed().and_then(|listed| listed.entry(listed.place() + 1)).map(|entry| entry.id);
    state.want_letter(key.id, key.body);
    if let Some(next) = next {
        state.want_letter(next, None);
    }
}
