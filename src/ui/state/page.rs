//! The help page line by line: `update` counts the lines to scroll, `view` draws them.

use ratatui::layout::Rect;

use super::State;
use crate::domain::printable::Printable;
use crate::ui::action::{Action, DEEDS, Deed, Part};
use crate::ui::space;

/// A line of the page: a part's title, or keys with the beginning or the rest of their sentence.
#[derive(Debug)]
pub enum Line {
    Blank,
    Title(&'static str),
    Keys(String, Printable, Works),
}

/// Whether a key does something on the screen that help was asked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Works {
    Here,
    Elsewhere,
}

/// Where the page stands.
#[must_use]
pub fn body(size: (u16, u16)) -> Rect {
    let body = space::frame(size).body;
    Rect { width: body.width.min(100), ..body }
}

/// The columns that the keys get.
#[must_use]
pub fn keys_width(size: (u16, u16)) -> usize {
    usize::from(body(size).width / 4).clamp(10, 20)
}

/// The whole page, with only what fits to the wanted words.
#[must_use]
pub fn lines(state: &State, wanted: &str) -> Vec<Line> {
    let width = usize::from(body(state.size).width).saturating_sub(keys_width(state.size) + 4).max(10);
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
            let works =
                if deed.modes.contains(&here) || deed.action == Action::Help { Works::Here } else { Works::Elsewhere };
            for (place, line) in Printable::from(deed.sentence).wrap(width).into_iter().enumerate() {
                lines.push(Line::Keys(if place == 0 { keys.clone() } else { String::new() }, line, works));
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
