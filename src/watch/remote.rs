//! One source on the network: a thread that keeps its connection, reads what is new, makes the changes that the journal
//! asks for there, and waits for news.
//!
//! A failure is told once, in words, and tried again after a while. A password that was refused is tried again at times of
//! its own (`job::health`), because servers lock accounts for less.
//!
//! How busy a source is makes no difference to how often it is read: whatever brings something new is followed by the next
//! reading at once. Only a server that tells of news again and again where there are none is asked at intervals.

mod rest;
#[cfg(test)]
mod trials;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::backoff::Backoff;
use super::messages::{RemoteMessage, SourceGroup, SupervisorMessage};
use super::{PROGRESS, WatchContext, panic_guard, present, problems};
use crate::clock::Stopwatch;
use crate::config::SourceConfig;
use crate::domain::concern::ConcernKind;
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::domain::watch_event::WatchEvent;
use crate::domain::write_back_summary::WriteBackSummary;
use crate::job::JobError;
use crate::job::gather::gather_on;
use crate::job::health::{self, AttemptReason};
use crate::job::source_failure::SourceFailure;
use crate::job::summary::Summary;
use crate::job::write_back::write_back;
use crate::source::Source;
use crate::store::{Durability, Store};
use rest::Rest;

/// What its server does not give out is asked for again this soon.
const OWED: Duration = Duration::from_secs(30);

/// The handle of the thread that tends a source.
#[derive(Debug)]
pub struct RemoteSource {
    from: SourceConfig,
    messages: Sender<RemoteMessage>,
    /// Ends a waiting.
    interrupt: Arc<AtomicBool>,
    /// Ends a reading too.
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// How a source is opened: `job::open::open`, but for tests.
pub type Opener = fn(&SourceConfig) -> Box<dyn Source>;

impl RemoteSource {
    /// Tends a source from now on; after the one who tended it before has come to its end.
    pub fn start(
        from: &SourceConfig,
        context: &WatchContext,
        open: Opener,
        supervisor: Sender<SupervisorMessage>,
        before: Option<Self>,
    ) -> Self {
        let (messages, inbox) = unbounded();
        let (interrupt, stop) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let mut worker = Worker {
            source: open(from),
            from: from.clone(),
            context: context.clone(),
            open,
            supervisor,
            inbox,
            interrupt: Arc::clone(&interrupt),
            stop: Arc::clone(&stop),
            backoff: Backoff::default(),
            told: None,
            tells_again: false,
            reads: true,
            occasion: AttemptReason::Person,
            requested: false,
            woken_at_once: false,
            spurious: 0,
        };
        let thread = thread::spawn(move || {
            if let Some(before) = before {
                let _ = before.thread.join();
            }
            worker.work();
        });
        Self { from: from.clone(), messages, interrupt, stop, thread }
    }

    pub fn from(&self) -> &SourceConfig {
        &self.from
    }

    pub fn send(&self, message: RemoteMessage) {
        if message == RemoteMessage::Stop {
            self.stop.store(true, Ordering::SeqCst);
        }
        let _ = self.messages.send(message);
        // After the message: who is woken by this finds it.
        self.interrupt.store(true, Ordering::SeqCst);
    }
}

struct Worker {
    from: SourceConfig,
    context: WatchContext,
    open: Opener,
    source: Box<dyn Source>,
    supervisor: Sender<SupervisorMessage>,
    inbox: Receiver<RemoteMessage>,
    interrupt: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    backoff: Backoff,
    /// The failure that was reported, while it lasts.
    told: Option<Problem>,
    /// Whether a failure that lasts is reported again, since a person asked to read.
    tells_again: bool,
    /// Whether the next round reads too, or only makes changes.
    reads: bool,
    /// Why the next round is.
    occasion: AttemptReason,
    /// Whether a person waits to hear of the next round.
    requested: bool,
    /// Whether the server announced something new as soon as the last wait began.
    woken_at_once: bool,
    /// How often in a row that was so, and there were none.
    spurious: u32,
}

impl Worker {
    fn work(&mut self) {
        while !self.stop.load(Ordering::SeqCst) {
            let requested = std::mem::take(&mut self.requested);
            let rest = match panic_guard::caught(|| self.round()) {
                Ok(rest) => rest,
                Err(problem) => {
                    self.failed(problem);
                    Rest::Leave(self.backoff.failed())
                }
            };
            let (group, failed) = (SourceGroup::Remote(self.from.name.clone()), self.told.clone());
            let _ = self.supervisor.send(SupervisorMessage::RoundEnded { group, failed, requested });
            if self.rest(&rest).is_break() {
                return;
            }
        }
    }

