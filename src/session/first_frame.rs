//! The first frame, which is made by one thread: there is no key yet that could wait, and a thread of the store would only be waited
//! for. To start threads and let them share memory takes as long as to read what the frame shows.

use crossbeam_channel::Receiver;

use super::dispatch::Next;
use super::letter_worker::{self, LetterWorker};
use super::store_worker::{StoreWorker, Task};
use super::terminal::TerminalGuard;
use super::{PATIENCE, Run, SessionError};
use crate::clock::Stopwatch;
use crate::store::StoreError;
use crate::ui::state::Start;

/// What works behind the screen from the first frame on.
pub(super) struct Workers {
    pub store: StoreWorker,
    pub tasks: Receiver<Task>,
    pub letters: LetterWorker,
    pub letter_requests: Receiver<letter_worker::Numbered>,
}

impl Workers {
    fn begin(self, first: Option<Task>) -> Result<(), StoreError> {
        self.store.begin(first, self.tasks)?;
        self.letters.begin(self.letter_requests)
    }
}

impl Run {
    /// Shows where the screen begins, and starts everything else behind it. What the store does not answer at once, and what takes
    /// longer than a person notices, is left to its thread.
    pub(super) fn open(
        &mut self,
        screen: &mut TerminalGuard,
        start: Start,
        mut workers: Workers,
    ) -> Result<Next, SessionError> {
        let since = Stopwatch::start();
        let effects = self.state.start(start);
        let mut next = self.hand_on(effects)?;
        let mut left = None;
        while self.state.unsettled() && left.is_none() && since.elapsed() < PATIENCE {
            let Ok(task) = workers.tasks.try_recv() else { break };
            left = workers.store.do_at_once(task);
            while let Ok(event) = self.inbox.try_recv() {
                next = next.then(self.take(event)?);
            }
        }
        if self.state.unsettled() {
            workers.begin(left)?;
            next = next.then(self.settle()?);
            self.paint(screen)?;
        } else {
            self.paint(screen)?;
            workers.begin(left)?;
        }
        Ok(next)
    }
}
