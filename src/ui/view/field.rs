//! A line that is typed, with its cursor.

use ratatui::style::Modifier;

use super::line_writer::LineWriter;
use crate::domain::printable::Printable;
use crate::ui::state::State;
use crate::ui::state::field::Field;

/// What a person typed, with the place where the next character goes. The end of a long line is what is seen.
pub fn typed(field: &Field, active: bool, state: &State, line_writer: &mut LineWriter<'_>, reserved: usize) {
    let theme = &state.settings.theme;
    let (before, behind) = field.shown();
    let room = line_writer.room().saturating_sub(reserved + 2);
    let mut shown = before.clone();
    if shown.width() > room {
        let text: Vec<char> = before.as_str().chars().collect();
        let mut from = text.len();
        let mut width = 1;
        while from > 0 {
            let next = Printable::from(text.get(from - 1).copied().unwrap_or(' ').to_string()).width();
            if width + next > room {
                break;
            }
            width += next;
            from -= 1;
        }
        shown = Printable::from(format!("…{}", text.get(from..).unwrap_or_default().iter().collect::<String>()));
    }
    line_writer.text(&shown, theme.text);
    if active {
        let under = behind.as_str().chars().next().unwrap_or(' ').to_string();
        line_writer.say(&under, theme.text.add_modifier(Modifier::REVERSED));
        line_writer.say(&behind.as_str().chars().skip(1).collect::<String>(), theme.text);
    } else {
        line_writer.text(&behind, theme.text);
    }
}
