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
//!
//! A review that opened by itself, after the last decision, opens while the person may still be typing decisions. There Enter
//! commits nothing before the person has asked for the review, so that a commit always takes the same two keys.

use std::any::Any;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::positions::{Position, Positions};
use crate::domain::printable::Printable;
use crate::domain::triage::Decision;
use crate::ui::action::{Action, Mode};
use crate::ui::geometry;
use crate::ui::request::{Slot, StoreRequest};
use crate::ui::state::batch_view::BatchView;
use crate::ui::state::message_list::follow;
use crate::ui::state::review::{Kind, Opened, Review, ReviewPlace};
use crate::ui::state::screen::{BatchUse, Handlers, Screen};
use crate::ui::state::write_back_words::WriteBackWords;
use crate::ui::state::{BatchScreen, State};
use crate::ui::update::decide;
use crate::ui::view::line_writer::LineWriter;
use crate::ui::view::progress;
use crate::ui::when;

impl Screen for Review {
    fn mode(&self) -> Mode {
        Mode::Review
    }

    fn handlers(&self) -> Handlers {
        Handlers { click, settle, ..Handlers::of(act) }
    }

    fn batch(&self) -> BatchUse {
        BatchUse::Rows
    }

    fn enter_is_final(&self) -> bool {
        true
    }

    fn rows_area(&self, size: (u16, u16)) -> Option<Rect> {
        Some(geometry::review(size))
    }

    fn row_at(&self, state: &State, line: usize) -> Option<usize> {
        let places = self.outline(state.work.as_ref()?).len();
        Some(self.top + line).filter(|place| line < geometry::review_rows(state.size) && *place < places)
    }

    fn batch_rows(&self, work: &BatchView, size: (u16, u16)) -> (Positions, Positions) {
        let height = geometry::review_rows(size);
        let outline = self.outline(work);
        (outline.rows(self.top, height), outline.rows(self.top.saturating_sub(height), height * 3))
    }

    fn hints(&self, _: &State) -> Vec<(Action, &'static str)> {
        let close = match self.opened {
            Opened::Asked => (Action::Open, "close the batch"),
            Opened::ByItself => (Action::Review, "close the batch"),
        };
        vec![close, (Action::Back, "go on"), (Action::Unfold, Action::Unfold.deed().hint), (Action::Undo, "take back")]
    }

    fn draw(&self, state: &State, buffer: &mut Buffer, size: (u16, u16)) {
        draw(state, self, buffer, size);
    }
}

/// The review, and the batch that it is about.
fn parts(state: &mut State) -> Option<(&mut Review, &BatchView)> {
    let review = (&mut *state.screen as &mut dyn Any).downcast_mut()?;
    Some((review, state.work.as_ref()?))
}

/// The first click puts the cursor on the row, the second one unfolds it.
fn click(state: &mut State, row: usize) {
    let Some((review, work)) = parts(state) else { return };
    if std::mem::replace(&mut review.at, row) == row {
        review.unfold(work);
    }
}

fn settle(state: &mut State) {
    let size = state.size;
    let Some((review, work)) = parts(state) else { return };
    let places = review.outline(work).len();
    review.at = review.at.min(places.saturating_sub(1));
    review.top = follow(review.top, review.at, places, geometry::review_rows(size));
}

fn act(state: &mut State, action: Action) {
    let half = geometry::review_rows(state.size).div_ceil(2).max(1);
    let Some((review, work)) = parts(state) else { return };
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
        Action::Back | Action::Quit => state.show(BatchScreen),
        _ => {}
    }
}

/// On a row: that one. On a sentence: whatever was decided last, and back to the list.
fn take_back(state: &mut State) {
    let Some((review, work)) = parts(state) else { return };
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

fn draw(state: &State, review: &Review, buffer: &mut Buffer, size: (u16, u16)) {
    let Some(work) = &state.work else { return };
    let theme = &state.settings.theme;
    let frame = geometry::frame(size);
    progress::draw(state, work, buffer, frame.head);
    let body = geometry::review(size);
    let outline = review.outline(work);
    let rows = geometry::review_rows(size);
    let mut last = 0;
    for row in 0..rows {
        let at = review.top + row;
        let Some(place) = outline.place(at) else { break };
        let Some(mut line_writer) = LineWriter::at(buffer, body, row) else { break };
        let here = at == review.at;
        line_writer.under(here, theme).skip(1).say(if here { "▌ " } else { "  " }, theme.accent);
        match place {
            ReviewPlace::Sentence(kind, count) => {
                let style = if here { theme.here } else { theme.text };
                line_writer.say(&says(kind, count, state.settings.follow), style);
                if !review.shows(kind) && line_writer.room() > 4 {
                    line_writer.say(" …", theme.dim);
                }
            }
            ReviewPlace::Row(position) => decided(state, work, position, here, line_writer),
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
        if let Some(mut line_writer) = LineWriter::at(buffer, text, last + 1 + row) {
            line_writer.text(line, theme.text);
        }
    }
}

fn decided(state: &State, work: &BatchView, position: Position, here: bool, mut line_writer: LineWriter<'_>) {
    let theme = &state.settings.theme;
    let Some(entry) = work.find(position) else { return };
    let to = match work.triage.verdict(position) {
        Some(Decision::Defer(until)) => when::moment(until.opens, state.now, state.settings.zone),
        _ => String::new(),
    };
    let sender = (line_writer.room() / 4).clamp(8, 20);
    let style = if here { theme.here } else { theme.text };
    let subject = line_writer.room().saturating_sub(4 + sender + 2 + to.len() + 2);
    line_writer
        .skip(4)
        .text_in(&entry.sender, sender, theme.writer.patch(style))
        .skip(2)
        .text_in(&entry.subject, subject, style)
        .skip(2)
        .say(&to, theme.dim);
}

/// What the decision means: for the message here, and in the mailbox where it lies.
fn says(kind: Kind, count: usize, follow: WriteBackWords) -> String {
    let one = count == 1;
    let (are, they) = if one { ("is", "it stays and leads its") } else { ("are", "they stay and lead their") };
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
        Kind::Later => format!("{count} {are} still to be answered: {they} lane's next batch."),
        Kind::Skipped => format!("{count} {are} passed over: {they} lane's next batch."),
        Kind::Undecided => format!("{count} {are} not decided: {they} lane's next batch."),
    }
}
