//! What lies on this machine: the thread that reads those sources, at the start and whenever one of them has changed, and
//! looks into the store when somebody wrote to it or the time has come for something.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::thread;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use super::lock::Who;
use super::{Surroundings, Told, Trouble, bell, keeper, mishap, present};
use crate::clock::{Clock, Stopwatch};
use crate::domain::concern::Concern;
use crate::domain::door::Outside;
use crate::domain::printable::Printable;
use crate::job::gather::gather;
use crate::job::open::{Reach, open as open_source};
use crate::job::ring::ring;
use crate::job::summary::Summary;
use crate::job::write_back::write_back;
use crate::job::{JobError, begin, close, door, health, tray, trouble};
use crate::store::{Durability, Store};

/// A change seldom comes alone: what follows within this time is read with it.
const DEBOUNCE: Duration = Duration::from_millis(200);
/// Where changes never end, they are looked at after so long all the same.
const ENOUGH: Duration = Duration::from_secs(1);
/// How often progress is told.
const PROGRESS: Duration = Duration::from_millis(200);
/// Who decides at a screen sees the window close there; where that does not happen by now, it is closed here.
const GRACE: TimeDelta = TimeDelta::minutes(2);

/// Why to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Poke {
    /// A source has changed, or it is time.
    Sources,
    /// A person asks to read now: what could not be read is told again.
    Asked,
    /// The store was written to, perhaps by another process or through `incoming`.
    Store,
    /// Half a minute is over, or a window has opened.
    Time,
    /// The process that tends the network is to be asked to read now.
    AskElsewhere,
    /// Another process is to be told that what it asked for with this number is read.
    Answer(i64),
    /// The lock is ours.
    Ours,
    Stop,
}

pub fn open(around: Surroundings, keeper: Sender<keeper::Word>) -> Sender<Poke> {
    let (pokes, inbox) = unbounded();
    thread::spawn(move || {
        // A screen's first frame waits for nobody else: nothing is opened here before there is something to do.
        let Ok(first) = inbox.recv() else { return };
        // This connection stays: with the last one the store's log would be put away and made anew each time.
        match Store::open(&around.store) {
            Ok(store) => {
                let told = BTreeSet::new();
                let near = Nearby { store, around, keeper, ours: false, told, arrived: None, asked: None, heard: 0 };
                near.work(first, &inbox);
            }
            Err(error) => {
                let failed = vec![Trouble::of(&error.into())];
                around.listener.tell(Told::Gathered { admitted: 0, failed });
                let _ = keeper.send(keeper::Word::Round { name: String::new(), failed: None, asked: true });
            }
        }
    });
    pokes
}

struct Nearby {
    store: Store,
    around: Surroundings,
    keeper: Sender<keeper::Word>,
    /// Whether the lock is ours.
    ours: bool,
    /// What could not be read and was told, as long as it cannot.
    told: BTreeSet<String>,
    /// What was said last of messages that wait for the next check-in, and of changes outside.
    arrived: Option<((u32, u32), Outside, Vec<Concern>)>,
    /// The number with which the process that tends the network was asked to read.
    asked: Option<i64>,
    /// The number that was heard last of other processes that ask.
    heard: i64,
}

