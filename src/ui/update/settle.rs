//! What every event ends with: cursor and scrolling brought into bounds, and the letters that are wanted asked for.

use super::{conversation, defer, marking, palette, rows, viewer, window_end, writing};
use crate::ui::geometry::{self, Focus};
use crate::ui::state::conversation::ConversationStart;
use crate::ui::state::message_list::CursorList;
use crate::ui::state::panel::Panel;
use crate::ui::state::screen::BatchUse;
use crate::ui::state::{DoorScreen, State};

pub fn settle(state: &mut State) {
    if state.screen.batch() != BatchUse::None && state.work.is_none() {
        state.show(DoorScreen);
    }
    window_end::watch(state);
    (state.screen.handlers().settle)(state);
    if let Some(listed) = state.listed_mut() {
        let current = listed.current().map(|entry| entry.id);
        listed.reading_mut().turn_to(current);
    }
    conversation::keep_current(state);
    marking::settle(state);
    scroll(state);
    rows::ask(state);
    palette::keep_in_sight(state);
    letters(state);
    defer::keep_current(state);
    viewer::keep_current(state);
    writing::settle(state);
}

fn scroll(state: &mut State) {
    let panes = state.panes();
    conversation::scroll(state, panes.letter.map_or(0, |letter| usize::from(letter.height)));
    // A panel lies over the lowest rows of the list; the row in hand stays above it.
    let panel = Panel::of(state).map_or(u16::MAX, |panel| panel.area.y);
    if let (Some(listed), Some(list)) = (state.listed_mut(), panes.list) {
        listed.keep_in_sight(list.height, list.bottom().min(panel).saturating_sub(list.y).max(1));
    }
}

/// The letter in hand, those that are unfolded beside it, and the one that comes after it.
fn letters(state: &mut State) {
    if !geometry::enough(state.size) {
        return;
    }
    let Some(place) = state.listed().map(CursorList::place) else { return };
    state.want_conversation(place);
    let mut wanted = Vec::from_iter(state.letter_key());
    if let Some(view) = state.read_conversation() {
        let beside = view.unfolded().filter(|number| *number != view.in_hand()).chain(view.beside(true));
        wanted.extend(beside.filter_map(|number| state.letter_of(view, number)));
    }
    for key in wanted {
        state.want_letter(key);
    }
    conversation::want_first_words(state);
    state.want_conversation(place + 1);
    // Who reads on comes to the first message of the next row; who moves in the list, to the newest.
    let start = match state.listed().map(|listed| listed.reading().focus) {
        Some(Focus::Letter) => ConversationStart::First,
        _ => ConversationStart::Newest,
    };
    if let Some(next) = state.letter_at(place + 1, start) {
        state.want_letter(next);
    }
}
