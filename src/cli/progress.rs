//! Progress of taking in: a bar with rate and time left on a terminal, nothing elsewhere.

use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::domain::printable::Printable;
use crate::job::intake::Watcher;
use crate::job::summary::Summary;
use crate::source::Extent;

#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    stop: Arc<AtomicBool>,
    /// Whether the bar counts bytes, because nobody knows how many messages there are.
    by_size: bool,
}

impl Progress {
    /// Of a source of this extent. Ctrl-C stops between two transactions: nothing is lost, and the next
    /// run goes on from there.
    pub fn new(name: &str, extent: Extent, quiet: bool) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        #[cfg(unix)]
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            // The second one ends it at once: the first is heard between two transactions, and a pipe may bring none.
            let _ = signal_hook::flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&stop));
            let _ = signal_hook::flag::register(signal, Arc::clone(&stop));
        }
        let (bar, style) = match extent {
            Extent::Messages(count) => {
                (ProgressBar::new(count), "{prefix}  {bar:30}  {human_pos} of {human_len}  {per_sec}  {eta} left")
            }
            Extent::Bytes(bytes) => {
                (ProgressBar::new(bytes), "{prefix}  {bar:30}  {msg} messages  {binary_bytes_per_sec}  {eta} left")
            }
            Extent::Unknown => (ProgressBar::new_spinner(), "{prefix}  {human_pos} messages  {per_sec}  {elapsed}"),
        };
        let hidden = quiet || !std::io::stderr().is_terminal();
        bar.set_draw_target(if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() });
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style.progress_chars("━━╌"));
        }
        bar.set_prefix(Printable::from(name).to_string());
        Self { bar, stop, by_size: matches!(extent, Extent::Bytes(_)) }
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Whether somebody asked to stop.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

impl Watcher for Progress {
    fn progress(&mut self, summary: &Summary) -> ControlFlow<()> {
        if self.by_size {
            self.bar.set_message(summary.read.to_string());
            self.bar.set_position(summary.bytes);
        } else {
            self.bar.set_position(summary.read);
        }
        if self.stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
