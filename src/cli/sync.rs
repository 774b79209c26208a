//! `tidebox sync`: reads once the configured sources and what was put into the view `incoming`.

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::output::{note, print};
use super::progress::Progress;
use super::reach::reach;
use super::report;
use crate::clock::Stopwatch;
use crate::domain::concern::WATCH_HINT;
use crate::job::contact_hours::{is_contact_due, read_contact_hours};
use crate::job::gather::gather;
use crate::job::health;
use crate::job::open::Reach;
use crate::job::summary::Summary;
use crate::job::write_back::write_back_all;
use crate::process;
use crate::source::Extent;
use crate::store::Store;
use crate::watch::is_down;

/// Read the configured sources once; what is new is held until its check-in
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tidebox sync
  tidebox --json sync              how many were read, admitted, known")]
pub struct SyncCommand;

pub fn run(global: &GlobalArguments, _: &SyncCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let watch = Stopwatch::start();
    let OnceRead { mut store, reach, mut summary, stopped, .. } = read_once(context, "sync")?;
    let lists = report::leave_due_lists(context, &mut store, reach)?;
    let sent = report::deliver_due(context, &mut store, reach)?;
    if reach != Reach::Reading && is_contact_due(&store, &context.config, context.now())? {
        read_contact_hours(&mut store, &context.config, context.now())?;
    }
    if sent.sent + sent.partly_sent > 0 {
        summary.written.add(write_back_all(&mut store, &context.config, reach, context.now())?);
    }
    let known = health::concerns(&store, &context.config)?;
    if is_down(&store) && !context.json {
        note(&format!("the watch is not running. {WATCH_HINT}"));
    }
    // Also report what prevents the other process from reading, and messages that a server does not give out.
    for concern in known.iter().filter(|_| reach == Reach::Reading) {
        let (what, advice) = health::sentences(concern, context.now(), context.zone());
        summary.fail(if advice.is_empty() { what } else { format!("{what} {advice}") });
    }
    let seconds = watch.elapsed().as_secs_f64();
    if context.json {
        let mut value = json::summary(&summary, seconds);
        value["lists"] = json::lists_left(&lists);
        value["sending"] = json::sending(&sent);
        print(&format!("{}\n", json::line(&value)))?;
        return report::ended(&summary, stopped);
    }
    report::lists(&lists)?;
    report::sending(&sent)?;
    report::summary(context, &summary, seconds, stopped)
}

/// What came of reading the sources.
pub struct OnceRead {
    pub store: Store,
    pub reach: Reach,
    pub summary: Summary,
    /// The number of the request that another process answers when it has read its part.
    pub asked: Option<i64>,
    /// Whether somebody asked to stop.
    pub stopped: bool,
}

/// Commits a batch whose window is over, and reads the sources; those that another process tends, it is asked to read.
pub fn read_once(context: &CommandContext, name: &str) -> Result<OnceRead, Failure> {
    context.close_due(&mut context.store()?)?;
    let mut store = context.intake()?;
    stop_commands_with_us();
    let mut progress = Progress::new(name, Box::new(|| Extent::Unknown), context.json);
    let (reach, _lock) = reach(context, "reads the accounts: here, only what lies on this machine is read")?;
    let others = reach == Reach::Reading && !store.is_read_only();
    let asked = if others { Some(store.ask_to_read()?) } else { None };
    let summary = gather(&mut store, &context.config, reach, context.clock.moment(), &mut progress);
    progress.finish();
    Ok(OnceRead { store, reach, summary: summary?, asked, stopped: progress.stopped() })
}

/// Passes Ctrl-C on to commands that are sources: each runs in its own process group, which the terminal does not signal.
#[cfg(unix)]
fn stop_commands_with_us() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT]) else { return };
    std::thread::spawn(move || {
        for signal in signals.forever() {
            process::stop_all();
            // `Progress` listens to the other two signals, and ends the reading in an orderly way.
            if matches!(signal, SIGHUP | SIGQUIT) {
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
        }
    });
}

#[cfg(not(unix))]
fn stop_commands_with_us() {}
