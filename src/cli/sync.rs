//! `tidebox sync`: reads the configured sources and the tray of `incoming` once.

use super::add::report;
use super::failure::Failure;
use super::output::note;
use super::place::Place;
use super::progress::Progress;
use crate::clock::{Clock, Stopwatch};
use crate::config::SourceConfig;
use crate::domain::concern::WATCH_HINT;
use crate::job::close::close_due;
use crate::job::gather::gather;
use crate::job::health;
use crate::job::open::Reach;
use crate::process;
use crate::source::Extent;
use crate::watch::{Lock, Who, is_down};

pub fn run(place: &Place) -> Result<(), Failure> {
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
    let summary = gather(&mut store, &place.config, reach, place.now(), Clock::real().now(), &mut progress);
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
    report(place, &summary, watch.elapsed().as_secs_f64(), progress.stopped())
}

/// How far to go, and the lock under which that is done. Where another process tends the mailboxes, that is said, and is no
/// failure.
pub(super) fn reach(place: &Place, what: &str) -> Result<(Reach, Option<Lock>), Failure> {
    let ours = |source: &SourceConfig| source.kind.is_remote() || source.is_written_to();
    if !place.config.sources.iter().any(ours) {
        return Ok((Reach::Nearby, None));
    }
    match Lock::take(&place.store_path, Who::Command) {
        Ok(Ok(lock)) => Ok((Reach::Everywhere, Some(lock))),
        Ok(Err(holder)) => {
            if !place.json {
                note(&format!("{holder} {what}"));
            }
            Ok((Reach::Reading, None))
        }
        Err(error) => Err(Failure::io("locking the file for the mailboxes beside", &place.store_path, &error)),
    }
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
