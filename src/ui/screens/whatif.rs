//! What if the person looked at other hours: schedules replayed on their own arrivals, side by side.
//!
//! ```text
//!  What if you looked …   1 Jun to 28 Nov 2026
//!
//!                             longest   half wait   of 7 in time   batch (big)   a day
//!  ▌ 10:00 16:00  now         17 h 20      2 h 10              4       27 (41)       2
//!    9:00 13:00 17:00         15 h 10      1 h 35              6       18 (29)       3
//!    11:00                    23 h 40      6 h 05              2       55 (80)       1
//!
//!  Waiting     people   half 1 h 35 · nine in ten 4 h 50 · longest 15 h 10
//!              lists    half 2 h 05 · nine in ten 5 h 50 · longest 17 h 20
//!  One rule    With alerts let through: + 3 of 7 at once, + 0.4 interruptions a day.
//!  Unknown     Nothing here knows how people would have answered to another rhythm. 7 cases are few.
//! ```

mod page;
mod typing;

use crossterm::event::KeyCode;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::problem::Problem;
use crate::domain::replay::{ReplayedSchedules, WhatIf};
use crate::domain::schedule::{TrialDeed, TypedSchedule};
use crate::ui::action::{Action, Mode};
use crate::ui::geometry;
use crate::ui::keymap::{Key, KeyMatch};
use crate::ui::request::{FiguresRequest, Slot};
use crate::ui::response::{FiguresResponse, Response, SetupResponse};
use crate::ui::state::State;
use crate::ui::state::field::Field;
use crate::ui::state::screen::{Handlers, Screen};
use crate::ui::update::trial;
use typing::TypedLine;

#[derive(Debug, Default)]
struct WhatIfScreen {
    /// What was replayed last. It stays until the next replay has come.
    replayed: Option<Box<ReplayedSchedules>>,
    /// Why nothing could be replayed.
    problem: Option<Problem>,
    page: Page,
    /// The row in hand, from 0; the first one is the person's own schedule.
    at: usize,
    /// The first row of the page that is in sight.
    top: usize,
    typing: Option<TypedLine>,
}

/// What is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Page {
    #[default]
    Schedules,
    /// What mattered, and what the schedule in hand makes of it.
    Cases,
    Counted,
}

impl WhatIfScreen {
    fn found(&self) -> Option<(&ReplayedSchedules, &WhatIf)> {
        let replayed = self.replayed.as_deref()?;
        Some((replayed, replayed.found.as_ref().ok()?))
    }

    /// The schedule in hand; `None` where that is the person's own.
    fn in_hand(&self) -> Option<&TypedSchedule> {
        self.found()?.0.typed.get(self.at.checked_sub(1)?)
    }

    fn schedules(&self) -> usize {
        self.found().map_or(0, |(_, found)| found.schedules.len())
    }

    fn turn_to(&mut self, page: Page) {
        (self.page, self.top) = (page, 0);
    }
}

impl Screen for WhatIfScreen {
    fn mode(&self) -> Mode {
        Mode::WhatIf
    }

    fn handlers(&self) -> Handlers {
        Handlers { key, edited, click, settle, respond, failed, ..Handlers::of(act) }
    }

    fn field(&self) -> Option<&Field> {
        self.typing.as_ref().map(|typing| &typing.field)
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        self.typing.as_mut().map(|typing| &mut typing.field)
    }

    fn field_hints(&self) -> &'static [(&'static str, &'static str)] {
        &[("enter", "replay it"), ("ctrl-u", "clear"), ("esc", "back")]
    }

    fn leave_field(&mut self) {
        self.typing = None;
    }

    fn hints(&self, _: &State) -> Vec<(Action, &'static str)> {
        let usual = |action: Action| (action, action.info().hint);
        match self.page {
            Page::Counted => vec![(Action::Counted, "the table")],
            Page::Cases => vec![(Action::Back, "the table"), (Action::TrySchedule, "try it")],
            Page::Schedules if self.found().is_none() => vec![usual(Action::Counted)],
            Page::Schedules => {
                let mut hints = vec![(Action::Open, "what mattered")];
                if self.at > 0 {
                    hints.push(usual(Action::TrySchedule));
                }
                hints.extend([Action::EditSchedule, Action::AddSchedule].map(usual));
                if self.at > 0 {
                    hints.push(usual(Action::DropSchedule));
                }
                hints.push(usual(Action::Counted));
                hints
            }
        }
    }

    fn draw(&self, state: &State, buffer: &mut Buffer, size: (u16, u16)) {
        page::draw(state, self, buffer, size);
    }

    fn rows_area(&self, size: (u16, u16)) -> Option<Rect> {
        (self.page == Page::Schedules && self.found().is_some()).then(|| geometry::frame(size).body)
    }

    fn row_at(&self, _: &State, line: usize) -> Option<usize> {
        (line + self.top).checked_sub(page::FIRST).filter(|row| *row < self.schedules())
    }
}

/// Opens it with the schedules that were replayed last, else with a few common ones.
pub fn open(state: &mut State) {
    state.show(WhatIfScreen::default());
    state.ask(FiguresRequest::WhatIf(state.replayed.clone()));
}

