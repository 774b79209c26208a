//! The review: what was decided, in sentences with their counts, and what a commit does.
//!
//! ```text
//!  ▌  9  not decided: carried over to this afternoon, 16:00 …
//!    29  done: go to Archive on work …
//!     3  deferred to tomorrow morning, 10:00
//!            Grace Hopper      Budget, third try            tomorrow 10:00
//!
//!    C closes the batch, and then this is done.
//! ```
//!
//! A review that opened by itself, after the last decision, opens while the person may still be typing decisions. There the
//! first `C` closes nothing, so that a commit always takes the same two keys.

use std::any::Any;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::positions::{Position, Positions};
use crate::domain::printable::Printable;
use crate::domain::triage::Decision;
use crate::domain::verdict::DecisionKind;
use crate::ui::action::{Action, Mode};
use crate::ui::geometry;
use crate::ui::request::{Slot, StoreRequest};
use crate::ui::response::{Response, StoreResponse};
use crate::ui::state::batch_view::BatchView;
use crate::ui::state::message_list::follow;
use crate::ui::state::review::{Opened, Review, ReviewPlace, Sentence, SentenceTopic};
use crate::ui::state::screen::{BatchUse, Handlers, Screen};
use crate::ui::state::{BatchScreen, State};
use crate::ui::update::{decide, window_end};
use crate::ui::view::commit_words;
use crate::ui::view::line_writer::LineWriter;
use crate::ui::view::progress;
use crate::ui::when;

impl Screen for Review {
    fn mode(&self) -> Mode {
        Mode::Review
    }

    fn handlers(&self) -> Handlers {
        Handlers { click, settle, respond, ..Handlers::of(act) }
    }

    fn batch(&self) -> BatchUse {
        BatchUse::Rows
    }

    fn rows_area(&self, size: (u16, u16)) -> Option<Rect> {
        Some(geometry::review(size))
    }

    fn row_at(&self, state: &State, line: usize) -> Option<usize> {
        let places = self.outline(state.work.as_ref()?).len();
        Some(self.top + line).filter(|place| line < geometry::review_rows(state.size) && *place < places)
    }

    fn batch_rows(&self, state: &State, work: &BatchView) -> (Positions, Positions) {
        let height = geometry::review_rows(state.size);
        let outline = self.outline(work);
        (outline.rows(self.top, height), outline.rows(self.top.saturating_sub(height), height * 3))
    }

    fn hints(&self, _: &State) -> Vec<(Action, &'static str)> {
        vec![
            (Action::Review, "close the batch"),
            (Action::Back, "go on"),
            (Action::Open, Action::Unfold.info().hint),
            (Action::Undo, "take back"),
        ]
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
    let wanted = review.asks(work).then(|| work.triage.batch().id());
    let places = review.outline(work).len();
    review.at = review.at.min(places.saturating_sub(1));
    review.top = follow(review.top, review.at, places, geometry::review_rows(size));
    if let Some(batch) = wanted {
        state.ask(StoreRequest::CommitPreview(batch));
    }
}

fn respond(state: &mut State, response: Response) {
    let (Response::Store(StoreResponse::CommitPreview(preview)), Some(review)) =
        (response, state.screen_as_mut::<Review>())
    else {
        return;
    };
    review.foresees(*preview);
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
        Action::Unfold | Action::Open => review.unfold(work),
        Action::Undo => take_back(state),
        Action::Redo => decide::redo(state),
        Action::Review if review.opened == Opened::Asked => commit(state),
        Action::Review => review.opened = Opened::Asked,
        Action::MoreTime => window_end::more_time(state),
        Action::Back | Action::Quit => state.show(BatchScreen),
        _ => {}
    }
}

/// On a message: that one. On a sentence of a review that was asked for: all of its messages. Else whatever was decided last:
/// a review that opened by itself stands where the last decision was, and what is undecided cannot be taken back.
fn take_back(state: &mut State) {
    let Some((review, work)) = parts(state) else { return };
    let opened = review.opened;
    let is_list = |sentence: &Sentence| sentence.topic.decision() == DecisionKind::Unsubscribe;
    let on = match review.outline(work).place(review.at) {
        Some(ReviewPlace::Row(sentence, row)) if is_list(sentence) || work.triage.verdict(row).is_some() => {
            Some((is_list(sentence), Positions::from(row)))
        }
        Some(ReviewPlace::Sentence(sentence)) if opened == Opened::Asked => {
            (sentence.topic.decision() != DecisionKind::Reopen).then(|| (is_list(sentence), sentence.about.clone()))
        }
        _ => None,
    };
    match on {
        Some((true, on)) => decide::decide_on(state, Decision::StaySubscribed, &on),
        Some((false, on)) => decide::decide_on(state, Decision::Reopen, &on),
        None => decide::undo(state),
    }
}

