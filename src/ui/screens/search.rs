//! Searching: the line at the top, what was found beneath it, the letter beside it.
//!
//! ```text
//!  search  from:ada (engine▏                                       12 found
//!                   ^ this ( is never closed
//!  ▌ Ada Lovelace     Notes on the engine     done  1d │  the letter
//! ```

mod page;

use crossterm::event::KeyCode;
use ratatui::buffer::Buffer;

use super::muted;
use crate::domain::ids::BatchId;
use crate::domain::message::SearchHit;
use crate::domain::positions::Position;
use crate::domain::problem::Problem;
use crate::domain::query::{QueryMistake, WiderSearch};
use crate::ui::action::{Action, Mode};
use crate::ui::keymap::Key;
use crate::ui::request::{SearchRequest, Slot, StoreRequest};
use crate::ui::response::{Response, SearchResponse, StoreResponse};
use crate::ui::state::State;
use crate::ui::state::act_notice;
use crate::ui::state::field::Field;
use crate::ui::state::message_list::{CursorList, MessageList};
use crate::ui::state::screen::{Handlers, Screen};
use crate::ui::update::{decide, moving, reading, unsubscribe, writing};

/// How many are shown at most; a narrower query finds the rest.
const LIMIT: usize = 500;

#[derive(Debug, Clone, Default)]
pub struct Search {
    field: Field,
    stage: SearchStage,
    /// What was found last. It stays until the next response has come, also while the line is no query.
    messages: MessageList,
    /// The open batch that each of them is in, and its position there, in the order of the list.
    places: Vec<Option<(BatchId, Position)>>,
    /// What was asked last.
    query: String,
    /// The query that the list is of.
    shown: String,
    /// What is to be done as soon as the batch is in hand that it is about.
    waiting: Option<(BatchId, Action)>,
    outcome: SearchOutcome,
    /// What finds more, where there are few.
    wider: Option<WiderSearch>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum SearchStage {
    #[default]
    Typing,
    /// The line is finished, and its response has not come yet.
    Looking,
    /// The list.
    Found,
}

/// What came of the line that was asked last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum SearchOutcome {
    /// Nothing was asked, or no answer has come.
    #[default]
    None,
    Found,
    /// It is no query.
    Mistaken(QueryMistake),
    Failed(Problem),
}

impl Screen for Search {
    fn mode(&self) -> Mode {
        Mode::Search
    }

    fn handlers(&self) -> Handlers {
        Handlers { key, edited, settle, respond, failed, ..Handlers::of(act) }
    }

    fn messages(&self) -> Option<&MessageList> {
        Some(&self.messages)
    }

    fn messages_mut(&mut self) -> Option<&mut MessageList> {
        Some(&mut self.messages)
    }

    fn field(&self) -> Option<&Field> {
        (self.stage == SearchStage::Typing).then_some(&self.field)
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        (self.stage == SearchStage::Typing).then_some(&mut self.field)
    }

    fn field_hints(&self) -> &'static [(&'static str, &'static str)] {
        if self.wider.is_some() {
            return &[("enter", "to the list"), ("tab", "find more"), ("ctrl-u", "clear"), ("esc", "back")];
        }
        &[("enter", "to the list"), ("ctrl-u", "clear"), ("esc", "back")]
    }

    fn waits_for_batch(&self, batch: BatchId) -> bool {
        self.waiting.is_some_and(|(waiting, _)| waiting == batch)
    }

    fn place_in_batch(&self) -> Option<(BatchId, Position)> {
        self.place()
    }

    /// What was found is shown while the line is typed.
    fn leave_field(&mut self) {
        self.stage = SearchStage::Found;
    }

    fn hints(&self, _: &State) -> Vec<(Action, &'static str)> {
        let again = (Action::Search, "search again");
        let wider = self.wider.as_ref().map(|_| (Action::Wider, Action::Wider.info().hint));
        if self.messages.is_empty() {
            return wider.into_iter().chain([again]).collect();
        }
        // What the row under the cursor takes comes first.
        let about = match self.place() {
            Some(_) => vec![Action::Done, Action::Defer],
            None => vec![Action::Reopen],
        };
        let list = about.into_iter().chain([Action::Open, Action::NextFound, Action::PreviousFound]);
        list.map(|action| (action, action.info().hint)).chain(wider).chain([again]).collect()
    }

    fn draw(&self, state: &State, buffer: &mut Buffer, size: (u16, u16)) {
        page::draw(state, self, buffer, size);
    }
}

