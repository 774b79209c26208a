//! Watching: the loop that tends the sources for whoever wants it, the open screen or `tidebox watch`.
//!
//! It owns when something is read, not how (that is `job`), and tells what came of it in a few kinds of news, not in
//! words for a screen.
//!
//! | file | thing |
//! |---|---|
//! | `keeper` | the thread that holds the lock, looks at the time, and sees that each source is tended |
//! | `nearby`, `changes` | the thread that reads what lies on this machine, and what of the file system wakes it |
//! | `account`, `backoff` | a thread for each source on the network, and how long it leaves alone what failed |
//! | `asking` | a reading that a person asked for, until it is answered |
//! | `bell`, `desktop` | notifications: a check-in has opened, an exception has let something through |
//! | `lock` | who tends the network: one process for a store |

mod account;
mod asking;
mod backoff;
mod bell;
mod changes;
mod desktop;
mod keeper;
mod lock;
mod mishap;
mod nearby;
mod trail;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use crossbeam_channel::Sender;

use crate::clock::Clock;
use crate::config::Config;
use crate::domain::concern::Concern;
use crate::domain::door::Door;
use crate::domain::printable::Printable;
use crate::domain::schedule::Zone;
use crate::job::source_failure::SourceFailure;
use crate::job::summary::WriteBackSummary;
use crate::job::{JobError, health, open, trouble};
use crate::store::Store;

pub use changes::{Watching, files};
pub use lock::{Holder, Lock, Who, holder_of, runs};
pub use mishap::caught;

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

/// What is told of the sources and the door.
#[derive(Debug)]
pub enum Told {
    /// Sources are being read: so many messages so far.
    Gathering {
        read: u64,
    },
    /// Sources were read. A failure that lasts is told once.
    Gathered {
        admitted: u64,
        failed: Vec<Trouble>,
    },
    /// Changes were made in mailboxes, or somebody else was first, or a person has to do something about them.
    Written(WriteBackSummary),
    /// Every source was read once, or could not be.
    AllRead,
    /// What came of the reading that a person asked for.
    Answered {
        failed: Vec<Trouble>,
    },
    /// A source on the network of which a failure was told can be read again.
    Recovered {
        source: Printable,
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

    /// What is wrong with a source, by the clock of a zone.
    fn of_concern(concern: &Concern, now: DateTime<Utc>, zone: Zone) -> Self {
        let (what, hint) = health::told(concern, now, zone);
        Self { what: Printable::from(what), hint: Some(Printable::from(hint)) }
    }

    /// Why a source could not be read, or changed.
    fn of_cause(source: &str, cause: &SourceFailure) -> Self {
        let what = Printable::from(format!("source {source}: {}", cause.what));
        let hint = Some(&cause.hint).filter(|hint| !hint.is_empty()).map(Printable::from);
        Self { what, hint }
    }

    /// Whether it is the same but for numbers: servers put the time into what they say.
    fn is_like(&self, other: &Self) -> bool {
        let letters = |trouble: &Self| trouble.what.as_str().replace(|c: char| c.is_ascii_digit(), "");
        self.hint == other.hint && letters(self) == letters(other)
    }

    /// What was said in one sentence.
    fn note(said: &String) -> Self {
        Self { what: Printable::from(said), hint: None }
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

    /// Tells what came of writing back, if anything did.
    fn tell_written(&self, written: WriteBackSummary) {
        if written != WriteBackSummary::default() {
            self.tell(Told::Written(written));
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
pub struct Surroundings {
    pub who: Who,
    pub store: PathBuf,
    pub config: SharedConfig,
    pub clock: Clock,
    pub listener: Listener,
}

/// A watch over the sources. It reads what lies on this machine, and tends the network while no other process does.
#[derive(Debug, Clone)]
pub struct Watch {
    words: Sender<keeper::Word>,
}

impl Watch {
    /// Nothing is opened and nothing is read before `begin`.
    #[must_use]
    pub fn over(surroundings: Surroundings) -> Self {
        Self { words: keeper::start(surroundings, open::open) }
    }

    /// Follows the configuration as it is now, and reads everything.
    pub fn begin(&self) {
        let _ = self.words.send(keeper::Word::Begin);
    }

    /// Reads everything now.
    pub fn read(&self) {
        let _ = self.words.send(keeper::Word::Read);
    }

    /// Ends it between two transactions.
    pub fn end(&self) {
        let _ = self.words.send(keeper::Word::Stop);
    }
}
