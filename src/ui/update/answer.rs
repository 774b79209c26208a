//! Answers to what the screen asked for. One that it waits for no longer is dropped.

use super::{decide, defer, deferred, door, prompt, rows, search};
use crate::ui::action::Action;
use crate::ui::effect::Wish;
use crate::ui::event::{Answer, Places, Problem};
use crate::ui::state::asked::Question;
use crate::ui::state::notice::Notice;
use crate::ui::state::overlay::{Leads, Overlay};
use crate::ui::state::peek::Peeking;
use crate::ui::state::receipt::{ClosedBy, Closing};
use crate::ui::state::review::Review;
use crate::ui::state::shelf::Shelf;
use crate::ui::state::welcome::{Offer, Taken};
use crate::ui::state::work::{Pass, Work};
use crate::ui::state::{Screen, State};
use crate::ui::when;

pub fn answer(state: &mut State, number: u64, answer: Answer) {
    let Some(question) = state.asked.answered(number) else { return };
    match (question, answer) {
        (Question::Door | Question::Arrive, Answer::Door(facts)) => state.door = Some(*facts),
        (Question::Arrive, Answer::Batch { triage, sections, rows }) => {
            batch(state, Work::new(*triage, sections, rows));
            state.ask(Question::Door, Wish::Door);
        }
        (Question::Batch, Answer::Batch { triage, sections, rows }) => {
            batch(state, Work::new(*triage, sections, rows));
        }
        (Question::Exceptions, Answer::Batch { triage, sections, rows }) => {
            state.aside = state.work.take();
            batch(state, Work::new(*triage, sections, rows));
        }
        (Question::Rows, Answer::Rows { batch, rows }) => {
            let (_, near) = rows::wanted(state);
            if let Some(work) = state.work_of(batch) {
                work.rows.take(rows, &near);
            }
        }
        (Question::Exceptions, Answer::NothingHeld) => state.say("Nothing came through an exception."),
        (_, Answer::NothingHeld) => {
            let until = door::closed(state).replace("Closed until", "Nothing to do until");
            state.screen = Screen::Door;
            state.say(format!("Nothing held. {until}"));
        }
        (_, Answer::Closed) => {
            let text = door::closed(state);
            state.say(text);
            state.ask(Question::Door, Wish::Door);
        }
        (Question::Letter(sheet), Answer::Letter(letter)) => state.letters.keep(sheet, Ok(letter)),
        (Question::Letter(sheet), Answer::Failed(problem)) => state.letters.keep(sheet, Err(problem)),
        (Question::Act, Answer::Settled) => decide::kept(state, None),
        (Question::Act, Answer::Merged(triage)) => decide::kept(state, Some(*triage)),
        (Question::Act, Answer::NotKept { problem, triage }) => decide::not_kept(state, &problem, *triage),
        (Question::Places, Answer::Places(places)) => state.places = Some(*places),
        (Question::PlaceOf, Answer::Places(places)) => match *places {
            Places { next: Some(until), .. } => defer::leads(state, Leads::To(until)),
            Places { next: None, .. } => defer::leads(state, Leads::Refused(nowhere())),
        },
        (Question::PlaceOf, Answer::Failed(problem)) => defer::leads(state, Leads::Refused(problem)),
        (Question::Commit, Answer::Committed(receipt)) => {
            state.work = None;
            state.overlay = None;
            state.notice = None;
            state.screen = Screen::Receipt(Box::new(Closing { receipt: *receipt, by: ClosedBy::Person }));
            state.ask(Question::Door, Wish::Door);
        }
        (Question::Search, answer) => search::answered(state, answer),
        (Question::Select, Answer::Selected(found)) => prompt::selected(state, &found),
        (Question::Threads, Answer::Selected(threads)) => decide::mute_threads(state, &threads),
        (Question::Filter, Answer::Selected(found)) => {
            if let Some(work) = &mut state.work {
                work.filtered(found);
            }
        }
        (Question::Select, Answer::Failed(problem)) => match &mut state.overlay {
            Some(Overlay::Prompt(prompt)) => prompt.problem = Some(problem),
            _ => state.warn(&problem),
        },
        (Question::Deferred, Answer::Deferred(deferred)) => {
            if let Screen::Deferred(deferrals) = &mut state.screen {
                deferrals.refill(deferred);
            }
        }
        (Question::Reschedule, Answer::Deferred(list)) => deferred::moved(state, list),
        (Question::Wake, Answer::Woken(count)) => {
            let lead = when::count(count, "message leads", "messages lead");
            state.say(format!("Awake: {lead} the next batch, and can be deferred again there."));
            state.ask(Question::Deferred, Wish::Deferred);
        }
        (Question::Peek, Answer::Peek { peek, entries }) => {
            if matches!(state.screen, Screen::Peek(_)) {
                state.screen = Screen::Peek(Peeking::Open { peek, shelf: Box::new(Shelf::of(entries)) });
            }
        }
        (_, Answer::Failed(problem)) => failed(state, question, &problem),
        (question, told) => self::told(state, question, told),
    }
}

