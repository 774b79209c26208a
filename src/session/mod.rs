//! The loop around the screen: keys and answers in, frames out.
//!
//! The screen's thread reads keys, updates the state and paints; it never waits for the store, for a parser or for
//! another process. Its requests go to other threads: `store_worker` keeps what was decided and finds what the store knows,
//! `letter_worker` lays letters out; two more, of `search_worker`, search; `figures_worker` counts. The watch over the sources has its own. Their
//! responses come back by one channel.
//!
//! A frame that says "done" is painted only after the store has said so: while an act is not settled, painting waits,
//! for as long as a person does not notice; after that the frame says that it is being kept.

mod account_worker;
mod attendance;
mod background;
mod clicks;
mod composer;
mod dispatch;
mod editor;
mod examine;
mod figures_worker;
mod first_frame;
mod first_request;
mod leaving;
mod letter_worker;
mod listening;
mod open_link;
mod panic_guard;
mod pipe;
mod problem;
mod screen_buffer;
mod search_worker;
mod settings;
mod setup;
mod signals;
mod store_worker;
mod terminal;
mod watch_events;

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use chrono::{DateTime, Timelike, Utc};
use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::clock::{Clock, Stopwatch};
use crate::config::Config;
use crate::domain::ids::BatchId;
use crate::domain::opening::Opening;
use crate::domain::problem::Problem;
use crate::job::private_files::PrivateFiles;
use crate::process;
use crate::store::StoreError;
use crate::ui::event::{BackgroundEvent, Event};
use crate::ui::keymap::Keymap;
use crate::ui::request::{Effect, LetterRequest, Request, RequestNumber, StoreRequest};
use crate::ui::response::{AccountStage, LetterResponse, Response, SetupResponse};
use crate::ui::state::{Demo, Settings, Start, State};
use crate::ui::theme::Look;
use crate::ui::update::update;
pub(crate) use crate::watch::{SharedConfig, present};
use crate::watch::{Watch, WatchContext, Who};

use account_worker::AccountWorker;
use attendance::{Attendance, Moved};
use background::BackgroundQuery;
use dispatch::Next;
pub use examine::{Terminal, examine};
use figures_worker::FiguresWorker;
use first_frame::Workers;
use letter_worker::LetterWorker;
use search_worker::SearchWorkers;
use settings::{ConfigFile, SettingsWatch};
pub use settings::{read as read_settings, read_again};
use signals::Signals;
use store_worker::{StoreWorker, Task};
use terminal::TerminalGuard;
use watch_events::AllRead;

/// How long an act may take before a frame is painted without it.
const PATIENCE: Duration = Duration::from_millis(100);

/// Everything the screen needs to open.
#[derive(Debug)]
pub struct SessionStart {
    pub config: Config,
    pub config_path: PathBuf,
    pub store_path: PathBuf,
    pub keymap: Keymap,
    pub look: Look,
    pub clock: Clock,
    /// Where the screen begins.
    pub start: Start,
    /// Whether it is the demo.
    pub demo: Option<Demo>,
}

/// Why the screen was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    Quit,
    /// To try the demo instead.
    Demo,
    /// From the demo, back to the first screen.
    Welcome,
    /// A signal asked for it.
    Signal(i32),
}

