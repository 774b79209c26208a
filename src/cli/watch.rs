//! `tidebox watch`: tends the sources without a screen, until it is stopped.

use clap::Args;

use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use super::arguments::GlobalArguments;
use super::context::Place;
use super::failure::Failure;
use super::output::note;
use crate::clock::{Clock, LOCAL_ZONE};
use crate::config::{self, ConfigError};
use crate::job::trouble;
use crate::process;
use crate::session::read_again;
use crate::store::Store;
use crate::watch::{self, Listener, Lock, SharedConfig, Watch, WatchContext, WatchEvent, Who, present};

/// Stay, and tend the sources: read what comes, release and commit when it is time, say when a check-in opens
#[derive(Debug, Args)]
#[command(after_help = "\
It runs until it is stopped (Ctrl-C, TERM), says nothing but problems, and notices when the settings change. There is one
for a store; an open screen that was there first goes before it. `tidebox service install` starts it with your session.

Example:
  tidebox watch")]
pub struct WatchCommand;

/// An editor writes a file in several steps: what follows within this time belongs to the same change.
const DEBOUNCE: Duration = Duration::from_millis(200);

/// What happens to it.
enum Happens {
    /// The settings file was touched.
    Settings,
    /// It is to end: by hand, or as a service or a session ends.
    Stop { by_hand: bool },
}

pub fn run(global: &GlobalArguments, _: &WatchCommand) -> Result<(), Failure> {
    let place = Place::find(global)?;
    let (happenings, inbox) = unbounded();
    stop_on_signals(&happenings)?;
    // Made where it is not there yet, and what is wrong with it is said before anything else.
    let mut store = place.store()?;
    let _runs = only_one(&place)?;
    // From here on it is missed where it does not run.
    if !store.is_read_only() {
        store.note_watch(Some(Clock::real().now()))?;
    }
    drop(store);
    let at = place.store_path.clone();
    let config: SharedConfig = Arc::new(RwLock::new(Arc::new(place.config)));
    let context = WatchContext {
        who: Who::Watch,
        store: place.store_path,
        config: Arc::clone(&config),
        clock: place.clock,
        listener: Listener::new(|event| say(&event)),
    };
    let watch = Watch::over(context);
    let _settings = watch::files(&[place.config_path.clone(), LOCAL_ZONE.into()], move || {
        let _ = happenings.send(Happens::Settings);
    });
    watch.begin();
    let mut settings = Settings { there: place.configured, path: place.config_path, clock: place.clock, config, watch };
    let mut ended = false;
    while let Ok(happened) = inbox.recv() {
        match happened {
            Happens::Stop { by_hand } => {
                ended = by_hand;
                break;
            }
            Happens::Settings => {
                if let Some(by_hand) = comes_to_rest(&inbox) {
                    ended = by_hand;
                    break;
                }
                settings.read();
            }
        }
    }
    settings.watch.end();
    if ended && let Ok(mut store) = Store::open(&at) {
        // Whoever ends it by hand does not miss it.
        let _ = store.note_watch(None);
    }
    process::stop_all();
    Ok(())
}

/// There is one watch for a store. An open screen, or a command, is waited for.
fn only_one(place: &Place) -> Result<Lock, Failure> {
    match Lock::running(&place.store_path) {
        Ok(Ok(runs)) => Ok(runs),
        Ok(Err(holder)) => Err(Failure::busy(
            format!("{holder} tends this store already"),
            "one is enough; stop that one first if this one is to do it",
        )),
        Err(error) => Err(Failure::io("locking the file for the watch beside", &place.store_path, &error)),
    }
}

/// Waits until nothing happens to the settings any more; whether it was told to stop meanwhile, and if by hand.
fn comes_to_rest(inbox: &Receiver<Happens>) -> Option<bool> {
    loop {
        match inbox.recv_timeout(DEBOUNCE) {
            Ok(Happens::Settings) => {}
            Ok(Happens::Stop { by_hand }) => return Some(by_hand),
            Err(RecvTimeoutError::Disconnected) => return Some(false),
            Err(RecvTimeoutError::Timeout) => return None,
        }
    }
}

struct Settings {
    path: PathBuf,
    /// Whether there has been a file.
    there: bool,
    clock: Clock,
    config: SharedConfig,
    watch: Watch,
}

impl Settings {
    /// Takes over what the file says now. With a mistake in it everything stays as it was.
    fn read(&mut self) {
        match read_again(&self.path, self.there, self.clock) {
            Ok((config, _)) => {
                self.there |= !config::is_nothing_at(&self.path);
                if config.store != present(&self.config).store {
                    note("the settings name another store, which is used from the next start on");
                }
                if let Ok(mut shared) = self.config.write() {
                    *shared = Arc::new(config);
                }
                // Also where nothing has changed: saving the file is how a person says "try again".
                self.watch.begin();
            }
            Err(error) => {
                trouble::config(&error);
                note(&first_line(&error));
                note("what the settings said before stays in force");
            }
        }
    }
}

fn first_line(error: &ConfigError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

/// Problems, and their ends. What was taken in is nobody's concern before its window.
fn say(event: &WatchEvent) {
    match event {
        WatchEvent::Gathered { failed, .. } | WatchEvent::Failed(failed) => {
            for problem in failed {
                match &problem.hint {
                    Some(hint) => note(&format!("{}; {hint}", problem.what)),
                    None => note(problem.what.as_str()),
                }
            }
        }
        WatchEvent::Written(written) => {
            for trouble in &written.troubles {
                note(trouble);
            }
        }
        WatchEvent::Recovered { source } => note(&format!("{source} can be read again")),
        WatchEvent::Gathering { .. }
        | WatchEvent::AllRead
        | WatchEvent::Answered { .. }
        | WatchEvent::Arrived { .. }
        | WatchEvent::Door(_) => {}
    }
}

#[cfg(unix)]
fn stop_on_signals(happenings: &Sender<Happens>) -> Result<(), Failure> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT, SIGHUP, SIGQUIT])?;
    let happenings = happenings.clone();
    std::thread::spawn(move || {
        for signal in signals.forever() {
            let _ = happenings.send(Happens::Stop { by_hand: signal == SIGINT });
        }
    });
    Ok(())
}

#[cfg(not(unix))]
fn stop_on_signals(_: &Sender<Happens>) -> Result<(), Failure> {
    Ok(())
}
