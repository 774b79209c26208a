//! Two threads that search, so that what is typed is answered while it is typed. They change nothing in the store.
//!
//! Only the newest question counts. An older one is given up between two steps of SQLite; within a step (a short
//! beginning, whose words the index gathers all at once) it cannot be, and then the other thread takes the newer one.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crossbeam_channel::{Receiver, Sender};

use super::first_request::FirstRequest;
use super::problem::problem;
use super::{SharedConfig, panic_guard, present};
use crate::clock::Clock;
use crate::domain::message::{MessageSummary, SearchHit};
use crate::domain::query::{Highlights, parse_unfinished};
use crate::job::JobError;
use crate::job::wider_search::wider_search;
use crate::store::{FoundMessage, Store, StoreError};
use crate::ui::event::Event;
use crate::ui::request::{RequestNumber, SearchRequest};
use crate::ui::response::SearchResponse;

/// A question with its number.
type Numbered = (RequestNumber, SearchRequest);

const THREADS: usize = 2;

/// A word that is being typed counts by its beginning from so many letters on: the words of a shorter one are too many.
const BEGINNING: usize = 3;

#[derive(Debug)]
pub struct SearchWorkers {
    threads: FirstRequest<SearchRequest>,
    start: SearchThreads,
}

/// What its threads need.
#[derive(Debug)]
struct SearchThreads {
    path: PathBuf,
    config: SharedConfig,
    clock: Clock,
    events: Sender<Event>,
    /// The number of the newest question.
    newest: Arc<AtomicU64>,
}

impl SearchWorkers {
    pub fn new(path: PathBuf, config: SharedConfig, clock: Clock, events: Sender<Event>) -> Self {
        let start = SearchThreads { path, config, clock, events, newest: Arc::default() };
        Self { threads: FirstRequest::default(), start }
    }

    /// Takes a question; those before it are given up.
    pub fn search(&mut self, number: RequestNumber, request: SearchRequest) {
        let Self { threads, start } = self;
        start.newest.fetch_max(number.0, Ordering::AcqRel);
        threads.send((number, request), &start.events, |inbox| start.begin(&inbox));
    }
}

impl SearchThreads {
    fn begin(&self, inbox: &Receiver<Numbered>) -> Result<(), StoreError> {
        for _ in 0..THREADS {
            let worker = SearchWorker {
                path: self.path.clone(),
                config: Arc::clone(&self.config),
                clock: self.clock,
                newest: Arc::clone(&self.newest),
                own: Arc::new(AtomicU64::new(0)),
                store: None,
            };
            let (inbox, events) = (Receiver::clone(inbox), self.events.clone());
            let doing = "start a thread that searches";
            let failed = |source| StoreError::File { doing, path: self.path.clone(), source };
            let named = thread::Builder::new().name("search".to_owned());
            named.spawn(move || worker.work(&inbox, &events)).map_err(failed)?;
        }
        Ok(())
    }
}

/// One of the threads.
struct SearchWorker {
    path: PathBuf,
    config: SharedConfig,
    clock: Clock,
    newest: Arc<AtomicU64>,
    /// The number of the question in hand.
    own: Arc<AtomicU64>,
    /// Opened by its first question.
    store: Option<Store>,
}

impl SearchWorker {
    fn work(mut self, inbox: &Receiver<Numbered>, events: &Sender<Event>) {
        for (number, request) in inbox {
            self.own.store(number.0, Ordering::Release);
            let found = match panic_guard::caught(|| self.handle(number, &request)) {
                Ok(Err(JobError::Store(StoreError::GivenUp))) => Ok(SearchResponse::GivenUp),
                Ok(found) => found.map_err(|error| problem(&error)),
                Err(problem) => Err(problem),
            };
            if events.send(Event::Response(number, found.map(Into::into))).is_err() {
                return;
            }
        }
    }

    fn handle(&mut self, number: RequestNumber, request: &SearchRequest) -> Result<SearchResponse, JobError> {
        if self.newest.load(Ordering::Acquire) != number.0 {
            return Ok(SearchResponse::GivenUp);
        }
        let now = self.clock.now();
        let config = present(&self.config);
        let context = config.query_context(now);
        let query = match parse_unfinished(&request.query, &context, BEGINNING) {
            Ok(query) => query,
            Err(mistake) => return Ok(SearchResponse::Mistaken(mistake)),
        };
        let store = self.store()?;
        let found = store.search_with_places(&query, now, request.limit)?;
        let wider = wider_search(store, &request.query, (&query, found.len()), &context)?;
        let hit = |(message, place): &FoundMessage| SearchHit { entry: MessageSummary::of(message), place: *place };
        Ok(SearchResponse::Found { hits: found.iter().map(hit).collect(), highlights: Highlights::of(&query), wider })
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::{Arc, RwLock};

    use super::SearchWorker;
    use crate::clock::Clock;
    use crate::config::Config;
    use crate::domain::schedule::Zone;
    use crate::job::JobError;
    use crate::store::{Store, StoreError};
    use crate::ui::request::{RequestNumber, SearchRequest};
    use crate::ui::response::SearchResponse;

    /// A worker that takes the question of this number, while another one is the newest.
    fn worker(folder: &tempfile::TempDir, own: u64, newest: u64) -> SearchWorker {
        let path = folder.path().join("tidebox.db");
        drop(Store::open(&path).unwrap());
        SearchWorker {
            path,
            config: Arc::new(RwLock::new(Arc::new(Config::embedded(Zone::UTC)))),
            clock: Clock::real(),
            newest: Arc::new(AtomicU64::new(newest)),
            own: Arc::new(AtomicU64::new(own)),
            store: None,
        }
    }

    fn asked(text: &str) -> SearchRequest {
        SearchRequest { query: text.to_owned(), limit: 9 }
    }

    #[test]
    fn only_the_newest_question_is_answered() {
        let folder = tempfile::tempdir().unwrap();
        let answer = |own, newest| worker(&folder, own, newest).handle(RequestNumber(own), &asked("ada")).unwrap();
        assert!(matches!(answer(2, 2), SearchResponse::Found { hits, .. } if hits.is_empty()));
        assert!(matches!(answer(1, 2), SearchResponse::GivenUp));
    }

    #[test]
    fn a_mistake_in_the_query_is_an_answer_and_no_failure() {
        let folder = tempfile::tempdir().unwrap();
        let answer = worker(&folder, 1, 1).handle(RequestNumber(1), &asked("sbject:plan")).unwrap();
        assert!(matches!(answer, SearchResponse::Mistaken(mistake) if mistake.what.contains("`sbject:`")));
    }

    /// While SQLite looks, a newer question comes: the connection itself gives up.
    #[test]
    fn a_search_in_hand_is_given_up_when_a_newer_one_comes() {
        let folder = tempfile::tempdir().unwrap();
        let mut worker = worker(&folder, 1, 1);
        let newest = Arc::clone(&worker.newest);
        let store = worker.store().unwrap();
        assert!(store.verify().is_ok());
        newest.store(2, Ordering::Release);
        let gone_on = (0..1_000).find_map(|_| store.tally().err());
        assert!(matches!(gone_on, Some(StoreError::GivenUp)), "{gone_on:?}");
        let answer = worker.handle(RequestNumber(1), &asked("ada"));
        assert!(matches!(answer, Ok(SearchResponse::GivenUp) | Err(JobError::Store(StoreError::GivenUp))));
    }
}
