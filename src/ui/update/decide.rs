//! A decision: said at once in memory, wished to be made durable, and told with the key that takes it back.

use crate::domain::ids::Id;
use crate::domain::triage::Verb;
use crate::ui::effect::Wish;
use crate::ui::state::asked::Question;
use crate::ui::state::reading::Focus;
use crate::ui::state::review::Review;
use crate::ui::state::shelf::Listed;
use crate::ui::state::work::{Chosen, Pass, Toward};
use crate::ui::state::{AfterDecision, Screen, State, told};

/// Says `verb` of the selection or of the row under the cursor.
pub fn decide(state: &mut State, verb: Verb) {
    let Some(work) = &state.work else { return };
    let mut ids = work.targets();
    if ids.is_empty() {
        return state.say("There is no message here to decide on.");
    }
    if verb == Verb::Mute {
        ids = work.threads_of(&ids);
    }
    decide_on(state, verb, &ids);
}

/// Done, and the cursor goes where the key says.
pub fn done(state: &mut State, after: AfterDecision) {
    let usual = std::mem::replace(&mut state.settings.after_decision, after);
    decide(state, Verb::Done);
    state.settings.after_decision = usual;
}

/// Says `verb` of these; only those of the batch count.
pub fn decide_on(state: &mut State, verb: Verb, ids: &[Id]) {
    let after = state.settings.after_decision;
    let Some(work) = &mut state.work else { return };
    let (before, pass) = (work.rows(), work.pass());
    let Some(act) = work.triage.decide(verb, ids) else { return };
    work.chosen = Chosen::default();
    work.stay(&before, if after == AfterDecision::Previous { Toward::Previous } else { Toward::Next });
    // In the second pass "later" leaves the row where it is; the cursor moves on all the same.
    if act.verb == Verb::Later && pass == Pass::Second {
        let place = work.place() + 1;
        work.go(place);
    }
    if after == AfterDecision::List {
        work.reading_mut().focus = Focus::List;
    }
    let batch = work.triage.batch().id();
    let now = work.pass();
    state.ask(Question::Act, Wish::Record { batch, act: act.clone() });
    state.notice = Some(told::decided(state, &act));
    passed(state, pass, now);
}

pub fn undo(state: &mut State) {
    let Some(work) = &mut state.work else { return };
    let Some(act) = work.triage.undo() else {
        return state.say("Nothing to take back: this is the batch's beginning.");
    };
    let batch = work.triage.batch().id();
    if let Some(id) = act.messages.first() {
        work.stand_on(*id);
    }
    let shown = work.rows();
    if act.messages.first().is_some_and(|id| !shown.contains(id)) {
        // A filter may hide it, or it went back to a second pass that is not on.
        work.filter_by("");
        work.stay(&shown, Toward::Next);
    }
    state.ask(Question::Act, Wish::Undo { batch, act: act.number });
    state.notice = Some(told::taken_back(state, &act));
}

pub fn redo(state: &mut State) {
    let Some(work) = &mut state.work else { return };
    let (before, pass) = (work.rows(), work.pass());
    let Some(act) = work.triage.redo() else {
        return state.say("Nothing was taken back.");
    };
    if let Some(id) = act.messages.first() {
        work.stand_on(*id);
    }
    work.stay(&before, Toward::Next);
    let (batch, now) = (work.triage.batch().id(), work.pass());
    state.ask(Question::Act, Wish::Redo { batch, act: act.number });
    state.notice = Some(told::decided(state, &act));
    passed(state, pass, now);
}

/// When a pass ends the next one begins, and after the last the review.
fn passed(state: &mut State, before: Pass, now: Pass) {
    if before == now {
        return;
    }
    let Some(work) = &mut state.work else { return };
    match now {
        Pass::First => {}
        Pass::Second => {
            work.go(0);
            work.top = 0;
            work.reading_mut().focus = Focus::List;
        }
        Pass::Over => {
            work.reading_mut().focus = Focus::List;
            state.screen = Screen::Review(Review::default());
        }
    }
}
