//! Passing on what the screen asks for: each request goes to the thread that grants it; what is about the loop itself is
//! granted here.

use std::time::Duration;

use super::store_worker::Task;
use super::terminal::TerminalGuard;
use super::{Leaving, Run, SessionError, WaitingBegin};
use crate::clock::Stopwatch;
use crate::ui::request::{ComposerRequest, EditRequest, Effect, Request, RequestNumber, ShellRequest, StoreRequest};

/// How long beginning a window waits for the sources to be read, so that what has arrived is in the batch.
const GATHER_FIRST: Duration = Duration::from_secs(5);
/// The same for the first batch, which is only once: a mailbox is read for the first time, and whole.
const ALL_OF_IT: Duration = Duration::from_mins(2);

/// What the loop must do next.
pub(super) enum Next {
    Stay,
    Leave(Leaving),
    Suspend,
    /// The terminal is given to a command that reads a message.
    Pipe {
        command: String,
        message: Vec<u8>,
    },
    /// The terminal is given to an editor.
    Edit(RequestNumber, EditRequest),
    /// The terminal is given to another mail program.
    Compose(RequestNumber, ComposerRequest),
}

impl Next {
    /// What comes of two things that happened one after the other: the one that was first to leave the loop.
    pub(super) fn then(self, later: Self) -> Self {
        if matches!(self, Self::Stay) { later } else { self }
    }
}

impl Run {
    /// Gives each request to whoever grants it.
    pub(super) fn hand_on(&mut self, effects: impl IntoIterator<Item = Effect>) -> Result<Next, SessionError> {
        let mut next = Next::Stay;
        for Effect { number, request } in effects {
            match request {
                Request::Store(request @ (StoreRequest::Begin | StoreRequest::BeginFirst))
                    if !self.all_read.is_done() =>
                {
                    let patience = if request == StoreRequest::BeginFirst { ALL_OF_IT } else { GATHER_FIRST };
                    let since = Stopwatch::start();
                    self.begin_waits = Some(WaitingBegin { number, request, since, patience });
                }
                Request::Store(request) => drop(self.store_worker.send(Task::Store(number, request))),
                Request::Setup(request) => drop(self.store_worker.send(Task::Setup(number, request))),
                Request::Letter(request) => drop(self.letter_worker.send((number, request))),
                Request::Search(request) => self.search_workers.search(number, request),
                Request::Figures(request) => self.figures_worker.handle(number, request),
                Request::Account(request) => self.account_worker.handle(number, request),
                Request::Editor(request) => next = next.then(Next::Edit(number, request)),
                Request::Composer(request) => next = next.then(Next::Compose(number, request)),
                Request::Shell(request) => next = next.then(self.handle(request)?),
            }
        }
        Ok(next)
    }

    fn handle(&mut self, request: ShellRequest) -> Result<Next, SessionError> {
        match request {
            ShellRequest::Gather => self.watch.read(),
            ShellRequest::Copy(text) => TerminalGuard::copy(&crate::mail::to_base64(text.as_bytes()))?,
            ShellRequest::Demo => return Ok(Next::Leave(Leaving::Demo)),
            ShellRequest::Welcome => return Ok(Next::Leave(Leaving::Welcome)),
            ShellRequest::Pipe { command, message } => return Ok(Next::Pipe { command, message }),
            ShellRequest::Suspend => return Ok(Next::Suspend),
            ShellRequest::Quit => return Ok(Next::Leave(Leaving::Quit)),
        }
        Ok(Next::Stay)
    }
}
