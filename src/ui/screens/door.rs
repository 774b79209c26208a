//! The door: one thing to know. No sender, no subject, no count unless it is asked for.
//!
//! ```text
//!      16:00
//!      afternoon, in 2 h 48 min
//!
//!      6        10:00              13:12          16:00               22
//!      ·────────━━━━━───────────────●─────────────╌╌╌╌╌────────────────·
//!               ✓ read             now
//!
//!      This morning: 41 messages in 18 minutes.
//!      29 done, 4 deferred, 8 carried over.
//!
//!      Nothing to do until then.
//!
//!  / search  D deferred  P peek                                ? help  q leave
//! ```

mod page;

use ratatui::buffer::Buffer;

use super::peek::{GateChoice, Peeking};
use super::search::Search;
use super::{deferred, month, muted, whatif};
use crate::domain::batch::FIRST_MINUTES;
use crate::domain::door::Overview;
use crate::domain::printable::Printable;
use crate::domain::schedule::TrialStanding;
use crate::ui::action::{Action, Mode};
use crate::ui::request::{DoorRequest, Slot, StoreRequest};
use crate::ui::state::overlay::{Confirm, Confirmed, Overlay, PromptKind};
use crate::ui::state::screen::{Handlers, Screen};
use crate::ui::state::{DoorScreen, State};
use crate::ui::update::{batch, prompt, trial, writing};

impl Screen for DoorScreen {
    fn mode(&self) -> Mode {
        Mode::Door
    }

    fn handlers(&self) -> Handlers {
        Handlers::of(act)
    }

    fn enter_is_final(&self) -> bool {
        true
    }

    fn quit_leaves(&self) -> bool {
        true
    }

    fn hints(&self, state: &State) -> Vec<(Action, &'static str)> {
        state.door.as_ref().map(hints).unwrap_or_default()
    }

    fn draw(&self, state: &State, buffer: &mut Buffer, size: (u16, u16)) {
        page::draw(state, buffer, size);
    }
}

fn hints(door: &Overview) -> Vec<(Action, &'static str)> {
    let mut hints = Vec::new();
    if door.nothing_to_hold {
        return vec![(Action::AddMailbox, "add a mailbox"), (Action::Search, "search")];
    }
    match &door.open {
        Some(open) if open.begun => hints.push((Action::Open, "go on")),
        Some(_) => hints.push((Action::Open, "begin")),
        None => {}
    }
    if door.trial.as_ref().is_some_and(TrialStanding::asks) {
        hints.extend([(Action::KeepTrial, "keep it"), (Action::EndTrial, "go back")]);
    }
    if door.first_batch {
        hints.push((Action::BeginFirst, "first batch"));
    }
    if door.let_through > 0 {
        hints.push((Action::Exceptions, "came through"));
    }
    hints.push((Action::Search, "search"));
    if door.deferred > 0 {
        hints.push((Action::Deferred, "deferred"));
    }
    if door.open.as_ref().is_none_or(|open| open.late) {
        hints.push((Action::Peek, "peek"));
    }
    if !door.pauses.is_empty() {
        hints.push((Action::EndPause, Action::EndPause.info().hint));
    }
    hints
}

fn act(state: &mut State, action: Action) {
    match action {
        Action::Open => begin(state),
        Action::Exceptions => batch::exceptions(state),
        Action::Deferred => deferred::open(state),
        Action::Muted => muted::open(state),
        Action::Month => month::open(state),
        Action::WhatIf => whatif::open(state),
        Action::KeepTrial | Action::EndTrial => trial::keep_or_end(state, action),
        Action::Drafts | Action::Outbox | Action::Compose => drop(writing::act(state, action)),
        Action::Search => state.show(Search::default()),
        Action::Peek => {
            if state.door.as_ref().and_then(|door| door.open.as_ref()).is_some_and(|open| !open.late) {
                let key = state.keymap.shown(Action::Open).unwrap_or_default();
                state.say(format!("The check-in is open: {key} begins it."));
            } else {
                state.show(Peeking::Gate { since: None, choice: GateChoice::default() });
            }
        }
        Action::Pause => prompt::open(state, PromptKind::Pause),
        Action::SkipWindow => state.ask(StoreRequest::Door(DoorRequest::LeaveOut)),
        Action::EndPause => state.ask(StoreRequest::Door(DoorRequest::EndPauses)),
        Action::Expect => prompt::open(state, PromptKind::Expect),
        Action::EndExpected => state.ask(StoreRequest::Door(DoorRequest::EndExpected)),
        Action::Gather => batch::gather(state),
        Action::AddMailbox => state.open_welcome(),
        Action::BeginFirst => begin_first(state),
        Action::Quit => state.quit(),
        _ => {}
    }
}

fn begin(state: &mut State) {
    match &state.door {
        Some(door) if door.nothing_to_hold => state.open_welcome(),
        Some(door) if door.open.is_none() => {
            let mut text = batch::closed(state);
            if door.first_batch {
                let key = state.keymap.shown(Action::BeginFirst).unwrap_or_default();
                text.push_str(&format!(" {key} begins a first batch now."));
            }
            state.say(text);
        }
        _ if state.requests.waits_for(Slot::Batch) => {}
        _ => state.ask(StoreRequest::Begin),
    }
}

/// Asks whether to begin the first batch, where that can be.
fn begin_first(state: &mut State) {
    match &state.door {
        _ if state.requests.waits_for(Slot::Batch) => {}
        Some(door) if door.nothing_to_hold => state.open_welcome(),
        Some(door) if door.first_batch => {
            let question = format!(
                "Begin a first batch now? It shows what is unread, and {FIRST_MINUTES} minutes are there for it."
            );
            let confirm = Confirm { question: Printable::from(question), yes: Confirmed::BeginFirst };
            state.overlay = Some(Overlay::Confirm(confirm));
        }
        Some(door) if door.open.is_some() => begin(state),
        _ => state.say("The first check-in was closed: from now on what comes waits for its check-in."),
    }
}
