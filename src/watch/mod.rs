//! Watching: the loop that tends the sources for whoever wants it, the open screen or `tidebox watch`.
//!
//! It owns when something is read, not how (that is `job`), and tells what came of it in a few kinds of news, not in
//! words for a screen.
//!
//! | file | thing |
//! |---|---|
//! | `nearby` | the thread that reads what lies on this machine |
//! | `changes` | what of the file system wakes it |

mod changes;
mod mishap;
mod nearby;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use crossbeam_channel::Sender;

use crate::clock::Clock;
use crate::config::Config;
use crate::domain::door::Door;
use crate::domain::printable::Printable;
use crate::job::{JobError, trouble};

pub use changes::{Watching, file};
pub use mishap::caught;

/// The configuration as all threads see it: it changes when its file does, and when a mailbox is added from the screen.
pub type SharedConfig = Arc<RwLock<Arc<Config>>>;

/// The present configuration.
#[must_use]
pub fn present(config: &SharedConfig) -> Arc<Config> {
    config.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// What is told of the sources and the door.
#[derive(Debug)]
pub enum Told {
    /// Sources are being read: so many messages so far.
    Gathering {
        read: u64,
    },
    /// Sources were read.
    Gathered {
        admitted: u64,
        failed: Vec<Trouble>,
    },
    /// How many have arrived since the batch was frozen, and how many of them came through an exception.
    Arrived {
        waiting: u32,
        let_through: u32,
    },
    Door(Box<Door>),
}

/// Something that did not work: what, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub what: Printable,
    pub hint: Option<Printable>,
}

impl Trouble {
    /// An error in words that are fit for a person; it is noted in the log.
    fn of(error: &JobError) -> Self {
        trouble::job(error);
        Self { what: Printable::from(error.to_string()), hint: error.hint().map(Printable::from) }
    }
}

/// Who is told.
#[derive(Clone)]
pub struct Listener(Arc<dyn Fn(Told) + Send + Sync>);

impl Listener {
    pub fn new(listen: impl Fn(Told) + Send + Sync + 'static) -> Self {
        Self(Arc::new(listen))
    }

    fn tell(&self, told: Told) {
        (self.0)(told);
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

/// What a watch needs.
#[derive(Debug, Clone)]
pub struct Surroundings {
    pub store: PathBuf,
    pub config: SharedConfig,
    pub clock: Clock,
    pub listener: Listener,
}

/// A watch over the sources. Nothing is opened and nothing is read before it is told to.
#[derive(Debug)]
pub struct Watch {
    store: PathBuf,
    config: SharedConfig,
    pokes: Sender<nearby::Poke>,
    /// Watches files for as long as it lives.
    watching: Option<Watching>,
}

impl Watch {
    #[must_use]
    pub fn over(surroundings: Surroundings) -> Self {
        let (store, config) = (surroundings.store.clone(), Arc::clone(&surroundings.config));
        Self { store, config, pokes: nearby::open(surroundings), watching: None }
    }

    /// Watches the sources that the configuration names now, and reads them.
    pub fn begin(&mut self) {
        self.watching = changes::watch(&present(&self.config), &self.store, &self.pokes);
        self.read();
    }

    /// Reads the sources now.
    pub fn read(&self) {
        let _ = self.pokes.send(nearby::Poke::Sources);
    }

    /// What ends it, for another thread.
    #[must_use]
    pub fn ending(&self) -> Ending {
        Ending(self.pokes.clone())
    }
}

/// Ends a watch between two transactions.
#[derive(Debug, Clone)]
pub struct Ending(Sender<nearby::Poke>);

impl Ending {
    pub fn end(&self) {
        let _ = self.0.send(nearby::Poke::Stop);
    }
}
