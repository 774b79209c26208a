//! What lies over the screen when an editor has ended: the mistakes in the file, or what leaves.
//!
//! ```text
//!  ────────────────────────────────────────────────
//!    this leaves
//!
//!    From     Me <me@example.org>
//!    To       Ada Lovelace <ada@example.org>
//!    Subject  Re: Notes on the engine
//!    Leaves   at the close, 10:45
//!
//!    The text speaks of "attached", and no file goes with it.
//!
//!    y send all the same  e edit again  d keep as a draft  x throw away
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::line_writer::LineWriter;
use super::panel::MARGIN;
use crate::ui::state::State;
use crate::ui::state::panel::Row;
use crate::ui::state::writing::{DraftPanel, DraftStage, DraftTone, LABEL, Writing};
use crate::ui::when;

pub fn draw(state: &State, panel: &DraftPanel, rows: &[(Row, Rect)], buffer: &mut Buffer) {
    let theme = &state.settings.theme;
    let lines = panel.lines(columns(state));
    for (row, place) in rows {
        let Some(mut line_writer) = LineWriter::at(buffer, *place, 0) else { return };
        line_writer.skip(MARGIN);
        match row {
            Row::Title => drop(line_writer.say(&title(state, panel), theme.dim)),
            Row::Told(place) => {
                let Some(line) = lines.get(*place) else { return };
                let style = match line.tone {
                    DraftTone::Plain => theme.text,
                    DraftTone::Warm => theme.warm,
                    DraftTone::Dim => theme.dim,
                };
                if line.tone == DraftTone::Plain {
                    line_writer.say(line.label, theme.dim).to(MARGIN + LABEL);
                }
                line_writer.text(&line.text, style);
            }
            Row::More(count) => drop(line_writer.say(&format!("{count} more: ↓ ↑"), theme.dim)),
            _ => {}
        }
    }
}

fn title(state: &State, panel: &DraftPanel) -> String {
    match &panel.stage {
        DraftStage::Mistaken(mistakes) => {
            let count = when::count(mistakes.len(), "mistake", "mistakes");
            format!("{count} in the file: it can't be staged yet")
        }
        DraftStage::Leaves { .. } => match state.writing.as_ref().map_or(0, Writing::decided) {
            0 | 1 => "this leaves".to_owned(),
            many => format!("this leaves, and answers all {many} messages of its row"),
        },
    }
}

/// The columns of a line of the panel.
#[must_use]
pub fn columns(state: &State) -> usize {
    usize::from(state.size.0).saturating_sub(MARGIN + 1)
}
