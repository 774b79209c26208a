//! The palette: what is typed, and the actions and views that fit, each with its keys, its name and its sentence.
//!
//! ```text
//!  ─────────────────────────────────────────────────────────
//!    do  def▏
//!  ▌ s       defer          defer to a later check-in: shows where each choice leads
//!    D       deferred       what is deferred, and to when
//!
//!    enter do it  esc back
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::field::typed;
use super::line_writer::LineWriter;
use super::panel::{MARGIN, mark};
use crate::domain::printable::Printable;
use crate::ui::action::ACTIONS;
use crate::ui::keymap::Absent;
use crate::ui::state::State;
use crate::ui::state::palette::{CommandPalette, Fitting, fitting, possible};
use crate::ui::state::panel::{Row, fitting_rows};
use crate::ui::theme::Theme;

/// The columns of the keys; those that find no room are in help.
const KEYS: usize = 11;

pub fn draw(state: &State, palette: &CommandPalette, rows: &[(Row, Rect)], buffer: &mut Buffer) {
    let theme = &state.settings.theme;
    let text = palette.field.text();
    let found = fitting(state, &text);
    for (row, place) in rows {
        let Some(mut line_writer) = LineWriter::at(buffer, *place, 0) else { return };
        match row {
            Row::Field => {
                line_writer.skip(MARGIN).say("do", theme.accent).skip(2);
                typed(&palette.field, true, state, &mut line_writer, 0);
            }
            Row::Fitting(place) => {
                if let Some(fitting) = found.get(*place) {
                    mark(state, *place == palette.at, &mut line_writer);
                    entry(state, fitting, *place == palette.at, &mut line_writer);
                }
            }
            Row::Hints if palette.top + fitting_rows(state) < found.len() => {
                line_writer.right("↓ more  ", theme.accent);
            }
            _ => {}
        }
    }
    let first = rows.iter().find(|(row, _)| *row == Row::Blank);
    if let (true, Some((_, place))) = (found.is_empty(), first)
        && let Some(mut line_writer) = LineWriter::at(buffer, *place, 0)
    {
        let says = match Absent::named(&text) {
            Some(info) => format!("Not here yet: {}.", info.what),
            None => "Nothing that can be done here is called that.".to_owned(),
        };
        line_writer.skip(MARGIN).say(&says, theme.dim);
    }
}

fn entry(state: &State, fitting: &Fitting, here: bool, line_writer: &mut LineWriter<'_>) {
    let theme = &state.settings.theme;
    let (key, name, sentence) = match (possible(state, fitting.target), here) {
        (true, true) => (theme.accent, theme.here, theme.here),
        (true, false) => (theme.accent, theme.text, theme.dim),
        (false, _) => (theme.dim, theme.dim, theme.dim),
    };
    line_writer.text_in(&Printable::from(keys(state, fitting)), KEYS, key).skip(1);
    let names = ACTIONS.iter().map(|info| info.name.len()).max().unwrap_or(0);
    let end = line_writer.room().saturating_sub(names + 2);
    cut_and_spelled(state.keymap.name(fitting.target), names, &fitting.in_name, name, theme, line_writer);
    line_writer.skip(line_writer.room().saturating_sub(end));
    let room = line_writer.room().saturating_sub(1);
    let whole = state.keymap.sentence(fitting.target);
    cut_and_spelled(&whole, room, &fitting.in_sentence, sentence, theme, line_writer);
}

/// As much of a text as there are columns for it, with the letters that were typed.
fn cut_and_spelled(
    whole: &str,
    columns: usize,
    found: &[usize],
    style: Style,
    theme: &Theme,
    line_writer: &mut LineWriter<'_>,
) {
    let cut = Printable::from(whole).cut(columns);
    // The mark of a cut stands in the place of a letter, and is none.
    let kept = whole.chars().zip(cut.as_str().chars()).take_while(|(whole, shown)| whole == shown).count();
    let found: Vec<usize> = found.iter().copied().filter(|place| *place < kept).collect();
    spelled(cut.as_str(), &found, style, theme, line_writer);
}

/// As many of its keys as there is room for.
fn keys(state: &State, fitting: &Fitting) -> String {
    let mut keys = String::new();
    for key in state.keymap.keys_to(fitting.target) {
        let longer = if keys.is_empty() { key } else { format!("{keys} {key}") };
        if Printable::from(&longer).width() > KEYS && !keys.is_empty() {
            break;
        }
        keys = longer;
    }
    keys
}

/// Words with the letters that were typed in the accent; underlined too, for where there is no colour.
fn spelled(text: &str, found: &[usize], style: Style, theme: &Theme, line_writer: &mut LineWriter<'_>) {
    let marked = style.patch(theme.accent).add_modifier(Modifier::UNDERLINED);
    for (place, c) in text.chars().enumerate() {
        line_writer.say(c.encode_utf8(&mut [0; 4]), if found.contains(&place) { marked } else { style });
    }
}
