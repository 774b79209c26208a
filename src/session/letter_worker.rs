//! The thread that lays letters and parts of them out, selects by a query, saves attachments, and opens links, attachments and
//! pages. It changes nothing in the store.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use chrono::{DateTime, Utc};
use crossbeam_channel::{Receiver, Sender};

use super::problem::problem;
use super::{SharedConfig, open_link, panic_guard, present};
use crate::clock::Clock;
use crate::domain::ids::BatchId;
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::domain::query::{Highlights, QueryMistake, parse_unfinished};
use crate::job::private_files::PrivateFiles;
use crate::job::read::{self, Reader};
use crate::job::save::{SaveError, save};
use crate::job::{JobError, view};
use crate::store::{Store, StoreError};
use crate::ui::event::Event;
use crate::ui::request::{LetterKey, LetterRequest, RequestNumber, ViewKey};
use crate::ui::response::{FoundRows, LetterResponse};

/// A request with its number.
pub(super) type Numbered = (RequestNumber, LetterRequest);

/// A word that is being typed counts by its beginning from so many letters on: in a batch from the first.
const BEGINNING: usize = 1;

/// So many kB of the store are kept in memory.
const PAGES: u16 = 400;

/// Parsing and laying out need more stack than a thread gets by itself when a message nests deeply.
const STACK: usize = 8 * 1024 * 1024;

#[derive(Debug)]
pub struct LetterWorker {
    pub path: PathBuf,
    pub config: SharedConfig,
    pub clock: Clock,
    pub events: Sender<Event>,
    pub copies: Arc<PrivateFiles>,
}

impl LetterWorker {
    /// Starts the thread.
    pub fn begin(self, inbox: Receiver<Numbered>) -> Result<(), StoreError> {
        let path = self.path.clone();
        let failed = |source| StoreError::File { doing: "start a thread that reads", path, source };
        let named = thread::Builder::new().name("letters".to_owned()).stack_size(STACK);
        named.spawn(move || self.work(&inbox)).map(drop).map_err(failed)
    }

    fn work(self, inbox: &Receiver<Numbered>) {
        // Opened by the first request. What fails is tried again.
        let mut store = None;
        self.copies.remove_leftovers();
        for (number, request) in inbox {
            let granted = panic_guard::caught(|| {
                let open = match store.take() {
                    Some(store) => store,
                    None => reader(&self.path).map_err(|error| problem(&error.into()))?,
                };
                let granted = handle(&open, &self.config, self.clock, &self.copies, request);
                store = Some(open);
                granted
            });
            if self.events.send(Event::Response(number, granted.flatten().map(Into::into))).is_err() {
                return;
            }
        }
    }
}

fn reader(path: &Path) -> Result<Store, StoreError> {
    let store = Store::open(path)?;
    store.keep_few_pages(PAGES);
    Ok(store)
}

fn handle(
    store: &Store,
    config: &SharedConfig,
    clock: Clock,
    copies: &PrivateFiles,
    request: LetterRequest,
) -> Result<LetterResponse, Problem> {
    let now = clock.now();
    let told = |error: JobError| problem(&error);
    match request {
        LetterRequest::Layout(LetterKey { id, width, body }) => {
            let reader = Reader { now, zone: present(config).calendar.zone, width };
            let letter = read::letter_or_peeked(store, id, body, reader);
            letter.map(|letter| LetterResponse::Layout(Box::new(letter))).map_err(told)
        }
        LetterRequest::Conversation(row) => store
            .conversation(row)
            .map(|conversation| LetterResponse::Conversation(Arc::new(conversation)))
            .map_err(|error| told(error.into())),
        LetterRequest::FirstWords(id) => read::first_words(store, id).map(LetterResponse::FirstWords).map_err(told),
        LetterRequest::Filter { batch, query } => {
            select(store, config, batch, &query, now).map(LetterResponse::Filtered).map_err(told)
        }
        LetterRequest::Select { batch, query } => {
            select(store, config, batch, &query, now).map(LetterResponse::Selected).map_err(told)
        }
        LetterRequest::Alike { batch, of } => {
            let alike = store.alike(batch, of).map_err(|error| told(error.into()))?;
            alike.map(LetterResponse::Alike).ok_or_else(|| told(StoreError::NoBatch(batch).into()))
        }
        LetterRequest::SaveAttachment { id, index } => {
            save(store, id, index).map(LetterResponse::Saved).map_err(|error| match error {
                SaveError::Store(error) => told(error.into()),
                error => Problem { what: Printable::from(error.to_string()), hint: error.hint().map(Printable::from) },
            })
        }
        LetterRequest::OpenLink(link) => open_link::open_link(&link),
        LetterRequest::View(ViewKey { id, part, size }) => {
            view::view(store, id, part, size).map(|view| LetterResponse::Viewed(Box::new(view))).map_err(told)
        }
        LetterRequest::OpenAttachment { id, index } => {
            let file = view::attached_file(store, id, index).map_err(told)?;
            open_copy(copies, &file.name, &file.bytes)
        }
        LetterRequest::OpenHtml(id) => {
            let page = view::browser_page(store, id).map_err(told)?;
            open_copy(copies, "message.html", page.as_bytes())
        }
        LetterRequest::Original { id, command } => {
            let message = store.original(id).map_err(|error| told(error.into()))?;
            Ok(LetterResponse::Original { command, message })
        }
    }
}

/// Opens a copy that is there as long as tidebox is.
fn open_copy(copies: &PrivateFiles, name: &str, bytes: &[u8]) -> Result<LetterResponse, Problem> {
    match copies.write(name, bytes) {
        Ok(path) => Ok(open_link::open_copy(path)),
        Err(error) => Err(Problem {
            what: Printable::from(format!("a copy for the other program could not be written: {error}")),
            hint: Some("nothing was opened; is there room where temporary files lie?".into()),
        }),
    }
}

/// Which messages of a batch the query chooses that is being typed.
fn select(
    store: &Store,
    config: &SharedConfig,
    batch: BatchId,
    text: &str,
    now: DateTime<Utc>,
) -> Result<Result<FoundRows, QueryMistake>, JobError> {
    let config = present(config);
    let context = config.query_context(now);
    match parse_unfinished(text, &context, BEGINNING) {
        Ok(query) => {
            let positions = store.select(batch, &query, now)?;
            Ok(Ok(FoundRows { positions, highlights: Highlights::of(&query) }))
        }
        Err(mistake) => Ok(Err(mistake)),
    }
}