impl Nearby {
    fn work(mut self, first: Poke, inbox: &Receiver<Poke>) {
        // Beginning a window waits for the first reading, so that one is not put off.
        let mut debounce = Duration::ZERO;
        // Something changed while the sources were being read, perhaps where they had been read already.
        let mut again = false;
        let mut next = Some(first);
        loop {
            let first = if std::mem::take(&mut again) { Some(Poke::Sources) } else { next.take() };
            let Some(first) = first.or_else(|| self.next(inbox)) else { return };
            let (mut pokes, since) = (vec![first], Stopwatch::start());
            while let Ok(more) = inbox.recv_timeout(debounce) {
                pokes.push(more);
                if more == Poke::Stop || since.elapsed() > ENOUGH {
                    break;
                }
            }
            debounce = DEBOUNCE;
            if pokes.contains(&Poke::Stop) {
                return;
            }
            self.ours |= pokes.contains(&Poke::Ours);
            if pokes.contains(&Poke::Asked) {
                self.told.clear();
            }
            let asked = pokes.contains(&Poke::Asked);
            let sources = asked || pokes.contains(&Poke::Sources);
            let mut troubles = Vec::new();
            let gathered = mishap::caught(|| {
                if sources {
                    troubles = self.read_sources(inbox, &mut again)?;
                } else {
                    self.look()?;
                }
                self.settle()?;
                self.write_back()?;
                self.ring()?;
                self.ask(&pokes)?;
                self.tell()
            });
            if let Ok(Err(error)) = &gathered {
                troubles.push(Trouble::of(error));
            }
            if sources {
                let failed = troubles.into_iter().next();
                let _ = self.keeper.send(keeper::Word::Round { name: String::new(), failed, asked });
            }
            let failed = match gathered {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => Trouble::of(&error),
                Err(trouble) => trouble,
            };
            let failed = self.not_told(vec![failed]);
            self.around.listener.tell(Told::Gathered { admitted: 0, failed });
        }
    }

    fn now(&self) -> DateTime<Utc> {
        self.around.clock.now()
    }

