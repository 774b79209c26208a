//! Watching: the loop that tends the sources for whoever wants it, the open screen or `tidebox watch`.
//!
//! It owns when something is read, not how (that is `job`), and reports what came of it as a few kinds of events, not
//! in words for a screen.
//!
//! | file | thing |
//! |---|---|
//! | `supervisor` | the thread that holds the lock, looks at the time, and sees that each source is tended |
//! | `local`, `changes`, `trail` | the thread that reads what lies on this machine, and what of the file system wakes it |
//! | `remote`, `backoff` | a thread for each source on the network, and how long it leaves alone what failed |
//! | `messages` | what these threads tell each other |
//! | `read_request` | a reading that a person asked for, until it is answered |
//! | `hours`, `hours_files` | what others are told of when mail is read |
//! | `notifier`, `desktop` | notifications: a check-in has opened, an exception has let something through |
//! | `problems`, `panic_guard` | what did not work, in words for a person |
//! | `lock` | who tends the network: one process for a store |

mod backoff;
mod changes;
mod desktop;
mod hours;
mod hours_files;
mod local;
mod lock;
mod messages;
mod notifier;
mod panic_guard;
mod problems;
mod read_request;
mod remote;
mod supervisor;
mod trail;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use crossbeam_channel::Sender;

use crate::clock::Clock;
use crate::config::Config;
use crate::domain::watch_event::WatchEvent;
use crate::domain::write_back_summary::WriteBackSummary;
use crate::job::open;
use crate::store::Store;

use messages::SupervisorMessage;
use supervisor::IdleSupervisor;

pub use changes::{Watching, files};
pub use lock::{Holder, Lock, Who, holder_of, runs};
pub use panic_guard::caught;

/// How often progress is reported.
const PROGRESS: Duration = Duration::from_millis(200);
/// How often sources are read without any sign of a change: commands give none, and neither do some file systems.
const LOCAL_INTERVAL: Duration = Duration::from_mins(10);

/// The configuration as all threads see it: it changes when its file does, and when a mailbox is added from the screen.
pub type SharedConfig = Arc<RwLock<Arc<Config>>>;

/// The present configuration.
#[must_use]
pub fn present(config: &SharedConfig) -> Arc<Config> {
    config.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Whether a watch is expected to run for a store, and does not.
#[must_use]
pub fn is_down(store: &Store) -> bool {
    store.expects_watch().unwrap_or(false) && !runs(store.path())
}

/// Whoever receives the events of the watch.
#[derive(Clone)]
pub struct Listener(Arc<dyn Fn(WatchEvent) + Send + Sync>);

impl Listener {
    pub fn new(listen: impl Fn(WatchEvent) + Send + Sync + 'static) -> Self {
        Self(Arc::new(listen))
    }

    fn tell(&self, event: WatchEvent) {
        (self.0)(event);
    }

    /// Tells what came of writing back, if anything did.
    fn tell_written(&self, written: WriteBackSummary) {
        if written != WriteBackSummary::default() {
            self.tell(WatchEvent::Written(written));
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

/// What a watch needs.
#[derive(Debug, Clone)]
pub struct WatchContext {
    pub who: Who,
    pub store: PathBuf,
    pub config: SharedConfig,
    pub clock: Clock,
    pub listener: Listener,
}

/// A watch over the sources. It reads what lies on this machine, and tends the network while no other process does.
#[derive(Clone)]
pub struct Watch {
    messages: Sender<SupervisorMessage>,
    /// Until something is wanted of it.
    waiting: Arc<Mutex<Option<IdleSupervisor>>>,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

impl Watch {
    /// Nothing is opened, nothing is read and no thread is started before `begin` or `read`.
    #[must_use]
    pub fn over(context: WatchContext) -> Self {
        let (messages, waiting) = IdleSupervisor::new(context, open::open);
        Self { messages, waiting: Arc::new(Mutex::new(Some(waiting))) }
    }

    /// Follows the configuration as it is now, and reads everything.
    pub fn begin(&self) {
        self.want(SupervisorMessage::Begin);
    }

    /// Reads everything now.
    pub fn read(&self) {
        self.want(SupervisorMessage::Read);
    }

    fn want(&self, message: SupervisorMessage) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(waiting) = waiting {
            waiting.start();
        }
        let _ = self.messages.send(message);
    }

    /// Ends it between two transactions.
    pub fn end(&self) {
        let _ = self.messages.send(SupervisorMessage::Stop);
    }
}
