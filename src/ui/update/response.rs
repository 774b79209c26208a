//! Responses to what the screen asked for. One that nothing waits for any longer is dropped.

use super::{decide, defer, deferred, door, prompt, rows, search};
use crate::domain::problem::Problem;
use crate::ui::action::Action;
use crate::ui::request::{
    LetterResponse, RequestNumber, Response, SetupResponse, ShellRequest, Slot, StoreRequest, StoreResponse,
};
use crate::ui::state::batch_view::{BatchView, Pass};
use crate::ui::state::message_list::MessageList;
use crate::ui::state::notice::Notice;
use crate::ui::state::overlay::{Leads, Overlay};
use crate::ui::state::peek::Peeking;
use crate::ui::state::receipt::{ClosedBy, Closing};
use crate::ui::state::review::Review;
use crate::ui::state::welcome::{Offer, Taken};
use crate::ui::state::{Screen, State};
use crate::ui::when;

pub fn response(state: &mut State, number: RequestNumber, response: Result<Response, Problem>) {
    let Some(slot) = state.requests.close(number) else { return };
    match response {
        Ok(Response::Store(response)) => store(state, slot, response),
        Ok(Response::Setup(response)) => setup(state, response),
        Ok(Response::Letter(response)) => letter(state, slot, response),
        Ok(Response::Search(response)) => search::answered(state, response),
        Err(problem) => failed(state, slot, problem),
    }
}

fn store(state: &mut State, slot: Slot, response: StoreResponse) {
    match response {
        StoreResponse::Overview(facts) => state.door = Some(*facts),
        StoreResponse::Batch { triage, sections, rows } => {
            if slot == Slot::Exceptions {
                state.aside = state.work.take();
            }
            batch(state, BatchView::new(*triage, sections, rows));
            if slot == Slot::Arrive {
                state.ask(StoreRequest::Overview);
            }
        }
        StoreResponse::NothingHeld if slot == Slot::Exceptions => state.say("Nothing came through an exception."),
        StoreResponse::NothingHeld => {
            let until = door::closed(state).replace("Closed until", "Nothing to do until");
            state.screen = Screen::Door;
            state.say(format!("Nothing held. {until}"));
        }
        StoreResponse::Closed => {
            let text = door::closed(state);
            state.say(text);
            state.ask(StoreRequest::Overview);
        }
        StoreResponse::Rows { batch, rows } => {
            let (_, near) = rows::wanted(state);
            if let Some(work) = state.work_of(batch) {
                work.rows.take(rows, &near);
            }
        }
        StoreResponse::Threads(threads) => decide::mute_threads(state, &threads),
        StoreResponse::Kept => decide::kept(state, None),
        StoreResponse::Merged(triage) => decide::kept(state, Some(*triage)),
        StoreResponse::NotKept { problem, triage } => decide::not_kept(state, &problem, *triage),
        StoreResponse::DeferChoices(choices) => state.defer_choices = Some(*choices),
        StoreResponse::DeferTarget(until) => defer::leads(state, Leads::To(until)),
        StoreResponse::Committed(receipt) => {
            state.work = None;
            state.overlay = None;
            state.notice = None;
            state.screen = Screen::Receipt(Box::new(Closing { receipt: *receipt, by: ClosedBy::Person }));
            state.ask(StoreRequest::Overview);
        }
        StoreResponse::Deferred(list) => {
            if let Screen::Deferred(deferrals) = &mut state.screen {
                deferrals.refill(list);
            }
        }
        StoreResponse::Rescheduled(list) => deferred::moved(state, list),
        StoreResponse::Woken(count) => {
            let lead = when::count(count, "message leads", "messages lead");
            state.say(format!("Awake: {lead} the next batch, and can be deferred again there."));
            state.ask(StoreRequest::Deferred);
        }
        StoreResponse::Peek { peek, entries } => {
            if matches!(state.screen, Screen::Peek(_)) {
                state.screen = Screen::Peek(Peeking::Open { peek, shelf: Box::new(MessageList::of(entries)) });
            }
        }
        StoreResponse::PeekEnded => {}
    }
}

