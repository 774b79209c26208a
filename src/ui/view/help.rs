//! Help: every key with its sentence, from the table of actions; what is typed searches it.
//!
//! ```text
//!  help  def▏                                                    Esc back
//!
//!    deciding
//!    s          defer to a later check-in: shows where each choice leads
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pen::Pen;
use super::{list, search};
use crate::domain::printable::Printable;
use crate::ui::action::{Action, DEEDS, Deed, Part};
use crate::ui::space;
use crate::ui::state::State;
use crate::ui::state::field::Field;

/// A line of the page: a part's title, or keys with the beginning or the rest of their sentence.
enum Line {
    Blank,
    Title(&'static str),
    Keys(String, Printable),
}

pub fn draw(state: &State, field: &Field, top: usize, buffer: &mut Buffer, size: (u16, u16)) {
    let theme = &state.settings.theme;
    let frame = space::frame(size);
    if let Some(mut pen) = Pen::at(buffer, frame.head, 0) {
        pen.skip(1).say("help", theme.accent).skip(2);
        search::typed(field, true, state, &mut pen, 20);
        pen.right("type to search ", theme.dim);
    }
    let body = Rect { height: frame.body.height, width: frame.body.width.min(100), ..frame.body };
    let keys_width = usize::from(body.width / 4).clamp(10, 20);
    let lines = lines(state, &field.text(), usize::from(body.width).saturating_sub(keys_width + 4).max(10));
    if lines.is_empty() {
        return list::empty("No key does that.", theme, buffer, body);
    }
    let top = top.min(lines.len().saturating_sub(usize::from(body.height)));
    for (row, line) in lines.iter().skip(top).take(usize::from(body.height)).enumerate() {
        let Some(mut pen) = Pen::at(buffer, body, row) else { return };
        match line {
            Line::Blank => {}
            Line::Title(title) => drop(pen.skip(3).say(title, theme.dim)),
            Line::Keys(keys, sentence) => {
                pen.skip(3).text_in(&Printable::from(keys), keys_width, theme.accent).text(sentence, theme.text);
            }
        }
    }
    if let Some(mut pen) = Pen::at(buffer, frame.hints, 0) {
        let shown = (top + usize::from(body.height)).min(lines.len());
        let more = if shown < lines.len() { "↓ more  " } else { "" };
        pen.skip(1).say("esc", theme.accent).skip(1).say("back", theme.dim).right(more, theme.accent);
    }
}

fn lines(state: &State, wanted: &str, width: usize) -> Vec<Line> {
    let wanted = wanted.trim().to_lowercase();
    let here = state.mode();
    let mut lines = Vec::new();
    for part in Part::ALL {
        let deeds: Vec<&Deed> = DEEDS.iter().filter(|deed| deed.part == part && fits(state, deed, &wanted)).collect();
        if deeds.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Line::Blank);
        }
        lines.push(Line::Title(part.title()));
        for deed in deeds {
            let keys = state.keymap.all_shown(deed.action).join(" ");
            let elsewhere = if deed.modes.contains(&here) || deed.action == Action::Help { "" } else { " (not here)" };
            let sentence = Printable::from(format!("{}{elsewhere}", deed.sentence));
            for (place, line) in sentence.wrap(width).into_iter().enumerate() {
                lines.push(Line::Keys(if place == 0 { keys.clone() } else { String::new() }, line));
            }
        }
    }
    lines
}

fn fits(state: &State, deed: &Deed, wanted: &str) -> bool {
    wanted.is_empty()
        || deed.sentence.to_lowercase().contains(wanted)
        || deed.name.contains(wanted)
        || state.keymap.all_shown(deed.action).iter().any(|key| key.to_lowercase() == wanted)
}
