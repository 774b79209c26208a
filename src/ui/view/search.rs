//! Searching: the line at the top, what was found beneath it, the letter beside it.
//!
//! ```text
//!  search  from:ada (engine▏                                       12 found
//!                   ^ this ( is never closed
//!  ▌ Ada Lovelace     Notes on the engine     done  1d │  the letter
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::line_writer::LineWriter;
use super::{letter, list, queue};
use crate::domain::message::{MessageSummary, Stage as Life};
use crate::domain::printable::Printable;
use crate::domain::query::QueryMistake;
use crate::domain::text_enum::TextEnum;
use crate::ui::geometry::{self, Frame};
use crate::ui::state::State;
use crate::ui::state::field::Field;
use crate::ui::state::message_list::CursorList;
use crate::ui::state::notice::sentence;
use crate::ui::state::search::{LIMIT, Search, SearchOutcome, SearchStage};
use crate::ui::theme::Theme;
use crate::ui::when;

pub fn draw(state: &State, search: &Search, buffer: &mut Buffer, size: (u16, u16)) {
    let theme = &state.settings.theme;
    let frame = geometry::frame(size);
    let found = count(search);
    if let Some(mut pen) = LineWriter::at(buffer, frame.head, 0) {
        pen.skip(1).say("search", theme.accent).skip(2);
        typed(&search.field, search.stage == SearchStage::Typing, state, &mut pen, found.len());
        pen.right(&found, theme.dim);
    }
    let marked = match &search.outcome {
        SearchOutcome::Mistaken(mistake) => mark(search, mistake, found.len(), state, buffer, &frame),
        _ => false,
    };
    if search.shelf.is_empty() {
        match &search.outcome {
            SearchOutcome::None if search.query.is_empty() => language(theme, buffer, frame.body),
            SearchOutcome::None => {}
            SearchOutcome::Found => list::empty("Nothing visible has that.", theme, buffer, frame.body),
            SearchOutcome::Mistaken(_) if marked => language(theme, buffer, frame.body),
            SearchOutcome::Mistaken(mistake) => list::empty(&mistake.what, theme, buffer, frame.body),
            SearchOutcome::Failed(problem) => list::empty(sentence(problem).as_str(), theme, buffer, frame.body),
        }
        return;
    }
    let desk = geometry::panes(size, search.shelf.reading().focus);
    if let Some(area) = desk.list {
        let mark = |_: usize, entry: &MessageSummary| {
            format!("{}  {:>3}", stage(entry.stage), when::age(entry.placed, state.now))
        };
        list::shelf(&search.shelf, mark, theme, buffer, area);
    }
    if let Some(area) = desk.rule {
        queue::rule(state, buffer, area);
    }
    if let Some(area) = desk.letter {
        letter::draw(state, buffer, area);
    }
}

/// How many were found; nothing while that is not known.
fn count(search: &Search) -> String {
    match search.shelf.len() {
        _ if search.outcome != SearchOutcome::Found => String::new(),
        0 => String::new(),
        LIMIT.. => format!("the newest {LIMIT} "),
        some => format!("{some} found "),
    }
}

/// Marks what is wrong with the line beneath it, and says what; false where there is no line for that.
fn mark(
    search: &Search,
    mistake: &QueryMistake,
    reserved: usize,
    state: &State,
    buffer: &mut Buffer,
    frame: &Frame,
) -> bool {
    let theme = &state.settings.theme;
    if frame.body.y < frame.head.y + 2 {
        return false;
    }
    let text = search.field.text();
    let asked = text.trim_start();
    let columns = |text: &str| Printable::from(text).width();
    let before = columns(&text[..text.len() - asked.len()]) + asked.get(..mistake.span.start).map_or(0, columns);
    let marks = asked.get(mistake.span.clone()).map_or(0, columns).max(1);
    let line = Rect { y: frame.head.y + 1, ..frame.head };
    let Some(mut pen) = LineWriter::at(buffer, line, 0) else { return false };
    let what = Printable::from(mistake.what.as_str());
    let room = usize::from(frame.head.width).max(LINE);
    if columns(&text) + 2 + reserved > room - LINE {
        // The line is longer than the screen, and what is seen of it has moved.
        pen.skip(LINE).text(&what.cut(room - LINE), theme.warm);
    } else if LINE + before + marks + 1 + what.width() <= room {
        pen.skip(LINE + before).say(&"^".repeat(marks), theme.warm).skip(1).text(&what, theme.warm);
    } else if what.width() + 2 <= LINE + before {
        let gap = LINE + before - what.width() - 1;
        pen.skip(gap).text(&what, theme.warm).skip(1).say(&"^".repeat(marks), theme.warm);
    } else {
        pen.skip(1).text(&what.cut(room - 1), theme.warm);
    }
    if let Some(hint) = &mistake.hint
        && let Some(mut pen) = LineWriter::at(buffer, frame.notice, 0)
        && frame.notice != frame.hints
        && state.notice.is_none()
    {
        let hint = Printable::from(hint.as_str());
        pen.skip(1).text(&hint.cut(room - 1), theme.dim);
    }
    true
}

/// The columns before the line that is typed.
const LINE: usize = 9;

/// The language by examples.
const LANGUAGE: [(&str, &str); 9] = [
    ("ada engine", "both words, anywhere"),
    ("\"the second table\"", "these words in a row"),
    ("analyt*", "words that begin so"),
    ("from:ada  to:@example.org", "a name, an address, a domain"),
    ("subject:plan  body:mill", "in that field"),
    ("list:rust  lane:news", "lists, lanes; also source:"),
    ("has:attachment", "also has:list, has:unsubscribe"),
    ("older:2w  after:2026-11", "also newer:, before:, monday"),
    ("(ada or grace) -engine", "either, and without"),
];

fn language(theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let width = LANGUAGE.iter().map(|(example, _)| example.len()).max().unwrap_or(0);
    let indent = usize::from(area.width).saturating_sub(width + 34) / 2;
    let rows = usize::from(area.height);
    let first = rows.saturating_sub(LANGUAGE.len() + 2) / 3;
    for (row, (example, meaning)) in LANGUAGE.into_iter().enumerate() {
        let Some(mut pen) = LineWriter::at(buffer, area, first + row) else { return };
        pen.skip(indent).say(example, theme.text).to(indent + width + 3).say(meaning, theme.dim);
    }
    if let Some(mut pen) = LineWriter::at(buffer, area, first + LANGUAGE.len() + 1) {
        pen.centred(&Printable::from("Everything visible is searched; what is held is not."), theme.dim);
    }
}

/// What a person typed, with the place where the next character goes. The end of a long line is what is seen.
pub fn typed(field: &Field, active: bool, state: &State, pen: &mut LineWriter<'_>, reserved: usize) {
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
