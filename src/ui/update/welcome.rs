//! Keys of the first run: taking a mailbox, the demo, the configuration, on to the door.

use crate::ui::action::Action;
use crate::ui::keymap::Key;
use crate::ui::request::{SetupRequest, ShellRequest, StoreRequest};
use crate::ui::state::welcome::Taken;
use crate::ui::state::{Screen, State};

/// A digit takes the mailbox of that number.
pub fn digit(state: &mut State, key: Key) -> bool {
    let Some(number) = key.character().and_then(|c| c.to_digit(10)) else { return false };
    let Screen::Welcome(welcome) = &mut state.screen else { return false };
    let Some(offer) = (number as usize).checked_sub(1).and_then(|place| welcome.offer(place)) else { return false };
    if offer.taken == Taken::Offered {
        offer.taken = Taken::Asked;
        let (kind, path) = (offer.mailbox.kind, offer.mailbox.path.clone());
        state.notice = None;
        state.ask(SetupRequest::AddSource { kind, path });
    }
    true
}

pub fn act(state: &mut State, action: Action) {
    match action {
        Action::TryDemo => state.ask(ShellRequest::Demo),
        Action::WriteConfig => state.ask(SetupRequest::WriteConfig),
        Action::Open | Action::Back => {
            state.screen = Screen::Door;
            state.ask(StoreRequest::Overview);
        }
        Action::Quit => state.ask(ShellRequest::Quit),
        _ => {}
    }
}
