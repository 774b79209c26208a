//! The card at the bottom while a sequence of keys is begun: how it can go on.
//!
//! ```text
//!  ─────────────────────────────────────────────────────────
//!    gg      to the first row, or the message's beginning
//!    esc back
//! ```

use ratatui::buffer::Buffer;

use super::line_writer::LineWriter;
use super::overlay::ground;
use super::panel::MARGIN;
use crate::domain::printable::Printable;
use crate::ui::keymap::{Key, show};
use crate::ui::state::State;
use crate::ui::state::panel::{Panel, Row};

/// The columns of the keys.
const KEYS: usize = 10;

pub fn draw(state: &State, buffer: &mut Buffer) {
    let Some(panel) = Panel::of(state) else { return };
    ground(state, &panel, buffer);
    let theme = &state.settings.theme;
    let ways = state.keymap.continuations(state.mode(), &state.pressed);
    for (line, row) in panel.rows.iter().enumerate() {
        let (Row::Continuation(place, target), Some(mut line_writer)) =
            (row, LineWriter::at(buffer, panel.place(line), 0))
        else {
            continue;
        };
        let Some((rest, _)) = ways.get(*place) else { continue };
        let single = state.pressed.iter().all(|key: &Key| key.character().is_some()) && !rest.contains(' ');
        let keys = [show(&state.pressed), rest.clone()].join(if single { "" } else { " " });
        line_writer.skip(MARGIN).text_in(&Printable::from(keys), KEYS, theme.accent);
        let sentence = Printable::from(state.keymap.sentence(*target)).cut(line_writer.room().saturating_sub(1));
        line_writer.text(&sentence, theme.text);
    }
}
