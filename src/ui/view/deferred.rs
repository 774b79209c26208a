//! What is deferred, and to when: the soonest first.
//!
//! ```text
//!  deferred   3 messages
//!
//!  ▌ Grace Hopper     Budget, third try          today 16:00 │  the letter
//!    宮本 茂          来週の打ち合わせ     Mon 30 Nov, 10:00 │
//! ```

use ratatui::buffer::Buffer;

use super::line_writer::LineWriter;
use super::{letter, list, queue};
use crate::domain::triage::Decision;
use crate::ui::geometry;
use crate::ui::state::State;
use crate::ui::state::deferred::Deferrals;
use crate::ui::state::message_list::CursorList;
use crate::ui::when;

pub fn draw(state: &State, deferrals: &Deferrals, buffer: &mut Buffer, size: (u16, u16)) {
    let theme = &state.settings.theme;
    let shelf = &deferrals.shelf;
    if let Some(mut pen) = LineWriter::at(buffer, geometry::frame(size).head, 0) {
        pen.skip(1).say("deferred", theme.accent);
        if deferrals.known && !shelf.is_empty() {
            pen.skip(3).say(&when::count(shelf.len(), "message", "messages"), theme.text);
        }
    }
    let desk = geometry::panes(size, shelf.reading().focus);
    if shelf.is_empty() {
        if deferrals.known {
            list::empty(none(state), theme, buffer, geometry::frame(size).body);
        }
        return;
    }
    if let Some(area) = desk.list {
        let back = |place: usize, _: &_| {
            deferrals
                .until
                .get(place)
                .map_or_else(String::new, |until| when::moment(until.opens, state.now, state.settings.zone))
        };
        list::shelf(shelf, back, theme, buffer, area);
    }
    if let Some(area) = desk.rule {
        queue::rule(state, buffer, area);
    }
    if let Some(area) = desk.letter {
        letter::draw(state, buffer, area);
    }
}

/// What was put off in the batch in hand is deferred when that is closed.
fn none(state: &State) -> &'static str {
    let staged = state
        .work
        .as_ref()
        .is_some_and(|work| !work.triage.positions_with(|decision| matches!(decision, Decision::Defer(_))).is_empty());
    if staged {
        "Nothing is deferred yet. What you put off in this batch is in the review."
    } else {
        "Nothing is deferred."
    }
}