/// Answers that are only told.
fn told(state: &mut State, question: Question, answer: Answer) {
    match (question, answer, &mut state.screen) {
        (Question::Mailboxes, Answer::Mailboxes(found), Screen::Welcome(welcome)) => {
            welcome.mailboxes =
                Some(found.into_iter().map(|mailbox| Offer { mailbox, taken: Taken::Offered }).collect());
        }
        (Question::WriteConfig, Answer::Wrote(path), Screen::Welcome(welcome)) => welcome.config = Some(path),
        (Question::AddSource, Answer::SourceAdded { name, config }, Screen::Welcome(welcome)) => {
            let places = welcome.offers().iter().position(|offer| offer.taken == Taken::Asked);
            if let Some(offer) = places.and_then(|place| welcome.offer(place)) {
                offer.taken = Taken::Added;
            }
            welcome.config = Some(config);
            let away = "the settings file takes it out again".to_owned();
            let added = format!("Added as \"{name}\": it stays as it is until you close a batch");
            state.notice = Some(Notice::done(added, Some(away)));
            state.ask(Question::Errand, Wish::Gather);
        }
        (_, Answer::Saved(path) | Answer::Wrote(path), _) => state.say(format!("Saved: {}", path.display())),
        (_, Answer::NoOpener, _) => {
            let copies = state.keymap.shown(Action::Copy).map(|key| format!("{key} copies it instead").into());
            state.warn(&Problem { what: "No program here opens links".into(), hint: copies });
        }
        _ => {}
    }
}

fn batch(state: &mut State, work: Work) {
    state.overlay = None;
    state.notice = None;
    state.screen = if work.pass() == Pass::Over { Screen::Review(Review::default()) } else { Screen::Queue };
    state.work = Some(work);
}

fn failed(state: &mut State, question: Question, problem: &Problem) {
    match (question, &mut state.screen) {
        // What stands is what the store knows; a batch that was put aside is begun again from the door.
        (Question::Act, _) => {
            state.keeping = None;
            state.waiting.forget();
            state.aside = None;
            if let Some(batch) = state.work.as_ref().map(|work| work.triage.batch().id()) {
                state.ask(Question::Batch, Wish::Reload(batch));
            }
        }
        (Question::Rows, _) => {
            for work in [state.work.as_mut(), state.aside.as_mut()].into_iter().flatten() {
                work.rows.give_up();
            }
        }
        (Question::Peek, screen) => *screen = Screen::Door,
        (Question::AddSource, Screen::Welcome(welcome)) => {
            let place = welcome.offers().iter().position(|offer| offer.taken == Taken::Asked);
            if let Some(offer) = place.and_then(|place| welcome.offer(place)) {
                offer.taken = Taken::Offered;
            }
        }
        (Question::Deferred, Screen::Deferred(deferrals)) => deferrals.known = true,
        _ => {}
    }
    state.warn(problem);
}

fn nowhere() -> Problem {
    Problem { what: "No check-in opens on that day or after it.".into(), hint: None }
}
