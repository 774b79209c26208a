//! What a committed batch has finished, to be brought back: one message, or all of them.
//!
//! ```text
//!  finished   4 messages of the last batch
//!
//!  ▌ Grace Hopper     Budget, third try         trash  2h │  the letter
//!    宮本 茂          来週の打ち合わせ           done  1d │
//! ```

use ratatui::buffer::Buffer;

use crate::domain::ids::BatchId;
use crate::domain::message::MessageSummary;
use crate::domain::problem::Problem;
use crate::domain::text_enum::TextEnum;
use crate::ui::action::{Action, Mode};
use crate::ui::request::{Slot, StoreRequest};
use crate::ui::response::{Response, StoreResponse};
use crate::ui::state::State;
use crate::ui::state::message_list::{CursorList, MessageList};
use crate::ui::state::screen::{Handlers, Screen};
use crate::ui::update::{batch, moving, reading, writing};
use crate::ui::view::titled_list::{self, TitledList};
use crate::ui::when;

#[derive(Debug, Clone)]
struct Finished {
    batch: BatchId,
    messages: MessageList,
    /// Whether the list has come yet.
    known: bool,
}

impl Screen for Finished {
    fn mode(&self) -> Mode {
        Mode::Finished
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
        [Action::Reopen, Action::ReopenAll, Action::Open].map(|action| (action, action.info().hint)).into()
    }

    fn draw(&self, state: &State, buffer: &mut Buffer, size: (u16, u16)) {
        draw(state, self, buffer, size);
    }
}

/// Opens the list of a batch.
pub fn open(state: &mut State, batch: BatchId) {
    state.show(Finished { batch, messages: MessageList::default(), known: false });
    state.ask(StoreRequest::Finished(batch));
}

fn respond(state: &mut State, response: Response) {
    let Some(finished) = state.screen_as_mut::<Finished>() else { return };
    match response {
        Response::Store(StoreResponse::Finished(list)) => {
            finished.messages.refill(list);
            finished.known = true;
        }
        Response::Store(StoreResponse::Reopened(_)) => {
            let batch = finished.batch;
            state.ask(StoreRequest::Finished(batch));
        }
        _ => {}
    }
}

fn failed(state: &mut State, slot: Slot, _: &Problem) -> bool {
    if let (Slot::Finished, Some(finished)) = (slot, state.screen_as_mut::<Finished>()) {
        finished.known = true;
    }
    false
}

fn act(state: &mut State, action: Action) {
    if moving::act(state, action) || reading::act(state, action) || writing::act(state, action) {
        return;
    }
    let Some(finished) = state.screen_as::<Finished>() else { return };
    let list = &finished.messages;
    match (action, list.current().map(|entry| entry.id)) {
        (Action::Reopen, Some(id)) => state.ask(StoreRequest::Reopen(vec![id])),
        (Action::ReopenAll, Some(_)) => {
            let all = list.entries.iter().map(|entry| entry.id).collect();
            state.ask(StoreRequest::Reopen(all));
        }
        (Action::Back | Action::Quit, _) => batch::leave(state),
        _ => {}
    }
}

fn draw(state: &State, finished: &Finished, buffer: &mut Buffer, size: (u16, u16)) {
    let listed = TitledList {
        title: "finished",
        messages: &finished.messages,
        known: finished.known,
        count: format!("{} of this batch", when::count(finished.messages.len(), "message", "messages")),
        none: "Nothing that this batch has finished is left. What was brought back leads the next one.",
    };
    let mark =
        |_: usize, entry: &MessageSummary| format!("{}  {:>3}", entry.stage.name(), when::age(entry.placed, state.now));
    titled_list::draw(state, &listed, mark, buffer, size);
}
