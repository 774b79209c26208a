//! What is wrong with a query that is typed, beneath the place where it is wrong.
//!
//! ```text
//!  search  from:ada (engine▏
//!                   ^ this ( is never closed
//! ```

use super::line_writer::LineWriter;
use crate::domain::printable::Printable;
use crate::domain::query::QueryMistake;
use crate::ui::state::State;

/// Marks the place and says what is wrong, on the line beneath the typed `text`, which begins `indent` columns from the left.
/// `reserved` columns at the end of the line above belong to something else.
pub fn mark(
    state: &State,
    text: &str,
    mistake: &QueryMistake,
    (indent, reserved): (usize, usize),
    mut line_writer: LineWriter<'_>,
) {
    let theme = &state.settings.theme;
    let asked = text.trim_start();
    let columns = |text: &str| Printable::from(text).width();
    let before = columns(&text[..text.len() - asked.len()]) + asked.get(..mistake.span.start).map_or(0, columns);
    let marks = asked.get(mistake.span.clone()).map_or(0, columns).max(1);
    let what = Printable::from(mistake.what.as_str());
    let room = line_writer.room().max(indent);
    if columns(text) + 2 + reserved > room - indent {
        // The line is longer than the screen, and what is seen of it has moved.
        line_writer.skip(indent).text(&what.cut(room - indent), theme.warm);
    } else if indent + before + marks + 1 + what.width() <= room {
        line_writer.skip(indent + before).say(&"^".repeat(marks), theme.warm).skip(1).text(&what, theme.warm);
        hint(state, mistake, &mut line_writer);
    } else if what.width() + 2 <= indent + before {
        let gap = indent + before - what.width() - 1;
        line_writer.skip(gap).text(&what, theme.warm).skip(1).say(&"^".repeat(marks), theme.warm);
    } else {
        line_writer.skip(1).text(&what.cut(room - 1), theme.warm);
    }
}

/// What to write instead, as much as there is room for.
fn hint(state: &State, mistake: &QueryMistake, line_writer: &mut LineWriter<'_>) {
    if let Some(hint) = &mistake.hint {
        let hint = Printable::from(format!(" · {hint}"));
        line_writer.text(&hint.cut(line_writer.room().saturating_sub(1)), state.settings.theme.dim);
    }
}
