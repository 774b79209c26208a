//! What time does by itself: it closes a peek, and it makes the door's facts old.

use chrono::{DateTime, Utc};

use super::peek;
use crate::ui::request::StoreRequest;
use crate::ui::state::peek::Peeking;
use crate::ui::state::{Screen, State};

pub fn tick(state: &mut State, now: DateTime<Utc>) {
    let yesterday = state.today();
    let before = std::mem::replace(&mut state.now, now);
    match &mut state.screen {
        Screen::Peek(Peeking::Gate { since, .. }) => {
            since.get_or_insert(now);
        }
        Screen::Peek(Peeking::Open { peek, .. }) if peek.until <= now => {
            peek::lock(state, "The time for looking is over. Locked again.");
        }
        _ => {}
    }
    let passed = |instant: DateTime<Utc>| before < instant && instant <= now;
    let turned = state.door.as_ref().is_some_and(|door| {
        door.next.as_ref().is_some_and(|next| passed(next.opens))
            || door.open.as_ref().is_some_and(|open| passed(open.window.closes) || open.until.is_some_and(passed))
    });
    if turned && matches!(state.screen, Screen::Door) {
        // What was said of the hours is no longer so.
        state.notice = None;
    }
    if turned || yesterday != state.today() {
        state.ask(StoreRequest::Overview);
    }
}
