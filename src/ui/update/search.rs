//! Keys of the search: the line, then the list of what was found.

use crossterm::event::KeyCode;

use super::{behind, moving, reading};
use crate::ui::action::Action;
use crate::ui::effect::Wish;
use crate::ui::keymap::Key;
use crate::ui::state::asked::Question;
use crate::ui::state::search::Stage;
use crate::ui::state::shelf::{Listed, Shelf};
use crate::ui::state::{Screen, State};

/// How many are shown at most; a narrower query finds the rest.
pub const LIMIT: usize = 500;

/// While the line is typed.
pub fn typed(state: &mut State, key: Key) {
    let Screen::Search(search) = &mut state.screen else { return };
    if search.field.key(key) {
        return;
    }
    match key.code() {
        KeyCode::Enter if !search.field.is_blank() => {
            search.stage = Stage::Looking;
            search.shelf = Shelf::default();
            let query = search.field.text().trim().to_owned();
            search.query.clone_from(&query);
            state.notice = None;
            state.ask(Question::Search, Wish::Search { query, limit: LIMIT });
        }
        KeyCode::Esc | KeyCode::Down | KeyCode::Enter if !search.shelf.is_empty() => search.stage = Stage::Found,
        KeyCode::Esc => behind(state),
        _ => {}
    }
}

/// In the list.
pub fn act(state: &mut State, action: Action) {
    let place = state.listed().map_or(0, Listed::place);
    let last = state.listed().map_or(0, Listed::len).saturating_sub(1);
    match action {
        Action::NextFound if place == last => return state.say("This is the last one that was found."),
        Action::NextFound => return moving::go(state, place + 1),
        Action::PreviousFound if place == 0 => return state.say("This is the first one that was found."),
        Action::PreviousFound => return moving::go(state, place - 1),
        _ => {}
    }
    if moving::act(state, action) || reading::act(state, action) {
        return;
    }
    match (action, &mut state.screen) {
        (Action::Search, Screen::Search(search)) => search.stage = Stage::Typing,
        (Action::Back | Action::Quit, _) => behind(state),
        _ => {}
    }
}
