//! The hints at the bottom: what the keys do here, the most useful first, each at its place.
//!
//! `view` writes them, and a click on one acts as its key.

use ratatui::layout::Rect;

use super::overlay::{Confirm, Confirmed, Overlay, Picker, PromptKind, Purpose};
use super::panel::{Panel, Row};
use super::writing::DraftQuestion;
use super::{Demo, State};
use crate::domain::printable::Printable;
use crate::ui::action::Action;
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
        None if !state.pressed.is_empty() => (3, of_keys(&[("esc", "back")]), Vec::new()),
        None if state.types() => (1, of_keys(state.screen.field_hints()), Vec::new()),
        None if state.marking().is_some() => (1, of_actions(state, marked()), of_actions(state, ends(state))),
        None => (1, of_actions(state, state.screen.hints(state)), of_actions(state, ends(state))),
    };
    let right = area.right().saturating_sub(GAP);
    let length: u16 = ends.iter().map(|hint| hint.width() + GAP).sum::<u16>().saturating_sub(GAP);
    let mut placed = Vec::new();
    let mut column = area.x + margin;
    // What takes back and what ends the work are there on every screen, before what is less important.
    let stays = |hint: &Hint| [Action::Undo, Action::Review].map(Push::Action).contains(&hint.push);
    let mut waits: u16 = first.iter().filter(|hint| stays(hint)).map(|hint| hint.width() + GAP).sum();
    for hint in first {
        if stays(&hint) {
            waits -= hint.width() + GAP;
        }
        if column + hint.width() + waits + if length > 0 { GAP + length } else { 0 } > right {
            if waits == 0 {
                break;
            }
            continue;
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
        Overlay::Help { .. } | Overlay::Pick(_) | Overlay::Why(_) => &[("esc", "back")],
        Overlay::Palette(_) => &[("enter", "do it"), ("esc", "back")],
        Overlay::Defer(picker) if picker.date.is_some() => &[("enter", "take it"), ("esc", "back")],
        Overlay::Defer(Picker { purpose: Purpose::Remind { .. }, .. }) => {
            &[("enter", "take it"), ("/", "a date"), ("esc", "back")]
        }
        Overlay::Defer(_) => &[("enter", "take it"), ("r", "or a reply"), ("/", "a date"), ("esc", "back")],
        Overlay::Prompt(prompt) if prompt.kind == PromptKind::Filter => {
            &[("enter", "keep"), ("esc", "show everything")]
        }
        Overlay::Prompt(prompt) if prompt.kind == PromptKind::Pause => &[("enter", "shut the door"), ("esc", "back")],
        Overlay::Prompt(prompt) if prompt.kind == PromptKind::Expect => &[("enter", "expect it"), ("esc", "back")],
        Overlay::Prompt(prompt) if matches!(prompt.kind, PromptKind::Pipe(_)) => {
            &[("enter", "run it"), ("esc", "back")]
        }
        Overlay::Prompt(prompt) if prompt.kind == PromptKind::Word => &[("enter", "then choose"), ("esc", "back")],
        Overlay::Prompt(_) => &[("enter", "select"), ("esc", "back")],
        Overlay::Recipients(prompt) if prompt.at.is_some() => &[("enter", "take"), ("esc", "back")],
        Overlay::Recipients(_) => &[("enter", "write"), ("esc", "back")],
        Overlay::Draft(panel) => match panel.question() {
            DraftQuestion::Mistaken => &[("e", "edit again"), ("d", "keep as a draft"), ("x", "throw away")],
            DraftQuestion::Warned => {
                &[("y", "send all the same"), ("e", "edit again"), ("d", "keep as a draft"), ("x", "throw away")]
            }
            DraftQuestion::Ready => {
                &[("enter", "stage it"), ("e", "edit again"), ("d", "keep as a draft"), ("x", "throw away")]
            }
            DraftQuestion::AtOnce => {
                &[("y", "send it now"), ("e", "edit again"), ("d", "keep as a draft"), ("x", "throw away")]
            }
        },
        Overlay::View(_) => &[("space", "read on"), ("esc", "back")],
        Overlay::Confirm(Confirm { yes: Confirmed::BeginFirst, .. }) => &[("y", "begin"), ("n", "no")],
        Overlay::Confirm(Confirm { yes: Confirmed::OpenFile { .. }, .. }) => &[("y", "open it"), ("n", "no")],
        Overlay::Confirm(Confirm { yes: Confirmed::Unsubscribe { .. }, .. }) => {
            &[("y", "yes, at the commit"), ("n", "no")]
        }
        Overlay::Confirm(Confirm { yes: Confirmed::UnsubscribeUnvouched(_), .. }) => {
            &[("n", "no"), ("y", "yes, at the commit")]
        }
        Overlay::Confirm(Confirm { yes: Confirmed::AnswerInvitation(_), .. }) => &[("n", "no"), ("y", "send it now")],
        Overlay::Confirm(Confirm { yes: Confirmed::SendAgain(_), .. }) => &[("n", "no"), ("y", "send it again")],
        Overlay::Confirm(Confirm { yes: Confirmed::Discard { .. }, .. }) => &[("n", "no"), ("y", "throw it away")],
        Overlay::Confirm(Confirm { yes: Confirmed::Try(_) | Confirmed::KeepTrial | Confirmed::EndTrial, .. }) => {
            &[("y", "yes"), ("n", "no")]
        }
        Overlay::Confirm(_) => &[("y", "yes, as one act that can be taken back"), ("n", "no")],
    }
}

/// What can be done with lines that are marked.
fn marked() -> Vec<(Action, &'static str)> {
    vec![
        (Action::Reply, "reply with them"),
        (Action::Forward, "forward"),
        (Action::Copy, "copy"),
        (Action::Back, "drop"),
        (Action::ReplyAll, "reply to all"),
        (Action::Down, "more"),
    ]
}

/// Help and the way out, at the right.
fn ends(state: &State) -> Vec<(Action, &'static str)> {
    let in_letter = state.listed().is_some_and(|listed| listed.reading().focus == Focus::Letter);
    let leaves = state.screen.quit_leaves() && !in_letter && state.suspended_batch.is_none();
    let quit = match (leaves, state.demo) {
        (true, Some(Demo::FromWelcome)) => "leave the demo",
        (true, _) => "leave",
        (false, _) => "back",
    };
    vec![(Action::Help, "help"), (Action::Quit, quit)]
}
