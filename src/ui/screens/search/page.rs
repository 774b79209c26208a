//! The picture of a search: the line at the top with what is wrong beneath it, the language by examples, what was found.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::{LIMIT, Search, SearchOutcome, SearchStage};
use crate::domain::message::{MessageSummary, Stage as Life};
use crate::domain::printable::Printable;
use crate::domain::text_enum::TextEnum;
use crate::ui::geometry;
use crate::ui::state::State;
use crate::ui::state::message_list::CursorList;
use crate::ui::state::notice::sentence;
use crate::ui::theme::Theme;
use crate::ui::view::field::typed;
use crate::ui::view::line_writer::LineWriter;
use crate::ui::view::{list, mistaken, panes};
use crate::ui::when;

pub(super) fn draw(state: &State, search: &Search, buffer: &mut Buffer, size: (u16, u16)) {
    let frame = geometry::frame(size);
    let found = count(search, frame.head.width);
    if let Some(mut line_writer) = LineWriter::at(buffer, frame.head, 0) {
        let theme = &state.settings.theme;
        line_writer.skip(1).say("search", theme.accent).skip(2);
        let reserved = Printable::from(found.as_str()).width();
        typed(&search.field, search.stage == SearchStage::Typing, state, &mut line_writer, reserved);
        line_writer.right(&found, theme.dim);
    }
    middle(state, search, buffer, frame.body);
    if let SearchOutcome::Mistaken(mistake) = &search.outcome {
        // A low screen has no free line beneath the one that is typed.
        let line = Rect { y: frame.head.y + 1, ..frame.head };
        Clear.render(line.intersection(buffer.area), buffer);
        if let Some(line_writer) = LineWriter::at(buffer, line, 0) {
            mistaken::mark(state, &search.field.text(), mistake, (LINE, 0), line_writer);
        }
    }
}

/// What was found; else the language by examples, or why nothing was found.
fn middle(state: &State, search: &Search, buffer: &mut Buffer, body: Rect) {
    let theme = &state.settings.theme;
    if !search.messages.is_empty() {
        let mark = |row: usize, entry: &MessageSummary| {
            format!("{}  {:>3}", state_word(state, search, row, entry), when::age(entry.placed, state.now))
        };
        return panes::draw(state, buffer, |buffer, area| list::messages(&search.messages, mark, theme, buffer, area));
    }
    match &search.outcome {
        SearchOutcome::None if search.query.is_empty() => language(theme, buffer, body),
        SearchOutcome::Mistaken(_) => language(theme, buffer, body),
        SearchOutcome::None => {}
        SearchOutcome::Found => {
            let none = match &search.wider {
                Some(wider) => format!("No message was found; {}.", wider.sentence()),
                None => "No message was found. What is held is not searched.".to_owned(),
            };
            list::empty(&none, theme, buffer, body);
        }
        SearchOutcome::Failed(problem) => list::empty(sentence(problem).as_str(), theme, buffer, body),
    }
}

/// How many were found, and what finds more; nothing while that is not known.
fn count(search: &Search, columns: u16) -> String {
    let more = match &search.wider {
        Some(wider) if columns >= WIDE => format!(", {}", wider.sentence()),
        Some(_) => " +".to_owned(),
        None => String::new(),
    };
    match search.messages.len() {
        _ if search.outcome != SearchOutcome::Found => String::new(),
        0 => String::new(),
        LIMIT.. => format!("the newest {LIMIT} "),
        some => format!("{some} found{more} "),
    }
}

/// From so many columns on there is room for a sentence behind the line that is typed.
const WIDE: u16 = 70;

/// The columns before the line that is typed.
const LINE: usize = 9;

/// The language by examples.
const LANGUAGE: [(&str, &str); 11] = [
    ("ada engine", "both words, anywhere"),
    ("\"the second table\"", "these words in a row"),
    ("analyt*", "words that begin so"),
    ("from:ada  to:@example.org", "a name, an address, a domain; also cc:"),
    ("subject:plan  body:mill", "in that field"),
    ("list:rust  lane:news", "also source:, folder:, view:"),
    ("is:unread  is:deferred", "what became of it, what its mailbox says"),
    ("has:attachment  larger:2M", "also has:link, has:invite, filename:"),
    ("date:2026-10..2026-11", "also on:, before:, after:"),
    ("older:2w  on:yesterday", "also newer:, monday, \"last week\""),
    ("(ada or grace) -engine", "either, and without"),
];

fn language(theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let width = LANGUAGE.iter().map(|(example, _)| example.len()).max().unwrap_or(0);
    let indent = usize::from(area.width).saturating_sub(width + 34) / 2;
    let rows = usize::from(area.height);
    let first = rows.saturating_sub(LANGUAGE.len() + 2) / 3;
    for (row, (example, meaning)) in LANGUAGE.into_iter().enumerate() {
        let Some(mut line_writer) = LineWriter::at(buffer, area, first + row) else { return };
        line_writer.skip(indent).say(example, theme.text).to(indent + width + 3).say(meaning, theme.dim);
    }
    if let Some(mut line_writer) = LineWriter::at(buffer, area, first + LANGUAGE.len() + 1) {
        line_writer
            .centred(&Printable::from("Every message that you may see is searched; what is held is not."), theme.dim);
    }
}

/// What is known of a hit: what was decided about it in the batch in hand, else its stage.
fn state_word(state: &State, search: &Search, row: usize, entry: &MessageSummary) -> &'static str {
    let place = search.places.get(row).copied().flatten();
    let work = state.work.as_ref().filter(|work| place.is_some_and(|(batch, _)| work.triage.batch().id() == batch));
    match (place, work) {
        (Some((_, position)), Some(work)) => {
            work.triage.verdict_of(position).map_or("undecided", |act| act.decision.name())
        }
        (Some(_), None) => "in the batch",
        (None, _) if entry.reopened => "reopened",
        (None, _) => stage(entry.stage),
    }
}

fn stage(stage: Life) -> &'static str {
    match stage {
        Life::History | Life::Batched => "",
        stage => stage.name(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::LANGUAGE;
    use crate::domain::query::parse;
    use crate::domain::schedule::Zone;

    #[test]
    fn each_example_is_a_query() {
        for example in LANGUAGE.iter().flat_map(|(examples, _)| examples.split("  ")) {
            parse(example, Zone::UTC, DateTime::UNIX_EPOCH)
                .unwrap_or_else(|mistake| panic!("{example}: {}", mistake.what));
        }
    }
}
