//! Keys that mean nothing here say so once, with what to press.

use crate::ui::action::Action;
use crate::ui::keymap::{Key, show};
use crate::ui::state::State;
use crate::ui::state::notice::{Notice, Tone};

/// These keys mean nothing on this screen.
pub fn unbound(state: &mut State, pressed: &[Key]) {
    let before = state.mode();
    (state.screen.handlers().unbound)(state);
    // On some screens every key means something; and what went wrong must stay in sight.
    if state.mode() != before || state.notice.as_ref().is_some_and(|notice| notice.tone == Tone::Warm) {
        return;
    }
    let keys = show(pressed);
    let help = |does: &str| state.keymap.shown(Action::Help).map(|key| format!("{key} {does}"));
    state.notice = Some(match state.keymap.absent(pressed) {
        Some(info) => Notice::done(format!("{keys}: {} is not in tidebox yet", info.what), help("shows the keys")),
        None => Notice::done(format!("{keys}: no such key here"), help("lists them")),
    });
}
