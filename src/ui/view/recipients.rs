//! Who gets a message that is about to be written.
//!
//! ```text
//!  ─────────────────────────────────────────────────────────
//!    To  Ann Smith <ann@a.example>, be▏
//!  ▌ Ben Adams        ben@b.example
//!    Beatrice         bea@c.example
//!
//!    enter take, then write  esc back
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::field::typed;
use super::line_writer::LineWriter;
use super::panel::{MARGIN, mark};
use crate::domain::printable::Printable;
use crate::ui::state::State;
use crate::ui::state::notice::sentence;
use crate::ui::state::panel::Row;
use crate::ui::state::recipients::{RecipientPrompt, shown};

pub fn draw(state: &State, prompt: &RecipientPrompt, rows: &[(Row, Rect)], buffer: &mut Buffer) {
    let theme = &state.settings.theme;
    let people: Vec<(Printable, Printable)> = prompt.suggested.iter().map(shown).collect();
    let widest = people.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    for (row, place) in rows {
        let Some(mut line_writer) = LineWriter::at(buffer, *place, 0) else { return };
        match row {
            Row::Field => {
                line_writer.skip(MARGIN).say("To", theme.accent).skip(2);
                typed(&prompt.field, true, state, &mut line_writer, 0);
            }
            Row::Fitting(place) => {
                let Some((name, address)) = people.get(*place) else { return };
                let here = prompt.at == Some(*place);
                mark(state, here, &mut line_writer);
                let names = widest.min(line_writer.room() / 2);
                let style = if here { theme.here } else { theme.text };
                line_writer.text_in(&name.cut(names), names, style).skip(2);
                let room = line_writer.room().saturating_sub(1);
                line_writer.text(&address.cut(room), theme.dim);
            }
            Row::Note => {
                if let Some(problem) = &prompt.problem {
                    line_writer.skip(MARGIN).text(&sentence(problem), theme.warm);
                } else if prompt.come && prompt.suggested.is_empty() && prompt.typed().is_empty() {
                    line_writer
                        .skip(MARGIN)
                        .say("an address; or nothing, and you name somebody in the editor", theme.dim);
                }
            }
            _ => {}
        }
    }
}
