//! The hints at the bottom: what the keys do here, the most useful first, each at its place.
//!
//! `view` writes them, and a click on one acts as its key.

use ratatui::layout::Rect;

use super::message_list::CursorList;
use super::overlay::{Overlay, PromptKind};
use super::panel::{Panel, Row};
use super::peek::Peeking;
use super::review::Opened;
use super::search::SearchStage;
use super::{Screen, State};
use crate::domain::printable::Printable;
use crate::ui::action::{Action, Mode};
use crate::ui::geometry;
use crate::ui::geometry::Focus;
use crate::ui::keymap::Key;

/// What a hint, or a click on it, does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Push {
    Action(Action),
    Key(Key),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The first of its columns on the screen.
    pub column: u16,
    pub key: String,
    pub word: &'static str,
    pub push: Push,
}

impl Hint {
    fn new(key: String, word: &'static str, push: Push) -> Self {
        Self { column: 0, key, word, push }
    }

    /// In columns, key and word together.
    #[must_use]
    pub fn width(&self) -> u16 {
        u16::try_from(Printable::from(&self.key).width() + 1 + Printable::from(self.word).width()).unwrap_or(u16::MAX)
    }

    /// Whether it stands at this column of its line.
    #[must_use]
    pub fn covers(&self, column: u16) -> bool {
        self.column <= column && column - self.column < self.width()
    }
}

/// Between two hints, in columns.
const GAP: u16 = 2;

/// The line that has hints now: the last one of the screen, or of the panel over it.
#[must_use]
pub fn line(state: &State) -> Option<Rect> {
    match Panel::of(state) {
        None => Some(geometry::frame(state.size).hints),
        Some(panel) => {
            let row = panel.rows.iter().position(|row| *row == Row::Hints)?;
            Some(panel.place(row)).filter(|place| !place.is_empty())
        }
    }
}

/// The hints that are on the screen.
#[must_use]
pub fn hints(state: &State) -> Vec<Hint> {
    let Some(area) = line(state) else { return Vec::new() };
    let (margin, first, ends) = match &state.overlay {
        Some(overlay) => (3, of_keys(in_overlay(overlay)), Vec::new()),
        None if typing(state) => (1, of_keys(while_typing(state)), Vec::new()),
        None => (1, of_actions(state, possible(state)), of_actions(state, ends(state))),
    };
    let right = area.right().saturating_sub(GAP);
    let length: u16 = ends.iter().map(|hint| hint.width() + GAP).sum::<u16>().saturating_sub(GAP);
    let mut placed = Vec::new();
    let mut column = area.x + margin;
    for hint in first {
        if column + hint.width() + if length > 0 { GAP + length } else { 0 } > right {
            break;
        }
        let next = column + hint.width() + GAP;
        placed.push(Hint { column, ..hint });
        column = next;
    }
    column = column.max(right.saturating_sub(length));
    for hint in ends {
        let next = column + hint.width() + GAP;
        placed.push(Hint { column, ..hint });
        column = next;
    }
    placed
}

fn of_actions(state: &State, hints: Vec<(Action, &'static str)>) -> Vec<Hint> {
    let shown = |(action, word)| Some(Hint::new(state.keymap.shown(action)?, word, Push::Action(action)));
    hints.into_iter().filter_map(shown).collect()
}

fn of_keys(hints: &'static [(&'static str, &'static str)]) -> Vec<Hint> {
    let shown =
        |(key, word): &(&str, &'static str)| Some(Hint::new((*key).to_owned(), word, Push::Key(Key::parse(key).ok()?)));
    hints.iter().filter_map(shown).collect()
}

fn in_overlay(overlay: &Overlay) -> &'static [(&'static str, &'static str)] {
    match overlay {
        Overlay::Help { .. } | Overlay::Pick(_) => &[("esc", "back")],
        Overlay::Palette(_) => &[("enter", "do it"), ("esc", "back")],
        Overlay::Defer(picker) if picker.date.is_some() => &[("enter", "take it"), ("esc", "back")],
        Overlay::Defer(_) => &[("enter", "take it"), ("/", "a date"), ("esc", "back")],
        Overlay::Prompt(prompt) if prompt.kind == PromptKind::Filter => {
            &[("enter", "keep"), ("esc", "show everything")]
        }
        Overlay::Prompt(_) => &[("enter", "select"), ("esc", "back")],
        Overlay::Confirm(_) => &[("y", "yes, as one act that can be taken back"), ("n", "no")],
    }
}

fn while_typing(state: &State) -> &'static [(&'static str, &'static str)] {
    match &state.screen {
        Screen::Search(_) => &[("enter", "to the list"), ("ctrl-u", "clear"), ("esc", "back")],
        _ => &[("enter", "look"), ("esc", "not now")],
    }
}