fn commit(state: &mut State) {
    if state.requests.waits_for(Slot::Commit) {
        return;
    }
    if let Some(work) = &state.work {
        let batch = work.triage.batch().id();
        state.say("Closing the batch …");
        state.ask(StoreRequest::Commit(batch));
    }
}

fn draw(state: &State, review: &Review, buffer: &mut Buffer, size: (u16, u16)) {
    let Some(work) = &state.work else { return };
    let theme = &state.settings.theme;
    progress::draw(state, work, buffer, geometry::frame(size).head);
    let body = geometry::review(size);
    let outline = review.outline(work);
    let digits = outline.digits();
    let mut last = 0;
    for row in 0..geometry::review_rows(size) {
        let at = review.top + row;
        let Some(place) = outline.place(at) else { break };
        let Some(mut line_writer) = LineWriter::at(buffer, body, row) else { break };
        let here = at == review.at;
        line_writer.under(here, theme).skip(1).say(if here { "▌ " } else { "  " }, theme.accent);
        match place {
            ReviewPlace::Sentence(sentence) => {
                let count = sentence.count();
                let style = match (sentence.topic.decision(), here) {
                    (DecisionKind::Reopen, _) => theme.warm,
                    (_, true) => theme.here,
                    (_, false) => theme.text,
                };
                line_writer.say(&format!("{count:>digits$}  {}", says(state, &sentence.topic, count)), style);
                if sentence.is_folded() && !sentence.about.is_empty() && line_writer.room() > 4 {
                    line_writer.say(" …", theme.dim);
                }
            }
            ReviewPlace::Row(_, position) => message(state, work, position, here, line_writer.skip(digits + 4)),
        }
        last = row + 1;
    }
    let text = Rect { x: body.x + 3, width: body.width.saturating_sub(4).min(96), ..body };
    for (row, line) in closing(state, review, work).wrap(usize::from(text.width)).iter().enumerate() {
        if let Some(mut line_writer) = LineWriter::at(buffer, text, last + 1 + row) {
            line_writer.text(line, theme.text);
        }
    }
}

fn says(state: &State, topic: &SentenceTopic, count: usize) -> String {
    match topic {
        SentenceTopic::Lists(count) => commit_words::lists_left(*count).to_owned(),
        SentenceTopic::Leaves(leaving) => commit_words::leaving(*leaving),
        SentenceTopic::Decided(kind) => commit_words::decided(*kind).to_owned(),
        SentenceTopic::Foreseen(verdict, copies) => {
            commit_words::foreseen(verdict, copies, count, state.now, state.settings.zone)
        }
    }
}

/// What the key does that closes the batch.
fn closing(state: &State, review: &Review, work: &BatchView) -> Printable {
    let key = state.keymap.shown(Action::Review).unwrap_or_default();
    let closes = match review.opened {
        Opened::Asked => format!("{key} closes the batch, and then this is done."),
        Opened::ByItself => {
            format!("Everything is decided. {key}, and {key} again, closes the batch: then this is done.")
        }
    };
    let waits = if review.known(work).is_some_and(|preview| preview.is_copy) {
        " This store is a copy, so nothing changes in the mailboxes before `tidebox journal --here`."
    } else {
        ""
    };
    Printable::from(format!("{closes}{waits}"))
}

fn message(state: &State, work: &BatchView, position: Position, here: bool, line_writer: &mut LineWriter<'_>) {
    let theme = &state.settings.theme;
    let Some(entry) = work.find(position) else { return };
    let to = match work.triage.verdict(position) {
        Some(Decision::Defer(until)) => when::moment(until.opens, state.now, state.settings.zone),
        _ => String::new(),
    };
    let sender = (line_writer.room() / 4).clamp(8, 20);
    let style = if here { theme.here } else { theme.text };
    let subject = line_writer.room().saturating_sub(sender + 2 + to.len() + 2);
    line_writer
        .text_in(&entry.sender, sender, theme.writer.patch(style))
        .skip(2)
        .text_in(&entry.subject, subject, style)
        .skip(2)
        .say(&to, theme.dim);
}
