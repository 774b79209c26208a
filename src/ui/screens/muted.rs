//! The muted threads, the one that was muted last first; each by the newest of its messages.
//!
//! ```text
//!  muted   2 threads
//!
//!  ▌ Grace Hopper     Budget, third try    4 messages, since yesterday │  the letter
//!    宮本 茂          来週の打ち合わせ      1 message, since Wed 11 Nov │
//! ```

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;

use crate::domain::message::MessageSummary;
use crate::domain::muted::MutedEntry;
use crate::domain::problem::Problem;
use crate::ui::action::{Action, Mode};
use crate::ui::request::{Slot, StoreRequest};
use crate::ui::response::{Response, StoreResponse};
use crate::ui::state::State;
use crate::ui::state::message_list::{CursorList, MessageList};
use crate::ui::state::screen::{Handlers, Screen};
use crate::ui::update::{moving, reading, writing};
use crate::ui::view::titled_list::{self, TitledList};
use crate::ui::when;

#[derive(Debug, Clone, Default)]
struct Muted {
    /// The newest message of each thread.
    messages: MessageList,
    /// How many messages each thread has, and since when it is muted, in the order of the list.
    threads: Vec<(u32, DateTime<Utc>)>,
    /// Whether the list has come yet.
    known: bool,
}

impl Muted {
    fn refill(&mut self, threads: Vec<MutedEntry>) {
        let (entries, facts): (Vec<MessageSummary>, _) =
            threads.into_iter().map(|one| (one.latest, (one.messages, one.since))).unzip();
        self.threads = facts;
        self.messages.refill(entries);
        self.known = true;
    }
}

impl Screen for Muted {
    fn mode(&self) -> Mode {
        Mode::Muted
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
        vec![(Action::Reopen, "unmute"), (Action::Open, Action::Open.info().hint)]
    }

    fn draw(&self, state: &State, buffer: &mut Buffer, size: (u16, u16)) {
        draw(state, self, buffer, size);
    }
}

/// Opens the list, from wherever one can open it.
pub fn open(state: &mut State) {
    state.show(Muted::default());
    state.ask(StoreRequest::Muted);
}

fn respond(state: &mut State, response: Response) {
    match (response, state.screen_as_mut::<Muted>()) {
        (Response::Store(StoreResponse::Muted(threads)), Some(muted)) => muted.refill(threads),
        (Response::Store(StoreResponse::Unmuted(_)), Some(_)) => state.ask(StoreRequest::Muted),
        _ => {}
    }
}

fn failed(state: &mut State, slot: Slot, _: &Problem) -> bool {
    if let (Slot::Muted, Some(muted)) = (slot, state.screen_as_mut::<Muted>()) {
        muted.known = true;
    }
    false
}

fn act(state: &mut State, action: Action) {
    if moving::act(state, action) || reading::act(state, action) || writing::act(state, action) {
        return;
    }
    let Some(muted) = state.screen_as::<Muted>() else { return };
    match (action, muted.messages.current().map(|entry| entry.id)) {
        (Action::Reopen, Some(id)) => state.ask(StoreRequest::Unmute(id)),
        (Action::Back | Action::Quit, _) => state.go_back(),
        _ => {}
    }
}

fn draw(state: &State, muted: &Muted, buffer: &mut Buffer, size: (u16, u16)) {
    let listed = TitledList {
        title: "muted",
        messages: &muted.messages,
        known: muted.known,
        count: when::count(muted.messages.len(), "thread", "threads"),
        none: "No thread is muted.",
    };
    let mark = |place: usize, _: &MessageSummary| {
        muted.threads.get(place).map_or_else(String::new, |(count, since)| {
            let since = when::day(*since, state.now, state.settings.zone);
            format!("{}, since {since}", when::count(*count as usize, "message", "messages"))
        })
    };
    titled_list::draw(state, &listed, mark, buffer, size);
}
