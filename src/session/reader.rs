//! The reader: the thread that lays letters out, selects by a query, and saves attachments. It changes nothing in the store.

use std::path::Path;
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::desk::problem;
use super::{SharedConfig, mishap, present, save};
use crate::clock::Clock;
use crate::domain::query;
use crate::job::{JobError, read};
use crate::store::{Store, StoreError};
use crate::ui::effect::{Effect, Wish};
use crate::ui::event::{Answer, Event};

/// Parsing and laying out need more stack than a thread gets by itself when a message nests deeply.
const STACK: usize = 8 * 1024 * 1024;

pub fn open(
    path: &Path,
    config: SharedConfig,
    clock: Clock,
    events: Sender<Event>,
) -> Result<Sender<Effect>, StoreError> {
    let (wishes, inbox): (Sender<Effect>, Receiver<Effect>) = unbounded();
    let place = path.to_owned();
    let work = move || {
        // Not before there is something to read: the screen waits for the desk alone. What fails is tried again.
        let mut store = None;
        for Effect { number, wish } in inbox {
            let granted = mishap::caught(|| {
                let store = match store.take() {
                    Some(store) => store,
                    None => Store::open(&place)?,
                };
                let answer = grant(&store, &config, clock, wish);
                Ok((answer, store))
            });
            let answer = match granted {
                Ok(Ok((answer, open))) => {
                    store = Some(open);
                    answer.unwrap_or_else(|error| Answer::Failed(problem(&error)))
                }
                Ok(Err(error)) => Answer::Failed(problem(&error)),
                Err(problem) => Answer::Failed(problem),
            };
            if events.send(Event::Answer(number, answer)).is_err() {
                return;
            }
        }
    };
    thread::Builder::new()
        .name("reader".to_owned())
        .stack_size(STACK)
        .spawn(work)
        .map_err(|source| StoreError::File { doing: "start a thread that reads", path: path.to_owned(), source })?;
    Ok(wishes)
}

fn grant(store: &Store, config: &SharedConfig, clock: Clock, wish: Wish) -> Result<Answer, JobError> {
    let (config, now) = (present(config), clock.now());
    let parse = |text: &str| {
        query::parse(text, config.calendar.zone, now).map_err(|mistake| JobError::Wrong {
            hint: mistake.hint.clone().unwrap_or_else(|| "for example from:ada subject:\"the engine\"".to_owned()),
            what: mistake.what,
        })
    };
    Ok(match wish {
        Wish::Letter { id, width, body } => {
            let letter = match read::letter(store, id, width, body) {
                Err(JobError::Store(StoreError::Held(_))) => match store.current_peek(now)? {
                    Some(peek) => read::peeked_letter(store, &peek, id, width, body, now)?,
                    None => return Err(StoreError::Held(id).into()),
                },
                other => other?,
            };
            Answer::Letter(Box::new(letter))
        }
        Wish::Select { batch, query } => Answer::Selected(store.select(batch, &parse(&query)?, now)?),
        Wish::Filter { batch, text } => Answer::Selected(store.select(batch, &query::filter(&text), now)?),
        Wish::SaveAttachment { id, place } => save::save(store, id, place)?,
        _ => Answer::Settled,
    })
}
