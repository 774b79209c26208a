//! What is said of an act: what just happened, to what, and which key takes it back.
//!
//! ```text
//! Done: Notes on the engine · u takes it back
//! Trash: 3 messages · u takes them back
//! Back, no longer done: Notes on the engine · ctrl-r does it again
//! ```

use super::notice::Notice;
use super::{Screen, State};
use crate::domain::triage::{Act, Verb};
use crate::ui::action::Action;
use crate::ui::when;

/// A decision was made, or made again.
#[must_use]
pub fn decided(state: &State, act: &Act) -> Notice {
    let what = what(state, act);
    let text = match &act.verb {
        Verb::Done => format!("Done: {what}"),
        Verb::Trash => format!("Trash: {what}"),
        Verb::Defer(until) => {
            let window = when::window(&until.checkin, until.opens, state.now, state.settings.zone);
            format!("Deferred to {window}: {what}")
        }
        Verb::Later => format!("To answer later, in the second pass: {what}"),
        Verb::Mute => format!("Muted for ever: {what}"),
        Verb::Spam => format!("Spam: {what}"),
        Verb::Skip => format!("Passed over, for the next batch: {what}"),
        Verb::Reopen => format!("Undecided again: {what}"),
    };
    let it = if act.messages.len() == 1 { "it" } else { "them" };
    let way_back =
        state.keymap.shown(Action::Undo).map(|undo| match (&state.screen, state.keymap.shown(Action::Back)) {
            // There the key is about the row under the cursor.
            (Screen::Review(_), Some(back)) if act.verb == Verb::Reopen => {
                format!("{back}, then {undo}, decides as before")
            }
            _ => format!("{undo} takes {it} back"),
        });
    Notice::done(text, way_back)
}

/// An act was taken back.
#[must_use]
pub fn taken_back(state: &State, act: &Act) -> Notice {
    let what = what(state, act);
    let text = match &act.verb {
        Verb::Done => format!("Back, no longer done: {what}"),
        Verb::Trash => format!("Back, no longer trash: {what}"),
        Verb::Defer(_) => format!("Back, no longer deferred: {what}"),
        Verb::Later => format!("Back, no longer for later: {what}"),
        Verb::Mute => format!("Back, no longer muted: {what}"),
        Verb::Spam => format!("Back, no longer spam: {what}"),
        Verb::Skip => format!("Back, no longer passed over: {what}"),
        Verb::Reopen => format!("Decided as before: {what}"),
    };
    let again = state.keymap.shown(Action::Redo).map(|key| {
        let does = if act.verb == Verb::Reopen { "opens it again" } else { "does it again" };
        format!("{key} {does}")
    });
    Notice::done(text, again)
}

/// The subject of the one message, the thread that all are of, or how many there are.
fn what(state: &State, act: &Act) -> String {
    let find = |id| state.work.as_ref().and_then(|work| work.find(id));
    let count = act.messages.len();
    let Some(first) = act.messages.first().and_then(|id| find(*id)) else {
        return when::count(count, "message", "messages");
    };
    if count == 1 {
        return first.subject.to_string();
    }
    let one_thread = act.messages.iter().all(|id| find(*id).is_some_and(|entry| entry.thread == first.thread));
    if act.verb == Verb::Mute && one_thread {
        return format!("{count} messages of {}", first.subject);
    }
    when::count(count, "message", "messages")
}
