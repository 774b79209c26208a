//! How the changes in mailboxes stand, for the door and for the receipt: what waits for the person in the warm colour, the
//! rest quietly. What is in order is not said.

use ratatui::style::Style;

use crate::domain::door::{Overview, came_back};
use crate::ui::action::Action;
use crate::ui::state::State;
use crate::ui::when;

/// So many reasons are told; the others are counted.
const REASONS: usize = 2;

/// The sentences, each with its style.
pub fn lines(state: &State, door: &Overview) -> Vec<(String, Style)> {
    let (theme, outside) = (&state.settings.theme, door.outside);
    let count = |number: u32| number as usize;
    let mut lines = Vec::new();
    for refused in door.refused.iter().take(REASONS) {
        lines.push((refused.what(), theme.warm));
        lines.push((refused.advice(), theme.dim));
    }
    if door.refused.len() > REASONS {
        let more = format!("And for {} more reasons: `tidebox journal` says them.", door.refused.len() - REASONS);
        lines.push((more, theme.warm));
    }
    if !door.refused.is_empty() {
        let key = state.keymap.shown(Action::Gather).unwrap_or_default();
        lines.push((format!("{key} tries again."), theme.dim));
    }
    if outside.returned > 0 {
        lines.push((came_back(outside.returned), theme.warm));
    }
    if outside.waiting > 0 {
        let changes = when::count(count(outside.waiting), "change", "changes");
        let are = if outside.waiting == 1 { "is" } else { "are" };
        lines.push((format!("{changes} in your mailboxes {are} on the way."), theme.dim));
    }
    if outside.overtaken > 0 {
        let messages = when::count(count(outside.overtaken), "message was", "messages were");
        lines.push((format!("{messages} decided elsewhere first, and that stands."), theme.dim));
    }
    lines.retain(|(text, _)| !text.is_empty());
    lines
}
