//! The screens: one file each, with what it knows, what its keys do, its hints and its picture.
//!
//! `state::screen` says what a screen is. A new one is a file here, a `Mode` in the table of actions, and a key that opens
//! it. Screens may name each other only one way: the screen that opens another one names it, and the way back is
//! `State::go_back`.

mod account;
mod batch;
mod deferred;
mod door;
mod finished;
mod month;
mod muted;
mod peek;
mod receipt;
mod review;
mod search;
mod welcome;
mod whatif;
mod written;

use crate::domain::query::view_term;

use super::request::{Effect, SetupRequest, StoreRequest};
use super::state::{Start, State, act_notice};

impl State {
    /// The first screen, over whatever is shown: its way back leads to the batch in hand or to the door. Not in the demo, which
    /// has nothing to do with the person's own mailboxes and settings.
    pub(in crate::ui) fn open_welcome(&mut self) {
        if let Some(demo) = self.demo {
            return self.warn(&act_notice::demo_adds_nothing(self, demo));
        }
        self.show(welcome::Welcome::over_another());
        self.ask(SetupRequest::Mailboxes);
        self.ask(StoreRequest::Overview);
    }

    /// The search, with what the view at this place of the settings finds.
    pub(in crate::ui) fn open_view(&mut self, place: usize) {
        if let Some(view) = self.keymap.views().get(place) {
            let text = view_term(&view.name);
            search::open(self, &text);
        }
    }

    /// What the person has begun to write.
    pub(in crate::ui) fn open_drafts(&mut self) {
        written::open(self, written::WrittenList::Drafts);
    }

    /// What leaves, and what has not left whole.
    pub(in crate::ui) fn open_outbox(&mut self) {
        written::open(self, written::WrittenList::Outbox);
    }

    /// The first screen, as the program begins with it.
    pub(in crate::ui) fn welcome(&mut self) {
        self.ask(StoreRequest::Overview);
        self.show(welcome::Welcome::default());
        self.ask(SetupRequest::Mailboxes);
    }

    /// Where the program begins, and the first requests.
    #[must_use]
    pub fn start(&mut self, start: Start) -> Vec<Effect> {
        match start {
            Start::Door => self.ask(StoreRequest::Arrive { rows: self.rows_in_sight() }),
            Start::Welcome => self.welcome(),
            Start::Batch => {
                self.ask(StoreRequest::Overview);
                self.ask(StoreRequest::Begin);
            }
        }
        std::mem::take(&mut self.out)
    }
}
