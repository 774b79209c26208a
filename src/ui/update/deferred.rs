//! Keys in the list of what is deferred: reading, waking, another window.

use super::{behind, defer, moving, reading};
use crate::domain::message::Deferred;
use crate::ui::action::Action;
use crate::ui::request::StoreRequest;
use crate::ui::state::message_list::CursorList;
use crate::ui::state::notice::Notice;
use crate::ui::state::overlay::{Overlay, Picker, Purpose};
use crate::ui::state::{Screen, State};
use crate::ui::when;

/// A message got another window: the list as it is now.
pub fn moved(state: &mut State, list: Vec<Deferred>) {
    let (now, zone, key) = (state.now, state.settings.zone, state.keymap.shown(Action::Defer));
    let Screen::Deferred(deferrals) = &mut state.screen else { return };
    let before: Vec<_> = deferrals.shelf.entries.iter().map(|entry| entry.id).zip(deferrals.until.clone()).collect();
    deferrals.refill(list);
    let after = deferrals.shelf.entries.iter().zip(&deferrals.until);
    let moved = after.clone().find(|(entry, until)| before.iter().any(|(id, old)| *id == entry.id && old != *until));
    if let Some((entry, until)) = moved {
        let window = when::window(&until.checkin, until.opens, now, zone);
        let text = format!("Deferred to {window}: {}", entry.subject);
        let notice = Notice::done(text, key.map(|key| format!("{key} chooses again")));
        let place = deferrals.shelf.entries.iter().position(|other| other.id == entry.id);
        deferrals.shelf.go(place.unwrap_or_default());
        state.notice = Some(notice);
    }
}

pub fn act(state: &mut State, action: Action) {
    if moving::act(state, action) || reading::act(state, action) {
        return;
    }
    let Screen::Deferred(deferrals) = &state.screen else { return };
    let current = deferrals.shelf.current().map(|entry| entry.id);
    match (action, current) {
        (Action::Wake, Some(id)) => state.ask(StoreRequest::Wake(vec![id])),
        (Action::Defer, Some(id)) => {
            state.overlay = Some(Overlay::Defer(Picker { purpose: Purpose::Reschedule(vec![id]), at: 0, date: None }));
            defer::refresh(state);
        }
        (Action::Back | Action::Quit, _) => behind(state),
        _ => {}
    }
}
