//! The loop around the screen: keys and answers in, frames out.
//!
//! The screen's thread reads keys, updates the state and paints; it never waits for the store, for a parser or for
//! another process. Its wishes go to other threads: `desk` keeps what was decided and finds what the store knows,
//! `reader` lays letters out; two more, of `seeker`, search. The watch over the sources has its own. Their answers come
//! back by one channel.
//!
//! A frame that says "done" is painted only after the store has said so: while an act is not settled, painting waits,
//! for as long as a person does not notice; after that the frame says that it is being kept.

mod background;
mod clicks;
mod desk;
mod examine;
mod leaving;
mod listening;
mod mishap;
mod open;
mod places;
mod reader;
mod save;
mod seeker;
mod settings;
mod signals;
mod terminal;
mod told;

use std::collections::HashSet;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use chrono::{DateTime, Timelike, Utc};
use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::clock::{Clock, LOCAL_ZONE, Stopwatch};
use crate::config::Config;
use crate::store::StoreError;
use crate::ui::effect::{Effect, Wish};
use crate::ui::event::{Answer, Event, News, Problem};
use crate::ui::keymap::Keymap;
use crate::ui::state::{Settings, Start, State};
use crate::ui::theme::Look;
use crate::ui::update::update;
use crate::watch::{self, Watch, WatchContext, Watching, Who};
pub(crate) use crate::watch::{SharedConfig, present};

use background::Asked;
use desk::{Desk, Task};
pub use examine::{Terminal, examine};
use seeker::Seeker;
use settings::Changed;
pub use settings::{read as read_settings, read_again};
use signals::Signals;
use terminal::Screen;

/// How long an act may take before a frame is painted without it.
const PATIENCE: Duration = Duration::from_millis(100);

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
    let all_read = Arc::new(AtomicBool::new(false));
    let listener = told::to(events.clone(), Arc::clone(&all_read));
    let context = WatchContext { who: Who::Screen, store: store_path, config: Arc::clone(&config), clock, listener };
    let watch = Watch::over(context);
    let changes = settings::open(&config_path, Arc::clone(&config), clock, events);

    let (last, stop) = (desk.clone(), watch.clone());
    Signals::on_hangup(move || leaving::hung_up(&last, &stop))?;
    let mut screen = Screen::take(mouse)?;
    let size = screen.size()?;
    let asked = if asks { Some(background::question()?) } else { None };
    let mut run = Run {
        state: State::new(settings, keymap, clock.now(), size),
        clock,
        config,
        config_path,
        watch,
        settings_watched: None,
        changes,
        desk,
        reader,
        seeker,
        inbox,
        signals,
        asked,
        burst_goes_on: false,
        minute: clock.now().minute(),
        all_read,
        begin_waits: None,
        shown: None,
        awaited: HashSet::new(),
        changed: true,
        resized: false,
    };
    run.start(start);
    let left = run.stay(&mut screen);
    drop(screen);
    // Also where the terminal failed: what was decided is kept, or it is said that it could not be.
    let kept = leaving::keep_last(&mut run);
    leaving::finish(&run.desk, &run.watch);
    kept.and(left)
}

struct Run {
    state: State,
    clock: Clock,
    config: SharedConfig,
    config_path: PathBuf,
    /// Over the sources.
    watch: Watch,
    /// Watches the configuration file.
    settings_watched: Option<Watching>,
    changes: Sender<Changed>,
    desk: Sender<Task>,
    reader: Sender<Effect>,
    seeker: Seeker,
    inbox: Receiver<Event>,
    signals: Signals,
    /// The question about the terminal's background, whose answer comes among the keys.
    asked: Option<Asked>,
    /// Whether so many keys came at once that there may be more of them.
    burst_goes_on: bool,
    minute: u32,
    /// Whether the first reading of the sources has come to its end.
    all_read: Arc<AtomicBool>,
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
        self.watch.begin();
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
                    leaving::settle_typed(self);
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

    /// Before the terminal is given back: an answer that is still on its way would be typed into the shell.
    fn drain(&mut self) {
        if self.asked.take().is_some_and(|asked| asked.is_awaited()) {
            background::drain();
        }
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
        // A letter that is laid out before it is wanted changes nothing that can be seen.
        self.changed |= match &event {
            Event::Answer(_, Answer::Letter(letter)) => self.state.sheet().is_some_and(|sheet| sheet.id == letter.id),
            _ => true,
        };
        match &event {
            Event::Answer(number, answer) => {
                self.awaited.remove(number);
                if let Answer::SourceAdded { .. } = answer {
                    self.watch.begin();
                }
                if let Answer::SourceAdded { .. } | Answer::Wrote(_) = answer
                    && self.settings_watched.is_none()
                {
                    // The file's folder was made just now.
                    self.watch_settings();
                }
            }
            Event::News(News::Configured { sources: true, .. }) => self.watch.begin(),
            _ => {}
        }
        update(&mut self.state, event)
    }

    fn watch_settings(&mut self) {
        let changes = self.changes.clone();
        self.settings_watched = watch::files(&[self.config_path.clone(), LOCAL_ZONE.into()], move || {
            let _ = changes.send(Changed::Surely);
        });
        let _ = self.changes.send(Changed::Perhaps);
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
                self.watch.read();
            }
            Wish::Begin if !self.all_read.load(Ordering::SeqCst) => {
                self.begin_waits = Some((effect, Stopwatch::start()));
            }
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
