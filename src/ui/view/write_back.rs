//! How the changes in mailboxes stand, in quiet lines for the door and for the receipt. What is in order is not said.

use crate::domain::door::{WriteBackState, came_back};
use crate::ui::when;

/// At most four lines.
pub fn lines(outside: WriteBackState) -> Vec<String> {
    let count = |number: u32| number as usize;
    let mut lines = Vec::new();
    if outside.refused > 0 {
        let changes = when::count(count(outside.refused), "change", "changes");
        let wait = if outside.refused == 1 { "waits" } else { "wait" };
        lines.push(format!("{changes} in your mailboxes {wait} for you: `tidebox journal` says why."));
    }
    if outside.returned > 0 {
        lines.push(came_back(outside.returned));
    }
    if outside.waiting > 0 {
        let changes = when::count(count(outside.waiting), "change", "changes");
        let are = if outside.waiting == 1 { "is" } else { "are" };
        lines.push(format!("{changes} in your mailboxes {are} on the way."));
    }
    if outside.overtaken > 0 {
        let letters = when::count(count(outside.overtaken), "letter was", "letters were");
        lines.push(format!("{letters} decided elsewhere first, and that stands."));
    }
    lines
}
