//! The seekers: two threads that search, so that what is typed is answered while it is typed. They change nothing in the store.
//!
//! Only the newest question counts. An older one is given up between two steps of SQLite; within a step (a short
//! beginning, whose words the index gathers all at once) it cannot be, and then the other thread takes the newer one.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::desk::{entries_of, problem};
use super::{SharedConfig, mishap, present};
use crate::clock::Clock;
use crate::domain::query;
use crate::job::JobError;
use crate::store::{Store, StoreError};
use crate::ui::effect::{Effect, Wish};
use crate::ui::event::{Answer, Event};

const THREADS: usize = 2;

pub struct Seeker {
    wishes: Sender<Effect>,
    /// The number of the newest question.
    newest: Arc<AtomicU64>,
}

impl Seeker {
    pub fn open(path: &Path, config: &SharedConfig, clock: Clock, events: &Sender<Event>) -> Result<Self, StoreError> {
        let (wishes, inbox) = unbounded();
        let newest = Arc::new(AtomicU64::new(0));
        for _ in 0..THREADS {
            let one = One {
                path: path.to_owned(),
                config: Arc::clone(config),
                clock,
                newest: Arc::clone(&newest),
                own: Arc::new(AtomicU64::new(0)),
                store: None,
            };
            let (inbox, events) = (Receiver::clone(&inbox), events.clone());
            thread::Builder::new().name("seeker".to_owned()).spawn(move || one.work(&inbox, &events)).map_err(
                |source| StoreError::File { doing: "start a thread that searches", path: path.to_owned(), source },
            )?;
        }
        Ok(Self { wishes, newest })
    }

    /// Takes a question; those before it are given up.
    pub fn seek(&self, effect: Effect) {
        self.newest.fetch_max(effect.number, Ordering::AcqRel);
        let _ = self.wishes.send(effect);
    }
}

/// One of the threads.
struct One {
    path: PathBuf,
    config: SharedConfig,
    clock: Clock,
    newest: Arc<AtomicU64>,
    /// The number of the question in hand.
    own: Arc<AtomicU64>,
    /// Opened by the first question: most sittings have none.
    store: Option<Store>,
}

impl One {
    fn work(mut self, inbox: &Receiver<Effect>, events: &Sender<Event>) {
        for Effect { number, wish } in inbox {
            self.own.store(number, Ordering::Release);
            let answer = match mishap::caught(|| self.grant(number, wish)) {
                Ok(Ok(answer)) => answer,
                Ok(Err(JobError::Store(StoreError::GivenUp))) => Answer::GivenUp,
                Ok(Err(error)) => Answer::Failed(problem(&error)),
                Err(problem) => Answer::Failed(problem),
            };
            if events.send(Event::Answer(number, answer)).is_err() {
                return;
            }
        }
    }

    fn grant(&mut self, number: u64, wish: Wish) -> Result<Answer, JobError> {
        let Wish::Search { query, limit } = wish else { return Ok(Answer::Settled) };
        if self.newest.load(Ordering::Acquire) != number {
            return Ok(Answer::GivenUp);
        }
        let now = self.clock.now();
        let parsed = match query::parse(&query, present(&self.config).calendar.zone, now) {
            Ok(parsed) => parsed,
            Err(mistake) => return Ok(Answer::Mistaken(mistake)),
        };
        let found = self.store()?.search(&parsed, now, limit, None)?;
        Ok(Answer::Found { query, entries: entries_of(&found) })
    }

    fn store(&mut self) -> Result<&Store, StoreError> {
        let store = if let Some(store) = self.store.take() {
            store
        } else {
            let mut store = Store::open(&self.path)?;
            let (newest, own) = (Arc::clone(&self.newest), Arc::clone(&self.own));
            store.give_up_when(move || newest.load(Ordering::Acquire) != own.load(Ordering::Acquire))?;
            store
        };
        Ok(self.store.insert(store))
    }
}
