//! The thread that keeps what was decided, and answers for batches, the door and the configuration.
//!
//! It alone writes on behalf of the screen. One request is one intention and one transaction; the response carries the
//! number of the request.

mod at_door;
mod at_outbox;
mod explaining;
mod granting;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use chrono::{DateTime, Utc};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};

use super::problem::problem;
use super::setup::Setup;
use super::{SharedConfig, panic_guard, present};
use crate::clock::Clock;
use crate::config::{CommitMode, Config};
use crate::domain::address_book::AddressBook;
use crate::domain::batch::{Batch, BatchKind};
use crate::domain::door::Overview;
use crate::domain::ids::{BatchId, OutgoingId};
use crate::domain::opening::Opening;
use crate::domain::problem::Problem;
use crate::domain::receipt::ClosedBy;
use crate::domain::watch_event::WatchEvent;
use crate::job::stage::CheckedDraft;
use crate::job::{JobError, close, decide, door, trouble, window_end};
use crate::store::{ActsSoFar, InteractiveLock, Store, StoreError};
use crate::ui::event::{BackgroundEvent, Event};
use crate::ui::request::{DraftOrigin, RequestNumber, SetupRequest, StoreRequest};
use crate::ui::response::Response;
use crate::ui::view::end_words;
use crate::watch::{is_down, runs};

/// So many kB of the store are kept in memory: what the rows of a long batch are read from, once.
const PAGES: u16 = 1_000;
/// The same until the first frame stands, for which hardly anything is read twice: to get memory for a page for the first time takes longer than to read it.
const FIRST_PAGES: u16 = 128;

/// How soon the screen sees what a script, or another screen, has done in its batch.
const LOOK_AROUND: Duration = Duration::from_secs(1);

/// What came of keeping what was saved in the editor.
pub type DraftKept = Result<OutgoingId, Problem>;

#[derive(Debug)]
pub enum Task {
    Store(RequestNumber, StoreRequest),
    Setup(RequestNumber, SetupRequest),
    /// A minute has begun: a window may have opened or closed.
    Minute,
    /// These batches are open on the screen now, and no others.
    OnScreen(Vec<BatchId>),
    /// A stretch in which a batch was open is over.
    Opening(Opening),
    /// Say what is left of the batches that were open on the screen, in sentences.
    Left(Sender<Vec<String>>),
    /// Keep what was saved in the editor.
    KeepDraft {
        origin: DraftOrigin,
        text: String,
        kept: Sender<DraftKept>,
    },
    /// Say when everything before this is done.
    Finish(Sender<()>),
}

#[derive(Debug)]
pub struct StoreWorker {
    store: Store,
    config: SharedConfig,
    setup: Setup,
    clock: Clock,
    events: Sender<Event>,
    /// What the screen knows of the batches that it shows.
    shown: BTreeMap<BatchId, ActsSoFar>,
    /// The draft that was shown last before it is staged.
    checked: Option<(OutgoingId, CheckedDraft)>,
    /// The correspondents, as they were known when it was asked last who gets a message.
    address_book: Option<AddressBook>,
    /// The batches that are open on the screen, each with what says so to every other program.
    on_screen: BTreeMap<BatchId, Option<InteractiveLock>>,
    /// While somebody decides here, messages are taken in in short steps: from the first frame on.
    presence: Option<InteractiveLock>,
}

