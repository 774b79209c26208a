//! `tidebox watch`: reads the sources and writes changes back, without a screen, until it is stopped.

use clap::Args;

use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::output::note;
use crate::clock::{Clock, LOCAL_ZONE};
use crate::config::{self, ConfigError};
use crate::domain::watch_event::WatchEvent;
use crate::job::trouble;
use crate::process;
use crate::session::read_again;
use crate::store::Store;
use crate::watch::{self, Listener, Lock, SharedConfig, Watch, WatchContext, Who, present};

/// Keep running: read new messages, release and commit when it is time, tell when a check-in opens
#[derive(Debug, Args)]
#[command(after_help = "\
It runs until it is stopped (Ctrl-C, TERM), prints only problems, and notices when the settings change. Each store has at
most one; if a screen is open already, the watch waits until it is closed. `tidebox service install` starts it with your session.

Example:
  tidebox watch")]
pub struct WatchCommand;

/// An editor writes a file in several steps. What happens within this time belongs to the same change.
const DEBOUNCE: Duration = Duration::from_millis(200);

/// What can happen to a running watch.
enum Happens {
    /// The file of the settings was changed.
    Settings,
    /// It is to end, either by Ctrl-C (`by_hand`) or because a service or a session ends.
    Stop { by_hand: bool },
}

pub fn run(global: &GlobalArguments, _: &WatchCommand) -> Result<(), Failure> {
    let context = CommandContext::find(global)?;
    let (happenings, inbox) = unbounded();
    stop_on_signals(&happenings)?;
    // Makes the store if there is none; its problems are reported before anything else.
    let mut store = context.store()?;
    let _runs = only_one(&context)?;
    // From now on, `status` reports it if no watch runs.
    if !store.is_read_only() {
        store.note_watch(Some(Clock::real().now()))?;
    }
    drop(store);
    let at = context.store_path.clone();
    let config: SharedConfig = Arc::new(RwLock::new(Arc::new(context.config)));
    let watch_context = WatchContext {
        who: Who::Watch,
        store: context.store_path,
        config: Arc::clone(&config),
        clock: context.clock,
        listener: Listener::new(|event| say(&event)),
    };
    let watch = Watch::over(watch_context);
    let _settings = watch::files(&[context.config_path.clone(), LOCAL_ZONE.into()], move || {
        let _ = happenings.send(Happens::Settings);
    });
    watch.begin();
    let mut settings =
        Settings { there: context.configured, path: context.config_path, clock: context.clock, config, watch };
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
        // A watch that was ended by hand is not missed afterwards.
        let _ = store.note_watch(None);
    }
    process::stop_all();
    Ok(())
}

/// Makes sure that this is the only watch for the store. An open screen, or a command, is waited for elsewhere.
fn only_one(context: &CommandContext) -> Result<Lock, Failure> {
    match Lock::running(&context.store_path) {
        Ok(Ok(runs)) => Ok(runs),
        Ok(Err(holder)) => Err(Failure::busy(
            format!("{holder} reads for this store already"),
            "one is enough; stop that one first if this one is to take over",
        )),
        Err(error) => Err(Failure::io("locking the file for the watch beside", &context.store_path, &error)),
    }
}

/// Waits until the settings do not change any more. `Some` if it was told to stop meanwhile, with whether that was by hand.
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
    /// Whether a file was found before.
    there: bool,
    clock: Clock,
    config: SharedConfig,
    watch: Watch,
}

impl Settings {
    /// Uses what the file says now. If it has a mistake, everything stays as it was.
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
                // Also if nothing has changed: people save the file to say "try again".
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

/// Prints problems, and when they end. Messages that were taken in are not mentioned before their window.
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
        WatchEvent::Sent(came) => {
            for trouble in came.troubles.iter().chain(&came.others()) {
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
