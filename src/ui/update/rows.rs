//! The rows of the batch that are in sight or about to be: those that are not at hand are asked for.

use crate::domain::positions::Positions;
use crate::ui::request::StoreRequest;
use crate::ui::state::State;

/// Asks for what is missing. Moving by a row asks for a screen's worth once a screen.
pub fn ask(state: &mut State) {
    let (seen, near) = wanted(state);
    let Some(work) = &mut state.work else {
        state.gaps = false;
        return;
    };
    state.gaps = !work.rows.has(&seen);
    if !state.gaps && work.rows.has(&near.slice(near.len() / 6, near.len() * 2 / 3)) {
        return;
    }
    let at = work.rows.ask(&near);
    if !at.is_empty() {
        let batch = work.triage.batch().id();
        state.ask(StoreRequest::Rows { batch, at });
    }
}

/// What is in sight, and that with a screen's worth before and after it.
pub fn wanted(state: &State) -> (Positions, Positions) {
    let Some(work) = &state.work else { return Default::default() };
    state.screen.batch_rows(state, work)
}
