//! The mouse. A click chooses a row, a second one opens it; on a hint or a choice it acts as its key. The wheel
//! scrolls what lies under it. Nothing can be done with the mouse that a key cannot do.

use crossterm::event::{KeyCode, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::{conversation, defer, go_to, moving, palette, pick, press, recipients, run};
use crate::ui::action::Action;
use crate::ui::geometry::Focus;
use crate::ui::keymap::Key;
use crate::ui::state::State;
use crate::ui::state::hints::Push;
use crate::ui::state::hit_test::{Under, under};
use crate::ui::state::overlay::Overlay;
use crate::ui::state::panel::Row;

/// How far one notch of the wheel scrolls, in rows.
const NOTCH: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

pub fn mouse(state: &mut State, event: MouseEvent) {
    if state.waits_for_another_batch() || event.modifiers != KeyModifiers::NONE {
        return;
    }
    let way = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => None,
        MouseEventKind::ScrollUp => Some(Way::Up),
        MouseEventKind::ScrollDown => Some(Way::Down),
        _ => return,
    };
    let under = under(state, event.column, event.row);
    match way {
        None => click(state, under),
        Some(way) => wheel(state, under, way),
    }
}

fn click(state: &mut State, under: Under) {
    state.pressed.clear();
    // What was found is shown while the line is typed; who clicks there has typed enough.
    if matches!(under, Under::List(Some(_)) | Under::Letter | Under::Head(_)) {
        state.screen.leave_field();
    }
    match under {
        Under::Hint(Push::Action(action)) | Under::Does(action) => run(state, action),
        Under::Hint(Push::Key(key)) => press(state, key),
        Under::Panel(row) => in_panel(state, row),
        Under::List(Some(place)) => {
            let here = state.listed().is_some_and(|listed| listed.place() == place);
            let focus = if here { Focus::Letter } else { Focus::List };
            state.notice = None;
            moving::go(state, place);
            moving::focus(state, focus);
        }
        Under::Letter => moving::focus(state, Focus::Letter),
        Under::Head(number) => {
            moving::focus(state, Focus::Letter);
            conversation::unfold(state, number);
        }
        Under::Row(Some(row)) => (state.screen.handlers().click)(state, row),
        Under::Help | Under::List(None) | Under::Row(None) | Under::Nothing => {}
    }
}

fn in_panel(state: &mut State, row: Row) {
    match row {
        Row::Way(place) => defer::choose(state, place),
        Row::Date => press(state, Key::plain(KeyCode::Char('/'))),
        Row::Choice(place) | Row::Detail(place) => pick::choose(state, place),
        Row::Fitting(place) if matches!(state.overlay, Some(Overlay::Recipients(_))) => {
            recipients::choose(state, place);
        }
        Row::Fitting(place) => palette::choose(state, place),
        Row::Continuation(_, target) => go_to(state, target),
        Row::Blank | Row::Title | Row::Field | Row::Note | Row::More(_) | Row::Told(_) | Row::Hints => {}
    }
}

fn wheel(state: &mut State, under: Under, way: Way) {
    let rows = |row: usize| match way {
        Way::Up => row.saturating_sub(NOTCH),
        Way::Down => row + NOTCH,
    };
    match under {
        Under::Letter | Under::Head(_) | Under::Does(_) => {
            if let Some(listed) = state.listed() {
                let row = rows(listed.reading().scroll);
                moving::scroll(state, row);
            }
        }
        Under::List(_) => list(state, rows),
        Under::Row(_) => run(state, if way == Way::Up { Action::Up } else { Action::Down }),
        Under::Help | Under::Panel(_) | Under::Hint(_) if state.overlay.is_some() => {
            let typed = matches!(&state.overlay, Some(Overlay::Prompt(_) | Overlay::Confirm(_)));
            if !typed {
                press(state, Key::plain(if way == Way::Up { KeyCode::Up } else { KeyCode::Down }));
            }
        }
        _ => {}
    }
}

/// Scrolls the list; the cursor stays on its row for as long as that is in sight.
fn list(state: &mut State, rows: impl Fn(usize) -> usize) {
    let Some(area) = state.panes().list else { return };
    if let Some(listed) = state.listed_mut() {
        listed.scroll_to(rows(listed.top()), area.height);
    }
}