/// While a schedule is typed; and the key for help tells how the figures were counted, and from there every key.
fn key(state: &mut State, key: Key) -> bool {
    let helps = state.keymap.find(Mode::WhatIf, &[key]) == KeyMatch::Action(Action::Help);
    let Some(screen) = state.screen_as_mut::<WhatIfScreen>() else { return false };
    let Some(typing) = &mut screen.typing else {
        if helps && screen.page != Page::Counted {
            screen.turn_to(Page::Counted);
            return true;
        }
        return false;
    };
    if typing.field.key(key) {
        typing.mistake = None;
        return true;
    }
    match key.code() {
        KeyCode::Enter if typing.field.is_blank() => screen.typing = None,
        KeyCode::Enter => typing::typed(state),
        KeyCode::Esc => screen.typing = None,
        _ => {}
    }
    true
}

fn edited(state: &mut State) {
    if let Some(typing) = state.screen_as_mut::<WhatIfScreen>().and_then(|screen| screen.typing.as_mut()) {
        typing.mistake = None;
    }
}

fn act(state: &mut State, action: Action) {
    let height = usize::from(geometry::frame(state.size).body.height);
    let Some(screen) = state.screen_as_mut::<WhatIfScreen>() else { return };
    let in_table = screen.page == Page::Schedules && screen.found().is_some();
    match action {
        Action::Down if in_table => step(screen, screen.at + 1, height),
        Action::Up if in_table => step(screen, screen.at.saturating_sub(1), height),
        Action::Top if in_table => step(screen, 0, height),
        Action::Down => screen.top += 1,
        Action::Up => screen.top = screen.top.saturating_sub(1),
        Action::Top => screen.top = 0,
        Action::HalfDown => screen.top += height.div_ceil(2),
        Action::HalfUp => screen.top = screen.top.saturating_sub(height.div_ceil(2)),
        Action::Bottom => screen.top = usize::MAX,
        Action::Counted if screen.page == Page::Counted => screen.turn_to(Page::Schedules),
        Action::Counted => screen.turn_to(Page::Counted),
        Action::Back if screen.page != Page::Schedules => screen.turn_to(Page::Schedules),
        Action::Open if in_table => screen.turn_to(Page::Cases),
        Action::AddSchedule if in_table => typing::add(screen),
        Action::EditSchedule if in_table => typing::edit(screen),
        Action::DropSchedule if in_table => typing::take_away(state),
        Action::TrySchedule if screen.page != Page::Counted => ask_to_try(state),
        Action::KeepTrial | Action::EndTrial => trial::keep_or_end(state, action),
        Action::Back | Action::Quit => state.go_back(),
        _ => {}
    }
}

/// Puts the cursor on a row, and brings it into sight.
fn step(screen: &mut WhatIfScreen, to: usize, height: usize) {
    screen.at = to.min(screen.schedules().saturating_sub(1));
    let row = screen.at + page::FIRST;
    if screen.at == 0 || row < screen.top {
        screen.top = if screen.at == 0 { 0 } else { row };
    } else if row >= screen.top + height {
        screen.top = row + 1 - height;
    }
}

/// The question before a trial.
fn ask_to_try(state: &mut State) {
    let Some(screen) = state.screen_as::<WhatIfScreen>() else { return };
    let label = screen.found().and_then(|(_, found)| found.schedules.get(screen.at)).map(|one| one.label.clone());
    match screen.in_hand().cloned() {
        Some(schedule) => trial::ask_to_begin(state, schedule, &label.unwrap_or_default()),
        None if screen.found().is_some() => state.say("These are your own check-ins already."),
        None => {}
    }
}

/// The first click puts the cursor on the row, the second one shows what mattered.
fn click(state: &mut State, row: usize) {
    let Some(screen) = state.screen_as_mut::<WhatIfScreen>() else { return };
    if screen.at == row {
        screen.turn_to(Page::Cases);
    } else {
        screen.at = row;
    }
}

fn respond(state: &mut State, response: Response) {
    let Some(screen) = state.screen_as_mut::<WhatIfScreen>() else { return };
    match response {
        Response::Figures(FiguresResponse::WhatIf(replayed)) => {
            (screen.replayed, screen.problem) = (Some(replayed), None);
        }
        // The person's own check-ins are others now.
        Response::Setup(SetupResponse::Trial { deed: TrialDeed::Kept, .. }) => {
            state.ask(FiguresRequest::WhatIf(state.replayed.clone()));
        }
        _ => {}
    }
}

fn failed(state: &mut State, slot: Slot, problem: &Problem) -> bool {
    if let (Slot::WhatIf, Some(screen)) = (slot, state.screen_as_mut::<WhatIfScreen>()) {
        screen.problem = Some(problem.clone());
    }
    false
}

/// The last row of the page stands no higher than at the bottom, and the cursor on a schedule.
fn settle(state: &mut State) {
    let size = state.size;
    let replays = state.requests.waits_for(Slot::WhatIf);
    let Some(screen) = state.screen_as::<WhatIfScreen>() else { return };
    let last = page::rows(state, screen, size).saturating_sub(usize::from(geometry::frame(size).body.height));
    if let Some(screen) = state.screen_as_mut::<WhatIfScreen>() {
        screen.top = screen.top.min(last);
        if !replays {
            screen.at = screen.at.min(screen.schedules().saturating_sub(1));
        }
    }
}