/// Opens the search with a line that is finished: the list is in hand as soon as it is there.
pub(super) fn open(state: &mut State, line: &str) {
    state.show(Search { field: Field::of(line), stage: SearchStage::Looking, ..Search::default() });
    edited(state);
}

/// While the line is typed.
fn key(state: &mut State, key: Key) -> bool {
    let Some(search) = state.screen_as_mut::<Search>().filter(|search| search.stage == SearchStage::Typing) else {
        return false;
    };
    if search.field.key(key) {
        edited(state);
        return true;
    }
    match (key.code(), &search.outcome) {
        (KeyCode::Tab, _) => widen(state),
        (KeyCode::Enter, _) if search.field.is_blank() => {}
        (KeyCode::Enter, SearchOutcome::None) => search.stage = SearchStage::Looking,
        (KeyCode::Enter, SearchOutcome::Failed(_)) => {
            search.query.clear();
            edited(state);
        }
        (KeyCode::Enter | KeyCode::Down, SearchOutcome::Found) => search.stage = SearchStage::Found,
        (KeyCode::Esc | KeyCode::Down, _) if !search.messages.is_empty() => search.stage = SearchStage::Found,
        (KeyCode::Esc, _) => state.go_back(),
        _ => {}
    }
    true
}

/// The line may have changed: what it says now is asked at once, and what it said before no longer.
fn edited(state: &mut State) {
    let Some(search) = state.screen_as_mut::<Search>() else { return };
    let query = search.field.text().trim().to_owned();
    if query == search.query {
        return;
    }
    search.query.clone_from(&query);
    (search.outcome, search.wider) = (SearchOutcome::None, None);
    if query.is_empty() {
        search.messages = MessageList::default();
        state.requests.forget(|question| question == Slot::Search);
    } else {
        state.ask(SearchRequest { query, limit: LIMIT });
    }
}

/// What came of it.
fn respond(state: &mut State, response: Response) {
    let Some(search) = state.screen_as_mut::<Search>() else { return };
    let response = match response {
        Response::Search(response) => response,
        Response::Store(StoreResponse::Reopened(_)) => return look_again(state),
        _ => return,
    };
    match response {
        SearchResponse::Found { hits, highlights, wider } => {
            search.take(hits);
            search.wider = wider;
            search.messages.highlights = highlights;
            search.outcome = SearchOutcome::Found;
        }
        SearchResponse::Mistaken(mistake) => search.outcome = SearchOutcome::Mistaken(mistake),
        SearchResponse::GivenUp => {}
    }
    looked(search);
}

/// Takes the line that finds more.
fn widen(state: &mut State) {
    let Some(search) = state.screen_as_mut::<Search>() else { return };
    let Some(wider) = search.wider.take() else { return state.say("No beginning of a word is known that finds more.") };
    search.field = Field::of(&wider.line);
    edited(state);
}

/// Asks the same again: what was found has changed.
fn look_again(state: &mut State) {
    let Some(search) = state.screen_as::<Search>() else { return };
    let query = search.query.clone();
    state.ask(SearchRequest { query, limit: LIMIT });
}

impl Search {
    /// Shows what was found. The cursor stays where the same was asked again.
    fn take(&mut self, hits: Vec<SearchHit>) {
        let (entries, places) = hits.into_iter().map(|hit| (hit.entry, hit.place)).unzip();
        self.places = places;
        if self.shown == self.query {
            self.messages.refill(entries);
        } else {
            self.messages = MessageList::of(entries);
            self.shown.clone_from(&self.query);
        }
    }

