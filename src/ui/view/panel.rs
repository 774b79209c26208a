//! What the rows of every panel share: the room before what is written, and the mark of the cursor in it.

use super::line_writer::LineWriter;
use crate::ui::state::State;

pub(super) use crate::ui::state::panel::MARGIN;

/// The mark of the cursor, or as much space.
pub fn mark(state: &State, here: bool, line_writer: &mut LineWriter<'_>) {
    line_writer
        .under(here, &state.settings.theme)
        .skip(1)
        .say(if here { "▌ " } else { "  " }, state.settings.theme.accent);
}
