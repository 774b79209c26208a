//! A decision: said at once in memory, wished to be made durable, and told with the key that takes it back.

use crate::domain::positions::Positions;
use crate::domain::triage::Verb;
use crate::ui::effect::Wish;
use crate::ui::state::asked::Question;
use crate::ui::state::reading::Focus;
use crate::ui::state::review::Review;
use crate::ui::state::shelf::Listed;
use crate::ui::state::work::{Chosen, Pass, Toward};
use crate::ui::state::{AfterDecision, Screen, State, told};

/// Said where the list is empty.
const NOTHING: &str = "There is no message here to decide on.";

/// Says `verb` of the selection or of the row under the cursor.
pub fn decide(state: &mut State, verb: Verb) {
    let Some(work) = &state.work else { return };
    let on = work.targets();
    if on.is_empty() {
        return state.say(NOTHING);
    }
    decide_on(state, verb, &on);
}

/// Muting is about the whole threads of the selection, or of the row under the cursor: first where those stand.
pub fn mute(state: &mut State) {
    let Some(work) = &state.work else { return };
    let of = work.targets();
    if of.is_empty() {
        state.say(NOTHING);
    } else {
        let batch = work.triage.batch().id();
        state.ask(Question::Threads, Wish::Threads { batch, of });
    }
}

/// The threads are known. What was chosen is chosen still: no key was taken since.
pub fn mute_threads(state: &mut State, threads: &Positions) {
    let Some(work) = &state.work else { return };
    let on = work.still_open(&work.targets(), threads);
    decide_on(state, Verb::Mute, &on);
}

/// Done, and the cursor goes where the key says.
pub fn done(state: &mut State, after: AfterDecision) {
    let usual = std::mem::replace(&mut state.settings.after_decision, after);
    decide(state, Verb::Done);
    state.settings.after_decision = usual;
}

/// Says `verb` of these; only those of the batch count.
pub fn decide_on(state: &mut State, verb: Verb, on: &Positions) {
    let after = state.settings.after_decision;
    let Some(work) = &mut state.work else { return };
    let pass = work.pass();
    let Some(act) = work.triage.decide(verb, on) else { return };
    work.chosen = Chosen::default();
    work.stay(if after == AfterDecision::Previous { Toward::Previous } else { Toward::Next });
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
    if let Some(first) = act.on.first() {
        work.stand_on(first);
        work.stay(Toward::Next);
        // A filter may hide it. (It may also have gone back to a second pass that is not on.)
        if work.at() != Some(first) {
            work.stand_on(first);
            work.filter_by("");
        }
    }
    state.ask(Question::Act, Wish::Undo { batch, act: act.number });
    state.notice = Some(told::taken_back(state, &act));
}

pub fn redo(state: &mut State) {
    let Some(work) = &mut state.work else { return };
    let pass = work.pass();
    let Some(act) = work.triage.redo() else {
        return state.say("Nothing was taken back.");
    };
    if let Some(first) = act.on.first() {
        work.stand_on(first);
    }
    work.stay(Toward::Next);
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