impl StoreWorker {
    pub fn open(
        store: &Path,
        config: SharedConfig,
        config_path: PathBuf,
        clock: Clock,
        events: Sender<Event>,
    ) -> Result<Self, StoreError> {
        let mut store = Store::open(store)?;
        store.keep_few_pages(FIRST_PAGES);
        // All that the first frame shows is read as one.
        store.hold_snapshot();
        store.record_created_at(clock.moment())?;
        let setup = Setup { config: Arc::clone(&config), config_path, clock };
        let (shown, on_screen) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self {
            store,
            config,
            setup,
            clock,
            events,
            shown,
            checked: None,
            address_book: None,
            on_screen,
            presence: None,
        })
    }

    /// Does a task on the thread of the caller, where nothing is written for it, so that it waits for nobody; gives any other back.
    pub fn do_at_once(&mut self, task: Task) -> Option<Task> {
        let looks = |request: &StoreRequest| {
            matches!(
                request,
                StoreRequest::Arrive { .. }
                    | StoreRequest::Overview
                    | StoreRequest::Rows { .. }
                    | StoreRequest::Threads { .. }
            )
        };
        match &task {
            Task::Store(_, request) if looks(request) && !self.may_close() => self.take(task),
            _ => return Some(task),
        }
        None
    }

    /// Whether a batch may have to be committed before anything is shown: its time is over, or that cannot be read.
    fn may_close(&self) -> bool {
        let now = self.clock.now();
        let open = self.store.open_batch(BatchKind::Window);
        open.map_or(true, |open| open.is_some_and(|(batch, _)| batch.is_over(now)))
    }

    /// Goes on in a thread of its own, with a task that came before those in the inbox.
    pub fn begin(mut self, first: Option<Task>, inbox: Receiver<Task>) -> Result<(), StoreError> {
        self.store.release_snapshot();
        let path = self.store.path().to_owned();
        let work = move || {
            self.store.keep_few_pages(PAGES);
            self.presence = self.store.mark_interactive();
            if let Some(task) = first {
                self.take(task);
            }
            self.work(&inbox);
        };
        let failed = |source| StoreError::File { doing: "start a thread for", path, source };
        thread::Builder::new().name("store".to_owned()).spawn(work).map(drop).map_err(failed)
    }

    fn work(mut self, inbox: &Receiver<Task>) {
        loop {
            // While the screen shows a batch, others may decide in it too.
            let task = if self.shown.is_empty() {
                inbox.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                inbox.recv_timeout(LOOK_AROUND)
            };
            match task {
                Ok(task) => self.take(task),
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    if let Ok(Err(error)) = panic_guard::caught(|| self.look_around()) {
                        trouble::log_error(&error);
                    }
                }
            }
        }
    }

    fn take(&mut self, task: Task) {
        match task {
            Task::Store(number, request) => {
                let granted = panic_guard::caught(|| self.handle(request));
                self.respond(number, granted.and_then(|granted| granted.map_err(|error| problem(&error))));
            }
            Task::Setup(number, request) => {
                let granted = panic_guard::caught(|| self.setup.handle(request));
                self.respond(number, granted.flatten());
            }
            Task::Minute => {
                let _ = panic_guard::caught(|| self.minute());
            }
            Task::OnScreen(batches) => {
                let _ = panic_guard::caught(|| self.put_on_screen(batches));
            }
            Task::Opening(opening) => {
                let _ = panic_guard::caught(|| self.note_opening(&opening));
            }
            Task::Left(answer) => {
                let _ = answer.send(panic_guard::caught(|| self.left()).unwrap_or_default());
            }
            Task::KeepDraft { origin, text, kept } => {
                let now = self.clock.now();
                let granted = panic_guard::caught(|| at_outbox::keep(&mut self.store, origin, &text, now));
                let _ = kept.send(granted.and_then(|granted| granted.map_err(|error| problem(&error))));
            }
            Task::Finish(done) => {
                let _ = done.send(());
            }
        }
    }

    fn respond(&self, number: RequestNumber, granted: Result<impl Into<Response>, Problem>) {
        let _ = self.events.send(Event::Response(number, granted.map(Into::into)));
    }

    fn minute(&mut self) {
        let (config, now) = (present(&self.config), self.clock.now());
        if let Err(error) = self.close_due(&config, now) {
            trouble::log_error(&error);
        }
        match overview(&self.store, &config, now) {
            Ok(door) => drop(self.events.send(Event::Watch(WatchEvent::Door(Box::new(door))))),
            Err(error) => trouble::log_error(&error),
        }
    }

    /// Commits the batch whose time is over, where it waits for nobody, and tells the screen.
    fn close_due(&mut self, config: &Config, now: DateTime<Utc>) -> Result<(), JobError> {
        if let Some(receipt) = close::close_due(&mut self.store, config, now)? {
            self.shown.remove(&receipt.batch);
            let by = self.next_window(receipt.batch, config, now)?.unwrap_or(ClosedBy::Time);
            let _ = self.events.send(Event::News(BackgroundEvent::Closed { receipt: Box::new(receipt), by }));
        }
        Ok(())
    }

    /// That a batch whose time was over was open until the next window of its lanes, where that is why it was closed.
    fn next_window(&self, batch: BatchId, config: &Config, now: DateTime<Utc>) -> Result<Option<ClosedBy>, JobError> {
        let over = |batch: &Batch| config.commit == CommitMode::AtClose && batch.is_over(now);
        let Some((batch, _)) = self.store.batch(batch)?.filter(|(batch, _)| over(batch)) else { return Ok(None) };
        let next = window_end::next_has_opened(&self.store, config, &batch, now)?;
        let next = next.filter(|next| batch.closes().is_some_and(|closes| closes < next.opens));
        Ok(next.map(|next| ClosedBy::NextWindow(next.checkin)))
    }

    /// What is left of the batches that were open on the screen.
    fn left(&self) -> Vec<String> {
        let (config, now) = (present(&self.config), self.clock.now());
        let watch = runs(self.store.path());
        let left = self.shown.keys().filter_map(|batch| match window_end::left(&self.store, &config, *batch, watch) {
            Ok(left) => left,
            Err(error) => {
                trouble::log_error(&error);
                None
            }
        });
        left.map(|left| end_words::left(&left, now, config.calendar.zone)).collect()
    }

    /// Marks which batches are open on the screen.
    fn put_on_screen(&mut self, batches: Vec<BatchId>) {
        self.on_screen.retain(|batch, _| batches.contains(batch));
        for batch in batches {
            let store = &self.store;
            self.on_screen.entry(batch).or_insert_with(|| store.mark_on_screen(batch));
        }
    }

    /// Where it cannot be kept, the figures of the month lack it, and nothing else does.
    fn note_opening(&mut self, opening: &Opening) {
        if !self.store.is_read_only()
            && let Err(error) = self.store.note_opening(opening)
        {
            trouble::log_error(&error.into());
        }
    }

    /// Notes what the screen knows of a batch now.
    fn shows(&mut self, batch: BatchId) -> Result<(), JobError> {
        if let Some(acts) = self.store.acts_so_far(batch)? {
            self.shown.insert(batch, acts);
        }
        Ok(())
    }

    /// Tells the screen what others, a script or another screen, have done in a batch that it shows.
    fn look_around(&mut self) -> Result<(), JobError> {
        for (batch, known) in self.shown.clone() {
            let Some(acts) = self.store.acts_so_far(batch)?.filter(|acts| *acts != known) else { continue };
            self.shown.insert(batch, acts);
            let news = if acts.committed {
                self.shown.remove(&batch);
                let (config, now) = (present(&self.config), self.clock.now());
                let by = self.next_window(batch, &config, now)?.unwrap_or(ClosedBy::Others);
                let receipt = self.store.receipt(batch)?.map(Box::new);
                receipt.map(|receipt| BackgroundEvent::Closed { receipt, by })
            } else {
                Some(BackgroundEvent::DecidedElsewhere(Box::new(decide::replay(&self.store, batch)?)))
            };
            if let Some(news) = news {
                let _ = self.events.send(Event::News(news));
            }
        }
        Ok(())
    }
}