fn setup(state: &mut State, response: SetupResponse) {
    match (response, &mut state.screen) {
        (SetupResponse::Mailboxes(found), Screen::Welcome(welcome)) => {
            welcome.mailboxes =
                Some(found.into_iter().map(|mailbox| Offer { mailbox, taken: Taken::Offered }).collect());
        }
        (SetupResponse::Wrote(path), Screen::Welcome(welcome)) => welcome.config = Some(path),
        (SetupResponse::Wrote(path), _) => state.say(format!("Saved: {}", path.display())),
        (SetupResponse::SourceAdded { name, config }, Screen::Welcome(welcome)) => {
            if let Some(offer) = welcome.offer_asked() {
                offer.taken = Taken::Added;
            }
            welcome.config = Some(config);
            let away = "the settings file takes it out again".to_owned();
            let added = format!("Added as \"{name}\": it stays as it is until you close a batch");
            state.notice = Some(Notice::done(added, Some(away)));
            state.ask(ShellRequest::Gather);
        }
        (SetupResponse::Mailboxes(_) | SetupResponse::SourceAdded { .. }, _) => {}
    }
}

fn letter(state: &mut State, slot: Slot, response: LetterResponse) {
    match response {
        LetterResponse::Layout(letter) => {
            if let Slot::Letter(key) = slot {
                state.letters.keep(key, Ok(letter));
            }
        }
        LetterResponse::Filtered(found) => {
            if let Some(work) = &mut state.work {
                work.filtered(found);
            }
        }
        LetterResponse::Selected(found) => prompt::selected(state, &found),
        LetterResponse::Saved(path) => state.say(format!("Saved: {}", path.display())),
        LetterResponse::Opened => {}
        LetterResponse::NoOpener => {
            let copies = state.keymap.shown(Action::Copy).map(|key| format!("{key} copies it instead").into());
            state.warn(&Problem { what: "No program here opens links".into(), hint: copies });
        }
    }
}

fn batch(state: &mut State, work: BatchView) {
    state.overlay = None;
    state.notice = None;
    state.screen = if work.pass() == Pass::Over { Screen::Review(Review::default()) } else { Screen::Queue };
    state.work = Some(work);
}

/// There is no response. Where the problem has a place of its own it is shown there, else in the line at the bottom.
fn failed(state: &mut State, slot: Slot, problem: Problem) {
    match (slot, &mut state.screen) {
        (Slot::Letter(key), _) => return state.letters.keep(key, Err(problem)),
        (Slot::DeferTarget, _) => return defer::leads(state, Leads::Refused(problem)),
        (Slot::Search, _) => return search::failed(state, problem),
        (Slot::Select, _) => {
            if let Some(Overlay::Prompt(prompt)) = &mut state.overlay {
                prompt.problem = Some(problem);
                return;
            }
        }
        // What stands is what the store knows; a batch that was put aside is begun again from the door.
        (Slot::Act, _) => {
            state.keeping = None;
            state.waiting.forget();
            state.aside = None;
            if let Some(batch) = state.work.as_ref().map(|work| work.triage.batch().id()) {
                state.ask(StoreRequest::Reload(batch));
            }
        }
        (Slot::Rows, _) => {
            for work in [state.work.as_mut(), state.aside.as_mut()].into_iter().flatten() {
                work.rows.give_up();
            }
        }
        (Slot::Peek, screen) => *screen = Screen::Door,
        (Slot::AddSource, Screen::Welcome(welcome)) => {
            if let Some(offer) = welcome.offer_asked() {
                offer.taken = Taken::Offered;
            }
        }
        (Slot::Deferred, Screen::Deferred(deferrals)) => deferrals.known = true,
        _ => {}
    }
    state.warn(&problem);
}
