//! What more than one screen does with batches: saying when the next one comes, opening another one, leaving one, and
//! saying what is selected.

use crate::domain::batch::{BatchOccasion, EXCEPTIONS};
use crate::domain::receipt::{ClosedBy, Receipt};
use crate::ui::action::Action;
use crate::ui::request::{FiguresRequest, ShellRequest, StoreRequest};
use crate::ui::state::State;
use crate::ui::state::notice::Notice;
use crate::ui::state::receipt::Closing;
use crate::ui::when;

/// `Closed until tomorrow 10:00.`
pub fn closed(state: &State) -> String {
    match state.door.as_ref().and_then(|door| door.next.as_ref()) {
        Some(next) => format!("Closed until {}.", when::coming(next.opens, state.now, state.settings.zone)),
        None => "Closed: no check-in is set.".to_owned(),
    }
}

/// Shows what came of a batch, and asks what its commit did.
pub fn show_receipt(state: &mut State, receipt: Receipt, by: ClosedBy) {
    let (batch, window) = (receipt.batch, receipt.checkin != EXCEPTIONS);
    let through = receipt.exceptions > 0 || !window;
    state.show(Closing::new(receipt, by));
    state.ask(StoreRequest::CommitPreview(batch));
    if through {
        state.ask(StoreRequest::Hits(batch));
    }
    state.ask(StoreRequest::Matter(batch));
    if window {
        state.ask(FiguresRequest::Line(batch));
    }
}

/// Reads the sources now, and tries again what could not be done in a mailbox.
pub fn gather(state: &mut State) {
    let waits = state.door.as_ref().is_some_and(|door| !door.refused.is_empty());
    state.say(if waits { "Reading the sources, and trying again." } else { "Reading the sources." });
    state.reading_asked = true;
    state.ask(ShellRequest::Gather);
}

/// Opens what exceptions let through, as a batch of its own. The batch in hand comes back afterwards.
pub fn exceptions(state: &mut State) {
    let there = state.work.as_ref().is_some_and(|work| *work.triage.batch().occasion() == BatchOccasion::Exceptions);
    if there {
        return state.say("This is what came through.");
    }
    state.ask(StoreRequest::BeginExceptions);
}

/// Leaves the batch for the door, or what exceptions let through for the batch. What was decided is kept; the batch stays
/// open.
pub fn leave(state: &mut State) {
    state.work = state.suspended_batch.take();
    if let Some(work) = &mut state.work {
        work.since.1 = 0;
    }
    state.go_back();
    state.ask(StoreRequest::Overview);
}

pub fn tell_chosen(state: &mut State) {
    let count = state.work.as_ref().map_or(0, |work| work.chosen_now().len());
    let drops = |it: &str| state.keymap.shown(Action::Back).map(|key| format!("{key} drops {it}"));
    state.notice = Some(match count {
        0 => Notice::calm("Nothing selected."),
        1 => Notice::done("1 selected: the next decision is about it.", drops("it")),
        count => Notice::done(format!("{count} selected: the next decision is about all of them."), drops("them")),
    });
}