fn typing(state: &State) -> bool {
    matches!(&state.screen, Screen::Search(search) if search.stage == SearchStage::Typing)
        || matches!(&state.screen, Screen::Peek(Peeking::Reason { .. }))
}

/// Help and the way out, at the right.
fn ends(state: &State) -> Vec<(Action, &'static str)> {
    let in_letter = state.listed().is_some_and(|listed| listed.reading().focus == Focus::Letter);
    let leaves =
        matches!(state.mode(), Mode::Door | Mode::Welcome | Mode::Queue) && !in_letter && state.aside.is_none();
    vec![(Action::Help, "help"), (Action::Quit, if leaves { "leave" } else { "back" })]
}

fn possible(state: &State) -> Vec<(Action, &'static str)> {
    let plain = |action: Action| (action, action.deed().hint);
    let in_letter = state.listed().is_some_and(|listed| listed.reading().focus == Focus::Letter);
    match &state.screen {
        Screen::Welcome(welcome) => {
            let write = welcome.config.is_none().then_some((Action::WriteConfig, "write settings"));
            [(Action::Open, "to the door"), (Action::TryDemo, "try the demo")].into_iter().chain(write).collect()
        }
        Screen::Door => at_the_door(state),
        Screen::Queue => {
            let empty = state.work.as_ref().is_none_or(CursorList::is_empty);
            let undo = state.work.as_ref().is_some_and(|work| work.triage.last().is_some()).then_some(Action::Undo);
            let verbs = [Action::Done, Action::Trash, Action::Defer, Action::Later].into_iter().filter(|_| !empty);
            let (links, files) = match state.letter() {
                Some(Ok(letter)) => (!letter.links.is_empty(), !letter.attachments.is_empty()),
                _ => (false, false),
            };
            let letter = [(Action::Page, true), (Action::Link, links), (Action::Save, files)]
                .into_iter()
                .filter_map(|(action, possible)| (in_letter && possible).then_some(action));
            let list = [Action::Open, Action::Select].into_iter().filter(|_| !in_letter && !empty);
            let rest = [Action::Review, Action::Skip, Action::Mute, Action::Spam, Action::Sweep]
                .into_iter()
                .filter(|action| !empty || *action == Action::Review);
            verbs.chain(undo).chain(letter).chain(list).chain(rest).map(plain).collect()
        }
        Screen::Review(review) => {
            let close = match review.opened {
                Opened::Asked => (Action::Open, "close the batch"),
                Opened::ByItself => (Action::Review, "close the batch"),
            };
            vec![close, (Action::Back, "go on"), plain(Action::Unfold), (Action::Undo, "take back")]
        }
        Screen::Receipt(_) => vec![(Action::Open, "close")],
        Screen::Deferred(deferrals) if deferrals.shelf.is_empty() => Vec::new(),
        Screen::Deferred(_) => {
            vec![(Action::Wake, "wake now"), (Action::Defer, "another check-in"), plain(Action::Open)]
        }
        Screen::Search(search) if search.shelf.is_empty() => vec![(Action::Search, "search again")],
        Screen::Search(_) => vec![
            plain(Action::Open),
            plain(Action::NextFound),
            plain(Action::PreviousFound),
            (Action::Search, "search again"),
        ],
        Screen::Peek(Peeking::Gate { .. }) => vec![(Action::Open, "choose"), (Action::Down, "the other")],
        Screen::Peek(Peeking::Open { .. }) => vec![plain(Action::Open), plain(Action::Page), (Action::Back, "lock")],
        Screen::Peek(_) => Vec::new(),
    }
}

fn at_the_door(state: &State) -> Vec<(Action, &'static str)> {
    let Some(door) = &state.door else { return Vec::new() };
    let mut hints = Vec::new();
    match &door.open {
        Some(open) if open.begun => hints.push((Action::Open, "go on")),
        Some(_) => hints.push((Action::Open, "begin")),
        None => {}
    }
    if door.let_through > 0 {
        hints.push((Action::Exceptions, "came through"));
    }
    hints.push((Action::Search, "search"));
    if door.deferred > 0 {
        hints.push((Action::Deferred, "deferred"));
    }
    if door.open.is_none() {
        hints.push((Action::Peek, "peek"));
    }
    hints
}
