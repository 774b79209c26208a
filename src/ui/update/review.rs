//! Keys in the review: unfolding its sentences, taking one decision back, committing.
//!
//! A review that opened by itself, after the last decision, is under a hand that was still deciding. It commits only
//! once it is asked for, so that the keys to a commit are always the same two.

use super::decide;
use crate::domain::positions::Positions;
use crate::domain::triage::Decision;
use crate::ui::action::Action;
use crate::ui::geometry;
use crate::ui::request::{Slot, StoreRequest};
use crate::ui::state::review::{Opened, ReviewPlace};
use crate::ui::state::{Screen, State};

pub fn act(state: &mut State, action: Action) {
    let half = geometry::review_rows(state.size).div_ceil(2).max(1);
    let (Screen::Review(review), Some(work)) = (&mut state.screen, &state.work) else { return };
    match action {
        Action::Down => review.at += 1,
        Action::Up => review.at = review.at.saturating_sub(1),
        Action::HalfDown => review.at += half,
        Action::HalfUp => review.at = review.at.saturating_sub(half),
        Action::Top => review.at = 0,
        Action::Bottom => review.at = review.outline(work).len(),
        Action::Unfold => review.unfold(work),
        Action::Undo => take_back(state),
        Action::Redo => decide::redo(state),
        Action::Review => review.opened = Opened::Asked,
        Action::Open if review.opened == Opened::Asked => commit(state),
        Action::Open => {
            let (first, then) = (state.keymap.shown(Action::Review), state.keymap.shown(Action::Open));
            let (first, then) = (first.unwrap_or_default(), then.unwrap_or_default());
            state.say(format!("Nothing is closed yet: {first}, then {then}."));
        }
        Action::Back | Action::Quit => state.screen = Screen::Queue,
        _ => {}
    }
}

/// On a row: that one. On a sentence: whatever was decided last, and back to the list.
fn take_back(state: &mut State) {
    let (Screen::Review(review), Some(work)) = (&state.screen, &state.work) else { return };
    match review.outline(work).place(review.at) {
        Some(ReviewPlace::Row(row)) if work.triage.verdict(row).is_some() => {
            decide::decide_on(state, Decision::Reopen, &Positions::from(row));
        }
        _ => decide::undo(state),
    }
}

fn commit(state: &mut State) {
    if state.requests.waits_for(Slot::Commit) {
        return;
    }
    if let Some(work) = &state.work {
        let batch = work.triage.batch().id();
        state.say("Committing …");
        state.ask(StoreRequest::Commit(batch));
    }
}