    /// Where the row under the cursor stands in the open batch.
    fn place(&self) -> Option<(BatchId, Position)> {
        self.places.get(self.messages.place()).copied().flatten()
    }
}

/// It could not be searched.
fn failed(state: &mut State, slot: Slot, problem: &Problem) -> bool {
    let (Slot::Search, Some(search)) = (slot, state.screen_as_mut::<Search>()) else { return false };
    search.outcome = SearchOutcome::Failed(problem.clone());
    looked(search);
    true
}

/// Somebody who waits for the list comes to it, or back to the line.
fn looked(search: &mut Search) {
    if search.stage == SearchStage::Looking {
        search.stage = if search.outcome == SearchOutcome::Found { SearchStage::Found } else { SearchStage::Typing };
    }
}

/// In the list.
fn act(state: &mut State, action: Action) {
    let place = state.listed().map_or(0, CursorList::place);
    let last = state.listed().map_or(0, CursorList::len).saturating_sub(1);
    match action {
        Action::NextFound | Action::PreviousFound if reading::to_match(state, action == Action::NextFound) => return,
        Action::NextFound if place == last => return state.say("This is the last one that was found."),
        Action::NextFound => return moving::go(state, place + 1),
        Action::PreviousFound if place == 0 => return state.say("This is the first one that was found."),
        Action::PreviousFound => return moving::go(state, place - 1),
        _ => {}
    }
    if moving::act(state, action) || reading::act(state, action) || writing::act(state, action) {
        return;
    }
    match action {
        Action::Search => {
            if let Some(search) = state.screen_as_mut::<Search>() {
                search.stage = SearchStage::Typing;
            }
        }
        Action::Back | Action::Quit => state.go_back(),
        Action::Muted => muted::open(state),
        Action::Wider => widen(state),
        Action::Undo | Action::Redo if state.work.is_none() => {
            state.say("No batch is open here, so there is nothing to take back.");
        }
        Action::Undo => decide::undo(state),
        Action::Redo => decide::redo(state),
        action => about_row(state, action),
    }
}

/// What is about the row under the cursor.
fn about_row(state: &mut State, action: Action) {
    let Some(search) = state.screen_as::<Search>() else { return };
    let Some(entry) = search.messages.current() else { return };
    match search.place() {
        Some(place) => in_batch(state, action, place),
        None if action == Action::Reopen => {
            let id = entry.id;
            state.ask(StoreRequest::Reopen(vec![id]));
        }
        None => {
            let why = act_notice::outside(state, entry);
            state.say(why);
        }
    }
}

/// A decision about a message of the open batch: the same as in its list. The batch is taken in hand first, where it is not.
fn in_batch(state: &mut State, action: Action, (batch, position): (BatchId, Position)) {
    match state.work.as_ref().map(|work| work.triage.batch().id()) {
        Some(here) if here == batch => {}
        Some(_) => return state.say("It is in the other open batch, and is decided there."),
        None => {
            if let Some(search) = state.screen_as_mut::<Search>() {
                search.waiting = Some((batch, action));
            }
            return state.ask(StoreRequest::Reload(batch));
        }
    }
    if action == Action::Unsubscribe {
        unsubscribe::about(state, position);
    } else {
        decide::about(state, action, position);
    }
}

/// The batch that was waited for is in hand.
fn settle(state: &mut State) {
    let in_hand = state.work.as_ref().map(|work| work.triage.batch().id());
    let Some(search) = state.screen_as_mut::<Search>() else { return };
    let Some((batch, action)) = search.waiting.filter(|(batch, _)| in_hand == Some(*batch)) else { return };
    search.waiting = None;
    if let Some(place) = search.place().filter(|(of, _)| *of == batch) {
        in_batch(state, action, place);
    }
}
