//! Responses to what the screen asked for. One that nothing waits for any longer is dropped.

use super::{
    batch, decide, defer, handing_over, prompt, reading, recipients, rows, selecting, trial, unsubscribe, viewer,
    window_end, writing,
};
use crate::domain::muted::Unmuted;
use crate::domain::problem::Problem;
use crate::domain::receipt::ClosedBy;
use crate::domain::schedule::Window;
use crate::ui::action::{Action, Mode};
use crate::ui::request::{RequestNumber, ShellRequest, Slot, StoreRequest};
use crate::ui::response::{LetterResponse, Response, SetupResponse, StoreResponse};
use crate::ui::state::act_notice;
use crate::ui::state::batch_view::{BatchView, Pass};
use crate::ui::state::keeping::{Keeping, UnsavedChange};
use crate::ui::state::overlay::Leads;
use crate::ui::state::overlay::Overlay;
use crate::ui::state::review::Review;
use crate::ui::state::window_end::EndStage;
use crate::ui::state::{BatchScreen, DoorScreen, State};
use crate::ui::when;

pub fn response(state: &mut State, number: RequestNumber, response: Result<Response, Problem>) {
    let Some(slot) = state.requests.close(number) else { return };
    match response {
        Ok(Response::Store(response)) => store(state, slot, response),
        Ok(Response::Setup(response)) => setup(state, response),
        Ok(Response::Letter(response)) => letter(state, slot, response),
        Ok(Response::Editor(response)) => writing::edited(state, response),
        Ok(Response::Composer(response)) => handing_over::ended(state, response),
        Ok(response @ (Response::Search(_) | Response::Figures(_) | Response::Account(_))) => {
            to_screen(state, response);
        }
        Err(problem) => failed(state, slot, problem),
    }
}

fn store(state: &mut State, slot: Slot, response: StoreResponse) {
    match response {
        StoreResponse::Overview(facts) => {
            let first = slot == Slot::Arrive && facts.nothing_to_hold;
            state.door = Some(*facts);
            trial::tell(state);
            if first {
                state.welcome();
            }
        }
        StoreResponse::Batch { triage, sections, groups, rows, pace } => {
            if slot == Slot::Exceptions {
                state.suspended_batch = state.work.take();
            }
            begin(state, BatchView::new(*triage, sections, groups, rows).at_pace(pace));
            if slot == Slot::Batch {
                comes_first(state);
                explain_the_first(state);
            }
            if slot == Slot::Arrive {
                state.ask(StoreRequest::Overview);
            }
        }
        StoreResponse::NothingHeld if slot == Slot::Exceptions => state.say("Nothing came through an exception."),
        StoreResponse::NothingHeld => nothing_held(state),
        StoreResponse::Closed => {
            let text = batch::closed(state);
            state.say(text);
            state.ask(StoreRequest::Overview);
        }
        StoreResponse::Rows { batch, rows } => {
            let (_, near) = rows::wanted(state);
            if let Some(work) = state.work_of(batch) {
                work.rows.take(rows, &near);
            }
        }
        StoreResponse::Threads { of, threads } => decide::mute_threads(state, &of, &threads),
        StoreResponse::Kept { comes_again } => {
            told_when(state, comes_again.as_ref());
            decide::kept(state, None);
        }
        StoreResponse::Merged(triage) => decide::kept(state, Some(*triage)),
        StoreResponse::NotKept { problem, triage } => decide::not_kept(state, &problem, *triage),
        StoreResponse::DeferChoices(choices) => defer::offered(state, choices),
        StoreResponse::DeferTarget(target) => defer::leads(state, Leads::To(target)),
        StoreResponse::Paused { pause, door } => {
            state.door = Some(*door);
            state.overlay = None;
            let text = act_notice::paused(state, pause.as_ref());
            state.say(text);
        }
        StoreResponse::Rules(rules) => reading::offer_rules(state, rules),
        StoreResponse::UnsubscribeOffers { ways, without } => unsubscribe::offered(state, &ways, without),
        StoreResponse::Outgoing { done, .. } => {
            writing::done(state, done);
            to_screen(state, response.into());
        }
        StoreResponse::Draft(response) => writing::respond(state, response),
        StoreResponse::Why(told) => state.overlay = Some(Overlay::Why(told)),
        StoreResponse::Expected { made, door } => {
            state.door = Some(*door);
            state.overlay = None;
            let text = act_notice::expected(state, made.as_ref());
            state.say(text);
        }
        StoreResponse::Committed(receipt) => {
            state.work = None;
            state.overlay = None;
            state.notice = None;
            state.letters.forget_those(|letter| letter.invitation.is_some());
            batch::show_receipt(state, *receipt, ClosedBy::Person);
            state.ask(StoreRequest::Overview);
        }
        StoreResponse::WindowEnd(end) => window_end::told(state, *end),
        StoreResponse::MoreTime(end) => window_end::given(state, &end),
        StoreResponse::CommitPreview(_)
        | StoreResponse::Hits(_)
        | StoreResponse::Matter(_)
        | StoreResponse::Deferred(_)
        | StoreResponse::Rescheduled(_)
        | StoreResponse::Finished(_)
        | StoreResponse::Muted(_)
        | StoreResponse::Peek { .. } => to_screen(state, response.into()),
        StoreResponse::Reopened(ref reopened) => {
            state.say(reopened.sentences().join(" "));
            to_screen(state, response.into());
        }
        StoreResponse::Unmuted(ref unmuted) => {
            state.say(unmuted.iter().map(Unmuted::sentence).collect::<Vec<_>>().join(" "));
            to_screen(state, response.into());
        }
        StoreResponse::Woken(count) => {
            let lead = when::count(count, "message leads its", "messages lead their");
            state.say(format!("Woken: {lead} lane's next batch, and can be deferred again there."));
            state.ask(StoreRequest::Deferred);
        }
        StoreResponse::PeekEnded => {}
    }
}

