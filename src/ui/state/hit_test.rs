//! What lies under a point of the screen. It asks the same layout that `view` draws by: `geometry`, `panel`, `hints`.

use ratatui::layout::Position;

use super::State;
use super::hints::{self, Push};
use super::letter_rows::SheetRow;
use super::message_list::CursorList;
use super::panel::{Panel, Row};
use super::sheet::{Sheet, SheetPart, SheetPlace};
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
    /// A folded message of a conversation, by its number there.
    Head(usize),
    /// A line of the letter that names its key.
    Does(Action),
    /// The screen's own rows, and which of them, from 0; `None` beneath the last one.
    Row(Option<usize>),
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
    if let Some(area) = state.screen.rows_area(state.size) {
        let row = |y: u16| Under::Row(state.screen.row_at(state, usize::from(y)));
        return point.y.checked_sub(area.y).filter(|_| area.contains(point)).map_or(Under::Nothing, row);
    }
    let Some(listed) = state.listed().filter(|listed| !listed.is_empty()) else { return Under::Nothing };
    let panes = state.panes();
    if let Some(list) = panes.list.filter(|list| list.contains(point)) {
        return Under::List(listed.row_at(usize::from(point.y - list.y), list.height));
    }
    match panes.letter.filter(|letter| letter.contains(point)) {
        Some(letter) => in_letter(state, listed, usize::from(point.y - letter.y)),
        None => Under::Nothing,
    }
}

fn in_letter(state: &State, listed: &dyn CursorList, line: usize) -> Under {
    let Some(sheet) = Sheet::of(state) else { return Under::Letter };
    match sheet.place(listed.reading().scroll + line) {
        Some(SheetPlace::Part(SheetPart::Head(number))) => Under::Head(*number),
        Some(SheetPlace::Part(SheetPart::WholeThread)) => Under::Does(Action::WholeThread),
        Some(SheetPlace::Row(letter, row)) => match letter.rows.get(row) {
            Some(SheetRow::Folded(_) | SheetRow::Armour(_)) => Under::Does(Action::Quotes),
            Some(SheetRow::OtherBody) => Under::Does(Action::OtherBody),
            _ => Under::Letter,
        },
        _ => Under::Letter,
    }
}
