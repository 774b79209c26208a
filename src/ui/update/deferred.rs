//! Keys in the list of what is deferred: reading, waking, another window.

use super::{behind, defer, moving, reading};
use crate::ui::action::Action;
use crate::ui::effect::Wish;
use crate::ui::state::asked::Question;
use crate::ui::state::overlay::{Overlay, Picker, Purpose};
use crate::ui::state::shelf::Listed;
use crate::ui::state::{Screen, State};

pub fn act(state: &mut State, action: Action) {
    if moving::act(state, action) || reading::act(state, action) {
        return;
    }
    let Screen::Deferred(deferrals) = &state.screen else { return };
    let current = deferrals.shelf.current().map(|entry| entry.id);
    match (action, current) {
        (Action::Wake, Some(id)) => state.ask(Question::Wake, Wish::Wake(vec![id])),
        (Action::Defer, Some(id)) => {
            state.overlay = Some(Overlay::Defer(Picker { purpose: Purpose::Reschedule(vec![id]), at: 0, date: None }));
            defer::refresh(state);
        }
        (Action::Back | Action::Quit, _) => behind(state),
        _ => {}
    }
}
