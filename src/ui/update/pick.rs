//! Keys of a choice by label: it acts as soon as what was typed can mean only one.

use crossterm::event::KeyCode;

use super::{invitation, prompt, recipients, viewer};
use crate::domain::viewed::ViewedPart;
use crate::ui::keymap::Key;
use crate::ui::request::{LetterRequest, SetupRequest, ShellRequest, StoreRequest};
use crate::ui::state::State;
use crate::ui::state::overlay::{Confirm, Confirmed, Overlay, PickChoice, Picked, PromptKind};
use crate::ui::state::panel::choices_shown;

pub fn key(state: &mut State, key: Key) {
    if scrolled(state, key) {
        return;
    }
    let Some(Overlay::Pick(pick)) = &mut state.overlay else { return };
    pick.top = 0;
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

/// Scrolls, where the key is one that moves.
fn scrolled(state: &mut State, key: Key) -> bool {
    let Some(Overlay::Pick(pick)) = &state.overlay else { return false };
    let count = (0..pick.choices.len()).filter(|place| pick.fits(*place)).count();
    let shown = choices_shown(state, pick, count);
    let Some(Overlay::Pick(pick)) = &mut state.overlay else { return false };
    let page = shown.saturating_sub(1).max(1);
    let top = match key.code() {
        KeyCode::Down => pick.top + 1,
        KeyCode::Up => pick.top.saturating_sub(1),
        KeyCode::PageDown => pick.top + page,
        KeyCode::PageUp => pick.top.saturating_sub(page),
        KeyCode::Home => 0,
        KeyCode::End => count,
        _ => return false,
    };
    pick.top = top.min(count - shown.min(count));
    true
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
        Picked::Outgoing(request) => state.ask(StoreRequest::Outgoing(request)),
        Picked::Write(intent) => recipients::open(state, intent, None),
        Picked::Invitation(answer) => invitation::chosen(state, answer),
        Picked::Word => prompt::open(state, PromptKind::Word),
        Picked::Rule(rule) => state.ask(SetupRequest::WriteRule(rule)),
        Picked::View { id, place } => viewer::open(state, id, ViewedPart::Attachment(place)),
        Picked::OpenFile { id, place } => {
            let question = format!("Open {} with the program that the system has for it?", choice.shown);
            let yes = Confirmed::OpenFile { id, place };
            state.overlay = Some(Overlay::Confirm(Confirm { question: question.into(), yes }));
        }
        Picked::Save { id, place } => state.ask(LetterRequest::SaveAttachment { id, index: place }),
    }
}
