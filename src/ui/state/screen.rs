//! What a screen is: its place in the table of actions, what it draws, its hints, and what its keys do.
//!
//! Each screen is one file of `ui::screens`. Everything that is the same on all of them asks here, so that nothing else
//! has to know which screens there are.

use std::any::Any;
use std::fmt::Debug;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::State;
use super::batch_view::BatchView;
use super::field::Field;
use super::message_list::MessageList;
use crate::domain::ids::BatchId;
use crate::domain::positions::{Position, Positions};
use crate::domain::problem::Problem;
use crate::ui::action::{Action, Mode};
use crate::ui::keymap::Key;
use crate::ui::request::Slot;
use crate::ui::response::Response;

/// How often the screen wants to know the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cadence {
    Minute,
    /// A countdown is on the screen.
    Second,
}

/// A screen, with what only this screen knows.
pub trait Screen: Any + Debug {
    /// The screen's name in the table of actions: it decides which keys and which lines of the help belong to it.
    fn mode(&self) -> Mode;

    /// What happens on it.
    fn handlers(&self) -> Handlers;

    /// Draws everything but the two lines at the bottom. `size` is in columns and rows.
    fn draw(&self, state: &State, buffer: &mut Buffer, size: (u16, u16));

    /// The hints at the bottom, the most useful first. Help and the way back are added to them.
    fn hints(&self, state: &State) -> Vec<(Action, &'static str)>;

    /// The screen's own list of messages, with a letter beside it.
    fn messages(&self) -> Option<&MessageList> {
        None
    }

    fn messages_mut(&mut self) -> Option<&mut MessageList> {
        None
    }

    /// What it shows of the batch in hand. Without a batch a screen that shows one gives way to the door.
    fn batch(&self) -> BatchUse {
        BatchUse::None
    }

    /// Whether this screen stays when this batch comes, which it has asked for: the batch is in hand behind it.
    fn waits_for_batch(&self, _batch: BatchId) -> bool {
        false
    }

    /// The line that is being typed; keys go into it and not to the keymap.
    fn field(&self) -> Option<&Field> {
        None
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        None
    }

    /// The hints while a line is typed: keys with what they do.
    fn field_hints(&self) -> &'static [(&'static str, &'static str)] {
        &[("esc", "back")]
    }

    /// The list was clicked while a line was typed: it is typed no longer.
    fn leave_field(&mut self) {}

    /// Whether Enter does something here that cannot be taken back. It is left out of keys that were pasted.
    fn enter_is_final(&self) -> bool {
        false
    }

    /// Whether the key `quit` leaves the program here, and not only this screen.
    fn quit_leaves(&self) -> bool {
        false
    }

    fn cadence(&self) -> Cadence {
        Cadence::Minute
    }

    /// Where the screen's own rows stand, on a screen whose rows are no list of messages.
    fn rows_area(&self, _size: (u16, u16)) -> Option<Rect> {
        None
    }

    /// The row, from 0, at a line of `rows_area`; `None` beneath the last one.
    fn row_at(&self, _state: &State, _line: usize) -> Option<usize> {
        None
    }

    /// Where the row in hand stands in an open batch, on a screen whose list is not the batch.
    fn place_in_batch(&self) -> Option<(BatchId, Position)> {
        None
    }

    /// The messages of the batch that are in sight, and those with what lies a screen before and after them.
    fn batch_rows(&self, state: &State, work: &BatchView) -> (Positions, Positions) {
        work.around(state.rows_in_sight(), usize::from(state.size.1))
    }
}

/// How a screen uses the batch in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchUse {
    None,
    /// The batch is its list of messages.
    List,
    /// It is about the batch, and has rows of its own.
    Rows,
}

/// What a screen does when something happens on it. They are functions of the whole state, since a key may open another
/// screen; what a screen leaves out does nothing.
#[derive(Debug, Clone, Copy)]
pub struct Handlers {
    /// An action, by its key, a click or the palette.
    pub act: fn(&mut State, Action),
    /// A key, before it is looked up in the keymap. `true` where the screen has taken it.
    pub key: fn(&mut State, Key) -> bool,
    /// A key that means nothing here.
    pub unbound: fn(&mut State),
    /// Something was pasted into the line that is typed.
    pub edited: fn(&mut State),
    /// A click on a row of `row_at`.
    pub click: fn(&mut State, usize),
    /// The time has moved on.
    pub tick: fn(&mut State),
    /// The last step of every event: cursor and scrolling are brought within bounds.
    pub settle: fn(&mut State),
    /// A response that only this screen knows what to do with. It may be a response that was asked for by another screen.
    pub respond: fn(&mut State, Response),
    /// A request came to nothing. `true` where the screen itself shows why.
    pub failed: fn(&mut State, Slot, &Problem) -> bool,
}

impl Handlers {
    #[must_use]
    pub const fn of(act: fn(&mut State, Action)) -> Self {
        Self {
            act,
            key: |_, _| false,
            unbound: |_| {},
            edited: |_| {},
            click: |_, _| {},
            tick: |_| {},
            settle: |_| {},
            respond: |_, _| {},
            failed: |_, _, _| false,
        }
    }
}

impl State {
    /// Shows a screen in place of the present one.
    pub(in crate::ui) fn show(&mut self, screen: impl Screen) {
        self.screen = Box::new(screen);
    }

    /// The present screen, where it is of this kind.
    #[must_use]
    pub(in crate::ui) fn screen_as<S: Screen>(&self) -> Option<&S> {
        (&*self.screen as &dyn Any).downcast_ref()
    }

    pub(in crate::ui) fn screen_as_mut<S: Screen>(&mut self) -> Option<&mut S> {
        (&mut *self.screen as &mut dyn Any).downcast_mut()
    }
}
