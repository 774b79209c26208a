//! The loop around the screen: keys and answers in, frames out.
//!
//! The screen's thread reads keys, updates the state and paints; it never waits for the store, for a parser or for
//! another process. Its wishes go to other threads: `desk` keeps what was decided and finds what the store knows,
//! `reader` lays letters out; two more, of `seeker`, search. `gatherer` reads the sources. Their answers come back by one channel.
//!
//! A frame that says "done" is painted only after the store has said so: while an act is not settled, painting waits,
//! for as long as a person does not notice; after that the frame says that it is being kept.

mod background;
mod clicks;
mod desk;
mod examine;
mod gatherer;
mod leaving;
mod mishap;
mod open;
mod places;
mod reader;
mod save;
mod seeker;
mod settings;
mod signals;
mod terminal;
mod watch;

use std::collections::HashSet;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use chrono::{DateTime, Timelike, Utc};
use crossbeam_channel::{Receiver, Sender, unbounded};
use crossterm::event as keys;

use crate::clock::{Clock, Stopwatch};
use crate::config::Config;
use crate::store::StoreError;
use crate::ui::effect::{Effect, Wish};
use crate::ui::event::{Answer, Event, News};
use crate::ui::keymap::Keymap;
use crate::ui::state::{Cadence, Settings, Start, State};
use crate::ui::theme::{Look, ground};
use crate::ui::update::update;

use background::{Asked, Heard};
use desk::{Desk, Task};
pub use examine::{Terminal, examine};
use gatherer::Poke;
use seeker::Seeker;
use settings::Changed;
use signals::Signals;
use terminal::Screen;
use watch::Watching;

/// How long an act may take before a frame is painted without it.
const PATIENCE: Duration = Duration::from_millis(100);
/// How long beginning a window waits for the sources to be read, so that what has arrived is in the batch.
const GATHER_FIRST: Duration = Duration::from_secs(5);
/// How often the screen looks around when nothing happens: for news from behind, for the clock, for signals. Keys and
/// answers wake it at once. Each look costs up to a millisecond, because the last one of the wait is not slept through.
const IDLE: Duration = Duration::from_secs(1);
/// How often it looks around while it holds keys back.
const SOON: Duration = Duration::from_millis(50);
/// How often it looks for keys while it waits for an answer.
const BUSY: Duration = Duration::from_millis(2);

/// Everything the screen needs to open.
#[derive(Debug)]
pub struct Opening {
    pub config: Config,
    pub config_path: PathBuf,
    pub store_path: PathBuf,
    pub keymap: Keymap,
    pub look: Look,
    pub clock: Clock,
    /// Where the screen begins.
    pub start: Start,
}

/// Why the screen was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    Quit,
    /// To try the demo instead.
    Demo,
    /// A signal asked for it.
    Signal(i32),
}