/// There is nothing to begin a batch with.
fn nothing_held(state: &mut State) {
    let then = if state.door.as_ref().is_some_and(|door| door.first_batch) {
        let search = state.keymap.shown(Action::Search).unwrap_or_default();
        format!("What was read, or came long ago, is history: {search} finds it.")
    } else {
        batch::closed(state).replace("Closed until", "Nothing to do until")
    };
    state.show(DoorScreen);
    state.say(format!("Nothing is held. {then}"));
}

/// Where what is being kept is left undecided, the notice says when it comes again.
fn told_when(state: &mut State, comes_again: Option<&Window>) {
    let (Some(Keeping { change: UnsavedChange::Decided(act, _), .. }), Some(window)) = (&state.keeping, comes_again)
    else {
        return;
    };
    let notice = act_notice::skipped(state, act, Some(window));
    if let Some(keeping) = &mut state.keeping {
        keeping.notice = notice;
    }
}

/// What only the screen that is shown can take in. Another one than asked for it has nothing to do with it.
fn to_screen(state: &mut State, response: Response) {
    (state.screen.handlers().respond)(state, response);
}

fn setup(state: &mut State, response: SetupResponse) {
    match response {
        SetupResponse::RuleWritten { kind, name } => {
            state.say(format!("In the settings: {} {name}. It is in force for what comes.", kind.table()));
        }
        SetupResponse::Trial { ref trial, deed } => {
            state.say(act_notice::trial(trial, deed, state.today()));
            state.ask(StoreRequest::Overview);
            to_screen(state, response.into());
        }
        SetupResponse::Wrote(path) if state.mode() != Mode::Welcome => {
            state.say(format!("Saved: {path}"));
        }
        response => to_screen(state, response.into()),
    }
}

fn letter(state: &mut State, slot: Slot, response: LetterResponse) {
    match response {
        LetterResponse::Layout(letter) => {
            if let Slot::Letter(key) = slot {
                state.letters.keep(key, Ok(letter));
            }
        }
        LetterResponse::Conversation(conversation) => {
            if let Slot::Conversation(key) = slot {
                state.conversations.keep(key, Ok(conversation));
            }
        }
        LetterResponse::FirstWords(words) => {
            if let Slot::FirstWords(id) = slot {
                state.first_words.keep(id, Ok(words));
            }
        }
        LetterResponse::Filtered(found) | LetterResponse::Selected(found) => prompt::answered(state, found),
        LetterResponse::Alike(alike) => selecting::found_alike(state, alike),
        LetterResponse::Saved(path) => state.say(format!("Saved: {}", path.display())),
        LetterResponse::Opened => {}
        LetterResponse::OpenedCopy(path) => {
            let copy = path.display();
            state.say(format!("Opened a copy, which is removed when tidebox is left: {copy}"));
        }
        LetterResponse::NoOpenerFor(path) => {
            let copy = format!("a copy lies at {} until tidebox is left", path.display());
            state.warn(&Problem { what: "No program here opens files".into(), hint: Some(copy.into()) });
        }
        LetterResponse::Viewed(view) => viewer::viewed(state, *view),
        LetterResponse::Original { command, message } => state.ask(ShellRequest::Pipe { command, message }),
        LetterResponse::NoOpener => {
            let copies = state.keymap.shown(Action::Copy).map(|key| format!("{key} copies it instead").into());
            state.warn(&Problem { what: "No program here opens links".into(), hint: copies });
        }
    }
}

