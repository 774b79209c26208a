//! What time does by itself: the screen hears of it, and what is known of the windows becomes old.

use chrono::{DateTime, Utc};

use crate::ui::action::Mode;
use crate::ui::request::StoreRequest;
use crate::ui::state::State;

pub fn tick(state: &mut State, now: DateTime<Utc>) {
    let yesterday = state.today();
    let before = std::mem::replace(&mut state.now, now);
    (state.screen.handlers().tick)(state);
    let passed = |instant: DateTime<Utc>| before < instant && instant <= now;
    let turned = state.door.as_ref().is_some_and(|door| {
        door.next.as_ref().is_some_and(|next| passed(next.opens))
            || door.open.as_ref().is_some_and(|open| passed(open.window.closes) || open.until.is_some_and(passed))
    });
    if turned && state.mode() == Mode::Door {
        // What the notice said of the opening hours is no longer true.
        state.notice = None;
    }
    if turned || yesterday != state.today() {
        state.ask(StoreRequest::Overview);
    }
}
