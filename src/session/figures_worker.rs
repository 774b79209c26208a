//! The thread that counts: a month may take some tenths of a second, and neither a letter nor a decision waits for it. It changes
//! nothing in the store, but that it remembers what it says of a month.

use std::path::PathBuf;
use std::thread;

use chrono::{DateTime, Utc};
use crossbeam_channel::{Receiver, Sender};

use super::first_request::FirstRequest;
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

#[derive(Debug)]
pub struct FiguresWorker {
    thread: FirstRequest<FiguresRequest>,
    start: FiguresThread,
}

/// What its thread needs.
#[derive(Debug, Clone)]
struct FiguresThread {
    path: PathBuf,
    config: SharedConfig,
    clock: Clock,
    events: Sender<Event>,
}

impl FiguresWorker {
    pub fn new(path: PathBuf, config: SharedConfig, clock: Clock, events: Sender<Event>) -> Self {
        Self { thread: FirstRequest::default(), start: FiguresThread { path, config, clock, events } }
    }

    pub fn handle(&mut self, number: RequestNumber, request: FiguresRequest) {
        let Self { thread, start } = self;
        thread.send((number, request), &start.events, |inbox| start.clone().begin(inbox));
    }
}

impl FiguresThread {
    fn begin(self, inbox: Receiver<Numbered>) -> Result<(), StoreError> {
        let path = self.path.clone();
        let failed = |source| StoreError::File { doing: "start a thread that counts", path, source };
        let named = thread::Builder::new().name("figures".to_owned());
        named.spawn(move || self.work(&inbox)).map(drop).map_err(failed)
    }

    fn work(self, inbox: &Receiver<Numbered>) {
        let mut store = None;
        for (number, request) in inbox {
            let granted = panic_guard::caught(|| {
                let mut open = match store.take() {
                    Some(store) => store,
                    None => Store::open(&self.path).map_err(|error| problem(&error.into()))?,
                };
                let granted = handle(&mut open, &self.config, self.clock, request);
                store = Some(open);
                granted
            });
            if self.events.send(Event::Response(number, granted.flatten().map(Into::into))).is_err() {
                return;
            }
        }
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