fn begin(state: &mut State, mut work: BatchView) {
    // The screen is told the time once a minute; a batch that was begun since would have more time left than it got.
    state.now = state.now.max(work.triage.batch().begun());
    // That its time is over already is no news.
    if work.triage.batch().is_over(state.now) {
        work.told = EndStage::Over;
    }
    state.overlay = None;
    state.notice = None;
    if state.screen.waits_for_batch(work.triage.batch().id()) {
        // It stays, and goes on with what it needs the batch for.
    } else if work.pass() == Pass::Over {
        state.show(Review::default());
    } else {
        state.show(BatchScreen);
    }
    state.work = Some(work);
}

/// A batch whose time is over stands before a window that is open: it is to be closed, and then that one can be begun.
fn comes_first(state: &mut State) {
    let Some(over) = state.work.as_ref().map(|work| work.triage.batch()) else { return };
    let next = state.door.as_ref().and_then(|door| door.open.as_ref()).filter(|open| !open.begun);
    let (Some(next), true) = (next, over.is_over(state.now)) else { return };
    let text = format!("{} is not closed yet: close it, then {} can be begun.", over.name(), next.window.checkin);
    state.show(Review::default());
    state.say(text);
}

/// The first batch of a store says what a batch is, once.
fn explain_the_first(state: &mut State) {
    let first = state.door.as_ref().is_some_and(|door| door.last.is_none());
    let untouched = state.work.as_ref().is_some_and(|work| work.triage.acts().is_empty());
    if first && untouched && state.notice.is_none() && state.mode() == Mode::Batch {
        let key = state.keymap.shown(Action::Review).unwrap_or_default();
        state.say(format!(
            "A batch: what came in until now, and nothing is added to it. Each heading is a lane, a kind of message. {key} closes it."
        ));
    }
}

/// There is no response. Where the problem has a place of its own it is shown there, else in the line at the bottom.
fn failed(state: &mut State, slot: Slot, problem: Problem) {
    match slot {
        Slot::Letter(key) => return state.letters.keep(key, Err(problem)),
        // The row is read as one message then, whose letter tells what is wrong, if it is still so.
        Slot::Conversation(key) => return state.conversations.keep(key, Err(problem)),
        Slot::FirstWords(id) => return state.first_words.keep(id, Err(problem)),
        Slot::DeferTarget => return defer::leads(state, Leads::Refused(problem)),
        Slot::View => viewer::close(state),
        Slot::Draft | Slot::Recipients if recipients::failed(state, &problem) => return,
        Slot::Draft | Slot::Editor => state.writing = None,
        Slot::Select | Slot::Filter | Slot::Pause | Slot::Expect => return prompt::failed(state, problem),
        // What stands is what the store knows; a batch that was put aside is begun again from the door.
        Slot::Act => {
            state.keeping = None;
            state.waiting.forget();
            state.suspended_batch = None;
            if let Some(batch) = state.work.as_ref().map(|work| work.triage.batch().id()) {
                state.ask(StoreRequest::Reload(batch));
            }
        }
        Slot::Rows => {
            for work in [state.work.as_mut(), state.suspended_batch.as_mut()].into_iter().flatten() {
                work.rows.give_up();
            }
        }
        _ => {}
    }
    let shown = (state.screen.handlers().failed)(state, slot, &problem);
    // Nobody looks for the result of a search any more where the search was left.
    if !shown && slot != Slot::Search {
        state.warn(&problem);
    }
}
