//! Keys of a part of a message that covers the screen: moving scrolls, everything that goes back closes it.

use crossterm::event::KeyCode;

use crate::domain::ids::Id;
use crate::domain::viewed::{PartView, ViewedPart};
use crate::ui::action::Action;
use crate::ui::keymap::{Key, KeyMatch};
use crate::ui::request::{LetterRequest, Slot};
use crate::ui::state::State;
use crate::ui::state::overlay::Overlay;
use crate::ui::state::viewer::{Viewer, body};

pub fn open(state: &mut State, id: Id, part: ViewedPart) {
    state.overlay = Some(Overlay::View(Viewer::of(id, part)));
}

pub fn close(state: &mut State) {
    if matches!(state.overlay, Some(Overlay::View(_))) {
        state.overlay = None;
        state.requests.forget(|slot| slot == Slot::View);
    }
}

/// The part has come.
pub fn viewed(state: &mut State, view: PartView) {
    if let Some(Overlay::View(viewer)) = &mut state.overlay {
        viewer.view = Some(view);
    }
}

pub fn key(state: &mut State, key: Key) {
    let height = usize::from(body(state.size).height).max(1);
    let action = match state.keymap.find(state.mode(), &[key]) {
        KeyMatch::Action(action) => Some(action),
        KeyMatch::View(_) | KeyMatch::Begun | KeyMatch::Nothing => None,
    };
    let Some(Overlay::View(viewer)) = &mut state.overlay else { return };
    let (page, half) = (height.saturating_sub(1).max(1), height.div_ceil(2));
    viewer.top = match (action, key.code()) {
        (_, KeyCode::Esc) | (Some(Action::Back | Action::Quit | Action::ToList), _) => return close(state),
        (Some(Action::Down), _) | (_, KeyCode::Down) => viewer.top.saturating_add(1),
        (Some(Action::Up), _) | (_, KeyCode::Up) => viewer.top.saturating_sub(1),
        (Some(Action::Page), _) | (_, KeyCode::PageDown) => viewer.top.saturating_add(page),
        (Some(Action::PageBack), _) | (_, KeyCode::PageUp) => viewer.top.saturating_sub(page),
        (Some(Action::HalfDown), _) => viewer.top.saturating_add(half),
        (Some(Action::HalfUp), _) => viewer.top.saturating_sub(half),
        (Some(Action::Top), _) | (_, KeyCode::Home) => 0,
        (Some(Action::Bottom), _) | (_, KeyCode::End) => usize::MAX,
        // The first key of `g g`.
        _ if key.character() == Some('g') => 0,
        _ => viewer.top,
    };
}

/// Asks for what the screen's size wants to show, and keeps the scrolling within it.
pub fn keep_current(state: &mut State) {
    let size = state.size;
    let Some(Overlay::View(viewer)) = &mut state.overlay else { return };
    viewer.top = viewer.top.min(viewer.last_top(size));
    let key = viewer.key(size);
    if viewer.asked != Some(key) {
        viewer.asked = Some(key);
        state.ask(LetterRequest::View(key));
    }
}
