//! Keys of the search: the line, whose answer is shown while it is typed, then the list of what was found.

use crossterm::event::KeyCode;

use super::{behind, moving, reading};
use crate::domain::problem::Problem;
use crate::ui::action::Action;
use crate::ui::keymap::Key;
use crate::ui::request::{SearchRequest, SearchResponse, Slot};
use crate::ui::state::message_list::{CursorList, MessageList};
use crate::ui::state::search::{LIMIT, Search, SearchOutcome, SearchStage};
use crate::ui::state::{Screen, State};

/// While the line is typed.
pub fn typed(state: &mut State, key: Key) {
    let Screen::Search(search) = &mut state.screen else { return };
    if search.field.key(key) {
        return edited(state);
    }
    match (key.code(), &search.outcome) {
        (KeyCode::Enter, _) if search.field.is_blank() => {}
        (KeyCode::Enter, SearchOutcome::None) => search.stage = SearchStage::Looking,
        (KeyCode::Enter, SearchOutcome::Failed(_)) => {
            search.query.clear();
            edited(state);
        }
        (KeyCode::Enter | KeyCode::Down, SearchOutcome::Found) => search.stage = SearchStage::Found,
        (KeyCode::Esc | KeyCode::Down, _) if !search.shelf.is_empty() => search.stage = SearchStage::Found,
        (KeyCode::Esc, _) => behind(state),
        _ => {}
    }
}

/// The line may have changed: what it says now is asked at once, and what it said before no longer.
pub fn edited(state: &mut State) {
    let Screen::Search(search) = &mut state.screen else { return };
    let query = search.field.text().trim().to_owned();
    if query == search.query {
        return;
    }
    search.query.clone_from(&query);
    search.outcome = SearchOutcome::None;
    if query.is_empty() {
        search.shelf = MessageList::default();
        state.requests.forget(|question| question == Slot::Search);
    } else {
        state.ask(SearchRequest { query, limit: LIMIT });
    }
}

/// What came of it.
pub fn answered(state: &mut State, response: SearchResponse) {
    let Screen::Search(search) = &mut state.screen else { return };
    match response {
        SearchResponse::Found(entries) => {
            search.shelf = MessageList::of(entries);
            search.outcome = SearchOutcome::Found;
        }
        SearchResponse::Mistaken(mistake) => search.outcome = SearchOutcome::Mistaken(mistake),
        SearchResponse::GivenUp => {}
    }
    looked(search);
}

/// It could not be searched.
pub fn failed(state: &mut State, problem: Problem) {
    let Screen::Search(search) = &mut state.screen else { return };
    search.outcome = SearchOutcome::Failed(problem);
    looked(search);
}

/// Somebody who waits for the list comes to it, or back to the line.
fn looked(search: &mut Search) {
    if search.stage == SearchStage::Looking {
        search.stage = if search.outcome == SearchOutcome::Found { SearchStage::Found } else { SearchStage::Typing };
    }
}

/// In the list.
pub fn act(state: &mut State, action: Action) {
    let place = state.listed().map_or(0, CursorList::place);
    let last = state.listed().map_or(0, CursorList::len).saturating_sub(1);
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
        (Action::Search, Screen::Search(search)) => search.stage = SearchStage::Typing,
        (Action::Back | Action::Quit, _) => behind(state),
        _ => {}
    }
}
