//! Searching: the line at the top, what was found beneath it, the letter beside it.
//!
//! ```text
//!  search  from:ada engine▏                                        12 found
//!
//!  ▌ Ada Lovelace     Notes on the engine     done  1d │  the letter
//! ```

use ratatui::buffer::Buffer;
use ratatui::style::Modifier;

use super::pen::Pen;
use super::{letter, list, queue};
use crate::domain::message::{Entry, Stage as Life};
use crate::domain::printable::Printable;
use crate::ui::space;
use crate::ui::state::State;
use crate::ui::state::field::Field;
use crate::ui::state::notice::sentence;
use crate::ui::state::search::{Search, Stage};
use crate::ui::state::shelf::Listed;
use crate::ui::when;

pub fn draw(state: &State, search: &Search, buffer: &mut Buffer, size: (u16, u16)) {
    let theme = &state.settings.theme;
    let frame = space::frame(size);
    if let Some(mut pen) = Pen::at(buffer, frame.head, 0) {
        pen.skip(1).say("search", theme.accent).skip(2);
        let found = match search.stage {
            Stage::Found if !search.shelf.is_empty() => format!("{} found ", search.shelf.len()),
            _ => String::new(),
        };
        typed(&search.field, search.stage == Stage::Typing, state, &mut pen, found.len());
        pen.right(&found, theme.dim);
    }
    if search.shelf.is_empty() {
        match &search.stage {
            Stage::Typing => list::empty(
                "Words, or from:ada subject:plan list:rust has:attachment older:2w. Everything that is visible is searched; what is held is not.",
                theme,
                buffer,
                frame.body,
            ),
            Stage::Looking => {}
            Stage::Found => list::empty("Nothing visible has that.", theme, buffer, frame.body),
            Stage::Refused(problem) => list::empty(sentence(problem).as_str(), theme, buffer, frame.body),
        }
        return;
    }
    let desk = space::desk(size, search.shelf.reading().focus);
    if let Some(area) = desk.list {
        let mark =
            |_: usize, entry: &Entry| format!("{}  {:>3}", stage(entry.stage), when::age(entry.placed, state.now));
        list::shelf(&search.shelf, mark, theme, buffer, area);
    }
    if let Some(area) = desk.rule {
        queue::rule(state, buffer, area);
    }
    if let Some(area) = desk.letter {
        letter::draw(state, buffer, area);
    }
}

/// What a person typed, with the place where the next character goes. The end of a long line is what is seen.
pub fn typed(field: &Field, active: bool, state: &State, pen: &mut Pen<'_>, reserved: usize) {
    let theme = &state.settings.theme;
    let (before, behind) = field.shown();
    let room = pen.room().saturating_sub(reserved + 2);
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
    pen.text(&shown, theme.text);
    if active {
        let under = behind.as_str().chars().next().unwrap_or(' ').to_string();
        pen.say(&under, theme.text.add_modifier(Modifier::REVERSED));
        pen.say(&behind.as_str().chars().skip(1).collect::<String>(), theme.text);
    } else {
        pen.text(&behind, theme.text);
    }
}

fn stage(stage: Life) -> &'static str {
    match stage {
        Life::History | Life::Batched => "",
        stage => stage.name(),
    }
}
