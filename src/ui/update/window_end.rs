//! The end of the window in hand: told when five minutes are left, when one is, and when it is there; and more time.

use crate::domain::batch::called;
use crate::domain::window_end::WindowEnd;
use crate::ui::request::StoreRequest;
use crate::ui::state::State;
use crate::ui::state::window_end::{EndNotice, EndStage};
use crate::ui::when;

/// Asks what the end means when it has come nearer, and lets go of what has stood long enough.
pub fn watch(state: &mut State) {
    let now = state.now;
    state.end_notice.take_if(|notice| notice.is_old(now));
    let mut nearer = None;
    for work in [state.work.as_mut(), state.suspended_batch.as_mut()].into_iter().flatten() {
        let batch = work.triage.batch();
        let Some(stage) = batch.closes().map(|ends| EndStage::of(ends, now)) else { continue };
        if work.told < stage {
            nearer = Some(batch.id());
            work.told = stage;
        }
    }
    match (nearer, state.window_batch().is_some()) {
        (Some(batch), _) => state.ask(StoreRequest::WindowEnd(batch)),
        (None, true) => {}
        (None, false) => state.end_notice = None,
    }
}

/// What the end means is known: it is told, if the batch is still open here.
pub fn told(state: &mut State, end: WindowEnd) {
    if state.open_batches().contains(&end.batch) {
        state.end_notice = Some(EndNotice { end, since: state.now });
    }
}

/// Ten more minutes for the batch of the window.
pub fn more_time(state: &mut State) {
    match state.window_batch().map(|work| work.triage.batch().id()) {
        Some(batch) => state.ask(StoreRequest::MoreTime(batch)),
        None => state.say("What came through has no time that ends."),
    }
}

/// It has them.
pub fn given(state: &mut State, end: &WindowEnd) {
    let (now, zone) = (state.now, state.settings.zone);
    let Some(work) = state.work_of(end.batch) else { return };
    work.triage.give_more_time(end.ends);
    work.told = EndStage::of(end.ends, now);
    let the = called(work.triage.batch().name());
    state.end_notice = None;
    state.say(format!("More time: {the} ends at {}.", when::hour(end.ends, zone)));
}
