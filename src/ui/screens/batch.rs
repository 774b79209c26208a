//! The batch: progress and time at the top, the list, the letter.
//!
//! ```text
//!  morning  ━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌     +2 next time   2/18   23 of 41   26 min left
//!
//!  deferred to now 1                │  Ada Lovelace  <ada@example.org>
//!    Grace Hopper   Budget       9d │  To    you and 3 others
//!                                   │
//!  people 2                         │  Notes on the engine
//!  ▌ Ada Lovelace   Notes        1d │
//!    Alan Turing    Lunch        4h │  I have read your sketch twice and I think
//!
//!  Done: Budget, third try · u takes it back
//!  a done  d trash  s defer  l later  u undo  C review                 ? help  q back
//! ```

use ratatui::buffer::Buffer;

use super::search::Search;
use super::{deferred, month, muted, whatif};
use crate::domain::positions::Position;
use crate::domain::printable::Printable;
use crate::domain::triage::Decision;
use crate::ui::action::{Action, Mode};
use crate::ui::geometry::{self, Focus};
use crate::ui::state::batch_view::{BatchView, Pass, Selection};
use crate::ui::state::folds::Nesting;
use crate::ui::state::message_list::CursorList;
use crate::ui::state::overlay::{Confirm, Confirmed, Overlay, PromptKind};
use crate::ui::state::review::Review;
use crate::ui::state::screen::{BatchUse, Handlers, Screen};
use crate::ui::state::{AfterDecision, BatchScreen, State, act_notice};
use crate::ui::update::{batch, decide, defer, moving, prompt, reading, selecting, unsubscribe, window_end, writing};
use crate::ui::view::{list, panes, progress};

impl Screen for BatchScreen {
    fn mode(&self) -> Mode {
        Mode::Batch
    }

    fn handlers(&self) -> Handlers {
        Handlers { key: selecting::digit, ..Handlers::of(act) }
    }

    fn batch(&self) -> BatchUse {
        BatchUse::List
    }

    fn quit_leaves(&self) -> bool {
        true
    }

    fn hints(&self, state: &State) -> Vec<(Action, &'static str)> {
        let in_letter = state.listed().is_some_and(|listed| listed.reading().focus == Focus::Letter);
        let empty = state.work.as_ref().is_none_or(CursorList::is_empty);
        let undo = state.work.as_ref().is_some_and(|work| work.triage.last().is_some()).then_some(Action::Undo);
        let invited = matches!(state.letter(), Some(Ok(letter)) if letter.asks_for_answer());
        let verbs = [
            (Action::Done, !empty),
            (Action::Reply, !empty),
            (Action::AnswerInvitation, !empty && invited),
            (Action::Trash, !empty),
            (Action::Defer, !empty),
            (Action::Later, !empty),
        ]
        .into_iter()
        .filter_map(|(action, possible)| possible.then_some(action));
        let (links, files) = match state.letter() {
            Some(Ok(letter)) => (!letter.links.is_empty(), !letter.attachments.is_empty()),
            _ => (false, false),
        };
        let conversation = state.read_conversation();
        let several = conversation.is_some_and(|view| view.place().1 > 1);
        let others = conversation.is_some_and(|view| view.others() > 0);
        let letter = [
            (Action::Page, true),
            (Action::Next, several),
            (Action::WholeThread, others),
            (Action::Link, links),
            (Action::Save, files),
        ]
        .into_iter()
        .filter_map(|(action, possible)| (in_letter && possible).then_some(action));
        let list = [Action::Open, Action::Select].into_iter().filter(|_| !in_letter && !empty);
        let nesting = state.work.as_ref().and_then(|work| Some(work.nesting(work.here()?)));
        let folds = nesting.and_then(|nesting| match nesting {
            Nesting::Alone => None,
            Nesting::Folded(_) => Some(Action::UnfoldRow),
            Nesting::First | Nesting::Between | Nesting::Last => Some(Action::FoldRow),
        });
        let rest = [Action::Skip, Action::Mute, Action::Spam, Action::Sweep].into_iter().filter(|_| !empty);
        let ends = std::iter::once(Action::Review);
        verbs
            .chain(undo)
            .chain(ends)
            .chain(letter)
            .chain(list)
            .chain(folds)
            .chain(rest)
            .map(|action| (action, action.info().hint))
            .collect()
    }

    fn draw(&self, state: &State, buffer: &mut Buffer, size: (u16, u16)) {
        let Some(work) = &state.work else { return };
        let theme = &state.settings.theme;
        progress::draw(state, work, buffer, geometry::frame(size).head);
        panes::draw(state, buffer, |buffer, area| {
            if work.is_empty() {
                list::empty(&nothing(state, work), theme, buffer, area);
            } else {
                list::batch(work, (state.now, state.settings.zone), theme, buffer, area);
            }
        });
    }
}

