//! Drawing the state. Looks only: a frame never changes anything, and never asks for anything.
//!
//! One file a screen and one function a pane. Whatever comes from a message reaches the screen as `Printable`.

mod dayline;
mod deferred;
mod door;
mod footer;
mod help;
mod letter;
mod line_writer;
mod list;
mod overlay;
mod palette;
mod panel;
mod peek;
mod queue;
mod receipt;
mod review;
mod search;
mod welcome;
mod write_back;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Style};
use ratatui::widgets::Clear;

use super::geometry;
use super::state::overlay::Overlay;
use super::state::{Screen, State};
use line_writer::LineWriter;

/// Draws the whole screen.
pub fn draw(state: &State, frame: &mut Frame<'_>) {
    screen(state, frame);
    paint_ground(state.settings.theme.ground, frame.buffer_mut());
}

/// What nothing has given a colour to has that of the ground.
fn paint_ground(ground: Style, buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if let Some(text) = ground.fg.filter(|_| cell.fg == Color::Reset) {
            cell.fg = text;
        }
        if let Some(behind) = ground.bg.filter(|_| cell.bg == Color::Reset) {
            cell.bg = behind;
        }
    }
}

fn screen(state: &State, frame: &mut Frame<'_>) {
    let area = frame.area();
    let size = (area.width, area.height);
    frame.render_widget(Clear, area);
    let buffer = frame.buffer_mut();
    if !geometry::enough(size) {
        if let Some(mut pen) = LineWriter::at(buffer, area, usize::from(area.height / 2)) {
            pen.centred(&"too small for tidebox".into(), state.settings.theme.text);
        }
        return;
    }
    if let Some(Overlay::Help { field, top }) = &state.overlay {
        help::draw(state, field, *top, buffer, size);
        return footer::hints(state, buffer);
    }
    match &state.screen {
        Screen::Welcome(welcome) => welcome::draw(state, welcome, buffer, size),
        Screen::Door => door::draw(state, buffer, size),
        Screen::Queue => queue::draw(state, buffer, size),
        Screen::Review(review) => review::draw(state, review, buffer, size),
        Screen::Receipt(closing) => receipt::draw(state, closing, buffer, size),
        Screen::Deferred(deferrals) => deferred::draw(state, deferrals, buffer, size),
        Screen::Search(search) => search::draw(state, search, buffer, size),
        Screen::Peek(peeking) => peek::draw(state, peeking, buffer, size),
    }
    footer::draw(state, buffer, size);
    if let Some(overlay) = &state.overlay {
        overlay::draw(state, overlay, buffer);
        footer::hints(state, buffer);
    }
}