    /// Reads what is new and makes the changes that are to be made.
    fn round(&mut self) -> Rest {
        let occasion = std::mem::replace(&mut self.occasion, AttemptReason::Routine);
        if occasion == AttemptReason::BeforeWindow {
            self.source.probe();
        }
        let read = if std::mem::replace(&mut self.reads, true) { self.read(occasion) } else { Ok(Summary::default()) };
        let done = read.and_then(|summary| {
            let written = if summary.cause.is_none() { self.write_back()? } else { WriteBackSummary::default() };
            Ok((summary, written))
        });
        let (summary, written) = match done {
            Ok(done) => done,
            Err(error) => return self.broke_off(&error),
        };
        let nothing = summary.brought == 0 && written == WriteBackSummary::default();
        self.spurious = if self.woken_at_once && nothing { self.spurious.saturating_add(1) } else { 0 };
        let notes: Vec<_> = summary.notes.iter().map(|note| Problem::new(note.as_str())).collect();
        self.context.listener.tell_written(written);
        if let Some(cause) = &summary.cause {
            self.failed(problems::of_failure(&self.from.name, cause));
            return Rest::Leave(self.until_next(cause));
        }
        if let Some(first) = summary.failures.first() {
            // The rest of it was read, and goes on being read.
            let what = Printable::from(format!("source {}: {first}", self.from.name));
            self.failed(Problem::new(what));
        } else {
            self.backoff.forget();
            self.worked();
        }
        self.context.listener.tell(WatchEvent::Gathered { admitted: summary.admitted, failed: notes });
        let owed = summary.owed.is_some_and(|owed| owed.count > 0);
        Rest::Listen(if owed { self.pause().min(OWED) } else { self.pause() })
    }

    fn write_back(&mut self) -> Result<WriteBackSummary, JobError> {
        let mut store = Store::open_for(&self.context.store, Durability::Replayable)?;
        let (config, now) = (present(&self.context.config), self.context.clock.now());
        write_back(&mut store, &config, &self.from, self.source.as_mut(), now)
    }

    fn read(&mut self, occasion: AttemptReason) -> Result<Summary, JobError> {
        // Opened for each reading, so that a thread that only waits keeps no pages of the store in memory.
        let mut store = Store::open_for(&self.context.store, Durability::Replayable)?;
        let (config, moment) = (present(&self.context.config), self.context.clock.moment());
        let (listener, stop) = (self.context.listener.clone(), Arc::clone(&self.stop));
        let mut told = Stopwatch::start();
        let mut watcher = |summary: &Summary| {
            if told.elapsed() > PROGRESS {
                told = Stopwatch::start();
                listener.tell(WatchEvent::Gathering { read: summary.read });
            }
            if stop.load(Ordering::SeqCst) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        gather_on(occasion, &mut store, &config, (&self.from, &mut *self.source), moment, &mut watcher)
    }

    /// The store could not be read or written, or changes could not be made.
    fn broke_off(&mut self, error: &JobError) -> Rest {
        self.failed(problems::in_source(&self.from.name, problems::of_error(error)));
        if let JobError::Source(error) = error {
            let cause = SourceFailure::of(error);
            // Where the store cannot be written either, the event above is the only report of the failure.
            let _ = self.note(&cause);
            return Rest::Leave(self.until_next(&cause));
        }
        Rest::Leave(self.backoff.failed())
    }

    fn note(&self, cause: &SourceFailure) -> Result<(), JobError> {
        let mut store = Store::open_for(&self.context.store, Durability::Replayable)?;
        let id = store.source(&self.from.name, self.from.kind.source_type())?;
        health::fell(&mut store, id, self.source.as_ref(), cause, self.context.clock.now())
    }

    /// How long to leave it alone.
    fn until_next(&mut self, cause: &SourceFailure) -> Duration {
        let now = self.context.clock.now();
        match cause.kind {
            ConcernKind::Refused => {
                let next =
                    Store::open(&self.context.store).ok().and_then(|store| health::next(&store, &self.from.name));
                next.and_then(|next| (next - now).to_std().ok()).unwrap_or_else(|| self.backoff.failed())
            }
            // Until somebody asks, or a check-in is about to open.
            ConcernKind::NoSecret => Duration::MAX,
            _ => self.backoff.failed(),
        }
    }

    fn worked(&mut self) {
        self.tells_again = false;
        if self.told.take().is_some() {
            let name = Printable::from(&self.from.name);
            self.context.listener.tell(WatchEvent::Recovered { source: name });
        }
    }

    /// Reports that the round failed, and why, unless that was reported already.
    fn failed(&mut self, problem: Problem) {
        let again = std::mem::take(&mut self.tells_again);
        let known = self.told.as_ref().is_some_and(|told| problems::are_alike(told, &problem)) && !again;
        let failed = if known { Vec::new() } else { vec![problem.clone()] };
        self.told = Some(problem);
        self.context.listener.tell(WatchEvent::Failed(failed));
    }
}
