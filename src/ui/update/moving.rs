//! Moving: the cursor in a list, or the rows of an open letter.

use super::{conversation, marking};
use crate::ui::action::Action;
use crate::ui::geometry::{self, Arrangement, Focus};
use crate::ui::state::State;
use crate::ui::state::message_list::CursorList;
use crate::ui::state::sheet::Sheet;

/// Does what moves, on every screen with a list and a letter; `false` where the action is about something else.
pub fn act(state: &mut State, action: Action) -> bool {
    if marking::moved(state, action) {
        return true;
    }
    let Some(listed) = state.listed() else { return false };
    let (place, len, reading) = (listed.place(), listed.len(), *listed.reading());
    let panes = state.panes();
    let height = |part: Option<ratatui::layout::Rect>| part.map_or(1, |part| usize::from(part.height)).max(1);
    let in_letter = reading.focus == Focus::Letter;
    let half = if in_letter { height(panes.letter) } else { height(panes.list) }.div_ceil(2);
    match (action, in_letter) {
        (Action::Down | Action::Next, false) => go(state, place + 1),
        (Action::Up | Action::Previous, false) => go(state, place.saturating_sub(1)),
        (Action::Next, true) => read_on(state, true),
        (Action::Previous, true) => read_on(state, false),
        (Action::HalfDown, false) => go(state, place + half),
        (Action::HalfUp, false) => go(state, place.saturating_sub(half)),
        (Action::Top, false) => go(state, 0),
        (Action::Bottom, false) => go(state, len.saturating_sub(1)),
        (Action::Down, true) => scroll(state, reading.scroll + 1),
        (Action::Up, true) => scroll(state, reading.scroll.saturating_sub(1)),
        (Action::HalfDown, true) => scroll(state, reading.scroll + half),
        (Action::HalfUp, true) => scroll(state, reading.scroll.saturating_sub(half)),
        (Action::Top, true) => scroll(state, 0),
        (Action::Bottom, true) => scroll(state, usize::MAX),
        (Action::PageBack, _) => scroll(state, reading.scroll.saturating_sub(height(panes.letter).saturating_sub(1))),
        (Action::Page, _) => page(state, place, len),
        (Action::Open, false) => focus(state, Focus::Letter),
        (Action::Open, true) => return conversation::turn(state),
        (Action::Back | Action::Quit, true) => focus(state, Focus::List),
        (Action::Panes, _) => turn_panes(state),
        (Action::LetterLarger, _) => resize(state, true),
        (Action::LetterSmaller, _) => resize(state, false),
        _ => return false,
    }
    true
}

pub fn go(state: &mut State, place: usize) {
    if let Some(listed) = state.listed_mut() {
        listed.go(place);
    }
}

pub fn focus(state: &mut State, focus: Focus) {
    if let Some(listed) = state.listed_mut()
        && (focus == Focus::List || !listed.is_empty())
    {
        listed.reading_mut().focus = focus;
    }
}

/// From both to the list alone, to the letter alone, and to both again.
fn turn_panes(state: &mut State) {
    let in_letter = state.listed().is_some_and(|listed| listed.reading().focus == Focus::Letter);
    let key = state.keymap.shown(Action::Panes).unwrap_or_default();
    let (arrangement, to, said) = match (state.arrangement, in_letter) {
        (Arrangement::Together, _) => {
            (Arrangement::Alone, Focus::List, format!("The list alone · {key} the message alone"))
        }
        (Arrangement::Alone, false) => (Arrangement::Alone, Focus::Letter, format!("The message alone · {key} both")),
        (Arrangement::Alone, true) => {
            (Arrangement::Together, Focus::List, format!("List and message · {key} the list alone"))
        }
    };
    state.arrangement = arrangement;
    focus(state, to);
    state.say(said);
}

fn resize(state: &mut State, larger: bool) {
    match geometry::resized(state.size, state.layout(), larger) {
        Some(layout) => state.letter_steps = layout.steps,
        None if state.panes().list.is_none() || state.panes().letter.is_none() => {
            let key = state.keymap.shown(Action::Panes).unwrap_or_default();
            state.say(format!("Only one of list and message is on the screen · {key} shows both."));
        }
        None => state.say(if larger { "The list has no room to give." } else { "The message has no room to give." }),
    }
}

/// To the next message, or the one before: within the conversation, then in the next row.
fn read_on(state: &mut State, forward: bool) {
    let Some(place) = state.listed().map(CursorList::place) else { return };
    if !conversation::step(state, forward) {
        conversation::to_row(state, if forward { place + 1 } else { place.saturating_sub(1) });
    }
}

/// `settle` keeps it within what is read.
pub fn scroll(state: &mut State, row: usize) {
    if let Some(view) = state.read_conversation_mut() {
        view.seeks = false;
    }
    if let Some(listed) = state.listed_mut() {
        listed.reading_mut().scroll = row;
    }
}

/// A page down; from the letter's end to the next message.
fn page(state: &mut State, place: usize, len: usize) {
    let Some(reading) = state.listed().map(|listed| *listed.reading()) else { return };
    let Some(pane) = state.panes().letter else {
        return focus(state, Focus::Letter);
    };
    let height = usize::from(pane.height).max(1);
    let Some(end) = Sheet::of(state).map(|sheet| sheet.in_hand().end) else { return };
    let view = state.read_conversation();
    if view.is_some_and(|view| view.is_unfolded(view.in_hand())) && state.letter().is_none() {
        // It is on its way: nobody has read it.
        return;
    }
    let more = view.is_some_and(|view| view.beside(true).is_some());
    if reading.scroll + height < end {
        // One row stays, so that the eye finds where it was.
        scroll(state, reading.scroll + height.saturating_sub(1).max(1));
    } else if more || place + 1 < len {
        read_on(state, true);
    } else if len > 0 {
        state.say("This is the end of the last one.");
    }
}
