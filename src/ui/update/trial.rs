//! A schedule that is tried: the question before it, and what becomes of it.

use crate::domain::printable::Printable;
use crate::domain::schedule::{Trial, TrialStanding, TypedSchedule};
use crate::ui::action::{Action, Mode};
use crate::ui::request::SetupRequest;
use crate::ui::state::State;
use crate::ui::state::overlay::{Confirm, Confirmed, Overlay};
use crate::ui::when;

/// Asks whether to try a schedule, which the table shows as `label`, unless one is tried already.
pub fn ask_to_begin(state: &mut State, schedule: TypedSchedule, label: &str) {
    let today = state.today();
    let known = state.door.as_ref().and_then(|door| door.trial.as_ref());
    if let Some(trial) = known.filter(|trial| today <= trial.until) {
        let key = |action| state.keymap.shown(action).unwrap_or_default();
        let text = format!(
            "{} is tried until {}: {} ends that trial, {} keeps it.",
            trial.schedule,
            when::date(trial.until, today),
            key(Action::EndTrial),
            key(Action::KeepTrial)
        );
        return state.say(text);
    }
    let Some(trial) = Trial::from_tomorrow(schedule, today) else { return };
    let question = format!(
        "Try {label} for two weeks, from tomorrow until {}? Your own check-ins open again by themselves after that.",
        when::date(trial.until, today)
    );
    ask(state, question, Confirmed::Try(trial.schedule));
}

/// Keeps the trial or ends it: at once where the person is asked about it, else after a question.
pub fn keep_or_end(state: &mut State, action: Action) {
    let keeps = action == Action::KeepTrial;
    let Some(trial) = state.door.as_ref().and_then(|door| door.trial.as_ref()) else {
        let key = state.keymap.shown(Action::WhatIf).unwrap_or_default();
        return state.say(format!("No schedule is tried. {key} replays some."));
    };
    if trial.asks() {
        return state.ask(if keeps { SetupRequest::KeepTrial } else { SetupRequest::EndTrial });
    }
    let question = if keeps {
        format!("Make {} your own check-ins now? Those of before stay in the settings as comments.", trial.schedule)
    } else {
        format!("End the trial of {} now? Then {} open again.", trial.schedule, trial.own)
    };
    ask(state, question, if keeps { Confirmed::KeepTrial } else { Confirmed::EndTrial });
}

fn ask(state: &mut State, question: String, yes: Confirmed) {
    state.overlay = Some(Overlay::Confirm(Confirm { question: Printable::from(question), yes }));
}

/// In a batch it is said once that a trial waits for an answer, which is given at the door.
pub fn tell(state: &mut State) {
    let asked = state.door.as_ref().and_then(|door| door.trial.as_ref()).is_some_and(TrialStanding::asks);
    if !asked || state.trial_told || state.mode() != Mode::Batch || state.notice.is_some() {
        return;
    }
    let key = |action| state.keymap.shown(action).unwrap_or_default();
    let (keep, end) = (key(Action::KeepTrial), key(Action::EndTrial));
    state.trial_told = true;
    state.say(format!("Your trial is at its end: at the door {keep} keeps it, {end} goes back."));
}