fn act(state: &mut State, action: Action) {
    if state.waits_for_another_batch() {
        return;
    }
    selecting::keep_for(state, action);
    if moving::act(state, action) || reading::act(state, action) || writing::act(state, action) {
        return;
    }
    match action {
        Action::Done => decide::decide(state, Decision::Done),
        Action::DoneNext => decide::done(state, AfterDecision::Next),
        Action::DonePrevious => decide::done(state, AfterDecision::Previous),
        Action::Trash => decide::decide(state, Decision::Trash),
        Action::Later => decide::decide(state, Decision::Later),
        Action::Skip => decide::decide(state, Decision::Skip),
        Action::Mute => decide::mute(state),
        Action::Spam => decide::decide(state, Decision::Spam),
        Action::Unsubscribe => unsubscribe::ask(state),
        Action::Defer => defer::open(state),
        Action::Undo => decide::undo(state),
        Action::Redo => decide::redo(state),
        Action::Sweep => sweep(state),
        Action::Select => selecting::select(state),
        Action::SelectRange => selecting::range(state),
        Action::SelectNext => selecting::next_rows(state, selecting::FEWEST),
        Action::SelectAlike => selecting::alike(state),
        Action::SelectPattern => prompt::open(state, PromptKind::Pattern),
        Action::Filter => prompt::open(state, PromptKind::Filter),
        Action::UnfoldRow => fold(state, false),
        Action::FoldRow => fold(state, true),
        Action::NextGroup => group(state, true),
        Action::PreviousGroup => group(state, false),
        Action::Review => state.show(Review::asked()),
        Action::MoreTime => window_end::more_time(state),
        Action::Exceptions => batch::exceptions(state),
        Action::Deferred => deferred::open(state),
        Action::Muted => muted::open(state),
        Action::Month => month::open(state),
        Action::WhatIf => whatif::open(state),
        Action::Search => state.show(Search::default()),
        Action::Back => back(state),
        Action::Quit if state.suspended_batch.is_some() => batch::leave(state),
        Action::Quit => state.quit(),
        _ => {}
    }
}

/// First what narrows the list is dropped, then the list is left.
fn back(state: &mut State) {
    let Some(work) = &mut state.work else { return };
    if !work.chosen_now().is_empty() || work.chosen.from.is_some() {
        work.chosen = Selection::default();
    } else if work.filter().is_some() {
        work.filter_by("");
    } else {
        batch::leave(state);
    }
}

/// Done with everything under the heading. Where a decision has just taken the cursor on to it, that is asked first: the key may have
/// been meant for the heading before.
fn sweep(state: &mut State) {
    let Some(work) = &mut state.work else { return };
    let Some((title, on)) = work.heading_rows().map(|(title, on)| (title.to_owned(), on)) else { return };
    if !std::mem::take(&mut work.moved_on) {
        return decide::sweep(state, &title, &on);
    }
    let what = act_notice::all_under(state, on.len(), &title);
    state.overlay = Some(Overlay::Confirm(Confirm {
        question: Printable::from(format!("The heading before is done. Done with {what}, too?")),
        yes: Confirmed::Sweep { title, on },
    }));
}

/// Folds the group of the message under the cursor to one row, or unfolds it.
fn fold(state: &mut State, folded: bool) {
    if state.work.as_mut().is_none_or(|work| work.fold(folded)) {
        return;
    }
    let single = state.work.as_ref().and_then(|work| Some(work.nesting(work.here()?))) == Some(Nesting::Alone);
    state.say(match (single, folded) {
        (true, _) => "This row is one message.",
        (false, true) => "It is folded already.",
        (false, false) => "It is unfolded already.",
    });
}

/// To the first row of the next heading, or of the one before.
fn group(state: &mut State, forward: bool) {
    let Some(work) = &mut state.work else { return };
    if work.here().is_none() {
        return;
    }
    let starts: Vec<Position> = work.sections().filter_map(|section| section.rows.first()).collect();
    let (place, place_of) = (work.place(), |start: &Position| work.shown().rank(*start));
    let target = if forward {
        starts.iter().copied().find(|start| place_of(start) > place).or(starts.first().copied())
    } else {
        starts.iter().copied().rev().find(|start| place_of(start) < place).or(starts.last().copied())
    };
    if let Some(target) = target {
        work.bring_to_top(target);
    }
}

fn nothing(state: &State, work: &BatchView) -> String {
    let key = |action: Action| state.keymap.shown(action).unwrap_or_default();
    match work.filter() {
        Some(_) if work.pass() != Pass::Over => {
            format!("The filter finds nothing here. {} shows everything again.", key(Action::Back))
        }
        _ => format!("Everything is decided. {} shows the review, which closes the batch.", key(Action::Review)),
    }
}
