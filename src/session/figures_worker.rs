//! The thread that counts: a month may take some tenths of a second, and neither a letter nor a decision waits for it. It changes
//! nothing in the store, but that it remembers what it says of a month.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use chrono::{DateTime, Utc};
use crossbeam_channel::{Receiver, Sender, unbounded};

use super::problem::problem;
use super::{SharedConfig, panic_guard, present};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::problem::Problem;
use crate::job::JobError;
use crate::job::line::{line_at_receipt, line_of};
use crate::job::month::month;
use crate::job::what_if::replayed;
use crate::store::{Store, StoreError};
use crate::ui::event::Event;
use crate::ui::request::{FiguresRequest, RequestNumber};
use crate::ui::response::FiguresResponse;

/// A request with its number.
type Numbered = (RequestNumber, FiguresRequest);

/// The thread, which starts with the first request: most sittings have none, and the first screen waits for no thread.
#[derive(Debug)]
pub struct FiguresWorker {
    pub path: PathBuf,
    pub config: SharedConfig,
    pub clock: Clock,
    pub events: Sender<Event>,
    requests: Option<Sender<Numbered>>,
}

impl FiguresWorker {
    pub fn new(path: PathBuf, config: SharedConfig, clock: Clock, events: Sender<Event>) -> Self {
        Self { path, config, clock, events, requests: None }
    }

    pub fn handle(&mut self, number: RequestNumber, request: FiguresRequest) {
        if self.requests.is_none() {
            match self.begin() {
                Ok(requests) => self.requests = Some(requests),
                Err(error) => drop(self.events.send(Event::Response(number, Err(problem(&error.into()))))),
            }
        }
        if let Some(requests) = &self.requests {
            let _ = requests.send((number, request));
        }
    }

    fn begin(&self) -> Result<Sender<Numbered>, StoreError> {
        let (requests, inbox): (Sender<Numbered>, Receiver<Numbered>) = unbounded();
        let (path, config, clock, events) =
            (self.path.clone(), Arc::clone(&self.config), self.clock, self.events.clone());
        let work = move || {
            let mut store = None;
            for (number, request) in inbox {
                let granted = panic_guard::caught(|| {
                    let mut open = match store.take() {
                        Some(store) => store,
                        None => Store::open(&path).map_err(|error| problem(&error.into()))?,
                    };
                    let granted = handle(&mut open, &config, clock, request);
                    store = Some(open);
                    granted
                });
                if events.send(Event::Response(number, granted.flatten().map(Into::into))).is_err() {
                    return;
                }
            }
        };
        let doing = "start a thread that counts";
        let failed = |source| StoreError::File { doing, path: self.path.clone(), source };
        thread::Builder::new().name("figures".to_owned()).spawn(work).map_err(failed)?;
        Ok(requests)
    }
}

fn handle(
    store: &mut Store,
    config: &SharedConfig,
    clock: Clock,
    request: FiguresRequest,
) -> Result<FiguresResponse, Problem> {
    counted(store, &present(config), clock.now(), request).map_err(|error| problem(&error))
}

fn counted(
    store: &mut Store,
    config: &Config,
    now: DateTime<Utc>,
    request: FiguresRequest,
) -> Result<FiguresResponse, JobError> {
    Ok(match request {
        FiguresRequest::Month(wanted) => {
            let mut pair = month(store, config, wanted, now)?;
            pair.month.line = line_of(store, config, wanted, now)?;
            FiguresResponse::Month(Box::new(pair))
        }
        FiguresRequest::WhatIf(typed) => FiguresResponse::WhatIf(Box::new(replayed(store, config, typed, now)?)),
        FiguresRequest::Line(batch) => FiguresResponse::Line(line_at_receipt(store, config, batch, now)?),
    })
}
