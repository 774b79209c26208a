//! A list with the letter beside it or beneath it, and the line between the two.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::letter;
use super::line_writer::LineWriter;
use crate::ui::geometry;
use crate::ui::state::State;

/// Draws the panes of the screen's list; `list` draws the rows.
pub fn draw(state: &State, buffer: &mut Buffer, size: (u16, u16), list: impl FnOnce(&mut Buffer, Rect)) {
    let Some(listed) = state.listed() else { return };
    let panes = geometry::panes(size, listed.reading().focus);
    if let Some(area) = panes.list {
        list(buffer, area);
    }
    if let Some(area) = panes.rule {
        rule(state, buffer, area);
    }
    if let Some(area) = panes.letter {
        letter::draw(state, buffer, area);
    }
}

/// The line between list and letter.
fn rule(state: &State, buffer: &mut Buffer, area: Rect) {
    let theme = &state.settings.theme;
    for row in 0..usize::from(area.height) {
        if let Some(mut line_writer) = LineWriter::at(buffer, area, row) {
            let width = line_writer.room();
            line_writer.say(&if area.width == 1 { "│".to_owned() } else { "─".repeat(width) }, theme.rule);
        }
    }
}