#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error("the terminal: {0}")]
    Terminal(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was decided last could not be kept; so many keys that were typed after it came to nothing too.
    #[error("the last decision could not be kept: {}{}", problem.what, and_typed(*typed))]
    NotKept { problem: Problem, typed: usize },
    #[error("the screen needs a terminal, and standard {0} is none")]
    NoTerminal(&'static str),
}

fn and_typed(keys: usize) -> String {
    match keys {
        0 => String::new(),
        1 => " (nor was the key taken that was typed after it)".to_owned(),
        keys => format!(" (nor were the {keys} keys taken that were typed after it)"),
    }
}

/// Opens the screen and stays until it is left.
pub fn run(opening: SessionStart) -> Result<Leaving, SessionError> {
    examine::require_terminal()?;
    // A screen that was there before has stopped all of its own.
    process::allow_again();
    let SessionStart { config, config_path, store_path, keymap, look, clock, start, demo } = opening;
    let signals = Signals::catch()?;
    let (events, inbox) = unbounded();
    let settings = Settings::of(&config, look);
    let asks = look.asks(&config.theme);
    let mouse = config.mouse;
    let config: SharedConfig = Arc::new(RwLock::new(Arc::new(config)));
    let store = StoreWorker::open(&store_path, Arc::clone(&config), config_path.clone(), clock, events.clone())?;
    let (store_worker, tasks) = unbounded();
    let copies = Arc::new(PrivateFiles::default());
    let letters = LetterWorker {
        path: store_path.clone(),
        config: Arc::clone(&config),
        clock,
        events: events.clone(),
        copies: Arc::clone(&copies),
    };
    let (letter_worker, letter_requests) = unbounded();
    let workers = Workers { store, tasks, letters, letter_requests };
    let search_workers = SearchWorkers::new(store_path.clone(), Arc::clone(&config), clock, events.clone());
    let figures_worker = FiguresWorker::new(store_path.clone(), Arc::clone(&config), clock, events.clone());
    let all_read = AllRead::default();
    let listener = watch_events::to(events.clone(), all_read.clone());
    let context =
        WatchContext { who: Who::Screen, store: store_path.clone(), config: Arc::clone(&config), clock, listener };
    let watch = Watch::over(context);
    let account_worker = AccountWorker::new(Arc::clone(&config), config_path.clone(), clock, events.clone());
    let config_file = ConfigFile::new(&config_path, Arc::clone(&config), clock, events);

    let mut screen = TerminalGuard::take(mouse)?;
    let mut state = State::new(settings, keymap, clock.now(), screen.size()?);
    state.demo = demo;
    let asked = if asks { Some(background::question()?) } else { None };
    let mut run = Run {
        state,
        clock,
        config,
        store_path,
        watch,
        settings_watch: SettingsWatch::over(config_file),
        store_worker,
        letter_worker,
        search_workers,
        figures_worker,
        account_worker,
        inbox,
        signals,
        asked,
        unread: VecDeque::new(),
        burst_goes_on: false,
        minute: clock.now().minute(),
        all_read,
        begin_waits: None,
        shown: None,
        on_screen: Vec::new(),
        attendance: Attendance::default(),
        changed: true,
        resized: false,
    };
    let left = run.open(&mut screen, start, workers).and_then(|begun| run.stay(&mut screen, begun));
    drop(screen);
    // Also where the terminal failed: what was decided is kept, or it is said that it could not be.
    let kept = leaving::keep_last(&mut run);
    if run.state.demo.is_none() && kept.is_ok() && matches!(left, Ok(Leaving::Quit)) {
        leaving::send_last(&run);
    }
    let over = run.attendance.leave(clock.now());
    run.note_opening(over);
    leaving::finish(&run.store_worker, &run.watch);
    copies.remove();
    if run.state.demo.is_none() && kept.is_ok() && matches!(left, Ok(Leaving::Quit | Leaving::Signal(_))) {
        leaving::tell_left(&run.store_worker);
    }
    kept.and(left)
}

/// How many keys an event is.
fn keys_of(event: &Event) -> u32 {
    match event {
        Event::Key(_) | Event::InBurst { .. } | Event::Mouse(_) | Event::Paste(_) => 1,
        Event::Burst(keys) => u32::try_from(keys.len()).unwrap_or(u32::MAX),
        _ => 0,
    }
}

/// A window that is begun when the sources are read, or when that takes too long.
struct WaitingBegin {
    number: RequestNumber,
    request: StoreRequest,
    since: Stopwatch,
    patience: Duration,
}

struct Run {
    state: State,
    clock: Clock,
    config: SharedConfig,
    store_path: PathBuf,
    /// Over the sources.
    watch: Watch,
    settings_watch: SettingsWatch,
    store_worker: Sender<Task>,
    letter_worker: Sender<(RequestNumber, LetterRequest)>,
    search_workers: SearchWorkers,
    figures_worker: FiguresWorker,
    account_worker: AccountWorker,
    inbox: Receiver<Event>,
    signals: Signals,
    /// The question about the terminal's background, whose answer comes among the keys.
    asked: Option<BackgroundQuery>,
    /// What was read from the terminal and is not carried out yet: what came behind a key that stops the program.
    unread: VecDeque<Event>,
    /// Whether so many keys came at once that there may be more of them.
    burst_goes_on: bool,
    minute: u32,
    /// Whether the sources were read, those that were added too.
    all_read: AllRead,
    /// A window that is begun as soon as the sources are read.
    begin_waits: Option<WaitingBegin>,
    /// The time of the last tick.
    shown: Option<DateTime<Utc>>,
    /// The batches that are open on the screen, as the store worker knows them.
    on_screen: Vec<BatchId>,
    /// For how long a batch is open and somebody is there.
    attendance: Attendance,
    /// Whether something has happened since the last frame.
    changed: bool,
    /// Whether the terminal had another size since the last frame.
    resized: bool,
}

impl Run {
    fn stay(&mut self, screen: &mut TerminalGuard, begun: Next) -> Result<Leaving, SessionError> {
        let (last, stop) = (self.store_worker.clone(), self.watch.clone());
        Signals::on_hangup(move || leaving::hung_up(&last, &stop))?;
        let mut next = begun;
        self.watch.begin();
        self.settings_watch.begin();
        loop {
            if matches!(next, Next::Stay) {
                next = self.listen()?;
            }
            if let Some(signal) = self.signals.leave() {
                next = Next::Leave(Leaving::Signal(signal));
            }
            if matches!(next, Next::Stay) && self.signals.stop() {
                next = Next::Suspend;
            }
            let mut after = Next::Stay;
            match next {
                Next::Leave(leaving) => {
                    self.drain();
                    return Ok(leaving);
                }
                Next::Suspend => {
                    self.drain();
                    after = match leaving::settle_typed(self)? {
                        Next::Leave(leaving) => return Ok(leaving),
                        other => other,
                    };
                    // Who is stopped can be killed, and every thread stops with us.
                    leaving::keep(&self.store_worker);
                    screen.suspend()?;
                    let (columns, rows) = screen.size()?;
                    self.take(Event::Resize(columns, rows))?;
                }
                Next::Pipe { command, message } => {
                    self.drain();
                    pipe::pipe(self, screen, &command, message)?;
                }
                Next::Edit(number, request) => {
                    self.drain();
                    after = editor::edit(self, screen, number, request)?;
                }
                Next::Compose(number, request) => {
                    self.drain();
                    after = composer::compose(self, screen, number, &request)?;
                }
                Next::Stay => {}
            }
            // A terminal that was small for a moment has lost what stood there, also where its size is again what it was.
            if self.signals.resumed() || std::mem::take(&mut self.resized) {
                screen.forget()?;
                self.changed = true;
            }
            screen.take_clicks(present(&self.config).mouse)?;
            next = after.then(self.settle()?);
            self.paint(screen)?;
        }
    }

    /// Before the terminal is given back: an answer that is still on its way would be typed into the shell.
    fn drain(&mut self) {
        if self.asked.take().is_some_and(|asked| asked.is_awaited()) {
            background::drain();
        }
    }

    /// Brings one event to the screen and hands its requests on.
    fn take(&mut self, event: Event) -> Result<Next, SessionError> {
        let effects = self.happen(event);
        self.hand_on(effects)
    }

    /// The same where the loop is over, or about to stop: what the loop itself would grant is left out.
    fn take_without_loop(&mut self, event: Event) -> Result<Next, SessionError> {
        let effects = self.happen(event);
        self.hand_on(
            effects.into_iter().filter(|effect| !matches!(effect.request, Request::Shell(_) | Request::Editor(_))),
        )
    }

    /// Lets the screen take an event in.
    fn happen(&mut self, event: Event) -> Vec<Effect> {
        // A letter that is laid out before it is wanted changes nothing that can be seen.
        self.changed |= match &event {
            Event::Response(_, Ok(Response::Letter(LetterResponse::Layout(letter)))) => {
                self.state.letter_key().is_some_and(|key| key.id == letter.id)
            }
            _ => true,
        };
        match &event {
            Event::Response(_, Ok(Response::Setup(SetupResponse::SourceAdded { .. }))) => self.follow_sources(),
            Event::Response(_, Ok(Response::Account(page))) if matches!(page.stage, AccountStage::Written { .. }) => {
                self.follow_sources();
            }
            Event::Response(_, Ok(Response::Setup(SetupResponse::Wrote(_)))) => self.settings_watch.begin(),
            Event::News(BackgroundEvent::Configured { sources: true, .. }) => self.watch.begin(),
            _ => {}
        }
        let keys = keys_of(&event);
        let effects = update(&mut self.state, event);
        let decided = |effect: &&Effect| matches!(effect.request, Request::Store(StoreRequest::Record { .. }));
        let decisions = u32::try_from(effects.iter().filter(decided).count()).unwrap_or(u32::MAX);
        let batch = self.state.work.as_ref().map(|work| work.triage.batch().id());
        let over = self.attendance.moved(Moved { batch, keys, decisions }, self.clock.now());
        self.note_opening(over);
        self.tell_on_screen();
        effects
    }

    /// Lets the store worker keep a stretch that is over. No key waits for it.
    fn note_opening(&self, over: Option<Opening>) {
        if let Some(opening) = over {
            let _ = self.store_worker.send(Task::Opening(opening));
        }
    }

    /// Tells the store worker which batches are open on the screen, before it gets the next request.
    fn tell_on_screen(&mut self) {
        let open = self.state.open_batches();
        if open != self.on_screen {
            let _ = self.store_worker.send(Task::OnScreen(open.clone()));
            self.on_screen = open;
        }
    }

    /// A source was added to the settings.
    fn follow_sources(&mut self) {
        self.all_read.source_added();
        self.watch.begin();
        self.settings_watch.begin();
    }

    /// Waits until what was decided is durable, so that no frame says more than is true.
    fn settle(&mut self) -> Result<Next, SessionError> {
        let watch = Stopwatch::start();
        let mut next = Next::Stay;
        while self.state.unsettled() && watch.elapsed() < PATIENCE {
            if let Ok(event) = self.inbox.recv_timeout(PATIENCE.saturating_sub(watch.elapsed())) {
                next = next.then(self.take(event)?);
            }
        }
        Ok(next)
    }

    fn paint(&mut self, screen: &mut TerminalGuard) -> Result<(), SessionError> {
        if std::mem::take(&mut self.changed) {
            screen.paint(&self.state)?;
            panic_guard::rehearsed();
        }
        Ok(())
    }
}
