//! `tidebox sync`: reads the configured sources and the tray of `incoming` once.

use super::add::report;
use super::failure::Failure;
use super::outside::leave;
use super::place::Place;
use super::progress::Progress;
use crate::clock::{Clock, Stopwatch};
use crate::job::gather::{gather, stop_commands};
use crate::source::Extent;

pub fn run(place: &Place) -> Result<(), Failure> {
    // What is due is committed as a decision is, before anything is taken in.
    drop(place.desk()?);
    let mut store = place.intake()?;
    stop_commands_with_us();
    let watch = Stopwatch::start();
    let mut progress = Progress::new("sync", Box::new(|| Extent::Unknown), place.json);
    let leave = leave(place)?;
    let summary = gather(&mut store, &place.config, leave.reach, place.now(), Clock::real().now(), &mut progress);
    progress.finish();
    report(place, &summary?, watch.elapsed().as_secs_f64(), progress.stopped())
}

/// A command that is a source runs in a group of its own, which a Ctrl-C in the terminal does not reach: it is told here.
#[cfg(unix)]
fn stop_commands_with_us() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT]) else { return };
    std::thread::spawn(move || {
        for signal in signals.forever() {
            stop_commands();
            // The other two are what `Progress` listens to: the reading ends in good order.
            if matches!(signal, SIGHUP | SIGQUIT) {
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
        }
    });
}

#[cfg(not(unix))]
fn stop_commands_with_us() {}
