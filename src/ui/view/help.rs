//! Help: every key with its sentence, from the table of actions; what is typed searches it.
//!
//! ```text
//!  help  def▏                             type to search · dim keys work on other screens
//!
//!    deciding
//!    s          defer to a later check-in: shows where each choice leads
//! ```

use ratatui::buffer::Buffer;

use super::line_writer::LineWriter;
use super::{field as line, list};
use crate::domain::printable::Printable;
use crate::ui::geometry;
use crate::ui::state::State;
use crate::ui::state::field::Field;
use crate::ui::state::page::{self, HelpLine, Works};

const HINT: &str = "type to search · dim keys work on other screens ";

pub fn draw(state: &State, field: &Field, top: usize, buffer: &mut Buffer, size: (u16, u16)) {
    let theme = &state.settings.theme;
    let frame = geometry::frame(size);
    if let Some(mut line_writer) = LineWriter::at(buffer, frame.head, 0) {
        line_writer.skip(1).say("help", theme.accent).skip(2);
        line::typed(field, true, state, &mut line_writer, HINT.len());
        line_writer.right(HINT, theme.dim);
    }
    let body = page::body(size);
    let lines = page::lines(state, &field.text());
    let keys_width = page::keys_width(state.size);
    if lines.is_empty() {
        return list::empty("No key does that.", theme, buffer, body);
    }
    let top = top.min(lines.len().saturating_sub(usize::from(body.height)));
    for (row, line) in lines.iter().skip(top).take(usize::from(body.height)).enumerate() {
        let Some(mut line_writer) = LineWriter::at(buffer, body, row) else { return };
        match line {
            HelpLine::Blank => {}
            HelpLine::Title(title) => drop(line_writer.skip(3).say(title, theme.dim)),
            HelpLine::Keys(keys, sentence, works) => {
                let (key, text) = match works {
                    Works::Here => (theme.accent, theme.text),
                    Works::Elsewhere => (theme.dim, theme.dim),
                };
                line_writer.skip(3).text_in(&Printable::from(keys), keys_width, key).text(sentence, text);
            }
        }
    }
    if let Some(mut line_writer) = LineWriter::at(buffer, frame.hints, 0) {
        let shown = (top + usize::from(body.height)).min(lines.len());
        let more = if shown < lines.len() { "↓ more  " } else { "" };
        line_writer.right(more, theme.accent);
    }
}
