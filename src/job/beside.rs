//! Sources that are read at the same time: which is next, the progress of each, and what came of each.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::JobError;
use super::summary::Summary;
use crate::config::SourceConfig;

#[derive(Debug)]
pub struct Beside<'a> {
    inner: Mutex<Inner<'a>>,
}

#[derive(Debug)]
struct Inner<'a> {
    waiting: Vec<&'a SourceConfig>,
    /// Sources that are not finished.
    left: usize,
    so_far: BTreeMap<String, Summary>,
    failed: Option<JobError>,
}

impl<'a> Beside<'a> {
    pub fn new(sources: &[&'a SourceConfig]) -> Self {
        let waiting = sources.iter().rev().copied().collect();
        let inner = Inner { waiting, left: sources.len(), so_far: BTreeMap::new(), failed: None };
        Self { inner: Mutex::new(inner) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner<'a>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next source to read.
    pub fn next(&self) -> Option<&'a SourceConfig> {
        self.inner().waiting.pop()
    }

    /// Begins no further sources.
    pub fn give_up(&self) {
        let mut inner = self.inner();
        inner.left -= inner.waiting.len();
        inner.waiting.clear();
    }

    pub fn note(&self, name: &str, so_far: &Summary) {
        self.inner().so_far.insert(name.to_owned(), so_far.clone());
    }

    pub fn end(&self, name: &str, done: Result<Summary, JobError>) {
        let mut inner = self.inner();
        inner.left -= 1;
        match done {
            Ok(summary) => drop(inner.so_far.insert(name.to_owned(), summary)),
            Err(error) => inner.failed = Some(error),
        }
    }

    pub fn is_under_way(&self) -> bool {
        self.inner().left > 0
    }

    /// The sum of all sources so far.
    pub fn so_far(&self) -> Summary {
        let mut all = Summary::default();
        self.inner().so_far.values().for_each(|summary| all.add(summary.clone()));
        all
    }

    /// What came of each, in the order of the settings.
    ///
    /// # Errors
    /// Where the store failed.
    pub fn results(&self, sources: &[&SourceConfig]) -> Result<Vec<Summary>, JobError> {
        let mut inner = self.inner();
        if let Some(error) = inner.failed.take() {
            return Err(error);
        }
        Ok(sources.iter().filter_map(|source| inner.so_far.remove(&source.name)).collect())
    }
}
