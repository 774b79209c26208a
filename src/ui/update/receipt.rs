//! The receipt: any key closes it.

use crate::ui::effect::Wish;
use crate::ui::state::asked::Question;
use crate::ui::state::{Screen, State};

pub fn close(state: &mut State) {
    state.screen = Screen::Door;
    state.ask(Question::Door, Wish::Door);
}
