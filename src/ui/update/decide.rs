//! A decision: the store is asked to keep it. Once it is kept, it is shown, with the key that takes it back.

use crate::domain::ids::BatchId;
use crate::domain::positions::{Position, Positions};
use crate::domain::problem::Problem;
use crate::domain::triage::{Act, Decision, Triage};
use crate::ui::action::{Action, Mode};
use crate::ui::geometry::Focus;
use crate::ui::request::{OutgoingRequest, StoreRequest};
use crate::ui::state::batch_view::{BatchView, Pass, Selection, Toward};
use crate::ui::state::keeping::{Keeping, UnsavedChange};
use crate::ui::state::message_list::CursorList;
use crate::ui::state::notice::Notice;
use crate::ui::state::overlay::{Overlay, Picker, Purpose};
use crate::ui::state::review::Review;
use crate::ui::state::screen::BatchUse;
use crate::ui::state::{AfterDecision, BatchScreen, State, act_notice};

/// Said where the list is empty.
const NOTHING: &str = "There is no message here to decide on.";

/// Says `decision` of the selection or of the row under the cursor.
pub fn decide(state: &mut State, decision: Decision) {
    let Some(work) = &state.work else { return };
    let on = work.targets();
    if on.is_empty() {
        return state.say(NOTHING);
    }
    decide_on(state, decision, &on);
}

/// The decision that a key stands for, about one message of the batch, wherever it was found.
pub fn about(state: &mut State, action: Action, position: Position) {
    let decided = state.work.as_ref().is_some_and(|work| work.triage.verdict_of(position).is_some());
    let on = Positions::from(position);
    let decision = match action {
        Action::Reopen if !decided => return state.say("It is in the open batch, and undecided there."),
        Action::Reopen => Decision::Reopen,
        Action::Done => Decision::Done,
        Action::Trash => Decision::Trash,
        Action::Later => Decision::Later,
        Action::Spam => Decision::Spam,
        Action::Mute => return mute_of(state, on),
        Action::Defer => {
            state.overlay = Some(Overlay::Defer(Picker::of(Purpose::Decide(on))));
            return;
        }
        _ => return,
    };
    decide_on(state, decision, &on);
}

/// Muting is about the whole threads of the selection, or of the row under the cursor: first where those stand.
pub fn mute(state: &mut State) {
    let Some(work) = &state.work else { return };
    let of = work.targets();
    if of.is_empty() {
        state.say(NOTHING);
    } else {
        mute_of(state, of);
    }
}

/// Mutes the threads of these messages of the batch.
pub fn mute_of(state: &mut State, of: Positions) {
    let Some(work) = &state.work else { return };
    let batch = work.triage.batch().id();
    state.ask(StoreRequest::Threads { batch, of });
}

/// The threads of the messages that were chosen are known.
pub fn mute_threads(state: &mut State, of: &Positions, threads: &Positions) {
    let Some(work) = &state.work else { return };
    let on = work.triage.with_threads(of, threads);
    decide_on(state, Decision::Mute, &on);
}

/// Done, and the cursor goes where the key says.
pub fn done(state: &mut State, after: AfterDecision) {
    let Some(work) = &state.work else { return };
    let on = work.targets();
    if on.is_empty() {
        return state.say(NOTHING);
    }
    decide_then(state, Decision::Done, &on, after);
}

/// Stages an answer and decides about what it answers, in one act. `false` where nothing of it can be decided in the batch in hand.
pub fn stage(
    state: &mut State,
    batch: BatchId,
    on: &Positions,
    words: String,
    request: impl FnOnce((BatchId, Act)) -> OutgoingRequest,
) -> bool {
    let Some(work) = state.work.as_ref().filter(|work| work.triage.batch().id() == batch) else { return false };
    let Some(act) = work.triage.act(Decision::Reply, on) else { return false };
    let notice = Notice::done(words, act_notice::way_back(state, &act));
    let request = request((batch, act.clone()));
    let change = UnsavedChange::Decided(act, state.settings.after_decision);
    state.keeping = Some(Keeping { batch, change, notice });
    state.ask(StoreRequest::Outgoing(request));
    true
}

/// Says `decision` of these; only those of the batch count.
pub fn decide_on(state: &mut State, decision: Decision, on: &Positions) {
    let after = state.settings.after_decision;
    decide_then(state, decision, on, after);
}