    /// The next thing to do. A change that waits for another try has its time too.
    fn next(&self, inbox: &Receiver<Poke>) -> Option<Poke> {
        let due = if self.ours { self.store.next_change(self.now()).ok().flatten() } else { None };
        let Some(due) = due else { return inbox.recv().ok() };
        match inbox.recv_timeout((due - self.now()).to_std().unwrap_or_default() + DEBOUNCE) {
            Ok(poke) => Some(poke),
            Err(RecvTimeoutError::Timeout) => Some(Poke::Time),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Asks the process that tends the network to read, or answers one that asked.
    fn ask(&mut self, pokes: &[Poke]) -> Result<(), JobError> {
        if pokes.contains(&Poke::AskElsewhere) {
            self.asked = Some(self.store.ask_to_read()?);
        }
        let answers =
            pokes.iter().filter_map(|poke| if let Poke::Answer(number) = poke { Some(*number) } else { None });
        if let Some(number) = answers.max() {
            self.store.note_read(number)?;
        }
        let (asked, done) = self.store.asked_to_read()?;
        if self.ours && asked > done.max(self.heard) {
            self.heard = asked;
            let _ = self.keeper.send(keeper::Word::AskedElsewhere(asked));
        }
        if self.asked.is_some_and(|number| done >= number) {
            self.asked = None;
            let config = present(&self.around.config);
            let (zone, now) = (config.calendar.zone, self.now());
            let troubles = health::concerns(&self.store, &config)?;
            let troubles = troubles.iter().map(|concern| Trouble::of_concern(concern, now, zone)).collect();
            let _ = self.keeper.send(keeper::Word::ReadElsewhere(troubles));
        }
        Ok(())
    }

    /// Reads every source that lies on this machine; stops between two transactions when that is asked for.
    /// What could not be read is returned.
    fn read_sources(&mut self, inbox: &Receiver<Poke>, again: &mut bool) -> Result<Vec<Trouble>, JobError> {
        let (config, now) = (present(&self.around.config), self.now());
        let listener = self.around.listener.clone();
        let mut told = Stopwatch::start();
        let (mut stopped, mut ours) = (false, self.ours);
        let mut watcher = |summary: &Summary| {
            if told.elapsed() > PROGRESS {
                told = Stopwatch::start();
                listener.tell(Told::Gathering { read: summary.read });
            }
            for poke in inbox.try_iter() {
                *again |= matches!(poke, Poke::Sources | Poke::Asked | Poke::Time);
                ours |= poke == Poke::Ours;
                stopped |= poke == Poke::Stop;
            }
            if stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        // A connection of its own, for the time of the reading: it keeps more pages in memory.
        let mut store = Store::open_for(&self.around.store, Durability::Replayable)?;
        let reach = if self.ours { Reach::Nearby } else { Reach::Reading };
        let read = gather(&mut store, &config, reach, now, Clock::real().now(), &mut watcher);
        self.ours = ours;
        *again &= !stopped;
        let summary = read?;
        if !summary.failures.is_empty() {
            trouble::unread(summary.failed);
        }
        let failed: Vec<_> = summary.failures.iter().chain(&summary.notes).map(Trouble::note).collect();
        self.told.retain(|what| failed.iter().any(|trouble| trouble.what.as_str() == what));
        let new = self.not_told(failed.clone());
        self.around.listener.tell_written(summary.written);
        self.around.listener.tell(Told::Gathered { admitted: summary.admitted, failed: new });
        Ok(failed)
    }

    /// Leaves out what was told already and still is so.
    fn not_told(&mut self, failed: Vec<Trouble>) -> Vec<Trouble> {
        failed.into_iter().filter(|trouble| self.told.insert(trouble.what.to_string())).collect()
    }

    fn look(&mut self) -> Result<(), JobError> {
        let (config, now) = (present(&self.around.config), self.now());
        tray::empty(&config, &mut self.store, now)?;
        // Whoever decides does not wait for this.
        self.store.shorten_log();
        Ok(())
    }

    /// Commits what is due at a window's end, where no screen does it.
    fn settle(&mut self) -> Result<(), JobError> {
        if self.around.who != Who::Watch {
            return Ok(());
        }
        let now = if self.store.is_attended() { self.now() - GRACE } else { self.now() };
        close::close_due(&mut self.store, &present(&self.around.config), now)?;
        Ok(())
    }

    /// Makes the changes that are due in the mailboxes of this machine, and passes on which others have some.
    fn write_back(&mut self) -> Result<(), JobError> {
        if !self.ours {
            return Ok(());
        }
        let (config, now) = (present(&self.around.config), self.now());
        let due = self.store.sources_due(now)?;
        let (far, near): (Vec<_>, Vec<_>) = config
            .sources
            .iter()
            .filter(|source| source.write_back.on && due.contains(&source.name))
            .partition(|source| source.kind.is_remote());
        if !far.is_empty() {
            let names = far.into_iter().map(|source| source.name.clone()).collect();
            let _ = self.keeper.send(keeper::Word::Journal(names));
        }
        for source in near {
            match write_back(&mut self.store, &config, source, open_source(source).as_mut(), now) {
                Ok(written) => self.around.listener.tell_written(written),
                Err(error) => {
                    let trouble = Trouble::of(&error);
                    let what = Printable::from(format!("source {}: {}", source.name, trouble.what));
                    let failed = self.not_told(vec![Trouble { what, ..trouble }]);
                    self.around.listener.tell(Told::Gathered { admitted: 0, failed });
                }
            }
        }
        Ok(())
    }

    /// Rings for what has opened or come through; one process does.
    fn ring(&mut self) -> Result<(), JobError> {
        if self.ours {
            let (config, now) = (present(&self.around.config), self.now());
            bell::ring(&ring(&mut self.store, &config, now)?, &config, &self.around.listener);
        }
        Ok(())
    }

    /// Tells what has changed: how many wait, and the door.
    fn tell(&mut self) -> Result<(), JobError> {
        let now = self.now();
        let arrived = match begin::current(&self.store)? {
            Some((batch, _)) => self.store.waiting_since(batch.id())?,
            None => (0, self.store.tally()?.let_through),
        };
        let config = present(&self.around.config);
        let now_so = (arrived, self.store.outside()?, health::concerns(&self.store, &config)?);
        if self.arrived.as_ref() != Some(&now_so) {
            self.arrived = Some(now_so);
            let (waiting, let_through) = arrived;
            self.around.listener.tell(Told::Arrived { waiting, let_through });
            let mut door = door::door(&self.store, &config, now)?;
            door.watch_is_down = super::is_down(&self.store);
            self.around.listener.tell(Told::Door(Box::new(door)));
        }
        Ok(())
    }
}
