//! The receipt: a full stop. Nothing on it invites back in.
//!
//! ```text
//!            The morning check-in is closed.
//!
//!            33 messages in 18 minutes
//!            ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╌╌╌╌╌╌╌╌
//!
//!             8 not decided: carried over to this afternoon, 16:00
//!            29 done: go to Archive on work
//!             4 deferred to tomorrow morning, 10:00
//!
//!            Oldest: 9 days.
//!            Before it, 1 message came through by an exception.
//!            ▌ family: Mum, Dinner on Sunday · useful
//!
//!            Would it have changed anything to see this earlier?
//!              Ben, The release date · waited 5 h · no
//!            3 of 64 mattered: between 2 and 11 in a hundred.
//!
//!            With Ben 4 of 6 threads became a chat at the 3rd turn, with up to 9 turns within a day.
//!
//!            Next: afternoon, 16:00. Nothing to do until then.
//! ```

mod asked;
mod page;

use ratatui::buffer::Buffer;

use super::finished;
use crate::domain::matter::MatterAnswer;
use crate::domain::printable::Printable;
use crate::domain::receipt::{ClosedBy, Receipt};
use crate::ui::action::{Action, Mode};
use crate::ui::request::{SetupRequest, StoreRequest};
use crate::ui::response::{FiguresResponse, Response, SetupResponse, StoreResponse};
use crate::ui::state::State;
use crate::ui::state::receipt::{Answered, Closing};
use crate::ui::state::screen::{Handlers, Screen};
use crate::ui::update::batch;

pub(super) use page::summary;

impl Screen for Closing {
    fn mode(&self) -> Mode {
        Mode::Receipt
    }

    fn handlers(&self) -> Handlers {
        Handlers { unbound, respond, ..Handlers::of(act) }
    }

    fn enter_is_final(&self) -> bool {
        true
    }

    fn hints(&self, state: &State) -> Vec<(Action, &'static str)> {
        let mut hints = vec![(Action::Open, "close")];
        if finished(&self.receipt) > 0 {
            hints.push((Action::Reopen, Action::Reopen.info().hint));
        }
        hints.extend(asked::hints(self));
        if self.mattered().is_some() {
            hints.push((Action::Rule, Action::Rule.info().hint));
        }
        if !self.through.doubtful.is_empty() {
            hints.push((Action::RemoveException, Action::RemoveException.info().hint));
        }
        if state.door.as_ref().is_some_and(|door| !door.refused.is_empty()) {
            hints.push((Action::Gather, "try again"));
        }
        hints
    }

    fn draw(&self, state: &State, buffer: &mut Buffer, size: (u16, u16)) {
        page::draw(state, self, buffer, size);
    }
}

/// Every key of the receipt closes it, but those that bring back, that try again, and that are about its rows. Where there are none,
/// those are keys like any other.
fn act(state: &mut State, action: Action) {
    let Some(closing) = state.screen_as_mut::<Closing>() else { return };
    let batch = closing.receipt.batch;
    match action {
        Action::Reopen if finished(&closing.receipt) > 0 => finished::open(state, batch),
        Action::Gather => batch::gather(state),
        Action::Down | Action::Up if closing.rows() > 0 => closing.step(action == Action::Down),
        Action::Useful => answer(state, MatterAnswer::Yes),
        Action::FalseAlarm => answer(state, MatterAnswer::No),
        Action::Skip => answer(state, MatterAnswer::Skipped),
        Action::Rule => match closing.mattered().map(|question| question.id) {
            Some(id) => state.ask(StoreRequest::Rules(id)),
            None => unbound(state),
        },
        Action::RemoveException => match closing.through.doubtful.first().map(|rated| rated.name.clone()) {
            Some(name) => state.ask(SetupRequest::RemoveException { name }),
            None => unbound(state),
        },
        Action::Down | Action::Up => unbound(state),
        _ => batch::leave(state),
    }
}

/// Answers the row in hand: whether what came through was useful, or whether it would have changed something to see a message earlier.
fn answer(state: &mut State, answer: MatterAnswer) {
    let Some(closing) = state.screen_as_mut::<Closing>() else { return };
    let batch = closing.receipt.batch;
    match closing.answer(answer) {
        Some(Answered::Hit(id, rating)) => state.ask(StoreRequest::RateHit { batch, id, rating }),
        Some(Answered::Question(id, answer)) => state.ask(StoreRequest::AnswerMatter { batch, id, answer }),
        Some(Answered::Passed) => {}
        None => unbound(state),
    }
}

fn respond(state: &mut State, response: Response) {
    let Some(closing) = state.screen_as_mut::<Closing>() else { return };
    match response {
        Response::Store(StoreResponse::CommitPreview(did)) => closing.did = Some(*did),
        Response::Store(StoreResponse::Hits(through)) => closing.take_hits(through),
        Response::Store(StoreResponse::Matter(asked)) => closing.take_questions(asked),
        Response::Figures(FiguresResponse::Line(note)) => closing.line = note.map(|note| Printable::from(note.words)),
        Response::Setup(SetupResponse::ExceptionRemoved(name)) => {
            let batch = closing.receipt.batch;
            state.say(format!("The exception {name} is out of the settings: it lets nothing through any more."));
            state.ask(StoreRequest::Hits(batch));
        }
        _ => {}
    }
}

/// How many messages the batch has finished with.
fn finished(receipt: &Receipt) -> u32 {
    receipt.done + receipt.trash + receipt.muted + receipt.spam
}

/// A key that means nothing here. It closes the receipt that the person asked for. A receipt that came by itself may have
/// come while the person was still deciding: it stays until a key that is meant for it.
fn unbound(state: &mut State) {
    if state.screen_as::<Closing>().is_some_and(|closing| closing.by == ClosedBy::Person) {
        batch::leave(state);
    }
}
