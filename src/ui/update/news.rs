//! Events that nobody asked for: from the watch over the sources, and from the other threads behind the screen.

use super::batch;
use crate::config::Config;
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::domain::receipt::{ClosedBy, Receipt};
use crate::domain::sending_summary::SendingSummary;
use crate::domain::triage::Triage;
use crate::domain::watch_event::WatchEvent;
use crate::ui::action::Mode;
use crate::ui::event::BackgroundEvent;
use crate::ui::keymap::Keymap;
use crate::ui::request::{Slot, StoreRequest};
use crate::ui::state::State;
use crate::ui::state::batch_view::BatchView;
use crate::ui::state::overlay::Overlay;
use crate::ui::state::receipt::closed_by;
use crate::ui::state::review::Review;
use crate::ui::state::window_end::EndStage;
use crate::ui::when;

/// What the watch over the sources tells.
pub fn watch(state: &mut State, event: WatchEvent) {
    match event {
        WatchEvent::Gathering { read } => state.gathering = Some(read),
        WatchEvent::Gathered { admitted, failed } => gathered(state, admitted, &failed),
        WatchEvent::Failed(problems) => failed(state, &problems),
        WatchEvent::Sent(came) => sent(state, &came),
        WatchEvent::Answered { failed } => answered(state, &failed),
        WatchEvent::Arrived { waiting, let_through } => {
            if let Some(work) = &mut state.work {
                work.since = (waiting, let_through);
            }
        }
        WatchEvent::Door(overview) => {
            state.door = Some(*overview);
            if let Some(review) = state.screen_as_mut::<Review>() {
                review.ask_again();
            }
            if state.notice.as_ref().is_some_and(|notice| stands_at_the_door(state, notice.text.as_str())) {
                state.notice = None;
            }
        }
        // What came of writing back stands in the overview, which follows. The other two need no words on the screen.
        WatchEvent::Written(_) | WatchEvent::AllRead | WatchEvent::Recovered { .. } => {}
    }
}

pub fn news(state: &mut State, news: BackgroundEvent) {
    match news {
        BackgroundEvent::Configured { config, keymap, moved, .. } => configured(state, &config, *keymap, moved),
        BackgroundEvent::Mistaken(problem) => {
            state.notice = None;
            state.mistaken = Some(problem);
        }
        BackgroundEvent::Closed { receipt, by } => closed(state, *receipt, by),
        BackgroundEvent::DecidedElsewhere(triage) => decided_elsewhere(state, *triage),
    }
}

/// The configuration file was changed. What is frozen stays frozen: a batch has its own copy of everything.
fn configured(state: &mut State, config: &Config, keymap: Keymap, moved: bool) {
    let zone = state.settings.zone;
    state.settings = state.settings.changed(config);
    if state.settings.zone != zone {
        // The times of events are told in it.
        state.letters.forget();
    }
    state.keymap = keymap;
    state.pressed.clear();
    state.mistaken = None;
    // Where a deferral leads is asked for anew.
    if let Some(Overlay::Defer(picker)) = &mut state.overlay {
        (picker.choices, picker.asked) = (None, None);
    }
    if let Some(review) = state.screen_as_mut::<Review>() {
        review.forget();
    }
    state.ask(StoreRequest::Overview);
    state.say(if moved {
        "Settings reloaded. The store that they name is used from the next start on."
    } else {
        "Settings reloaded."
    });
}

/// The sources were read. The number of new messages is only shown on the welcome screen, where a mailbox was just added;
/// the door shows no counts.
fn gathered(state: &mut State, admitted: u64, problems: &[Problem]) {
    failed(state, problems);
    if problems.is_empty() && admitted > 0 && state.mode() == Mode::Welcome {
        let messages = when::count(usize::try_from(admitted).unwrap_or(usize::MAX), "message", "messages");
        state.say(format!("{messages} read. What is recent and unread is held; the rest is history."));
    }
}

fn failed(state: &mut State, problems: &[Problem]) {
    state.gathering = None;
    match problems {
        [] => {}
        [one] if stands_at_the_door(state, one.what.as_str()) => {}
        several => warn_of(state, several),
    }
}

/// Messages have left, or could not.
fn sent(state: &mut State, came: &SendingSummary) {
    let said: Vec<String> = came.left().into_iter().chain(came.others()).map(|part| format!("{part}.")).collect();
    let said = said.join(" ");
    match came.troubles.as_slice() {
        [] if came.needs_person() => {
            state.warn(&Problem { what: said.into(), hint: Some("the outbox tells what became of them".into()) });
        }
        [] => state.say(said),
        [first, ..] => state.warn(&Problem { what: Printable::from(first.as_str()), hint: None }),
    }
}

/// Whether the door already shows this problem of a source, with what to do about it.
fn stands_at_the_door(state: &State, said: &str) -> bool {
    let concerns = state.door.iter().flat_map(|door| &door.concerns);
    let of = |name: &str| said.strip_prefix("source ").is_some_and(|rest| rest.starts_with(&format!("{name}: ")));
    state.mode() == Mode::Door && concerns.into_iter().any(|concern| of(&concern.source))
}

/// The reading that a person asked for is over, with or without failures.
fn answered(state: &mut State, failed: &[Problem]) {
    state.gathering = None;
    if std::mem::take(&mut state.reading_asked) {
        match failed {
            [] => {
                let refused = state.door.iter().flat_map(|door| &door.refused).next();
                let said = refused.map(|first| format!("Tried again: {}", first.what()));
                state.say(said.unwrap_or_else(|| "The sources were read.".to_owned()));
            }
            several => warn_of(state, several),
        }
    }
}

fn warn_of(state: &mut State, problems: &[Problem]) {
    match problems {
        [] => {}
        [one] => state.warn(one),
        [first, rest @ ..] => {
            let what = Printable::from(format!("{} (and {} more)", first.what, rest.len()));
            state.warn(&Problem { what, hint: first.hint.clone() });
        }
    }
}

/// A script, or another screen, has decided in this batch. The cursor stays where it can.
fn decided_elsewhere(state: &mut State, triage: Triage) {
    // The store's response to the act that is being kept brings the newest state of the batch.
    if state.keeping.is_some() {
        return;
    }
    let zone = state.settings.zone;
    let Some(work) = state.work_of(triage.batch().id()) else { return };
    let more_time = triage.batch().closes().filter(|_| triage.acts() == work.triage.acts());
    work.restore(triage);
    if let Some(ends) = more_time {
        work.told = EndStage::default();
        state.end_notice = None;
        return state.say(format!("Another tidebox gave this batch more time: it ends at {}.", when::hour(ends, zone)));
    }
    state.say("Another tidebox has decided in this batch: this is how it stands now.");
}

/// The batch was closed. In this batch, and at the door, the receipt is shown; on other screens only a line says it.
fn closed(state: &mut State, receipt: Receipt, by: ClosedBy) {
    let this = |work: &BatchView| work.triage.batch().id() == receipt.batch;
    if state.suspended_batch.as_ref().is_some_and(this) {
        state.suspended_batch = None;
    }
    let elsewhere = match &state.work {
        Some(work) => !this(work),
        None => state.mode() != Mode::Door,
    };
    if elsewhere {
        state.say(closed_by(&receipt, &by));
        return;
    }
    state.work = None;
    state.overlay = None;
    state.notice = None;
    state.pressed.clear();
    state.keeping = None;
    state.waiting.forget();
    state.requests.forget(|question| {
        matches!(question, Slot::Act | Slot::Commit | Slot::Batch | Slot::Exceptions | Slot::Select)
    });
    batch::show_receipt(state, receipt, by);
}
