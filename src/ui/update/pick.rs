//! Keys of a choice by label: it acts as soon as what was typed can mean only one.

use crossterm::event::KeyCode;

use crate::ui::keymap::Key;
use crate::ui::request::{LetterRequest, ShellRequest};
use crate::ui::state::State;
use crate::ui::state::overlay::{Overlay, PickChoice, Picked};

pub fn key(state: &mut State, key: Key) {
    let Some(Overlay::Pick(pick)) = &mut state.overlay else { return };
    match (key.code(), key.character()) {
        (KeyCode::Esc, _) => state.overlay = None,
        (KeyCode::Backspace, _) => drop(pick.typed.pop()),
        (KeyCode::Enter, _) => {
            let typed = if pick.typed.is_empty() && pick.choices.len() == 1 { None } else { Some(&pick.typed) };
            let chosen = pick.choices.iter().find(|choice| typed.is_none_or(|typed| choice.label == *typed)).cloned();
            take(state, chosen);
        }
        (_, Some(c)) => {
            let typed = format!("{}{c}", pick.typed);
            let mut fitting = pick.choices.iter().filter(|choice| choice.label.starts_with(&typed));
            match (fitting.next().cloned(), fitting.next()) {
                (Some(only), None) if only.label == typed => take(state, Some(only)),
                (Some(_), _) => pick.typed = typed,
                (None, _) => {}
            }
        }
        _ => {}
    }
}

/// Takes the choice of this place.
pub fn choose(state: &mut State, place: usize) {
    let Some(Overlay::Pick(pick)) = &state.overlay else { return };
    let chosen = pick.choices.get(place).cloned();
    take(state, chosen);
}

fn take(state: &mut State, chosen: Option<PickChoice>) {
    let Some(choice) = chosen else { return };
    state.overlay = None;
    match choice.what {
        Picked::Refused => {
            let why = choice.caution.map_or_else(String::new, |caution| format!(": {caution}"));
            state.say(format!("Not opened{why}."));
        }
        Picked::Open(target) => {
            state.say(format!("Opening {}", choice.shown));
            state.ask(LetterRequest::OpenLink(target));
        }
        Picked::Copy(text) => {
            state.say(format!("Copied, where the terminal allows it: {text}"));
            state.ask(ShellRequest::Copy(text));
        }
        Picked::Save { id, place } => state.ask(LetterRequest::SaveAttachment { id, index: place }),
    }
}
