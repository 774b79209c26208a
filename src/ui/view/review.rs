//! The review: what was decided, in sentences with their counts, and what a commit means.
//!
//! ```text
//!  ▌ 29 are done: in your mailboxes they go to the archive.
//!    3 are deferred.
//!        Grace Hopper      Budget, third try            tomorrow 10:00
//!    9 are not decided: they lead the next batch.
//!
//!    Enter closes the batch and does this. What is closed cannot be taken back.
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::line_writer::LineWriter;
use super::queue;
use crate::domain::positions::Position;
use crate::domain::printable::Printable;
use crate::domain::triage::Decision;
use crate::ui::action::Action;
use crate::ui::geometry;
use crate::ui::state::State;
use crate::ui::state::batch_view::BatchView;
use crate::ui::state::review::{Kind, Opened, Review, ReviewPlace};
use crate::ui::state::write_back_words::WriteBackWords;
use crate::ui::when;

pub fn draw(state: &State, review: &Review, buffer: &mut Buffer, size: (u16, u16)) {
    let Some(work) = &state.work else { return };
    let theme = &state.settings.theme;
    let frame = geometry::frame(size);
    queue::head(state, work, buffer, frame.head);
    let body = geometry::review(size);
    let outline = review.outline(work);
    let rows = geometry::review_rows(size);
    let mut last = 0;
    for row in 0..rows {
        let at = review.top + row;
        let Some(place) = outline.place(at) else { break };
        let Some(mut pen) = LineWriter::at(buffer, body, row) else { break };
        let here = at == review.at;
        pen.under(here, theme).skip(1).say(if here { "▌ " } else { "  " }, theme.accent);
        match place {
            ReviewPlace::Sentence(kind, count) => {
                let style = if here { theme.here } else { theme.text };
                pen.say(&says(kind, count, state.settings.follow), style);
                if !review.shows(kind) && pen.room() > 4 {
                    pen.say(" …", theme.dim);
                }
            }
            ReviewPlace::Row(position) => decided(state, work, position, here, pen),
        }
        last = row + 1;
    }
    let key = |action: Action| state.keymap.shown(action).unwrap_or_default();
    let follow = state.settings.follow;
    let closes = if follow.is_any() { "closes the batch, and does this in your mailboxes" } else { "closes the batch" };
    let closes = match review.opened {
        Opened::Asked => format!("{} {closes}.", key(Action::Open)),
        Opened::ByItself => {
            format!("Everything is decided. {}, then {}, {closes}.", key(Action::Review), key(Action::Open))
        }
    };
    let untouched = if follow.is_any() { "" } else { " Nothing changes in your mailboxes." };
    let closing = format!("{closes} What is closed cannot be taken back.{untouched}");
    let text = Rect { x: body.x + 3, width: body.width.saturating_sub(4), ..body };
    for (row, line) in Printable::from(closing).wrap(usize::from(text.width)).iter().enumerate() {
        if let Some(mut pen) = LineWriter::at(buffer, text, last + 1 + row) {
            pen.text(line, theme.text);
        }
    }
}

fn decided(state: &State, work: &BatchView, position: Position, here: bool, mut pen: LineWriter<'_>) {
    let theme = &state.settings.theme;
    let Some(entry) = work.find(position) else { return };
    let to = match work.triage.verdict(position) {
        Some(Decision::Defer(until)) => when::moment(until.opens, state.now, state.settings.zone),
        _ => String::new(),
    };
    let sender = (pen.room() / 4).clamp(8, 20);
    let style = if here { theme.here } else { theme.text };
    let subject = pen.room().saturating_sub(4 + sender + 2 + to.len() + 2);
    pen.skip(4)
        .text_in(&entry.sender, sender, theme.writer.patch(style))
        .skip(2)
        .text_in(&entry.subject, subject, style)
        .skip(2)
        .say(&to, theme.dim);
}

/// What the decision means: for the message here, and in the mailbox where it lies.
fn says(kind: Kind, count: usize, follow: WriteBackWords) -> String {
    let one = count == 1;
    let (are, they) = if one { ("is", "it stays and leads") } else { ("are", "they stay and lead") };
    let (goes, is) = if one { ("it goes", "it is") } else { ("they go", "they are") };
    let elsewhere = |to: &str| format!("in your mailboxes {goes} to the {to}.");
    let finished = match (follow.archives, follow.marks) {
        (true, true) => Some(format!("in your mailboxes {goes} to the archive or {is} marked read.")),
        (true, false) => Some(elsewhere("archive")),
        (false, true) => Some(format!("in your mailboxes {is} marked read.")),
        (false, false) => None,
    };
    let here = || "marked so here, and found by a search.".to_owned();
    match kind {
        Kind::Done => {
            let means = finished.unwrap_or_else(|| "kept here, and found by a search.".to_owned());
            format!("{count} {are} done: {means}")
        }
        Kind::Trash if follow.is_any() => format!("{count} {are} trash: {}", elsewhere("trash")),
        Kind::Trash => format!("{count} {are} trash: {}", here()),
        Kind::Spam if follow.is_any() => format!("{count} {are} spam: {}", elsewhere("junk")),
        Kind::Spam => format!("{count} {are} spam: {}", here()),
        Kind::Muted => format!("{count} {are} muted: what comes in the same thread is put away by itself."),
        Kind::Deferred => format!("{count} {are} deferred: back at the check-in that you chose."),
        Kind::Later => format!("{count} {are} still to be answered: {they} the next batch."),
        Kind::Skipped => format!("{count} {are} passed over: {they} the next batch."),
        Kind::Undecided => format!("{count} {are} not decided: {they} the next batch."),
    }
}
