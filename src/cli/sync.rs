//! `tidebox sync`: reads the configured sources and the tray of `incoming` once.

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::Place;
use super::failure::Failure;
use super::output::note;
use super::progress::Progress;
use super::reach::reach;
use super::report;
use crate::clock::Stopwatch;
use crate::domain::concern::WATCH_HINT;
use crate::job::close::close_due;
use crate::job::gather::gather;
use crate::job::health;
use crate::job::open::Reach;
use crate::process;
use crate::source::Extent;
use crate::watch::is_down;

/// Read the configured sources once; what is new is held until its check-in
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tidebox sync
  tidebox --json sync              how many were read, admitted, known")]
pub struct SyncCommand;

pub fn run(global: &GlobalArguments, _: &SyncCommand) -> Result<(), Failure> {
    let place = &Place::find(global)?;
    // What is due is committed as a decision is, before anything is taken in.
    close_due(&mut place.store()?, &place.config, place.now())?;
    let mut store = place.intake()?;
    stop_commands_with_us();
    let watch = Stopwatch::start();
    let mut progress = Progress::new("sync", Box::new(|| Extent::Unknown), place.json);
    let (reach, _lock) = reach(place, "tends the mailboxes: what lies on this machine is read here, the rest there")?;
    if reach == Reach::Reading && !store.is_read_only() {
        // Whoever tends them hears of it, and reads now.
        store.ask_to_read()?;
    }
    let summary = gather(&mut store, &place.config, reach, place.clock.moment(), &mut progress);
    progress.finish();
    let mut summary = summary?;
    let known = health::concerns(&store, &place.config)?;
    if is_down(&store) && !place.json {
        note(&format!("the watch is not running. {WATCH_HINT}"));
    }
    // What keeps another process from reading, or what is still not given out, is said here too.
    for concern in known.iter().filter(|_| reach == Reach::Reading) {
        let (what, advice) = health::told(concern, place.now(), place.zone());
        summary.fail(if advice.is_empty() { what } else { format!("{what} {advice}") });
    }
    report::summary(place, &summary, watch.elapsed().as_secs_f64(), progress.stopped())
}

/// A command that is a source runs in a group of its own, which a Ctrl-C in the terminal does not reach: it is told here.
#[cfg(unix)]
fn stop_commands_with_us() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT]) else { return };
    std::thread::spawn(move || {
        for signal in signals.forever() {
            process::stop_all();
            // The other two are what `Progress` listens to: the reading ends in good order.
            if matches!(signal, SIGHUP | SIGQUIT) {
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
        }
    });
}

#[cfg(not(unix))]
fn stop_commands_with_us() {}
