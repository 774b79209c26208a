//! Marking lines of an open message: the key begins at the line in view, moving takes more in, and an answer or a forward quotes
//! only those.

use crate::ui::action::Action;
use crate::ui::geometry::Focus;
use crate::ui::request::ShellRequest;
use crate::ui::state::State;
use crate::ui::state::marked_lines::lines;
use crate::ui::state::marking::Marking;
use crate::ui::when;

/// Begins to mark, or drops what is marked.
pub fn turn(state: &mut State) {
    if state.marking().is_some() {
        return drop_it(state);
    }
    if let Some(listed) = state.listed_mut().filter(|listed| !listed.is_empty()) {
        listed.reading_mut().focus = Focus::Letter;
    }
    let Some(of) = state.letter_key() else { return state.say("There is no message here.") };
    let lines = lines(state);
    let top = state.listed().map_or(0, |listed| listed.reading().scroll);
    let Some((_, line)) = lines.iter().find(|(row, _)| *row >= top).or(lines.last()).copied() else {
        return state.say("There is no text here that could be marked.");
    };
    put(state, Some(Marking { of, from: line, to: line }));
    say(state);
}

/// Moves the end of what is marked; `false` where nothing is, or where the action moves nothing.
pub fn moved(state: &mut State, action: Action) -> bool {
    let Some(marking) = state.marking() else { return false };
    let lines = lines(state);
    let Some(pane) = state.panes().letter else { return false };
    let height = usize::from(pane.height).max(1);
    let half = height.div_ceil(2);
    let at = lines.iter().position(|(_, line)| *line >= marking.to).unwrap_or(lines.len().saturating_sub(1));
    let to = match action {
        Action::Down => at + 1,
        Action::Up => at.saturating_sub(1),
        Action::HalfDown => at + half,
        Action::HalfUp => at.saturating_sub(half),
        Action::Page => at + height.saturating_sub(1).max(1),
        Action::PageBack => at.saturating_sub(height.saturating_sub(1).max(1)),
        Action::Top => 0,
        Action::Bottom => usize::MAX,
        Action::Back | Action::Quit => {
            drop_it(state);
            return true;
        }
        _ => return false,
    };
    let Some((row, line)) = lines.get(to.min(lines.len().saturating_sub(1))).copied() else { return false };
    put(state, Some(Marking { to: line, ..marking }));
    let top = state.listed().map_or(0, |listed| listed.reading().scroll);
    if row < top {
        scroll(state, row);
    } else if row >= top + height {
        scroll(state, (row + 1).saturating_sub(height));
    }
    say(state);
    true
}

/// Copies what is marked; `false` where nothing is.
pub fn copied(state: &mut State) -> bool {
    let (Some(marking), Some(text)) = (state.marking(), state.marked_text()) else { return false };
    put(state, None);
    state.say(format!("Copied, where the terminal allows it: {}", when::count(marking.lines(), "line", "lines")));
    state.ask(ShellRequest::Copy(text));
    true
}

/// The text of what is marked, which is marked no longer.
pub fn take(state: &mut State) -> Option<String> {
    let text = state.marked_text();
    put(state, None);
    text
}

/// What is marked is dropped where another message comes in hand, or it is laid out anew.
pub fn settle(state: &mut State) {
    if state.marking().is_none() {
        put(state, None);
    }
}

fn scroll(state: &mut State, row: usize) {
    if let Some(view) = state.read_conversation_mut() {
        view.seeks = false;
    }
    if let Some(listed) = state.listed_mut() {
        listed.reading_mut().scroll = row;
    }
}

fn drop_it(state: &mut State) {
    put(state, None);
    state.say("Nothing is marked any more.");
}

fn put(state: &mut State, marking: Option<Marking>) {
    if let Some(listed) = state.listed_mut() {
        listed.reading_mut().marking = marking;
    }
}

fn say(state: &mut State) {
    if let Some(marking) = state.marking() {
        state.say(format!("Marked: {}.", when::count(marking.lines(), "line", "lines")));
    }
}