#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error("the terminal: {0}")]
    Terminal(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the screen needs a terminal, and standard {0} is none")]
    NoTerminal(&'static str),
}

/// The configuration as all threads see it: it changes when its file does, and when a mailbox is added from the screen.
pub(crate) type SharedConfig = Arc<RwLock<Arc<Config>>>;

/// How long to look for a key that may be there already: less than the millisecond that the system's `poll` counts in,
/// so that it looks once and does not wait.
const AT_ONCE: Duration = Duration::from_micros(100);

/// The present configuration.
pub(crate) fn present(config: &SharedConfig) -> Arc<Config> {
    config.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
}

/// Opens the screen and stays until it is left.
pub fn run(opening: Opening) -> Result<Leaving, SessionError> {
    examine::require_terminal()?;
    let Opening { config, config_path, store_path, keymap, look, clock, start } = opening;
    let signals = Signals::catch()?;
    let (events, inbox) = unbounded();
    let settings = Settings::of(&config, look);
    let asks = look.asks(&config.theme);
    let mouse = config.mouse;
    let config: SharedConfig = Arc::new(RwLock::new(Arc::new(config)));
    let desk = Desk::open(&store_path, Arc::clone(&config), config_path.clone(), clock, events.clone())?;
    let reader = reader::open(&store_path, Arc::clone(&config), clock, events.clone())?;
    let seeker = Seeker::open(&store_path, &config, clock, &events)?;
    let gatherer = gatherer::open(&store_path, Arc::clone(&config), clock, events.clone());
    let changes = settings::open(&config_path, Arc::clone(&config), clock, events);

    let (last, stop) = (desk.clone(), gatherer.clone());
    Signals::on_hangup(move || leaving::hung_up(&last, &stop))?;
    let mut screen = Screen::take(mouse)?;
    let size = screen.size()?;
    let asked = if asks { Some(background::question()?) } else { None };
    let mut run = Run {
        state: State::new(settings, keymap, clock.now(), size),
        clock,
        config,
        store_path,
        config_path,
        watching: None,
        settings_watched: None,
        changes,
        desk,
        reader,
        seeker,
        gatherer,
        inbox,
        signals,
        asked,
        minute: clock.now().minute(),
        gathering: true,
        begin_waits: None,
        shown: None,
        awaited: HashSet::new(),
        changed: true,
        resized: false,
    };
    run.start(start);
    let left = run.stay(&mut screen);
    // Also where the terminal failed: what the desk was told is kept.
    leaving::finish(&run.desk, &run.gatherer);
    left
}

struct Run {
    state: State,
    clock: Clock,
    config: SharedConfig,
    store_path: PathBuf,
    config_path: PathBuf,
    /// Watches the sources for as long as it lives.
    watching: Option<Watching>,
    /// Watches the configuration file.
    settings_watched: Option<Watching>,
    changes: Sender<Changed>,
    desk: Sender<Task>,
    reader: Sender<Effect>,
    seeker: Seeker,
    gatherer: Sender<Poke>,
    inbox: Receiver<Event>,
    signals: Signals,
    /// The question about the terminal's background, whose answer comes among the keys.
    asked: Option<Asked>,
    minute: u32,
    /// Whether the first reading of the sources is still going on.
    gathering: bool,
    /// A window that is begun as soon as the sources are read.
    begin_waits: Option<(Effect, Stopwatch)>,
    /// The instant that the screen was told last.
    shown: Option<DateTime<Utc>>,
    /// The numbers of the wishes that are not answered yet.
    awaited: HashSet<u64>,
    /// Whether something has happened since the last frame.
    changed: bool,
    /// Whether the terminal had another size since the last frame.
    resized: bool,
}

/// What the loop must do next.
enum Next {
    Stay,
    Leave(Leaving),
    Suspend,
}

impl Run {
    fn start(&mut self, start: Start) {
        for effect in self.state.start(start) {
            self.hand_on(effect);
        }
    }

    fn stay(&mut self, screen: &mut Screen) -> Result<Leaving, SessionError> {
        // The first frame is a whole one, unless the store takes its time; everything else begins after it.
        self.settle();
        self.paint(screen)?;
        self.watching = watch::watch(&present(&self.config), &self.store_path, &self.gatherer);
        let _ = self.gatherer.send(Poke::Sources);
        self.watch_settings();
        loop {
            let mut next = self.listen()?;
            if let Some(signal) = self.signals.leave() {
                next = Next::Leave(Leaving::Signal(signal));
            }
            if self.signals.stop() {
                next = Next::Suspend;
            }
            match next {
                Next::Leave(leaving) => {
                    self.drain();
                    return Ok(leaving);
                }
                Next::Suspend => {
                    self.drain();
                    // Who is stopped can be killed, and every thread stops with us.
                    leaving::keep(&self.desk);
                    screen.suspend()?;
                    let (columns, rows) = screen.size()?;
                    self.take(Event::Resize(columns, rows))?;
                }
                Next::Stay => {}
            }
            // A terminal that was small for a moment has lost what stood there, also where its size is again what it was.
            if self.signals.resumed() || std::mem::take(&mut self.resized) {
                screen.forget()?;
                self.changed = true;
            }
            screen.take_clicks(present(&self.config).mouse)?;
            self.settle();
            self.paint(screen)?;
        }
    }

    /// Waits for the next thing to happen, and takes in everything that is there by then.
    fn listen(&mut self) -> Result<Next, SessionError> {
        let mut next = Next::Stay;
        if !self.awaited.is_empty() {
            // An answer is on its way and wakes us at once; keys are looked for in between.
            if let Ok(event) = self.inbox.recv_timeout(BUSY) {
                next = self.take(event)?;
            }
        } else if keys::poll(if self.asked.as_ref().is_some_and(Asked::holds) { SOON } else { IDLE })? {
            next = self.take_key()?;
        }
        // Not zero: crossterm, reading the terminal itself (`use-dev-tty`), would then not look at all.
        while matches!(next, Next::Stay) && keys::poll(AT_ONCE)? {
            next = self.take_key()?;
        }
        for key in self.asked.as_mut().map(Asked::overdue).unwrap_or_default() {
            if matches!(next, Next::Stay) {
                next = self.take(Event::Key(key))?;
            }
        }
        while matches!(next, Next::Stay) {
            match self.inbox.try_recv() {
                Ok(event) => next = self.take(event)?,
                Err(_) => break,
            }
        }
        if matches!(next, Next::Stay) {
            next = self.tick()?;
        }
        Ok(next)
    }

    fn take_key(&mut self) -> Result<Next, SessionError> {
        match keys::read()? {
            keys::Event::Key(key) if key.kind != keys::KeyEventKind::Release => self.hear(key),
            keys::Event::Mouse(mouse) => self.take(Event::Mouse(mouse)),
            keys::Event::Paste(text) => self.take(Event::Paste(text)),
            keys::Event::Resize(columns, rows) => {
                self.resized = true;
                self.take(Event::Resize(columns, rows))
            }
            _ => Ok(Next::Stay),
        }
    }

    /// Takes a key, unless it belongs to what the terminal says of its background.
    fn hear(&mut self, key: keys::KeyEvent) -> Result<Next, SessionError> {
        let keys = match self.asked.as_mut().map_or(Heard::Keys(vec![key]), |asked| asked.hear(key)) {
            Heard::Nothing | Heard::Answer(None) => Vec::new(),
            Heard::Keys(keys) => keys,
            Heard::Answer(Some(colour)) => return self.take(Event::Ground(ground::of(colour))),
        };
        for key in keys {
            let next = self.take(Event::Key(key))?;
            if !matches!(next, Next::Stay) {
                return Ok(next);
            }
        }
        Ok(Next::Stay)
    }

    /// Before the terminal is given back: an answer that is still on its way would be typed into the shell.
    fn drain(&mut self) {
        if self.asked.take().is_some_and(|asked| asked.is_awaited()) {
            background::drain();
        }
    }

    /// Tells the screen the time, once a minute or, while a countdown is shown, once a second.
    fn tick(&mut self) -> Result<Next, SessionError> {
        let now = self.clock.now();
        if now.minute() != self.minute {
            self.minute = now.minute();
            let _ = self.desk.send(Task::Minute);
        }
        if let Some((_, waited)) = &self.begin_waits
            && (!self.gathering || waited.elapsed() > GATHER_FIRST)
            && let Some((effect, _)) = self.begin_waits.take()
        {
            let _ = self.desk.send(Task::Wish(effect));
        }
        let due = match (self.shown, self.state.wants_ticks()) {
            (None, _) => true,
            (Some(shown), Cadence::Second) => shown != now,
            (Some(shown), Cadence::Minute) => shown.minute() != now.minute() || (now - shown).num_seconds().abs() >= 60,
        };
        if !due {
            return Ok(Next::Stay);
        }
        self.shown = Some(now);
        self.take(Event::Tick(now))
    }

    /// Brings one event to the screen and hands its wishes on.
    fn take(&mut self, event: Event) -> Result<Next, SessionError> {
        let mut next = Next::Stay;
        for effect in self.happen(event) {
            match effect.wish {
                Wish::Quit => next = Next::Leave(Leaving::Quit),
                Wish::Demo => next = Next::Leave(Leaving::Demo),
                Wish::Suspend => next = Next::Suspend,
                Wish::Copy(text) => {
                    Screen::copy(&crate::mail::to_base64(text.as_bytes()))?;
                    self.happen(Event::Answer(effect.number, Answer::Copied));
                }
                _ => self.hand_on(effect),
            }
        }
        Ok(next)
    }

    /// Lets the screen take an event in, and keeps count of what it waits for.
    fn happen(&mut self, event: Event) -> Vec<Effect> {
        self.changed = true;
        match &event {
            Event::Answer(number, answer) => {
                self.awaited.remove(number);
                if let Answer::SourceAdded { .. } = answer {
                    self.read_sources_anew();
                }
                if let Answer::SourceAdded { .. } | Answer::Wrote(_) = answer
                    && self.settings_watched.is_none()
                {
                    // The file's folder was made just now.
                    self.watch_settings();
                }
            }
            Event::News(News::Gathered { .. }) => self.gathering = false,
            Event::News(News::Configured { sources: true, .. }) => self.read_sources_anew(),
            _ => {}
        }
        update(&mut self.state, event)
    }

    fn watch_settings(&mut self) {
        self.settings_watched = watch::settings(&self.config_path, &self.changes);
        let _ = self.changes.send(Changed::Perhaps);
    }

    /// The configuration names other sources than before.
    fn read_sources_anew(&mut self) {
        self.watching = watch::watch(&present(&self.config), &self.store_path, &self.gatherer);
        let _ = self.gatherer.send(Poke::Sources);
    }

    /// Gives a wish to the thread that grants it.
    fn hand_on(&mut self, effect: Effect) {
        self.awaited.insert(effect.number);
        match effect.wish {
            Wish::Letter { .. } | Wish::Select { .. } | Wish::Filter { .. } | Wish::SaveAttachment { .. } => {
                let _ = self.reader.send(effect);
            }
            Wish::Search { .. } => self.seeker.seek(effect),
            Wish::Gather => {
                self.awaited.remove(&effect.number);
                let _ = self.gatherer.send(Poke::Sources);
            }
            Wish::Begin if self.gathering => self.begin_waits = Some((effect, Stopwatch::start())),
            _ => {
                let _ = self.desk.send(Task::Wish(effect));
            }
        }
    }

    /// Waits until what was decided is durable, so that no frame says more than is true.
    fn settle(&mut self) {
        let watch = Stopwatch::start();
        while self.state.unsettled() && watch.elapsed() < PATIENCE {
            if let Ok(event) = self.inbox.recv_timeout(PATIENCE.saturating_sub(watch.elapsed())) {
                for effect in self.happen(event) {
                    self.hand_on(effect);
                }
            }
        }
    }

    fn paint(&mut self, screen: &mut Screen) -> Result<(), SessionError> {
        if std::mem::take(&mut self.changed) {
            screen.paint(&self.state)?;
            mishap::rehearsed();
        }
        Ok(())
    }
}
