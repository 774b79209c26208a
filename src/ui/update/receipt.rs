//! The receipt: one key closes it.

use super::queue;
use crate::ui::state::receipt::ClosedBy;
use crate::ui::state::{Screen, State};

/// A key that means nothing here. It closes the receipt that the person asked for; one that came by itself, maybe
/// under a hand that was still deciding, stays until a key that is meant for it.
pub fn any_key(state: &mut State) {
    if matches!(&state.screen, Screen::Receipt(closing) if closing.by == ClosedBy::Person) {
        close(state);
    }
}

pub fn close(state: &mut State) {
    queue::leave(state);
}
