//! What lies under a point of the screen. It asks the same layout that `view` draws by: `geometry`, `panel`, `hints`.

use ratatui::layout::{Position, Rect};

use super::hints::{self, Push};
use super::letter_rows;
use super::lines::ListLine;
use super::message_list::{CursorList, MessageList};
use super::panel::{Panel, Row};
use super::peek::Peeking;
use super::{Screen, State};
use crate::ui::action::Action;
use crate::ui::geometry;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Under {
    /// A hint: it acts as its key.
    Hint(Push),
    /// A row of the panel.
    Panel(Row),
    /// The page of help.
    Help,
    /// The list, and the row of it, from 0; `None` on a heading or beneath the last one.
    List(Option<usize>),
    Letter,
    /// A line of the letter that names its key.
    Does(Action),
    /// The review, and the place of it, from 0.
    Review(Option<usize>),
    Nothing,
}

#[must_use]
pub fn under(state: &State, column: u16, row: u16) -> Under {
    if !geometry::enough(state.size) {
        return Under::Nothing;
    }
    let point = Position::new(column, row);
    let covered = state.overlay.is_none() && state.hints_covered();
    if hints::line(state).is_some_and(|line| line.contains(point)) && !covered {
        let hint = hints::hints(state).into_iter().find(|hint| hint.covers(column));
        return hint.map_or(Under::Nothing, |hint| Under::Hint(hint.push));
    }
    match (&state.overlay, Panel::of(state)) {
        (_, Some(panel)) if panel.area.contains(point) => panel.row(row).map_or(Under::Nothing, Under::Panel),
        (_, Some(_)) => Under::Nothing,
        (Some(_), None) => Under::Help,
        (None, None) => on_screen(state, point),
    }
}

fn on_screen(state: &State, point: Position) -> Under {
    if let (Screen::Review(review), Some(work)) = (&state.screen, &state.work) {
        let area = geometry::review(state.size);
        let place = review.top + usize::from(point.y.saturating_sub(area.y));
        let shown = place < review.top + geometry::review_rows(state.size) && place < review.outline(work).len();
        return if area.contains(point) { Under::Review(shown.then_some(place)) } else { Under::Nothing };
    }
    let Some(listed) = state.listed().filter(|listed| !listed.is_empty()) else { return Under::Nothing };
    let desk = geometry::panes(state.size, listed.reading().focus);
    if let Some(list) = desk.list.filter(|list| list.contains(point)) {
        return Under::List(in_list(state, list, usize::from(point.y - list.y)));
    }
    match desk.letter.filter(|letter| letter.contains(point)) {
        Some(letter) => in_letter(state, listed, usize::from(point.y - letter.y)),
        None => Under::Nothing,
    }
}

fn in_list(state: &State, list: Rect, line: usize) -> Option<usize> {
    let on_shelf = |shelf: &MessageList| Some(shelf.top + line).filter(|place| *place < shelf.len());
    match &state.screen {
        Screen::Queue => {
            let work = state.work.as_ref()?;
            match work.lines(geometry::roomy(list.height)).line(work.top + line)? {
                ListLine::Row(position) => Some(work.shown().rank(position)),
                ListLine::Blank | ListLine::Heading(_) => None,
            }
        }
        Screen::Deferred(deferrals) => on_shelf(&deferrals.shelf),
        Screen::Search(search) => on_shelf(&search.shelf),
        Screen::Peek(Peeking::Open { shelf, .. }) => on_shelf(shelf),
        _ => None,
    }
}

fn in_letter(state: &State, listed: &dyn CursorList, line: usize) -> Under {
    let Some(Ok(letter)) = state.letter() else { return Under::Letter };
    let reading = listed.reading();
    match letter_rows::rows(letter, reading.quotes).get(reading.scroll + line) {
        Some(letter_rows::SheetRow::Folded(_)) => Under::Does(Action::Quotes),
        Some(letter_rows::SheetRow::OtherBody) => Under::Does(Action::OtherBody),
        _ => Under::Letter,
    }
}
