//! A list with the letter beside it or beneath it, and the line between the two.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::letter;
use super::line_writer::LineWriter;
use crate::ui::geometry::Focus;
use crate::ui::state::State;

/// Draws the panes of the screen's list; `list` draws the rows.
pub fn draw(state: &State, buffer: &mut Buffer, list: impl FnOnce(&mut Buffer, Rect)) {
    let Some(listed) = state.listed() else { return };
    let in_letter = listed.reading().focus == Focus::Letter;
    let panes = state.panes();
    if let Some(area) = panes.list {
        list(buffer, area);
    }
    if let Some(area) = panes.rule {
        rule(state, in_letter, buffer, area);
    }
    if let Some(area) = panes.letter {
        letter::draw(state, buffer, area);
    }
}

/// The line between list and letter. Beside a letter that has the keys it is strong, so that this is seen without colour too.
fn rule(state: &State, in_letter: bool, buffer: &mut Buffer, area: Rect) {
    let theme = &state.settings.theme;
    for row in 0..usize::from(area.height) {
        if let Some(mut line_writer) = LineWriter::at(buffer, area, row) {
            let (line, style) = match (area.width, in_letter) {
                (1, true) => ('┃', theme.accent),
                (1, false) => ('│', theme.rule),
                _ => ('─', theme.rule),
            };
            line_writer.fill(line, line_writer.room(), style);
        }
    }
}