/// What the door shows, and whether a watch should run and does not.
fn overview(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<Overview, JobError> {
    Ok(Overview { watch_is_down: is_down(store), ..door::door(store, config, now)? })
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, RwLock};
    use std::time::Duration;

    use super::{StoreWorker, Task};
    use crate::clock::Clock;
    use crate::config::Config;
    use crate::domain::defer_choices::DeferSubject;
    use crate::domain::ids::BatchId;
    use crate::domain::schedule::Zone;
    use crate::ui::event::Event;
    use crate::ui::request::{RequestNumber, StoreRequest};
    use crate::ui::response::{Response, StoreResponse};

    /// What fails is answered too, and the thread goes on.
    #[test]
    fn each_request_is_answered_in_turn_under_its_own_number() {
        let folder = tempfile::tempdir().unwrap();
        let config = Arc::new(RwLock::new(Arc::new(Config::embedded(Zone::UTC))));
        let (events, inbox) = crossbeam_channel::unbounded();
        let (store, settings) = (folder.path().join("tidebox.db"), folder.path().join("config.toml"));
        let (tasks, task_inbox) = crossbeam_channel::unbounded();
        let worker = StoreWorker::open(&store, config, settings, Clock::real(), events).unwrap();
        worker.begin(None, task_inbox).unwrap();
        let requests = [
            StoreRequest::DeferTarget { of: DeferSubject::Messages(Vec::new()), text: "nonsense".to_owned() },
            StoreRequest::Commit(BatchId(7)),
            StoreRequest::Deferred,
            StoreRequest::Overview,
        ];
        for (number, request) in (5..).zip(requests) {
            tasks.send(Task::Store(RequestNumber(number), request)).unwrap();
        }
        let [named, committed, deferred, overview] =
            [5, 6, 7, 8].map(|number| match inbox.recv_timeout(Duration::from_secs(30)).unwrap() {
                Event::Response(answered, answer) => {
                    assert_eq!(answered, RequestNumber(number));
                    answer
                }
                other => panic!("{other:?}"),
            });
        assert!(named.is_err_and(|problem| problem.hint.is_some()));
        assert!(committed.is_err_and(|problem| problem.what.to_string() == "there is no batch 7"));
        assert!(matches!(deferred, Ok(Response::Store(StoreResponse::Deferred(none))) if none.is_empty()));
        assert!(matches!(overview, Ok(Response::Store(StoreResponse::Overview(_)))));
    }
}
