//! Progress while messages are taken in: on a terminal a bar with rate and time left, unless it is soon done; with `--json` a line
//! each second on standard error; elsewhere nothing.

use std::io::{IsTerminal, Write as _};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::json;
use crate::clock::Stopwatch;
use crate::domain::printable::Printable;
use crate::job::intake::Watcher;
use crate::job::summary::Summary;
use crate::source::{Extent, Gauge};

/// Up to this time there is no bar, and the amount is not counted.
const SOON: Duration = Duration::from_millis(300);
/// The pause between two lines of JSON.
const PAUSE: Duration = Duration::from_secs(1);

pub struct Progress {
    name: String,
    gauge: Option<Gauge>,
    hidden: bool,
    json: bool,
    /// When the last line of JSON was printed, since the beginning.
    told: Option<Duration>,
    watch: Stopwatch,
    bar: Option<Bar>,
    stop: Arc<AtomicBool>,
}

struct Bar {
    bar: ProgressBar,
    /// Whether the bar counts bytes, because the number of messages is not known.
    by_size: bool,
}

impl Progress {
    /// For one source, with a function that finds out how much there is. Ctrl-C stops between two transactions: nothing is lost,
    /// and the next run continues there.
    pub fn new(name: &str, gauge: Gauge, json: bool) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        #[cfg(unix)]
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            // The first one is noticed between two transactions, and a pipe that sends nothing has none. The second ends at once.
            let _ = signal_hook::flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&stop));
            let _ = signal_hook::flag::register(signal, Arc::clone(&stop));
        }
        Self {
            name: Printable::from(name).to_string(),
            gauge: Some(gauge),
            hidden: json || !std::io::stderr().is_terminal(),
            json,
            told: None,
            watch: Stopwatch::start(),
            bar: None,
            stop,
        }
    }

    /// Prints how much was taken in so far: at once when something was, and then once in a second.
    fn tell(&mut self, summary: &Summary) {
        let elapsed = self.watch.elapsed();
        if summary.read == 0 || self.told.is_some_and(|told| elapsed < told + PAUSE) {
            return;
        }
        self.told = Some(elapsed);
        let object = serde_json::json!({ "progress": json::progress(summary, elapsed.as_secs_f64()) });
        let _ = writeln!(std::io::stderr(), "{}", json::line(&object));
    }

    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.bar.finish_and_clear();
        }
    }

    /// Whether somebody asked to stop.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

impl Bar {
    /// A bar that begins at the present position.
    fn of(name: &str, extent: Extent, so_far: &Summary) -> Self {
        let (bar, style) = match extent {
            Extent::Messages(count) => {
                (ProgressBar::new(count), "{prefix}  {bar:30}  {human_pos} of {human_len}  {per_sec}  {eta} left")
            }
            Extent::Bytes(bytes) => {
                (ProgressBar::new(bytes), "{prefix}  {bar:30}  {msg} messages  {binary_bytes_per_sec}  {eta} left")
            }
            Extent::Unknown => (ProgressBar::new_spinner(), "{prefix}  {human_pos} messages  {per_sec}  {elapsed}"),
        };
        bar.set_draw_target(ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style.progress_chars("━━╌"));
        }
        bar.set_prefix(name.to_owned());
        let this = Self { bar, by_size: matches!(extent, Extent::Bytes(_)) };
        // Known messages are skipped quickly, so they do not tell how long the rest takes.
        this.set(so_far);
        this.bar.reset_eta();
        this
    }

    fn set(&self, summary: &Summary) {
        if self.by_size {
            self.bar.set_message(summary.read.to_string());
            self.bar.set_position(summary.bytes);
        } else {
            self.bar.set_position(summary.read);
        }
    }
}

impl Watcher for Progress {
    fn progress(&mut self, summary: &Summary) -> ControlFlow<()> {
        if self.json {
            self.tell(summary);
        } else if let Some(bar) = &self.bar {
            bar.set(summary);
        } else if !self.hidden
            && self.watch.elapsed() > SOON
            && let Some(gauge) = self.gauge.take()
        {
            self.bar = Some(Bar::of(&self.name, gauge(), summary));
        }
        if self.stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