/// Done with what is left under a heading.
pub fn sweep(state: &mut State, title: &str, on: &Positions) {
    let Some(act) = state.work.as_ref().and_then(|work| work.triage.act(Decision::Done, on)) else { return };
    let notice = act_notice::swept(state, &act, title);
    keep(state, UnsavedChange::Decided(act, AfterDecision::Next), notice);
}

fn decide_then(state: &mut State, decision: Decision, on: &Positions, after: AfterDecision) {
    let Some(work) = &state.work else { return };
    let Some(act) = work.triage.act(decision, on) else { return };
    let notice = act_notice::decided(state, &act);
    keep(state, UnsavedChange::Decided(act, after), notice);
}

pub fn undo(state: &mut State) {
    let Some(work) = &state.work else { return };
    let Some(act) = work.triage.last().cloned() else {
        return state.say("Nothing to take back: this is the batch's beginning.");
    };
    let notice = act_notice::taken_back(state, &act);
    keep(state, UnsavedChange::TakenBack(act), notice);
}

pub fn redo(state: &mut State) {
    let Some(work) = &state.work else { return };
    let Some(act) = work.triage.undone().cloned() else {
        return state.say("Nothing was taken back.");
    };
    let notice = act_notice::decided(state, &act);
    keep(state, UnsavedChange::Again(act), notice);
}

/// Asks for a change to be kept. Nothing of it shows before it is.
fn keep(state: &mut State, change: UnsavedChange, notice: Notice) {
    let Some(work) = &state.work else { return };
    let batch = work.triage.batch().id();
    let request = match &change {
        UnsavedChange::Decided(act, _) => StoreRequest::Record { batch, act: act.clone() },
        UnsavedChange::TakenBack(act) => StoreRequest::Undo { batch, act: act.number },
        UnsavedChange::Again(act) => StoreRequest::Redo { batch, act: act.number },
    };
    state.keeping = Some(Keeping { batch, change, notice });
    state.ask(request);
}

/// The change is on the disk. Where somebody else has decided in the same batch meanwhile, the store's list is the truth.
pub fn kept(state: &mut State, written: Option<Triage>) {
    let Some(Keeping { batch, change, notice }) = state.keeping.take() else { return };
    // A card says what was answered.
    state.letters.forget_those(|letter| letter.invitation.is_some());
    let Some(work) = state.work.as_mut().filter(|work| work.triage.batch().id() == batch) else { return };
    let before = work.pass();
    let merged = written.is_some();
    match (written, &change) {
        (Some(written), _) => work.triage = written,
        (None, UnsavedChange::Decided(act, _)) => {
            work.remember(act.number);
            work.triage.add(act.clone());
        }
        (None, UnsavedChange::TakenBack(_)) => drop(work.triage.undo()),
        (None, UnsavedChange::Again(act)) => {
            work.remember(act.number);
            drop(work.triage.redo());
        }
    }
    let takes_back = matches!(change, UnsavedChange::TakenBack(_));
    match change {
        UnsavedChange::Decided(act, after) => decided(work, &act, after, before),
        UnsavedChange::TakenBack(act) => work.go_back_to(act.number, &act.on),
        UnsavedChange::Again(act) => again(work, &act),
    }
    let now = work.pass();
    state.notice = Some(if merged { Notice { text: act_notice::merged(&notice), ..notice } } else { notice });
    if state.mode() == Mode::Review && takes_back && now != Pass::Over {
        state.show(BatchScreen);
    }
    passed(state, before, now);
}

/// It could not be kept: the cursor is still on it, and what was typed after it was meant for another row.
pub fn not_kept(state: &mut State, problem: &Problem, written: Triage) {
    state.keeping = None;
    state.waiting.forget();
    if let Some(work) = state.work_of(written.batch().id()) {
        work.restore(written);
    }
    state.warn(problem);
}

fn decided(work: &mut BatchView, act: &Act, after: AfterDecision, before: Pass) {
    // The message is still to be decided about: cursor, selection and letter stay for that.
    if act.decision.kind().is_about_list() {
        return;
    }
    work.chosen = Selection::default();
    if act.decision == Decision::Later && before == Pass::Second {
        work.advance_past();
    } else {
        work.advance(if after == AfterDecision::Previous { Toward::Previous } else { Toward::Next });
    }
    if after == AfterDecision::List {
        work.reading_mut().focus = Focus::List;
    }
}

fn again(work: &mut BatchView, act: &Act) {
    if let Some(first) = act.on.first() {
        work.stand_on(first);
    }
    work.stay(Toward::Next);
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
            // A search goes on; the review comes when that is left.
            if state.screen.batch() != BatchUse::None {
                state.show(Review::default());
            }
        }
    }
}
