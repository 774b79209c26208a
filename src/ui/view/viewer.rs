//! A part of a message that covers the screen.
//!
//! ```text
//!  source                                                    1–32 of 214 · 14 %
//!
//!   Return-Path: <ada@example.org>
//!   Subject: Notes on the engine
//! ```
//!
//! A picture is drawn in half blocks: the upper square of a place is the colour of its text, the lower one what is behind it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::line_writer::LineWriter;
use crate::domain::viewed::{PartContent, Picture};
use crate::ui::geometry;
use crate::ui::state::State;
use crate::ui::state::viewer::{Viewer, body};
use crate::ui::when;

pub fn draw(state: &State, viewer: &Viewer, buffer: &mut Buffer, size: (u16, u16)) {
    let Some(view) = &viewer.view else { return };
    let theme = &state.settings.theme;
    let area = body(size);
    let position = when::position(viewer.top, usize::from(area.height), view.rows()).unwrap_or_default();
    if let Some(mut line_writer) = LineWriter::at(buffer, geometry::frame(size).head, 0) {
        let room = line_writer.room().saturating_sub(position.len() + 4);
        line_writer.skip(1).text(&view.title.cut(room), theme.accent);
        line_writer.right(&format!("{position} "), theme.dim);
    }
    match &view.content {
        PartContent::Text(lines) => {
            for (row, line) in lines.iter().skip(viewer.top).take(usize::from(area.height)).enumerate() {
                if let Some(mut line_writer) = LineWriter::at(buffer, area, row) {
                    line_writer.text(line, theme.text);
                }
            }
        }
        PartContent::Picture(picture) => draw_picture(state, picture, viewer.top, buffer, area),
    }
    if let (Some(note), Some(mut line_writer)) = (&view.note, LineWriter::at(buffer, geometry::frame(size).notice, 0)) {
        line_writer.skip(1).text(note, theme.dim);
    }
}

fn draw_picture(state: &State, picture: &Picture, top: usize, buffer: &mut Buffer, area: Rect) {
    let area = area.intersection(buffer.area);
    let look = state.settings.look;
    for (row, y) in (area.y..area.bottom()).enumerate() {
        for (column, x) in (area.x..area.right()).enumerate() {
            let Some((upper, lower)) = picture.at(column, top + row) else { break };
            let cell = &mut buffer[(x, y)];
            match (look.shade(upper), lower.map(|lower| look.shade(lower))) {
                (Some(upper), Some(Some(lower))) => {
                    cell.set_symbol("▀").set_style(Style::new().fg(upper).bg(lower));
                }
                (Some(upper), None) => {
                    cell.set_symbol("▀").set_style(Style::new().fg(upper));
                }
                // Without colours the light of both is told by how much of the place is filled.
                _ => {
                    cell.set_symbol(filled(upper, lower.unwrap_or(upper)));
                }
            }
        }
    }
}

/// From nothing to a full block, by the light of two squares.
fn filled(upper: [u8; 3], lower: [u8; 3]) -> &'static str {
    let light = |[red, green, blue]: [u8; 3]| (u32::from(red) * 3 + u32::from(green) * 6 + u32::from(blue)) / 10;
    match u32::midpoint(light(upper), light(lower)) {
        0..51 => " ",
        51..102 => "░",
        102..153 => "▒",
        153..204 => "▓",
        _ => "█",
    }
}
