//! What is deferred, and to when: the soonest first.
//!
//! ```text
//!  deferred   3 messages
//!
//!  ▌ Grace Hopper     Budget, third try          today 16:00 │  the letter
//!    宮本 茂          来週の打ち合わせ     Mon 30 Nov, 10:00 │
//! ```

use ratatui::buffer::Buffer;

use super::muted;
use crate::domain::message::{Deferred, MessageSummary};
use crate::domain::problem::Problem;
use crate::domain::triage::Decision;
use crate::domain::until::Until;
use crate::ui::action::{Action, Mode};
use crate::ui::request::{Slot, StoreRequest};
use crate::ui::response::{Response, StoreResponse};
use crate::ui::state::State;
use crate::ui::state::message_list::{CursorList, MessageList};
use crate::ui::state::notice::Notice;
use crate::ui::state::overlay::{Overlay, Picker, Purpose};
use crate::ui::state::screen::{Handlers, Screen};
use crate::ui::update::{moving, reading, writing};
use crate::ui::view::titled_list::{self, TitledList};
use crate::ui::when;

#[derive(Debug, Clone, Default)]
pub struct Deferrals {
    messages: MessageList,
    /// The window that each message is deferred to, in the order of the list.
    until: Vec<Until>,
    /// Whether the list has come yet.
    known: bool,
}

impl Deferrals {
    /// The soonest first.
    fn refill(&mut self, mut deferred: Vec<Deferred>) {
        deferred.sort_by_key(|one| (one.until.opens, one.entry.id));
        let (entries, until) = deferred.into_iter().map(|one| (one.entry, one.until)).unzip();
        self.until = until;
        self.messages.refill(entries);
        self.known = true;
    }
}

impl Screen for Deferrals {
    fn mode(&self) -> Mode {
        Mode::Deferred
    }

    fn handlers(&self) -> Handlers {
        Handlers { respond, failed, ..Handlers::of(act) }
    }

    fn messages(&self) -> Option<&MessageList> {
        Some(&self.messages)
    }

    fn messages_mut(&mut self) -> Option<&mut MessageList> {
        Some(&mut self.messages)
    }

    fn hints(&self, _: &State) -> Vec<(Action, &'static str)> {
        if self.messages.is_empty() {
            return Vec::new();
        }
        vec![(Action::Wake, "wake now"), (Action::Defer, "another check-in"), (Action::Open, Action::Open.info().hint)]
    }

    fn draw(&self, state: &State, buffer: &mut Buffer, size: (u16, u16)) {
        draw(state, self, buffer, size);
    }
}

/// Opens the list, from wherever one can open it.
pub fn open(state: &mut State) {
    state.show(Deferrals::default());
    state.ask(StoreRequest::Deferred);
}

fn respond(state: &mut State, response: Response) {
    match (response, state.screen_as_mut::<Deferrals>()) {
        (Response::Store(StoreResponse::Deferred(list)), Some(deferrals)) => deferrals.refill(list),
        (Response::Store(StoreResponse::Rescheduled(list)), _) => moved(state, list),
        (Response::Store(StoreResponse::Reopened(_)), Some(_)) => state.ask(StoreRequest::Deferred),
        _ => {}
    }
}

fn failed(state: &mut State, slot: Slot, _: &Problem) -> bool {
    if let (Slot::Deferred, Some(deferrals)) = (slot, state.screen_as_mut::<Deferrals>()) {
        deferrals.known = true;
    }
    false
}

/// A message got another window: the list as it is now.
fn moved(state: &mut State, list: Vec<Deferred>) {
    let (now, zone, key) = (state.now, state.settings.zone, state.keymap.shown(Action::Defer));
    let Some(deferrals) = state.screen_as_mut::<Deferrals>() else { return };
    let before: Vec<_> = deferrals.messages.entries.iter().map(|entry| entry.id).zip(deferrals.until.clone()).collect();
    deferrals.refill(list);
    let after = deferrals.messages.entries.iter().zip(&deferrals.until);
    let moved = after.clone().find(|(entry, until)| before.iter().any(|(id, old)| *id == entry.id && old != *until));
    if let Some((entry, until)) = moved {
        let window = when::window(&until.checkin, until.opens, now, zone);
        let text = format!("Deferred to {window}{}: {}", when::or_reply(until), entry.subject);
        let notice = Notice::done(text, key.map(|key| format!("{key} chooses again")));
        let place = deferrals.messages.entries.iter().position(|other| other.id == entry.id);
        deferrals.messages.go(place.unwrap_or_default());
        state.notice = Some(notice);
    }
}

fn act(state: &mut State, action: Action) {
    if moving::act(state, action) || reading::act(state, action) || writing::act(state, action) {
        return;
    }
    let Some(deferrals) = state.screen_as::<Deferrals>() else { return };
    let current = deferrals.messages.current().map(|entry| entry.id);
    match (action, current) {
        (Action::Wake, Some(id)) => state.ask(StoreRequest::Wake(vec![id])),
        (Action::Reopen, Some(id)) => state.ask(StoreRequest::Reopen(vec![id])),
        (Action::Muted, _) => muted::open(state),
        (Action::Defer, Some(id)) => {
            state.overlay = Some(Overlay::Defer(Picker::of(Purpose::Reschedule(vec![id]))));
        }
        (Action::Back | Action::Quit, _) => state.go_back(),
        _ => {}
    }
}

fn draw(state: &State, deferrals: &Deferrals, buffer: &mut Buffer, size: (u16, u16)) {
    let listed = TitledList {
        title: "deferred",
        messages: &deferrals.messages,
        known: deferrals.known,
        count: when::count(deferrals.messages.len(), "message", "messages"),
        none: none(state),
    };
    let back = |place: usize, _: &MessageSummary| {
        let until = deferrals.until.get(place);
        until.map_or_else(String::new, |until| {
            let moment = when::moment(until.opens, state.now, state.settings.zone);
            if until.or_reply { format!("{moment} or a reply") } else { moment }
        })
    };
    titled_list::draw(state, &listed, back, buffer, size);
}

/// What was put off in the batch in hand is deferred when that is closed.
fn none(state: &State) -> &'static str {
    let staged = state
        .work
        .as_ref()
        .is_some_and(|work| !work.triage.positions_with(|decision| matches!(decision, Decision::Defer(_))).is_empty());
    if staged {
        "Nothing is deferred yet. What you put off in this batch is in the review."
    } else {
        "Nothing is deferred."
    }
}
