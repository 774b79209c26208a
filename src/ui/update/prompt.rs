//! Keys of the line at the bottom: a query that filters the list, or one that selects in it, which show what they find while they
//! are typed; how long the door is to stay shut; what is expected; a command that gets a message; or a word to an organizer.

use crossterm::event::KeyCode;

use super::{batch, invitation};
use crate::domain::positions::Positions;
use crate::domain::problem::Problem;
use crate::domain::query::{Highlights, QueryMistake};
use crate::ui::keymap::Key;
use crate::ui::request::{DoorRequest, LetterRequest, StoreRequest};
use crate::ui::response::FoundRows;
use crate::ui::state::State;
use crate::ui::state::batch_view::BatchView;
use crate::ui::state::field::Field;
use crate::ui::state::overlay::{Overlay, Prompt, PromptKind, PromptOutcome};

/// Opens the line. A filter that is on can be changed.
pub fn open(state: &mut State, kind: PromptKind) {
    let work = state.work.as_ref();
    let text = match kind {
        PromptKind::Filter => work.and_then(BatchView::filter).unwrap_or_default(),
        PromptKind::Word => state.invitation.as_ref().map_or("", |answering| answering.word.as_str()),
        _ => "",
    };
    let (field, from) = (Field::of(text), work.and_then(BatchView::at));
    let prompt = Prompt { kind, field, outcome: PromptOutcome::Unknown, finished: false, from };
    state.overlay = Some(Overlay::Prompt(prompt));
    edited(state);
}

pub fn key(state: &mut State, key: Key) {
    let Some(Overlay::Prompt(prompt)) = &mut state.overlay else { return };
    if prompt.field.key(key) {
        return edited(state);
    }
    match (key.code(), prompt.kind) {
        (KeyCode::Esc, PromptKind::Word) => invitation::offer(state),
        (KeyCode::Enter, PromptKind::Word) => {
            let word = prompt.field.text().trim().to_owned();
            invitation::with_word(state, word);
        }
        (KeyCode::Esc, _) => leave(state),
        (KeyCode::Enter, PromptKind::Pause | PromptKind::Expect | PromptKind::Pipe(_)) if prompt.field.is_blank() => {
            leave(state);
        }
        (KeyCode::Enter, PromptKind::Pause) => {
            let text = prompt.field.text().trim().to_owned();
            state.ask(StoreRequest::Door(DoorRequest::Pause(text)));
        }
        (KeyCode::Enter, PromptKind::Expect) => {
            let text = prompt.field.text().trim().to_owned();
            state.ask(StoreRequest::Door(DoorRequest::Expect(text)));
        }
        (KeyCode::Enter, PromptKind::Pipe(id)) => {
            let command = prompt.field.text().trim().to_owned();
            state.overlay = None;
            state.ask(LetterRequest::Original { id, command });
        }
        (KeyCode::Enter, PromptKind::Filter | PromptKind::Pattern) => {
            prompt.finished = true;
            finish(state);
        }
        _ => {}
    }
}

/// The line is given up: everything is as it was, and nothing is filtered.
fn leave(state: &mut State) {
    let Some(Overlay::Prompt(prompt)) = state.overlay.take() else { return };
    state.requests.forget(|slot| slot == prompt.kind.slot());
    let Some(work) = &mut state.work else { return };
    (work.previewed, work.pattern) = (Positions::default(), Highlights::default());
    match (prompt.kind, prompt.from) {
        (PromptKind::Filter, _) => work.filter_by(""),
        (PromptKind::Pattern, Some(from)) => work.stand_on(from),
        (_, _) => {}
    }
}

/// The text changed: what it finds now is asked at once.
pub fn edited(state: &mut State) {
    let Some(Overlay::Prompt(prompt)) = &mut state.overlay else { return };
    prompt.outcome = PromptOutcome::Unknown;
    let (kind, query) = (prompt.kind, prompt.field.text().trim().to_owned());
    let Some(work) = state.work.as_mut().filter(|_| kind.is_query()) else { return };
    let batch = work.triage.batch().id();
    if kind == PromptKind::Filter {
        work.filter_by(&query);
    }
    if query.is_empty() {
        (work.previewed, work.pattern) = (Positions::default(), Highlights::default());
        state.requests.forget(|slot| slot == kind.slot());
        return;
    }
    state.ask(match kind {
        PromptKind::Filter => LetterRequest::Filter { batch, query },
        _ => LetterRequest::Select { batch, query },
    });
}

/// What the line finds is known; the first that is found comes into sight.
pub fn answered(state: &mut State, found: Result<FoundRows, QueryMistake>) {
    let Some(Overlay::Prompt(prompt)) = &mut state.overlay else { return };
    let Some(work) = &mut state.work else { return };
    prompt.outcome = match (prompt.kind, found) {
        (_, Err(mistake)) => PromptOutcome::Mistaken(mistake),
        (PromptKind::Filter, Ok(FoundRows { positions, highlights })) => {
            work.filtered(positions, highlights);
            PromptOutcome::Found { found: work.messages().len(), of: work.open().len() }
        }
        (_, Ok(FoundRows { positions, highlights })) => {
            work.pattern = highlights;
            work.previewed = positions.both(work.messages());
            if let Some(first) = work.previewed.first().or(prompt.from) {
                work.stand_on(first);
            }
            PromptOutcome::Found { found: work.previewed.len(), of: work.messages().len() }
        }
    };
    finish(state);
}

/// It could not be found out.
pub fn failed(state: &mut State, problem: Problem) {
    if let Some(Overlay::Prompt(prompt)) = &mut state.overlay {
        prompt.outcome = PromptOutcome::Failed(problem);
        prompt.finished = false;
    }
}

/// Enter was pressed: the line is taken, once it is known what it finds.
fn finish(state: &mut State) {
    let Some(Overlay::Prompt(prompt)) = &mut state.overlay else { return };
    match &prompt.outcome {
        _ if !prompt.finished => return,
        PromptOutcome::Unknown if prompt.field.is_blank() => return leave(state),
        PromptOutcome::Unknown => return,
        PromptOutcome::Mistaken(_) => return prompt.finished = false,
        PromptOutcome::Failed(_) => {
            prompt.finished = false;
            return edited(state);
        }
        PromptOutcome::Found { .. } => {}
    }
    let kind = prompt.kind;
    state.overlay = None;
    if kind == PromptKind::Pattern {
        select(state);
    }
}

/// What the pattern found is selected.
fn select(state: &mut State) {
    let Some(work) = &mut state.work else { return };
    work.pattern = Highlights::default();
    let chosen = std::mem::take(&mut work.previewed);
    if chosen.is_empty() {
        return state.say("The pattern finds nothing that is undecided here.");
    }
    work.chosen.positions.extend(&chosen);
    batch::tell_chosen(state);
}
