//! Drawing the state. Looks only: a frame never changes anything, and never asks for anything.
//!
//! What only one screen shows is in `ui::screens`; here is what screens are made of, one function a pane, and what lies
//! over a screen. Whatever comes from a message reaches the screen as `Printable`.

pub mod commit_words;
mod conversation;
pub(super) mod dayline;
mod draft_panel;
pub mod end_words;
pub(super) mod field;
mod footer;
mod group_row;
mod help;
mod letter;
pub(super) mod line_writer;
pub(super) mod list;
pub(super) mod mistaken;
pub mod outgoing_words;
mod overlay;
mod palette;
mod panel;
pub(super) mod panes;
pub(super) mod paper;
pub(super) mod progress;
mod recipients;
mod sequence;
pub(super) mod titled_list;
mod viewer;
pub(super) mod write_back;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Style};

use super::geometry;
use super::state::State;
use super::state::overlay::Overlay;
use line_writer::LineWriter;

/// Draws the whole screen.
pub fn draw(state: &State, frame: &mut Buffer) {
    screen(state, frame);
    paint_background(state.settings.theme.ground, frame);
}

/// Cells without a colour of their own get the theme's.
fn paint_background(ground: Style, buffer: &mut Buffer) {
    if ground.fg.is_none() && ground.bg.is_none() {
        return;
    }
    for cell in &mut buffer.content {
        if let Some(text) = ground.fg.filter(|_| cell.fg == Color::Reset) {
            cell.fg = text;
        }
        if let Some(behind) = ground.bg.filter(|_| cell.bg == Color::Reset) {
            cell.bg = behind;
        }
    }
}

fn screen(state: &State, buffer: &mut Buffer) {
    let area = buffer.area;
    let size = (area.width, area.height);
    if !geometry::enough(size) {
        if let Some(mut line_writer) = LineWriter::at(buffer, area, usize::from(area.height / 2)) {
            line_writer.centred(&"too small for tidebox".into(), state.settings.theme.text);
        }
        return;
    }
    if let Some(Overlay::Help { field, top }) = &state.overlay {
        help::draw(state, field, *top, buffer, size);
        return footer::hints(state, buffer);
    }
    if let Some(Overlay::View(viewer)) = &state.overlay {
        viewer::draw(state, viewer, buffer, size);
        return footer::hints(state, buffer);
    }
    state.screen.draw(state, buffer, size);
    footer::draw(state, buffer, size);
    if let Some(overlay) = &state.overlay {
        overlay::draw(state, overlay, buffer);
        footer::hints(state, buffer);
    } else if !state.pressed.is_empty() {
        sequence::draw(state, buffer);
        footer::hints(state, buffer);
    }
}
