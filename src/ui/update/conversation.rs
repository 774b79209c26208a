//! Reading a row as a conversation: from one of its messages to the next, folding, and the whole thread.

use crate::domain::ids::Id;
use crate::ui::request::{LetterRequest, Slot};
use crate::ui::state::State;
use crate::ui::state::conversation::{ConversationStart, ConversationView};
use crate::ui::state::sheet::{Sheet, SheetPart};

/// Begins to read the row in hand as a conversation, once its messages have come; a row that is left is read no longer.
pub fn keep_current(state: &mut State) {
    let key = state.row_key();
    state.conversation = state.conversation.take().filter(|view| Some(view.key()) == key);
    state.conversation_start = state.conversation_start.filter(|(of, _)| Some(*of) == key);
    let Some(key) = key.filter(|_| state.conversation.is_none()) else { return };
    let Some(Ok(conversation)) = state.conversations.get(key) else { return };
    let conversation = conversation.clone();
    state.conversation = ConversationView::of(key, conversation, &state.open_positions(), state.starts_at(key));
}

/// To the next message of the conversation, or the one before; `false` where the row has none that way.
pub fn step(state: &mut State, forward: bool) -> bool {
    let Some(view) = state.read_conversation_mut() else { return false };
    let Some(number) = view.beside(forward) else { return false };
    open(state, number);
    true
}

/// From the end of a row to the next one, which is read from its beginning; or from its beginning to the end of the one before.
pub fn to_row(state: &mut State, place: usize) {
    let Some(listed) = state.listed_mut() else { return };
    let before = listed.place();
    listed.go(place);
    let start = if before < listed.place() { ConversationStart::First } else { ConversationStart::Last };
    if before != listed.place() {
        state.conversation_start = state.row_key().map(|key| (key, start));
    }
}

/// Folds the message in hand, or unfolds it; `false` where the letter is read by itself.
pub fn turn(state: &mut State) -> bool {
    let several = state.read_conversation().is_some_and(|view| view.place().1 > 1);
    if let Some(view) = state.read_conversation_mut().filter(|_| several) {
        view.turn();
    }
    several
}

/// A click on a folded message: it comes in hand and unfolds.
pub fn unfold(state: &mut State, number: usize) {
    open(state, number);
    if let Some(view) = state.read_conversation_mut() {
        view.seeks = false;
    }
}

/// Lists the whole thread, or the row's own messages alone.
pub fn turn_whole_thread(state: &mut State) {
    let is_cut = state.read_conversation().is_some_and(ConversationView::is_cut);
    let Some(view) = state.read_conversation_mut().filter(|view| view.others() > 0) else {
        return state.say(if is_cut {
            "What is older in this thread is not listed here: it has too many messages."
        } else {
            "This is all that there is of this thread."
        });
    };
    let in_hand = view.in_hand();
    view.turn_whole_thread();
    if view.in_hand() != in_hand {
        forget_body(state);
    }
}

/// Asks how the folded messages begin that are in sight.
pub fn want_first_words(state: &mut State) {
    let (Some(view), Some(sheet), Some(pane)) = (state.read_conversation(), Sheet::of(state), state.panes().letter)
    else {
        return;
    };
    let top = state.listed().map_or(0, |listed| listed.reading().scroll);
    let in_sight = sheet.from(top).take_while(|(begins, _)| *begins < top + usize::from(pane.height));
    let heads = in_sight.filter_map(|(_, part)| if let SheetPart::Head(number) = part { Some(*number) } else { None });
    let ids: Vec<Id> = heads.filter_map(|number| view.message(number)).map(|message| message.id).collect();
    for id in ids {
        if state.first_words.get(id).is_none() && !state.requests.waits_for(Slot::FirstWords(id)) {
            state.ask(LetterRequest::FirstWords(id));
        }
    }
}

fn open(state: &mut State, number: usize) {
    if let Some(view) = state.read_conversation_mut() {
        view.open(number);
    }
    forget_body(state);
}

/// Each message is shown in the version that is best for it.
fn forget_body(state: &mut State) {
    if let Some(listed) = state.listed_mut() {
        listed.reading_mut().body = None;
    }
}

/// The first row that is shown, for a pane of this height: within the sheet, and where the message in hand stays in its place when
/// letters above it come or fold. What is scrolled out of sight is not in hand any more.
pub fn scroll(state: &mut State, height: usize) {
    let Some(scroll) = state.listed().map(|listed| listed.reading().scroll) else { return };
    let Some(sheet) = Sheet::of(state) else { return set_scroll(state, 0) };
    let (rows, in_hand) = (sheet.rows(), sheet.in_hand());
    let last = rows.saturating_sub(height);
    let Some(view) = state.read_conversation() else { return set_scroll(state, scroll.min(last)) };
    let wanted = if view.seeks {
        // What stands before it stays in sight.
        in_hand.start.saturating_sub(height / 3)
    } else {
        (scroll.saturating_add(in_hand.start)).saturating_sub(view.begins)
    };
    let top = wanted.min(last);
    let nearest = sheet.nearest(&(top..top + height.max(1))).filter(|_| !view.seeks);
    let begins = nearest.map_or(in_hand.start, |number| sheet.begins(number));
    let has_come = state.letter().is_some();
    if let Some(view) = state.read_conversation_mut() {
        view.begins = begins;
        view.seeks &= !has_come;
        if let Some(number) = nearest {
            view.take(number);
        }
    }
    if nearest.is_some() {
        forget_body(state);
    }
    set_scroll(state, top);
}

fn set_scroll(state: &mut State, row: usize) {
    if let Some(listed) = state.listed_mut() {
        listed.reading_mut().scroll = row;
    }
}
