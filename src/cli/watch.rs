//! `tidebox watch`: tends the sources without a screen, until it is stopped.

use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use super::failure::Failure;
use super::output::note;
use super::place::Place;
use crate::clock::Clock;
use crate::config::ConfigError;
use crate::job::gather::stop_commands;
use crate::job::trouble;
use crate::session::read_settings;
use crate::watch::{self, Holder, Listener, Lock, SharedConfig, Surroundings, Told, Watch, Who, present};

/// An editor writes a file in several steps: what follows within this time belongs to the same change.
const DEBOUNCE: Duration = Duration::from_millis(200);

/// What happens to it.
enum Happens {
    /// The settings file was touched.
    Settings,
    Stop,
}

pub fn run(place: Place) -> Result<(), Failure> {
    // Made where it is not there yet, and what is wrong with it is said before anything else.
    drop(place.store()?);
    only_one(&place)?;
    let (happenings, inbox) = unbounded();
    stop_on_signals(&happenings)?;
    let config: SharedConfig = Arc::new(RwLock::new(Arc::new(place.config)));
    let around = Surroundings {
        who: Who::Watch,
        store: place.store_path,
        config: Arc::clone(&config),
        clock: place.clock,
        listener: Listener::new(|told| say(&told)),
    };
    let watch = Watch::over(around);
    let _settings = watch::file(&place.config_path, move || {
        let _ = happenings.send(Happens::Settings);
    });
    watch.begin();
    let mut settings = Settings { path: place.config_path, clock: place.clock, config, watch };
    while let Ok(happened) = inbox.recv() {
        match happened {
            Happens::Stop => break,
            Happens::Settings => {
                if comes_to_rest(&inbox) {
                    break;
                }
                settings.read();
            }
        }
    }
    settings.watch.end();
    stop_commands();
    Ok(())
}

/// There is one watch for a store. An open screen, or a command, is waited for.
fn only_one(place: &Place) -> Result<(), Failure> {
    match Lock::take(&place.store_path, Who::Watch) {
        Ok(Err(holder @ Holder { who: Who::Watch, .. })) => Err(Failure::busy(
            format!("{holder} tends this store already"),
            "one is enough; stop that one first if this one is to do it",
        )),
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::io("locking the file for the network beside", &place.store_path, &error)),
    }
}

/// Waits until nothing happens to the settings any more; whether it was told to stop meanwhile.
fn comes_to_rest(inbox: &Receiver<Happens>) -> bool {
    loop {
        match inbox.recv_timeout(DEBOUNCE) {
            Ok(Happens::Settings) => {}
            Ok(Happens::Stop) | Err(RecvTimeoutError::Disconnected) => return true,
            Err(RecvTimeoutError::Timeout) => return false,
        }
    }
}

struct Settings {
    path: PathBuf,
    clock: Clock,
    config: SharedConfig,
    watch: Watch,
}

impl Settings {
    /// Takes over what the file says now. With a mistake in it everything stays as it was.
    fn read(&mut self) {
        match read_settings(&self.path, self.clock) {
            Ok((config, _)) => {
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
fn say(told: &Told) {
    match told {
        Told::Gathered { failed, .. } => {
            for trouble in failed {
                match &trouble.hint {
                    Some(hint) => note(&format!("{}; {hint}", trouble.what)),
                    None => note(trouble.what.as_str()),
                }
            }
        }
        Told::Written(written) => {
            for trouble in &written.troubles {
                note(trouble);
            }
        }
        Told::Recovered { source } => note(&format!("{source} can be read again")),
        Told::Gathering { .. } | Told::AllRead | Told::Arrived { .. } | Told::Door(_) => {}
    }
}

#[cfg(unix)]
fn stop_on_signals(happenings: &Sender<Happens>) -> Result<(), Failure> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT, SIGHUP, SIGQUIT])?;
    let happenings = happenings.clone();
    std::thread::spawn(move || {
        for _ in signals.forever() {
            let _ = happenings.send(Happens::Stop);
        }
    });
    Ok(())
}

#[cfg(not(unix))]
fn stop_on_signals(_: &Sender<Happens>) -> Result<(), Failure> {
    Ok(())
}
