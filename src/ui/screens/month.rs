//! The month in figures, and how each of them was counted.
//!
//! ```text
//!  November 2026   22 days with check-ins, 44 check-ins
//!
//!  Messages    1,284 messages came (Oct 1,102).
//!              A counter would have changed 391 times between check-ins (Oct 342).
//!              You were interrupted 9 times (Oct 12): 6 by rules of yours, 3 peeks.
//!
//!              0     3     6     9     12    15    18    21
//!         Mon                  ▁▂▅▇▆▃▅▇▅▂▁                     312
//!         Tue                  ▁▃▆█▆▃▅▆▅▂▁                     287
//!
//!  Waiting     half within 2 h 10 min · nine in ten within 5 h 50 min
//!              longest 17 h 20 min (Vera, Fri 13 Nov, 16:52 → Mon 16 Nov, 10:00)
//!      people  ⠒⠒⠒⠒■⠒⠒⠒⠒⠒⠒⠒⠒┤
//! ```

mod page;
mod pictures;

use ratatui::buffer::Buffer;

use super::whatif;
use crate::domain::month::{CalendarMonth, MonthPair};
use crate::domain::problem::Problem;
use crate::ui::action::{Action, Mode};
use crate::ui::geometry;
use crate::ui::keymap::{Key, KeyMatch};
use crate::ui::request::{FiguresRequest, Slot};
use crate::ui::response::{FiguresResponse, Response};
use crate::ui::state::State;
use crate::ui::state::screen::{Handlers, Screen};

#[derive(Debug)]
struct MonthScreen {
    wanted: CalendarMonth,
    /// What was counted; of another month than the wanted one until that has come.
    pair: Option<Box<MonthPair>>,
    /// Why it could not be counted.
    problem: Option<Problem>,
    /// Whether it is told how the figures were counted.
    explains: bool,
    /// The first row that is in sight.
    top: usize,
}

impl MonthScreen {
    fn pair(&self) -> Option<&MonthPair> {
        self.pair.as_deref().filter(|pair| pair.month.month == self.wanted)
    }
}

impl Screen for MonthScreen {
    fn mode(&self) -> Mode {
        Mode::Month
    }

    fn handlers(&self) -> Handlers {
        Handlers { key, settle, respond, failed, ..Handlers::of(act) }
    }

    fn hints(&self, state: &State) -> Vec<(Action, &'static str)> {
        let counted = if self.explains { "the figures" } else { Action::Counted.info().hint };
        let mut hints = vec![(Action::MonthBefore, Action::MonthBefore.info().hint)];
        if self.wanted < this_month(state) {
            hints.push((Action::MonthAfter, Action::MonthAfter.info().hint));
        }
        hints.push((Action::WhatIf, Action::WhatIf.info().hint));
        hints.push((Action::Counted, counted));
        hints
    }

    fn draw(&self, state: &State, buffer: &mut Buffer, size: (u16, u16)) {
        page::draw(state, self, buffer, size);
    }
}

/// Opens this month, from wherever one can open it.
pub fn open(state: &mut State) {
    let wanted = this_month(state);
    state.show(MonthScreen { wanted, pair: None, problem: None, explains: false, top: 0 });
    state.ask(FiguresRequest::Month(wanted));
}

fn this_month(state: &State) -> CalendarMonth {
    CalendarMonth::at(state.now, state.settings.zone)
}

/// The key for help tells how the figures were counted, and from there every key.
fn key(state: &mut State, key: Key) -> bool {
    let helps = state.keymap.find(Mode::Month, &[key]) == KeyMatch::Action(Action::Help);
    match state.screen_as_mut::<MonthScreen>() {
        Some(month) if helps && !month.explains => {
            (month.explains, month.top) = (true, 0);
            true
        }
        _ => false,
    }
}

fn act(state: &mut State, action: Action) {
    let this = this_month(state);
    let height = usize::from(geometry::frame(state.size).body.height);
    let Some(month) = state.screen_as_mut::<MonthScreen>() else { return };
    match action {
        Action::Down => month.top += 1,
        Action::Up => month.top = month.top.saturating_sub(1),
        Action::HalfDown => month.top += height.div_ceil(2),
        Action::HalfUp => month.top = month.top.saturating_sub(height.div_ceil(2)),
        Action::Top => month.top = 0,
        Action::Bottom => month.top = usize::MAX,
        Action::Counted => (month.explains, month.top) = (!month.explains, 0),
        Action::Back if month.explains => (month.explains, month.top) = (false, 0),
        Action::MonthBefore => {
            let before = month.wanted.before();
            go(state, before);
        }
        Action::MonthAfter => {
            let after = month.wanted.after();
            if after <= this {
                go(state, after);
            } else {
                state.say("This is the month that is not over.");
            }
        }
        Action::WhatIf => whatif::open(state),
        Action::Back | Action::Quit => state.go_back(),
        _ => {}
    }
}

/// To another month: what is in sight stays until its figures have come.
fn go(state: &mut State, wanted: CalendarMonth) {
    if let Some(month) = state.screen_as_mut::<MonthScreen>() {
        (month.wanted, month.problem, month.top) = (wanted, None, 0);
        state.ask(FiguresRequest::Month(wanted));
    }
}

fn respond(state: &mut State, response: Response) {
    if let (Response::Figures(FiguresResponse::Month(pair)), Some(month)) =
        (response, state.screen_as_mut::<MonthScreen>())
    {
        (month.pair, month.problem) = (Some(pair), None);
    }
}

fn failed(state: &mut State, slot: Slot, problem: &Problem) -> bool {
    if let (Slot::Month, Some(month)) = (slot, state.screen_as_mut::<MonthScreen>()) {
        month.problem = Some(problem.clone());
    }
    false
}

/// The last row of the page stands no higher than at the bottom.
fn settle(state: &mut State) {
    let size = state.size;
    let Some(month) = state.screen_as::<MonthScreen>() else { return };
    let last = page::rows(state, month, size).saturating_sub(usize::from(geometry::frame(size).body.height));
    if let Some(month) = state.screen_as_mut::<MonthScreen>() {
        month.top = month.top.min(last);
    }
}
