//! What lies on this machine: the thread that reads the sources, at the start and whenever one of them has changed.

use std::ops::ControlFlow;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::{Surroundings, Told, Trouble, mishap, present};
use crate::clock::{Clock, Stopwatch};
use crate::domain::printable::Printable;
use crate::job::gather::gather;
use crate::job::summary::Summary;
use crate::job::{JobError, begin, door, tray, trouble};
use crate::store::{Durability, Store};

/// A change seldom comes alone: what follows within this time is read with it.
const DEBOUNCE: Duration = Duration::from_millis(200);
/// How often progress is told.
const PROGRESS: Duration = Duration::from_millis(200);

/// Why to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Poke {
    /// A source has changed, or it is time.
    Sources,
    /// The store was written to, perhaps by another process or through `incoming`.
    Store,
    Stop,
}

pub fn open(around: Surroundings) -> Sender<Poke> {
    let (pokes, inbox) = unbounded();
    thread::spawn(move || {
        // A screen's first frame waits for nobody else: nothing is opened here before there is something to do.
        let Ok(first) = inbox.recv() else { return };
        match Store::open_for(&around.store, Durability::Replayable) {
            Ok(store) => Gatherer { store, around, arrived: None }.work(first, &inbox),
            Err(error) => {
                let failed = vec![Trouble::of(&error.into())];
                around.listener.tell(Told::Gathered { admitted: 0, failed });
            }
        }
    });
    pokes
}

struct Gatherer {
    store: Store,
    around: Surroundings,
    /// What was said last of messages that wait for the next check-in.
    arrived: Option<(u32, u32)>,
}

impl Gatherer {
    fn work(mut self, first: Poke, inbox: &Receiver<Poke>) {
        // Beginning a window waits for the first reading, so that one is not put off.
        let mut debounce = Duration::ZERO;
        // Something changed while the sources were being read, perhaps where they had been read already.
        let mut again = false;
        let mut next = Some(first);
        loop {
            let first = if std::mem::take(&mut again) { Some(Poke::Sources) } else { next.take() };
            let Some(first) = first.or_else(|| inbox.recv().ok()) else { return };
            let mut pokes = vec![first];
            while let Ok(more) = inbox.recv_timeout(debounce) {
                pokes.push(more);
                if more == Poke::Stop || pokes.len() > 1000 {
                    break;
                }
            }
            debounce = DEBOUNCE;
            if pokes.contains(&Poke::Stop) {
                return;
            }
            let sources = pokes.contains(&Poke::Sources);
            let gathered = mishap::caught(|| {
                let looked = if sources { self.read_sources(inbox, &mut again) } else { self.look() };
                looked.and_then(|()| self.tell())
            });
            let failed = match gathered {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => Trouble::of(&error),
                Err(trouble) => trouble,
            };
            self.around.listener.tell(Told::Gathered { admitted: 0, failed: vec![failed] });
        }
    }

    /// Reads every source; stops between two transactions when the screen is left.
    fn read_sources(&mut self, inbox: &Receiver<Poke>, again: &mut bool) -> Result<(), JobError> {
        let (config, now) = (present(&self.around.config), self.around.clock.now());
        let listener = self.around.listener.clone();
        let mut told = Stopwatch::start();
        let mut stopped = false;
        let mut watcher = |summary: &Summary| {
            if told.elapsed() > PROGRESS {
                told = Stopwatch::start();
                listener.tell(Told::Gathering { read: summary.read });
            }
            for poke in inbox.try_iter() {
                *again |= poke == Poke::Sources;
                stopped |= poke == Poke::Stop;
            }
            if stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let summary = gather(&mut self.store, &config, now, Clock::real().now(), &mut watcher)?;
        *again &= !stopped;
        if !summary.failures.is_empty() {
            trouble::unread(summary.failed);
        }
        let failed =
            summary.failures.iter().map(|failure| Trouble { what: Printable::from(failure), hint: None }).collect();
        self.around.listener.tell(Told::Gathered { admitted: summary.admitted, failed });
        Ok(())
    }

    fn look(&mut self) -> Result<(), JobError> {
        tray::empty(&present(&self.around.config), &mut self.store, self.around.clock.now())?;
        // Whoever decides does not wait for this.
        self.store.shorten_log();
        Ok(())
    }

    /// Tells what has changed: how many wait, and the door.
    fn tell(&mut self) -> Result<(), JobError> {
        let now = self.around.clock.now();
        let arrived = match begin::current(&self.store)? {
            Some((batch, _)) => self.store.waiting_since(batch.id())?,
            None => (0, self.store.tally()?.let_through),
        };
        if self.arrived != Some(arrived) {
            self.arrived = Some(arrived);
            let (waiting, let_through) = arrived;
            self.around.listener.tell(Told::Arrived { waiting, let_through });
            let door = door::door(&self.store, &present(&self.around.config), now)?;
            self.around.listener.tell(Told::Door(Box::new(door)));
        }
        Ok(())
    }
}
