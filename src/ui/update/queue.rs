//! Keys in the batch: moving, choosing, deciding, and the ways out of it.

use super::{decide, defer, moving, reading};
use crate::domain::batch::BatchOccasion;
use crate::domain::positions::Position;
use crate::domain::printable::Printable;
use crate::domain::triage::Decision;
use crate::ui::action::Action;
use crate::ui::geometry::Focus;
use crate::ui::request::{ShellRequest, Slot, StoreRequest};
use crate::ui::state::batch_view::BatchView;
use crate::ui::state::deferred::Deferrals;
use crate::ui::state::field::Field;
use crate::ui::state::notice::Notice;
use crate::ui::state::overlay::{Confirm, Overlay, Prompt, PromptKind};
use crate::ui::state::review::Review;
use crate::ui::state::search::Search;
use crate::ui::state::{AfterDecision, Screen, State};

pub fn act(state: &mut State, action: Action) {
    // Another batch, or another row, is about to come under the cursor.
    if state.requests.waits_for(Slot::Exceptions) || state.requests.waits_for(Slot::Threads) {
        return;
    }
    if moving::act(state, action) || reading::act(state, action) {
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
        Action::Defer => defer::open(state),
        Action::Undo => decide::undo(state),
        Action::Redo => decide::redo(state),
        Action::Sweep => sweep(state),
        Action::Select => select(state),
        Action::SelectRange => range(state),
        Action::SelectPattern => prompt(state, PromptKind::Pattern),
        Action::Filter => prompt(state, PromptKind::Filter),
        Action::NextGroup => group(state, true),
        Action::PreviousGroup => group(state, false),
        Action::Review => state.screen = Screen::Review(Review::asked()),
        Action::Exceptions => exceptions(state),
        Action::Deferred => open_deferred(state),
        Action::Search => search(state),
        Action::Back => back(state),
        Action::Quit if state.aside.is_some() => leave(state),
        Action::Quit => state.ask(ShellRequest::Quit),
        _ => {}
    }
}

/// Whether the key that goes back would end the program here.
pub fn quits(state: &State) -> bool {
    let list = state.listed().is_some_and(|listed| listed.reading().focus == Focus::List);
    matches!(state.screen, Screen::Queue) && state.overlay.is_none() && state.aside.is_none() && list
}

pub fn open_deferred(state: &mut State) {
    state.screen = Screen::Deferred(Deferrals::default());
    state.ask(StoreRequest::Deferred);
}

/// First what narrows the list is dropped, then the list is left.
fn back(state: &mut State) {
    let Some(work) = &mut state.work else { return };
    if !work.chosen_now().is_empty() || work.chosen.from.is_some() {
        work.chosen = crate::ui::state::batch_view::Selection::default();
    } else if work.filter().is_some() {
        work.filter_by("");
    } else {
        leave(state);
    }
}

/// To the door, or from what exceptions let through back to the batch. What was decided is kept; the batch stays open.
pub fn leave(state: &mut State) {
    state.work = state.aside.take();
    if let Some(work) = &mut state.work {
        work.since.1 = 0;
    }
    state.screen = if state.work.is_some() { Screen::Queue } else { Screen::Door };
    state.ask(StoreRequest::Overview);
}

/// What exceptions let through, as a batch of its own; the one in hand is gone back to afterwards.
pub fn exceptions(state: &mut State) {
    let there = state.work.as_ref().is_some_and(|work| *work.triage.batch().occasion() == BatchOccasion::Exceptions);
    if there {
        return state.say("This is what came through.");
    }
    state.ask(StoreRequest::BeginExceptions);
}

fn select(state: &mut State) {
    let Some(work) = &mut state.work else { return };
    let Some(here) = work.here() else { return };
    if work.chosen.positions.contains(here) {
        work.chosen.positions.remove_run(here, here);
    } else {
        work.chosen.positions.insert(here);
    }
    tell_chosen(state);
}

fn range(state: &mut State) {
    let Some(work) = &mut state.work else { return };
    let Some(at) = work.here() else { return };
    if work.chosen.from.is_some() {
        work.chosen.positions = work.chosen_now();
        work.chosen.from = None;
        tell_chosen(state);
    } else {
        work.chosen.from = Some(at);
        let key = state.keymap.shown(Action::SelectRange).unwrap_or_default();
        state.say(format!("A range from here: move, then {key} again or a decision."));
    }
}

pub fn tell_chosen(state: &mut State) {
    let count = state.work.as_ref().map_or(0, |work| work.chosen_now().len());
    let drops = |it: &str| state.keymap.shown(Action::Back).map(|key| format!("{key} drops {it}"));
    state.notice = Some(match count {
        0 => Notice::calm("Nothing selected."),
        1 => Notice::done("1 selected: the next decision is about it.", drops("it")),
        count => Notice::done(format!("{count} selected: the next decision is about all of them."), drops("them")),
    });
}

fn prompt(state: &mut State, kind: PromptKind) {
    let text = match kind {
        PromptKind::Filter => state.work.as_ref().and_then(BatchView::filter).unwrap_or_default(),
        PromptKind::Pattern => "",
    };
    let field = Field::of(text);
    state.overlay = Some(Overlay::Prompt(Prompt { kind, field, problem: None }));
}

fn sweep(state: &mut State) {
    let Some(work) = &state.work else { return };
    let Some((title, on)) = work.heading_rows() else { return };
    let what = match on.len() {
        1 => "the one message".to_owned(),
        count => format!("all {count} messages"),
    };
    state.overlay = Some(Overlay::Confirm(Confirm {
        question: Printable::from(format!("Done with {what} under \"{title}\"?")),
        on,
    }));
}

/// To the first row of the next heading, or of the one before.
fn group(state: &mut State, forward: bool) {
    let Some(work) = &mut state.work else { return };
    let Some(at) = work.here() else { return };
    let starts: Vec<Position> = work.groups().filter_map(|(_, shown)| shown.first()).collect();
    let target = if forward {
        starts.iter().copied().find(|start| *start > at).or(starts.first().copied())
    } else {
        starts.iter().copied().rev().find(|start| *start < at).or(starts.last().copied())
    };
    if let Some(target) = target {
        work.stand_on(target);
    }
}

/// Opens the search, from wherever one can search.
pub fn search(state: &mut State) {
    state.screen = Screen::Search(Box::<Search>::default());
}
