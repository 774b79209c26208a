//! Threads that start with their first request: most sittings have none, and the first frame waits for no thread.

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::problem::problem;
use crate::store::StoreError;
use crate::ui::event::Event;
use crate::ui::request::RequestNumber;

/// The way to such threads. Where they cannot be started, the request is answered with the reason, and the next one tries again.
#[derive(Debug)]
pub struct FirstRequest<R> {
    requests: Option<Sender<(RequestNumber, R)>>,
}

impl<R> Default for FirstRequest<R> {
    fn default() -> Self {
        Self { requests: None }
    }
}

impl<R> FirstRequest<R> {
    pub fn send(
        &mut self,
        (number, request): (RequestNumber, R),
        events: &Sender<Event>,
        begin: impl FnOnce(Receiver<(RequestNumber, R)>) -> Result<(), StoreError>,
    ) {
        if self.requests.is_none() {
            let (requests, inbox) = unbounded();
            match begin(inbox) {
                Ok(()) => self.requests = Some(requests),
                Err(error) => drop(events.send(Event::Response(number, Err(problem(&error.into()))))),
            }
        }
        if let Some(requests) = &self.requests {
            let _ = requests.send((number, request));
        }
    }
}
