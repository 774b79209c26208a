//! Keys of the deferral picker: each choice shows where it leads before it can be taken.

use crossterm::event::KeyCode;

use super::decide;
use crate::domain::defer_choices::{DeferChoices, DeferSubject};
use crate::domain::triage::{Decision, Until};
use crate::ui::keymap::Key;
use crate::ui::request::{OutgoingRequest, Slot, StoreRequest};
use crate::ui::state::State;
use crate::ui::state::defer_choices::OR_REPLY;
use crate::ui::state::overlay::{DateEntry, Leads, Overlay, Picker, Purpose};

/// Opens the picker for the selection or the row under the cursor.
pub fn open(state: &mut State) {
    let on = state.work.as_ref().map(crate::ui::state::batch_view::BatchView::targets).unwrap_or_default();
    if on.is_empty() {
        return state.say("There is no message here to defer.");
    }
    state.overlay = Some(Overlay::Defer(Picker::of(Purpose::Decide(on))));
}

/// Asks where deferrals of these messages lead, unless that is known and still ahead. Once for each instant that the screen is
/// told: an answer from a clock that runs behind is not asked for again at once.
pub fn keep_current(state: &mut State) {
    let (now, waits) = (state.now, state.requests.waits_for(Slot::DeferChoices));
    let Some(of) = subject(state) else { return };
    let Some(Overlay::Defer(picker)) = &mut state.overlay else { return };
    let next = picker.choices.as_ref().map(|choices| &choices.next);
    let current = next.is_some_and(|next| next.as_ref().is_none_or(|next| next.opens > now));
    if !current && !waits && picker.asked != Some(now) {
        picker.asked = Some(now);
        state.ask(StoreRequest::DeferChoices(of));
    }
}

/// The messages that the picker is about.
fn subject(state: &State) -> Option<DeferSubject> {
    let Some(Overlay::Defer(picker)) = &state.overlay else { return None };
    Some(match &picker.purpose {
        Purpose::Decide(on) => DeferSubject::Positions(state.work.as_ref()?.triage.batch().id(), on.clone()),
        Purpose::Reschedule(ids) => DeferSubject::Messages(ids.clone()),
        Purpose::Remind { answers, .. } => DeferSubject::Messages(vec![*answers]),
    })
}

/// What is offered is known.
pub fn offered(state: &mut State, choices: Box<DeferChoices>) {
    if let Some(Overlay::Defer(picker)) = &mut state.overlay {
        picker.choices = Some(choices);
    }
}

pub fn key(state: &mut State, key: Key) {
    let Some(Overlay::Defer(picker)) = &mut state.overlay else { return };
    let ways = picker.ways();
    if picker.date.is_some() {
        return date_key(state, key);
    }
    match (key.code(), key.character()) {
        (KeyCode::Esc, _) | (_, Some('q')) => state.overlay = None,
        (KeyCode::Down, _) | (_, Some('j')) => picker.at = (picker.at + 1).min(ways.len()),
        (KeyCode::Up, _) | (_, Some('k')) => picker.at = picker.at.saturating_sub(1),
        (_, Some(OR_REPLY)) if matches!(picker.purpose, Purpose::Remind { .. }) => forget_reminder(state),
        (_, Some(OR_REPLY)) => picker.or_reply = !picker.or_reply,
        (_, Some('/')) => picker.date = Some(DateEntry::default()),
        (KeyCode::Enter, _) => match ways.get(picker.at) {
            Some(way) => take(state, way.until.clone()),
            None => picker.date = Some(DateEntry::default()),
        },
        (_, Some(c)) => {
            if let Some(way) = ways.iter().find(|way| way.key == c) {
                take(state, way.until.clone());
            }
        }
        _ => {}
    }
}

/// Takes the choice with this index.
pub fn choose(state: &mut State, place: usize) {
    let Some(Overlay::Defer(picker)) = &state.overlay else { return };
    if let Some(way) = picker.ways().into_iter().nth(place) {
        take(state, way.until);
    }
}

fn date_key(state: &mut State, key: Key) {
    let Some(Overlay::Defer(picker)) = &mut state.overlay else { return };
    let Some(date) = &mut picker.date else { return };
    if date.field.key(key) {
        return edited(state);
    }
    match (key.code(), &date.leads) {
        (KeyCode::Esc, _) => picker.date = None,
        (KeyCode::Enter, Leads::To(target)) => {
            let until = target.until.clone();
            take(state, until);
        }
        _ => {}
    }
}

/// The date changed: where does it lead now?
pub fn edited(state: &mut State) {
    let Some(Overlay::Defer(Picker { date: Some(date), .. })) = &mut state.overlay else { return };
    if date.field.is_blank() {
        date.leads = Leads::Nowhere;
        return;
    }
    date.leads = Leads::Asked;
    let text = date.field.text().trim().to_owned();
    if let Some(of) = subject(state) {
        state.ask(StoreRequest::DeferTarget { of, text });
    }
}

/// Where the typed date leads.
pub fn leads(state: &mut State, to: Leads) {
    if let Some(Overlay::Defer(Picker { date: Some(date), .. })) = &mut state.overlay
        && date.leads == Leads::Asked
    {
        date.leads = to;
    }
}

fn take(state: &mut State, until: Until) {
    let Some(Overlay::Defer(picker)) = state.overlay.take() else { return };
    let until = Until { or_reply: picker.or_reply, ..until };
    match picker.purpose {
        Purpose::Decide(on) => decide::decide_on(state, Decision::Defer(until), &on),
        Purpose::Reschedule(ids) => state.ask(StoreRequest::Reschedule { ids, until }),
        Purpose::Remind { id, .. } => state.ask(StoreRequest::Outgoing(OutgoingRequest::Remind(id, Some(until)))),
    }
}

/// Takes the reminder back, where there is one.
fn forget_reminder(state: &mut State) {
    let Some(Overlay::Defer(Picker { purpose: Purpose::Remind { id, again: true, .. }, .. })) = &state.overlay else {
        return;
    };
    let id = *id;
    state.overlay = None;
    state.ask(StoreRequest::Outgoing(OutgoingRequest::Remind(id, None)));
}
